/** Folders that a push may or may not write an OCI layout to. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { sha256Of } from '../../formats/crypto/digest/digest-check.ts';
import { LayoutRepository } from './layout-repository.ts';

let top = '';
beforeEach(() => {
  top = mkdtempSync(path.join(tmpdir(), 'assay-layout-'));
  mkdirSync(at('elsewhere/sha256'), { recursive: true });
  mkdirSync(at('layout'));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

function at(name: string): string {
  return path.join(top, name);
}

/** Makes a symlink in the layout. */
function link(name: string, to: string): void {
  mkdirSync(path.dirname(at(`layout/${name}`)), { recursive: true });
  symlinkSync(to, at(`layout/${name}`));
}

function mark(): void {
  writeFileSync(at('layout/oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(at('layout/index.json'), '{"schemaVersion":2,"manifests":[]}');
}

const BLOB = Buffer.from('a blob');

async function store(): Promise<void> {
  const repository = new LayoutRepository(at('layout'));
  const digest = sha256Of(BLOB);
  await repository.uploadBlob({ digest, sizeBytes: BLOB.length }, async function* () {
    yield await Promise.resolve(BLOB);
  });
}

describe('the folders of blobs in an OCI layout', () => {
  it.each([
    ['blobs', '../elsewhere', /layout\/blobs" is a symlink that leads out/],
    ['blobs', '../../../../../../../..', /layout\/blobs" is a symlink that leads out/],
    ['blobs', 'nowhere', /layout\/blobs" is a symlink that leads out/],
    ['blobs/sha256', '../../elsewhere/sha256', /blobs\/sha256" is a symlink that leads out/],
    ['blobs/sha512', '../../elsewhere', /blobs\/sha512" is a symlink that leads out/],
    ['blobs/sha256', 'sha256', /blobs\/sha256" is a symlink that leads out/],
  ])('must be in it: %s to %s', async (name, to, message) => {
    mark();
    link(name, to);
    const expected = { code: 'USAGE', message: expect.stringMatching(message) as string };
    const repository = new LayoutRepository(at('layout'));
    await expect(repository.checkUsable()).rejects.toMatchObject(expected);
    await expect(store()).rejects.toMatchObject(expected);
    expect(readdirSync(at('elsewhere/sha256'))).toEqual([]);
  });

  it.each([
    ['symlinks within the layout', 'blobs', 'data'],
    ['a symlink from one folder to another', 'blobs/sha512', 'sha256'],
  ])('may be %s', async (_, name, to) => {
    mark();
    mkdirSync(at('layout/data'));
    if (name !== 'blobs') mkdirSync(at('layout/blobs/sha256'), { recursive: true });
    link(name, to);
    await new LayoutRepository(at('layout')).checkUsable();
    await store();
    expect(await new LayoutRepository(at('layout')).hasBlob(sha256Of(BLOB))).toBe(true);
  });

  it('may be in a layout that a symlink leads to', async () => {
    symlinkSync('layout', at('link'));
    const repository = new LayoutRepository(at('link'));
    await repository.begin();
    expect(await repository.images()).toEqual([]);
  });
});

describe('the mark of an OCI layout', () => {
  it.each<[string, () => void, RegExp]>([
    ['leads nowhere', () => link('oci-layout', 'nowhere'), /oci-layout": ENOENT/],
    ['leads to itself', () => link('oci-layout', 'oci-layout'), /oci-layout": ELOOP/],
    ['leads out', () => link('oci-layout', '../elsewhere'), /oci-layout": it is a symlink that/],
    ['is a folder', () => mkdirSync(at('layout/oci-layout')), /oci-layout": it is a directory/],
    [
      'is very long',
      () => writeFileSync(at('layout/oci-layout'), ' '.repeat(5000)),
      /oci-layout": it is longer than 4096 bytes/,
    ],
  ])('is refused by its name if it %s', async (_, make, message) => {
    make();
    await expect(new LayoutRepository(at('layout')).checkUsable()).rejects.toMatchObject({
      code: 'DAMAGED',
      message: expect.stringMatching(message) as string,
    });
  });
});
