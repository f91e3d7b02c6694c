/** The sections about sources: registries, base images, packages. */

import { ECOSYSTEM_IDS, type Ecosystem } from '../../core/model/package/ecosystem.ts';
import { readAddress, readImagePattern } from './read-parts.ts';
import type { OwnedNames, PackageRules, PatternRules } from './trust-file.ts';
import type { TrustNode } from './trust-node.ts';

const MAX_REASON = 1000;

/** Reads `registries` or `base-images`. @throws AssayError `CONFIG_INVALID` */
export function readPatternRules(node: TrustNode): PatternRules {
  const { allowed, denied } = node.members(['allowed', 'denied']);
  if (allowed === undefined && denied === undefined) {
    throw node.refuse('names nothing', 'Write "allowed", "denied" or both.');
  }
  return {
    // An empty list allows nothing, which is a rule as well.
    ...(allowed !== undefined && { allowed: allowed.list().map(readImagePattern) }),
    denied: (denied?.items() ?? []).map(readDenied),
  };
}

function readDenied(node: TrustNode): PatternRules['denied'][number] {
  if (!node.isMapping) return { ...readImagePattern(node), where: node.where };
  const { pattern, reason } = node.members(['pattern', 'reason']);
  if (pattern === undefined)
    throw node.refuse('has no "pattern"', 'Write the pattern that is denied.');
  return {
    ...readImagePattern(pattern),
    where: node.where,
    ...(reason !== undefined && { reason: reason.text().slice(0, MAX_REASON) }),
  };
}

/** Reads `packages`. @throws AssayError `CONFIG_INVALID` */
export function readPackages(node: TrustNode): ReadonlyMap<Ecosystem, PackageRules> {
  const found = node.members(ECOSYSTEM_IDS);
  const rules = new Map<Ecosystem, PackageRules>();
  for (const ecosystem of ECOSYSTEM_IDS) {
    const one = found[ecosystem];
    if (one !== undefined) rules.set(ecosystem, readPackageRules(one));
  }
  return rules;
}

function readPackageRules(node: TrustNode): PackageRules {
  const { sources, owned } = node.members(['sources', 'owned']);
  if (sources === undefined && owned === undefined) {
    throw node.refuse('names nothing', 'Write "sources", "owned" or both.');
  }
  return {
    ...(sources !== undefined && { sources: sources.list().map(readAddress) }),
    owned: (owned?.items() ?? []).map(readOwned),
  };
}

function readOwned(node: TrustNode): OwnedNames {
  const { names, sources } = node.members(['names', 'sources']);
  if (names === undefined)
    throw node.refuse('has no "names"', 'Name the packages, as in "@acme/*".');
  if (sources === undefined) {
    throw node.refuse('has no "sources"', 'Name where these packages come from.');
  }
  return {
    where: node.where,
    names: names.items().map(readOwnedName),
    sources: sources.items().map(readAddress),
  };
}

/** A pattern without a fixed part would own every public package. */
function readOwnedName(node: TrustNode): string {
  const text = node.text();
  if (/\s/u.test(text)) throw node.refuse('has a space', 'Write one name for each line.');
  if (text.replaceAll(/[*@/:._-]+/gu, '') !== '') return text;
  throw node.refuse(
    'owns every package',
    'Write a scope or a prefix, as in "@acme/*" or "acme-*".',
  );
}
