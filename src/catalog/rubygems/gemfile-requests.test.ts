import { expect, it } from 'vitest';

import { readCatalog } from '../../../test/support/catalog-file.ts';
import { gemfileRequests } from './gemfile-requests.ts';

it('reads the gems of a project of Bundler', async () => {
  const { manifest } = await readCatalog(
    gemfileRequests,
    '/Gemfile',
    'gem "a", "1.0"\ngem "b", ">= 1",\n  "< 2", require: false\ngroup :test do\n  gem "c"\nend\ngem "d", platforms: :jruby\ngem "e", path: "e"\n',
  );
  expect(
    manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
  ).toEqual([
    ['a', '1.0', '1.0', undefined],
    ['b', '>= 1, < 2', undefined, undefined],
    ['c', '', undefined, 'development'],
    ['d', '', undefined, 'optional'],
  ]);
});
