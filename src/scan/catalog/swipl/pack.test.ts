import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { swiplPack } from './pack.ts';

const PATH = '/root/.local/share/swi-prolog/pack/list_util/pack.pl';
const PACK = "name(list_util).\nversion('0.13.0').\ntitle('Predicates for lists').\n";

describe('a pack of SWI-Prolog', () => {
  it.each([
    [PATH, PACK, ['list_util@0.13.0']],
    [PATH, "% a comment\nname( 'list_util' ) .\nversion( '1.0' ).\n", ['list_util@1.0']],
    [PATH, "  name(list_util).\n\tversion('1.0').\n", ['list_util@1.0']],
    [PATH, "name(list_util). version('1.0').", ['list_util@1.0']],
    [PATH, 'name(list_util).\nversion("1.0").\n', ['list_util@1.0']],
    [PATH, 'name(list_util).\nversion(1.0).\n', ['list_util@1.0']],
    [PATH, "name(\n  list_util\n).\nversion(\n  '1.0'\n).\n", ['list_util@1.0']],
    [
      PATH,
      "/* version('9'). */ name(list_util). % version('8').\nversion('1.0').",
      ['list_util@1.0'],
    ],
    [PATH, "title('version(''9''). version(\"8\").').\n" + PACK, ['list_util@0.13.0']],
    [PATH, "title(\"0'\"). x(0'a, 0''').\n" + PACK, ['list_util@0.13.0']],
    [PATH, `% ${'x'.repeat(100_000)}\n${PACK}`, ['list_util@0.13.0']],
    ['/src/pack.pl', PACK, []],
    [PATH, ':- initialization(main).\nmain :- true.\n', []],
  ])('%s with %j', async (path, body, expected) => {
    const { packages, diagnostics } = await readCatalog(swiplPack, path, body);
    expect(packages.map(({ name, version }) => `${name}@${version}`)).toEqual(expected);
    expect(diagnostics).toBeUndefined();
  });

  it('of another name than its folder says both', async () => {
    const { packages } = await readCatalog(swiplPack, PATH, "name(other).\nversion('1.0').\n");
    expect(packages).toEqual([
      {
        name: 'other',
        version: '1.0',
        line: 1,
        versionClaims: [
          { by: 'directory name', name: 'list_util', version: '1.0', weight: 'binding' },
        ],
      },
    ]);
  });

  it.each([
    ['no version', 'name(list_util).\n'],
    ['no name', "version('1.0').\n"],
    ['a version that is none', 'name(list_util).\nversion(Latest).\n'],
    ['a text that nothing ends', "name(list_util).\ntitle('x).\nversion(1.0).\n"],
    ['an end in the middle of a fact', 'name(list_'],
  ])('that has %s is a gap', async (_, body) => {
    const { packages, diagnostics } = await readCatalog(swiplPack, PATH, body);
    expect(packages).toEqual([]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it('that is too large is refused', async () => {
    const body = PACK + ' '.repeat(4 * 1024 * 1024);
    await expect(readCatalog(swiplPack, PATH, body)).rejects.toThrow('4194304 bytes');
  });

  it('survives hostile files', () => survivesHostileInput(swiplPack, PATH, PACK));
});
