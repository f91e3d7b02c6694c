/** Programs in whole images: links, environments, and results that are kept. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { makeImage, ociFiles, tarOf } from '../../../test/support/stored-images.ts';
import { quietContext } from '../../core/base/context.ts';
import type { RecordStore } from '../../core/base/record-store.ts';
import type { TarMember } from '../../formats/archive/tar/tar-writer.ts';
import type { ArtifactResult } from '../../core/model/report/report.ts';
import { scan, type ScanRequest } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-programs-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ELF = '\u007fELF\0\0\0\0';

function program(path: string, text: string): TarMember {
  return { path, body: Buffer.from(`${ELF}${'-'.repeat(3000)}${text}`, 'latin1'), mode: 0o755 };
}

let imageCount = 0;

async function scanned(
  members: readonly TarMember[],
  env: readonly string[] = [],
  more: Partial<ScanRequest> = {},
): Promise<ArtifactResult> {
  const image = makeImage([members], { config: { config: { Env: env } } });
  imageCount += 1;
  const reference = join(folder, `${String(imageCount)}.tar`);
  writeFileSync(reference, tarOf(ociFiles([{ image, tag: 'latest' }])));
  const report = await scan({ targets: [{ reference, kind: 'image' }], ...more }, quietContext());
  const [result] = report.results;
  if (result === undefined) throw new Error('no result');
  return result;
}

function programsOf({ inventory }: ArtifactResult): readonly (readonly unknown[])[] {
  return inventory.packages
    .filter(({ ecosystem }) => ecosystem === 'program' || ecosystem === 'node')
    .map(({ name, version, evidence }) => [
      name,
      version,
      evidence.level,
      evidence.evidencedVersion,
    ]);
}

const NODE = program('usr/local/bin/node', '\0node.js/v20.11.0\0');

describe('programs of an image', () => {
  it('are compared with its environment, whatever was kept of another one', async () => {
    const records = new Map<string, Uint8Array>();
    const store: RecordStore = {
      get: (key) => Promise.resolve(records.get(key)),
      put: (key, content) => {
        records.set(key, content);
        return Promise.resolve();
      },
    };
    const results = [
      await scanned([NODE], [], { cache: store }),
      await scanned([NODE], ['NODE_VERSION=20.11.0'], { cache: store }),
      await scanned([NODE], ['NODE_VERSION=18.1.0'], { cache: store }),
    ];
    expect(results.map(programsOf)).toEqual([
      [['node', '20.11.0', 'claimed', undefined]],
      [['node', '20.11.0', 'consistent', undefined]],
      [['node', '20.11.0', 'contradicted', '18.1.0']],
    ]);
    expect(results[2]?.findings.map(({ kind }) => kind)).toEqual(['integrity']);
  });

  it('are told in any mode of verification, and through no link', async () => {
    const members: readonly TarMember[] = [
      NODE,
      { path: 'usr/bin/nginx', type: 'symlink', target: '/opt/lost/nginx' },
      { path: 'usr/bin/nodejs', type: 'symlink', target: '/usr/local/bin/node' },
    ];
    for (const verify of ['full', 'manifests', 'none'] as const) {
      const result = await scanned(members, [], { verify });
      expect(programsOf(result)).toEqual([['node', '20.11.0', 'claimed', undefined]]);
      expect(result.diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
    }
  });

  it('are found in a body that is larger than what may be held in memory', async () => {
    const large = { ...NODE, body: Buffer.concat([Buffer.alloc(300_000), Buffer.from('x')]) };
    const body = Buffer.concat([
      Buffer.from(ELF, 'latin1'),
      large.body,
      Buffer.from('node.js/v20.11.0\0'),
    ]);
    const context = quietContext();
    const image = makeImage([[{ ...NODE, body }]]);
    const reference = join(folder, 'large.tar');
    writeFileSync(reference, tarOf(ociFiles([{ image, tag: 'latest' }])));
    const limits = { ...context.limits, maxFileBytes: 100_000 };
    const report = await scan({ targets: [{ reference, kind: 'image' }] }, { ...context, limits });
    expect(report.results.map(programsOf)).toEqual([[['node', '20.11.0', 'claimed', undefined]]]);
    expect(report.results[0]?.diagnostics.filter(({ gap }) => gap === 'limit')).toEqual([]);
  });
});
