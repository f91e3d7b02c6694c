import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  digestOf,
  dockerArchive,
  makeImage,
  ociFiles,
  tarOf,
  writeFiles,
  zstdOf,
  type MadeImage,
} from '../../../../test/support/stored-images.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { missingTool, needs } from '../../../../test/support/tools.ts';
import { DEFAULT_LIMITS, quietContext, type Context } from '../../../core/base/context.ts';
import { AssayError, type ErrorCode } from '../../../core/base/errors.ts';
import { writeTar, type TarMember } from '../../../formats/archive/tar/tar-writer.ts';
import type { LayerEntry } from '../../../core/model/artifact/artifact.ts';
import { openSource } from '../open-source.ts';
import { hostPlatform } from '../platform.ts';
import type { OpenArtifact, SourceRequest } from '../source.ts';

let folder = '';
let disposables: OpenArtifact[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-source-'));
  disposables = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const opened of disposables) await opened[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const CONTEXT = quietContext();

function request(reference: string, changes: Partial<SourceRequest> = {}): SourceRequest {
  return {
    reference,
    kind: 'image',
    platforms: [],
    imageSources: [],
    skipDirs: [],
    skipFiles: [],
    ...changes,
  };
}

function save(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

interface Walked {
  readonly entries: readonly LayerEntry[];
  readonly bodies: ReadonlyMap<string, string>;
}

async function walk(
  opened: OpenArtifact,
  layer: number,
  context: Context = CONTEXT,
): Promise<Walked> {
  const entries: LayerEntry[] = [];
  const bodies = new Map<string, string>();
  await opened.walk(
    layer,
    (entry) => {
      entries.push(entry);
      if (entry.type !== 'file') return undefined;
      let text = '';
      return {
        write: (piece) => (text += Buffer.from(piece).toString('latin1')),
        end: () => bodies.set(entry.path, text),
      };
    },
    context,
  );
  return { entries, bodies };
}

async function open(
  reference: string,
  changes: Partial<SourceRequest> = {},
  context: Context = CONTEXT,
): Promise<readonly OpenArtifact[]> {
  const opened = await openSource(request(reference, changes), context);
  disposables.push(...opened);
  return opened;
}

async function openOne(
  reference: string,
  changes: Partial<SourceRequest> = {},
): Promise<OpenArtifact> {
  const [opened, ...others] = await open(reference, changes);
  if (opened === undefined || others.length > 0) throw new Error('expected one artifact');
  return opened;
}

async function failure(action: Promise<unknown>): Promise<AssayError> {
  try {
    await action;
  } catch (error) {
    if (error instanceof AssayError) return error;
    throw error;
  }
  throw new Error('expected a failure');
}

async function expectFailure(
  action: Promise<unknown>,
  code: ErrorCode,
  message: string,
): Promise<void> {
  const error = await failure(action);
  expect([error.code, error.message + (error.hint ?? '')]).toEqual([
    code,
    expect.stringContaining(message),
  ]);
}

function withManifest(members: readonly TarMember[], body: string): TarMember[] {
  return members.map((member) =>
    member.path === 'manifest.json' ? { path: member.path, body } : member,
  );
}

const BASE = [
  { path: 'etc', type: 'directory' },
  { path: 'etc/os-release', body: 'ID=debian\n' },
] as const;
const TOP = [{ path: 'app/.wh.old' }, { path: 'app/new', body: 'x'.repeat(400_000) }] as const;

function app(options: Parameters<typeof makeImage>[1] = {}): MadeImage {
  return makeImage([BASE, TOP], options);
}

const host = hostPlatform();
const foreign = { os: 'linux', architecture: host.architecture === 's390x' ? 'amd64' : 's390x' };

describe('docker archives', () => {
  it.each(['classic', 'blobs'] as const)('opens the %s form', async (style) => {
    const image = app({
      config: {
        config: { Env: ['A=b'], Entrypoint: ['/app'], User: '1000', Labels: { __proto__x: 'y' } },
      },
    });
    const path = save('app.tar', writeTar(dockerArchive([{ image, tags: ['app:1.2'] }], style)));
    const opened = await openOne(path);
    expect(opened.artifact).toMatchObject({
      kind: 'image',
      reference: path,
      layers: [
        { diffId: image.layers[0]?.diffId, createdBy: 'command 1' },
        { diffId: image.layers[1]?.diffId, createdBy: 'command 2' },
      ],
      image: {
        configDigest: image.configDigest,
        platform: { os: 'linux', architecture: 'amd64' },
        tags: ['app:1.2'],
        env: ['A=b'],
        entrypoint: ['/app'],
        user: '1000',
        createdAt: '2024-01-02T03:04:05Z',
      },
    });
    expect(opened.artifact.image?.labels).toEqual(new Map([['__proto__x', 'y']]));
    const [first, second] = await Promise.all([walk(opened, 0), walk(opened, 1)]);
    expect(first.bodies).toEqual(new Map([['/etc/os-release', 'ID=debian\n']]));
    expect(second.entries[0]).toEqual({ type: 'whiteout', path: '/app/old' });
    expect(second.bodies.get('/app/new')).toHaveLength(400_000);
    expect(await walk(opened, 0)).toEqual(first);
    expect(opened.diagnostics()).toEqual([]);
    await opened[Symbol.asyncDispose]();
  });

  it('skips empty layers of the history and gives none where it does not fit', async () => {
    const history = [
      { created_by: 'base' },
      { created_by: 'ENV', empty_layer: true },
      { created_by: 'RUN' },
    ];
    const fitting = app({ config: { history } });
    const other = app({ config: { history: history.slice(0, 2) } });
    const path = save(
      'app.tar',
      writeTar(
        dockerArchive([
          { image: fitting, tags: [] },
          { image: other, tags: [] },
        ]),
      ),
    );
    const opened = await open(path);
    expect(opened.map(({ artifact }) => artifact.layers.map((layer) => layer.createdBy))).toEqual([
      ['base', 'RUN'],
      [undefined, undefined],
    ]);
  });

  it('opens several images, or the one that is named', async () => {
    const archive = dockerArchive([
      { image: makeImage([BASE]), tags: ['example/base:1'] },
      { image: app(), tags: ['app:2', 'app:latest'] },
    ]);
    const path = save('two.tar', writeTar(archive));
    expect((await open(path)).map(({ artifact }) => artifact.layers.length)).toEqual([1, 2]);
    const named = await openOne(`${path}:latest`);
    expect(named.artifact.image?.tags).toEqual(['app:2', 'app:latest']);
    expect((await openOne(`${path}:example/base:1`)).artifact.layers).toHaveLength(1);
    await expectFailure(open(`${path}:nope`), 'NOT_FOUND', 'It holds example/base:1, app:2');
  });

  it.each(['gzip', 'zstd'] as const)(
    'unpacks an archive in %s and removes it again',
    async (form) => {
      const tar = writeTar(dockerArchive([{ image: app({ forms: ['plain'] }), tags: [] }]));
      const bytes = form === 'gzip' ? gzipSync(tar) : zstdOf(Buffer.from(tar));
      const temporary = join(folder, 'tmp');
      mkdirSync(temporary);
      vi.stubEnv('TMPDIR', temporary);
      const opened = await openOne(save(`app.tar.${form}`, bytes));
      // What was unpacked has lost its name already, and is gone however the process ends.
      expect(readdirSync(temporary)).toHaveLength(process.platform === 'win32' ? 1 : 0);
      expect((await walk(opened, 1)).bodies.get('/app/new')).toHaveLength(400_000);
      await opened[Symbol.asyncDispose]();
      expect(readdirSync(temporary)).toEqual([]);
    },
  );

  it('takes equal entries for one image with all their names', async () => {
    const made = app({ forms: ['plain'] });
    const twice = dockerArchive([{ image: made, tags: ['app:1'] }]);
    const members = twice.map((member) => {
      if (member.path !== 'manifest.json' || !('body' in member)) return member;
      const [entry] = JSON.parse(String(member.body)) as object[];
      return { ...member, body: JSON.stringify([entry, { ...entry, RepoTags: ['app:2'] }]) };
    });
    const opened = await openOne(save('twice.tar', writeTar(members)));
    expect(opened.artifact.image?.tags).toEqual(['app:1', 'app:2']);
  });

  it('follows links between layers, as old docker writes them', async () => {
    const image = makeImage([BASE, BASE], { forms: ['plain'] });
    const members = dockerArchive([{ image, tags: [] }]).map((member) =>
      member.path === 'image0-1/layer.tar'
        ? ({ path: member.path, type: 'symlink', target: '../image0-0/layer.tar' } as const)
        : member,
    );
    const opened = await openOne(save('linked.tar', writeTar(members)));
    expect(await walk(opened, 1)).toEqual(await walk(opened, 0));
    const loop = members.map((member) =>
      member.path === 'image0-0/layer.tar'
        ? ({ path: member.path, type: 'symlink', target: '/image0-1/layer.tar' } as const)
        : member,
    );
    await expectFailure(open(save('loop.tar', writeTar(loop))), 'DAMAGED', 'form a loop');
  });

  it('takes the manifest digest from the layout in the same archive', async () => {
    const image = app();
    const files = ociFiles([{ image, tag: '1.2' }]);
    const docker = dockerArchive([{ image, tags: ['app:1.2'] }], 'blobs');
    const both = [...docker, ...[...files].map(([path, body]) => ({ path, body }))];
    const opened = await openOne(save('new.tar', writeTar(both)));
    const index = JSON.parse(String(files.get('index.json'))) as {
      manifests: { digest: string }[];
    };
    expect(opened.artifact.image).toMatchObject({
      manifestDigest: index.manifests[0]?.digest,
      tags: ['app:1.2'],
    });
    expect(opened.artifact.layers[0]?.blobDigest).toBe(image.layers[0]?.digest);
  });

  it('refuses a platform that no image has', async () => {
    const path = save('app.tar', writeTar(dockerArchive([{ image: app(), tags: [] }])));
    const platforms = [{ os: 'linux', architecture: 's390x' }];
    await expectFailure(open(path, { platforms }), 'NOT_FOUND', 'it has linux/amd64');
  });

  describe('changed content', () => {
    const image = app({ forms: ['plain'] });
    const members = dockerArchive([{ image, tags: [] }]);
    const changed = (path: RegExp, body: Uint8Array): string =>
      save(
        'changed.tar',
        writeTar(members.map((member) => (path.test(member.path) ? { ...member, body } : member))),
      );

    it('refuses another configuration', async () => {
      await expectFailure(
        open(changed(/^[0-9a-f]{64}\.json$/, Buffer.from('{}'))),
        'CONTENT_MISMATCH',
        image.configDigest,
      );
    });

    it('refuses another layer before its walk resolves', async () => {
      const bytes = writeTar([{ path: 'etc/os-release', body: 'ID=alpine\n' }]);
      const opened = await openOne(changed(/^image0-0/, bytes));
      await expectFailure(walk(opened, 0), 'CONTENT_MISMATCH', image.layers[0]?.diffId ?? '');
      expect((await walk(opened, 1)).entries).toHaveLength(2);
    });

    it('says so also where the other layer is not a tar', async () => {
      const opened = await openOne(changed(/^image0-0/, Buffer.alloc(3000, 'x')));
      await expectFailure(walk(opened, 0), 'CONTENT_MISMATCH', image.layers[0]?.diffId ?? '');
    });

    it('refuses a layer in which bytes behind the end mark differ', async () => {
      const longer = Buffer.concat([image.layers[0]?.blob ?? Buffer.alloc(0), Buffer.alloc(512)]);
      const opened = await openOne(changed(/^image0-0/, longer));
      await expectFailure(walk(opened, 0), 'CONTENT_MISMATCH', 'layer 1 of 2');
    });
  });

  it.each<[string, (members: ReturnType<typeof dockerArchive>) => typeof members, string]>([
    [
      'no configuration',
      (all) => all.filter(({ path }) => !/^[0-9a-f]{64}/.test(path)),
      'is missing',
    ],
    ['no layer', (all) => all.filter(({ path }) => !path.startsWith('image0-1')), 'is missing'],
    [
      'fewer layers than its configuration lists',
      (all) =>
        all.map((member) =>
          member.path === 'manifest.json'
            ? { ...member, body: String(member.body).replace(/,"image0-1[^"]*"/, '') }
            : member,
        ),
      'has 1 layers and a configuration that lists 2',
    ],
    ['a broken manifest', (all) => withManifest(all, '[{'), 'cannot be read'],
    ['another manifest', (all) => withManifest(all, '{}'), 'is not an array'],
    ['an empty manifest', (all) => withManifest(all, '[]'), 'lists no image'],
  ])('refuses an archive with %s', async (_, change, message) => {
    const members = change(dockerArchive([{ image: app(), tags: [] }]));
    await expectFailure(open(save('bad.tar', writeTar(members))), 'DAMAGED', message);
  });

  it('refuses a layer that is damaged though its digests fit', async () => {
    const image = app({ forms: ['plain'] });
    const noTar = Buffer.alloc(2000, 'x');
    const config = Buffer.from(
      JSON.stringify({
        rootfs: { diff_ids: [digestOf(noTar)] },
        os: 'linux',
        architecture: 'amd64',
      }),
    );
    const layer = { ...(image.layers[0] as MadeImage['layers'][0]), blob: noTar };
    const made = { ...image, layers: [layer], config, configDigest: digestOf(config) };
    const opened = await openOne(
      save('odd.tar', writeTar(dockerArchive([{ image: made, tags: [] }]))),
    );
    await expectFailure(walk(opened, 0), 'DAMAGED', 'layer 1 of 1');
  });

  it('refuses an archive that is cut off', async () => {
    const tar = writeTar(dockerArchive([{ image: app({ forms: ['plain'] }), tags: [] }]));
    await expectFailure(open(save('a.tar', tar.subarray(0, 300_000))), 'DAMAGED', 'cut off');
    const packed = gzipSync(tar);
    await expectFailure(open(save('a.tar.gz', packed.subarray(0, 1000))), 'DAMAGED', 'cut off');
    // Behind a whole file the cut cannot be seen but by what is missing.
    const first = writeTar([{ path: 'blobs/a', body: 'a' }]).subarray(0, 1024);
    await expectFailure(open(save('b.tar', first)), 'DAMAGED', 'ends without the end of a tar');
  });

  it('says what other archives are', async () => {
    const plain = save('src.tar', writeTar([{ path: 'src/main.c', body: 'int main;' }]));
    await expectFailure(open(plain), 'DAMAGED', 'neither a manifest.json');
    const old = save('old.tar', writeTar([{ path: 'repositories', body: '{}' }]));
    await expectFailure(open(old), 'DAMAGED', 'docker before 1.10');
  });

  it('keeps to its limits', async () => {
    const tar = writeTar(dockerArchive([{ image: app({ forms: ['plain'] }), tags: [] }]));
    const small = quietContext({ limits: { ...DEFAULT_LIMITS, maxUnpackedBytes: 300_000 } });
    await expectFailure(
      open(save('a.tar.gz', gzipSync(tar)), {}, small),
      'LIMIT_EXCEEDED',
      '300000',
    );
    const [opened] = await open(save('a.tar', tar), {}, small);
    if (opened === undefined) throw new Error('expected an artifact');
    await expectFailure(walk(opened, 1), 'LIMIT_EXCEEDED', '300000 bytes');
  });

  it('stops when the run is called off', async () => {
    const tar = writeTar(dockerArchive([{ image: app(), tags: [] }]));
    const opened = await openOne(save('a.tar', tar));
    const aborted = quietContext({ signal: AbortSignal.abort() });
    await expectFailure(walk(opened, 1, aborted), 'INTERRUPTED', 'interrupted');
  });

  it('tells how far it is', async () => {
    const events: unknown[] = [];
    const image = app({ forms: ['plain'] });
    const opened = await openOne(save('a.tar', writeTar(dockerArchive([{ image, tags: [] }]))));
    await walk(opened, 1, quietContext({ progress: (event) => events.push(event) }));
    const totalBytes = image.layers[1]?.blob.length;
    expect(events.at(-1)).toEqual({
      kind: 'bytes',
      what: 'layer 2/2',
      doneBytes: totalBytes,
      totalBytes,
    });
  });
});

describe('OCI layouts', () => {
  const layout = (files: ReadonlyMap<string, Buffer>): string => {
    writeFiles(folder, files);
    return folder;
  };
  const forms = ['plain', 'gzip', 'zstd'] as const;

  it.each(forms)('opens a folder with layers in the form %s', async (form) => {
    const image = app({ forms: [form] });
    const path = layout(ociFiles([{ image, tag: '1.2' }]));
    const opened = await openOne(path);
    expect(opened.artifact.image).toMatchObject({
      tags: ['1.2'],
      configDigest: image.configDigest,
    });
    expect(opened.artifact.layers.map(({ blobDigest }) => blobDigest)).toEqual(
      image.layers.map(({ digest }) => digest),
    );
    expect((await walk(opened, 1)).bodies.get('/app/new')).toHaveLength(400_000);
  });

  it('opens an archive, plain and compressed', async () => {
    const tar = tarOf(ociFiles([{ image: app() }]));
    for (const path of [save('o.tar', tar), save('o.tgz', gzipSync(tar))]) {
      expect((await walk(await openOne(path), 0)).entries).toHaveLength(2);
    }
  });

  it('chooses by name and by digest', async () => {
    const [one, two] = [makeImage([BASE]), app()];
    const files = ociFiles([
      { image: one, tag: 'docker.io/library/base:1' },
      { image: two, tag: '2' },
      { image: two, tag: 'latest' },
    ]);
    const path = layout(files);
    expect((await open(path)).map(({ artifact }) => artifact.image?.tags)).toEqual([
      ['docker.io/library/base:1'],
      ['2', 'latest'],
    ]);
    expect((await openOne(`${path}:1`)).artifact.layers).toHaveLength(1);
    expect((await openOne(`${path}:latest`)).artifact.layers).toHaveLength(2);
    const index = JSON.parse(String(files.get('index.json'))) as {
      manifests: { digest: string }[];
    };
    const digest = index.manifests[1]?.digest ?? '';
    expect((await openOne(`${path}@${digest}`)).artifact.image?.manifestDigest).toBe(digest);
    await expectFailure(
      open(`${path}:3`),
      'NOT_FOUND',
      'It holds docker.io/library/base:1, 2, latest',
    );
    const absent = `sha256:${'0'.repeat(64)}`;
    await expectFailure(open(`${path}@${absent}`), 'NOT_FOUND', absent);
  });

  describe('of several platforms', () => {
    const platforms = [
      { image: app({ platform: foreign }), isPlatformListed: true },
      { image: app({ platform: host }), isPlatformListed: true },
    ];

    it.each([
      ['nested', ociFiles([{ tag: 'app', platforms }])],
      ['listed at the top', ociFiles(platforms)],
      ['not said by the index', ociFiles(platforms.map(({ image }) => ({ image })))],
    ])('takes the host platform of an image that is %s', async (_, files) => {
      const opened = await openOne(layout(files));
      expect(opened.artifact.image?.platform).toEqual(host);
    });

    it('takes those asked for, or all', async () => {
      const files = ociFiles([{ tag: 'app', platforms }]);
      const path = layout(files);
      const [asked] = await open(path, { platforms: [foreign] });
      expect(asked?.artifact.image).toMatchObject({ platform: foreign, tags: ['app'] });
      expect(asked?.artifact.image?.indexDigest).toMatch(/^sha256:/);
      expect(await open(path, { platforms: 'all' })).toHaveLength(2);
      expect(await open(path, { platforms: [foreign, host] })).toHaveLength(2);
      await expectFailure(
        open(path, { platforms: [{ os: 'windows', architecture: 'amd64' }] }),
        'NOT_FOUND',
        'no image for windows/amd64; it has linux/',
      );
    });

    it('takes an image for one platform only, whatever that is', async () => {
      const image = app({ platform: foreign });
      expect((await openOne(layout(ociFiles([{ image }])))).artifact.image?.platform).toEqual(
        foreign,
      );
    });

    it('names the platforms where the host has none', async () => {
      const others = ['mips', 'riscv64'].map((architecture) => ({
        image: app({ platform: { os: 'linux', architecture } }),
      }));
      await expectFailure(
        open(layout(ociFiles([{ platforms: others }]))),
        'NOT_FOUND',
        'it has linux/mips, linux/riscv64',
      );
    });

    it('does not need the blobs of other platforms', async () => {
      const files = ociFiles([{ platforms }]);
      const missing = platforms[0]?.image.layers ?? [];
      const kept = [...files].filter(
        ([path, bytes]) =>
          !bytes.equals(platforms[0]?.image.config ?? Buffer.alloc(0)) &&
          (path === '' || missing.length > 0),
      );
      expect((await openOne(layout(new Map(kept)))).artifact.image?.platform).toEqual(host);
    });
  });

  it('refuses indexes that list one another and no image', async () => {
    const files = ociFiles([{ image: app() }]);
    const store = (listed: object[]): object => {
      const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: listed }));
      const digest = digestOf(bytes);
      files.set(`blobs/${digest.replace(':', '/')}`, bytes);
      const mediaType = 'application/vnd.oci.image.index.v1+json';
      return { mediaType, digest, size: bytes.length };
    };
    const many = (entry: object): object[] => Array.from({ length: 2000 }, () => entry);
    const top = store(many(store(many(store(many(store([])))))));
    files.set('index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [top] })));
    await expectFailure(open(layout(files)), 'DAMAGED', 'lists more than 1000 images');
  });

  it('leaves attestations out', async () => {
    const files = ociFiles([{ image: app() }]);
    const index = JSON.parse(String(files.get('index.json'))) as { manifests: object[] };
    index.manifests.push({
      ...index.manifests[0],
      digest: `sha256:${'1'.repeat(64)}`,
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    });
    files.set('index.json', Buffer.from(JSON.stringify(index)));
    const opened = await openOne(layout(files));
    expect(opened.diagnostics()).toEqual([
      {
        stage: 'source',
        message: `1 manifest of the image is left out: attestation (sha256:${'1'.repeat(64)})`,
      },
    ]);
  });

  it('says what else it leaves out, in one note', async () => {
    const platforms = ['mips', 'mipsle', 'riscv64', 's390x', 'ppc64', 'loong64', 'sparc'].map(
      (architecture) => ({
        image: app({ platform: { os: 'linux', architecture } }),
        isPlatformListed: true,
      }),
    );
    const files = ociFiles([{ platforms: [...platforms, { image: app({ platform: host }) }] }]);
    const index = JSON.parse(String(files.get('index.json'))) as { manifests: object[] };
    index.manifests.push({ digest: digestOf(Buffer.from('{}')), mediaType: 'application/x' });
    files.set('index.json', Buffer.from(JSON.stringify(index)));
    const opened = await openOne(layout(files));
    const [note, ...others] = opened.diagnostics();
    expect(others).toEqual([]);
    expect(note).not.toHaveProperty('gap');
    expect(note?.message).toMatch(
      /^8 manifests of the image are left out: application\/x \(sha256:.*linux\/mips \(.* and 3 more$/,
    );
    const all = await open(layout(files), { platforms: 'all' });
    expect(all[0]?.diagnostics()).toHaveLength(1);
    expect(all[1]?.diagnostics()).toEqual([]);
  });

  describe('with links in the folder', () => {
    const made = (): string => {
      const path = join(folder, 'layout');
      writeFiles(path, ociFiles([{ image: makeImage([[{ path: 'a' }]]) }]));
      return path;
    };
    const layerOf = (path: string): string => {
      const names = readdirSync(join(path, 'blobs/sha256'));
      return names.map((name) => join(path, 'blobs/sha256', name))[0] ?? '';
    };

    it.each([
      ['blobs', (path: string) => layerOf(path)],
      ['its index', (path: string) => join(path, 'index.json')],
      ['the folder of its blobs', (path: string) => join(path, 'blobs')],
    ])('refuses those of %s that lead outside', async (_, find) => {
      const path = made();
      const outside = join(folder, 'outside');
      const inside = find(path);
      renameSync(inside, outside);
      symlinkSync(outside, inside);
      await expectFailure(open(path), 'DAMAGED', 'leads outside');
    });

    it('takes those that stay inside, and a layout that is a link itself', async () => {
      const path = made();
      const inside = join(path, 'inside');
      const layer = layerOf(path);
      renameSync(layer, inside);
      symlinkSync('../../inside', layer);
      symlinkSync(path, join(folder, 'link'));
      const [opened] = await open(join(folder, 'link'));
      expect(opened?.artifact.layers).toHaveLength(1);
    });
  });

  it('refuses blobs that are missing, shorter or different', async () => {
    const image = app();
    const files = ociFiles([{ image }]);
    const layerPath = `blobs/sha256/${image.layers[0]?.digest.slice(7) ?? ''}`;
    const blob = files.get(layerPath) ?? Buffer.alloc(0);
    const path = layout(files);

    writeFileSync(join(path, layerPath), blob.subarray(0, -10));
    await expectFailure(open(path), 'CONTENT_MISMATCH', `${blob.length - 10} bytes`);

    const other = Buffer.from(blob);
    other.writeUInt8((other[20] ?? 0) ^ 1, 20);
    writeFileSync(join(path, layerPath), other);
    const opened = await openOne(path);
    await expectFailure(walk(opened, 0), 'CONTENT_MISMATCH', image.layers[0]?.digest ?? '');

    rmSync(join(path, layerPath));
    await expectFailure(open(path), 'DAMAGED', 'is missing');
  });

  it('compares the uncompressed bytes with the diff id', async () => {
    const image = app();
    const lying = makeImage([TOP, BASE]);
    const config = lying.config;
    const made = { ...image, config, configDigest: lying.configDigest };
    const opened = await openOne(layout(ociFiles([{ image: made }])));
    await expectFailure(walk(opened, 0), 'CONTENT_MISMATCH', 'the uncompressed layer 1 of 2');
  });

  it('says where a foreign layer lies', async () => {
    const image = makeImage([BASE]);
    const layers = image.layers.map((layer) => ({
      ...layer,
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    }));
    const files = ociFiles([{ image: { ...image, layers } }]);
    files.delete(`blobs/sha256/${image.layers[0]?.digest.slice(7) ?? ''}`);
    await expectFailure(open(layout(files)), 'DAMAGED', 'foreign layer');
  });

  it.each([
    ['an artifact that is not an image', '{}', 'not a container image'],
    ['a diff id that is not a digest', '{"rootfs":{"diff_ids":["../../etc"]}}', 'not a digest'],
    ['another number of diff ids', '{"rootfs":{"diff_ids":[]}}', 'lists 0'],
    [
      'labels that are not text',
      '{"rootfs":{"diff_ids":[]},"config":{"Labels":{"a":1}}}',
      'is not a string',
    ],
  ])('refuses %s', async (_, text, message) => {
    const image = makeImage([BASE]);
    const config = Buffer.from(text);
    const made = { ...image, config, configDigest: digestOf(config) };
    await expectFailure(open(layout(ociFiles([{ image: made }]))), 'DAMAGED', message);
  });

  it.each([
    ['{"manifests":[{"digest":"sha256:../../../etc/passwd"}]}', 'without a usable digest'],
    ['{"manifests":{}}', 'is not an array'],
    ['{}', 'it is not an image manifest'],
    ['{"manifests":[]}', 'lists no container image'],
    ['nonsense', 'cannot be read'],
  ])('refuses the index %s', async (text, message) => {
    mkdirSync(join(folder, 'blobs'));
    writeFileSync(join(folder, 'index.json'), text);
    await expectFailure(open(folder), 'DAMAGED', message);
  });
});

describe('hostile archives', () => {
  const image = makeImage([BASE, [{ path: 'app', body: 'content of the app' }]], {
    forms: ['plain', 'gzip'],
  });
  const archives = {
    docker: writeTar(dockerArchive([{ image, tags: ['a:1'] }])),
    oci: tarOf(ociFiles([{ image, tag: 'a' }])),
  };

  async function readAll(bytes: Uint8Array): Promise<string> {
    const opened = await open(save('hostile.tar', bytes));
    const walks: Walked[] = [];
    for (const artifact of opened) {
      for (const layer of artifact.artifact.layers.keys()) walks.push(await walk(artifact, layer));
      await artifact[Symbol.asyncDispose]();
    }
    return JSON.stringify(walks.map(({ entries, bodies }) => [entries, [...bodies]]));
  }

  it.each(['docker', 'oci'] as const)(
    'of the form %s are refused or give what was saved, whatever bytes change',
    async (form) => {
      const archive = archives[form];
      const whole = await readAll(archive);
      const change = fc.tuple(
        fc.nat({ max: archive.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
          const bytes = Buffer.from(archive);
          for (const [at, to] of changes) bytes[at] = to;
          try {
            expect(await readAll(bytes)).toBe(whole);
          } catch (error) {
            if (!(error instanceof AssayError)) throw error;
          }
        }),
        { numRuns: 150 },
      );
    },
  );

  it.each(['docker', 'oci'] as const)(
    'of the form %s that are cut off are refused',
    async (form) => {
      const archive = archives[form];
      // The end mark and the padding in front of it hold nothing.
      for (let length = 1; length < archive.length - 2048; length += 211) {
        expect(await failure(readAll(archive.subarray(0, length)))).toBeInstanceOf(AssayError);
      }
    },
  );
});

const noImageTools = missingTool('skopeo', 'umoci');
const minirootfs = sharedPath('samples/alpine/alpine-minirootfs-3.19.4-x86_64.tar.gz');

describe.skipIf(noImageTools !== undefined || minirootfs === undefined)(
  `against skopeo and umoci${needs(noImageTools ?? '../shared')}`,
  () => {
    it('reads what they make, in every form, the same', async () => {
      const run = (command: string, ...flags: string[]): void => {
        execFileSync(command, flags, { stdio: 'pipe', cwd: folder });
      };
      writeFileSync(join(folder, 'root.tar'), gunzipSync(readFileSync(minirootfs ?? '')));
      run('umoci', 'init', '--layout', 'oci');
      run('umoci', 'new', '--image', 'oci:latest');
      run('umoci', 'raw', 'add-layer', '--image', 'oci:latest', 'root.tar');
      run(
        'skopeo',
        'copy',
        '--insecure-policy',
        'oci:oci:latest',
        'docker-archive:save.tar:example/alpine:3.19',
      );
      run('skopeo', 'copy', '--insecure-policy', 'oci:oci:latest', 'oci-archive:oci.tar:3.19');
      run(
        'skopeo',
        'copy',
        '--insecure-policy',
        '--dest-compress-format',
        'zstd',
        'docker-archive:save.tar',
        'oci:zstd:z',
      );
      const forms = ['oci', 'oci:latest', 'save.tar', 'save.tar:3.19', 'oci.tar', 'zstd:z'];
      const walks: Walked[] = [];
      for (const form of forms) {
        const opened = await openOne(join(folder, form));
        expect(opened.artifact.layers).toHaveLength(1);
        walks.push(await walk(opened, 0));
        await opened[Symbol.asyncDispose]();
      }
      expect(walks[0]?.bodies.get('/etc/alpine-release')).toBe('3.19.4\n');
      expect(walks[0]?.entries.length).toBe(527);
      for (const other of walks) expect(other).toEqual(walks[0]);
    });
  },
);
