import { expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { rebarConfig } from './rebar-config.ts';

it('reads the dependencies of a project of Rebar3', async () => {
  const { manifest } = await readCatalog(
    rebarConfig,
    '/rebar.config',
    '%% -*- erlang -*-\n{deps, [a, {b, "1.2.3"}, {c, "~> 1.0"}, {\'d\', <<"2.0.0">>},\n {e, {git, "https://h.example/e.git", {branch, "main"}}}, {f, {pkg, g}}, {h, "1.0.0", {pkg, i}}]}.\n{profiles, [{test, [{deps, [meck]}]}]}.\n',
  );
  expect(
    manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
  ).toEqual([
    ['a', '', undefined, undefined],
    ['b', '1.2.3', '1.2.3', undefined],
    ['c', '~> 1.0', undefined, undefined],
    ['d', '2.0.0', '2.0.0', undefined],
    ['e', '', undefined, undefined],
    ['g', '', undefined, undefined],
    ['i', '1.0.0', '1.0.0', undefined],
  ]);
  const { manifest: broken } = await readCatalog(rebarConfig, '/rebar.config', '{deps, [a}.');
  expect(broken?.computed).toBe('cannot be read: "}" closes nothing');
});
