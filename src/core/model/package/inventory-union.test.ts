import { describe, expect, it } from 'vitest';

import { testPackage } from '../../../../test/support/reports.ts';
import { uniteInventories } from './inventory-union.ts';
import type { Distro, Inventory, Package } from './package.ts';

const DEBIAN = { id: 'debian', versionId: '12' };

function inventory(packages: readonly Package[], distro?: Distro): Inventory {
  return { inventoryVersion: 1, packages, ...(distro && { distro }) };
}

function npm(name: string, more: Partial<Package> = {}): Package {
  return testPackage(name, '1.0.0', { id: `pkg:npm/${name}@1.0.0`, ecosystem: 'npm', ...more });
}

function deb(name: string, more: Partial<Package> = {}): Package {
  return testPackage(name, '1', { id: `pkg:deb/debian/${name}@1`, ecosystem: 'debian', ...more });
}

describe('uniteInventories', () => {
  it('has each package once, with the inputs that name it', () => {
    const { packages } = uniteInventories([
      { name: 'one', inventory: inventory([npm('a'), npm('b')]) },
      { name: 'two', inventory: inventory([npm('b'), npm('c')]) },
    ]);
    expect(packages.map(({ id, locations }) => [id, locations.map(({ path }) => path)])).toEqual([
      ['pkg:npm/a@1.0.0', ['one']],
      ['pkg:npm/b@1.0.0', ['one', 'two']],
      ['pkg:npm/c@1.0.0', ['two']],
    ]);
  });

  it('joins what the inputs say of a package, the stronger use first', () => {
    const [pkg] = uniteInventories([
      {
        name: 'one',
        inventory: inventory([
          npm('a', { scope: 'development', presence: 'declared', licenses: ['MIT'] }),
        ]),
      },
      {
        name: 'two',
        inventory: inventory([
          npm('a', { dependsOn: [npm('b').id, 'pkg:npm/gone@1'], licenses: ['MIT', 'ISC'] }),
          npm('b'),
        ]),
      },
    ]).packages;
    expect(pkg?.scope).toBeUndefined();
    expect(pkg).toMatchObject({
      presence: 'installed',
      dependsOn: [npm('b').id],
      licenses: ['MIT', 'ISC'],
    });
  });

  it('keeps the system that all inputs are of', () => {
    const { distro, packages } = uniteInventories([
      { name: 'one', inventory: inventory([deb('a')], DEBIAN) },
      { name: 'two', inventory: inventory([npm('b')]) },
    ]);
    expect(distro).toEqual(DEBIAN);
    expect(packages.map(({ id }) => id)).toEqual([
      'pkg:deb/debian/a@1?distro=debian-12',
      'pkg:npm/b@1.0.0',
    ]);
  });

  it('leaves each package its own system where they differ', () => {
    const { distro, packages } = uniteInventories([
      { name: 'one', inventory: inventory([deb('a')], DEBIAN) },
      { name: 'two', inventory: inventory([deb('a')], { ...DEBIAN, versionId: '11' }) },
    ]);
    expect(distro).toBeUndefined();
    expect(packages.map(({ id }) => id)).toEqual([
      'pkg:deb/debian/a@1?distro=debian-12',
      'pkg:deb/debian/a@1?distro=debian-11',
    ]);
  });

  it('forgets an owner that is not in it', () => {
    const owner = deb('python3-a');
    const owned = (id: string): Package => npm('a', { ownedBy: id });
    const of = (id: string): string | undefined =>
      uniteInventories([{ name: 'one', inventory: inventory([owner, owned(id)]) }]).packages[1]
        ?.ownedBy;
    expect(of(owner.id)).toBe(owner.id);
    expect(of('pkg:deb/debian/other@1')).toBeUndefined();
  });
});
