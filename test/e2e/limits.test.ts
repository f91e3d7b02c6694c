/**
 * Inputs of real size that ask for more than a run may take: they end in a gap or in a whole
 * report, within the memory that is promised. No times are compared, since machines differ.
 */

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { writeTar, type TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import { gapMessages, measuredResult, measuredScene } from '../support/measured-scans.ts';
import { dockerArchive, makeImage } from '../support/stored-images.ts';
import { zip } from '../support/zip.ts';

const MIB = 1024 * 1024;
const OS: readonly TarMember[] = [
  { path: 'etc/os-release', body: 'ID=debian\nVERSION_ID="12"\n' },
  {
    path: 'var/lib/dpkg/status',
    body: 'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2.15-2\n',
  },
];

const scene = measuredScene();

function imageOf(members: readonly TarMember[]): string {
  const image = makeImage([[...OS, ...members]]);
  writeFileSync(
    path.join(scene.folder, 'image.tar'),
    writeTar(dockerArchive([{ image, tags: ['a:1'] }])),
  );
  return 'image.tar';
}

const PACKAGES = ['--scanners', 'packages', '-f', 'json'];

describe('a file that is larger than what is held in memory', () => {
  const FILLER = Buffer.alloc(200 * MIB);

  it('is read where it is a fat jar', async () => {
    const inner = zip([
      {
        name: 'META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties',
        body: Buffer.from(
          'groupId=org.apache.logging.log4j\nartifactId=log4j-core\nversion=2.11.1\n',
        ),
      },
    ]);
    const fat = zip([
      { name: 'filler.bin', body: FILLER, method: 0 },
      { name: 'BOOT-INF/lib/log4j-core-2.11.1.jar', body: inner, method: 0 },
    ]);
    writeFileSync(path.join(scene.folder, 'app.jar'), fat);
    for (const args of [
      ['fs', '.'],
      ['image', '--input', imageOf([{ path: 'a.jar', body: fat }])],
    ]) {
      const result = measuredResult(await scene.scan([...args, ...PACKAGES]));
      expect(result.inventory.packages).toContainEqual(
        expect.objectContaining({ version: '2.11.1' }),
      );
      expect(gapMessages(result, 'limit')).toEqual([]);
    }
  }, 600_000);

  it('is a gap beyond what the configuration allows', async () => {
    writeFileSync(
      path.join(scene.folder, 'app.jar'),
      zip([{ name: 'a', body: Buffer.alloc(MIB), method: 0 }]),
    );
    writeFileSync(path.join(scene.folder, 'assay.yaml'), 'limits:\n  fileBytes: 10kB\n');
    const result = measuredResult(
      await scene.scan(['fs', '.', ...PACKAGES, '--allow-empty', '-c', 'assay.yaml']),
    );
    expect(gapMessages(result, 'limit')).toEqual([expect.stringContaining('160000 are allowed')]);
  }, 120_000);
});
