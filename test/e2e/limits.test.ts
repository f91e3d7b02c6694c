/**
 * Inputs of real size that ask for more than a run may take: they end in a gap or in a whole report, within the memory
 * that is promised. No times are compared, since machines differ.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { writeTar, type TarMember } from '../../src/format/tar-writer.ts';
import { buildCommand, type BuiltCommand } from '../support/build.ts';
import { runMeasured, type MeasuredOutcome } from '../support/measured.ts';
import { dockerArchive, makeImage } from '../support/stored-images.ts';
import { zip } from '../support/zip.ts';

const MIB = 1024 * 1024;
const MAX_MIB = 600;
const OS: readonly TarMember[] = [
  { path: 'etc/os-release', body: 'ID=debian\nVERSION_ID="12"\n' },
  {
    path: 'var/lib/dpkg/status',
    body: 'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2.15-2\n',
  },
];

let command: BuiltCommand;
let folder: string;

beforeAll(() => {
  command = buildCommand();
});
afterAll(() => {
  command[Symbol.dispose]();
});
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-limits-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Report {
  readonly results: readonly {
    readonly inventory: {
      readonly packages: readonly { readonly name: string; readonly version: string }[];
    };
    readonly diagnostics: readonly { readonly gap?: string; readonly message: string }[];
  }[];
}

async function scan(args: readonly string[]): Promise<MeasuredOutcome> {
  const outcome = await runMeasured(
    command,
    [...args, '--no-progress', '--offline', '--cache-dir', 'cache'],
    folder,
  );
  expect(outcome.stderr).not.toContain('internal error');
  expect(outcome.peakMib).toBeLessThan(MAX_MIB);
  return outcome;
}

function resultOf({ stdout }: MeasuredOutcome): Report['results'][number] {
  const [result] = (JSON.parse(stdout) as Report).results;
  if (result === undefined) throw new Error('no result');
  return result;
}

function gapsOf(result: Report['results'][number]): readonly string[] {
  return result.diagnostics.flatMap(({ gap, message }) => (gap === 'limit' ? [message] : []));
}

function imageOf(members: readonly TarMember[]): string {
  const image = makeImage([[...OS, ...members]]);
  writeFileSync(
    path.join(folder, 'image.tar'),
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
    writeFileSync(path.join(folder, 'app.jar'), fat);
    for (const args of [
      ['fs', '.'],
      ['image', '--input', imageOf([{ path: 'a.jar', body: fat }])],
    ]) {
      const result = resultOf(await scan([...args, ...PACKAGES]));
      expect(result.inventory.packages).toContainEqual(
        expect.objectContaining({ version: '2.11.1' }),
      );
      expect(gapsOf(result)).toEqual([]);
    }
  }, 600_000);

  it('is a gap beyond what the configuration allows', async () => {
    writeFileSync(
      path.join(folder, 'app.jar'),
      zip([{ name: 'a', body: Buffer.alloc(MIB), method: 0 }]),
    );
    writeFileSync(path.join(folder, 'assay.yaml'), 'limits:\n  fileBytes: 10kB\n');
    const result = resultOf(
      await scan(['fs', '.', ...PACKAGES, '--allow-empty', '-c', 'assay.yaml']),
    );
    expect(gapsOf(result)).toEqual([expect.stringContaining('160000 are allowed')]);
  }, 120_000);
});
