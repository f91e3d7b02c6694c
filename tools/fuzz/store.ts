/** Files of the advisory base, as a bundle or a shared folder may bring them. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BlockFile } from '../../src/advisories/store/block-file-reader.ts';
import { BlockFileWriter } from '../../src/advisories/store/block-file-writer.ts';
import {
  formatManifest,
  parseManifest,
  type StoredSet,
} from '../../src/advisories/store/store-manifest.ts';
import { StoredFile } from '../../src/advisories/store/stored-file.ts';
import type { Advisory } from '../../src/core/model/advisory/advisory.ts';
import type { FuzzTarget } from './target.ts';

const ADVISORY: Advisory = {
  id: 'CVE-2024-0001',
  aliases: ['GHSA-0000-0000-0000'],
  summary: 'a',
  details: 'b',
  ratings: [],
  affected: [
    {
      ecosystem: 'npm',
      name: 'a',
      ranges: [{ introduced: '0', fixed: '1.0.0' }],
      versions: [],
      status: 'affected',
      ratings: [],
    },
  ],
  references: ['https://example.com'],
  cwes: [],
  modifiedAt: '2024-01-01T00:00:00Z',
  feed: 'osv',
};

const SET: StoredSet = {
  feed: 'osv',
  license: 'CC0-1.0',
  ecosystem: 'npm',
  recordCount: 1,
  packageCount: 1,
  dataAt: '2024-01-01T00:00:00Z',
  fetchedAt: '2024-01-01T00:00:00Z',
  file: `${'0'.repeat(64)}.adv`,
  sizeBytes: 100,
};

export const STORE_TARGETS: readonly FuzzTarget[] = [
  {
    id: 'store/entries',
    seeds: async () => [await blockFile()],
    run: (bytes) =>
      inFolder((folder) => {
        const path = join(folder, 'set');
        writeFileSync(path, bytes);
        const file = new StoredFile(path, bytes.length);
        try {
          const { directory } = file;
          if (directory.form !== 'entries') return;
          const block = new BlockFile({ file, directory });
          block.entriesOf('a');
          block.recordsOf('CVE-2024-0001');
          Array.from(block.allTexts());
          Array.from(block.allRows());
        } finally {
          file.close();
        }
      }),
  },
  {
    id: 'store/manifest',
    seeds: () => [Buffer.from(formatManifest([SET]))],
    run: (bytes) => void parseManifest('fuzzed', Buffer.from(bytes).toString()),
  },
];

async function blockFile(): Promise<Uint8Array> {
  return inFolder(async (folder) => {
    const writer = await BlockFileWriter.create(folder);
    writer.add(ADVISORY, ADVISORY.affected);
    const { name } = await writer.finish();
    return readFileSync(join(folder, name));
  });
}

async function inFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-fuzz-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
