/**
 * The names of the packages whose documents are in a directory, from the first line of each file.
 */

import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { isMissing } from '../../core/base/exists.ts';
import { readJson, readStrings } from '../../formats/text/json/json.ts';

/** Facts take some hundred bytes. */
const FACTS_BYTES = 8192;
const FILE_NAME = /^[0-9a-f]{64}\.json$/u;
/** Names that are held in memory, and listed. */
const MAX_NAMES = 100_000;

/**
 * Returns a function that lists the names, in no particular order. A file is read once, since its
 * own name is made from that of the package. Damaged files are left out.
 */
export function createNameList(folder: string): () => Promise<readonly string[]> {
  const known = new Map<string, string | undefined>();
  return async () => {
    const names: string[] = [];
    for (const file of (await documentFiles(folder)).slice(0, MAX_NAMES)) {
      if (!known.has(file)) {
        if (known.size >= MAX_NAMES) known.clear();
        known.set(file, await nameIn(join(folder, file)));
      }
      const name = known.get(file);
      if (name !== undefined) names.push(name);
    }
    return names;
  };
}

/** Returns the names of the files of documents in a directory, in no particular order. */
export async function documentFiles(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((file) => FILE_NAME.test(file));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Returns the line with facts of a document. @throws a system error if there is no file */
export async function factsLine(path: string): Promise<string> {
  await using file = await open(path, 'r');
  const { bytesRead, buffer } = await file.read(Buffer.alloc(FACTS_BYTES), 0, FACTS_BYTES, 0);
  const [line = ''] = buffer.toString('utf8', 0, bytesRead).split('\n', 1);
  return line;
}

async function nameIn(path: string): Promise<string | undefined> {
  try {
    return readStrings(readJson(path, Buffer.from(await factsLine(path))), ['name']).name;
  } catch {
    // It was replaced meanwhile, or is damaged.
    return undefined;
  }
}
