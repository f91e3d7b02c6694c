/**
 * Odd but legal and broken tars: the raw entries of the tar reader against those expected. Warnings
 * are not compared.
 */

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { errorMessage } from '../../src/core/base/errors.ts';
import type { TarEntry, TarEntryType } from '../../src/formats/archive/tar/tar-entry.ts';
import { createTarReader } from '../../src/formats/archive/tar/tar.ts';
import type { Suite, SuiteResult } from './suite.ts';

/** An entry as the cases write it. */
interface ExpectedEntry {
  readonly type: string;
  readonly path: string;
  readonly linkpath: string | null;
  readonly size: number;
  readonly mode: number | null;
  readonly mtime: string | null;
}

const TYPE_NAMES: Readonly<Record<TarEntryType, string>> = {
  file: 'File',
  hardlink: 'Link',
  symlink: 'SymbolicLink',
  characterDevice: 'CharacterDevice',
  blockDevice: 'BlockDevice',
  directory: 'Directory',
  fifo: 'FIFO',
  unknown: 'Unsupported',
};

const tar: Suite = {
  id: 'tar',
  async run(suitesFolder) {
    const folder = join(suitesFolder, 'tar');
    if (!existsSync(folder)) return undefined;
    const cases = (await readdir(folder, { withFileTypes: true })).filter((item) =>
      item.isDirectory(),
    );
    const misses: { case: string; reason: string }[] = [];
    for (const { name } of cases) {
      const reason = await missOf(join(folder, name));
      if (reason !== undefined) misses.push({ case: name, reason });
    }
    const result: SuiteResult = {
      suite: 'tar',
      passed: cases.length - misses.length,
      total: cases.length,
      misses,
    };
    return result;
  },
};

export const tarSuites: readonly Suite[] = [tar];

/** Why the case is missed, `undefined` where it is passed. */
async function missOf(folder: string): Promise<string | undefined> {
  const expected = JSON.parse(await readFile(join(folder, 'expected.json'), 'utf8')) as {
    entries: ExpectedEntry[];
  };
  let found: ExpectedEntry[];
  try {
    found = rawEntries(await readFile(join(folder, 'input.tar')));
  } catch (error) {
    return errorMessage(error);
  }
  if (isDeepStrictEqual(found, expected.entries)) return undefined;
  return `expected ${JSON.stringify(expected.entries)}, found ${JSON.stringify(found)}`;
}

function rawEntries(archive: Uint8Array): ExpectedEntry[] {
  const entries: ExpectedEntry[] = [];
  const reader = createTarReader(
    {
      entry(entry) {
        entries.push(expectedForm(entry));
        return undefined;
      },
      problem() {
        // Warnings are not compared.
      },
    },
    { archivePath: 'input.tar' },
  );
  reader.write(archive);
  reader.end();
  return entries;
}

function expectedForm(entry: TarEntry): ExpectedEntry {
  return {
    type: TYPE_NAMES[entry.type],
    path: entry.path,
    linkpath: entry.linkPath === '' ? null : entry.linkPath,
    size: entry.sizeBytes,
    mode: entry.mode,
    mtime: new Date(entry.mtimeSeconds * 1000).toISOString(),
  };
}
