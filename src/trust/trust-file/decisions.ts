/**
 * The decisions of the trust file about one image, one package or one signer. Pure: no clock, no
 * files.
 */

import type { Ecosystem } from '../../core/model/package/ecosystem.ts';
import {
  matchesImage,
  matchesParts,
  matchesRepository,
  matchesText,
  type NamedImage,
  type Repository,
} from './repository-pattern.ts';
import type {
  AttestationRule,
  OwnedNames,
  PackageRules,
  PatternRules,
  SignatureRule,
  SourceAddress,
  TextRule,
  TrustedSigner,
  TrustFile,
  Validity,
} from './trust-file.ts';

/** The reason for a refusal. */
export interface Refusal {
  /** A predicate, as in `is denied by assay.trust.yaml:12`. */
  readonly reason: string;
}

/**
 * Returns the reason why rules refuse an image; `undefined` if they allow it. A denied pattern wins
 * over all that allow.
 */
export function imageRefusal(
  rules: PatternRules | undefined,
  image: NamedImage,
): Refusal | undefined {
  if (rules === undefined) return undefined;
  const denied = rules.denied.find((pattern) => matchesImage(pattern, image, 'deny'));
  if (denied !== undefined) {
    const why = denied.reason === undefined ? '' : `: ${denied.reason}`;
    return { reason: `is denied by "${denied.text}" (${denied.where})${why}` };
  }
  const { allowed } = rules;
  if (allowed === undefined || allowed.some((pattern) => matchesImage(pattern, image))) {
    return undefined;
  }
  const list = allowed.length === 0 ? 'none is' : allowed.map(({ text }) => text).join(', ');
  return { reason: `is not one of those that are allowed (${list})` };
}

/** Returns whether an address is at or below one of the trust file. */
function isBelow(source: SourceAddress, address: string): boolean {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return false;
  }
  const isEncoded = /%(?:2e|2f|5c)/iu.test(url.pathname);
  const path = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`;
  return (
    !isEncoded &&
    url.protocol === source.protocol &&
    url.host.toLowerCase() === source.host &&
    path.startsWith(source.path)
  );
}

/** A package, and where it comes from. */
export interface PackageOrigin {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly address: string;
}

/** Returns the reason why a package may not come from an address; `undefined` if it may. */
export function packageRefusal(
  { packages }: Pick<TrustFile, 'packages'>,
  { ecosystem, name, address }: PackageOrigin,
): Refusal | undefined {
  const rules = packages.get(ecosystem);
  if (rules === undefined) return undefined;
  const owner = ownerOf(rules, ecosystem, name);
  if (owner !== undefined) {
    if (owner.sources.some((source) => isBelow(source, address))) return undefined;
    const from = owner.sources.map(({ text }) => text).join(', ');
    return { reason: `is one of ours and comes from ${from} only (${owner.where})` };
  }
  const { sources } = rules;
  if (sources === undefined || sources.some((source) => isBelow(source, address))) return undefined;
  const list = sources.length === 0 ? 'none is' : sources.map(({ text }) => text).join(', ');
  return { reason: `comes from a source that is not allowed (allowed: ${list})` };
}

/**
 * Returns the reason why an index of an ecosystem is not allowed; `undefined` if it is a source of
 * some names.
 */
export function sourceRefusal(rules: PackageRules, address: string): Refusal | undefined {
  const { sources, owned } = rules;
  const isOfOwner = owned.some((one) => one.sources.some((source) => isBelow(source, address)));
  if (sources === undefined || isOfOwner || sources.some((source) => isBelow(source, address))) {
    return undefined;
  }
  const list = sources.length === 0 ? 'none is' : sources.map(({ text }) => text).join(', ');
  return { reason: `is a source that is not allowed (allowed: ${list})` };
}

/** Returns whether a name belongs to the organization. */
export function isOwnedName(rules: PackageRules, ecosystem: Ecosystem, name: string): boolean {
  return ownerOf(rules, ecosystem, name) !== undefined;
}

/** Ecosystems in which `-`, `_` and, for the first, `.` are the same in a name. */
const SEPARATORS: Partial<Record<Ecosystem, RegExp>> = { pypi: /[-_.]+/gu, cargo: /[-_]/gu };

/**
 * Returns the entry that a package name belongs to, however the name is written; `undefined` for
 * names of others.
 */
function ownerOf(
  { owned }: PackageRules,
  ecosystem: Ecosystem,
  name: string,
): OwnedNames | undefined {
  const separators = SEPARATORS[ecosystem];
  const plain = (text: string): string => {
    const lower = text.toLowerCase();
    return separators === undefined ? lower : lower.replaceAll(separators, '-');
  };
  return owned.find(({ names }) => names.some((one) => matchesText(plain(one), plain(name))));
}

/**
 * Returns the reason why a signer does not count at an instant; `undefined` if it does. `now` is in
 * milliseconds since the Unix epoch.
 */
export function validityProblem(signer: Validity, now: number): string | undefined {
  const { revoked, validFrom, validUntil } = signer;
  if (revoked !== undefined) {
    const when = revoked.at === undefined ? '' : ` on ${dayOf(revoked.at)}`;
    return `was revoked${when}: ${revoked.reason}`;
  }
  if (validFrom !== undefined && now < validFrom)
    return `is valid only from ${dayOf(validFrom)} on`;
  if (validUntil !== undefined && now >= validUntil) return `expired on ${dayOf(validUntil)}`;
  return undefined;
}

/**
 * Returns the signers whose scopes contain a repository, also those that no longer count. Without a
 * repository (files, images of which nothing says it) only the scope `**` contains what is judged.
 */
export function signersFor<Signer extends TrustedSigner>(
  signers: readonly Signer[],
  repository: Repository | undefined,
): readonly Signer[] {
  return inScope(signers, repository);
}

/**
 * Returns the rules on signatures of a repository, all of which must hold; without a repository
 * those with the scope `**`.
 */
export function signatureRules(
  trust: TrustFile,
  repository: Repository | undefined,
): readonly SignatureRule[] {
  return inScope(trust.signatures, repository);
}

/**
 * Returns the line of the trust file that requires of signatures to name the repository;
 * `undefined` if none does. Without a repository rules with the scope `**` hold.
 */
export function repositoryRequirement(
  trust: TrustFile,
  repository: Repository | undefined,
): string | undefined {
  const rules = signatureRules(trust, repository);
  return (
    trust.requiresRepository ??
    rules.find(({ requiresRepository }) => requiresRepository === true)?.where
  );
}

/**
 * Returns the attestations that a repository needs; without a repository those with the scope `**`.
 */
export function attestationRules(
  trust: TrustFile,
  repository: Repository | undefined,
): readonly AttestationRule[] {
  return inScope(trust.attestations, repository);
}

/**
 * Returns whether a text meets a rule. In a pattern `*` stops at a slash: names of branches are
 * free, and one could repeat the rest of the pattern.
 */
export function meetsTextRule(rule: TextRule, text: string): boolean {
  if ('exact' in rule) return rule.exact === text;
  return matchesParts(rule.pattern.split('/'), text.split('/'));
}

function inScope<Rule extends Pick<TrustedSigner, 'scopes'>>(
  rules: readonly Rule[],
  repository: Repository | undefined,
): readonly Rule[] {
  if (repository === undefined) {
    return rules.filter(({ scopes }) => scopes.some(({ host }) => host === '**'));
  }
  return rules.filter(({ scopes }) => scopes.some((scope) => matchesRepository(scope, repository)));
}

function dayOf(millis: number): string {
  return new Date(millis).toISOString().replace('T00:00:00.000Z', '');
}
