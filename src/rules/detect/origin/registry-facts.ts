/**
 * What registries answered about names, and what it means: data, which a command fills before the
 * detector runs.
 */

import { pluralize } from '../../../core/base/pluralize.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import { isOwnedName } from '../../../trust/trust-file/decisions.ts';
import { draftOf } from '../rule-draft.ts';
import { PUBLIC_TWIN } from './name-rules.ts';
import type { RegistryFact } from './registry-fact.ts';
import type { OriginSettings } from './settings.ts';
import type { PackageUse, SourceUse } from './use.ts';

/** Returns the key of the answers about a package. */
export function factKey({ ecosystem, name, version }: PackageUse): string {
  return `${ecosystem} ${name} ${version ?? ''}`;
}

/**
 * Returns the address that a lockfile names for a package whose name a stranger can register at
 * another registry: names without a scope, of npm and PyPI, that the trust file does not list as
 * owned. `undefined` for all others; owned names are never asked for.
 */
export function privateSource(
  use: SourceUse,
  trust: OriginSettings['trust'],
): { readonly use: PackageUse; readonly address: string } | undefined {
  if (use.kind !== 'package' || use.version === undefined || use.isRequest === true)
    return undefined;
  const { ecosystem, name, addresses, from } = use;
  if ((ecosystem !== 'npm' && ecosystem !== 'pypi') || name.startsWith('@')) return undefined;
  const rules = trust?.packages.get(ecosystem);
  if (rules !== undefined && isOwnedName(rules, ecosystem, name)) return undefined;
  const [address] = addresses;
  const isOfRegistry = from === 'registry' || from === 'unnamed';
  return address === undefined || !isOfRegistry ? undefined : { use, address };
}

/** Judges the answers about the packages of one file. Gaps are sentences without a full stop. */
export function judgeTwins(
  path: string,
  uses: readonly SourceUse[],
  { trust, facts }: Pick<OriginSettings, 'trust' | 'facts'>,
): { readonly drafts: readonly RuleDraft[]; readonly gaps: readonly string[] } {
  const drafts: RuleDraft[] = [];
  const failed: string[] = [];
  let reason = '';
  for (const one of facts === undefined ? [] : uses) {
    const found = privateSource(one, trust);
    if (found === undefined) continue;
    const { use, address } = found;
    const fact = facts?.get(factKey(use));
    if (fact?.kind === 'failed') {
      failed.push(use.name);
      reason = `${fact.registry}: ${fact.message}`;
    } else if (isTwin(fact, address)) {
      const message = `"${use.name}" comes from "${address}", and ${fact.registry} has another package of this name (${describe(fact)}): where the configuration of this tree is missing, that one is installed.`;
      const location = { path, layer: 0, line: use.line };
      const names = [use.ecosystem, use.name];
      drafts.push(draftOf(PUBLIC_TWIN, { message, names, location }));
    }
  }
  const gaps =
    failed.length === 0
      ? []
      : [
          `${pluralize(failed.length, 'name')} could not be looked up in a public registry, the first is "${failed[0] ?? ''}" (${reason})`,
        ];
  return { drafts, gaps };
}

function isTwin(
  fact: RegistryFact | undefined,
  address: string,
): fact is Extract<RegistryFact, { readonly kind: 'present' }> {
  return fact?.kind === 'present' && fact.isSame !== true && fact.registry !== hostOf(address);
}

/** Returns the host of an address; empty for what is none. */
export function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : '';
}

/** Returns what is known of a package that a registry has, as a part of a sentence. */
export function describe({
  firstVersionAt,
  versionCount,
  maintainerCount,
}: Extract<RegistryFact, { readonly kind: 'present' }>): string {
  const parts = [
    ...(firstVersionAt === undefined ? [] : [`first version of ${firstVersionAt.slice(0, 10)}`]),
    ...(versionCount === undefined ? [] : [pluralize(versionCount, 'version')]),
    ...(maintainerCount === undefined ? [] : [pluralize(maintainerCount, 'maintainer')]),
  ];
  return parts.length === 0 ? 'its age and its owners are not known' : parts.join(', ');
}
