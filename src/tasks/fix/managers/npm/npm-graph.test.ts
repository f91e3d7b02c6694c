import { describe, expect, it } from 'vitest';

import { readNpmGraph } from './npm-graph.ts';

/** Returns the versions of `wanted` that a row finds. */
function foundBy(path: string, rows: Readonly<Record<string, string>>): readonly string[] {
  const packages = Object.fromEntries(
    Object.entries({ '': '', [path]: '1.0.0', ...rows }).map(([key, version]) => [
      key,
      { version, ...(key === path && { dependencies: { wanted: '*' } }) },
    ]),
  );
  const graph = readNpmGraph(packages);
  return graph.nodes
    .filter(({ name }) => name === 'wanted')
    .filter(({ version }) => graph.requestsFor('wanted', version).length > 0)
    .map(({ version }) => version);
}

describe('a request in a lockfile of npm', () => {
  it.each<[string, string, Readonly<Record<string, string>>, readonly string[]]>([
    ['the root', 'node_modules/a', { 'node_modules/wanted': '1.1.0' }, ['1.1.0']],
    [
      'the package itself before the root',
      'node_modules/a',
      { 'node_modules/wanted': '1.1.0', 'node_modules/a/node_modules/wanted': '1.2.0' },
      ['1.2.0'],
    ],
    [
      'a package in between',
      'node_modules/a/node_modules/@b/c',
      { 'node_modules/wanted': '1.1.0', 'node_modules/a/node_modules/wanted': '1.2.0' },
      ['1.2.0'],
    ],
    [
      'the member of a workspace',
      'members/a',
      { 'node_modules/wanted': '1.1.0', 'members/a/node_modules/wanted': '1.2.0' },
      ['1.2.0'],
    ],
    [
      'no neighbor of another package',
      'node_modules/a',
      { 'node_modules/b/node_modules/wanted': '1.2.0' },
      [],
    ],
    [
      'the root beside a scope with the name of the directory',
      'node_modules/a',
      { 'node_modules/@node_modules/b': '1.0.0', 'node_modules/wanted': '1.1.0' },
      ['1.1.0'],
    ],
    [
      'nothing in a directory of packages inside another',
      'node_modules/a',
      { 'node_modules/node_modules/wanted': '1.2.0' },
      [],
    ],
  ])('finds %s', (_where, path, rows, found) => {
    expect(foundBy(path, rows)).toEqual(found);
  });
});
