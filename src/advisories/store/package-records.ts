/** Finds the records of a package in a set, whatever the form of its file. */

import type { AdvisoryNeed, Rating } from '../../core/model/advisory/advisory.ts';
import type { BlockFile } from './block-file-reader.ts';
import { damagedDataError } from './damaged-data-error.ts';
import {
  decodeAllRatings,
  decodeEntries,
  decodeFacts,
  decodeText,
  type AdvisoryText,
  type AdvisoryEntry,
  type EntryFacts,
} from './entry.ts';
import type { EcosystemSet } from './open-set.ts';
import type { PackageRecord } from './package-record.ts';

/**
 * Returns the records of a package in a set, by their ids. @throws AssayError
 * `ADVISORY_DATA_UNVERIFIED`
 */
export function packageRecords(
  { set, file }: EcosystemSet,
  name: string,
): readonly PackageRecord[] {
  if (file.form === 'records') return file.recordsOfPackage(name);
  const json = file.entriesOf(name);
  if (json === undefined) return [];
  const entries = decodeEntries(json);
  if (entries === undefined) {
    throw damagedDataError(file.path, `has entries of "${name}" that cannot be read`);
  }
  return entries.map((entry) => new EntryRecord(entry, file, { need: set, name }));
}

/** Yields {@link packageRecords} of each name in turn. */
export function packageRecordsInTurn(
  open: EcosystemSet,
  names: readonly string[],
): Generator<readonly PackageRecord[], undefined> {
  return open.file.form === 'records' ? open.file.recordsOfPackages(names) : inTurn(open, names);
}

function* inTurn(
  open: EcosystemSet,
  names: readonly string[],
): Generator<readonly PackageRecord[], undefined> {
  for (const name of names) yield packageRecords(open, name);
  return undefined;
}

class EntryRecord implements PackageRecord {
  readonly #entry: AdvisoryEntry;
  readonly #file: BlockFile;
  readonly #place: { readonly need: AdvisoryNeed; readonly name: string };

  constructor(
    entry: AdvisoryEntry,
    file: BlockFile,
    place: { readonly need: AdvisoryNeed; readonly name: string },
  ) {
    this.#entry = entry;
    this.#file = file;
    this.#place = place;
  }

  get id(): string {
    return this.#entry.id;
  }

  get aliases(): readonly string[] {
    return this.#entry.aliases;
  }

  get related(): readonly string[] {
    return this.#entry.related;
  }

  get hasDetails(): boolean {
    return this.#entry.hasDetails;
  }

  get modifiedAt(): string | undefined {
    const { m: modifiedAt } = this.#entry.fields;
    return typeof modifiedAt === 'string' ? modifiedAt : undefined;
  }

  facts(dataAt: string): EntryFacts {
    return decodeFacts(this.#entry, this.#place.need, this.#place.name, dataAt);
  }

  allRatings(): readonly Rating[] {
    return decodeAllRatings(this.#entry);
  }

  text(): AdvisoryText {
    const { textNumber } = this.#entry;
    const json = this.#file.textOf(textNumber);
    const text = json === undefined ? undefined : decodeText(json);
    if (text === undefined)
      throw damagedDataError(this.#file.path, `lacks the text number ${textNumber}`);
    return text;
  }
}
