import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBlockFile } from '../../../test/support/set-files.ts';
import type { VulnerabilityFacts } from '../../core/model/advisory/advisory.ts';
import type { BlockFile } from './block-file-reader.ts';
import { BlockFileWriter } from './block-file-writer.ts';
import { createFactReader } from './fact-reader.ts';
import type { FactSet } from './open-set.ts';
import type { WrittenFile } from './set-file-writer.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-facts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FULL: VulnerabilityFacts = {
  id: 'CVE-2024-0001',
  feed: 'cve',
  summary: 'A flaw',
  details: 'At length.',
  ratings: [{ by: 'cna', severity: 'high', vector: 'CVSS:3.1/AV:N', score: 7.5 }],
  references: ['https://a.example'],
  cwes: ['CWE-79'],
  exploited: { since: '2024-03-01', ransomware: true },
  epss: 0.5,
  publishedAt: '2024-02-01',
  modifiedAt: '2024-02-02',
  withdrawnAt: '2024-02-03',
};
const BARE: VulnerabilityFacts = {
  id: 'CVE-2024-0002',
  feed: 'cve',
  summary: '',
  ratings: [],
  references: [],
  cwes: [],
};

async function write(facts: readonly VulnerabilityFacts[], base?: BlockFile): Promise<WrittenFile> {
  const writer = await BlockFileWriter.create(folder, 'facts');
  for (const row of facts) writer.addFacts(row);
  if (base !== undefined) await writer.copyFrom(base);
  return writer.finish();
}

function open({ name, sizeBytes, recordCount }: WrittenFile): FactSet {
  const set = {
    feed: 'cve',
    license: 'x',
    recordCount,
    packageCount: 0,
    dataAt: '2024-03-01T00:00:00Z',
    fetchedAt: '2024-03-02T00:00:00Z',
    file: name,
    sizeBytes,
  };
  return { set, file: openBlockFile(join(folder, name), sizeBytes) };
}

describe('facts by id', () => {
  it('come back as they were written, in any case of the id', async () => {
    const reader = createFactReader([open(await write([FULL, BARE]))]);
    expect(reader.facts('cve-2024-0001').map((facts) => ({ ...facts }))).toEqual([FULL]);
    expect(reader.facts('CVE-2024-0002').map((facts) => ({ ...facts }))).toEqual([BARE]);
    expect(reader.facts('CVE-2024-0003')).toEqual([]);
    expect(reader.factsCoverage()).toEqual([
      {
        feed: 'cve',
        recordCount: 2,
        dataAt: '2024-03-01T00:00:00Z',
        fetchedAt: '2024-03-02T00:00:00Z',
      },
    ]);
  });

  it('stay beside new ones, which take the place of those with the same id', async () => {
    const old = open(await write([FULL, BARE, { ...BARE, id: 'CVE-2024-0003', summary: 'third' }]));
    const renewed = { ...BARE, epss: 0.25 };
    const written = await write([renewed], old.file);
    expect(written).toMatchObject({ recordCount: 3, packageCount: 0 });
    const reader = createFactReader([open(written)]);
    expect(reader.facts(FULL.id).map((facts) => ({ ...facts }))).toEqual([FULL]);
    expect(reader.facts(BARE.id).map((facts) => ({ ...facts }))).toEqual([renewed]);
    expect(reader.facts('CVE-2024-0003')[0]?.summary).toBe('third');
  });

  it('are the same file when written twice', async () => {
    expect((await write([FULL, BARE])).name).toBe((await write([FULL, BARE])).name);
  });
});
