/**
 * Gaps of conditions about a category or a rule that nothing looked for: they would pass whatever
 * is inside.
 */

import { compileGlobs } from '../../core/base/glob.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { ArtifactResult } from '../../core/model/report/report.ts';
import type { RuleCategory } from '../../core/model/rule/rule-finding.ts';
import { ruleNames } from '../../core/model/rule/rule-names.ts';
import type { RuleScanner, ScanPart } from '../../core/model/rule/rule-scanner.ts';
import type { FailCondition } from './options.ts';

/** The scan part that produces the findings of each category. */
const PARTS: ReadonlyMap<string, ScanPart> = new Map<'vulnerability' | RuleCategory, ScanPart>([
  ['vulnerability', 'vuln'],
  ['secret', 'secret'],
  ['misconfiguration', 'misconfig'],
  ['code', 'code'],
  ['origin', 'origin'],
  ['license', 'license'],
]);

/**
 * The scanners whose rules a pattern names, by the pattern as it is written; an empty set for one
 * that names no rule of Assay.
 */
export type RulePatternScanners = ReadonlyMap<string, ReadonlySet<RuleScanner>>;

type Scanned = Pick<ArtifactResult, 'scanners' | 'findings'> &
  Partial<Pick<ArtifactResult, 'artifact'>>;

/**
 * Returns a gap for each category that a condition names and that nothing looked for in an
 * artifact.
 */
export function unlookedCategoryGaps(
  conditions: readonly FailCondition[],
  result: Scanned,
): readonly Diagnostic[] {
  const named = new Set(
    conditions.flatMap(({ tests = [] }) =>
      tests.flatMap(({ of, isNegated, patterns }) =>
        of === 'category' && !isNegated ? patterns : [],
      ),
    ),
  );
  return [...named].flatMap((category): readonly Diagnostic[] => {
    const part = PARTS.get(category);
    if (part === undefined || wasLookedFor(category, part, result)) return [];
    const where = result.artifact === undefined ? '' : ` in "${result.artifact.reference}"`;
    const message = `a condition asks about the category ${category}, and nothing looked for it${where}; scan with --scanners ${part}`;
    return [{ stage: 'policy', message, gap: 'unread' }];
  });
}

/** Returns the patterns of conditions that ask for findings of rules alone, each once. */
export function rulePatterns(conditions: readonly FailCondition[]): readonly string[] {
  const tests = conditions.flatMap((condition) => condition.tests ?? []);
  const patterns = tests.flatMap(({ of, isNegated, patterns: all }) => {
    if (isNegated) return [];
    // A pattern on ids can be about advisories; only one part of an id of a rule is none of theirs.
    return of === 'rule' ? all : of === 'id' ? all.filter((text) => text.includes('/')) : [];
  });
  return [...new Set(patterns)];
}

/**
 * Returns a gap for each pattern of {@link rulePatterns} that no scanner of an artifact could meet.
 * A pattern that names rules of several scanners asks for any of them. What no rule of Assay is
 * called can be a rule of another analyzer or a secret of the user's own settings. `scannersOf`:
 * absent where no condition has such a pattern.
 */
export function unlookedRuleGaps(
  conditions: readonly FailCondition[],
  result: Scanned,
  scannersOf: RulePatternScanners | undefined,
): readonly Diagnostic[] {
  if (scannersOf === undefined) return [];
  const { scanners = ['vuln'], findings, artifact } = result;
  return rulePatterns(conditions).flatMap((pattern): readonly Diagnostic[] => {
    const named = [...(scannersOf.get(pattern) ?? [])];
    const parts: readonly ScanPart[] = named.length === 0 ? ['secret'] : named;
    if ([...parts, 'sarif' as const].some((part) => scanners.includes(part))) return [];
    const isMatch = compileGlobs([pattern.toLowerCase()]);
    const isFound = findings.some(
      (finding) =>
        finding.kind === 'rule' && ruleNames(finding).some((name) => isMatch(name.toLowerCase())),
    );
    if (isFound) return [];
    const where = artifact === undefined ? '' : ` in "${artifact.reference}"`;
    const hint =
      named.length === 0
        ? 'no rule of Assay has this name: correct it, or give the results of the analyzer with --sarif'
        : `scan with --scanners ${named.join(' or ')}`;
    const message = `a condition asks about the rule ${pattern}, and nothing looked for it${where}; ${hint}`;
    return [{ stage: 'policy', message, gap: 'unread' }];
  });
}

/**
 * Analyzers whose documents were read look for any category. Without scanners, packages alone were
 * looked for.
 */
function wasLookedFor(
  category: string,
  part: ScanPart,
  { scanners = ['vuln'], findings }: Scanned,
): boolean {
  if (scanners.includes(part)) return true;
  if (part !== 'vuln' && scanners.includes('sarif')) return true;
  return findings.some((finding) => finding.kind === 'rule' && finding.category === category);
}
