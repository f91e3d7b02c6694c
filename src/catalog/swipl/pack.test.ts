import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../test/support/hostile.ts';
import { swiplPack } from './pack.ts';

const PATH = '/root/.local/share/swi-prolog/pack/list_util/pack.pl';
const PACK = "name(list_util).\nversion('0.13.0').\ntitle('Predicates for lists').\n";

describe('a pack of SWI-Prolog', () => {
  it.each([
    [PATH, PACK, ['list_util@0.13.0']],
    [PATH, "% a comment\nname( 'list_util' ) .\nversion( '1.0' ).\n", ['list_util@1.0']],
    [PATH, 'name(other).\nversion(1.0).\n', []],
    [PATH, 'name(list_util).\n', []],
    ['/src/pack.pl', PACK, []],
  ])('%s with %j', async (path, body, expected) => {
    const { packages } = await readCatalog(swiplPack, path, body);
    expect(packages.map(({ name, version }) => `${name}@${version}`)).toEqual(expected);
  });

  it('survives hostile files', () => survivesHostileInput(swiplPack, PATH, PACK));
});
