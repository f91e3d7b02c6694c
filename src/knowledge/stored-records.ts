/** What is stored already, asked before anything is fetched. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { BlockFile } from '../advisory/store/block-file-reader.ts';
import { decodeEntries, decodeFacts } from '../advisory/store/entry.ts';
import type { StoredSet } from '../advisory/store/manifest.ts';
import { AssayError } from '../base/errors.ts';

/** Whether the block files of all sets are there and have the digest that names them. */
export async function areWhole(folder: string, sets: readonly StoredSet[]): Promise<boolean> {
  for (const { file } of sets) {
    try {
      const hash = createHash('sha256');
      for await (const piece of createReadStream(join(folder, file), { highWaterMark: 1 << 20 })) {
        hash.update(piece as Buffer);
      }
      if (`${hash.digest('hex')}.adv` !== file) return false;
    } catch {
      return false;
    }
  }
  return true;
}

/** When the record with this id was last modified, as it is stored; `undefined` where it is not. */
export function storedModification(
  folder: string,
  sets: readonly StoredSet[],
  id: string,
): string | undefined {
  for (const set of sets) {
    const { ecosystem, release } = set;
    if (ecosystem === undefined) continue;
    const need = release === undefined ? { ecosystem } : { ecosystem, release };
    const file = new BlockFile(join(folder, set.file), set.sizeBytes);
    try {
      const [name] = file.recordsOf(id).find((record) => record.id === id)?.names ?? [];
      const json = name === undefined ? undefined : file.entriesOf(name);
      if (name === undefined || json === undefined) continue;
      const entry = decodeEntries(json)?.find((item) => item.id === id);
      if (entry !== undefined) return decodeFacts(entry, need, name, '').modifiedAt;
    } catch (error) {
      // What is damaged is not known, and is fetched again.
      if (!(error instanceof AssayError)) throw error;
    } finally {
      file.close();
    }
  }
  return undefined;
}
