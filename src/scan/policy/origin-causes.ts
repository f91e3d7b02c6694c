/**
 * Findings about origins that decide a verdict as an untrusted source does: sources, integrity, and
 * confusion.
 */

import { groupBy } from '../../core/base/maps.ts';
import { pluralize } from '../../core/base/pluralize.ts';
import type { Finding } from '../../core/model/finding/finding.ts';
import { isSourceCause } from '../../core/model/rule/origin-rules.ts';
import type { RuleFinding } from '../../core/model/rule/rule-finding.ts';
import type { TrustOutcome } from '../../core/model/report/trust-outcome.ts';

/**
 * Returns one problem for each rule about origins that has findings left; exceptions have been
 * taken away. `undefined` if there are none.
 */
export function originOutcome(findings: readonly Finding[]): TrustOutcome | undefined {
  const causes = findings.filter(
    (finding): finding is RuleFinding => finding.kind === 'rule' && isSourceCause(finding),
  );
  if (causes.length === 0) return undefined;
  const problems = [...groupBy(causes, ({ rule }) => rule)].map(([rule, group]) => ({
    cause: 'untrustedSource' as const,
    message: messageOf(rule, group),
    findingIds: group.map(({ id }) => id),
  }));
  return { problems, held: [] };
}

function messageOf(rule: string, group: readonly RuleFinding[]): string {
  const [first] = group;
  const more = group.length - 1;
  const rest = more > 0 ? `, and ${pluralize(more, 'more finding', 'more findings')}` : '';
  return `${rule}: ${(first?.message ?? '').replace(/\.$/u, '')}${rest}`;
}
