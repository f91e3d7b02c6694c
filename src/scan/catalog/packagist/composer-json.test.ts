import { expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { composerJson } from './composer-json.ts';

it('reads the packages of a project of Composer', async () => {
  const { manifest } = await readCatalog(
    composerJson,
    '/composer.json',
    '{"require":{"php":">=8","A/b":"v1.2.5","c/d":"dev-main","e/f":"1.2.*"},"require-dev":{"g/h":"^1"}}',
  );
  expect(
    manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
  ).toEqual([
    ['g/h', '^1', undefined, 'development'],
    ['a/b', 'v1.2.5', '1.2.5', undefined],
    ['c/d', 'dev-main', undefined, undefined],
    ['e/f', '1.2.*', undefined, undefined],
  ]);
});
