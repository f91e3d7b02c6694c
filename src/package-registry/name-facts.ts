/**
 * Facts about the name of a package: whether it imitates a well-known one, and whether it is one.
 */

import { ECOSYSTEMS } from '../core/model/package/ecosystem.ts';
import { findImitation, type Imitation } from '../trust/names/imitation.ts';
import { loadNames } from '../trust/names/load-names.ts';
import { canonicalName } from '../trust/names/name-form.ts';
import type { PackagePolicy } from '../scan/policy/package-policy.ts';
import type { VersionFacts } from '../scan/policy/version-facts.ts';
import type { ServedEcosystem } from './settings.ts';

/** Facts about a name. */
export type NameFacts = Pick<VersionFacts, 'imitation' | 'isUnknownName'>;

/**
 * Returns the facts that rules of a policy need. `isOwn`: the name belongs to the organization, and
 * is neither of both.
 */
export async function nameFacts(
  { ecosystem, name }: { readonly ecosystem: ServedEcosystem; readonly name: string },
  { rules }: Pick<PackagePolicy, 'rules'>,
  isOwn: boolean,
): Promise<NameFacts> {
  const isNeeded = rules.some(({ kind }) => kind === 'similar-name' || kind === 'unknown-name');
  if (isOwn || !isNeeded) return {};
  const names = await loadNames(ecosystem);
  if (names === undefined) return {};
  const found = findImitation(name, names);
  return {
    ...(found !== undefined && { imitation: imitationText(found) }),
    isUnknownName: !names.own.known.has(canonicalName(ecosystem, name)),
  };
}

function imitationText({ neighbor, space, edit }: Imitation): string {
  const label = space === 'image' ? 'images' : ECOSYSTEMS[space].label;
  return edit === 'name of another registry'
    ? `its name is that of a well-known package of ${label}`
    : `its name is nearly "${neighbor}", a well-known package of ${label} (${edit})`;
}
