import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { snapYaml } from './snap-yaml.ts';

const PATH = '/snap/core22/1439/meta/snap.yaml';
const SNAP = 'name: core22\nversion: "20240607"\nsummary: x\narchitectures:\n- amd64\n';

describe('snap.yaml', () => {
  it.each([
    [SNAP, 'core22 20240607 1 amd64'],
    ['version: 16-2.61\nname: core\narchitectures: [amd64, arm64]\n', 'core 16-2.61 2 '],
    ['name: a\narchitectures: [all]\n', 'a  1 '],
    ['name: a\nversion: 22.04\n', 'a 22.04 1 '],
  ])('%j', async (body, expected) => {
    const { packages } = await readCatalog(snapYaml, PATH, body);
    const shown = packages.map(
      ({ name, version, line, qualifiers }) =>
        `${name} ${version} ${String(line)} ${qualifiers?.get('arch') ?? ''}`,
    );
    expect(shown).toEqual([expected]);
  });

  it('has a gap without a name', async () => {
    const { packages, diagnostics } = await readCatalog(snapYaml, PATH, 'version: 1\n');
    expect([packages, diagnostics?.map(({ gap }) => gap)]).toEqual([[], ['unreadable']]);
  });

  it.each(['- a\n', 'text', ''])('is refused as %j', async (body) => {
    await expect(readCatalog(snapYaml, PATH, body)).rejects.toThrow('no mapping');
  });

  it('survives hostile files', () => survivesHostileInput(snapYaml, PATH, SNAP));
});
