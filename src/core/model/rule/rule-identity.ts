/**
 * The identity of rule findings: the rule, the fingerprint and the position among equal ones. Paths
 * and lines only order equal findings, so that an edit above a finding or a renamed file keeps its
 * id. `docs/decisions/0025-rule-identity.md` gives the reasons.
 */

import { hash } from 'node:crypto';

import { compareNumbers, compareText } from '../../base/compare.ts';
import { groupBy } from '../../base/maps.ts';
import type { RuleDraft, RuleFinding } from './rule-finding.ts';

/** 64 bits, as for other findings: short enough to type. */
const SHORT_LENGTH = 16;

/**
 * Returns the findings with their ids, sorted by place. All drafts of one rule must be passed in
 * one call, because equal ones are counted.
 */
export function identifyRuleFindings(drafts: readonly RuleDraft[]): readonly RuleFinding[] {
  const ordered = [...drafts].sort(byPlace);
  const counts = new Map<string, number>();
  const digests = ordered.map((draft) => {
    const key = ruleKey(draft);
    const ordinal = counts.get(key) ?? 0;
    counts.set(key, ordinal + 1);
    return hash('sha256', `rule ${ordinal} ${key}`);
  });
  const ids = shortened(digests);
  return ordered.map((draft, index) => ({ id: ids[index] ?? '', ...draft }));
}

/**
 * Returns what equal findings have in common. The analyzer is part of it: its rules can have the
 * ids of Assay's.
 */
export function ruleKey({ tool, rule, fingerprint }: RuleDraft): string {
  return JSON.stringify([tool ?? null, rule, fingerprint]);
}

/**
 * Orders by place; files that a container does not have come last, so that they change no id of a
 * file that it has.
 */
function byPlace(a: RuleDraft, b: RuleDraft): number {
  return (
    compareNumbers(a.whitedOutIn ?? 0, b.whitedOutIn ?? 0) ||
    compareText(a.location.path, b.location.path) ||
    compareNumbers(a.location.layer, b.location.layer) ||
    compareNumbers(a.location.line ?? 0, b.location.line ?? 0) ||
    compareNumbers(a.range?.startColumn ?? 0, b.range?.startColumn ?? 0) ||
    compareText(a.rule, b.rule) ||
    compareText(a.message, b.message)
  );
}

/**
 * Digests that are equal in their short form, which only a hostile artifact brings about, stay
 * whole.
 */
function shortened(digests: readonly string[]): readonly string[] {
  const alike = groupBy(digests, (digest) => digest.slice(0, SHORT_LENGTH));
  return digests.map((digest) => {
    const short = digest.slice(0, SHORT_LENGTH);
    return alike.get(short)?.length === 1 ? short : digest;
  });
}
