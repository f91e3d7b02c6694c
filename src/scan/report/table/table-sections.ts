/**
 * The parts around the table: title, total, suppressed and hidden findings, gaps, notes, advisory
 * data.
 */

import { groupBy } from '../../../core/base/maps.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import type { Coverage, Severity } from '../../../core/model/advisory/advisory.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import { ECOSYSTEM_IDS, ECOSYSTEMS, osvNameOf } from '../../../core/model/package/ecosystem.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import { GAP_NAMES } from '../../../core/model/finding/gap-names.ts';
import { pinnedImageReference } from '../../../core/model/artifact/pinned-reference.ts';
import { isOriginKnown } from '../../../core/model/artifact/origin.ts';
import type { ArtifactResult, Report, Suppressed } from '../../../core/model/report/report.ts';
import { SEVERITIES } from '../../../core/model/severity/severity.ts';
import { sourceText } from '../../../core/model/artifact/source-text.ts';
import { tableLines, type TableColumn } from '../text/aligned-rows.ts';
import { baseLines } from '../base-comparison/base-text.ts';
import type { PackageFindings } from '../findings/finding-rows.ts';
import { DEFAULT_WIDTH } from '../reporter.ts';
import { terminalText, wrap } from '../text/terminal-text.ts';

const MAX_GAPS = 50;
const MAX_NOTES = 5;
const DAY_MS = 86_400_000;

/**
 * Returns `python:3.12@sha256:...`, ready to be used as a reference; `undefined` if no manifest
 * digest is known.
 */
export function pinnedReference(artifact: Artifact): string | undefined {
  const reference = pinnedImageReference(artifact);
  return reference === undefined ? undefined : terminalText(reference, 400);
}

/**
 * Returns the head of the report for one artifact: which bytes were read, and where they came from.
 */
export function headLines(
  result: Pick<ArtifactResult, 'artifact' | 'layerDigests'>,
): readonly string[] {
  const { baseBy, baseLayerCount } = result.artifact.image ?? {};
  const hasBase = baseBy !== undefined || baseLayerCount !== undefined;
  return [
    ...headLine(result),
    ...sourceLine(result.artifact),
    ...(hasBase ? baseLines(result.artifact) : []),
  ];
}

/** Returns the source line for images, and for targets whose kind Assay has chosen. */
function sourceLine({ image, source }: Artifact): readonly string[] {
  if (source === undefined || (image === undefined && source.isGuessed !== true)) return [];
  const chosen = source.isGuessed === true ? ', chosen by the form of the target' : '';
  return [`Source: ${terminalText(sourceText(source))}${chosen}`];
}

function headLine({
  artifact,
  layerDigests,
}: Pick<ArtifactResult, 'artifact' | 'layerDigests'>): readonly string[] {
  const { image } = artifact;
  if (image === undefined) return [];
  const { os, architecture, variant } = image.platform;
  const platform = [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
  const subject =
    pinnedReference(artifact) ??
    `${terminalText(artifact.reference)}  image id ${terminalText(image.configDigest)}`;
  const doubt = layerDigests === 'notChecked' ? '  layers not compared with their digests' : '';
  return [`${subject}  ${terminalText(platform)}${doubt}`];
}

/**
 * Returns the title of a table in trivy's form: `python:3.12 (debian 12.5)`, and `app (npm, pypi)`
 * without a system. `otherwise` is used if there is neither.
 */
export function titleText(
  { artifact, inventory }: ArtifactResult,
  otherwise = 'no packages',
): string {
  const { distro } = inventory;
  const ecosystems = new Set(inventory.packages.map((pkg) => pkg.ecosystem));
  const kinds = ECOSYSTEM_IDS.filter((id) => ecosystems.has(id)).join(', ');
  const what =
    distro === undefined
      ? kinds || otherwise
      : [distro.id, distro.versionId].filter((part) => part !== '').join(' ');
  return `${terminalText(artifact.reference, 400)} (${terminalText(what)})`;
}

/**
 * Returns `Total: 988 (UNKNOWN: 5, LOW: 525, ...)`: rows of package x vulnerability, always in this
 * order. Severities that are not shown are left out, unless one of their findings decides.
 */
export function totalLine(
  groups: readonly PackageFindings[],
  shownSeverities: readonly Severity[],
): string {
  return totalText(countSeverities(groups.flatMap(({ findings }) => findings)), shownSeverities);
}

/** Returns {@link totalLine} of counts, with another word at its start if one is given. */
export function totalText(
  counts: ReadonlyMap<Severity, number>,
  shownSeverities: readonly Severity[],
  head = 'Total',
): string {
  const shown = new Set(shownSeverities);
  const parts = SEVERITIES.filter((one) => shown.has(one) || (counts.get(one) ?? 0) > 0).map(
    (one) => `${one.toUpperCase()}: ${counts.get(one) ?? 0}`,
  );
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return `${head}: ${total} (${parts.join(', ')})`;
}

/** Returns the number of findings of each severity. Severities without findings are absent. */
export function countSeverities(
  findings: Iterable<{ readonly severity: Severity }>,
): ReadonlyMap<Severity, number> {
  const counts = new Map<Severity, number>();
  for (const { severity } of findings) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  return counts;
}

/**
 * Returns `380: 2 critical, 38 high`: a number of findings and how many of them have each severity,
 * the worst first.
 */
export function severityCounts(findings: Iterable<{ readonly severity: Severity }>): string {
  const counts = new Map<Severity, number>();
  let total = 0;
  for (const { severity } of findings) {
    total += 1;
    counts.set(severity, (counts.get(severity) ?? 0) + 1);
  }
  const parts = SEVERITIES.toReversed().flatMap((one) => {
    const count = counts.get(one) ?? 0;
    return count === 0 ? [] : [`${count} ${one}`];
  });
  return parts.length === 0 ? String(total) : `${total}: ${parts.join(', ')}`;
}

const SUPPRESSED_BY: Readonly<Record<Suppressed['by'], string>> = {
  unfixed: '--ignore-unfixed',
  status: '--ignore-status',
  ignore: 'ignore file',
  override: 'correction',
  comment: 'comment in a file',
  vex: 'VEX',
  baseline: 'baseline',
};

/** Returns the name of an exception for people. */
export function suppressionSourceText(by: Suppressed['by']): string {
  return SUPPRESSED_BY[by];
}

/** Returns the reason for a suppression, with its place and owner. */
export function reasonText({ reason, from, owner }: Suppressed): string {
  const source = [from, owner].filter((part) => part !== undefined).join(', ');
  if (reason === '') return source;
  return source === '' ? reason : `${reason} (${source})`;
}

/** Returns `Set aside: 12 (--ignore-unfixed: 10, ignore file: 2)`; `undefined` for none. */
export function suppressedLine(suppressed: readonly Suppressed[]): string | undefined {
  if (suppressed.length === 0) return undefined;
  const counts = new Map<string, number>();
  for (const { by } of suppressed) {
    counts.set(suppressionSourceText(by), (counts.get(suppressionSourceText(by)) ?? 0) + 1);
  }
  const parts = [...counts].map(([by, number]) => `${by}: ${number}`);
  return `Set aside: ${suppressed.length} (${parts.join(', ')})`;
}

/** Returns `Not shown because of --severity: 525 (LOW: 525)`; `undefined` for none. */
export function notShownLine(
  { notShown }: ArtifactResult,
  { shownOrigin }: Pick<Report, 'shownOrigin'>,
): string | undefined {
  const parts = SEVERITIES.filter((one) => notShown[one] > 0);
  if (parts.length === 0) return undefined;
  const total = parts.reduce((sum, one) => sum + notShown[one], 0);
  const list = parts.map((one) => `${one.toUpperCase()}: ${notShown[one]}`).join(', ');
  const filters = shownOrigin === undefined ? '--severity' : `--severity or --only ${shownOrigin}`;
  return `Not shown because of ${filters}: ${total} (${list})`;
}

/**
 * Says that `--only` leaves nothing out, where the origin of packages is not known; empty
 * elsewhere.
 */
export function unknownOriginLines(
  { artifact, inventory }: ArtifactResult,
  { shownOrigin }: Pick<Report, 'shownOrigin'>,
  width?: number,
): readonly string[] {
  if (shownOrigin === undefined || isOriginKnown(artifact)) return [];
  if (inventory.packages.length === 0) return [];
  const hint = artifact.image?.baseHint;
  const guess =
    hint === undefined
      ? ''
      : `; its history suggests that the lowest ${pluralize(hint.layerCount, 'layer')} of ${artifact.layers.length} may be the base`;
  const message = `no package is left out: the origin of packages is not known here, and counts as app and as base${guess}${baseAdvice(artifact)}`;
  return hangingIndent(`--only ${shownOrigin}: `, message, width);
}

function baseAdvice({ kind }: Artifact): string {
  return kind === 'image' ? '; --base-image REF names an image to compare the layers with' : '';
}

/**
 * Returns whether the report is an inventory only. Without a feed there was no matching, and a
 * total of findings would be a quiet zero.
 */
export function isInventoryOnly({ coverage, results }: Report): boolean {
  return coverage.length === 0 && results.some(({ inventory }) => inventory.packages.length > 0);
}

/**
 * Returns whether only rules looked at an artifact, so that a total of vulnerabilities would be a
 * quiet zero.
 */
export function isOfRulesAlone({ scanners, inventory }: ArtifactResult): boolean {
  if (scanners === undefined || inventory.packages.length > 0) return false;
  return !scanners.includes('packages') && !scanners.includes('vuln');
}

/**
 * Returns the gaps, equal ones once with their number, wrapped to the width where there is one;
 * empty where there are none.
 */
export function gapLines(diagnostics: readonly Diagnostic[], width?: number): readonly string[] {
  const byLine = new Map<
    string,
    { readonly label: string; readonly text: string; count: number }
  >();
  let total = 0;
  for (const one of diagnostics) {
    if (one.gap === undefined) continue;
    total += 1;
    const label = `  ${GAP_NAMES[one.gap].padEnd(17)}  `;
    const text = diagnosticText(one);
    const known = byLine.get(label + text);
    if (known === undefined) byLine.set(label + text, { label, text, count: 1 });
    else known.count += 1;
  }
  if (total === 0) return [];
  const rows = [...byLine.values()];
  const rest = rows.slice(MAX_GAPS).reduce((sum, { count }) => sum + count, 0);
  return [
    `Gaps, which could hide findings: ${total}`,
    ...rows.slice(0, MAX_GAPS).flatMap(({ label, text, count }) => {
      const times = count === 1 ? '' : ` (${count} times)`;
      return hangingIndent(label, text + times, width);
    }),
    ...(rest > 0 ? [`  and ${rest} more, all in json`] : []),
  ];
}

/** Returns a text behind its label; further lines are indented as far. */
export function hangingIndent(label: string, text: string, width?: number): readonly string[] {
  if (width === undefined) return [label + text];
  const lines = wrap(text, Math.max(width - label.length, 20));
  return lines.map((line, index) => (index === 0 ? label : ' '.repeat(label.length)) + line);
}

/** Notes, those with one message together, wrapped like gaps; empty where there are none. */
export function noteLines(diagnostics: readonly Diagnostic[], width?: number): readonly string[] {
  // What is to be done about exceptions comes first: it is the user's own.
  const notes = diagnostics
    .filter((one) => one.gap === undefined)
    .sort((a, b) => Number(b.stage === 'policy') - Number(a.stage === 'policy'));
  if (notes.length === 0) return [];
  const byMessage = groupBy(notes, (note) => note.message);
  const groups = [...byMessage.values()];
  const lines = groups.slice(0, MAX_NOTES).flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const more = group.length > 1 ? ` and ${group.length - 1} more like it` : '';
    return hangingIndent('  ', diagnosticText(first) + more, width);
  });
  const rest = groups.slice(MAX_NOTES).reduce((sum, group) => sum + group.length, 0);
  return [
    `Notes: ${notes.length}`,
    ...lines,
    ...(rest > 0 ? [`  and ${rest} more, all in json`] : []),
  ];
}

function diagnosticText({ message, location }: Diagnostic): string {
  const text = terminalText(message, 400);
  if (location === undefined || message.includes(location.path)) return text;
  const line = location.line === undefined ? '' : `:${location.line}`;
  return `${terminalText(location.path.replace(/^\//u, ''))}${line}: ${text}`;
}

/** Returns the feeds that were asked, with the age of their data at the instant of the scan. */
export function coverageLines(
  coverage: readonly Coverage[],
  startedAt: string,
  width = DEFAULT_WIDTH,
): readonly string[] {
  if (coverage.length === 0) return [];
  const rows = coverage.map((one) => {
    const { recordCount, dataAt } = one;
    const day = terminalText(dataAt.slice(0, 10));
    const records = `${pluralize(recordCount, 'record')} of ${day}${ageText(dataAt, startedAt)}`;
    return [coverageName(one), records];
  });
  return ['Advisory data:', ...tableLines({ columns: COVERAGE_COLUMNS, width, indent: 2 }, rows)];
}

const COVERAGE_COLUMNS: readonly TableColumn[] = [
  { head: '' },
  { head: '', least: 20, wraps: true },
];

/**
 * Returns the name of a feed, as in `debian-tracker (Debian 12)`, `osv (npm)`; the feed alone if it
 * does not describe packages.
 */
function coverageName({ feed, ecosystem, release }: Coverage): string {
  if (ecosystem === undefined) return terminalText(feed);
  const place = osvNameOf(ecosystem) ?? ECOSYSTEMS[ecosystem].label;
  return `${terminalText(feed)} (${terminalText([place, release].filter(Boolean).join(' '))})`;
}

function ageText(dataAt: string, startedAt: string): string {
  // Data that the run itself fetched is some seconds younger than its start.
  const days = Math.trunc((Date.parse(startedAt) - Date.parse(dataAt)) / DAY_MS) + 0;
  if (!Number.isFinite(days)) return '';
  // With --as-of the data may be younger than the clock.
  if (days < 0) return ' (newer than the clock of this run)';
  return ` (${pluralize(days, 'day')} old)`;
}
