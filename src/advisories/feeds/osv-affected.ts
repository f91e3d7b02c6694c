/** The `affected` part of an OSV record: which packages, which versions, how it is rated. */

import { cacheResults } from '../../core/base/cache-results.ts';
import { advisoryNameOf } from '../../core/model/advisory/advisory-name.ts';
import type {
  Affected,
  AffectedStatus,
  Rating,
  VersionRange,
} from '../../core/model/advisory/advisory.ts';
import { CHANNEL_QUALIFIER, PAID_CHANNEL } from '../../core/model/advisory/applicability.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import { compareVersions } from '../../core/version/index.ts';
import type { PackageKey } from './feed.ts';
import { spansOf, type RangeEvent } from './ranges.ts';
import { fieldsOf, listOf, objectsOf, textOf, textsOf, type Fields } from './fields.ts';
import { readOsvEcosystem } from './osv-ecosystems.ts';
import { boundedRanges, excludedStarts } from './osv-source-range.ts';
import { isReadableVector, ratingOfVector, ratingOfWord } from './ratings.ts';

/** The id of the feed of OSV records. */
export const OSV_ID = 'osv';

/** One element of `affected` for a package of a known ecosystem. */
export interface OsvAffectedPackage {
  readonly place: PackageKey;
  readonly fields: Fields;
  /** See `OsvEcosystem.isPaid`. */
  readonly isPaid?: true;
}

/** One element of `affected`: used, of an ecosystem that Assay does not know, or unusable. */
export type PackageReading =
  OsvAffectedPackage | { readonly skipped: string } | { readonly rejected: string };

/**
 * Reads the package of an element of `affected`. It decides whether the element can be used, and
 * reads nothing else.
 */
export function readPackage(value: unknown): PackageReading {
  const fields = fieldsOf(value);
  const pkg = fieldsOf(fields?.['package']);
  // Records about source repositories name no package, only commits.
  if (fields === undefined || pkg === undefined) return { skipped: 'no package' };
  const written = textOf(pkg['ecosystem']);
  const name = textOf(pkg['name']);
  if (written === undefined || name === undefined) return { rejected: 'a package without name' };
  const need = needOf(written);
  if (need === undefined) return { skipped: shortened(written) };
  let rangeCount = 0;
  for (const value of listOf(fields['ranges'])) {
    const range = fieldsOf(value);
    if (range !== undefined && isOfCommits(range)) continue;
    rangeCount += 1;
    if (!hasBeginning(range)) return { rejected: 'a range that never begins' };
  }
  if (rangeCount === 0 && textsOf(fields['versions']).length === 0) {
    return { rejected: 'no version is named' };
  }
  const { ecosystem, release } = need;
  const normal = advisoryNameOf(ecosystem, name);
  const place =
    release === undefined ? { ecosystem, name: normal } : { ecosystem, release, name: normal };
  return need.isPaid === true ? { place, fields, isPaid: true } : { place, fields };
}

/** Names are shown. */
const MAX_SHOWN = 100;

function shortened(name: string): string {
  return name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name;
}

/**
 * Returns the statements of a record about a package. `by` names the author of a `severity` in
 * them. Versions that are set apart follow as an entry of their own (see {@link excludedStarts}).
 */
export function affectedOf(
  { place, fields, isPaid }: OsvAffectedPackage,
  by: string,
): readonly Affected[] {
  const { scheme } = ECOSYSTEMS[place.ecosystem];
  const specific = fieldsOf(fields['database_specific']);
  const spans = objectsOf(fields['ranges']).flatMap((range) => {
    if (isOfCommits(range)) return [];
    const written = eventsOf(range);
    const events = scheme === 'rpm' ? written.map(withoutZeroEpoch) : written;
    return spansOf(events, (a, b) => compareVersions(scheme, a, b)) ?? [];
  });
  const versions = textsOf(fields['versions']);
  const ranges = specific === undefined ? spans : boundedRanges(specific, spans, scheme);
  // Assigning is several times as quick as spreading, and a look-up reads thousands.
  const affected: { -readonly [Key in keyof Affected]: Affected[Key] } = {
    ...place,
    ranges,
    versions,
    status: statusOf(fields, ranges),
    ratings: ratingsOf(by, listOf(fields['severity'])),
  };
  if (isPaid === true) affected.qualifiers = PAID;
  if (specific === undefined) return [affected];
  const excluded = excludedStarts(specific, ranges, { scheme, versions });
  if (excluded.length === 0) return [affected];
  return [
    affected,
    { ...place, ranges: [], versions: excluded, status: 'notAffected', ratings: [] },
  ];
}

/** Fixes for paying customers only. */
const PAID: ReadonlyMap<string, string> = new Map([[CHANNEL_QUALIFIER, PAID_CHANNEL]]);

/** A feed has a few hundred spellings; the bound is for hostile feeds. */
const MAX_CACHED_ECOSYSTEMS = 10_000;

/** Reads an ecosystem in the spelling of OSV, with the release after a colon if it has releases. */
const needOf = cacheResults(readOsvEcosystem, MAX_CACHED_ECOSYSTEMS);

/** Returns whether a range is over commits; these are left out, because packages have versions. */
function isOfCommits(range: Fields): boolean {
  return range['type'] === 'GIT';
}

/** Returns whether a range has an `introduced`; one without it cannot be read. */
function hasBeginning(range: Fields | undefined): boolean {
  for (const event of listOf(range?.['events'])) {
    if (textOf(fieldsOf(event)?.['introduced']) !== undefined) return true;
  }
  return false;
}

/** Returns the event without a zero epoch: Red Hat writes `0:1.2-3` where rpm writes `1.2-3`. */
function withoutZeroEpoch(event: RangeEvent): RangeEvent {
  const { version } = event;
  return version.startsWith('0:') ? { ...event, version: version.slice(2) } : event;
}

const EVENT_KINDS = ['introduced', 'fixed', 'last_affected', 'limit'] as const;

function eventsOf(range: Fields): readonly RangeEvent[] {
  const events: RangeEvent[] = [];
  for (const event of objectsOf(range['events'])) {
    for (const kind of EVENT_KINDS) {
      const version = textOf(event[kind]);
      if (version !== undefined) events.push({ kind, version });
    }
  }
  return events;
}

/**
 * Returns Debian's urgency as status if there is no fix: OSV's converter of its tracker copies it
 * (google/osv.dev, `vulnfeeds`). Other values do not change the status.
 */
function statusOf(affected: Fields, ranges: readonly VersionRange[]): AffectedStatus {
  if (ranges.some((range) => range.fixed !== undefined)) return 'affected';
  const urgency = fieldsOf(affected['ecosystem_specific'])?.['urgency'];
  if (urgency === 'unimportant') return 'unimportant';
  return urgency === 'end-of-life' ? 'endOfLife' : 'affected';
}

/** Returns the `severity` of a record or of one of its packages. */
export function ratingsOf(by: string, severity: readonly unknown[]): readonly Rating[] {
  return severity.flatMap((value) => {
    const fields = fieldsOf(value);
    const text = textOf(fields?.['score']);
    const type = textOf(fields?.['type']);
    if (text === undefined || type === undefined) return [];
    return isCvss(type) ? [ratingOfVector(by, text)] : ratingOfWord(by, text);
  });
}

/** Returns whether an element of `severity` is a vector that cannot be read. */
export function isUnreadableVector(value: unknown): boolean {
  const fields = fieldsOf(value);
  const text = textOf(fields?.['score']);
  const type = textOf(fields?.['type']);
  return text !== undefined && type !== undefined && isCvss(type) && !isReadableVector(text);
}

function isCvss(type: string): boolean {
  return type.startsWith('CVSS_');
}
