/**
 * Findings of origin rules that are causes of a verdict by themselves, with the exit code of an
 * untrusted source.
 */

import type { RuleFinding } from './rule-finding.ts';

/** Rules whose findings only the gate on findings judges: they say what may be meant so. */
const FINDINGS_ALONE: ReadonlySet<string> = new Set([
  'origin/alias',
  'origin/imitated-name',
  'origin/weak-integrity',
]);

/** Returns whether a finding is a cause where sources are judged. */
export function isSourceCause({ category, rule }: Pick<RuleFinding, 'category' | 'rule'>): boolean {
  return category === 'origin' && !FINDINGS_ALONE.has(rule);
}
