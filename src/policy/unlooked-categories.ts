/** Gaps of conditions about a category of findings that nothing looked for: they would pass whatever is inside. */

import type { Diagnostic } from '../model/finding.ts';
import type { ArtifactResult } from '../model/report.ts';
import type { RuleCategory } from '../model/rule-finding.ts';
import type { ScanPart } from '../model/rule-scanner.ts';
import type { FailCondition } from './options.ts';

/** What makes the findings of each category. */
const PARTS: ReadonlyMap<string, ScanPart> = new Map<'vulnerability' | RuleCategory, ScanPart>([
  ['vulnerability', 'vuln'],
  ['secret', 'secret'],
  ['misconfiguration', 'misconfig'],
  ['code', 'code'],
  ['origin', 'origin'],
  ['license', 'license'],
]);

type Scanned = Pick<ArtifactResult, 'scanners' | 'findings'> &
  Partial<Pick<ArtifactResult, 'artifact'>>;

/** Returns a gap for each category that a condition names and that nothing looked for in an artifact. */
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

/** Analyzers whose documents were read look for any category. Without scanners, packages alone were looked for. */
function wasLookedFor(
  category: string,
  part: ScanPart,
  { scanners = ['vuln'], findings }: Scanned,
): boolean {
  if (scanners.includes(part)) return true;
  if (part !== 'vuln' && scanners.includes('sarif')) return true;
  return findings.some((finding) => finding.kind === 'rule' && finding.category === category);
}
