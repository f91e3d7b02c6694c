import { describe, expect, it } from 'vitest';

import type { EntryMode } from '../../core/model/layer/entry-notes.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import { mergeLayers } from './merge-layers.ts';
import { visibleNotes } from './visible-notes.ts';

/** A layer by what it stores. */
interface Stored {
  /** Paths with modes. Those that end in a slash are directories. */
  readonly entries?: Readonly<Record<string, number>>;
  readonly whiteouts?: readonly string[];
  readonly opaques?: readonly string[];
  readonly links?: LayerRecord['links'];
}

function recordOf({ entries = {}, whiteouts = [], opaques = [], links = [] }: Stored): LayerRecord {
  const all = Object.entries(entries).map(([path, mode]): EntryMode => {
    const kind = path.endsWith('/') ? 'directory' : 'file';
    return { kind, path: path.replace(/\/$/u, ''), mode };
  });
  const bits = { file: 0o6000, directory: 0o002 };
  return {
    unpackedBytes: 0,
    entryCount: all.length,
    ...{ whiteouts, opaques, links },
    directories: all.filter(({ kind }) => kind === 'directory').map(({ path }) => path),
    files: all
      .filter(({ kind }) => kind === 'file')
      .map(({ path, mode }) => ({ path, mode, sizeBytes: 1, digests: [], isExecutable: true })),
    notes: { modes: all.filter(({ kind, mode }) => (mode & bits[kind]) !== 0), counted: [] },
    cataloged: [],
    rules: [],
    diagnostics: [],
  };
}

/** The visible entries: path, mode and layer. */
function visible(...layers: readonly Stored[]): readonly string[] {
  const records = layers.map(recordOf);
  return visibleNotes(records, mergeLayers(records)).modes.map(
    ({ path, mode, layer }) => `${path} ${mode.toString(8)} ${layer}`,
  );
}

const hard = (path: string, target: string): LayerRecord['links'][number] => ({
  ...{ path, target },
  isHard: true,
});

describe('visible files', () => {
  it.each<[string, readonly Stored[], readonly string[]]>([
    ['of one layer', [{ entries: { '/su': 0o4755, '/ls': 0o755 } }], ['/su 4755 0']],
    [
      'stored again without the bit',
      [{ entries: { '/su': 0o4755 } }, { entries: { '/su': 0o755 } }],
      [],
    ],
    [
      'stored again with the bit',
      [{ entries: { '/su': 0o755 } }, { entries: { '/su': 0o4755 } }],
      ['/su 4755 1'],
    ],
    ['deleted', [{ entries: { '/su': 0o4755 } }, { whiteouts: ['/su'] }], []],
    ['in a deleted directory', [{ entries: { '/bin/su': 0o4755 } }, { whiteouts: ['/bin'] }], []],
    ['under an opaque directory', [{ entries: { '/bin/su': 0o4755 } }, { opaques: ['/bin'] }], []],
    [
      'with another name when their own is deleted',
      [
        { entries: { '/bin/su': 0o4755 }, links: [hard('/bin/backup', '/bin/su')] },
        { whiteouts: ['/bin/su'] },
      ],
      ['/bin/backup 4755 0'],
    ],
    [
      'with several names once',
      [{ entries: { '/bin/su': 0o4755 }, links: [hard('/bin/backup', '/bin/su')] }],
      ['/bin/su 4755 0'],
    ],
    [
      'behind a link of a lower layer',
      [
        {
          links: [{ path: '/bin', target: 'usr/bin', isHard: false }],
          entries: { '/usr/bin/': 0o755 },
        },
        { entries: { '/bin/su': 0o4755 } },
      ],
      ['/usr/bin/su 4755 1'],
    ],
  ])('%s', (_name, layers, expected) => {
    expect(visible(...layers)).toEqual(expected);
  });
});

describe('visible directories', () => {
  it.each<[string, readonly Stored[], readonly string[]]>([
    ['of one layer', [{ entries: { '/srv/': 0o777, '/opt/': 0o755 } }], ['/srv 777 0']],
    [
      'with another mode later',
      [{ entries: { '/srv/': 0o777 } }, { entries: { '/srv/': 0o755 } }],
      [],
    ],
    [
      'opened later',
      [{ entries: { '/srv/': 0o755 } }, { entries: { '/srv/': 0o777 } }],
      ['/srv 777 1'],
    ],
    [
      'with an entry of the same mode',
      [{ entries: { '/srv/': 0o777 } }, { entries: { '/srv/': 0o777 } }],
      ['/srv 777 1'],
    ],
    [
      'untouched by their files',
      [{ entries: { '/srv/': 0o777 } }, { entries: { '/srv/x': 0o644 } }],
      ['/srv 777 0'],
    ],
    ['deleted', [{ entries: { '/srv/': 0o777 } }, { whiteouts: ['/srv'] }], []],
    [
      'deleted and made again',
      [{ entries: { '/srv/': 0o777 } }, { whiteouts: ['/srv'] }, { entries: { '/srv/x': 0o644 } }],
      [],
    ],
    ['below an opaque directory', [{ entries: { '/a/b/': 0o777 } }, { opaques: ['/a'] }], []],
    ['below an opaque root', [{ entries: { '/a/': 0o777 } }, { opaques: ['/'] }], []],
    [
      'that are opaque themselves',
      [{ entries: { '/a/': 0o777 } }, { opaques: ['/a'] }],
      ['/a 777 0'],
    ],
    ['replaced by a file', [{ entries: { '/srv/': 0o777 } }, { entries: { '/srv': 0o644 } }], []],
    [
      'behind a link of a lower layer',
      [
        {
          links: [{ path: '/run', target: 'var/run', isHard: false }],
          entries: { '/var/run/': 0o755 },
        },
        { entries: { '/run/x/': 0o777 } },
        { entries: { '/var/run/x/': 0o755 } },
      ],
      [],
    ],
  ])('%s', (_name, layers, expected) => {
    expect(visible(...layers)).toEqual(expected);
  });
});

it('lists counted directories of all layers, deleted ones too', () => {
  const counted = [{ path: '/var/cache/apt', fileCount: 2, sizeBytes: 3 }];
  const first = { ...recordOf({}), notes: { modes: [], counted } };
  const records = [first, recordOf({ whiteouts: ['/var/cache/apt'] })];
  expect(visibleNotes(records, mergeLayers(records)).counted).toEqual([
    { path: '/var/cache/apt', fileCount: 2, sizeBytes: 3, layer: 0 },
  ]);
});
