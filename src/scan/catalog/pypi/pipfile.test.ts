import { expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { pipfile } from './pipfile.ts';

it('reads the packages of a project of Pipenv', async () => {
  const { manifest } = await readCatalog(
    pipfile,
    '/Pipfile',
    '[packages]\nA_b = "==1.0"\nc = "*"\nd = {version = ">=1", markers = "x"}\ne = {path = "."}\n[dev-packages]\nf = "~=2.0"\n',
  );
  expect(
    manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
  ).toEqual([
    ['f', '~=2.0', undefined, 'development'],
    ['a-b', '===1.0', '1.0', undefined],
    ['c', '', undefined, undefined],
    ['d', '>=1', undefined, 'optional'],
  ]);
});
