import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, quietContext } from '../../core/base/context.ts';
import type { LayerEntry } from '../../core/model/artifact/artifact.ts';
import type { LayerRecord, SecondWalkRecord } from '../../core/model/layer/layer-record.ts';
import type {
  LayerAnswer,
  SymlinkQuestion,
  UnresolvedSymlink,
} from '../../core/model/layer/layer-walk.ts';
import { createCollector } from '../collect/collector.ts';
import { type LayerCollection, toLayerRecord } from '../collect/layer-collection.ts';
import { mergeLayers } from './merge-layers.ts';
import {
  danglingSymlinkNotes,
  symlinkTargetFiles,
  symlinkTargets,
  unresolvedSymlinks,
  withPath,
  withTargetReadings,
} from './unresolved-symlinks.ts';
import { compileSelectors, type SelectorTable } from '../collect/selector.ts';

const selectors = compileSelectors([
  { id: 'os/release', files: { paths: ['/etc/os-release', '/usr/lib/os-release'] } },
  { id: 'deb/status', files: { paths: ['/var/lib/dpkg/status'] } },
  { id: 'deb/status-d', files: { paths: ['/var/lib/dpkg/status.d/'] } },
  { id: 'npm/lock', files: { names: ['package-lock.json'] } },
  { id: 'npm/installed', files: { names: ['package.json'] } },
  { id: 'py/dist', files: { suffixes: ['.dist-info/METADATA'] } },
]);

/**
 * A layer of a test: `path` for a file that holds its stored path, `path/`, `a -> b`, `a => b`
 * (hard), `-path`.
 */
type Rows = readonly string[];

function entryOf(row: string): LayerEntry {
  const [path = '', target] = row.split(/ [-=]> /);
  if (target !== undefined) {
    return { type: row.includes(' => ') ? 'hardlink' : 'symlink', path, target };
  }
  if (row.startsWith('-')) return { type: 'whiteout', path: row.slice(1) };
  if (row.endsWith('/')) return { type: 'directory', path: row.slice(0, -1), mode: 0o755 };
  return { type: 'file', path: row, mode: 0o644, sizeBytes: row.length };
}

function walk(
  layer: number,
  rows: Rows,
  wanted: SelectorTable,
  extraPaths: ReadonlySet<string> = new Set(),
): LayerCollection {
  const collector = createCollector(
    { layer, selectors: wanted, extraPaths, digests: 'none' },
    quietContext(),
  );
  for (const row of rows) {
    const sink = collector.visit(entryOf(row));
    sink?.write(Buffer.from(row));
    sink?.end();
  }
  return collector.finish();
}

/**
 * What a scan does: walks, reads, walks again where links ask for it, merges. A "reading" names
 * path and body.
 */
async function scan(layers: readonly Rows[]): Promise<{
  readonly pending: readonly UnresolvedSymlink[];
  readonly seen: readonly string[];
  readonly notes: readonly string[];
}> {
  const records: LayerRecord[] = [];
  for (const [layer, rows] of layers.entries()) {
    const collection = walk(layer, rows, selectors);
    const cataloged: LayerRecord['cataloged'][number][] = [];
    for (const file of collection.files) {
      for (const foundBy of file.wantedBy) {
        cataloged.push({ path: file.path, foundBy, result: await readingOf(file) });
      }
    }
    records.push(toLayerRecord(collection, { cataloged }));
  }
  const first = mergeLayers(records);
  const pending = unresolvedSymlinks(first, selectors);
  const rules = symlinkTargets({ unresolvedIn: () => pending, isExcused: () => false });
  const asked = (await rules.ask(records, first, new Map())).filter(
    (question) => question.kind === 'symlink',
  );
  const answers: LayerAnswer[] = [];
  for (const [layer, rows] of layers.entries()) {
    const questions = asked.filter((question) => question.layer === layer);
    if (questions.length > 0) answers.push(await answerTo(questions, layer, rows));
  }
  const view = mergeLayers(withTargetReadings(records, answers));
  return {
    pending,
    seen: view.cataloged.map(
      ({ path, layer, foundBy, result, earlier }) =>
        `${foundBy} ${String(result.packages[0]?.name)} at ${path}@${[layer, ...earlier.map((row) => row.layer)].join()}`,
    ),
    notes: (rules.unanswered?.(records, first, answers) ?? []).map((row) => row.message),
  };
}

async function answerTo(
  questions: readonly SymlinkQuestion[],
  layer: number,
  rows: Rows,
): Promise<LayerAnswer> {
  const links = questions.map(({ link }) => link);
  const targets = new Set(links.map(({ target }) => target));
  const collection = walk(layer, rows, compileSelectors([]), targets);
  const readings: SecondWalkRecord['readings'][number][] = [];
  for (const { link, storedPath, file } of symlinkTargetFiles(links, collection)) {
    for (const foundBy of file.wantedBy) {
      readings.push({ link, storedPath, foundBy, result: await readingOf(file) });
    }
  }
  const { files, diagnostics } = collection.facts;
  return { layer, questions, found: { files: [...files], diagnostics, readings } };
}

async function readingOf(file: {
  readonly path: string;
  bytes(): Promise<Uint8Array>;
}): Promise<{ readonly packages: readonly { readonly name: string; readonly version: string }[] }> {
  const body = Buffer.from(await file.bytes()).toString();
  return { packages: [{ name: `${file.path}(${body === file.path ? '' : body})`, version: '1' }] };
}

describe('pending links', () => {
  it.each<[string, Rows[], string[]]>([
    [
      'a link to a file that is wanted itself, once',
      [['/etc/os-release -> ../usr/lib/os-release', '/usr/lib/os-release']],
      ['os/release /usr/lib/os-release() at /usr/lib/os-release@0'],
    ],
    [
      'a link to a file of another name',
      [['/etc/os-release -> /opt/release.txt', '/opt/release.txt']],
      ['os/release /etc/os-release(/opt/release.txt) at /opt/release.txt@0'],
    ],
    [
      'a link to a forgotten file in a lower layer',
      [['/app/lock.v2'], ['/app/package-lock.json -> lock.v2']],
      ['npm/lock /app/package-lock.json(/app/lock.v2) at /app/lock.v2@0'],
    ],
    [
      'a link to a forgotten file that higher layers rewrite',
      [['/app/package-lock.json -> lock.v2', '/app/lock.v2'], ['/x'], ['/app/lock.v2']],
      ['npm/lock /app/package-lock.json(/app/lock.v2) at /app/lock.v2@2,0'],
    ],
    [
      'a database in a linked folder',
      [['/var/lib/dpkg -> ../../usr/lib/sysimage/dpkg', '/usr/lib/sysimage/dpkg/status']],
      [
        'deb/status /var/lib/dpkg/status(/usr/lib/sysimage/dpkg/status) at /usr/lib/sysimage/dpkg/status@0',
      ],
    ],
    [
      'a database in a linked folder, rewritten by a higher layer',
      [
        ['/var -> data/var', '/data/var/lib/dpkg/status'],
        ['/var/lib/dpkg/status'],
        ['/data/var/lib/dpkg/status'],
      ],
      [
        'deb/status /var/lib/dpkg/status(/data/var/lib/dpkg/status) at /data/var/lib/dpkg/status@2,1,0',
      ],
    ],
    [
      'the files of a wanted folder in a linked folder',
      [['/var/lib/dpkg -> /data/dpkg', '/data/dpkg/status.d/a', '/data/dpkg/status.d/b/c']],
      ['deb/status-d /var/lib/dpkg/status.d/a(/data/dpkg/status.d/a) at /data/dpkg/status.d/a@0'],
    ],
    [
      'the files of a wanted folder that is a link itself',
      [['/data/d/a'], ['/var/lib/dpkg/status.d -> /data/d', '/data/d/b'], ['-/data/d/a']],
      ['deb/status-d /var/lib/dpkg/status.d/b(/data/d/b) at /data/d/b@1'],
    ],
    [
      'the files of a wanted folder that links into the system',
      [['/var/lib/dpkg/status.d -> /usr/share/d', '/usr/share/d/a']],
      ['deb/status-d /var/lib/dpkg/status.d/a(/usr/share/d/a) at /usr/share/d/a@0'],
    ],
    [
      'a database that a layer stores under a link to its folder',
      [['/v -> /var'], ['/v/lib/dpkg/status', '/v/lib/dpkg/status.d/a']],
      [
        'deb/status /var/lib/dpkg/status(/v/lib/dpkg/status) at /var/lib/dpkg/status@1',
        'deb/status-d /var/lib/dpkg/status.d/a(/v/lib/dpkg/status.d/a) at /var/lib/dpkg/status.d/a@1',
      ],
    ],
    [
      'a system file that a layer stores under usr-merge links',
      [['/lib -> usr/lib', '/usr/lib/x'], ['/lib/os-release']],
      ['os/release /usr/lib/os-release(/lib/os-release) at /usr/lib/os-release@1'],
    ],
    [
      'metadata behind a linked folder',
      [['/p/a.dist-info -> /cache/a', '/cache/a/METADATA']],
      ['py/dist /p/a.dist-info/METADATA(/cache/a/METADATA) at /cache/a/METADATA@0'],
    ],
    [
      'metadata that links to a store',
      [['/p/a.dist-info/METADATA -> ../../store/0f', '/store/0f']],
      ['py/dist /p/a.dist-info/METADATA(/store/0f) at /store/0f@0'],
    ],
    [
      'one body behind two wanted links, once',
      [['/a/package.json -> /s', '/b/package.json -> /s', '/s']],
      ['npm/installed /a/package.json(/s) at /s@0'],
    ],
    [
      'a hard link to a wanted file, once',
      [['/a/package.json', '/b/package.json => /a/package.json']],
      ['npm/installed /a/package.json() at /a/package.json@0'],
    ],
    [
      'a hard link to a forgotten file of the same layer',
      [['/store/0f', '/b/package.json => /store/0f']],
      ['npm/installed /b/package.json(/store/0f) at /b/package.json@0'],
    ],
    [
      'a hard link without a leading slash, into a lower layer',
      [['/store/0f'], ['/b/package.json => store/0f', '/c']],
      ['npm/installed /b/package.json(/store/0f) at /b/package.json@1'],
    ],
    [
      'a hard link whose wanted target is deleted',
      [['/a/package.json', '/b/package.json => /a/package.json'], ['-/a/package.json']],
      ['npm/installed /b/package.json(/a/package.json) at /b/package.json@0'],
    ],
    [
      'a link to a hard link',
      [['/app/x', '/app/y => /app/x', '/app/package-lock.json -> y']],
      ['npm/lock /app/package-lock.json(/app/x) at /app/y@0'],
    ],
    [
      'nothing of a link that is deleted',
      [['/a/package.json -> s', '/a/s'], ['-/a/package.json']],
      [],
    ],
    ['nothing of a body that is deleted', [['/a/package.json -> s', '/a/s'], ['-/a/s']], []],
    ['a link to a folder', [['/a/package.json -> b', '/a/b/']], []],
    [
      'a link out of the root',
      [['/a/package.json -> ../../../s', '/s']],
      ['npm/installed /a/package.json(/s) at /s@0'],
    ],
  ])('read %s', async (_, layers, expected) => {
    expect((await scan(layers)).seen).toEqual(expected);
  });

  it('are none in ordinary images', async () => {
    const { pending } = await scan([
      ['/lib -> usr/lib', '/etc/os-release -> ../usr/lib/os-release', '/usr/lib/os-release'],
      ['/var/lib/dpkg/status', '/var/lib/dpkg/status.d/a', '/app/node_modules/a/package.json'],
      ['/app/node_modules/b -> ../vendor/b', '/app/vendor/b/package.json'],
    ]);
    expect(pending).toEqual([]);
  });

  it('ask only for layers that hold the body, where that is known', async () => {
    const { pending } = await scan([
      ['/x'],
      ['/usr/share/release'],
      ['/etc/os-release -> /usr/share/release'],
    ]);
    expect(pending).toEqual([
      {
        path: '/etc/os-release',
        target: '/usr/share/release',
        layers: [1],
        wantedBy: ['os/release'],
        isLink: true,
      },
    ]);
  });

  it.each<[string, Rows, string]>([
    [
      'to nothing',
      ['/a/package.json -> gone'],
      '"/a/package.json" leads to "/a/gone", which is not in the artifact',
    ],
    [
      'to nothing in a system folder',
      ['/etc/os-release -> gone'],
      '"/etc/os-release" leads to "/etc/gone", which is not in the artifact',
    ],
    [
      'in circles',
      ['/a/package.json -> package.json'],
      '"/a/package.json" leads through a symlink that leads to itself',
    ],
    [
      'to nothing, hard',
      ['/a/package.json => /gone'],
      '"/a/package.json" leads to "/gone", which is not in the artifact',
    ],
  ])('that lead %s are noted', async (_, rows, note) => {
    const { notes, seen } = await scan([rows]);
    expect(notes).toEqual([note]);
    expect(seen).toEqual([]);
  });

  it.each<[string, Rows, string | undefined]>([
    ['to nothing', ['/a/package.json -> gone'], 'unread'],
    ['to nothing, hard', ['/var/lib/dpkg/status => /gone'], 'unread'],
    ['to nothing, in a folder above', ['/var/lib/dpkg -> /data'], undefined],
    ['in circles', ['/var/lib/dpkg/status -> status'], 'unread'],
    ['in circles, hard', ['/x -> x', '/var/lib/dpkg/status => /x'], 'unread'],
    ['in circles of two', ['/var/lib/dpkg/status -> /s', '/s -> /var/lib/dpkg/status'], 'unread'],
    ['in circles, in a folder above', ['/var/lib/dpkg -> dpkg'], undefined],
    ['in circles, by way of a growing path', ['/var/lib -> ../var/lib/dpkg'], undefined],
    ['in circles of three', ['/var -> /a', '/a -> /b/c', '/b -> var'], undefined],
    ['to themselves, hard', ['/var/lib/dpkg/status => /var/lib/dpkg/status'], 'unread'],
    ['through one link again and again', ['/var/lib/dpkg -> /s/s/s/d', '/s -> .', '/x'], undefined],
    ['through forty-one links', [...chainOf(41), '/d41/status'], 'limit'],
    ['a very long way', [`/var/lib/dpkg -> ${'../'.repeat(1200)}d`, '/d/status'], 'limit'],
  ])('that lead %s have the gap they deserve', (_, rows, gap) => {
    const record = toLayerRecord(walk(0, rows, selectors), { cataloged: [] });
    const pending = unresolvedSymlinks(mergeLayers([record]), selectors);
    const file = pending.filter(({ path }) => !path.endsWith('/'));
    const gaps = danglingSymlinkNotes(file, () => false).map((row) => row.gap);
    expect(gaps).toEqual([gap]);
    const excused = danglingSymlinkNotes(
      file,
      () => false,
      () => true,
    );
    expect(excused.map((row) => row.gap)).toEqual([undefined]);
  });

  it('to nowhere are counted beyond a hundred', async () => {
    const rows = Array.from({ length: 130 }, (_, at) => `/a${String(at)}/package.json -> gone`);
    const { notes } = await scan([rows]);
    expect(notes).toHaveLength(101);
    expect(notes.at(-1)).toBe('leading to nothing: 30 more links');
  });
});

describe('withReadings', () => {
  it('keeps what a second walk could not read as a gap', () => {
    const record = toLayerRecord(walk(0, ['/s', '/a/package.json -> /s'], selectors), {
      cataloged: [],
    });
    const links = unresolvedSymlinks(mergeLayers([record]), selectors);
    const extraPaths = new Set(links.map(({ target }) => target));
    const collector = createCollector(
      { layer: 0, selectors: compileSelectors([]), extraPaths, digests: 'none' },
      quietContext({ limits: { ...DEFAULT_LIMITS, maxFileBytes: 4 } }),
    );
    collector.visit({ type: 'file', path: '/s', mode: 0o644, sizeBytes: 5 });
    const { facts } = collector.finish();
    const questions = links.map((link): SymlinkQuestion => ({ kind: 'symlink', layer: 0, link }));
    const found = { files: [...facts.files], diagnostics: facts.diagnostics, readings: [] };
    const records = withTargetReadings([record], [{ layer: 0, questions, found }]);
    const { diagnostics, files } = mergeLayers(records);
    expect(diagnostics).toEqual([
      expect.objectContaining({ gap: 'limit', location: { path: '/s', layer: 0 } }),
    ]);
    expect(files.map((row) => row.path)).toEqual(['/s']);
  });

  it('keeps records without new readings, and takes readings of files without facts', () => {
    const record = toLayerRecord(walk(0, ['/s', '/a/package.json -> /s'], selectors), {
      cataloged: [],
    });
    expect(withTargetReadings([record], [])[0]).toBe(record);
    const [link] = unresolvedSymlinks(mergeLayers([record]), selectors);
    if (link === undefined) throw new Error('nothing is pending');
    const reading = { link: 0, storedPath: '/s', foundBy: 'npm/installed' };
    const found = {
      files: [],
      diagnostics: [],
      readings: [{ ...reading, result: { packages: [] } }],
    };
    const questions: readonly SymlinkQuestion[] = [{ kind: 'symlink', layer: 0, link }];
    const records = withTargetReadings([record], [{ layer: 0, questions, found }]);
    expect(mergeLayers(records).cataloged).toMatchObject([
      { path: '/s', foundBy: 'npm/installed' },
    ]);
  });
});

describe('underPath', () => {
  it('is the same body', async () => {
    const file = walk(0, ['/a/package.json'], selectors).get('/a/package.json');
    if (file === undefined) throw new Error('not collected');
    const under = withPath(file, '/b');
    expect(under).toMatchObject({ path: '/b', sizeBytes: file.sizeBytes, mode: file.mode });
    expect(await under.bytes()).toEqual(await file.bytes());
    expect(await under.readAt(1, 2)).toEqual(await file.readAt(1, 2));
  });
});

describe('a linked folder that lacks a wanted file', () => {
  it.each([
    ['/usr/lib/jvm/java-21/lib/src.zip', undefined],
    ['/opt/app.ZIP', undefined],
    ['/opt/app.jar.bak', undefined],
    ['/opt/app.jar', 'unread'],
    ['/app/package-lock.json', 'unread'],
  ])('that leads to nothing, %s, has the gap %s', (path, gap) => {
    const link = { path, target: '/gone', isLink: true, layer: 0 } as unknown as UnresolvedSymlink;
    expect(danglingSymlinkNotes([link], () => false).map((row) => row.gap)).toEqual([gap]);
  });

  it('is no dangling link, unlike a link of that very name', async () => {
    const merged = await scan(
      [['usr/', 'usr/lib/', 'lib -> usr/lib', 'var -> usr/lib']].map(rooted),
    );
    expect(merged.notes).toEqual([]);
    const dangling = await scan([['etc/', 'etc/os-release -> ../usr/lib/os-release']].map(rooted));
    expect(dangling.notes).toEqual([expect.stringContaining('which is not in the artifact')]);
  });
});

/** A symlink at the path of a database that leads through as many more. */
function chainOf(count: number): Rows {
  const links = Array.from({ length: count }, (_, at) => `/d${String(at)} -> d${String(at + 1)}`);
  return ['/var/lib/dpkg -> /d0', ...links];
}

function rooted(rows: Rows): Rows {
  return rows.map((row) => `/${row}`);
}
