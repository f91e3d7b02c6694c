import { describe, expect, it } from 'vitest';
import type { LayerRecord } from '../model/layer-record.ts';
import { foldersReadWhole, hiddenStores } from './behind-links.ts';
import { mergeLayers } from './merge.ts';
import { PathHashes } from './path-hashes.ts';
import { compileSelectors } from './selector.ts';

const SELECTORS = compileSelectors([
  { id: 'any/database', files: { paths: ['/real/db/', '/usr/share/sbom/'] } },
]);

const NOTHING: LayerRecord = {
  unpackedBytes: 0,
  entryCount: 0,
  whiteouts: [],
  opaques: [],
  links: [],
  directories: [],
  files: [],
  cataloged: [],
  rules: [],
  diagnostics: [],
};

function forgotten(...paths: readonly string[]): Pick<LayerRecord, 'forgotten'> {
  const hashes = new PathHashes();
  for (const path of paths) hashes.add(path);
  return { forgotten: hashes.toText() ?? '' };
}

describe('hiddenStores', () => {
  it('asks the layers where a folder had another name in any state, learned with the merge or after it', () => {
    const records: readonly LayerRecord[] = [
      {
        ...NOTHING,
        directories: ['/real', '/real/db'],
        links: [{ path: '/s', target: '/real/db', isHard: false }],
      },
      // The link is gone in the end; what the layer stored in front of that went where it led.
      { ...NOTHING, ...forgotten('/s/hidden'), whiteouts: ['/s'] },
      {
        ...NOTHING,
        ...forgotten('/srv/other'),
        links: [{ path: '/t', target: 's', isHard: false }],
      },
    ];
    const after = hiddenStores(records, mergeLayers(records), [], SELECTORS);
    const view = mergeLayers(records, foldersReadWhole(SELECTORS));
    expect(view.otherNames.names.get('/real/db')).toEqual(new Set(['/s']));
    const during = hiddenStores(records, view, [], SELECTORS);
    expect(during).toEqual(after);
    expect([...during.notedPaths.keys()]).toEqual([0, 1, 2]);
    expect(during.notedPaths.get(1)).toEqual(new Set(['/real/db/', '/s/']));
  });
});
