/** Chooses the title and the description of a vulnerability among the texts of its records. */

import { cvesOf } from '../match/aliases.ts';
import type { Advisory, VulnerabilityFacts } from '../model/advisory.ts';
import { titleOf } from '../report/title.ts';

/** A record of a package, or facts about the vulnerability itself. */
export type DescribedRecord = Advisory | VulnerabilityFacts;

/** The texts of one record. */
export interface VulnerabilityTexts {
  /** One line; empty where no record has a text. */
  readonly title: string;
  /** Absent where the record has only a title. */
  readonly description?: string;
}

/** Announcements of updates by distributions, whose titles name only the package. */
const UPDATE = /^(?:AL[SBE]A|DLA|DSA|DTSA)-/;

/**
 * Returns the title and the description of one and the same record, so that the two never contradict each other.
 * Records of a single vulnerability come before records that gather several. Among them a record with both texts comes
 * first, then one with a description, whose first sentence is the title, then one with a title only.
 *
 * @param records the preferred publisher first
 */
export function chooseTexts(records: readonly DescribedRecord[]): VulnerabilityTexts {
  const chosen =
    chooseRecord(records.filter((record) => !isOfSeveral(record))) ??
    chooseRecord(records.filter(isOfSeveral));
  if (chosen === undefined) return { title: '' };
  const title = titleOf(chosen);
  return hasDetails(chosen) ? { title, description: chosen.details } : { title };
}

function chooseRecord(records: readonly DescribedRecord[]): DescribedRecord | undefined {
  return (
    records.find((record) => hasSummary(record) && hasDetails(record)) ??
    records.find(hasDetails) ??
    records.find(hasSummary)
  );
}

/** Whether the record is one of an update that fixes several vulnerabilities. */
function isOfSeveral(record: DescribedRecord): boolean {
  return 'aliases' in record && (cvesOf(record).length > 1 || UPDATE.test(record.id));
}

function hasSummary({ summary }: DescribedRecord): boolean {
  return summary.trim() !== '';
}

function hasDetails(record: DescribedRecord): record is DescribedRecord & { readonly details: string } {
  return record.details !== undefined && record.details.trim() !== '';
}
