import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import type { Digest } from '../../core/model/artifact/artifact.ts';
import { openContentStore, type InspectFile } from './content-store.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const digestOf = (bytes: Uint8Array, algorithm = 'sha512'): Digest =>
  `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;

// eslint-disable-next-line @typescript-eslint/require-await -- an iterable
async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

it.each([
  ['an empty file', 0, true],
  ['a small file', 1000, true],
  ['the largest file that is held', 262_144, true],
  ['a file that is written in pieces', 262_145, false],
  ['a large file', 1_000_000, false],
])('%s is stored whole', async (_, length, isHeld) => {
  const bytes = Buffer.from(Array.from({ length }, (__, at) => (at * 7919) & 255));
  const store = openContentStore(folder);
  const inspected: (readonly [Buffer, Uint8Array | undefined])[] = [];
  const inspect: InspectFile = (path, held) => {
    inspected.push([readFileSync(path), held]);
    return Promise.resolve();
  };
  const stored = await store.put(pieces(bytes, 60_000), [digestOf(bytes)], inspect);
  expect(stored.sizeBytes).toBe(length);
  expect(readFileSync(stored.path).equals(bytes)).toBe(true);
  expect(inspected.map(([onDisk]) => onDisk.equals(bytes))).toEqual([true]);
  for (const held of [stored.bytes, inspected[0]?.[1]]) {
    expect(held === undefined ? undefined : bytes.equals(held)).toBe(isHeld ? true : undefined);
  }
  // What is found later was not just received.
  const found = await openContentStore(folder).findAlias([digestOf(bytes)]);
  expect(found).toEqual({ path: stored.path, sizeBytes: length, sha512: stored.sha512 });
});

it('other bytes than the digest names leave nothing behind', async () => {
  const store = openContentStore(folder);
  for (const length of [1000, 500_000]) {
    const put = store.put(pieces(Buffer.alloc(length), 60_000), [digestOf(Buffer.from('other'))]);
    await expect(put).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  }
  expect(readdirSync(join(folder, 'new'))).toEqual([]);
});

it('a file that was changed on disk is not found by a later process', async () => {
  const bytes = Buffer.from('some bytes');
  const sha1 = digestOf(bytes, 'sha1');
  const { path } = await openContentStore(folder).put(pieces(bytes, 4), [sha1]);
  expect(await openContentStore(folder).findAlias([sha1])).toMatchObject({ path });
  writeFileSync(path, 'same bytes');
  expect(await openContentStore(folder).findAlias([sha1])).toBeUndefined();
});

it('files that were used least recently are removed, with all their names', async () => {
  const store = openContentStore(folder);
  const kinds = ['old', 'new'].map((text) => Buffer.from(text.repeat(1000)));
  const digests = kinds.map((bytes) => digestOf(bytes, 'sha256'));
  for (const [at, bytes] of kinds.entries()) {
    const { path } = await store.put(pieces(bytes, 1000), [digestOf(bytes, 'sha256')]);
    utimesSync(path, 1000 + at, 1000 + at);
  }
  expect(await store.prune(6000)).toBe(0);
  expect(await store.prune(4000)).toBe(1);
  expect(await Promise.all(digests.map((digest) => store.has(digest)))).toEqual([false, true]);
  expect(await store.has(digestOf(kinds[1] ?? Buffer.alloc(0)))).toBe(true);
  expect(await store.has('sha256:../../../etc/passwd')).toBe(false);
  expect(readdirSync(join(folder, 'aliases'))).toEqual([digests[1]?.replace(':', '-')]);
  expect(await store.prune(0)).toBe(1);
  expect(readdirSync(join(folder, 'aliases'))).toEqual([]);
});
