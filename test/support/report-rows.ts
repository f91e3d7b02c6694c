/** Findings as rows, by which formats of one report are compared. */

import type { Finding } from '../../src/core/model/finding/finding.ts';
import type { ArtifactResult, Report } from '../../src/core/model/report/report.ts';
import { SEVERITIES } from '../../src/core/model/severity/severity.ts';

/** A finding, as far as formats show it. */
export interface Row {
  /** The reference of the artifact. */
  readonly artifact: string;
  /** Id of the advisory, `contradiction/KIND`, or the rule. */
  readonly id: string;
  /** Name of the package; of a finding about a file, its path without the first slash. */
  readonly subject: string;
  /** The version that matched; empty for findings that are no vulnerabilities. */
  readonly version: string;
  readonly severity: string;
  /** What set the finding aside; empty: nothing. */
  readonly aside: string;
  /** With a baseline, for formats that mark what it has not. */
  readonly isNew?: boolean;
  /** For formats that mark what decides the verdict. */
  readonly decides?: boolean;
}

/** What is said about the findings of one artifact besides its rows. */
export interface Totals {
  readonly artifact: string;
  /** Vulnerabilities that were not set aside, by severity; severities without any are absent. */
  readonly found: Readonly<Record<string, number>>;
  /** Findings that were set aside, by what did it. */
  readonly aside: Readonly<Record<string, number>>;
  /** Findings that display filters leave out. */
  readonly notShownCount: number;
}

/** Words for what sets findings aside, as `docs/reports.md` lists them. */
export const ASIDE_WORDS: Readonly<Record<string, string>> = {
  unfixed: '--ignore-unfixed',
  status: '--ignore-status',
  ignore: 'ignore file',
  override: 'correction',
  vex: 'VEX',
  baseline: 'baseline',
};

/** The word of {@link ASIDE_WORDS} in reverse. */
export function asideOf(word: string): string {
  return Object.entries(ASIDE_WORDS).find(([, text]) => text === word)?.[0] ?? word;
}

/** Returns all findings of a report, with what is known about each. */
export function rowsOf(report: Report): readonly (Row & { readonly finding: Finding })[] {
  return report.results.flatMap((result) => {
    const asides = new Map(result.suppressed.map(({ findingId, by }) => [findingId, by]));
    return result.findings.map((finding) => ({
      finding,
      artifact: result.artifact.reference,
      ...subjectOf(finding, result),
      severity: finding.severity,
      aside: asides.get(finding.id) ?? '',
    }));
  });
}

function subjectOf(
  finding: Finding,
  { inventory }: ArtifactResult,
): Pick<Row, 'id' | 'subject' | 'version'> {
  const nameOf = (packageId = ''): string | undefined =>
    inventory.packages.find(({ id }) => id === packageId)?.name;
  switch (finding.kind) {
    case 'vulnerability': {
      const { advisoryId, packageId, matchedVersion } = finding;
      return { id: advisoryId, subject: nameOf(packageId) ?? '', version: matchedVersion };
    }
    case 'integrity': {
      const { kind, location } = finding.contradiction;
      const subject = nameOf(finding.packageId) ?? location.path.slice(1);
      return { id: `contradiction/${kind}`, subject, version: '' };
    }
    case 'rule':
      return { id: finding.rule, subject: finding.location.path.slice(1), version: '' };
  }
}

/** Returns whether a row is a vulnerability. */
export function isVulnerability({ version }: Row): boolean {
  return version !== '';
}

/** Returns the totals of each artifact of a report. */
export function totalsOf(report: Report): readonly Totals[] {
  return report.results.map((result) => {
    const rows = rowsOf({ ...report, results: [result] });
    return {
      artifact: result.artifact.reference,
      found: countsOf(
        rows.filter((row) => row.aside === '' && isVulnerability(row)).map((row) => row.severity),
      ),
      aside: countsOf(rows.flatMap((row) => (row.aside === '' ? [] : [row.aside]))),
      notShownCount: SEVERITIES.reduce((sum, one) => sum + result.notShown[one], 0),
    };
  });
}

function countsOf(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

const TOTAL = /Total: \d+ \((?<counts>[^)]*)\)/u;
const ASIDE = /Set aside: (?<count>\d+) \((?<counts>[^)]*)\)/u;
const NOT_SHOWN = /Not shown because of [^:]*: (?<count>\d+) /u;

/** Reads totals from lines as the table has them. */
export function totalsIn(artifact: string, text: string): Totals {
  const total = TOTAL.exec(text)?.groups?.['counts'];
  const aside = ASIDE.exec(text)?.groups?.['counts'];
  return {
    artifact,
    found: countsIn(total ?? '', (word) => word.toLowerCase()),
    aside: countsIn(aside ?? '', asideOf),
    notShownCount: Number(NOT_SHOWN.exec(text)?.groups?.['count'] ?? 0),
  };
}

/** `LOW: 2, HIGH: 0` without what is 0. */
function countsIn(
  text: string,
  nameOf: (word: string) => string,
): Readonly<Record<string, number>> {
  const pairs = text.split(', ').flatMap((part): [string, number][] => {
    const [word = '', count = '0'] = part.split(': ');
    return Number(count) === 0 ? [] : [[nameOf(word), Number(count)]];
  });
  return Object.fromEntries(pairs);
}
