/**
 * What a ledger knows of actions: commits that `assay pin` has resolved, so that a branch or a tag reached them. Tags that may move
 * are no proof against another commit, and count only for the commits that were seen.
 */

import type { RepositoryFacts } from '../../detect/pipeline/settings.ts';
import { movabilityOf } from '../../ledger/movability.ts';
import type { Ledger } from '../../ledger/ledger.ts';

/** Returns the facts of a ledger by repository. */
export function ledgerFacts({ entries, rules }: Ledger): ReadonlyMap<string, RepositoryFacts> {
  const facts = new Map<string, { tags: Map<string, string[]>; reached: Map<string, boolean> }>();
  for (const entry of entries.values()) {
    const { kind, ref, seen } = entry;
    const at = ref.indexOf('@');
    if (kind !== 'action' || at < 0) continue;
    const repository = ref.slice(0, at);
    const known = facts.get(repository) ?? { tags: new Map(), reached: new Map() };
    facts.set(repository, known);
    for (const { digest } of seen) known.reached.set(digest, true);
    if (movabilityOf(entry, rules).mayMove) continue;
    known.tags.set(
      ref.slice(at + 1),
      seen.map(({ digest }) => digest),
    );
  }
  return new Map(
    [...facts].map(([repository, known]) => [
      repository,
      { source: 'ledger', branches: new Map(), ...known },
    ]),
  );
}
