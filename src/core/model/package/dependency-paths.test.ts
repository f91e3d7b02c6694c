import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../../test/support/model.ts';
import type { Inventory, Package } from './package.ts';
import { indexDependencyPaths } from './dependency-paths.ts';
import { startCpuClock } from '../../../../test/support/cpu-time.ts';

function inventory(...packages: readonly Package[]): Inventory {
  return { inventoryVersion: 1, packages };
}

/** `name > needed, needed`, with `!` for what is asked for directly. */
function packages(...lines: readonly string[]): readonly Package[] {
  return lines.map((line) => {
    const [name = '', needs = ''] = line.split(' > ');
    return aPackage(name.replace('!', ''), '1.0.0', {
      dependsOn: needs === '' ? [] : needs.split(', ').map(id),
      relationship: name.endsWith('!') ? 'direct' : 'indirect',
    });
  });
}

const id = (name: string): string => `pkg:npm/${name}@1.0.0`;

describe('who pulls a package in', () => {
  it.each([
    ['what is direct', ['a!'], 'a', []],
    ['one step', ['a! > b', 'b'], 'b', ['a']],
    ['the shortest of two ways', ['a! > b', 'b > c', 'c > d', 'd', 'e! > c'], 'd', ['e', 'c']],
    ['the first of equally short ones', ['b! > c', 'a! > c', 'c'], 'c', ['a']],
    ['a circle', ['a! > b', 'b > c', 'c > b, d', 'd > a'], 'd', ['a', 'b', 'c']],
    ['what nobody asks for', ['a > b', 'b'], 'b', []],
    ['itself', ['a! > a'], 'a', []],
  ])('%s', (_title, lines, name, way) => {
    expect(indexDependencyPaths(inventory(...packages(...lines))).wayTo(id(name))).toEqual(
      way.map(id),
    );
  });

  it('takes what a project itself names for direct', () => {
    const root = aPackage('app', '1.0.0', { relationship: 'root', dependsOn: [id('a')] });
    const ways = indexDependencyPaths(inventory(root, ...packages('a > b', 'b')));
    expect(ways.wayTo(id('b'))).toEqual([id('a')]);
  });

  it('leaves packages of systems out', () => {
    const fields = { ecosystem: 'debian', relationship: 'direct' } as const;
    const ways = indexDependencyPaths(
      inventory(
        aPackage('a', '1.0.0', { ...fields, dependsOn: [id('b')] }),
        aPackage('b', '1.0.0', { ecosystem: 'debian' }),
      ),
    );
    expect(ways.dependentsOf('pkg:npm/b@1.0.0')).toEqual([]);
  });

  it('lists all dependents', () => {
    const ways = indexDependencyPaths(inventory(...packages('a! > c', 'b > c', 'c')));
    expect(ways.dependentsOf(id('c'))).toEqual([id('a'), id('b')]);
  });

  it('is quick on a long chain and on many edges', () => {
    const chain = Array.from({ length: 20_000 }, (_, index) =>
      index === 0 ? 'p0! > p1' : `p${index} > p${index + 1}`,
    );
    const cpuMs = startCpuClock();
    expect(indexDependencyPaths(inventory(...packages(...chain))).wayTo(id('p19999'))).toHaveLength(
      100,
    );
    expect(cpuMs()).toBeLessThan(20_000);
  });
});
