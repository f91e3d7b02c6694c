/**
 * Members of layers that tar readers treat differently: what Podman and umoci unpack, and what
 * Assay makes of it.
 */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';
import { quietContext, scan } from '../../src/scan/pipeline/index.ts';
import { missingAbility } from '../support/abilities.ts';
import { imageOfTars, ociFiles, writeFiles } from '../support/stored-images.ts';
import { mountAll, noUnpacking, type MountedRoots } from '../support/unpacked-images.ts';
import { needs } from '../support/tools.ts';

const BLOCK = 512;
const TYPE_AT = 156;
const SUM_AT = 148;

const manifest = (name: string): string => JSON.stringify({ name, version: '1.0.0' });
const member = (name: string): Buffer => {
  const tar = writeTar([{ path: `node_modules/${name}/package.json`, body: manifest(name) }]);
  return Buffer.from(tar.subarray(0, 2 * BLOCK));
};
const END = Buffer.alloc(2 * BLOCK);
const ZERO = Buffer.alloc(BLOCK);

/** The member with another type and the checksum that goes with it. */
function typed(type: string, name: string): Buffer {
  const bytes = member(name);
  bytes.write(type, TYPE_AT, 'latin1');
  bytes.write('        ', SUM_AT, 'latin1');
  const sum = bytes.subarray(0, BLOCK).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, SUM_AT, 'latin1');
  return bytes;
}

const CASES: Readonly<Record<string, Buffer>> = {
  plain: Buffer.concat([member('one'), member('two'), END]),
  'no-end': Buffer.concat([member('one'), member('two')]),
  'one-zero-at-the-end': Buffer.concat([member('one'), member('two'), ZERO]),
  'one-zero': Buffer.concat([member('one'), ZERO, member('two'), END]),
  'behind-the-end': Buffer.concat([member('one'), END, member('two'), END]),
  'type-z': Buffer.concat([member('one'), typed('Z', 'two'), END]),
  'type-a': Buffer.concat([member('one'), typed('A', 'two'), END]),
  'type-n': Buffer.concat([member('one'), typed('N', 'two'), END]),
  'type-v': Buffer.concat([member('one'), typed('V', 'two'), END]),
  'type-x': Buffer.concat([member('one'), typed('X', 'two'), END]),
};
const NAMES = Object.keys(CASES);

let folder = '';
let mounted: MountedRoots | undefined;
const layout = (): string => path.join(folder, 'layout');
const reason = noUnpacking() ?? missingAbility('podman/vfs');

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-tar-members-'));
  const images = NAMES.map((tag) => ({
    tag,
    image: imageOfTars([CASES[tag] ?? END], { forms: ['plain'] }),
  }));
  writeFiles(layout(), ociFiles(images));
  if (reason !== undefined) return;
  mounted = await mountAll(folder, 'vfs', { layout: layout(), tags: NAMES });
}, 120_000);
afterAll(() => {
  mounted?.unmount();
  rmSync(folder, { recursive: true, force: true });
});

/** The packages that Assay lists; `undefined` where it refuses the image. */
async function listedIn(tag: string): Promise<readonly string[] | undefined> {
  try {
    const report = await scan(
      { targets: [{ kind: 'image', reference: `oci:${layout()}:${tag}` }] },
      quietContext(),
    );
    return report.results[0]?.inventory.packages.map(({ name }) => name).sort();
  } catch {
    return undefined;
  }
}

describe('members of layers', () => {
  it.skipIf(reason)(`some are unpacked, and others refused${needs(reason)}`, async () => {
    expect([...(mounted?.roots.keys() ?? [])].sort()).toEqual([
      'behind-the-end',
      'no-end',
      'one-zero-at-the-end',
      'plain',
    ]);
    expect(await listedIn('plain')).toEqual(['one', 'two']);
  });

  it.skipIf(reason !== undefined).each(NAMES)(
    `%s: as Podman unpacks it${needs(reason)}`,
    async (tag) => {
      const root = mounted?.roots.get(tag);
      const unpacked =
        root === undefined ? undefined : readdirSync(path.join(root, 'node_modules')).sort();
      expect(await listedIn(tag)).toEqual(unpacked);
    },
  );
});
