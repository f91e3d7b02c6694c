/** Archives of applications under names that do not tell, in source trees and images. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { packagesIn, scannedImage } from '../../../test/support/scanned-files.ts';
import { zip } from '../../../test/support/zip.ts';
import { quietContext } from '../../core/base/context.ts';
import { scan } from './index.ts';

const PROPERTIES = 'groupId=g\nartifactId=a\nversion=1.0\n';
const jar = (): Buffer =>
  zip([
    { name: 'META-INF/MANIFEST.MF', body: 'Manifest-Version: 1.0\n\n' },
    { name: 'META-INF/maven/g/a/pom.properties', body: PROPERTIES },
  ]);
const boot = (): Buffer =>
  zip([
    { name: 'META-INF/MANIFEST.MF', body: 'Manifest-Version: 1.0\n\n' },
    { name: 'BOOT-INF/lib/a-1.0.jar', body: jar() },
  ]);
const wheel = (): Buffer =>
  zip([
    { name: 'b-2.0.dist-info/METADATA', body: 'Metadata-Version: 2.1\nName: b\nVersion: 2.0\n' },
  ]);
const behind = (head: string, archive: Buffer): Buffer =>
  Buffer.concat([Buffer.from(head, 'latin1'), archive]);
const LAUNCHER = `#!/bin/bash\n${'# start\n'.repeat(1000)}exit 0\n`;

async function packagesOf(path: string, body: Buffer, mode = 0o644): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-hidden-archives-'));
  try {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, body, { mode });
    const targets = [{ reference: folder, kind: 'directory' as const }];
    const { results } = await scan({ targets, allowEmpty: true }, quietContext());
    const [result] = results;
    expect(result?.diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
    return result === undefined ? [] : packagesIn(result);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('an archive of a source tree', () => {
  it.each<[string, string, Buffer, readonly string[]]>([
    ['without a suffix', 'bin/app', jar(), ['g:a@1.0']],
    ['with archives inside', 'app', boot(), ['g:a@1.0']],
    ['with the suffix of data', 'app.bin', jar(), ['g:a@1.0']],
    ['numbered', 'app.jar.1', jar(), ['g:a@1.0']],
    ['numbered twice', 'lib/app.jar.2024', jar(), ['g:a@1.0']],
    ['as a library', 'lib.so', jar(), ['g:a@1.0']],
    ['as a program of Windows', 'app.exe', behind('MZ\0\0', jar()), ['g:a@1.0']],
    ['behind a launcher', 'app', behind(LAUNCHER, boot()), ['g:a@1.0']],
    ['behind a launcher, to run', 'app.run', behind(LAUNCHER, boot()), ['g:a@1.0']],
    ['of Python, without a suffix', 'tool', wheel(), ['b@2.0']],
  ])('is read %s', async (_name, path, body, expected) => {
    expect(await packagesOf(path, body)).toEqual(expected);
  });

  it.each<[string, string, Buffer]>([
    ['a fixture', 'tests/data/app', jar()],
    ['a text', 'LICENSE', Buffer.from('PK is not an archive\n')],
    ['another archive', 'data', zip([{ name: 'a.txt', body: 'x' }])],
    ['a cut archive', 'app.bin', jar().subarray(0, 80)],
    ['a program', 'tool.exe', Buffer.from(`MZ${'\0'.repeat(500)}META-INF/MANIFEST.MF`, 'latin1')],
  ])('is none: %s', async (_name, path, body) => {
    expect(await packagesOf(path, body)).toEqual([]);
  });
});

describe('an executable archive', () => {
  const ROWS: readonly (readonly [string, string, Buffer])[] = [
    ['behind a launcher', 'app', behind(LAUNCHER, boot())],
    ['behind a long launcher', 'service', behind(LAUNCHER.repeat(20), jar())],
    ['behind a program of Windows', 'app', behind(`MZ${'\0'.repeat(100)}`, jar())],
    ['without anything in front', 'app', jar()],
  ];

  it.each(ROWS)('is read in a source tree: %s', async (_name, path, body) => {
    expect(await packagesOf(path, body, 0o755)).toEqual(['g:a@1.0']);
  });

  it.each(ROWS)('is read in an image: %s', async (_name, path, body) => {
    const scanned = await scannedImage([[{ path: `opt/${path}`, mode: 0o755, body }]]);
    expect(packagesIn(scanned)).toEqual(['g:a@1.0']);
  });
});
