import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { rebarLock } from './rebar-lock.ts';

const PATH = '/rebar.lock';
const LOCK = `{"1.2.0",
[{<<"certifi">>,{pkg,<<"certifi">>,<<"2.9.0">>},0},
 {<<"idna">>,{pkg,<<"idna">>,<<"6.1.1">>},1},
 {<<"jsx">>,
  {git,"https://github.com/talentdeficit/jsx.git",
       {ref,"3074d4865b3385a050badf7828ad31490d860df5"}},
  0},
 {<<"part">>,{git_subdir,"https://h/b.git",{ref,"3074d486"},"apps/part"},1},
 {<<"odd">>,{hg,"x"},0}]}.
[
{pkg_hash,[
 {<<"certifi">>, <<"${'B'.repeat(64)}">>}]},
{pkg_hash_ext,[
 {<<"certifi">>, <<"${'A'.repeat(64)}">>}]}
].
`;

describe('rebar.lock', () => {
  it('lists packages of Hex and of git', async () => {
    const { packages, diagnostics } = await readCatalog(rebarLock, PATH, LOCK);
    expect(packages).toMatchObject([
      {
        name: 'certifi',
        version: '2.9.0',
        relationship: 'direct',
        line: 2,
        digests: [`sha256:${'a'.repeat(64)}`],
      },
      { name: 'idna', version: '6.1.1', relationship: 'indirect', line: 3 },
      { name: 'jsx', version: '', relationship: 'direct', line: 4 },
      {
        name: 'part',
        version: '',
        relationship: 'indirect',
        qualifiers: new Map([['vcs_url', 'git+https://h/b.git@3074d486']]),
        line: 8,
      },
    ]);
    expect(diagnostics).toMatchObject([{ gap: 'unreadable', location: { line: 9 } }]);
  });

  it('that was cut off is a gap', async () => {
    const text = LOCK.slice(0, LOCK.indexOf(' {<<"jsx">>'));
    const { packages, diagnostics } = await readCatalog(rebarLock, PATH, text);
    expect(packages).toHaveLength(2);
    expect(diagnostics).toMatchObject([{ gap: 'unreadable' }]);
  });

  it('refuses other files', async () => {
    expect(await readCatalog(rebarLock, PATH, '[].\n')).toEqual({ packages: [] });
    await expect(readCatalog(rebarLock, PATH, 'text')).rejects.toThrow('no list');
  });

  it('survives hostile files', () => survivesHostileInput(rebarLock, PATH, LOCK));
});

const sample = sharedPath('samples/lockfiles/erlang/rebar.lock');

it.skipIf(sample === undefined)('the sample has 7 packages (needs ../shared)', async () => {
  const result = await readCatalog(rebarLock, PATH, await readFile(sample ?? ''));
  expect([namesOf(result).length, result.diagnostics]).toEqual([7, undefined]);
});
