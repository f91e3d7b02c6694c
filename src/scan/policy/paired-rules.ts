/**
 * The findings of rules that a baseline has too. Equal findings, of one rule and fingerprint, have
 * nothing of their own to be known by, so they are counted: as many as the baseline has are known.
 * Of these, first those in the same file, then the others in the order of their places.
 */

import { appendTo } from '../../core/base/maps.ts';
import type { Finding } from '../../core/model/finding/finding.ts';
import type { RuleFinding } from '../../core/model/rule/rule-finding.ts';
import { ruleKey } from '../../core/model/rule/rule-identity.ts';

/** A finding of the baseline: what it has in common with equal ones, and its file. */
export interface PastRule {
  readonly key: string;
  readonly path: string;
}

/** Findings of now and of the baseline that belong together. */
export interface PairedRules {
  readonly known: ReadonlySet<Finding>;
  readonly stillThere: ReadonlySet<PastRule>;
}

/** Returns what a baseline needs to know of a finding. */
export function pastRule(finding: RuleFinding): PastRule {
  return { key: ruleKey(finding), path: finding.location.path };
}

/** Pairs each finding with one of the baseline. */
export function pairRules(now: readonly Finding[], past: readonly PastRule[]): PairedRules {
  const known = new Set<Finding>();
  const stillThere = new Set<PastRule>();
  const placed = new Queues(past, ({ key, path }) => JSON.stringify([key, path]));
  const rules = now.filter((finding) => finding.kind === 'rule');
  for (const finding of rules) {
    const { key, path } = pastRule(finding);
    const twin = placed.take(JSON.stringify([key, path]));
    if (twin === undefined) continue;
    known.add(finding);
    stillThere.add(twin);
  }
  const left = past.filter((one) => !stillThere.has(one));
  const moved = new Queues(left, ({ key }) => key);
  for (const finding of rules) {
    if (known.has(finding)) continue;
    const twin = moved.take(ruleKey(finding));
    if (twin === undefined) continue;
    known.add(finding);
    stillThere.add(twin);
  }
  return { known, stillThere };
}

/** Values by key, each of which is taken once, in their order. */
class Queues<Value> {
  readonly #values = new Map<string, Value[]>();
  readonly #taken = new Map<string, number>();

  constructor(values: readonly Value[], keyOf: (value: Value) => string) {
    for (const value of values) appendTo(this.#values, keyOf(value), value);
  }

  take(key: string): Value | undefined {
    const next = this.#taken.get(key) ?? 0;
    this.#taken.set(key, next + 1);
    return this.#values.get(key)?.[next];
  }
}
