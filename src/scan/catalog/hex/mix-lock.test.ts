import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { mixLock } from './mix-lock.ts';

const PATH = '/mix.lock';
const SUM = 'a'.repeat(64);
const LOCK = `%{
  "plug": {:hex, :plug, "1.11.1", "${'b'.repeat(64)}", [:mix], [{:mime, "~> 1.0", [hex: :mime, repo: "hexpm", optional: false]}], "hexpm", "${SUM}"},
  "renamed": {:hex, :other, "1.0.0-rc.1"},
  "foe": {:git, "https://github.com/my-org/foe.git", "a9574ab75d6ed01e1288c453ae1d943d7a964595", []},
  "near": {:path, "../near", []},
  "odd": {:svn, "x"},
}
`;

describe('mix.lock', () => {
  it('lists packages of Hex and of git', async () => {
    const { packages, diagnostics } = await readCatalog(mixLock, PATH, LOCK);
    expect(packages).toEqual([
      {
        name: 'plug',
        version: '1.11.1',
        dependsOn: ['mime'],
        digests: [`sha256:${SUM}`],
        line: 2,
      },
      { name: 'other', version: '1.0.0-rc.1', line: 3 },
      {
        name: 'foe',
        version: '',
        qualifiers: new Map([
          [
            'vcs_url',
            'git+https://github.com/my-org/foe.git@a9574ab75d6ed01e1288c453ae1d943d7a964595',
          ],
        ]),
        line: 4,
      },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual([undefined, 'unreadable']);
  });

  it.each([
    [
      'as the formatter sets it',
      LOCK.replaceAll(/"([a-z]+)": \{/g, '$1:\n    {').replace('", [:mix]', '",\n     [:mix]'),
    ],
    ['on one line', LOCK.replaceAll('\n', ' ')],
    ['with comments', LOCK.replaceAll('\n', ' # {, "}\n')],
  ])('reads it %s', async (_, text) => {
    const plain = await readCatalog(mixLock, PATH, LOCK);
    const { packages, diagnostics } = await readCatalog(mixLock, PATH, text);
    const bare = (list: typeof packages): unknown => list.map((pkg) => ({ ...pkg, line: 0 }));
    expect(bare(packages)).toEqual(bare(plain.packages));
    expect(diagnostics?.map(({ gap }) => gap)).toEqual([undefined, 'unreadable']);
  });

  it.each([
    ['"https://h/a", "A9574AB75D6ED01E"', 'git+https://h/a@A9574AB75D6ED01E'],
    [
      '"git@h.org:a/b.git", "a9574ab7", [branch: "main", submodules: true]',
      'git+ssh://git@h.org/a/b.git@a9574ab7',
    ],
    ['"https://h/a", nil, []', 'git+https://h/a'],
  ])('lists a package of git: %s', async (rest, url) => {
    const { packages, diagnostics } = await readCatalog(
      mixLock,
      PATH,
      `%{\n  "a": {:git, ${rest}},\n}\n`,
    );
    const qualifiers = new Map([['vcs_url', url]]);
    expect(packages).toEqual([{ name: 'a', version: '', qualifiers, line: 2 }]);
    expect(diagnostics).toBeUndefined();
  });

  it.each([
    ['a version that is put together', '"a": {:hex, :a, "1.0" <> ".1"}'],
    ['a version that is computed', '"a": {:hex, :a, "1.#{0}"}'],
    ['a version with an escape', '"a": {:hex, :a, "1.\\x30"}'],
    ['a name that is a variable', '"a": {:hex, name, "1.0"}'],
    ['an entry that is a call', '"a": List.to_tuple([:hex, :a, "1.0"])'],
    ['an entry with a call behind it', '"a": {:hex, :a, "1.0"} |> changed()'],
    ['a key that is an expression', '"a" <> "b" => {:hex, :a, "1.0"}'],
    ['another map', 'base | "a": {:hex, :a, "1.0"}'],
  ])('has a gap for %s', async (_, entry) => {
    const result = await readCatalog(mixLock, PATH, `%{\n  ${entry},\n}\n`);
    expect(result.packages).toEqual([]);
    expect(result.diagnostics).toMatchObject([{ gap: 'unreadable', location: { line: 2 } }]);
  });

  it('has a gap for what stands behind the map, which may change it', async () => {
    const body = '%{\n  "a": {:hex, :a, "1.0"}\n} # own\n|> Map.put("a", {:hex, :a, "9.0"})\n';
    expect((await readCatalog(mixLock, PATH, body)).diagnostics).toMatchObject([
      { gap: 'unreadable' },
    ]);
    const comment = '%{\n  "a": {:hex, :a, "1.0"}\n}\n# own\n';
    expect((await readCatalog(mixLock, PATH, comment)).diagnostics).toBeUndefined();
  });

  it.each(['%{\n}\n', '%{}', ''])('finds nothing in %j', async (body) => {
    expect(await readCatalog(mixLock, PATH, body)).toEqual({ packages: [] });
  });

  it('that was cut off is a gap', async () => {
    const { packages, diagnostics } = await readCatalog(
      mixLock,
      PATH,
      LOCK.slice(0, LOCK.indexOf('  "foe"')),
    );
    expect(packages).toHaveLength(2);
    expect(diagnostics).toMatchObject([{ gap: 'unreadable' }]);
  });

  it('refuses other files', async () => {
    await expect(readCatalog(mixLock, PATH, '{"a": 1}')).rejects.toThrow('no map');
  });

  it('survives hostile files', () => survivesHostileInput(mixLock, PATH, LOCK));
});

const samples = sharedPath('samples/lockfiles/elixir');

it.skipIf(samples === undefined).each([
  ['mix.lock', 17],
  ['phoenix/mix.lock', 40],
])('%s has %i dependencies (needs ../shared)', async (name, count) => {
  const body = await readFile(`${samples ?? ''}/${name}`);
  const { packages, diagnostics = [] } = await readCatalog(mixLock, PATH, body);
  expect(diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
  const notes = diagnostics.filter(({ message }) => !message.startsWith('asks for'));
  expect(packages.length + notes.length).toBe(count);
});
