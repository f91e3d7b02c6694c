/** The last lines: the verdict with its cause and its cure. */

import { indexBy } from '../../../core/base/maps.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import { createColors } from 'picocolors';

import type { Finding } from '../../../core/model/finding/finding.ts';
import { categoriesText } from '../../../core/model/finding/finding-categories.ts';
import type { Artifact, Location } from '../../../core/model/artifact/artifact.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { ImplicitFile, Report, Verdict } from '../../../core/model/report/report.ts';
import { countNonDecidingOwned } from '../../../core/model/finding/owned-finding-count.ts';
import { severityRank } from '../../../core/model/severity/severity.ts';
import { tableLines } from '../text/aligned-rows.ts';
import { isOfConfiguration } from '../findings/artifact-identity.ts';
import { nearestFixText, severityName } from '../findings/finding-rows.ts';
import { maliciousLines } from './malicious-lines.ts';
import type { ReportView } from '../reporter.ts';
import { isInventoryOnly, isOfRulesAlone, severityCounts } from './table-sections.ts';
import { terminalText, wrap } from '../text/terminal-text.ts';
import { isMalicious } from '../../../core/model/advisory/malicious.ts';

/** Columns of a cure in a pipe or file, where it may name hundreds of packages. */
const PIPED_WIDTH = 140;

/**
 * Characters of a cure: in a terminal, and in a pipe or file, where the longest complete one has
 * its room.
 */
const MAX_SHOWN = 1000;
const MAX_PIPED = 100_000;

/** Characters of a command that is pasted as a whole. */
const MAX_COMMAND = 100_000;

/** Commands and edits shown in a terminal; a pipe or a file has all. */
const MAX_ACTIONS = 8;

/** Findings named for one cause; the rest is counted. */
const MAX_DECIDING = 5;
/** Columns of a line where nothing bounds them. */
const UNBOUNDED = 1000;

/** The verdict as people read it. */
export const VERDICT_WORDS: Readonly<Record<Verdict['status'], string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  incomplete: 'INCOMPLETE',
  notAsked: 'no gate asked',
};

type Cure = NonNullable<Verdict['cure']>;

/** Options for showing a verdict. */
type VerdictView = Pick<ReportView, 'color' | 'width' | 'isTerminal'>;

/** Returns lines without line ends, wrapped to the width if there is one. */
export function verdictLines(report: Report, view: VerdictView): readonly string[] {
  const { color, width, isTerminal } = view;
  const { verdict } = report;
  const lines = [headLine(verdict, color), ...foundLines(report, width)];
  const owned = ownedLine(report);
  if (report.results.some(({ findings }) => findings.some(isMalicious))) {
    lines.push(...maliciousLines(report).flatMap((text) => labelled('Malware', text, width)));
  }
  for (const warning of verdict.warnings ?? []) {
    lines.push(...labelled('Warning', terminalText(warning, 600), width));
  }
  lines.push(...implicitLines(verdict, width));
  if (verdict.status === 'notAsked') {
    if (isInventoryOnly(report)) return lines;
    if (owned !== undefined) lines.push(...labelled('Owned', owned, width));
    // No rule finding meets "fixable".
    const condition = report.results.every(isOfRulesAlone) ? 'high' : 'high+fixable';
    const ask = `for a verdict with --fail-on ${condition}, or with --exit-code 1`;
    lines.push(...labelled('Ask', ask, width));
    return lines;
  }
  const newIds = report.baseline && new Set(report.baseline.newIds);
  const deciding = { findings: findingsById(report), newIds };
  for (const cause of verdict.causes) {
    const message = `${terminalText(cause.rule)}: ${terminalText(cause.message, 400)}`;
    lines.push(...labelled('Rule', message, width));
    lines.push(...decidingLines(cause.findingIds, deciding, width));
  }
  if (owned !== undefined) lines.push(...labelled('Owned', owned, width));
  if (verdict.cure !== undefined) {
    const { change, clears, command } = verdict.cure;
    lines.push(
      ...labelled(
        'Cure',
        terminalText(change, isTerminal === true ? MAX_SHOWN : MAX_PIPED) +
          clearsText(clears.length),
        width ?? PIPED_WIDTH,
      ),
    );
    lines.push(...actionLines(verdict.cure, view));
    // Never wrapped: it is there to be pasted.
    lines.push(...labelled('Check', terminalText(command, MAX_COMMAND)));
  }
  return lines;
}

/** Returns the verdict with its first cause in one line, for quiet runs. */
export function verdictLine({ verdict }: Report, color: boolean): string {
  const [first, ...others] = verdict.causes;
  if (first === undefined) return headLine(verdict, color);
  const more = others.length === 0 ? '' : `, and ${pluralize(others.length, 'other rule')}`;
  return `${headLine(verdict, color)}: ${terminalText(first.rule)}: ${terminalText(first.message)}${more}`;
}

function headLine(verdict: Verdict, color: boolean): string {
  const by = verdict.policy === undefined ? '' : ` by policy ${terminalText(verdict.policy)}`;
  const trial = verdict.isDryRun === true ? ', a dry run that ends with 0' : '';
  return `Verdict: ${statusText(verdict.status, color)} (exit code ${verdict.exitCode})${by}${trial}`;
}

/** Returns the findings of all artifacts by severity, as their tables count them. */
function foundLines(report: Report, width?: number): readonly string[] {
  const listed = report.results.flatMap((result) => {
    const aside = new Set(result.suppressed.map(({ findingId }) => findingId));
    return result.findings.filter(({ kind, id }) => kind !== 'integrity' && !aside.has(id));
  });
  if (isInventoryOnly(report) && listed.length === 0) return [];
  const [, bySeverity] = severityCounts(listed).split(': ');
  const list = bySeverity === undefined ? '' : `: ${bySeverity}`;
  const found = pluralize(listed.length, 'finding') + categoriesText(listed);
  return labelled('Found', found + list, width);
}

/**
 * Returns the line with the number of findings that count only with `owned`; `undefined` for none.
 */
function ownedLine(report: Report): string | undefined {
  const count = countNonDecidingOwned(report);
  if (count === 0) return undefined;
  const verb = count === 1 ? 'is' : 'are';
  return `${pluralize(count, 'finding')} ${verb} in what packages of the distribution ship, and not named by its advisories; only the condition "owned" counts ${count === 1 ? 'it' : 'them'}`;
}

/** Returns the files that nothing names and that had a part in the verdict. */
function implicitLines({ implicitFiles = [] }: Verdict, width?: number): readonly string[] {
  const commented = implicitFiles.filter(({ kind }) => kind === 'comments');
  const others = implicitFiles.filter(({ kind }) => kind !== 'comments');
  const lines = others.flatMap(({ path, kind, removedCount, changedCount = 0, settings = [] }) => {
    const effects = [
      ...(kind === 'trust' ? ['names who is trusted'] : []),
      ...(settings.length > 0 ? [`sets ${terminalText(settings.join(', '), 400)}`] : []),
      ...(removedCount > 0 ? [`removes ${pluralize(removedCount, 'finding')}`] : []),
      ...(changedCount > 0 ? [`changes ${pluralize(changedCount, 'finding')}`] : []),
    ];
    return labelled(
      'Read',
      `${terminalText(path)} of the working directory ${effects.join('; ')}`,
      width,
    );
  });
  return [...lines, ...commentLines(commented, width)];
}

/** Paths of files with comments that the verdict names before it only counts. */
const NAMED_FILES = 3;

function commentLines(files: readonly ImplicitFile[], width?: number): readonly string[] {
  if (files.length === 0) return [];
  const removed = files.reduce((sum, { removedCount }) => sum + removedCount, 0);
  const named = files.slice(0, NAMED_FILES).map(({ path }) => terminalText(path));
  const more = files.length > NAMED_FILES ? ` and ${files.length - NAMED_FILES} more` : '';
  const what = pluralize(removed, 'finding');
  return labelled('Read', `comments in ${named.join(', ')}${more} remove ${what}`, width);
}

/** Width of the labels, and the indent of what belongs to them. */
const INDENT = 11;

function labelled(label: string, text: string, width?: number): readonly string[] {
  const lines = width === undefined ? [text] : wrap(text, Math.max(width - INDENT, 20));
  return lines.map(
    (line, index) => (index === 0 && label !== '' ? `  ${label}` : '').padEnd(INDENT) + line,
  );
}

function statusText(status: Verdict['status'], color: boolean): string {
  const colors = createColors(color);
  switch (status) {
    case 'pass':
      return colors.bold(colors.green(VERDICT_WORDS.pass));
    case 'fail':
      return colors.bold(colors.red(VERDICT_WORDS.fail));
    case 'incomplete':
      return colors.bold(colors.yellow(VERDICT_WORDS.incomplete));
    case 'notAsked':
      return VERDICT_WORDS.notAsked;
  }
}

interface Deciding {
  readonly findings: ReadonlyMap<string, NamedFinding>;
  /** Absent without a baseline. */
  readonly newIds: ReadonlySet<string> | undefined;
}

interface NamedFinding {
  readonly finding: Finding;
  readonly pkg: Package | undefined;
  readonly artifact: Artifact;
}

function findingsById(report: Report): ReadonlyMap<string, NamedFinding> {
  const byId = new Map<string, NamedFinding>();
  for (const { artifact, findings, inventory } of report.results) {
    const packages = indexBy(inventory.packages, 'id');
    for (const finding of findings) {
      const packageId = finding.kind === 'rule' ? undefined : finding.packageId;
      byId.set(finding.id, { finding, pkg: packages.get(packageId ?? ''), artifact });
    }
  }
  return byId;
}

/**
 * Returns the deciding findings, the most severe first; with a baseline the new ones come before
 * all others.
 */
function decidingLines(
  ids: readonly string[],
  { findings, newIds }: Deciding,
  width = UNBOUNDED,
): readonly string[] {
  const isNew = ({ finding }: NamedFinding): boolean => newIds?.has(finding.id) === true;
  const deciding = [...new Set(ids)]
    .flatMap((id) => findings.get(id) ?? [])
    .toSorted(
      (a, b) =>
        Number(isNew(b)) - Number(isNew(a)) ||
        severityRank(b.finding.severity) - severityRank(a.finding.severity),
    );
  const newCount = deciding.filter(isNew).length;
  // Where all are new, as with --baseline alone, the rule says so.
  const isMixed = newIds !== undefined && newCount < deciding.length;
  const shown = deciding
    .slice(0, MAX_DECIDING)
    .map((one) => [...(isMixed ? [isNew(one) ? 'new' : ''] : []), ...decidingRow(one)]);
  const columns = (shown[0] ?? []).map(() => ({ head: '' }));
  const lines = tableLines({ columns, width, indent: INDENT }, shown);
  const more = deciding.length - shown.length;
  if (more <= 0) return lines;
  const newMore = Math.max(newCount - MAX_DECIDING, 0);
  const parts = isMixed ? ` (${newMore} new, ${more - newMore} in the baseline)` : '';
  return [...lines, `${' '.repeat(INDENT)}and ${more} more${parts}`];
}

function decidingRow({ finding, pkg, artifact }: NamedFinding): readonly string[] {
  const severity = severityName(finding.severity);
  switch (finding.kind) {
    case 'vulnerability': {
      const fixed = nearestFixText(finding);
      return [
        severity,
        terminalText(finding.advisoryId),
        terminalText(`${pkg?.name ?? ''} ${finding.matchedVersion}`),
        fixed.startsWith('(') ? fixed : `-> ${fixed}`,
      ];
    }
    case 'integrity': {
      const { kind, location } = finding.contradiction;
      const what = pkg === undefined ? '' : terminalText(`${pkg.name} ${pkg.version}`);
      return [severity, kind, what, placeText(location)];
    }
    case 'rule':
      return [
        severity,
        terminalText(finding.rule),
        terminalText(finding.title),
        isOfConfiguration(artifact, finding.location)
          ? 'image configuration'
          : placeText(finding.location),
      ];
  }
}

function placeText({ path, line }: Location): string {
  return terminalText(path.replace(/^\//u, '')) + (line === undefined ? '' : `:${line}`);
}

/**
 * Returns the commands, by place, and the edits. Commands are never wrapped, so that they can be
 * pasted.
 */
function actionLines(
  { commands = [], edits = [] }: Cure,
  { width, isTerminal }: VerdictView,
): readonly string[] {
  const lines: string[] = [];
  const room = isTerminal === true ? MAX_ACTIONS : Number.POSITIVE_INFINITY;
  let place: string | undefined;
  for (const one of commands.slice(0, room)) {
    if (one.place !== undefined && one.place !== place) {
      lines.push(...labelled('Run', `${terminalText(one.place, 400)}:`, width));
    }
    const label = one.place === undefined ? 'Run' : '';
    lines.push(...labelled(label, terminalText(one.command, MAX_COMMAND)));
    ({ place } = one);
  }
  for (const edit of edits.slice(0, Math.max(room - commands.length, 0))) {
    lines.push(...labelled('Edit', terminalText(edit, 400), width));
  }
  const more = commands.length + edits.length - room;
  return more > 0 ? [...lines, ...labelled('', `and ${more} more, all in -o verdict=FILE`)] : lines;
}

function clearsText(findings: number): string {
  return findings === 0 ? '' : ` (clears ${pluralize(findings, 'finding')})`;
}
