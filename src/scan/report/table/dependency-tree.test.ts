import { describe, expect, it } from 'vitest';
import { aFinding, anInventory, aPackage, aResult } from '../../../../test/support/model.ts';
import { dependencyTreeLines } from './dependency-tree.ts';

describe('the dependency tree', () => {
  it('grows from a package with findings to what pulls it in', () => {
    const packages = [
      aPackage('app-a', '1.0.0', {
        relationship: 'direct',
        dependsOn: ['pkg:npm/middle@1.1.0', 'pkg:npm/low@0.1.0'],
      }),
      aPackage('app-b', '2.0.0', {
        relationship: 'direct',
        scope: 'development',
        dependsOn: ['pkg:npm/low@0.1.0'],
      }),
      aPackage('middle', '1.1.0', { relationship: 'indirect', dependsOn: ['pkg:npm/deep@1.2.0'] }),
      aPackage('deep', '1.2.0', { relationship: 'indirect', dependsOn: ['pkg:npm/low@0.1.0'] }),
      aPackage('low', '0.1.0', { relationship: 'indirect' }),
    ];
    const result = aResult(
      [
        aFinding('1', { packageId: 'pkg:npm/low@0.1.0', severity: 'high' }),
        aFinding('2', { packageId: 'pkg:npm/low@0.1.0', severity: 'low' }),
      ],
      { inventory: anInventory(packages) },
    );
    expect(dependencyTreeLines(result)).toEqual([
      'Dependency tree, from each package to what pulls it in:',
      '  low 0.1.0 (HIGH: 1, LOW: 1)',
      '  ├── app-a 1.0.0, direct',
      '  ├── app-b 2.0.0, direct, development',
      '  └── deep 1.2.0',
      '      └── middle 1.1.0',
      '          └── app-a 1.0.0, direct',
    ]);
  });

  it('lists some of many dependents and counts the others', () => {
    const many = Array.from({ length: 8 }, (_, index) =>
      aPackage(`p${index}`, '1', { dependsOn: ['pkg:npm/low@1'], relationship: 'direct' }),
    );
    const result = aResult([aFinding('1', { packageId: 'pkg:npm/low@1' })], {
      inventory: anInventory([...many, aPackage('low', '1')]),
    });
    const lines = dependencyTreeLines(result);
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)).toBe('  └── and 3 more');
  });

  it('says nothing of packages that nobody knows the dependents of', () => {
    const result = aResult([aFinding('1', { packageId: 'pkg:npm/low@1' })], {
      inventory: anInventory([aPackage('low', '1')]),
    });
    expect(dependencyTreeLines(result)).toEqual([]);
  });
});
