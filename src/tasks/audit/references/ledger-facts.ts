/**
 * What a ledger knows of actions: commits that `assay pin` has resolved, so that a branch or a tag
 * reached them. Tags that may move are no proof against another commit, and count only for the
 * commits that were seen.
 */

import type { RepositoryFacts } from '../../../rules/detect/pipeline/settings.ts';
import { movabilityOf } from '../../../trust/ledger/movability.ts';
import { expectedDigest, type Ledger } from '../../../trust/ledger/ledger.ts';

/**
 * Returns the digests of images that were recorded last, by image; those of single platforms are
 * left out.
 */
export function ledgerImages({ entries }: Ledger): ReadonlyMap<string, string> {
  const images = new Map<string, string>();
  for (const { kind, ref, platform, seen } of entries.values()) {
    const digest = seen.at(-1)?.digest;
    if (kind === 'image' && platform === undefined && digest !== undefined) images.set(ref, digest);
  }
  return images;
}

interface LedgerFacts {
  readonly tags: Map<string, string[]>;
  readonly pins: Map<string, string>;
  readonly reached: Map<string, boolean>;
}

/** Returns the facts of a ledger by repository. */
export function ledgerFacts({ entries, rules }: Ledger): ReadonlyMap<string, RepositoryFacts> {
  const facts = new Map<string, LedgerFacts>();
  for (const entry of entries.values()) {
    const { kind, ref, seen } = entry;
    const at = ref.indexOf('@');
    if (kind !== 'action' || at < 0) continue;
    const repository = ref.slice(0, at);
    const known = facts.get(repository) ?? {
      ...{ tags: new Map(), pins: new Map(), reached: new Map() },
    };
    facts.set(repository, known);
    for (const { digest } of seen) known.reached.set(digest, true);
    const { mayMove } = movabilityOf(entry, rules);
    const pin = mayMove ? seen.at(-1) : expectedDigest(entry);
    if (pin !== undefined) known.pins.set(ref.slice(at + 1), pin.digest);
    if (mayMove) continue;
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
