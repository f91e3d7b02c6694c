import { describe, expect, it } from 'vitest';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import {
  likelyReadDirectories,
  fullyReadDirectories,
  planSymlinkWrites,
} from './writes-through-symlinks.ts';
import { mergeLayers } from './merge-layers.ts';
import { PathHashBuilder } from '../../core/model/layer/path-hashes.ts';
import { compileSelectors } from '../collect/selector.ts';

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

function forgotten(...paths: readonly string[]): Pick<LayerRecord, 'unrecordedPathHashes'> {
  const hashes = new PathHashBuilder();
  for (const path of paths) hashes.add(path);
  return { unrecordedPathHashes: hashes.toText() ?? '' };
}

describe('foldersLikelyRead', () => {
  const selectors = compileSelectors([
    { id: 'any/log', files: { names: ['changelog.gz'] } },
    { id: 'any/database', files: { paths: ['/real/db'] } },
  ]);
  const folders = (...links: readonly (readonly [path: string, target: string])[]) => {
    const rows = links.map(([path, target]) => ({ path, target, isHard: false }));
    return likelyReadDirectories([{ ...NOTHING, links: rows }], selectors);
  };

  it.each<[string, string, string, readonly string[]]>([
    ['a file beside a wanted link', '/doc/a/changelog.gz', 'NEWS.gz', ['/doc/a']],
    ['a file above', '/doc/a/changelog.gz', '../b/NEWS.gz', ['/doc/b']],
    ['a file in the root', '/real/db', '../../../data', ['']],
    ['a link in the root', '/changelog.gz', 'srv/NEWS.gz', ['/srv']],
    ['a file that is read for its own name', '/doc/a/changelog.gz', '../b/changelog.gz', []],
    ['what nobody wants', '/doc/a/NEWS.gz', '/doc/b/other', []],
  ])('names the folder of %s', (_title, path, target, expected) => {
    expect(folders([path, target])).toEqual(expected);
  });

  it('names few of very many', () => {
    const many = Array.from({ length: 1000 }, (_, at) => String(at));
    const found = folders(...many.map((at) => [`/${at}/changelog.gz`, 'a'] as const));
    expect(found).toHaveLength(64);
  });
});

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
    const after = planSymlinkWrites(records, mergeLayers(records), [], SELECTORS);
    const view = mergeLayers(records, fullyReadDirectories(SELECTORS));
    expect(view.otherNames.names.get('/real/db')).toEqual(new Set(['/s']));
    const during = planSymlinkWrites(records, view, [], SELECTORS);
    expect(during).toEqual(after);
    expect(during.questions).toEqual(
      [0, 1, 2].map((layer) => ({ kind: 'paths', layer, paths: ['/real/db/', '/s/'] })),
    );
  });
});
