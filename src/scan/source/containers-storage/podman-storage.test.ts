/**
 * Storages that are made here, and what may be wrong with them; the real one is in
 * `test/e2e/daemons.test.ts`.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { digestOf, makeImage } from '../../../../test/support/stored-images.ts';
import { quietContext } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { readTarHeaders } from '../../../formats/archive/tar/tar-seek.ts';
import { openSource } from '../open-source.ts';
import { storageRoots } from './storage-conf.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-storage-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const CONTEXT = quietContext();
const IMAGE = makeImage(
  [
    [
      { path: 'etc/', type: 'directory' },
      { path: 'etc/name', body: 'value' },
      { path: 'etc/.wh.gone', body: '' },
      { path: 'etc/empty', body: '' },
    ],
  ],
  { forms: ['plain'] },
);
const TAR = IMAGE.layers[0]?.blob ?? Buffer.alloc(0);
const LAYER_ID = 'f'.repeat(64);
const ID = IMAGE.configDigest.slice('sha256:'.length);

/** The list and the folder of a layer, made from its tar. */
async function splitTar(): Promise<{ lines: object[]; files: Map<string, Buffer> }> {
  const { entries } = await readTarHeaders(
    (offset, length) => Promise.resolve(TAR.subarray(offset, offset + length)),
    TAR.length,
    { archivePath: 'tar', ignoreGlobalHeaders: true, maxEntries: 100 },
  );
  const lines: object[] = [];
  const files = new Map<string, Buffer>();
  let position = 0;
  for (const entry of entries) {
    const end = entry.bodyOffset;
    lines.push({ type: 2, payload: TAR.subarray(position, end).toString('base64') });
    lines.push({ type: 1, name: entry.path, size: entry.storedBytes, payload: null });
    files.set(entry.path, TAR.subarray(end, end + entry.storedBytes));
    position = end + entry.storedBytes;
  }
  lines.push({ type: 2, payload: TAR.subarray(position).toString('base64') });
  return { lines, files };
}

function write(path: string, bytes: Buffer | string): void {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, bytes);
}

function bigDataName(key: string): string {
  return key === 'manifest' ? key : `=${Buffer.from(key).toString('base64')}`;
}

async function makeStorage(
  change: { lines?: object[]; image?: object; layer?: object } = {},
): Promise<void> {
  const { lines, files } = await splitTar();
  const manifest = JSON.stringify({
    schemaVersion: 2,
    config: { digest: IMAGE.configDigest },
    layers: [{ digest: IMAGE.layers[0]?.digest }],
  });
  const digest = digestOf(Buffer.from(manifest));
  const image = {
    id: ID,
    digest,
    names: ['localhost/app:1'],
    layer: LAYER_ID,
    'big-data-names': ['manifest', IMAGE.configDigest],
    ...change.image,
  };
  const layer = {
    id: LAYER_ID,
    'diff-digest': IMAGE.layers[0]?.diffId,
    'diff-size': TAR.length,
    ...change.layer,
  };
  write('root/overlay-images/images.json', JSON.stringify([image]));
  write(`root/overlay-images/${ID}/manifest`, manifest);
  write(`root/overlay-images/${ID}/${bigDataName(IMAGE.configDigest)}`, IMAGE.config);
  write('root/overlay-layers/layers.json', JSON.stringify([layer]));
  const text = (change.lines ?? lines).map((line) => `${JSON.stringify(line)}\n`).join('');
  write(`root/overlay-layers/${LAYER_ID}.tar-split.gz`, gzipSync(text));
  for (const [path, bytes] of files) {
    if (bytes.length > 0) write(`root/overlay/${LAYER_ID}/diff/${path}`, bytes);
  }
  write('storage.conf', `[storage]\ndriver = "overlay"\ngraphroot = "${folder}/root"\n`);
}

async function scan(reference = 'app:1'): Promise<Map<string, string>> {
  const lists = { platforms: [], skipDirs: [], skipFiles: [] };
  const env = { CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf') };
  const request = {
    reference,
    kind: 'image' as const,
    imageSources: ['podman-storage'],
    env,
    ...lists,
  };
  const found = new Map<string, string>();
  for (const opened of await openSource(request, CONTEXT)) {
    await opened.walk(
      0,
      (entry) => {
        found.set(entry.path, entry.type);
        return undefined;
      },
      CONTEXT,
    );
  }
  return found;
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

const diff = (path: string): string => join(folder, 'root/overlay', LAYER_ID, 'diff', path);

describe('a storage', () => {
  it('compares a digest that was asked for with the bytes of its manifest', async () => {
    const wanted = `sha256:${'1'.repeat(64)}`;
    await makeStorage({ image: { names: [`localhost/app@${wanted}`], digest: wanted } });
    await expect(scan(`localhost/app@${wanted}`)).rejects.toMatchObject({
      code: 'CONTENT_MISMATCH',
      message: expect.stringContaining('is an image of another digest: sha256:') as string,
    });
  });

  it('gives the tar of a layer as it was, with whiteouts that are not in its folder', async () => {
    await makeStorage();
    expect(await scan()).toEqual(
      new Map([
        ['/etc', 'directory'],
        ['/etc/name', 'file'],
        ['/etc/gone', 'whiteout'],
        ['/etc/empty', 'file'],
      ]),
    );
  });

  it.each<[string, (path: string) => void, string]>([
    [
      'changed and kept its length',
      (path) => writeFileSync(path, 'VALUE'),
      'layer 1 of 1 of "app:1" should have',
    ],
    ['became longer', (path) => writeFileSync(path, 'value and more'), 'it has 14 bytes and had 5'],
    ['was removed', (path) => rmSync(path), 'it is not there'],
    [
      'became a link',
      (path) => {
        rmSync(path);
        symlinkSync('/etc/hostname', path);
      },
      'it is not there',
    ],
  ])('notices a file that %s', async (_how, change, message) => {
    await makeStorage();
    change(diff('etc/name'));
    const error = await failure(scan());
    expect(error.code).toBe('CONTENT_MISMATCH');
    expect(error.message).toContain(message);
  });

  it('reads nothing outside the folder of a layer', async () => {
    await makeStorage();
    write('outside/name', 'value');
    rmSync(diff('etc'), { recursive: true });
    symlinkSync(join(folder, 'outside'), diff('etc'));
    const error = await failure(scan());
    expect(error).toMatchObject({ code: 'DAMAGED' });
    expect(error.message).toContain('"/etc/name" leads outside its folder');
  });

  it.each<[string, object[], string]>([
    ['no form', [{ type: 3 }], 'a line is of no known form'],
    ['no name', [{ type: 1, size: 4 }], 'a line has no name'],
    ['a negative size', [{ type: 1, name: 'a', size: -4 }], 'a line is of no known form'],
    ['no object', [[]], 'a line is not an object'],
  ])('with a list of %s is damaged', async (_what, lines, message) => {
    await makeStorage({ lines });
    const error = await failure(scan());
    expect(error).toMatchObject({ code: 'DAMAGED' });
    expect(error.message).toContain(message);
  });

  it('with a list that is not a gzip stream is damaged', async () => {
    await makeStorage();
    const path = `root/overlay-layers/${LAYER_ID}.tar-split.gz`;
    write(path, readFileSync(join(folder, path)).subarray(0, 40));
    expect((await failure(scan())).message).toContain('it is not a gzip stream');
  });

  it.each<[string, Parameters<typeof makeStorage>[0], string, string]>([
    ['lacks a layer', { layer: { id: 'e'.repeat(64) } }, 'DAMAGED', 'the storage lacks the layer'],
    [
      'has a loop of layers',
      { layer: { parent: LAYER_ID } },
      'DAMAGED',
      'the storage lacks the layer',
    ],
    [
      'has another number of layers',
      { image: { layer: undefined } },
      'DAMAGED',
      'has 0 layers and a configuration that lists 1',
    ],
    [
      'has no such image',
      { image: { names: ['localhost/other:1'] } },
      'NOT_FOUND',
      'has no such image',
    ],
  ])('that %s says so', async (_what, change, code, message) => {
    await makeStorage(change);
    const error = await failure(scan());
    expect(error.code).toBe(code);
    expect(`${error.message} ${error.hint ?? ''}`).toContain(message);
  });

  it('leaves an image without what it was unpacked from to others', async () => {
    await makeStorage();
    rmSync(join(folder, `root/overlay-layers/${LAYER_ID}.tar-split.gz`));
    const error = await failure(scan());
    expect(error.code).toBe('NOT_FOUND');
    expect(error.hint).toContain('is kept without what it was unpacked from');
    expect(error.hint).toContain('podman save -o FILE IMAGE');
  });
});

describe('the configuration of a storage', () => {
  const conf = (text: string): Promise<unknown> => {
    write('storage.conf', text);
    return storageRoots({ CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf') });
  };

  it('names other stores, which are only read', async () => {
    write('a/vfs-images/images.json', '[]');
    write('b/vfs-images/images.json', '[]');
    const text = `[storage]\ndriver="vfs"\ngraphroot="${folder}/a"\n[storage.options]\nadditionalimagestores=["${folder}/b"]\n`;
    expect(await conf(text)).toEqual([
      { folder: join(folder, 'a'), driver: 'vfs' },
      { folder: join(folder, 'b'), driver: 'vfs' },
    ]);
  });

  it.each([
    ['is no TOML', '[storage', 'USAGE', 'cannot read'],
    ['has an unknown driver', '[storage]\ndriver="btrfs"\n', 'NOT_FOUND', 'has the driver "btrfs"'],
    [
      'leads to nothing',
      '[storage]\ngraphroot="/none"\n',
      'NOT_FOUND',
      'no storage of images at /none',
    ],
  ])('that %s is refused', async (_what, text, code, message) => {
    const error = await failure(conf(text));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('of a user lies in the home folder', async () => {
    write('.local/share/containers/storage/overlay-images/images.json', '[]');
    const roots = await storageRoots({ HOME: folder }, false);
    expect(roots).toEqual([
      { folder: join(folder, '.local/share/containers/storage'), driver: 'overlay' },
    ]);
  });
});
