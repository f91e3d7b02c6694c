/** One finding for one flow: several places that the same untrusted data reaches in a function. */

import { appendTo } from '../../../core/base/maps.ts';
import type { RuleHit } from '../../flow/rules.ts';
import type { Span } from '../../flow/form.ts';

/** A place that a rule reports, with further places of the same flow. */
export interface FlowHit extends RuleHit {
  /** In the order of the file; empty for most. */
  readonly others: readonly Span[];
}

const RANKS = { low: 0, medium: 1, high: 2 } as const;

/**
 * Unites hits of one rule in one function whose data comes from the same place. The surest one is
 * kept, and the first one of those.
 */
export function uniteFlows(hits: readonly RuleHit[]): readonly FlowHit[] {
  const united = new Map<string, RuleHit[]>();
  const sorted = hits.toSorted((a, b) => a.span.start - b.span.start);
  for (const [index, hit] of sorted.entries()) {
    const { rule, within, taint } = hit;
    const key =
      taint === undefined
        ? String(index)
        : `${rule} ${within} ${taint.origin.start} ${taint.source}`;
    appendTo(united, key, hit);
  }
  return [...united.values()].flatMap((all): readonly FlowHit[] => {
    const best = all.reduce((a, b) => (RANKS[b.confidence] > RANKS[a.confidence] ? b : a));
    return [{ ...best, others: all.filter((one) => one !== best).map(({ span }) => span) }];
  });
}
