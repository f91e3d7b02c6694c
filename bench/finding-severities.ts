/**
 * Severities of findings that Assay and a peer both have, and the rule of `docs/severity.md` that
 * explains each difference.
 *
 * A difference is explained where Assay's own report has the peer's severity too, by a source that
 * comes later in Assay's order, or where the peer has none. Everything else is unexplained: a
 * rating that only the peer has, or that it computes otherwise.
 */

import type { Bench } from './measure.ts';

export interface SourceRating {
  readonly by: string;
  readonly severity: string;
  readonly score?: number;
}

/** The severity of one finding of Assay, with all ratings of its vulnerability. */
export interface OwnSeverity {
  readonly severity: string;
  readonly severityBy: string;
  readonly isMalicious: boolean;
  readonly ratings: readonly SourceRating[];
}

/** A finding that both have. `theirs` is the peer's word in any case. */
export interface SeverityPair {
  readonly shown: string;
  readonly own: OwnSeverity;
  readonly theirs: string;
}

const UNKNOWN = 'unknown';
const JUDGES: ReadonlySet<string> = new Set(['cna', 'cisa', 'nvd']);

/**
 * Returns the rule that explains a difference, `same` where there is none, and `undefined` where no
 * rule explains it.
 */
export function severityRule({ own, theirs }: Omit<SeverityPair, 'shown'>): string | undefined {
  const word = theirs.toLowerCase();
  if (own.severity === word) return 'same';
  if (own.isMalicious) return 'malicious packages are critical';
  if (own.severity === UNKNOWN) return undefined;
  if (word === UNKNOWN) return `every loaded rating counts: ${own.severityBy} rates it`;
  const same = own.ratings.filter(({ severity }) => severity === word);
  const [other] = same.filter(({ by }) => by !== own.severityBy);
  if (other !== undefined) {
    return `${ruleOf(own)}: ${own.severityBy} comes before ${other.by}`;
  }
  const isOfOne = same.length > 0;
  return isOfOne ? `of ${own.severityBy}, a score before a word, a newer CVSS first` : undefined;
}

/** Rules of the page by their number, as far as the report tells them apart. */
function ruleOf({ severity, severityBy, ratings }: OwnSeverity): string {
  if (JUDGES.has(severityBy)) return 'rule 4';
  const shown = ratings.filter((one) => one.by === severityBy && one.severity === severity);
  if (shown.some(({ score }) => score !== undefined)) return 'rule 3 or 6';
  return severity === 'low' ? 'rule 2' : 'rule 5 or 6';
}

/**
 * One line an image: how many differences no rule explains. Unexplained ones and the number for
 * each rule are printed.
 */
export function compareSeverities(name: string, pairs: readonly SeverityPair[]): Bench {
  const byRule = new Map<string, number>();
  let unexplained = 0;
  for (const pair of pairs) {
    const rule = severityRule(pair);
    if (rule === undefined) {
      unexplained += 1;
      const { severity, severityBy } = pair.own;
      console.log(
        `  ${name}: severity of ${pair.shown}: ${severity} by ${severityBy}, not ${pair.theirs}`,
      );
    } else byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
  }
  for (const [rule, count] of [...byRule].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`  ${name}: severities: ${String(count)} ${rule}`);
  }
  return {
    bench: `severities of ${name}`,
    of: 'differences from the peer that no rule explains',
    ratio: unexplained,
    target: 0,
    detail: { compared: pairs.length, same: byRule.get('same') ?? 0 },
  };
}
