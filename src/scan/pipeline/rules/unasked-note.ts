/** The note about rules that only repositories elsewhere could answer. */

import { pluralize } from '../../../core/base/pluralize.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';

/** Counts the files in which rules were not asked. */
export function countUnasked(counts: Map<string, number>, audits: readonly string[]): void {
  for (const audit of audits) counts.set(audit, (counts.get(audit) ?? 0) + 1);
}

/** Returns the note; none where everything was asked. */
export function unaskedNote(counts: ReadonlyMap<string, number>): readonly Diagnostic[] {
  if (counts.size === 0) return [];
  const names = [...counts].map(([audit, count]) => `${audit} (${pluralize(count, 'file')})`);
  const message = `not asked, because only the repositories of actions know: ${names.join(', ')}; to ask them: assay audit --online`;
  return [{ stage: 'detect', message }];
}
