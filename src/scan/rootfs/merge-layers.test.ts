import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NaiveRoot } from '../../../test/support/naive-root.ts';
import type { FileFact, LayerRecord } from '../../core/model/layer/layer-record.ts';
import { mergeLayers, type MergedView } from './merge-layers.ts';
import { startCpuClock } from '../../../test/support/cpu-time.ts';

/**
 * What a layer of a test holds: `path` for a file, `path/` for a folder, `a -> b`, `a => b` (hard),
 * `-path`, `path/*` opaque.
 */
function layerOf(...rows: readonly string[]): LayerRecord {
  const record = {
    unpackedBytes: 0,
    entryCount: rows.length,
    whiteouts: [] as string[],
    opaques: [] as string[],
    links: [] as LayerRecord['links'][number][],
    directories: [] as string[],
    files: [] as FileFact[],
    cataloged: [] as LayerRecord['cataloged'][number][],
    rules: [],
    diagnostics: [],
  };
  for (const row of rows) {
    const [path = '', symbolic] = row.split(' -> ');
    const [name = '', hard] = row.split(' => ');
    if (symbolic !== undefined) record.links.push({ path, target: symbolic, isHard: false });
    else if (hard !== undefined) record.links.push({ path: name, target: hard, isHard: true });
    else if (row.startsWith('-')) record.whiteouts.push(row.slice(1));
    else if (row.endsWith('/*')) record.opaques.push(row === '/*' ? '/' : row.slice(0, -2));
    else if (row.endsWith('/')) record.directories.push(row.slice(0, -1));
    else {
      record.files.push({ path: row, mode: 0o644, sizeBytes: 1, digests: [], isExecutable: false });
      record.cataloged.push({ path: row, foundBy: 'x/y', result: { packages: [] } });
    }
  }
  return record;
}

const seen = (view: MergedView): string[] => [
  ...view.files.map((row) => `${row.path}@${String(row.layer)}`),
  ...view.links.map((row) => `${row.path} ${row.isHard ? '=>' : '->'} ${row.target}`),
];

describe('mergeLayers', () => {
  it.each<[string, string[][], string[]]>([
    ['nothing', [], []],
    ['one layer', [['/a', '/b/c']], ['/a@0', '/b/c@0']],
    ['the higher of two files', [['/a', '/b'], ['/a']], ['/a@1', '/b@0']],
    ['no file that a whiteout deletes', [['/a', '/b'], ['-/a']], ['/b@0']],
    ['nothing below a folder that a whiteout deletes', [['/a/b/c', '/d'], ['-/a']], ['/d@0']],
    [
      'the own file beside its whiteout',
      [
        ['/a/b', '/a/c'],
        ['/a/b', '-/a'],
      ],
      ['/a/b@1'],
    ],
    ['what returns above a whiteout', [['/a'], ['-/a'], ['/a']], ['/a@2']],
    [
      'only own entries of an opaque folder',
      [
        ['/a/b', '/a/c/d'],
        ['/a/', '/a/c/e', '/a/*'],
      ],
      ['/a/c/e@1'],
    ],
    [
      'nothing of lower layers when the root is opaque',
      [
        ['/a', '/b/c'],
        ['/*', '/d'],
      ],
      ['/d@1'],
    ],
    ['a file in the place of a folder', [['/a/b', '/a/c/d'], ['/a']], ['/a@1']],
    ['a link in the place of a folder', [['/a/b'], ['/a -> c']], ['/a -> c']],
    ['a folder in the place of a file', [['/a'], ['/a/b']], ['/a/b@1']],
    ['an empty folder in the place of a file', [['/a', '/b'], ['/a/']], ['/b@0']],
    ['a folder over a folder, children kept', [['/a/b'], ['/a/', '/a/c']], ['/a/b@0', '/a/c@1']],
    [
      'a folder in the place of a link',
      [
        ['/lib -> usr/lib', '/usr/lib/a'],
        ['/lib/', '/lib/b'],
      ],
      ['/lib/b@1', '/usr/lib/a@0'],
    ],
    [
      'entries below a link where it leads',
      [
        ['/lib -> usr/lib', '/usr/lib/a', '/usr/lib/b'],
        ['/lib/a', '-/lib/b'],
      ],
      ['/usr/lib/a@1', '/lib -> usr/lib'],
    ],
    [
      'entries below a link of their own layer',
      [['/usr/lib/a'], ['/lib -> /usr/lib', '/lib/a', '/lib/b/']],
      ['/usr/lib/a@1', '/lib -> /usr/lib'],
    ],
    [
      'entries below a chain of links',
      [['/a -> b', '/b -> ../c/./d', '/x'], ['/a/f']],
      ['/c/d/f@1', '/x@0', '/a -> b', '/b -> ../c/./d'],
    ],
    [
      'nothing outside the root',
      [['/a/b -> ../../../../c'], ['/a/b/f']],
      ['/c/f@1', '/a/b -> ../../../../c'],
    ],
    [
      'an entry below a link that leads in circles',
      [['/a -> b', '/b -> a'], ['/a/f']],
      ['/a/f@1', '/b -> a'],
    ],
    [
      'the target of a link, when an entry takes it for a folder',
      [['/var/status', '/s -> /var/status'], ['/s/x']],
      ['/s/x@1', '/var/status@0'],
    ],
    [
      'what a whiteout below a hidden link does not mean',
      [
        ['/app/a', '/s -> /app'],
        ['/s/', '-/s/a'],
      ],
      ['/app/a@0'],
    ],
    [
      'what an opaque folder in the place of a link does not mean',
      [
        ['/usr/lib/a', '/lib -> usr/lib'],
        ['/lib/', '/lib/*'],
      ],
      ['/usr/lib/a@0'],
    ],
    [
      'what is behind an opaque link, as some tools keep it',
      [
        ['/usr/lib/a', '/lib -> usr/lib'],
        ['/lib/*', '/lib/b'],
      ],
      ['/usr/lib/a@0', '/usr/lib/b@1', '/lib -> usr/lib'],
    ],
    [
      'nothing of what an opaque folder below a link empties',
      [
        ['/usr/lib/x/a', '/usr/lib/b', '/lib -> usr/lib'],
        ['/lib/x/*', '/lib/x/c'],
      ],
      ['/usr/lib/b@0', '/usr/lib/x/c@1', '/lib -> usr/lib'],
    ],
    [
      'nothing of what an opaque folder behind a link to the root empties',
      [['/data -> ../..'], ['/data/lib/a', '/b'], ['/data/lib/*', '/lib/c']],
      ['/b@1', '/lib/c@2', '/data -> ../..'],
    ],
    ['a link that whiteouts delete, not its target', [['/b/c', '/a -> b'], ['-/a']], ['/b/c@0']],
    [
      'names of objects',
      [['/__proto__/constructor', '/toString'], ['-/__proto__/x']],
      ['/__proto__/constructor@0', '/toString@0'],
    ],
  ])('shows %s', (_, layers, expected) => {
    expect(seen(mergeLayers(layers.map((rows) => layerOf(...rows))))).toEqual(expected);
  });

  it.each([
    ['/a/b', '/a/b'],
    ['/lib/x', '/usr/lib/x'],
    ['/abs/x', '/usr/x'],
    ['/deep/x', '/usr/lib/x'],
    ['/lib/../x', '/usr/x'],
    ['/out/x', '/x'],
    ['/loop/x', undefined],
    ['lib', '/usr/lib'],
    ['/', '/'],
  ])('resolves %s to %s', (path, expected) => {
    const view = mergeLayers([
      layerOf(
        '/lib -> usr/lib',
        '/abs -> /usr',
        '/deep -> abs/lib',
        '/out -> ../../..',
        '/loop -> loop',
      ),
    ]);
    expect(view.resolve(path)).toBe(expected);
  });

  it('follows forty links and no more', () => {
    const chain = Array.from({ length: 42 }, (_, at) => `/l${String(at)} -> l${String(at + 1)}`);
    const view = mergeLayers([layerOf(...chain)]);
    expect(view.resolve('/l2')).toBe('/l42');
    expect(view.resolve('/l1')).toBeUndefined();
  });

  it('shows readings of visible files, where the files lie', () => {
    const view = mergeLayers([
      layerOf('/lib -> usr/lib', '/gone', '/usr/lib/db'),
      layerOf('-/gone'),
      layerOf('/lib/db'),
    ]);
    expect(view.cataloged).toEqual([
      expect.objectContaining({ path: '/usr/lib/db', layer: 2, foundBy: 'x/y' }),
    ]);
    expect(view.cataloged[0]?.earlier.map((row) => row.layer)).toEqual([0]);
  });

  it.each<[string, string[][], number[]]>([
    ['each layer that rewrote the file', [['/d/db'], ['/d/db'], ['/x'], ['/d/db']], [1, 0]],
    ['nothing below a deletion', [['/d/db'], ['-/d/db'], ['/d/db']], []],
    ['nothing below the deletion of the folder', [['/d/db'], ['-/d'], ['/d/db']], []],
    ['what a layer deletes and brings back', [['/d/db'], ['-/d/db', '/d/db']], [0]],
    ['what an opaque layer brings back', [['/d/e/db'], ['/d/*', '/d/e/', '/d/e/db']], [0]],
    [
      'what two opaque layers bring back',
      [['/d/e/db'], ['/d/*', '/d/e/*', '/d/e/db'], ['/d/*', '/d/e/db']],
      [1, 0],
    ],
    ['what a deleted folder brings back', [['/d/e/db'], ['-/d', '/d/e/db']], [0]],
    ['nothing below a folder in its place', [['/d/db'], ['/d/db/x'], ['/d/db']], []],
    ['what was written through a link', [['/l -> d', '/d/db'], ['/l/db'], ['/d/db']], [1, 0]],
  ])('remembers %s', (_, layers, expected) => {
    const view = mergeLayers(layers.map((rows) => layerOf(...rows)));
    const reading = view.cataloged.find((row) => row.path.endsWith('/db'));
    expect(reading?.earlier.map((row) => row.layer)).toEqual(expected);
  });

  it('keeps the body of a hard link when its target is deleted or rewritten', () => {
    const view = mergeLayers([
      layerOf('/a', '/b => /a', '/c => b'),
      layerOf('-/a', '/x'),
      layerOf('/a'),
    ]);
    const node = view.placeOf('/c')?.node;
    expect(node).toMatchObject({ kind: 'hardlink', body: { storedPath: '/a', layer: 0 } });
    expect(seen(view)).toEqual(['/a@2', '/x@1', '/b => /a', '/c => /b']);
  });

  it('takes a hard link to a link for a link', () => {
    const view = mergeLayers([layerOf('/usr/a -> b', '/usr/c => /usr/a')]);
    expect(view.resolve('/usr/c')).toBe('/usr/b');
  });

  it('hides diagnostics with their files, and locates them', () => {
    const note = (path?: string) => ({
      stage: 'layers' as const,
      message: `about ${path ?? 'nothing'}`,
      ...(path !== undefined && { location: { path, layer: 0 } }),
    });
    const lower = { ...layerOf('/a', '/b'), diagnostics: [note('/a'), note('/b'), note()] };
    const upper = { ...layerOf('/a', '/c'), diagnostics: [note('/c'), note('/elsewhere')] };
    const result = { packages: [], diagnostics: [note('/c')] };
    const cataloged = [{ path: '/c', foundBy: 'x/y', result }];
    const view = mergeLayers([lower, { ...upper, cataloged }]);
    expect(view.diagnostics.map((row) => [row.location?.path, row.location?.layer])).toEqual([
      [undefined, undefined],
      ['/b', 0],
      ['/c', 1],
      ['/c', 1],
      ['/elsewhere', 1],
    ]);
  });

  it('shows a reading without a file fact', () => {
    const bare = { ...layerOf('/a'), files: [] };
    expect(mergeLayers([bare]).cataloged.map((row) => row.path)).toEqual(['/a']);
  });

  it('merges a hundred layers of links and files in time that grows with them', () => {
    const links = Array.from({ length: 30 }, (_, at) => `/l${String(at)} -> l${String(at + 1)}`);
    const rows = Array.from({ length: 2000 }, (_, at) => `/l0/${String(at % 40)}/f${String(at)}`);
    const layers = [layerOf(...links), ...Array.from({ length: 99 }, () => layerOf(...rows))];
    const cpuMs = startCpuClock();
    const view = mergeLayers(layers);
    expect(view.files).toHaveLength(2000);
    expect(cpuMs()).toBeLessThan(20_000);
  });
});

const anyName = fc.constantFrom('a', 'b', 'c');
const anyPath = fc
  .array(anyName, { minLength: 1, maxLength: 4 })
  .map((names) => `/${names.join('/')}`);
const anyTarget = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.constantFrom('a', 'b', 'c', '..', '.'), { minLength: 1, maxLength: 3 }),
  )
  .map(([isAbsolute, names]) => (isAbsolute ? '/' : '') + names.join('/'));
const anyLayer = fc
  .uniqueArray(
    fc.oneof(
      { weight: 4, arbitrary: anyPath },
      { weight: 2, arbitrary: anyPath.map((path) => `${path}/`) },
      {
        weight: 2,
        arbitrary: fc.tuple(anyPath, anyTarget).map(([path, to]) => `${path} -> ${to}`),
      },
    ),
    { maxLength: 8, selector: (row) => row.split(' ')[0]?.replace(/\/$/, '') },
  )
  .chain((rows) =>
    fc
      .tuple(
        fc.uniqueArray(
          anyPath.map((path) => `-${path}`),
          { maxLength: 2 },
        ),
        fc.uniqueArray(
          anyPath.map((path) => `${path}/*`),
          { maxLength: 2 },
        ),
      )
      .map(([whiteouts, opaques]) => layerOf(...rows, ...whiteouts, ...opaques)),
  );

/**
 * No links, and nothing below a file of the same layer: such a layer has one meaning whatever its
 * order.
 */
function withoutLinks(record: LayerRecord): LayerRecord {
  const all = [...record.files];
  const files = all.filter(
    ({ path }) =>
      !all.some((other) => path.startsWith(`${other.path}/`)) &&
      !record.directories.some((folder) => folder.startsWith(`${path}/`)),
  );
  const isLeft = new Set(files.map((row) => row.path));
  const cataloged = record.cataloged.filter((row) => isLeft.has(row.path));
  return { ...record, links: [], files, cataloged };
}

describe('mergeLayers, against a naive tree', () => {
  it('shows the same for any layers', () => {
    fc.assert(
      fc.property(fc.array(anyLayer, { maxLength: 5 }), (layers) => {
        const naive = new NaiveRoot();
        for (const [at, record] of layers.entries()) naive.apply(record, at);
        const view = mergeLayers(layers);
        expect(seen(view)).toEqual(naive.seen());
        expect(view.cataloged.map((row) => row.path)).toEqual(view.files.map((row) => row.path));
      }),
      { numRuns: 1500 },
    );
  });

  it('shows the same where nobody speaks of some of the files', () => {
    fc.assert(
      fc.property(fc.array(anyLayer, { maxLength: 5 }), fc.func(fc.boolean()), (all, isSilent) => {
        const layers = all.map((record) => ({
          ...record,
          cataloged: record.cataloged.filter(({ path }) => !isSilent(path)),
        }));
        const naive = new NaiveRoot();
        for (const [at, record] of layers.entries()) naive.apply(record, at);
        const view = mergeLayers(layers);
        expect(seen(view)).toEqual(naive.seen());
        for (const { path, layer } of view.files) {
          expect(view.root.lookUp(path, false)).toMatchObject({ kind: 'file', path, layer });
        }
        // All names end so.
        const files = Array.from(view.root.runnable(/\//gu), ({ path, layer }) => ({
          path,
          layer,
        }));
        expect(files.sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual(
          view.files.map(({ path, layer }) => ({ path, layer })),
        );
      }),
      { numRuns: 1500 },
    );
  });

  it('remembers exactly what was at a place in every state between', () => {
    fc.assert(
      fc.property(fc.array(anyLayer.map(withoutLinks), { maxLength: 5 }), (layers) => {
        const states = layers.map((_, at) => mergeLayers(layers.slice(0, at + 1)));
        for (const { path, layer, earlier } of states.at(-1)?.cataloged ?? []) {
          const expected: number[] = [];
          let last = layer;
          for (let at = layer - 1; at >= 0; at -= 1) {
            const there = states[at]?.files.find((row) => row.path === path);
            if (there === undefined) break;
            if (there.layer !== last) expected.push(there.layer);
            last = there.layer;
          }
          expect(earlier.map((row) => row.layer)).toEqual(expected);
        }
      }),
      { numRuns: 400 },
    );
  });
});
