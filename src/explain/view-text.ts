/** A vulnerability for people: what it is, how bad, where, and who says so. */

import { severityRank } from '../model/severity.ts';
import { STATUS_NAMES } from '../model/status.ts';
import { terminalText } from '../report/words.ts';
import type { AffectedView, RatingView, VulnerabilityView } from './view.ts';
import {
  ageOf,
  alignColumns,
  dayOf,
  heading,
  labelled,
  listedText,
  ecosystemText,
  wrapProse,
  rangeText,
  section,
} from './words.ts';

const MAX_ROWS = 60;
const MAX_PACKAGES = 2;
const MAX_RANGES = 20;
const MAX_RATINGS = 12;
const MAX_REFERENCES = 10;
const MAX_NAMES = 12;

export interface TextLayout {
  /** Milliseconds since the Unix epoch, for ages. */
  readonly now: number;
  readonly width?: number;
}

/** Lines without line ends. */
export function vulnerabilityLines(view: VulnerabilityView, { now, width }: TextLayout): readonly string[] {
  const title = view.title === '' ? '' : `  ${view.title}`;
  return [
    ...heading(terminalText(view.id) + title),
    ...headLines(view, width),
    ...section('Severity by source', ratingLines(view.ratings)),
    ...section('Affected and fixed', affectedLines(view)),
    ...section('Said by', recordLines(view, now)),
    ...section('References', listLines(view.references, MAX_REFERENCES)),
    ...section('Description', descriptionLines(view, width)),
  ];
}

/** Nothing where the title says all of it. */
function descriptionLines(
  { title, description = '' }: VulnerabilityView,
  width: number | undefined,
): readonly string[] {
  return description.trim() === title ? [] : wrapProse(description, width);
}

function headLines(view: VulnerabilityView, width: number | undefined): readonly string[] {
  const { severity, malicious, exploited, epss, publishedAt, modifiedAt, withdrawnAt } = view;
  const by = severity.by === 'none' ? 'nobody rates it' : `by ${terminalText(severity.by)}`;
  const dates = [
    ...(publishedAt === undefined ? [] : [`published ${dayOf(publishedAt)}`]),
    ...(modifiedAt === undefined ? [] : [`changed ${dayOf(modifiedAt)}`]),
  ].join(', ');
  const rows: readonly (readonly [string, string])[] = [
    ['Withdrawn', withdrawnAt === undefined ? '' : `${dayOf(withdrawnAt)}; it matches no package`],
    ['Severity', `${severity.severity.toUpperCase()} (${by})`],
    [
      'Malicious',
      malicious === undefined ? '' : `reported by ${names(malicious)}; fails every gate`,
    ],
    ['Exploited', exploited === undefined ? '' : exploitedText(exploited)],
    ['EPSS', epss === undefined ? '' : epssText(epss)],
    ['Weaknesses', view.cwes.map((cwe) => terminalText(cwe)).join(', ')],
    ['Also called', names(view.aliases)],
    ['Names as well', names(view.related)],
    ['Gathered in', names(view.gatheredIn)],
    ['Dates', dates],
  ];
  return rows.flatMap(([label, text]) => (text === '' ? [] : labelled(label, text, width)));
}

function exploitedText(exploited: NonNullable<VulnerabilityView['exploited']>): string {
  const ransomware = exploited.ransomware ? ', also by ransomware' : '';
  return `known since ${dayOf(exploited.since)}${ransomware}`;
}

function epssText(epss: number): string {
  return `${(epss * 100).toFixed(2)} % likely to be exploited within 30 days`;
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, MAX_NAMES).map((name) => terminalText(name));
  const more = all.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Worst first among the scored; words on single packages, which repeat for each release, together. */
function ratingLines(ratings: readonly RatingView[]): readonly string[] {
  if (ratings.length === 0) return [];
  const rows = new Map<string, string[]>();
  for (const rating of ratings.toSorted(byScore)) {
    const { by, record, severity, score, vector, of } = rating;
    const key = JSON.stringify([by, severity, score, vector, of === undefined ? record : '']);
    if (rows.has(key)) continue;
    rows.set(key, [
      terminalText(by),
      terminalText(record),
      severity.toUpperCase(),
      score === undefined ? '' : score.toFixed(1),
      vector === undefined ? (of === undefined ? '' : `for ${terminalText(of)}`) : terminalText(vector, 300),
    ]);
  }
  const shown = [...rows.values()].slice(0, MAX_RATINGS);
  const more = rows.size - shown.length;
  return [
    ...alignColumns([['SOURCE', 'RECORD', 'SEVERITY', 'SCORE', 'VECTOR'], ...shown]),
    ...moreLine(more),
  ];
}

function byScore(a: RatingView, b: RatingView): number {
  return (b.score ?? -1) - (a.score ?? -1) || severityRank(b.severity) - severityRank(a.severity);
}

/** What is used; of what is not, only places that nothing else speaks of. */
function affectedLines({ affected, records }: VulnerabilityView): readonly string[] {
  if (affected.length === 0) return ['  No loaded feed names a package.'];
  const used = new Set(affected.filter(({ isUsed }) => isUsed).map(placeKey));
  const shown = affected.filter((entry) => entry.isUsed || !used.has(placeKey(entry)));
  const withdrawn = new Set(
    records.filter(({ withdrawnAt }) => withdrawnAt !== undefined).map(({ id }) => id),
  );
  const rows = alike(shown).flatMap((group) => placeRows(group, withdrawn));
  const isUnused = shown.some(({ isUsed, record }) => !isUsed && !withdrawn.has(record));
  const hidden = affected.length - shown.length;
  return [
    ...alignColumns([
      ['WHERE', 'PACKAGE', 'STATUS', 'VERSIONS', 'FIXED', 'BY'],
      ...rows.slice(0, MAX_ROWS),
    ]),
    ...moreLine(rows.length - MAX_ROWS),
    ...(hidden > 0 ? [`  ${hidden} further by feeds that do not decide there; all in json`] : []),
    ...(isUnused ? ['  (not used): another feed decides there, and does not name it'] : []),
  ];
}

/** Entries that differ in the package alone, together: distributions split one source into very many. */
function alike(entries: readonly AffectedView[]): readonly (readonly AffectedView[])[] {
  const groups = new Map<string, AffectedView[]>();
  for (const entry of entries) {
    const { ranges, versions } = entry;
    const shown = { ranges, versions: ranges.length > 0 ? [] : versions };
    const key = JSON.stringify({ ...entry, name: '', record: '', ...shown });
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [entry]);
    else known.push(entry);
  }
  return [...groups.values()];
}

/** Packages of which the same is said, one row for each range. */
function placeRows(
  group: readonly AffectedView[],
  withdrawn: ReadonlySet<string>,
): readonly (readonly string[])[] {
  const [first] = group;
  if (first === undefined) return [];
  const { ecosystem, release, status, isUsed, record, feed } = first;
  const note = withdrawn.has(record) ? ' (withdrawn)' : isUsed ? '' : ' (not used)';
  const [[versions, fixed] = ['', ''], ...further] = versionRows(first);
  return [
    [
      ecosystemText(ecosystem, release),
      packageText([...new Set(group.map(({ name }) => name))]),
      STATUS_NAMES[status] + note,
      versions,
      fixed,
      terminalText(feed) + qualifierText(first),
    ],
    ...further.map((cells) => ['', '', '', ...cells, '']),
  ];
}

function packageText(all: readonly string[]): string {
  const shown = all.slice(0, MAX_PACKAGES).map((name) => terminalText(name, 60));
  const more = all.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** What is affected beside what fixes it. */
function versionRows({
  status,
  ranges,
  versions,
}: AffectedView): readonly (readonly [string, string])[] {
  if (status === 'notAffected') return [];
  const rows = ranges.map(
    (range) => [rangeText(range) || '(fix of another line)', terminalText(range.fixed ?? '', 60)] as const,
  );
  const more = rows.length - MAX_RANGES;
  const listed =
    rows.length === 0 && versions.length > 0 ? [[listedText(versions), ''] as const] : [];
  return [
    ...rows.slice(0, MAX_RANGES),
    ...(more > 0 ? [[`and ${more} more`, ''] as const] : []),
    ...listed,
  ];
}

function placeKey({ ecosystem, release, name }: AffectedView): string {
  return JSON.stringify([ecosystem, release, name]);
}

function qualifierText({ qualifiers = {} }: AffectedView): string {
  const pairs = Object.entries(qualifiers).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '' : ` (${pairs.join(', ')})`;
}

function recordLines({ records }: VulnerabilityView, now: number): readonly string[] {
  return alignColumns([
    ['RECORD', 'FEED', 'DATA OF', 'AGE', 'CHANGED', 'LICENCE'],
    ...records.map((record) => [
      terminalText(record.id) + (record.withdrawnAt === undefined ? '' : ' (withdrawn)'),
      terminalText(record.feed),
      dayOf(record.dataAt),
      ageOf(record.dataAt, now),
      record.modifiedAt === undefined ? '' : dayOf(record.modifiedAt),
      terminalText(record.license),
    ]),
  ]);
}

function listLines(texts: readonly string[], limit: number): readonly string[] {
  const shown = texts.slice(0, limit).map((text) => `  ${terminalText(text, 300)}`);
  return [...shown, ...moreLine(texts.length - shown.length)];
}

function moreLine(more: number): readonly string[] {
  return more > 0 ? [`  and ${more} more, all in json`] : [];
}
