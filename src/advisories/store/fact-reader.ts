/** Answers what is known of vulnerabilities by their id, from the files that hold such facts. */

import type { AdvisoryReader, VulnerabilityFacts } from '../../core/model/advisory/advisory.ts';
import type { BlockFile } from './block-file-reader.ts';
import { damagedDataError } from './damaged-data-error.ts';
import {
  decodeEntries,
  decodeIdFacts,
  decodeText,
  NO_TEXT,
  type AdvisoryText,
  type AdvisoryEntry,
} from './entry.ts';
import { coverageOfSet, type FactSet } from './open-set.ts';
import { idKey } from './set-file.ts';

/** Creates a reader; `sets` are those without an ecosystem. */
export function createFactReader(
  sets: readonly FactSet[],
): Pick<AdvisoryReader, 'facts' | 'factsCoverage'> {
  return {
    facts: (id) => sets.flatMap((open) => factsIn(open, idKey(id))),
    factsCoverage: () => sets.map(({ set }) => coverageOfSet(set)),
  };
}

function factsIn({ set, file }: FactSet, key: string): readonly VulnerabilityFacts[] {
  const json = file.entriesOf(key);
  if (json === undefined) return [];
  const entries = decodeEntries(json);
  if (entries === undefined)
    throw damagedDataError(file.path, `has facts of "${key}" that cannot be read`);
  return entries.map((entry) => toFacts(entry, set.feed, file));
}

const NO_TEXTS: AdvisoryText = { summary: '', references: [] };

/**
 * Returns facts whose texts are read on demand; all properties are own and enumerable, so copies
 * are complete.
 */
function toFacts(entry: AdvisoryEntry, feed: string, file: BlockFile): VulnerabilityFacts {
  let read: AdvisoryText | undefined;
  const text = (): AdvisoryText => (read ??= textOf(file, entry.textNumber));
  const enumerable = true;
  return Object.defineProperties(Object.assign(decodeIdFacts(entry), { feed }), {
    summary: { enumerable, get: () => text().summary },
    references: { enumerable, get: () => text().references },
    ...(entry.hasDetails ? { details: { enumerable, get: () => text().details } } : {}),
  }) as VulnerabilityFacts;
}

function textOf(file: BlockFile, textNumber: number): AdvisoryText {
  if (textNumber === NO_TEXT) return NO_TEXTS;
  const json = file.textOf(textNumber);
  const text = json === undefined ? undefined : decodeText(json);
  if (text === undefined) throw damagedDataError(file.path, `lacks the text number ${textNumber}`);
  return text;
}
