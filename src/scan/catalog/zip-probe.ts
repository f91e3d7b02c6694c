/**
 * Zip archives that are looked into because of their content, not of their name.
 *
 * Most of them hold no packages, and many are test data and damaged; these are left alone. As soon
 * as the directory of an archive names evidence of packages, whatever cannot be read of it could
 * hide findings and is a gap: `limit` for a bound, `unreadable` for anything else. Names with the
 * separators of Windows, as old versions of .NET and PowerShell write them, count alike.
 */

import type { Context } from '../../core/base/context.ts';
import { ParseError } from '../../core/base/errors.ts';
import {
  hasZipEntry,
  openZip,
  ZipLimitError,
  type ZipEntry,
} from '../../formats/archive/zip/zip.ts';
import type { CatalogFile } from '../../core/model/catalog/catalog.ts';
import type { CatalogBuilder } from './catalog-builder.ts';

/** The criteria of evidence, and the limits of reading. */
export interface ZipProbe {
  /** Returns whether a name, with slashes, is evidence of packages. */
  readonly isEvidence: (name: string) => boolean;
  readonly maxMemberBytes: number;
  readonly limits: Context['limits'];
}

/** A member that is evidence. */
export interface ProbedMember {
  /** With slashes. */
  readonly name: string;
  /** Returns the bytes; `undefined` where they cannot be read, which is a gap of the result. */
  read(): Promise<Uint8Array | undefined>;
}

/**
 * Returns the evidence in an archive; none where it is no archive, is damaged as a whole, or holds
 * no packages.
 */
export async function probeZip(
  result: CatalogBuilder,
  file: CatalogFile,
  evidence: ZipProbe,
): Promise<readonly ProbedMember[]> {
  const { limits, maxMemberBytes } = evidence;
  const isEvident = (name: string): boolean => evidence.isEvidence(withSlashes(name));
  try {
    const archive = await openZip(file, {
      maxEntries: limits.maxEntries,
      maxEntryBytes: maxMemberBytes,
      maxTotalBytes: limits.maxUnpackedBytes,
    });
    const faults = new MemberFaults(result);
    const members = archive.entries.filter(({ name }) => isEvident(name));
    return members.map((entry) => ({
      name: withSlashes(entry.name),
      read: () => faults.guard(entry, () => archive.read(entry)),
    }));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    if ((await hasZipEntry(file, isEvident)) !== false) {
      const kind = error instanceof ZipLimitError ? 'limit' : 'unreadable';
      result.gap(kind, `archive with packages is not read: ${error.reason}`);
    }
    return [];
  }
}

/**
 * The faults of the members of one archive; a bound is named once, because all that follow can
 * reach it.
 */
class MemberFaults {
  readonly #result: CatalogBuilder;
  #isLimitNamed = false;

  constructor(result: CatalogBuilder) {
    this.#result = result;
  }

  async guard<T>(entry: ZipEntry, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      if (!(error instanceof ZipLimitError)) {
        this.#result.unreadableRow(entry.name, { reason: error.reason });
      } else if (!this.#isLimitNamed) {
        this.#isLimitNamed = true;
        this.#result.gap('limit', `not all packages of the archive are read: ${error.reason}`);
      }
      return undefined;
    }
  }
}

function withSlashes(name: string): string {
  return name.includes('\\') ? name.replaceAll('\\', '/') : name;
}
