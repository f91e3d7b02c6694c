/** The stored records, queried before data is fetched. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { feedOf } from '../feeds/list.ts';
import type { StoredSet } from '../store/store-manifest.ts';
import { isEcosystemSet, openSetFile, type EcosystemSet } from '../store/open-set.ts';
import { packageRecords } from '../store/package-records.ts';
import { AssayError } from '../../core/base/errors.ts';

/** Returns whether the block files of all sets are there and have the digest that names them. */
export async function areSetFilesIntact(
  folder: string,
  sets: readonly StoredSet[],
): Promise<boolean> {
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

/** Stored sets, open to be asked when their records were last modified. */
export class StoredRecords implements Disposable {
  readonly #open: readonly EcosystemSet[];

  private constructor(open: readonly EcosystemSet[]) {
    this.#open = open;
  }

  /**
   * Opens the stored sets. Damaged sets are skipped and fetched again. The caller disposes the
   * result.
   */
  static async open(folder: string, sets: readonly StoredSet[]): Promise<StoredRecords> {
    const opened: EcosystemSet[] = [];
    for (const set of sets) {
      const file = await unlessDamaged(() => openSetFile(folder, set, () => feedOf(set.feed)));
      if (file === undefined) continue;
      const open = { set, file };
      if (isEcosystemSet(open)) opened.push(open);
      else file.close();
    }
    return new StoredRecords(opened);
  }

  /** Returns `undefined` where there is no such record. */
  modifiedAt(id: string): string | undefined {
    for (const open of this.#open) {
      try {
        const [name] = open.file.recordsOf(id).find((record) => record.id === id)?.names ?? [];
        if (name === undefined) continue;
        const record = packageRecords(open, name).find((item) => item.id === id);
        if (record !== undefined) return record.modifiedAt;
      } catch (error) {
        if (!(error instanceof AssayError)) throw error;
      }
    }
    return undefined;
  }

  [Symbol.dispose](): void {
    for (const { file } of this.#open) file.close();
  }
}

async function unlessDamaged<T>(open: () => Promise<T>): Promise<T | undefined> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof AssayError) return undefined;
    throw error;
  }
}
