/**
 * An explanation for people, in the order of the questions: what, why, where, on what evidence, how
 * to clear it.
 */

import type { BoundCheck, EntryCheck, RangeCheck } from '../../scan/match/explain.ts';
import { STATUS_NAMES } from '../../core/model/finding/status-names.ts';
import { terminalText } from '../../scan/report/text/terminal-text.ts';
import type { RemediationView, Explanation, OriginView, PackageView } from './explanation.ts';
import type { TextLayout } from './vulnerability-lines.ts';
import {
  ageOf,
  alignColumns,
  dayOf,
  heading,
  labelled,
  ecosystemText,
  rangeText,
  section,
} from './view-texts.ts';

const MAX_ENTRIES = 8;
const MAX_RANGES = 10;
const MAX_LOCATIONS = 5;
const MAX_VERSION = 80;
const MAX_COMMAND = 600;

/** Lines without line ends. */
export function explanationLines(one: Explanation, view: TextLayout): readonly string[] {
  const { vulnerability, package: pkg } = one;
  const title = vulnerability.title === '' ? '' : `: ${vulnerability.title}`;
  return [
    ...heading(
      `${terminalText(vulnerability.id)} in ${terminalText(`${pkg.name} ${pkg.version}`, 200)}`,
    ),
    ...labelled('Verdict', verdictText(one), view.width),
    ...labelled('Vulnerability', terminalText(vulnerability.id) + title, view.width),
    ...labelled('Severity', severityText(one), view.width),
    ...maliciousLine(one, view),
    ...exploitedLine(one, view),
    ...section('Why', whyLines(one, view)),
    ...section('Where it came from', originLines(one.origin, view)),
    ...section('Evidence', evidenceLines(one.origin, view)),
    ...section('Sources', recordLines(one, view.now)),
    ...section('What clears it', clearLines(one, view)),
  ];
}

function verdictText({ check, package: pkg, finding, vulnerability }: Explanation): string {
  if (vulnerability.withdrawnAt !== undefined) {
    return `not affected: withdrawn on ${dayOf(vulnerability.withdrawnAt)}`;
  }
  const version = terminalText(pkg.lookedUp.version, MAX_VERSION);
  if (finding?.suppressed !== undefined) {
    const { by, reason, until } = finding.suppressed;
    const end = until === undefined ? '' : `, until ${terminalText(until)}`;
    return `affected, and set aside (${terminalText(by)}: ${terminalText(reason)}${end})`;
  }
  if (check.isAffected === undefined)
    return `unknown: ${version} cannot be compared with the bounds`;
  return check.isAffected
    ? `affected: ${version} is in range`
    : `not affected: ${version} is in no range`;
}

function severityText({ vulnerability: { severity, ratings } }: Explanation): string {
  const { by } = severity;
  const said = by === 'none' ? 'no source rates it' : `by ${terminalText(by)}`;
  const own = ratings.find((rating) => rating.by === by && rating.severity === severity.severity);
  const score = own?.score === undefined ? '' : `, score ${own.score.toFixed(1)}`;
  const vector = own?.vector === undefined ? '' : `, ${terminalText(own.vector, 300)}`;
  const others = new Set(
    ratings
      .filter((rating) => rating.by !== by)
      .map(
        (rating) => `${terminalText(rating.by ?? '')}: ${(rating.severity ?? '').toUpperCase()}`,
      ),
  );
  const rest = others.size === 0 ? '' : `; others: ${[...others].slice(0, 6).join(', ')}`;
  return `${severity.severity.toUpperCase()}, ${said}${score}${vector}${rest}`;
}

function maliciousLine({ vulnerability }: Explanation, { width }: TextLayout): readonly string[] {
  const { malicious } = vulnerability;
  if (malicious === undefined) return [];
  const by = malicious.slice(0, MAX_LOCATIONS).map((id) => terminalText(id));
  return labelled('Malicious', `reported by ${by.join(', ')}; fails every gate`, width);
}

function exploitedLine({ vulnerability }: Explanation, { width }: TextLayout): readonly string[] {
  const { exploited, epss } = vulnerability;
  return [
    ...(exploited === undefined
      ? []
      : labelled('Exploited', `known since ${dayOf(exploited.since)}`, width)),
    ...(epss === undefined ? [] : labelled('EPSS', `${(epss * 100).toFixed(2)} %`, width)),
  ];
}

function whyLines({ package: pkg, check }: Explanation, { width }: TextLayout): readonly string[] {
  const { scheme, version, normalVersion, entries } = check;
  const normal =
    normalVersion === version ? '' : `, which is ${terminalText(normalVersion, MAX_VERSION)}`;
  const shown = entries.slice(0, MAX_ENTRIES);
  return [
    ...indented('Looked up', lookedUpText(pkg), width),
    ...indented(
      'Version',
      `${terminalText(version, MAX_VERSION)}${normal} (compared as ${scheme})`,
      width,
    ),
    ...(entries.length === 0 ? ['  No record names the package here.'] : []),
    ...shown.flatMap((entry) => entryLines(entry, version)),
    ...moreLine(entries.length - shown.length),
  ];
}

function indented(label: string, text: string, width: number | undefined): readonly string[] {
  return labelled(`  ${label}`, text, width);
}

function lookedUpText(pkg: PackageView): string {
  const where = ecosystemText(pkg.ecosystem, pkg.release);
  const name = terminalText(pkg.lookedUp.name, 120);
  const source = pkg.isBySource
    ? `, the source package of ${terminalText(`${pkg.name} ${pkg.version}`, 200)}`
    : '';
  return `${where} advisories for ${name}${source}`;
}

function entryLines({ entry, isListed, ranges, isInside }: EntryCheck, version: string): string[] {
  const status = entry.status === 'fixed' ? 'has a fix' : STATUS_NAMES[entry.status];
  const shownVersion = terminalText(version, MAX_VERSION);
  const answer =
    isInside === undefined
      ? `whether ${shownVersion} is inside is unknown`
      : `${shownVersion} is ${isInside ? 'inside' : 'outside'}`;
  const pairs = [...(entry.qualifiers ?? [])].map(([key, value]) => `${key}=${value}`);
  const qualifiers = pairs.length === 0 ? '' : ` (${terminalText(pairs.join(', '))})`;
  const listed =
    entry.versions.length === 0
      ? []
      : [
          `    ${entry.versions.length} versions listed one by one: ${terminalText(version, MAX_VERSION)} is ${isListed ? '' : 'not '}among them`,
        ];
  // Matched and undecided ranges come before the others.
  const ordered = ranges.toSorted((a, b) => rankOf(a) - rankOf(b));
  const shown = ordered.slice(0, MAX_RANGES);
  return [
    `  Entry${qualifiers}: ${status}; ${answer}`,
    ...listed,
    ...shown.flatMap((check) => rangeLines(check, version)),
    ...moreLine(ranges.length - shown.length, '    '),
  ];
}

function rankOf({ isInside }: RangeCheck): number {
  return isInside === true ? 0 : isInside === undefined ? 1 : 2;
}

function rangeLines({ range, bounds, isInside }: RangeCheck, version: string): readonly string[] {
  const text = rangeText(range);
  if (text === '') return [`    also fixed in ${terminalText(range.fixed ?? '', MAX_VERSION)}`];
  const mark = isInside === undefined ? 'unknown' : isInside ? 'inside' : 'outside';
  return [
    `    ${text}: ${mark}`,
    ...bounds
      .filter(({ kind, bound }) => !(kind === 'introduced' && bound === '0'))
      .map((check) => `      ${boundText(check, version)}`),
  ];
}

const KINDS: Readonly<Record<BoundCheck['kind'], string>> = {
  introduced: 'introduced in',
  fixed: 'fixed in',
  lastAffected: 'last affected',
  limit: 'limited to below',
};
const SIGNS = { '-1': 'is below', '0': 'equals', '1': 'is above' } as const;

function boundText(check: BoundCheck, version: string): string {
  const { kind, bound, normalBound, order, difference } = check;
  const normal = normalBound === bound ? '' : ` (${terminalText(normalBound, MAX_VERSION)})`;
  const sign = order === undefined ? 'has no order with' : SIGNS[`${order}`];
  const compared = `${terminalText(version, MAX_VERSION)} ${sign} ${terminalText(bound, MAX_VERSION)}${normal}`;
  return `${KINDS[kind]}: ${compared}${differenceText(difference)}`;
}

function differenceText(difference: BoundCheck['difference']): string {
  if (difference === undefined) return '';
  const { part, ofVersion, ofBound } = difference;
  const where =
    part === undefined ? '' : ` in the ${part === 'upstream' ? 'upstream version' : part}`;
  const end = (text: string): string => (text === '' ? 'its end' : `"${terminalText(text, 40)}"`);
  return `; they first differ${where}: ${end(ofVersion)} against ${end(ofBound)}`;
}

function originLines(origin: OriginView | undefined, { width }: TextLayout): readonly string[] {
  if (origin === undefined) return [];
  const { artifact, layer, locations, presence, scope, foundBy } = origin;
  const shown = locations.slice(0, MAX_LOCATIONS);
  return [
    ...indented('Artifact', terminalText(artifact, 400), width),
    ...(layer === undefined
      ? []
      : indented(
          `Layer ${layer.number}`,
          [
            layer.digest,
            layer.instruction,
            ...(origin.of === undefined ? [] : [`(${origin.of})`]),
            ...(layer.isHintedBase === true ? ['(base? as the history suggests)'] : []),
          ]
            .filter((text) => text !== undefined)
            .map((text) => terminalText(text, 300))
            .join('  '),
          width,
        )),
    ...shown.flatMap(({ path, line, layer: number }, index) => {
      const inLayer = layer === undefined ? '' : ` (layer ${number})`;
      const text = `${terminalText(path, 300)}${line === undefined ? '' : `:${line}`}${inLayer}`;
      return indented(index === 0 ? 'Named in' : '', text, width);
    }),
    ...moreLine(locations.length - shown.length),
    ...pulledInLines(origin, width),
    ...indented(
      'Found as',
      `${presence}${scope === undefined ? '' : `, ${scope}`}, by ${terminalText(foundBy)}`,
      width,
    ),
  ];
}

/** Returns the lines with the package's dependency path and its other dependents. */
function pulledInLines(
  { pulledInBy, dependents = [] }: OriginView,
  width: number | undefined,
): readonly string[] {
  const names = (all: readonly string[]): readonly string[] =>
    all.map((name) => terminalText(name, 200));
  const way =
    pulledInBy === undefined
      ? []
      : pulledInBy.length === 0
        ? indented('Pulled in', 'by the project itself', width)
        : indented('Pulled in', `by ${names(pulledInBy).join(', which needs ')}`, width);
  const shown = names(dependents.slice(0, MAX_LOCATIONS));
  const more =
    dependents.length > shown.length ? ` and ${dependents.length - shown.length} more` : '';
  return [
    ...way,
    ...(shown.length === 0 ? [] : indented('Needed by', shown.join(', ') + more, width)),
  ];
}

function evidenceLines(origin: OriginView | undefined, { width }: TextLayout): readonly string[] {
  if (origin === undefined) return [];
  const { level, reasons, contradictions } = origin.evidence;
  return [
    ...indented('Level', level, width),
    ...reasons
      .slice(0, MAX_LOCATIONS)
      .flatMap((text) => indented('Because', terminalText(text), width)),
    ...contradictions
      .slice(0, MAX_LOCATIONS)
      .flatMap(({ kind, claimed, found, path }) =>
        indented(
          'Contradiction',
          terminalText(`${kind}: ${claimed}, found ${found} in ${path}`, 400),
          width,
        ),
      ),
  ];
}

function recordLines({ records, vulnerability }: Explanation, now: number): readonly string[] {
  const rows = records.map((record) => [
    terminalText(record.id) + (record.withdrawnAt === undefined ? '' : ' (withdrawn)'),
    terminalText(record.feed),
    dayOf(record.dataAt),
    ageOf(record.dataAt, now),
    terminalText(record.license),
  ]);
  const [reference] = vulnerability.references;
  return [
    ...(rows.length === 0
      ? ['  The loaded data has no record of it; the facts above are those of the report.']
      : alignColumns([['RECORD', 'FEED', 'DATA OF', 'AGE', 'LICENCE'], ...rows])),
    ...(reference === undefined ? [] : [`  ${terminalText(reference, 300)}`]),
    `  All facts: assay cve ${terminalText(vulnerability.id)}`,
  ];
}

function clearLines(
  { clears, package: pkg, check, vulnerability }: Explanation,
  view: TextLayout,
): readonly string[] {
  if (check.isAffected === false || vulnerability.withdrawnAt !== undefined) return [];
  const isMalicious = vulnerability.malicious !== undefined;
  const removal = isMalicious
    ? indented('Remove', `${terminalText(pkg.name, 120)}, or replace it`, view.width)
    : [];
  const fix = isMalicious && clears.fixedVersions.length === 0 ? [] : fixLines(clears, pkg, view);
  const file = isMalicious ? '.assayignore' : '.trivyignore';
  const accept =
    clears.command === undefined
      ? []
      : ['  Accept it:', `    ${terminalText(clears.command, MAX_COMMAND)}`];
  return [...removal, ...fix, `  In ${file}:`, `    ${clears.exception}`, ...accept];
}

function fixLines(
  { fixedVersions }: RemediationView,
  pkg: PackageView,
  { width }: TextLayout,
): readonly string[] {
  const [first, ...others] = fixedVersions.map((version) => terminalText(version, MAX_VERSION));
  if (first === undefined) return indented('Fix', 'none is known yet', width);
  const what = pkg.isBySource
    ? `${terminalText(pkg.name, 120)} built from ${terminalText(pkg.lookedUp.name, 120)} ${first} or later`
    : `${terminalText(pkg.name, 120)} ${first} or later`;
  const also =
    others.length === 0 ? '' : `; fixed in other lines: ${others.slice(0, 10).join(', ')}`;
  return indented('Fix', what + also, width);
}

function moreLine(more: number, indent = '  '): string[] {
  return more > 0 ? [`${indent}and ${more} more, all in json`] : [];
}
