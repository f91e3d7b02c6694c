/**
 * Archives that package managers read differently. What each of them takes was observed with npm
 * 11, pnpm 10, yarn 1, yarn 4 and bun; a file is only without scripts if all of them find none.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeTar } from '../../formats/archive/tar/tar-writer.ts';
import { checkTarball } from './publish/check-tarball.ts';
import { inspectTarball } from './inspect-tarball.ts';

const GOOD = JSON.stringify({ name: 'left', version: '1.0.0' });
const EVIL = JSON.stringify({
  name: 'left',
  version: '1.0.0',
  scripts: { postinstall: 'node x.js' },
});
const MANIFEST = 'package/package.json';
const BLOCK = 512;
const [TYPE_AT, SUM_AT, LINK_AT] = [156, 148, 157];

/** An archive without its end. */
function entry(name: string, body: string): Buffer {
  const bytes = writeTar([{ path: name, body }]);
  return Buffer.from(bytes.subarray(0, BLOCK + Math.ceil(body.length / BLOCK) * BLOCK));
}

/** A link; its header is that of an empty file with another type. */
function link(name: string, type: '1' | '2', target: string): Buffer {
  const header = entry(name, '').subarray(0, BLOCK);
  header.write(type, TYPE_AT);
  header.write(target, LINK_AT);
  header.fill(' ', SUM_AT, SUM_AT + 8);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, SUM_AT);
  return header;
}

const END = Buffer.alloc(2 * BLOCK);
const ZERO = Buffer.alloc(BLOCK);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-tarball-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const gz = (parts: readonly Buffer[]): Buffer => gzipSync(Buffer.concat(parts));

async function inspect(bytes: Buffer): ReturnType<typeof inspectTarball> {
  const file = path.join(folder, 'x.tgz');
  writeFileSync(file, bytes);
  return inspectTarball(file);
}

/** `undefined`: it may run anything. */
const ARCHIVES: readonly (readonly [string, readonly Buffer[], boolean | undefined])[] = [
  ['a manifest without scripts', [entry(MANIFEST, GOOD), END], false],
  ['a manifest with scripts', [entry(MANIFEST, EVIL), END], true],
  [
    'a second manifest beside the directory, which npm leaves out',
    [entry(MANIFEST, EVIL), entry('package.json', GOOD), END],
    true,
  ],
  [
    'a second manifest behind dot segments, which npm leaves out',
    [entry(MANIFEST, EVIL), entry('x/../y/package.json', GOOD), END],
    true,
  ],
  [
    'a member behind one zero block, which yarn and bun read',
    [entry(MANIFEST, GOOD), ZERO, entry(MANIFEST, EVIL), END],
    undefined,
  ],
  [
    'a member behind the end, which yarn 1 reads',
    [entry(MANIFEST, GOOD), END, entry(MANIFEST, EVIL), END],
    undefined,
  ],
  [
    'a manifest that a hard link replaces, which yarn 1 makes',
    [entry(MANIFEST, GOOD), entry('package/x', EVIL), link(MANIFEST, '1', 'package/x'), END],
    undefined,
  ],
  [
    'a directory that is a symlink',
    [
      entry(MANIFEST, GOOD),
      link('package/x', '2', '.'),
      entry('package/x/package.json', EVIL),
      END,
    ],
    undefined,
  ],
  [
    'a second manifest that is too large to be read',
    [entry(MANIFEST, GOOD), entry(MANIFEST, `${EVIL}${' '.repeat(4 * 1024 * 1024)}`), END],
    undefined,
  ],
  ['zeros behind the end', [entry(MANIFEST, GOOD), END, Buffer.alloc(20 * BLOCK)], false],
  ['no end', [entry(MANIFEST, GOOD)], false],
  ['no manifest', [entry('package/x', GOOD), END], undefined],
  ['a manifest that is no JSON', [entry(MANIFEST, 'x'), END], undefined],
  [
    'a build file that "gypfile" denies, which yarn 1 builds',
    [
      entry(MANIFEST, JSON.stringify({ name: 'left', version: '1.0.0', gypfile: false })),
      entry('package/binding.gyp', '{}'),
      END,
    ],
    true,
  ],
];

describe('a file with', () => {
  it.each(ARCHIVES)('%s', async (_, parts, hasInstallScript) => {
    expect(await inspect(gz(parts))).toMatchObject({ hasInstallScript });
  });

  it('two archives in one, which yarn 1 reads', async () => {
    const bytes = Buffer.concat([
      gz([entry(MANIFEST, GOOD), END]),
      gz([entry(MANIFEST, EVIL), END]),
    ]);
    expect(await inspect(bytes)).toMatchObject({ hasInstallScript: undefined });
  });

  it('manifests of two packages names both', async () => {
    const other = entry(MANIFEST, JSON.stringify({ name: 'evil', version: '9.0.0' }));
    const { manifests } = await inspect(gz([other, entry('package.json', GOOD), END]));
    expect(manifests.map(({ name }) => name)).toEqual(['evil', 'left']);
  });

  it('bytes behind its end cannot be published', async () => {
    const bytes = gz([entry(MANIFEST, GOOD), END, entry(MANIFEST, EVIL), END]);
    await expect(checkTarball(bytes)).rejects.toThrow('has bytes behind its end');
    await expect(checkTarball(gz([entry(MANIFEST, GOOD), END, ZERO]))).resolves.toBeDefined();
  });
});
