import { expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { pubspec } from './pubspec.ts';

it('reads the dependencies of a project of Dart', async () => {
  const { manifest } = await readCatalog(
    pubspec,
    '/pubspec.yaml',
    'name: x\ndependencies:\n  a: ^1.0.0\n  b: 1.2.3+4\n  c: any\n  d:\n  e: {git: https://h.example/e}\n  f: {sdk: flutter}\n  g: {path: ../g}\n  h: {hosted: https://h.example, version: "1.0.0"}\ndev_dependencies:\n  i: ">=1.0.0 <2.0.0"\ndependency_overrides:\n  a: 1.0.1\n',
  );
  expect(
    manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
  ).toEqual([
    ['i', '>=1.0.0 <2.0.0', undefined, 'development'],
    ['a', '^1.0.0', undefined, undefined],
    ['b', '1.2.3+4', '1.2.3+4', undefined],
    ['c', '', undefined, undefined],
    ['d', '', undefined, undefined],
    ['e', '', undefined, undefined],
    ['h', '1.0.0', '1.0.0', undefined],
  ]);
  expect(manifest).toMatchObject({ name: 'x', isOverridden: true });
});
