/** Images in real daemons and stores: Docker, Podman, containerd, the storage of Podman. */

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import { AssayError } from '../../src/core/base/errors.ts';
import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';
import type { LayerEntry } from '../../src/core/model/artifact/artifact.ts';
import { listDigests, openSource } from '../../src/scan/source/open-source.ts';
import type { OpenArtifact, SourceRequest } from '../../src/scan/source/source.ts';
import {
  loadInto,
  noContainerd,
  noDocker,
  noPodman,
  podmanStorage,
  startContainerd,
  startDocker,
  startPodman,
  type Daemon,
} from '../support/daemons.ts';
import { dockerArchive, makeImage, ociFiles, tarOf } from '../support/stored-images.ts';
import { missingRoot, needs, run } from '../support/tools.ts';

/**
 * Three layers: files, links and folders, then whiteouts and an opaque folder, then nothing new.
 */
const IMAGE = makeImage(
  [
    [
      { path: 'etc/', type: 'directory' },
      { path: 'etc/os-release', body: 'ID=alpine\nVERSION_ID=3.19.1\n' },
      { path: 'etc/gone', body: 'x' },
      { path: 'lib/', type: 'directory' },
      { path: 'lib/big', body: 'b'.repeat(700_000) },
      { path: 'lib/link', type: 'symlink', target: '/etc/os-release' },
      { path: 'opt/', type: 'directory' },
      { path: 'opt/old', body: 'old' },
    ],
    [
      { path: 'etc/', type: 'directory' },
      { path: 'etc/.wh.gone', body: '' },
      { path: 'opt/', type: 'directory' },
      { path: 'opt/.wh..wh..opq', body: '' },
      { path: 'opt/new', body: 'new' },
    ],
    [{ path: 'last', body: 'last' }],
  ],
  { forms: ['plain'] },
);
const OTHER = makeImage([[{ path: 'other', body: 'other' }]], { forms: ['plain'] });
const ARCHIVE = writeTar(
  dockerArchive([
    { image: IMAGE, tags: ['example.org/team/app:1'] },
    { image: OTHER, tags: ['example.org/team/app:2'] },
  ]),
);
const ID = IMAGE.configDigest;
const SHORT_ID = ID.slice('sha256:'.length, 19);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-daemons-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** No network: local sockets are allowed all the same. */
const OFFLINE = quietContext();

function request(reference: string, changes: Partial<SourceRequest>): SourceRequest {
  const lists = { platforms: [], imageSources: [], skipDirs: [], skipFiles: [] };
  return { reference, kind: 'image', ...lists, ...changes };
}

async function read(opened: OpenArtifact): Promise<readonly (readonly LayerEntry[])[]> {
  const layers: LayerEntry[][] = [];
  for (const index of opened.artifact.layers.keys()) {
    const entries: LayerEntry[] = [];
    await opened.walk(index, (entry) => (entries.push(entry), undefined), OFFLINE);
    layers.push(entries);
  }
  await opened[Symbol.asyncDispose]();
  return layers;
}

/** All entries of the image as its own archive has them. */
async function expected(): Promise<readonly (readonly LayerEntry[])[]> {
  const file = path.join(folder, 'expected.tar');
  writeFileSync(file, ARCHIVE);
  const [opened] = await openSource(request(`${file}:app:1`, {}), OFFLINE);
  if (opened === undefined) throw new Error('nothing was opened');
  return read(opened);
}

async function openOne(reference: string, changes: Partial<SourceRequest>): Promise<OpenArtifact> {
  const [opened, ...others] = await openSource(request(reference, changes), OFFLINE);
  if (opened === undefined || others.length > 0) throw new Error('expected one image');
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

/** What every place that keeps images must do. */
function behavesAsAStore(source: string, env: () => Readonly<Record<string, string>>): void {
  const changes = (): Partial<SourceRequest> => ({ imageSources: [source], env: env() });

  it.each([
    ['its name', 'example.org/team/app:1'],
    ['its id', ID],
    ['the start of its id', SHORT_ID],
  ])('gives an image by %s, with every entry of every layer', async (_how, reference) => {
    const temporary = mkdtempSync(path.join(folder, 'tmp-'));
    vi.stubEnv('TMPDIR', temporary);
    const opened = await openOne(reference, changes());
    expect(opened.artifact.image?.configDigest).toBe(ID);
    expect(opened.artifact.image?.tags).toEqual(['example.org/team/app:1']);
    expect(opened.artifact.layers.map(({ diffId }) => diffId)).toEqual(
      IMAGE.layers.map(({ diffId }) => diffId),
    );
    expect(opened.artifact.source).toEqual({ kind: source, place: expect.any(String) as unknown });
    expect(await read(opened)).toEqual(await expected());
    expect(readdirSync(temporary)).toEqual([]);
    vi.unstubAllEnvs();
  });

  it('says that it has no such image', async () => {
    const error = await failure(openOne('example.org/none:1', changes()));
    expect(error).toMatchObject({ code: 'NOT_FOUND' });
    expect(error.hint).toContain('has no such image');
  });

  it('has no image for another platform', async () => {
    const platforms = [{ os: 'linux', architecture: 's390x' }];
    const error = await failure(openOne('example.org/team/app:1', { ...changes(), platforms }));
    expect(error.message).toContain('has no image for linux/s390x; it has linux/amd64');
  });
}

describe.skipIf(noDocker !== undefined)(`Docker${needs(noDocker)}`, () => {
  let docker: Daemon;
  beforeAll(async () => {
    docker = await startDocker(path.join(folder, 'd'));
    await loadInto(docker.socket, ARCHIVE);
  });
  afterAll(() => docker[Symbol.asyncDispose]());

  behavesAsAStore('docker', () => docker.env);

  it('is found through the context in use', async () => {
    const home = path.join(folder, 'home');
    const hash = createHash('sha256').update('there').digest('hex');
    const meta = path.join(home, '.docker/contexts/meta', hash);
    mkdirSync(meta, { recursive: true });
    writeFileSync(path.join(home, '.docker/config.json'), '{"currentContext":"there"}');
    const endpoints = { docker: { Host: `unix://${docker.socket}`, SkipTLSVerify: false } };
    writeFileSync(
      path.join(meta, 'meta.json'),
      JSON.stringify({ Name: 'there', Endpoints: endpoints }),
    );
    const changes = { imageSources: ['docker'], env: { HOME: home } };
    const opened = await openOne('example.org/team/app:1', changes);
    expect(opened.artifact.image?.configDigest).toBe(ID);
    await opened[Symbol.asyncDispose]();
  });
});

describe.skipIf(noPodman !== undefined)(`Podman${needs(noPodman)}`, () => {
  let podman: Daemon;
  beforeAll(async () => {
    podman = await startPodman(path.join(folder, 'p'));
    await loadInto(podman.socket, ARCHIVE);
    // A second name, of an image in OCI's form.
    const oci = path.join(folder, 'p/oci.tar');
    writeFileSync(oci, tarOf(ociFiles([{ image: OTHER, tag: 'example.org/team/oci:1' }])));
    await loadInto(
      podman.socket,
      tarOf(ociFiles([{ image: OTHER, tag: 'example.org/team/oci:1' }])),
    );
  });
  afterAll(() => podman[Symbol.asyncDispose]());

  describe('by its daemon', () => {
    behavesAsAStore('podman', () => podman.env);

    it('keeps the id of an OCI image, whose export has another configuration', async () => {
      const opened = await openOne('example.org/team/oci:1', {
        imageSources: ['podman'],
        env: podman.env,
      });
      expect(opened.artifact.image?.configDigest).toBe(OTHER.configDigest);
      expect(opened.artifact.image?.manifestDigest).toBeUndefined();
      expect((await read(opened)).flat()).toHaveLength(1);
    });
  });

  describe('by the folder of its storage', () => {
    behavesAsAStore('podman-storage', () => podman.env);

    it('knows the digest of the manifest', async () => {
      const changes = { imageSources: ['podman-storage'], env: podman.env };
      const [row, ...others] = await listDigests(
        request('example.org/team/oci:1', changes),
        OFFLINE,
      );
      expect(others).toEqual([]);
      expect(row).toMatchObject({
        name: 'example.org/team/oci',
        isIndex: false,
        platform: OTHER.platform,
      });
      const opened = await openOne(`example.org/team/oci@${row?.digest ?? ''}`, changes);
      expect(opened.artifact.image?.manifestDigest).toBe(row?.digest);
    });
  });

  it.skipIf(missingRoot() !== undefined)(
    `keeps layers as differences too (driver overlay)${needs(missingRoot())}`,
    async (test) => {
      const place = path.join(folder, 'overlay');
      mkdirSync(place);
      const env = podmanStorage(place, 'overlay');
      const archive = path.join(place, 'app.tar');
      writeFileSync(archive, ARCHIVE);
      try {
        execFileSync('podman', ['load', '-q', '-i', archive], {
          env: { ...process.env, ...env },
          stdio: 'pipe',
        });
      } catch (error) {
        test.skip(`overlay cannot be used here: ${String(error).slice(0, 200)}`);
      }
      const opened = await openOne('example.org/team/app:1', {
        imageSources: ['podman-storage'],
        env,
      });
      expect(await read(opened)).toEqual(await expected());
    },
  );
});

describe.skipIf(noContainerd !== undefined)(`containerd${needs(noContainerd)}`, () => {
  let containerd: Daemon;
  beforeAll(async () => {
    containerd = await startContainerd(path.join(folder, 'c'));
    const docker = path.join(folder, 'c/docker.tar');
    writeFileSync(docker, ARCHIVE);
    const ctr = (...args: readonly string[]): string =>
      run('ctr', ['-a', containerd.socket, ...args]);
    ctr('-n', 'k8s.io', 'images', 'import', docker);
    const oci = path.join(folder, 'c/oci.tar');
    const arm = makeImage([[{ path: 'arm', body: 'arm' }]], {
      platform: { os: 'linux', architecture: 'arm64' },
    });
    const platforms = [
      { image: OTHER, isPlatformListed: true },
      { image: arm, isPlatformListed: true },
    ];
    writeFileSync(oci, tarOf(ociFiles([{ tag: 'example.org/team/multi:1', platforms }])));
    ctr('images', 'import', '--all-platforms', oci);
  });
  afterAll(() => containerd[Symbol.asyncDispose]());

  behavesAsAStore('containerd', () => containerd.env);

  it('gives all platforms of an image, in whatever namespace', async () => {
    const changes = { imageSources: ['containerd'], env: containerd.env };
    const all = await openSource(
      request('example.org/team/multi:1', { ...changes, platforms: 'all' }),
      OFFLINE,
    );
    expect(all.map(({ artifact }) => artifact.image?.platform.architecture)).toEqual([
      'amd64',
      'arm64',
    ]);
    for (const opened of all) expect((await read(opened)).flat()).toHaveLength(1);
    const rows = await listDigests(request('example.org/team/multi:1', changes), OFFLINE);
    expect(
      rows.map(({ isIndex, platform }) => (isIndex ? 'index' : platform?.architecture)),
    ).toEqual(['index', 'amd64', 'arm64']);
  });

  it('is asked in one namespace where the variable says so', async () => {
    const env = { ...containerd.env, CONTAINERD_NAMESPACE: 'moby' };
    const error = await failure(
      openOne('example.org/team/multi:1', { imageSources: ['containerd'], env }),
    );
    expect(error.hint).toContain('has no such image (namespace moby)');
  });
});
