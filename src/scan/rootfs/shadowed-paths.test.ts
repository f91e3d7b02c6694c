import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NaiveRoot } from '../../../test/support/naive-root.ts';
import { quietContext } from '../../core/base/context.ts';
import type { LayerEntry } from '../../core/model/artifact/artifact.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import type { LayerAnswer, PathQuestion } from '../../core/model/layer/layer-walk.ts';
import { createCollector } from '../collect/collector.ts';
import { type LayerCollection, toLayerRecord } from '../collect/layer-collection.ts';
import { mergeLayers, type MergedView } from './merge-layers.ts';
import { PathHashBuilder } from '../../core/model/layer/path-hashes.ts';
import { shadowCandidates, withShadowedPaths } from './shadowed-paths.ts';
import { compileSelectors } from '../collect/selector.ts';
import { startCpuClock } from '../../../test/support/cpu-time.ts';

/**
 * A layer of a test: `path` for an executable, which is remembered, `~path` for a plain file, which
 * is forgotten, `path/`, `a -> b`, `a => b` (hard), `-path`, `path/*` opaque.
 */
type Rows = readonly string[];

const WANTED = compileSelectors([{ id: 'npm/installed', files: { names: ['package.json'] } }]);

function entryOf(row: string): LayerEntry {
  const [path = '', target] = row.split(/ [-=]> /);
  if (target !== undefined) {
    return { type: row.includes(' => ') ? 'hardlink' : 'symlink', path, target };
  }
  if (row.startsWith('-')) return { type: 'whiteout', path: row.slice(1) };
  if (row.endsWith('/*')) return { type: 'opaque', path: row.slice(0, -2) };
  if (row.endsWith('/')) return { type: 'directory', path: row.slice(0, -1), mode: 0o755 };
  return row.startsWith('~')
    ? { type: 'file', path: row.slice(1), mode: 0o644, sizeBytes: 3 }
    : { type: 'file', path: row, mode: 0o755, sizeBytes: 1 };
}

function walk(layer: number, rows: Rows, notedPaths?: ReadonlySet<string>): LayerCollection {
  const collector = createCollector(
    {
      layer,
      selectors: notedPaths === undefined ? WANTED : compileSelectors([]),
      ...(notedPaths !== undefined && { notedPaths }),
      digests: 'none',
    },
    quietContext(),
  );
  for (const row of rows) {
    const entry = entryOf(row);
    const sink = collector.visit(entry);
    sink?.write(Buffer.from('x'));
    sink?.end();
  }
  return collector.finish();
}

const recordOf = (rows: Rows, layer: number): LayerRecord =>
  toLayerRecord(walk(layer, rows), { cataloged: [] });

/** What a scan does: walks, asks, walks again where a file may have replaced something, merges. */
function scan(
  layers: readonly Rows[],
  firstRecord: (rows: Rows, layer: number) => LayerRecord = recordOf,
): {
  readonly asked: readonly PathQuestion[];
  readonly records: readonly LayerRecord[];
  readonly view: MergedView;
} {
  const records = layers.map(firstRecord);
  const asked = shadowCandidates(records, mergeLayers(records));
  const answers = [...new Set(asked.map(({ layer }) => layer))].map((layer): LayerAnswer => {
    const questions = asked.filter((question) => question.layer === layer);
    const paths = new Set(questions.flatMap((question) => question.paths));
    const { files } = walk(layer, layers[layer] ?? [], paths).facts;
    const found = { files: files.where((path) => paths.has(path)), diagnostics: [], readings: [] };
    return { layer, questions, found };
  });
  const all = withShadowedPaths(records, answers);
  return { asked, records: all, view: mergeLayers(all) };
}

/** Files that a first walk remembers, and links. */
const seen = (view: MergedView): string[] => [
  ...view.files.filter((row) => row.isExecutable).map((row) => `${row.path}@${String(row.layer)}`),
  ...view.links.map((row) => `${row.path} ${row.isHard ? '=>' : '->'} ${row.target}`),
];

describe('forgotten files', () => {
  it.each<[string, Rows[], string[]]>([
    ['over a folder remove it', [['/app/node_modules/a/x', '/y'], ['~/app']], ['/y@0']],
    ['over an inner folder remove that', [['/app/a/x', '/app/b/y'], ['~/app/a']], ['/app/b/y@0']],
    ['beside a folder remove nothing', [['/app/a/x'], ['~/app/b', '~/app/a.txt']], ['/app/a/x@0']],
    ['over a file replace it', [['/app/x', '/app/y'], ['~/app/x']], ['/app/y@0']],
    ['over a link replace it', [['/l -> a', '/a/x'], ['~/l']], ['/a/x@0']],
    ['over a hard link replace it', [['/a/x', '/b => /a/x'], ['~/b']], ['/a/x@0']],
    ['over a folder two layers below', [['/app/x'], ['/y'], ['~/app']], ['/y@1']],
    ['over folders of several layers', [['/app/x'], ['/app/y'], ['~/app']], []],
    ['below a folder that returns', [['/app/x'], ['~/app'], ['/app/', '/app/y']], ['/app/y@2']],
    ['below a folder without an entry', [['/app/x'], ['~/app'], ['/app/y']], ['/app/y@2']],
    ['of the lowest layer, below a folder', [['~/app'], ['/app/', '/app/x']], ['/app/x@1']],
    [
      'below a folder that was never there before',
      [['/y'], ['~/app'], ['/app/x']],
      ['/app/x@2', '/y@0'],
    ],
    ['that a whiteout removes, not what they replaced', [['/app/x'], ['~/app'], ['-/app']], []],
    [
      'over a folder that lies behind a link',
      [['/l -> /data'], ['/l/app/x'], ['~/data/app']],
      ['/l -> /data'],
    ],
    [
      'over a link, so that a whiteout does not act through it',
      [['/app/x', '/l -> /app'], ['~/l'], ['-/l/x'], ['/l -> /other']],
      ['/app/x@0', '/l -> /other'],
    ],
    [
      'that their own layer replaces by a folder count for nothing',
      [['/app/x'], ['~/app', '/app/', '/app/y']],
      ['/app/x@0', '/app/y@1'],
    ],
    [
      'that their own layer replaces by a link',
      [['/app/x'], ['~/app', '/app -> b']],
      ['/app -> b'],
    ],
    [
      'that their own layer needs as a folder count for nothing',
      [['/app/x'], ['~/app', '/app/y']],
      ['/app/x@0', '/app/y@1'],
    ],
    [
      'in a folder that their own layer replaces by a link',
      [
        ['/a/app/x', '/b/y'],
        ['~/a/app', '/a -> b'],
      ],
      ['/b/y@0', '/a -> b'],
    ],
    ['after a folder of their own layer', [['/app/x'], ['/app/', '/app/y', '~/app']], []],
    ['named as objects are', [['/__proto__/x', '/y'], ['~/__proto__']], ['/y@0']],
  ])('%s', (_, layers, expected) => {
    expect(seen(scan(layers).view)).toEqual(expected);
  });

  it('end the life of a package that returns above them', () => {
    const { view } = scan([['/app/x'], ['~/app'], ['/app/x']]);
    expect(view.files.map(({ path, layer }) => [path, layer])).toEqual([['/app/x', 2]]);
    expect(view.placeOf('/app/x')?.node).toMatchObject({ layer: 2, before: undefined });
  });

  it.each<[string, Rows[]]>([
    ['one layer', [['/app/x', '~/app/y', '~/z']]],
    [
      'files beside each other',
      [
        ['/app/x', '~/app/y'],
        ['/app/z', '~/app/y', '~/app/w'],
      ],
    ],
    ['a file that becomes executable', [['/a'], ['~/app/x'], ['/app/x']]],
    ['an erased and known place', [['/app/x'], ['/app -> y', '~/z']]],
  ])('are not asked for with %s', (_, layers) => {
    expect(scan(layers).asked).toEqual([]);
  });

  it('leave no trace in the lowest layer', () => {
    expect(recordOf(['~/a'], 0)).not.toHaveProperty('unrecordedPathHashes');
    expect(recordOf(['/a'], 1)).not.toHaveProperty('unrecordedPathHashes');
    expect(recordOf(['~/a'], 1).unrecordedPathHashes).toBe(
      recordOf(['~/a', '~/a'], 2).unrecordedPathHashes,
    );
  });

  it('never hide a thing by their hash alone', () => {
    // Both have the hash 0x24904061.
    const [folder, collides] = ['/srv/13rnw', '/srv/1kpba'];
    const { asked, view, records } = scan([[`${folder}/x`], [`~${collides}`]]);
    expect(asked).toEqual([{ kind: 'paths', layer: 1, paths: [folder] }]);
    expect(seen(view)).toEqual([`${folder}/x@0`]);
    expect([...(records[1]?.files ?? [])]).toEqual([]);
  });

  it('are remembered by a second walk without their bodies, however large', () => {
    const collector = createCollector(
      { layer: 1, selectors: WANTED, notedPaths: new Set(['/app']), digests: 'none' },
      quietContext(),
    );
    const entry = { type: 'file', path: '/app', mode: 0o644, sizeBytes: 1e13 } as const;
    expect(collector.visit(entry)).toBeUndefined();
    const { facts, files } = collector.finish();
    expect(files).toEqual([]);
    expect([...facts.files].map((row) => row.path)).toEqual(['/app']);
    expect(facts.diagnostics).toEqual([]);
  });

  it('are found in time that grows with the layers', () => {
    const kept = Array.from(
      { length: 20_000 },
      (_, at) => `/srv/d${String(at % 99)}/f${String(at)}`,
    );
    const plain = Array.from(
      { length: 40_000 },
      (_, at) => `~/srv/e${String(at % 99)}/${String(at)}`,
    );
    const records = Array.from({ length: 20 }, (_, layer) =>
      recordOf(layer % 2 === 0 ? kept : [...plain, '~/srv/d7'], layer),
    );
    const view = mergeLayers(records);
    const cpuMs = startCpuClock();
    const asked = shadowCandidates(records, view);
    expect(cpuMs()).toBeLessThan(20_000);
    expect(asked.filter(({ paths }) => paths.includes('/srv/d7'))).toHaveLength(10);
  });
});

const anyName = fc.constantFrom('a', 'b', 'c');
const anyPath = fc
  .array(anyName, { minLength: 1, maxLength: 4 })
  .map((names) => `/${names.join('/')}`);
const anyTarget = anyPath.map((path) => path.slice(1));

const anyLayer = fc
  .uniqueArray(
    fc.oneof(
      { weight: 4, arbitrary: anyPath },
      { weight: 4, arbitrary: anyPath.map((path) => `~${path}`) },
      { weight: 2, arbitrary: anyPath.map((path) => `${path}/`) },
      {
        weight: 1,
        arbitrary: fc.tuple(anyPath, anyTarget).map(([path, to]) => `${path} -> /${to}`),
      },
    ),
    { maxLength: 8, selector: pathOf },
  )
  .chain((rows) =>
    fc
      .array(
        fc.oneof(
          anyPath.map((path) => `-${path}`),
          anyPath.map((path) => `${path}/*`),
        ),
        { maxLength: 2 },
      )
      .map((erasures) => [...rows, ...erasures]),
  );

function pathOf(row: string): string {
  const { path } = entryOf(row);
  return path;
}

const isErasure = (row: string): boolean => row.startsWith('-') || row.endsWith('/*');
const isFolder = (row: string): boolean => row.endsWith('/');

/**
 * Layers of one meaning, as overlay drivers write them: nothing lies below a file or a link of the
 * same layer, and all comes with the folders above it.
 */
function plainly(rows: Rows): Rows {
  const ends = rows.filter((row) => !isErasure(row) && !isFolder(row)).map(pathOf);
  const left = rows.filter(
    (row) => isErasure(row) || !ends.some((end) => pathOf(row).startsWith(`${end}/`)),
  );
  const folders = left.flatMap((row) => (isErasure(row) ? [] : foldersAbove(pathOf(row))));
  return [...new Set([...folders, ...left])];
}

function foldersAbove(path: string): readonly string[] {
  const names = path.split('/').slice(1, -1);
  return names.map((_, at) => `/${names.slice(0, at + 1).join('/')}/`);
}

describe('forgotten files, against a naive tree', () => {
  it('replace what they replace there, once confirmed', () => {
    let confirmedCount = 0;
    fc.assert(
      fc.property(fc.array(anyLayer.map(plainly), { maxLength: 5 }), (layers) => {
        const naive = new NaiveRoot();
        for (const [layer, rows] of layers.entries()) {
          const forgotten = rows.filter((row) => row.startsWith('~')).map(pathOf);
          naive.apply(recordOf(rows, layer), layer, forgotten);
        }
        const { view, records } = scan(layers);
        confirmedCount += records
          .flatMap((row) => [...row.files])
          .filter((row) => !row.isExecutable).length;
        expect(seen(view)).toEqual(naive.seen());
      }),
      { numRuns: 1500 },
    );
    expect(confirmedCount).toBeGreaterThan(100);
  });

  it('hide nothing where all hashes collide', () => {
    const names = ['a', 'b', 'c'];
    const hashes = new PathHashBuilder();
    let level = [''];
    for (let depth = 1; depth <= 4; depth += 1) {
      level = level.flatMap((path) => names.map((name) => `${path}/${name}`));
      for (const path of level) hashes.add(path);
    }
    const forgotten = hashes.toText() ?? '';
    fc.assert(
      fc.property(fc.array(anyLayer.map(plainly), { maxLength: 5 }), (layers) => {
        const { view, asked } = scan(layers, (rows, layer) => ({
          ...recordOf(rows, layer),
          ...(layer > 0 && { unrecordedPathHashes: forgotten }),
        }));
        fc.pre(asked.length > 0);
        expect(seen(view)).toEqual(seen(scan(layers).view));
      }),
      { numRuns: 500 },
    );
  });
});
