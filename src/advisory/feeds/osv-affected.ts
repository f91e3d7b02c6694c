/** The `affected` part of an OSV record: which packages, which versions, how it is rated. */

import type {
  Affected,
  AffectedStatus,
  Rating,
  Severity,
  VersionRange,
} from '../../model/advisory.ts';
import { CvssError, cvssScores, severityOfVector } from '../../model/cvss.ts';
import { ECOSYSTEMS, ECOSYSTEM_IDS, osvNameOf, type Ecosystem } from '../../model/ecosystem.ts';
import { compareVersions } from '../../version/index.ts';
import { spansOf, type RangeEvent } from '../ranges.ts';
import { fieldsOf, listOf, textOf, textsOf, type Fields } from './fields.ts';

export const OSV_ID = 'osv';

/** One element of `affected`: used, of an ecosystem that Assay does not know, or unusable. */
export type AffectedReading =
  { readonly affected: Affected } | { readonly skipped: string } | { readonly rejected: string };

const BY_OSV_NAME: ReadonlyMap<string, Ecosystem> = new Map(
  ECOSYSTEM_IDS.flatMap((ecosystem) => {
    const name = osvNameOf(ecosystem);
    return name === undefined ? [] : [[name, ecosystem] as const];
  }),
);
const RELEASE: Readonly<Record<'debian' | 'alpine', RegExp>> = {
  debian: /^(?<release>\d+|sid)$/,
  alpine: /^v?(?<release>\d+\.\d+|edge)$/,
};

export function readAffected(value: unknown): AffectedReading {
  const fields = fieldsOf(value);
  const pkg = fieldsOf(fields?.['package']);
  // Records about source repositories name no package, only commits.
  if (fields === undefined || pkg === undefined) return { skipped: 'no package' };
  const written = textOf(pkg['ecosystem']);
  const name = textOf(pkg['name']);
  if (written === undefined || name === undefined) return { rejected: 'a package without name' };
  const place = placeOf(written);
  if (place === undefined) return { skipped: written };
  const ranges = rangesOf(fields, place.ecosystem);
  if (ranges === undefined) return { rejected: 'a range that never begins' };
  const versions = textsOf(fields['versions']);
  if (ranges.length === 0 && versions.length === 0) return { rejected: 'no version is named' };
  return {
    affected: {
      ...place,
      name: place.ecosystem === 'pypi' ? normalPypiName(name) : name,
      ranges,
      versions,
      status: statusOf(fields, ranges),
      ratings: ratingsOf(listOf(fields['severity'])),
    },
  };
}

/** An ecosystem as OSV writes it, with the release behind a colon where it has releases. */
function placeOf(written: string): { ecosystem: Ecosystem; release?: string } | undefined {
  const colon = written.indexOf(':');
  const ecosystem = BY_OSV_NAME.get(colon < 0 ? written : written.slice(0, colon));
  if (ecosystem === undefined) return undefined;
  if (ecosystem !== 'debian' && ecosystem !== 'alpine') return { ecosystem };
  const release = RELEASE[ecosystem].exec(written.slice(colon + 1))?.groups?.['release'];
  return colon < 0 || release === undefined ? undefined : { ecosystem, release };
}

const SEPARATORS = /[-_.]+/g;

/** PEP 503, "Normalized Names". */
function normalPypiName(name: string): string {
  return name.toLowerCase().replaceAll(SEPARATORS, '-');
}

/** Ranges over commits are left out: packages have versions. `undefined` where one cannot be read. */
function rangesOf(affected: Fields, ecosystem: Ecosystem): readonly VersionRange[] | undefined {
  const { scheme } = ECOSYSTEMS[ecosystem];
  const spans: VersionRange[] = [];
  for (const value of listOf(affected['ranges'])) {
    const range = fieldsOf(value);
    if (range?.['type'] === 'GIT') continue;
    const events = listOf(range?.['events']).flatMap(eventsOf);
    const read = spansOf(events, (a, b) => compareVersions(scheme, a, b));
    if (read === undefined) return undefined;
    spans.push(...read);
  }
  return spans;
}

const EVENT_KINDS = ['introduced', 'fixed', 'last_affected', 'limit'] as const;

function eventsOf(value: unknown): readonly RangeEvent[] {
  const event = fieldsOf(value);
  return EVENT_KINDS.flatMap((kind) => {
    const version = textOf(event?.[kind]);
    return version === undefined ? [] : [{ kind, version }];
  });
}

/** Debian's urgency, as the records made from its tracker carry it. */
function statusOf(affected: Fields, ranges: readonly VersionRange[]): AffectedStatus {
  if (ranges.some((range) => range.fixed !== undefined)) return 'affected';
  const urgency = fieldsOf(affected['ecosystem_specific'])?.['urgency'];
  if (urgency === 'unimportant') return 'unimportant';
  return urgency === 'end-of-life' ? 'endOfLife' : 'affected';
}

/** The `severity` of a record or of one of its packages. */
export function ratingsOf(severity: readonly unknown[]): readonly Rating[] {
  return severity.flatMap((value) => {
    const fields = fieldsOf(value);
    const text = textOf(fields?.['score']);
    const type = textOf(fields?.['type']);
    if (text === undefined || type === undefined) return [];
    if (type.startsWith('CVSS_')) return [ratingOfVector(text)];
    const word = severityOfWord(text);
    return word === undefined ? [] : [{ by: OSV_ID, severity: word }];
  });
}

/** A hundred thousand records share a few thousand vectors; a feed of odd ones must not fill the memory. */
const MAX_REMEMBERED = 20_000;
const REMEMBERED = new Map<string, Rating>();

/** A vector that cannot be read stays visible, with the severity `unknown`. */
function ratingOfVector(vector: string): Rating {
  const known = REMEMBERED.get(vector);
  if (known !== undefined) return known;
  const severity = severityOfVector(vector);
  const score = baseScore(vector);
  const rating = { by: OSV_ID, severity, vector, ...(score === undefined ? {} : { score }) };
  if (REMEMBERED.size < MAX_REMEMBERED) REMEMBERED.set(vector, rating);
  return rating;
}

function baseScore(vector: string): number | undefined {
  try {
    return cvssScores(vector).base;
  } catch (error) {
    if (error instanceof CvssError) return undefined;
    throw error;
  }
}

const WORDS: ReadonlyMap<string, Severity> = new Map([
  ['critical', 'critical'],
  ['high', 'high'],
  ['important', 'high'],
  ['moderate', 'medium'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['negligible', 'low'],
]);

/** A publisher's word for a severity, in any case. */
export function severityOfWord(word: string): Severity | undefined {
  return WORDS.get(word.toLowerCase());
}
