import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  STATUS,
  check,
  dpkg,
  manifest,
  owned,
  recordOf,
  type TestLayer,
} from '../../../test/support/integrity.ts';
import { mergeLayers } from '../rootfs/merge-layers.ts';
import type { LayerManifestMatch, OwnedFile } from '../../core/model/catalog/catalog.ts';
import { decodeLayerRecord, encodeLayerRecord } from '../../core/codec/record-codec.ts';
import { FileTable } from '../../core/model/layer/file-table.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import { withLayerManifestMatches } from './layer-manifest-match.ts';

const joinedOf = (layer: TestLayer): LayerRecord => {
  const record = recordOf(layer);
  return withLayerManifestMatches({ ...record, files: FileTable.from(record.files) });
};

const filesOf = ({ files }: LayerRecord): FileTable => FileTable.from(files);

/** What is known of each list of a record. */
const listsOf = ({ cataloged }: LayerRecord): (LayerManifestMatch | undefined)[] =>
  cataloged
    .flatMap(({ result }) => [...result.packages, ...(result.externalClaims ?? [])])
    .flatMap(({ ownedFiles }) => (ownedFiles?.rows ? [ownedFiles.rows.layerMatch] : []));

const LAYER: TestLayer = {
  files: {
    '/usr/bin/tar': 'x:tar',
    '/usr/lib/libtar.so.1': 'library',
    '/usr/share/tar/data': 'data',
    '/usr/share/both': 'both',
    '/usr/share/other': 'other',
  },
  links: { '/usr/bin/gtar': 'tar' },
  read: [
    dpkg({ name: 'tar', version: '1' }, { name: 'sed', version: '1' }),
    ...manifest('tar', [
      owned('/usr/bin/tar', 'x:tar'),
      owned('/usr/lib/libtar.so.1', 'library'),
      owned('/usr/share/doc/tar/copyright', 'of tar'),
      owned('/usr/share/other', 'as it was'),
      owned('/usr/share/both', 'both'),
      owned('/usr/bin/gtar', 'x:tar'),
      owned('/usr/share/doc/..', 'a folder'),
    ]),
    ...manifest('sed', [
      owned('/usr/share/both', 'both'),
      owned('/usr/share/tar/data', 'data'),
      owned('/usr/bin/sed', 'sed', { kind: 'link' }),
    ]),
  ],
};

describe('withJoinedLists', () => {
  it('tells which files are right in their own layer, and which lines are still to be looked at', () => {
    const record = joinedOf(LAYER);
    expect(listsOf(record)).toEqual([
      { list: 1, count: 2, hasCode: true, hasLibrary: true, slim: [2], rest: [3, 4, 5, 6] },
      { list: 2, count: 1, hasCode: false, hasLibrary: false, slim: [], rest: [0, 2] },
    ]);
    const files = filesOf(record);
    expect([...files.paths()].filter((_, row) => files.columns.lists?.[row] === 1)).toEqual([
      '/usr/bin/tar',
      '/usr/lib/libtar.so.1',
    ]);
  });

  it('leaves records as they are that have no list, or no digest of a file', () => {
    const record = recordOf({ files: { '/a': 'a' }, read: [dpkg({ name: 'a', version: '1' })] });
    const plain = { ...record, files: FileTable.from(record.files) };
    expect(withLayerManifestMatches(plain)).toBe(plain);
    const bare = recordOf(LAYER);
    const undigested = [...bare.files].map((fact) => ({ ...fact, digests: [] }));
    const without = { ...bare, files: FileTable.from(undigested) };
    expect(withLayerManifestMatches(without)).toBe(without);
  });

  it('survives the codec', () => {
    const record = joinedOf(LAYER);
    const read = decodeLayerRecord(JSON.parse(JSON.stringify(encodeLayerRecord(record))));
    expect(listsOf(read)).toEqual(listsOf(record));
    expect(filesOf(read).columns).toEqual(filesOf(record).columns);
  });
});

describe('a list that was joined with its layer', () => {
  const isUnchanged = (...above: readonly TestLayer[]): readonly boolean[] => {
    const { root } = mergeLayers([LAYER, ...above].map(joinedOf));
    return [root.isUnchanged(0, 1), root.isUnchanged(0, 2)];
  };

  it.each<[string, TestLayer, readonly boolean[]]>([
    ['of other files', { files: { '/usr/bin/other': 'x:other', '/srv/a': 'a' } }, [true, true]],
    ['with another file', { files: { '/usr/bin/tar': 'x:not tar' } }, [false, true]],
    ['with the same file again', { files: { '/usr/share/tar/data': 'data' } }, [true, false]],
    ['that deletes a file', { whiteouts: ['/usr/bin/tar'] }, [false, true]],
    ['that deletes a folder', { whiteouts: ['/usr/share'] }, [true, false]],
    ['with a link to where files were', { links: { '/usr/lib': '/opt' } }, [false, true]],
    ['with a hard link', { hardLinks: { '/usr/bin/tar': '/usr/bin/tar' } }, [false, true]],
  ])('holds below a layer %s as far as its files are untouched', (_, above, expected) => {
    expect(isUnchanged(above)).toEqual(expected);
  });

  const stored = [
    '/usr/bin/tar',
    '/usr/bin/sed',
    '/bin/tar',
    '/bin/sed',
    '/usr/lib/x/libtar.so.1',
    '/usr/lib/x/tar.py',
    '/usr/share/doc/tar/copyright',
    '/etc/tar.conf',
    '/opt/x/libtar.so.1',
  ];
  const file = fc.constantFrom(...stored);
  // Lists can be written by hand.
  const path = fc.constantFrom(...stored, '/usr/share/doc/tar/..', '/usr/lib/../bin/tar', '/etc/');
  const text = fc.constantFrom('x:1', '1', '2');
  const line: fc.Arbitrary<OwnedFile> = fc
    .record({ path, text, kind: fc.constantFrom('file', 'file', 'file', 'config', 'link') })
    .map(({ path: at, text: body, kind }) => owned(at, body, { kind }));
  const list = fc.array(line, { minLength: 1, maxLength: 5 });
  const diversions = fc.array(fc.record({ path, to: path, by: fc.constantFrom('tar', 'sed') }), {
    maxLength: 1,
  });
  const names = ['tar', 'sed', 'six'] as const;
  const layer: fc.Arbitrary<TestLayer> = fc
    .record({
      files: fc.dictionary(file, text, { maxKeys: 8, noNullPrototype: true }),
      links: fc.constantFrom<Record<string, string>>(
        ...[{}, {}, { '/bin': 'usr/bin' }, { '/usr/lib/x': '/opt/x' }, { '/usr/bin/tar': 'sed' }],
      ),
      hardLinks: fc.constantFrom<Record<string, string>>(
        ...[{}, {}, { '/usr/bin/sed': '/usr/bin/tar' }, { '/opt/x/a': '/usr/lib/x/tar.py' }],
      ),
      whiteouts: fc.subarray(['/usr/bin/tar', '/usr/lib/x', '/usr/share', '/etc', '/bin', STATUS]),
      lists: fc.dictionary(fc.constantFrom(...names), list, { noNullPrototype: true }),
      hasStatus: fc.boolean(),
      diversions,
    })
    .map(({ lists, hasStatus, diversions: diverted, whiteouts, ...rest }) => ({
      ...rest,
      // Most layers delete little.
      whiteouts: whiteouts.slice(0, 1),
      read: [
        ...(hasStatus ? [dpkg({ name: 'tar', version: '1' }, { name: 'sed', version: '1' })] : []),
        ...(['tar', 'sed'] as const).flatMap((name) =>
          lists[name] === undefined ? [] : manifest(name, lists[name]),
        ),
        ...(lists['six'] === undefined
          ? []
          : [
              [
                '/usr/lib/x/six.dist-info/METADATA',
                'pypi/dist-info',
                { packages: [{ name: 'six', version: '1', ownedFiles: lists['six'] }] },
              ] as const,
            ]),
        ...(diverted.length === 0
          ? []
          : [['/var/lib/dpkg/diversions', 'debian/diversions', { diversions: diverted }] as const]),
      ],
    }));

  it('gives the evidence that its files give one by one, whatever lies above and below', () => {
    const base: TestLayer = {
      read: [dpkg({ name: 'tar', version: '1' }, { name: 'sed', version: '1' })],
    };
    fc.assert(
      fc.property(fc.array(layer, { minLength: 1, maxLength: 4 }), (layers) => {
        // It compares both ways itself.
        check([base, ...layers]);
      }),
      { numRuns: 600 },
    );
  });
});
