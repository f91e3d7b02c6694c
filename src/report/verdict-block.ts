/** The last lines: the verdict with its cause and its cure. */

import { createColors } from 'picocolors';

import type { VulnerabilityFinding } from '../model/finding.ts';
import type { Report, Verdict } from '../model/report.ts';
import { severityRank } from '../model/severity.ts';
import { fixedText, severityName } from './finding-rows.ts';
import { count, displayWidth, plain } from './words.ts';

/** Findings named for one cause; the rest is counted. */
const MAX_DECIDING = 5;
const MAX_CLEARED = 5;

const WORDS: Readonly<Record<Verdict['status'], string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  incomplete: 'INCOMPLETE',
  notAsked: 'no gate asked',
};

/** Lines without line ends. */
export function verdictLines(report: Report, color: boolean): readonly string[] {
  const { verdict } = report;
  const lines = [`Verdict: ${statusText(verdict.status, color)} (exit code ${verdict.exitCode})`];
  if (verdict.status === 'notAsked') {
    lines.push('  Ask      for a verdict with --fail-on high+fixable, or with --exit-code 1');
    return lines;
  }
  const findings = findingsById(report);
  for (const cause of verdict.causes) {
    lines.push(`  Rule     ${plain(cause.rule)}: ${plain(cause.message, 400)}`);
    lines.push(...decidingLines(cause.findingIds, findings));
  }
  if (verdict.cure !== undefined) {
    lines.push(`  Cure     ${plain(verdict.cure.change, 400)}${clearsText(verdict.cure.clears)}`);
    lines.push(`  Check    ${plain(verdict.cure.command, 2000)}`);
  }
  return lines;
}

function statusText(status: Verdict['status'], color: boolean): string {
  const colors = createColors(color);
  switch (status) {
    case 'pass':
      return colors.bold(colors.green(WORDS.pass));
    case 'fail':
      return colors.bold(colors.red(WORDS.fail));
    case 'incomplete':
      return colors.bold(colors.yellow(WORDS.incomplete));
    case 'notAsked':
      return WORDS.notAsked;
  }
}

interface NamedFinding {
  readonly finding: VulnerabilityFinding;
  readonly packageName: string;
}

function findingsById(report: Report): ReadonlyMap<string, NamedFinding> {
  const byId = new Map<string, NamedFinding>();
  for (const { findings, inventory } of report.results) {
    const names = new Map(inventory.packages.map(({ id, name }) => [id, name]));
    for (const finding of findings) {
      if (finding.kind !== 'vulnerability') continue;
      byId.set(finding.id, { finding, packageName: names.get(finding.packageId) ?? '' });
    }
  }
  return byId;
}

function decidingLines(
  ids: readonly string[],
  findings: ReadonlyMap<string, NamedFinding>,
): readonly string[] {
  const deciding = [...new Set(ids)]
    .flatMap((id) => findings.get(id) ?? [])
    .toSorted((a, b) => severityRank(b.finding.severity) - severityRank(a.finding.severity));
  const shown = deciding.slice(0, MAX_DECIDING).map(({ finding, packageName }) => {
    const fixed = fixedText(finding);
    return [
      severityName(finding.severity),
      plain(finding.advisoryId),
      plain(`${packageName} ${finding.matchedVersion}`),
      fixed.startsWith('(') ? fixed : `-> ${fixed}`,
    ];
  });
  const lines = aligned(shown).map((line) => `           ${line}`);
  const more = deciding.length - lines.length;
  return more > 0 ? [...lines, `           and ${more} more`] : lines;
}

/** Rows as lines with columns two spaces apart. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((row) => displayWidth(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell)))
      .join('  ')
      .trimEnd(),
  );
}

function clearsText(ids: readonly string[]): string {
  if (ids.length === 0) return '';
  const shown = ids.slice(0, MAX_CLEARED).map((id) => plain(id));
  const more = ids.length > shown.length ? ', ...' : '';
  return ` (clears ${count(ids.length, 'finding')}: ${shown.join(', ')}${more})`;
}
