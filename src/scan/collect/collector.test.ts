import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_LIMITS, quietContext } from '../../core/base/context.ts';
import { elfProgram } from '../../../test/support/elf-program.ts';
import type { BodySink, SeekableBody, LayerEntry } from '../../core/model/artifact/artifact.ts';
import { createCollector, type CollectorOptions } from './collector.ts';
import { type LayerCollection, toLayerRecord } from './layer-collection.ts';
import { compileSelectors } from './selector.ts';
import type { CollectedFile } from '../../core/model/layer/layer-walk.ts';

const selectors = compileSelectors([
  { id: 'debian/dpkg', files: { paths: ['/var/lib/dpkg/status'], areFilesOnly: true } },
  {
    id: 'node/lock',
    files: { names: ['package-lock.json'], areFilesOnly: true },
    companions: { names: ['package.json'] },
  },
  { id: 'go/binary', files: { magics: ['\u007fELF'] } },
]);

type Entry = LayerEntry & { readonly body?: string };

const file = (path: string, body: string, mode = 0o644): Entry => ({
  type: 'file',
  path,
  mode,
  sizeBytes: Buffer.byteLength(body),
  body,
});
const directory = (path: string): Entry => ({ type: 'directory', path, mode: 0o755 });
const symlink = (path: string, target: string): Entry => ({ type: 'symlink', path, target });
const hardlink = (path: string, target: string): Entry => ({ type: 'hardlink', path, target });

/**
 * Feeds the bodies through one buffer that is overwritten, a few bytes at a time, as a source may.
 */
function collect(
  entries: readonly Entry[],
  options: Partial<CollectorOptions> & {
    readonly maxFileBytes?: number;
    readonly pieceBytes?: number;
  } = {},
): LayerCollection {
  const { maxFileBytes = DEFAULT_LIMITS.maxFileBytes, pieceBytes = 3, ...rest } = options;
  const context = quietContext({ limits: { ...DEFAULT_LIMITS, maxFileBytes } });
  const collector = createCollector({ layer: 3, selectors, digests: 'none', ...rest }, context);
  const shared = Buffer.alloc(pieceBytes);
  for (const { body = '', ...entry } of entries) {
    const sink = collector.visit(entry);
    const bytes = Buffer.from(body);
    for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
      const length = bytes.copy(shared, 0, offset, offset + pieceBytes);
      sink?.write(shared.subarray(0, length));
      shared.fill(0);
    }
    sink?.end();
  }
  return collector.finish();
}

const pathsOf = (rows: Iterable<{ readonly path: string }>): string[] =>
  [...rows].map((row) => row.path);

describe('an excerpt of a program', () => {
  const rows = compileSelectors([
    {
      id: 'texts',
      files: { names: ['tool'], excerpts: [{ names: ['tool'], anchors: ['tool/'] }] },
    },
  ]);
  const program = elfProgram({ codeStart: 8192, codeEnd: 700_000, sizeBytes: 900_000 });
  for (const at of [3000, 8200, 500_000, 800_000]) program.write(`tool/${String(at)}\0`, at);

  function excerpt(give: (sink: BodySink) => void): readonly CollectedFile[] {
    const collector = createCollector(
      { layer: 0, selectors: rows, digests: 'none' },
      quietContext(),
    );
    const sizeBytes = program.length;
    const sink = collector.visit({ type: 'file', path: '/bin/tool', mode: 0o644, sizeBytes });
    if (sink !== undefined) give(sink);
    return collector.finish().files;
  }

  it('is the same of one that lies in a file, whose code is not read', async () => {
    const [streamed] = excerpt((sink) => {
      for (let at = 0; at < program.length; at += 4096) sink.write(program.subarray(at, at + 4096));
      sink.end();
    });
    let readBytes = 0;
    const [placed] = excerpt((sink) => {
      const readInto = (into: Uint8Array, offset: number): number => {
        const count = program.copy(into, 0, offset, offset + into.length);
        readBytes += count;
        return count;
      };
      const readAt = (offset: number, length: number): Buffer =>
        program.subarray(offset, offset + length);
      const sizeBytes = program.length;
      expect(sink.place?.({ sizeBytes, isLasting: true, readAt, readInto })).toBe(true);
    });
    const text = Buffer.from((await placed?.bytes()) ?? '').toString('latin1');
    expect(text).toBe(Buffer.from((await streamed?.bytes()) ?? '').toString('latin1'));
    expect(text.match(/tool\/\d+/g)).toEqual(['tool/3000', 'tool/800000']);
    expect(readBytes).toBeLessThan(300_000);
  });

  it('is begun anew where the file is shorter than it was said to be', () => {
    excerpt((sink) => {
      const body = { sizeBytes: 900_000, isLasting: true, readAt: () => Buffer.alloc(0) };
      expect(sink.place?.({ ...body, readInto: () => 0 })).toBe(false);
    });
  });
});

describe('a large body that can be read once more', () => {
  const body = Buffer.alloc(3 * 1024 * 1024, 'large');

  function give(readInto: SeekableBody['readInto'], verify: () => void): CollectedFile | undefined {
    const collector = createCollector({ layer: 3, selectors, digests: 'none' }, quietContext());
    const path = '/app/package-lock.json';
    const sink = collector.visit({ type: 'file', path, mode: 0o644, sizeBytes: body.length });
    sink?.again?.({ sizeBytes: body.length, readInto, verify });
    for (let at = 0; at < body.length; at += 65_536) sink?.write(body.subarray(at, at + 65_536));
    sink?.end();
    return collector.finish().files[0];
  }

  const readInto = (into: Uint8Array, offset: number): number =>
    body.copy(into, 0, offset, offset + into.length);

  it('is left where it lies until somebody reads it', async () => {
    const read = vi.fn(readInto);
    const file = give(read, () => undefined);
    expect(read).not.toHaveBeenCalled();
    const bytesAt = async (offset: number, lengthBytes: number): Promise<Buffer> =>
      Buffer.from((await file?.readAt(offset, lengthBytes)) ?? 'none');
    expect(body.equals((await file?.bytes()) ?? Buffer.alloc(0))).toBe(true);
    expect(body.subarray(-5).equals(await bytesAt(body.length - 5, 10))).toBe(true);
    expect(await bytesAt(body.length, 10)).toHaveLength(0);
  });

  it('is not read from a file that has changed', () => {
    const file = give(readInto, () => {
      throw new RangeError('changed');
    });
    expect(() => file?.bytes()).toThrow('changed');
  });
});

describe('createCollector', () => {
  it('has a gap where something that is not a file has a wanted name', () => {
    const { facts } = collect([
      { type: 'special', path: '/app/package-lock.json', what: 'a named pipe' },
      { type: 'special', path: '/app/package.json', what: 'a socket' },
      { type: 'special', path: '/dev/null', what: 'a device' },
    ]);
    expect(facts.diagnostics).toEqual([
      {
        stage: 'layers',
        message:
          '"/app/package-lock.json": a named pipe in the place of a file, which is not opened',
        location: { path: '/app/package-lock.json', layer: 3 },
        gap: 'unreadable',
      },
    ]);
    expect([...facts.files]).toEqual([]);
  });

  it('puts what holds nothing in the place of what was there, in lower layers as well', () => {
    const entries: Entry[] = [
      file('/app/package-lock.json', '{}'),
      { type: 'special', path: '/app/package-lock.json', what: 'a named pipe' },
      { type: 'special', path: '/opt/tool', what: 'a device' },
      file('/opt/tool', '{}', 0o755),
    ];
    const { facts } = collect(entries);
    expect(pathsOf(facts.files)).toEqual(['/opt/tool']);
    expect([...facts.whiteouts]).toEqual(['/app/package-lock.json', '/opt/tool']);
    expect([...collect(entries, { layer: 0 }).facts.whiteouts]).toEqual([]);
  });

  it('has a gap where a folder has the name of a file that tells of packages', () => {
    const { facts } = collect([
      directory('/app/package-lock.json'),
      directory('/app/test/package-lock.json'),
      directory('/app/node_modules/a/package-lock.json'),
      directory('/var/lib/dpkg/status'),
      directory('/srv/dpkg/status'),
      directory('/app/package.json'),
    ]);
    expect(facts.diagnostics.map(({ location, gap }) => [location?.path, gap])).toEqual([
      ['/app/package-lock.json', 'unreadable'],
      ['/app/test/package-lock.json', 'unreadable'],
      ['/var/lib/dpkg/status', 'unreadable'],
    ]);
    expect(facts.diagnostics[0]?.message).toBe(
      '"/app/package-lock.json": a folder in the place of a file',
    );
  });

  it('has no gap where it is a folder of tests in a source tree', () => {
    const { facts } = collect([directory('/app/test/package-lock.json')], {
      artifactKind: 'directory',
    });
    expect(facts.diagnostics).toEqual([]);
  });

  it('keeps wanted bodies, and says who wants them', async () => {
    const collection = collect([
      file('/var/lib/dpkg/status', 'Package: a'),
      file('/app/package-lock.json', '{}'),
      file('/app/package.json', '{"x":1}'),
      file('/app/notes.txt', 'nothing'),
    ]);
    expect(collection.files.map((row) => [row.path, row.wantedBy])).toEqual([
      ['/var/lib/dpkg/status', ['debian/dpkg']],
      ['/app/package-lock.json', ['node/lock']],
      ['/app/package.json', []],
    ]);
    const status = collection.get('/var/lib/dpkg/status');
    expect(Buffer.from((await status?.bytes()) ?? []).toString()).toBe('Package: a');
    expect(Buffer.from((await status?.readAt(2, 3)) ?? []).toString()).toBe('cka');
    expect((await status?.readAt(9, 3))?.length).toBe(1);
    expect(status?.sizeBytes).toBe(10);
    expect(collection.facts).toMatchObject({ entryCount: 4, unpackedBytes: 26, diagnostics: [] });
  });

  it('keeps links, folders, whiteouts and opaque folders, and forgets other files', () => {
    const { facts } = collect([
      directory('/app'),
      file('/app/main.js', '1'),
      symlink('/lib', 'usr/lib'),
      hardlink('/app/b', '/app/main.js'),
      { type: 'whiteout', path: '/etc/passwd' },
      { type: 'opaque', path: '/srv' },
    ]);
    expect({ ...facts, files: [...facts.files] }).toMatchObject({
      entryCount: 6,
      directories: ['/app'],
      files: [],
      links: [
        { path: '/lib', target: 'usr/lib', isHard: false },
        { path: '/app/b', target: '/app/main.js', isHard: true },
      ],
      whiteouts: ['/etc/passwd'],
      opaques: ['/srv'],
    });
  });

  it.each([
    ['an executable', file('/app/run', '#!', 0o755), true],
    ['a file of the system', file('/usr/lib/libc.so', 'x'), true],
    ['a file of an installed package', file('/app/node_modules/a/x.js', 'x'), true],
    ['a file that a link may make a wanted one', file('/x/dpkg/status', 'x'), true],
    ['another file', file('/app/x.js', 'x'), false],
    ['a file that is local to the system', file('/usr/local/share/x', 'x'), false],
  ])('remembers %s: %s', (_, entry, isKept) => {
    for (const digests of ['none', 'full'] as const) {
      expect(pathsOf(collect([entry], { digests }).facts.files)).toEqual(
        isKept ? [entry.path] : [],
      );
    }
  });

  it.each([
    ['md5 when nothing is known', '/usr/lib/a', [], undefined, 'md5'],
    ['sha1 when the layers below are of apk', '/usr/lib/a', [], 'apk', 'sha1'],
    ['sha1 after an entry of apk', '/usr/lib/a', [directory('/etc/apk')], undefined, 'sha1'],
    ['sha256 for rpm', '/usr/lib/a', [directory('/var/lib/rpm')], undefined, 'sha256'],
    ['sha256 in site-packages', '/app/lib/site-packages/a', [], 'dpkg', 'sha256'],
  ] as const)('digests with %s', (...[, path, before, packaging, algorithm]) => {
    const options = { digests: 'full', ...(packaging !== undefined && { packaging }) } as const;
    const { facts } = collect([...before, file(path, 'hello')], options);
    const hex = createHash(algorithm).update('hello').digest('hex');
    expect([...facts.files].at(-1)?.digests).toEqual([`${algorithm}:${hex}`]);
  });

  it('takes the digests that a table names, and no others', () => {
    const digests = new Map([['/var/lib/x', ['sha1', 'md5'] as const]]);
    const { facts } = collect([file('/var/lib/x', 'hello'), file('/usr/lib/y', 'y')], { digests });
    expect(
      [...facts.files].map((row) => [row.path, row.digests.map((it) => it.split(':')[0])]),
    ).toEqual([
      ['/var/lib/x', ['sha1', 'md5']],
      ['/usr/lib/y', []],
    ]);
  });

  it('reads executables that begin as a reader wants, of any length', async () => {
    const collection = collect([
      file('/app/server', '\u007fELF\u0002 go', 0o755),
      file('/app/short', '\u007fE', 0o755),
      file('/app/script', '#!/bin/sh', 0o755),
      file('/app/data', '\u007fELF', 0o644),
    ]);
    expect(collection.files.map((row) => [row.path, row.wantedBy])).toEqual([
      ['/app/server', ['go/binary']],
    ]);
    const bytes = await collection.get('/app/server')?.bytes();
    expect(Buffer.from(bytes ?? []).toString()).toBe('\u007fELF\u0002 go');
  });

  it('keeps the first files of a store, and forgets the others', () => {
    const files = { firstIn: '/nix/store/', suffixes: ['/include/'], excerpts: [{ anchors: [] }] };
    const table = compileSelectors([{ id: 'nix/store-path', files }]);
    const collected = collect(
      ['/nix/store/a-1/share/x', '/nix/store/a-1/share/y', '/nix/store/a-1/include/z', '/x'].map(
        (path) => file(path, 'x'),
      ),
      { selectors: table },
    );
    expect(collected.files.map(({ path, wantedBy }) => [path, wantedBy])).toEqual([
      ['/nix/store/a-1/share/x', ['nix/store-path']],
      ['/nix/store/a-1/include/z', ['nix/store-path']],
    ]);
  });

  it('collects extra paths, and all files of an extra folder', () => {
    const { files } = collect(
      [file('/x/a', '1'), file('/x/b/c', '2'), file('/y/d', '3'), file('/y/e/f', '4')],
      { selectors: compileSelectors([]), extraPaths: new Set(['/x/a', '/y/']) },
    );
    expect(pathsOf(files)).toEqual(['/x/a', '/y/d']);
    expect(files.every((row) => row.wantedBy.length === 0)).toBe(true);
  });

  it('passes over skipped paths', () => {
    const { facts, files } = collect(
      [file('/proc/package-lock.json', '{}'), file('/a/package-lock.json', '{}')],
      { isSkipped: (path) => path.startsWith('/proc/') },
    );
    expect(pathsOf(files)).toEqual(['/a/package-lock.json']);
    expect(facts.entryCount).toBe(2);
  });

  it('keeps programs that hold what a row looks for, wherever the pieces break', () => {
    const table = compileSelectors([
      { id: 'a/b', files: { magics: ['\u007fELF'], markers: ['needle'], names: ['tool'] } },
      { id: 'c/d', files: { magics: ['\u007fELF'], markers: ['.thread'] } },
      { id: 'e/f', files: { names: ['both'] } },
    ]);
    const program = (path: string, text: string): Entry => file(path, `\u007fELF ${text}`, 0o755);
    const collection = collect(
      [
        program('/with', 'a needle in it'),
        program('/without', 'a needl and .threa'),
        program('/two', 'needle and .thread'),
        program('/both', 'with .thread'),
        file('/no-program', 'needle', 0o755),
        program('/tool', 'wanted for its name'),
        file('/not-executable', '\u007fELF needle'),
      ],
      { selectors: table },
    );
    const { files, facts } = collection;
    expect(Object.fromEntries(files.map((row) => [row.path, row.wantedBy]))).toEqual({
      '/with': ['a/b'],
      '/two': ['a/b', 'c/d'],
      '/both': ['e/f', 'c/d'],
      '/tool': ['a/b'],
    });
    expect(facts.diagnostics).toEqual([]);
    collection.close();
  });

  it('says nothing of a program that is too large and that nobody wants', () => {
    const table = compileSelectors([
      { id: 'a/b', files: { magics: ['\u007fELF'], markers: ['needle'] } },
    ]);
    const large = `\u007fELF ${'x'.repeat(200)}`;
    const entries = [file('/a', large, 0o755), file('/b', `${large}needle`, 0o755)];
    const { files, facts } = collect(entries, { selectors: table, maxFileBytes: 8 });
    expect(files).toEqual([]);
    expect(facts.diagnostics).toMatchObject([{ gap: 'limit', location: { path: '/b' } }]);
  });

  it('reads large programs from where they are kept, until it is closed', async () => {
    const large = `\u007fELF${'0123456789abcdef'.repeat(200_000)}`;
    const programs = [file('/a', large, 0o755), file('/b', `${large}!`, 0o755)];
    const collection = collect(programs, { pieceBytes: 4099 });
    const { files } = collection;
    expect(files.map((row) => row.sizeBytes)).toEqual([large.length, large.length + 1]);
    for (const one of files) {
      expect(Buffer.from(await one.readAt(4 + 16 * 99_999, 20)).toString()).toBe(
        '0123456789abcdef0123',
      );
      expect((await one.readAt(one.sizeBytes - 2, 20)).length).toBe(2);
      expect((await one.bytes()).length).toBe(one.sizeBytes);
    }
    collection.close();
    await expect(async () => files[0]?.readAt(0, 4)).rejects.toThrow('closed');
  });

  it.each([
    ['announced', file('/a/package-lock.json', 'too large')],
    ['not announced', { ...file('/a/package-lock.json', 'too large'), sizeBytes: 1 } as Entry],
    ['of a binary', { ...file('/a/server', '\u007fELF too large'.repeat(16), 0o755) }],
  ])('names a wanted file that is too large, %s, as a gap', (_, entry) => {
    const { facts, files } = collect([entry], { maxFileBytes: 8 });
    expect(files).toEqual([]);
    expect(pathsOf(facts.files)).toEqual([entry.path]);
    expect(facts.diagnostics).toEqual([
      expect.objectContaining({ gap: 'limit', location: { path: entry.path, layer: 3 } }),
    ]);
  });

  it('says nothing of large files that nobody wants', () => {
    const { facts } = collect([file('/usr/bin/big', 'not ELF, and large', 0o755)], {
      maxFileBytes: 4,
      digests: 'full',
    });
    expect(facts.diagnostics).toEqual([]);
    expect([...facts.files][0]?.digests).toHaveLength(1);
  });

  it('bounds what all files of a layer take together', () => {
    const entries = Array.from({ length: 12 }, (_, index) =>
      file(`/a${String(index)}/package-lock.json`, '12345678'),
    );
    const { facts, files } = collect(entries, { maxFileBytes: 8 });
    expect(files).toHaveLength(8);
    expect(facts.diagnostics.map((row) => row.gap)).toEqual(Array(4).fill('limit'));
  });

  it.each([
    ['shorter than announced', 9],
    ['longer than announced', 1],
  ])('reports a body that is %s', (_, sizeBytes) => {
    const wanted = { ...file('/a/package-lock.json', '{"a"}'), sizeBytes } as Entry;
    const other = { ...file('/usr/lib/x', '{"a"}'), sizeBytes } as Entry;
    const { facts, files } = collect([wanted, other], { digests: 'full' });
    expect(files[0]?.sizeBytes).toBe(5);
    expect(facts.diagnostics).toEqual([
      expect.objectContaining({ gap: 'unreadable', location: { path: wanted.path, layer: 3 } }),
      expect.not.objectContaining({ gap: expect.anything() as unknown }),
    ]);
  });

  it('reports a body that never ended', () => {
    const collector = createCollector({ layer: 0, selectors, digests: 'full' }, quietContext());
    collector.visit(file('/a/package-lock.json', '{}'))?.write(Buffer.from('{'));
    const { facts, files } = collector.finish();
    expect(files).toEqual([]);
    expect([...facts.files][0]?.digests).toEqual([]);
    expect(facts.diagnostics[0]).toMatchObject({ gap: 'unreadable' });
  });

  it.each<[string, Entry[], { files?: string[]; links?: string[]; directories?: string[] }]>([
    [
      'the last of two files',
      [file('/usr/a', '1'), file('/usr/b', '1'), file('/usr/a', '22')],
      { files: ['/usr/b', '/usr/a'] },
    ],
    ['a link over a file', [file('/usr/a', '1'), symlink('/usr/a', 'b')], { links: ['/usr/a'] }],
    ['a file over a link', [symlink('/usr/a', 'b'), file('/usr/a', '1')], { files: ['/usr/a'] }],
    ['a forgotten file over a link', [symlink('/app/a', 'b'), file('/app/a', '1')], {}],
    [
      'a folder over a file',
      [file('/usr/a', '1'), directory('/usr/a')],
      { directories: ['/usr/a'] },
    ],
    [
      'a link over a folder, whose files are gone',
      [directory('/usr/a'), file('/usr/a/b', '1'), symlink('/usr/a', 'b')],
      { links: ['/usr/a'] },
    ],
    [
      'a forgotten file over a folder without an entry',
      [file('/app/a/b/package-lock.json', '1'), file('/app/a', '1')],
      {},
    ],
    [
      'what comes after the replacement of its folder',
      [file('/usr/a/b', '1'), file('/usr/a', '1'), directory('/usr/a'), file('/usr/a/c', '1')],
      { directories: ['/usr/a'], files: ['/usr/a/c'] },
    ],
    [
      'entries below a link of the same layer',
      [symlink('/lib', 'usr/lib'), file('/lib/a', '1')],
      { links: ['/lib'], files: ['/lib/a'] },
    ],
  ])('of one layer keeps %s', (_, entries, expected) => {
    const { facts } = collect(entries);
    expect(pathsOf(facts.files)).toEqual(expected.files ?? []);
    expect(pathsOf(facts.links)).toEqual(expected.links ?? []);
    expect(facts.directories).toEqual(expected.directories ?? []);
  });

  it('takes the body of the last of two files', async () => {
    const collection = collect([
      file('/a/package-lock.json', 'old'),
      file('/a/package-lock.json', 'new'),
    ]);
    expect(collection.files).toHaveLength(1);
    const bytes = await collection.get('/a/package-lock.json')?.bytes();
    expect(Buffer.from(bytes ?? []).toString()).toBe('new');
  });

  it('refuses paths and targets that no system takes, as a gap', () => {
    const { facts } = collect([
      file(`/usr/${'a/'.repeat(2100)}x`, '1'),
      symlink('/usr/a', 'x'.repeat(5000)),
      { type: 'whiteout', path: `/${'b'.repeat(5000)}` },
      file('/usr/fine', '1'),
    ]);
    expect(pathsOf(facts.files)).toEqual(['/usr/fine']);
    expect(facts.links).toEqual([]);
    expect(facts.diagnostics).toEqual([expect.objectContaining({ gap: 'limit' })]);
  });
});

describe('toLayerRecord', () => {
  it('joins what was walked and what was read', () => {
    const collection = collect([file('/a/package-lock.json', '{}')], { maxFileBytes: 1 });
    const note = { stage: 'catalog', message: 'odd' } as const;
    const cataloged = [
      { path: '/a/package-lock.json', foundBy: 'node/lock', result: { packages: [] } },
    ];
    const record = toLayerRecord(collection, {
      diffId: 'sha256:00',
      cataloged,
      diagnostics: [note],
    });
    expect(record).toMatchObject({ diffId: 'sha256:00', cataloged, rules: [], entryCount: 1 });
    expect(record.diagnostics.map((row) => row.stage)).toEqual(['layers', 'catalog']);
  });
});
