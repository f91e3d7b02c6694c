import { describe, expect, it } from 'vitest';

import { CATALOGERS } from '../../src/scan/catalog/list.ts';
import { choiceOf, ROWS_WITHOUT_AREA, rowsWithArea } from './parser-areas.ts';

describe('the areas of parser cases', () => {
  it('are there for every row that lists packages', () => {
    const rows: ReadonlySet<string> = rowsWithArea();
    const without = CATALOGERS.map(({ id }) => id).filter((id) => !rows.has(id));
    expect(without.sort()).toEqual([...ROWS_WITHOUT_AREA.keys()].sort());
  });

  it('name rows of the list', () => {
    const ids = new Set<string>(CATALOGERS.map(({ id }) => id));
    expect([...rowsWithArea()].filter((id) => !ids.has(id))).toEqual([]);
  });

  it.each([
    ['filesystem/language/javascript/denojson', '/deno.json', 'npm/deno-json'],
    ['filesystem/os/homebrew', '/Caskroom/a/1/source.properties', 'homebrew/cask'],
    ['filesystem/os/homebrew', '/Cellar/a/1/INSTALL_RECEIPT.json', 'homebrew/keg'],
    ['trivy/nodejs/yarn', '/yarn.lock', 'npm/yarn-lock'],
    ['trivy/ruby/gemspec', '/a.gemspec', 'rubygems/gemspec'],
    ['filesystem/os/nix', '/nix/store/a', 'nix/store-path'],
    ['filesystem/os/macapps', '/Info.plist', undefined],
    ['filesystem/sbom/spdx', '/a.spdx.rdf', undefined],
  ])('%s: %s is read by %s', (area, path, id) => {
    expect(choiceOf(area)?.(path, new Uint8Array())).toBe(id);
  });
});
