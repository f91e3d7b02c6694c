import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { missingAbility } from '../../../../test/support/abilities.ts';
import {
  CHECKSUM,
  chunkedLayer,
  POSITION,
  type ChunkedOptions,
  type TableRow,
} from '../../../../test/support/chunked-layer.ts';
import {
  layoutFolder,
  missingForRegistry,
  type RunningRegistry,
  startRegistry,
} from '../../../../test/support/registry.ts';
import {
  scriptedRegistry,
  storeLayout,
  type ScriptedRegistry,
} from '../../../../test/support/registry-server.ts';
import {
  digestOf,
  dockerArchive,
  makeImage,
  ociFiles,
  type MadeImage,
  type MadeLayer,
} from '../../../../test/support/stored-images.ts';
import { needs } from '../../../../test/support/tools.ts';
import { DEFAULT_LIMITS, quietContext } from '../../../core/base/context.ts';
import { writeTar, type TarMember } from '../../../formats/archive/tar/tar-writer.ts';
import type { LayerEntry } from '../../../core/model/artifact/artifact.ts';
import { openSource } from '../open-source.ts';
import type { OpenArtifact, SourceRequest } from '../source.ts';

const CONTEXT = quietContext({ fetch: globalThis.fetch });

const MEMBERS: readonly TarMember[] = [
  { path: './', type: 'directory' },
  { path: './etc/', type: 'directory', mode: 0o750 },
  { path: './etc/wanted', body: 'wanted '.repeat(10) },
  { path: './etc/other', body: 'o'.repeat(300_000) },
  { path: './etc/same', type: 'hardlink', target: './etc/wanted' },
  { path: './etc/to', type: 'symlink', target: '../wanted' },
  { path: './etc/.wh.gone' },
  { path: './var/.wh..wh..opq' },
  { path: './etc/wanted-too', body: 'second' },
  { path: './etc/wanted-empty' },
  { path: '.wh..wh.aufs', body: 'x' },
];

function imageOf(layers: readonly MadeLayer[]): MadeImage {
  const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
  return { ...makeImage([], { config: { rootfs } }), layers };
}

function request(reference: string, changes: Partial<SourceRequest> = {}): SourceRequest {
  const env = { HOME: '/nonexistent', PATH: process.env['PATH'] };
  const empty = { platforms: [], imageSources: [], skipDirs: [], skipFiles: [] };
  return { reference, kind: 'image', isLazy: true, env, ...empty, ...changes };
}

async function open(asked: SourceRequest): Promise<OpenArtifact> {
  const [opened] = await openSource(asked, CONTEXT);
  if (opened === undefined) throw new Error('nothing was opened');
  return opened;
}

/** All entries, and the bodies of files that are called `wanted…`. */
async function walk(
  opened: OpenArtifact,
  layer = 0,
  context = CONTEXT,
): Promise<{ readonly entries: LayerEntry[]; readonly bodies: Map<string, string> }> {
  const entries: LayerEntry[] = [];
  const bodies = new Map<string, string>();
  await opened.walk(
    layer,
    (entry) => {
      entries.push(entry);
      if (!/\/wanted[^/]*$/.test(entry.path) || entry.type !== 'file') return undefined;
      let text = '';
      return {
        write: (piece) => (text += Buffer.from(piece).toString()),
        end: () => bodies.set(entry.path, text),
      };
    },
    context,
  );
  return { entries, bodies };
}

describe('lazy images of a registry', () => {
  let server: ScriptedRegistry;
  let ranges: string[] = [];
  beforeEach(async () => {
    server = await scriptedRegistry();
    ranges = [];
    server.answers.push(({ headers, method }, _, { pathname }) => {
      if (method === 'GET' && pathname.includes('/blobs/')) ranges.push(headers.range ?? 'whole');
      return false;
    });
  });
  afterEach(() => server[Symbol.dispose]());

  function store(...layers: readonly MadeLayer[]): string {
    storeLayout(server, 'app', ociFiles([{ image: imageOf(layers), tag: '1' }]));
    return `${server.host}/app:1`;
  }

  async function scanned(options: ChunkedOptions): Promise<unknown> {
    await using opened = await open(request(store(chunkedLayer(MEMBERS, options))));
    return await walk(opened);
  }

  it.each([Infinity, 7])(
    'gives the entries and bodies of a whole walk, in chunks of %s',
    async (chunkBytes) => {
      const reference = store(chunkedLayer(MEMBERS, { chunkBytes }));
      await using whole = await open(
        request(reference, { isLazy: false, imageSources: ['remote'] }),
      );
      await using lazy = await open(request(reference));
      const expected = await walk(whole);
      expect(expected.bodies.size).toBe(3);
      expect(expected.entries.map(({ type }) => type)).toContain('opaque');
      ranges = [];
      expect(await walk(lazy)).toEqual(expected);
      expect(ranges).toHaveLength(2);
      expect(ranges).not.toContain('whole');
    },
  );

  it('answers for nothing of the layer, and says so as a gap', async () => {
    await using opened = await open(request(store(chunkedLayer(MEMBERS))));
    await walk(opened);
    expect([opened.isLazy?.(0), opened.nameOf?.(0), opened.isChecked?.(0)]).toEqual([
      true,
      undefined,
      false,
    ]);
    expect(opened.diagnostics()).toEqual([
      {
        stage: 'source',
        gap: 'lazy',
        message: expect.stringMatching(/^all layers of ".*" were read by their tables/) as string,
      },
    ]);
  });

  it('reads a layer without a table whole, and checks it', async () => {
    const plain = makeImage([MEMBERS]).layers;
    await using opened = await open(request(store(chunkedLayer(MEMBERS), ...plain)));
    expect((await walk(opened, 1)).bodies.size).toBe(3);
    expect(ranges.at(-1)).toBe('whole');
    expect([opened.isLazy?.(1), opened.isChecked?.(1), opened.nameOf?.(1)?.by]).toEqual([
      false,
      true,
      'manifest',
    ]);
    expect(opened.diagnostics().map(({ message }) => message)).toEqual([
      expect.stringContaining('1 of 2 layers of') as string,
      expect.stringMatching(
        /^layer 2 of .* has no table of contents .* it was read whole/,
      ) as string,
    ]);
  });

  it('knows no gap where all layers are read whole', async () => {
    await using opened = await open(request(store(...makeImage([MEMBERS]).layers)));
    expect(opened.diagnostics()).toEqual([
      {
        stage: 'source',
        message: expect.stringMatching(/^no layer of .* all were read whole/) as string,
      },
    ]);
  });

  it('reads the layers whole where the registry gives no parts', async () => {
    server.answers.push(({ headers }) => {
      delete headers.range;
      return false;
    });
    await using opened = await open(request(store(chunkedLayer(MEMBERS))));
    expect(opened.isLazy?.(0)).toBe(false);
    expect((await walk(opened)).bodies.size).toBe(3);
    expect(opened.isChecked?.(0)).toBe(true);
  });

  const change =
    (name: string, changes: TableRow) =>
    (rows: TableRow[]): TableRow[] =>
      rows.map((row) => (row['name'] === name ? { ...row, ...changes } : row));
  const wanted = (changes: TableRow): ChunkedOptions => ({
    rows: change('./etc/wanted', changes),
  });
  const flip = (at: number) => (blob: Buffer) => {
    const changed = Buffer.from(blob);
    const index = at < 0 ? blob.length + at : at;
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    return changed;
  };
  it.each<[string, ChunkedOptions, string, string]>([
    [
      'another digest of a file',
      wanted({ digest: digestOf(Buffer.from('x')) }),
      'CONTENT_MISMATCH',
      '"/etc/wanted" in layer 1 of 1',
    ],
    ['a smaller size', wanted({ size: 69 }), 'CONTENT_MISMATCH', 'should have 69 bytes'],
    ['a larger size', wanted({ size: 71 }), 'CONTENT_MISMATCH', 'should have 71 bytes'],
    [
      'an offset within a frame',
      {
        rows: (rows) =>
          rows.map((row) =>
            row['name'] === './etc/wanted' ? { ...row, offset: Number(row['offset']) + 1 } : row,
          ),
      },
      'DAMAGED',
      'not a frame',
    ],
    ['a negative size', wanted({ size: -70 }), 'DAMAGED', 'unusable size'],
    ['an end behind the layer', wanted({ endOffset: 1e12 }), 'DAMAGED', 'outside of its layer'],
    [
      'a whiteout of nothing',
      { rows: (rows) => [...rows, { type: 'reg', name: '.wh.' }] },
      'DAMAGED',
      'whiteout of nothing',
    ],
    [
      'a file for the root',
      { rows: (rows) => [...rows, { type: 'reg', name: '..' }] },
      'DAMAGED',
      'in place of the root',
    ],
    [
      'a table that is not JSON',
      { table: Buffer.from('{"entries":') },
      'DAMAGED',
      'table of contents of layer 1',
    ],
    [
      'nesting without end',
      { table: Buffer.from('['.repeat(10_000)) },
      'DAMAGED',
      'table of contents of layer 1',
    ],
    [
      'another checksum',
      { annotations: { [CHECKSUM]: digestOf(Buffer.from('x')) } },
      'CONTENT_MISMATCH',
      'the table of contents of layer 1',
    ],
    [
      'a table changed on its way',
      { blob: flip(-2) },
      'CONTENT_MISMATCH',
      'the table of contents of layer 1',
    ],
    [
      'a body changed on its way',
      { blob: (blob) => flip(blob.indexOf('wanted wanted'))(blob) },
      'CONTENT_MISMATCH',
      '"/etc/wanted" in layer 1',
    ],
    [
      'a position that is none',
      { annotations: { [POSITION]: '-1:2:3:1' } },
      'DAMAGED',
      'annotations cannot be understood',
    ],
    [
      'a position behind the layer',
      { annotations: { [POSITION]: '1:999999999:3:1' } },
      'DAMAGED',
      'outside of its layer',
    ],
    [
      'a table of gigabytes',
      { annotations: { [POSITION]: '1:100:9000000000:1' } },
      'LIMIT_EXCEEDED',
      'larger than',
    ],
  ])('refuses %s', async (_, options, code, text) => {
    const found = scanned(options);
    await expect(found).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text) as string,
    });
  });

  it('refuses a table that unpacks to more or less than it says', async () => {
    for (const [bytes, code] of [
      [-1, 'LIMIT_EXCEEDED'],
      [1, 'CONTENT_MISMATCH'],
    ] as const) {
      const text = chunkedLayer(MEMBERS).annotations?.[POSITION] ?? '';
      const [start, length, unpacked] = text.split(':').map(Number);
      const told = `${start ?? 0}:${length ?? 0}:${(unpacked ?? 0) + bytes}:1`;
      await expect(scanned({ annotations: { [POSITION]: told } })).rejects.toMatchObject({ code });
    }
  });

  it('refuses many layers with tables that are small each', async () => {
    const layer = chunkedLayer(MEMBERS);
    const told = layer.annotations?.[POSITION]?.replace(/:\d+:1$/, ':9000000:1') ?? '';
    const large = { ...layer, annotations: { ...layer.annotations, [POSITION]: told } };
    const opening = open(request(store(...Array.from({ length: 20 }, () => large))));
    await expect(opening).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(ranges.filter((range) => range !== 'whole')).toEqual([]);
  });

  it('bounds entries and bytes as of a layer', async () => {
    const reference = store(chunkedLayer(MEMBERS));
    for (const limits of [{ maxEntries: 5 }, { maxUnpackedBytes: 50 }]) {
      const context = { ...CONTEXT, limits: { ...DEFAULT_LIMITS, ...limits } };
      const [opened] = await openSource(request(reference), context);
      await using artifact = opened as OpenArtifact;
      await expect(walk(artifact, 0, context)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    }
  });

  it('gets no file that is too large to be kept', async () => {
    await using opened = await open(request(store(chunkedLayer(MEMBERS))));
    const context = { ...CONTEXT, limits: { ...DEFAULT_LIMITS, maxFileBytes: 20 } };
    expect([...(await walk(opened, 0, context)).bodies.keys()].sort()).toEqual([
      '/etc/wanted-empty',
      '/etc/wanted-too',
    ]);
  });

  it('asks nobody but the registry', async () => {
    const reference = store(chunkedLayer(MEMBERS));
    const asked = open(request(reference, { imageSources: ['docker'] }));
    await expect(asked).rejects.toMatchObject({ code: 'USAGE' });
    const folder = mkdtempSync(join(tmpdir(), 'assay-lazy-'));
    const archive = join(folder, 'app.tar');
    writeFileSync(
      archive,
      writeTar(dockerArchive([{ image: makeImage([MEMBERS]), tags: ['app:1'] }])),
    );
    await expect(open(request(archive))).rejects.toMatchObject({ code: 'USAGE' });
    rmSync(folder, { recursive: true });
  });
});

describe.skipIf(missingForRegistry)(`a real registry${needs(missingForRegistry)}`, () => {
  let folder = '';
  let server: RunningRegistry;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-chunked-'));
    server = await startRegistry();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Layers with a large file, and one with a path that needs an extended header. */
  function layers(): TarMember[][] {
    const random = Buffer.from(Array.from({ length: 60_000 }, (_, at) => `${at * 7919} `).join(''));
    const body = Buffer.concat([random, Buffer.alloc(100_000), random]);
    return [
      [...MEMBERS, { path: 'srv/wanted-big', body }],
      [{ path: 'srv/.wh.wanted-big' }, { path: `${'long/'.repeat(40)}wanted`, body: 'deep' }],
    ];
  }

  async function expectWholeWalk(reference: string): Promise<void> {
    await using lazy = await open(request(reference));
    expect([lazy.isLazy?.(0), lazy.isLazy?.(1)]).toEqual([true, true]);
    const found = [await walk(lazy, 0), await walk(lazy, 1)];
    const layers = lazy.artifact.layers.map(({ blobDigest }) => `blobs/${blobDigest ?? ''}`);
    const asked = server
      .requests()
      .filter((line) => line.startsWith('GET'))
      .filter((line) => layers.some((path) => line.includes(path)));
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.every((line) => line.endsWith(' 206'))).toBe(true);
    await using whole = await open(request(reference, { isLazy: false, imageSources: ['remote'] }));
    expect(found).toEqual([await walk(whole, 0), await walk(whole, 1)]);
    expect(found[0]?.bodies.get('/srv/wanted-big')?.length).toBeGreaterThan(800_000);
  }

  const noChunked = missingAbility('skopeo/zstd-chunked');
  it.skipIf(noChunked !== undefined)(
    `gives the entries and bodies of a whole walk of what skopeo pushes${needs(noChunked)}`,
    async () => {
      const image = makeImage(layers(), { forms: ['plain'] });
      writeFileSync(join(folder, 'app.tar'), writeTar(dockerArchive([{ image, tags: ['app:1'] }])));
      const chunked = ['--dest-compress-format', 'zstd:chunked'];
      server.push(`docker-archive:${join(folder, 'app.tar')}`, 'app:1', chunked);
      await expectWholeWalk(`${server.host}/app:1`);
    },
  );

  it('gives the entries and bodies of a whole walk of layers that the test makes', async () => {
    const image = imageOf(layers().map((members) => chunkedLayer(members, { chunkBytes: 90_000 })));
    server.push(layoutFolder(join(folder, 'made'), ociFiles([{ image, tag: '1' }])), 'made:1');
    await expectWholeWalk(`${server.host}/made:1`);
  });
});
