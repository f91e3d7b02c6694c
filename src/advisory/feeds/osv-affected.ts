/** The `affected` part of an OSV record: which packages, which versions, how it is rated. */

import { normalPythonName } from '../../model/python-name.ts';
import type { Affected, AffectedStatus, Rating, VersionRange } from '../../model/advisory.ts';
import { ECOSYSTEMS, ECOSYSTEM_IDS, osvNameOf, type Ecosystem } from '../../model/ecosystem.ts';
import { compareVersions } from '../../version/index.ts';
import { spansOf, type RangeEvent } from '../ranges.ts';
import { fieldsOf, listOf, textOf, textsOf, type Fields } from './fields.ts';
import { ratingOfVector, ratingOfWord } from './ratings.ts';

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
const RELEASE: ReadonlyMap<Ecosystem, RegExp> = new Map([
  ['debian', /^(?<release>\d+|sid)$/],
  ['alpine', /^v?(?<release>\d+\.\d+|edge)$/],
  ['almalinux', /^(?<release>\d+)$/],
]);

/** `by` is whose rating a `severity` of the package is. */
export function readAffected(value: unknown, by: string): AffectedReading {
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
  const qualifiers = moduleOf(fields);
  return {
    affected: {
      ...place,
      name: place.ecosystem === 'pypi' ? normalPythonName(name) : name,
      ranges,
      versions,
      status: statusOf(fields, ranges),
      ratings: ratingsOf(by, listOf(fields['severity'])),
      ...(qualifiers !== undefined && { qualifiers }),
    },
  };
}

/** Qualifier that names module streams, of which a package is in one: `virt:rhel,virt-devel:rhel`. */
export const MODULES = 'modularitylabel';

/** The module that a package of a record is of, where the record says so. */
function moduleOf(affected: Fields): ReadonlyMap<string, string> | undefined {
  const name = textOf(fieldsOf(affected['ecosystem_specific'])?.['module']);
  return name === undefined ? undefined : new Map([[MODULES, name]]);
}

/** An ecosystem as OSV writes it, with the release behind a colon where it has releases. */
function placeOf(written: string): { ecosystem: Ecosystem; release?: string } | undefined {
  const colon = written.indexOf(':');
  const ecosystem = BY_OSV_NAME.get(colon < 0 ? written : written.slice(0, colon));
  if (ecosystem === undefined) return undefined;
  const form = RELEASE.get(ecosystem);
  if (form === undefined) return { ecosystem };
  const release = form.exec(written.slice(colon + 1))?.groups?.['release'];
  return colon < 0 || release === undefined ? undefined : { ecosystem, release };
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

/**
 * A publisher's word on what it means to do, where there is no fix: Debian's urgency, as the records made from its
 * tracker carry it, else a `status`. Unknown words say nothing.
 */
function statusOf(affected: Fields, ranges: readonly VersionRange[]): AffectedStatus {
  if (ranges.some((range) => range.fixed !== undefined)) return 'affected';
  const specific = fieldsOf(affected['ecosystem_specific']);
  const urgency = specific?.['urgency'];
  if (urgency === 'unimportant') return 'unimportant';
  if (urgency === 'end-of-life') return 'endOfLife';
  return STATUSES.get(textOf(specific?.['status']) ?? '') ?? 'affected';
}

/** As records carry them that were converted from other data; only those that are set by hand. */
const STATUSES: ReadonlyMap<string, AffectedStatus> = new Map([
  ['end_of_life', 'endOfLife'],
  ['will_not_fix', 'willNotFix'],
  ['fix_deferred', 'deferred'],
  ['under_investigation', 'underInvestigation'],
]);

/** The `severity` of a record or of one of its packages. */
export function ratingsOf(by: string, severity: readonly unknown[]): readonly Rating[] {
  return severity.flatMap((value) => {
    const fields = fieldsOf(value);
    const text = textOf(fields?.['score']);
    const type = textOf(fields?.['type']);
    if (text === undefined || type === undefined) return [];
    return type.startsWith('CVSS_') ? [ratingOfVector(by, text)] : ratingOfWord(by, text);
  });
}
