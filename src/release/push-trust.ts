/** What the trust file says about a push: where the image goes, and who signs it. The scan judges where it comes from. */

import type { TrustOutcome, TrustProblem } from '../model/trust-outcome.ts';
import type { LoadedKey } from '../signing/trusted-keys.ts';
import {
  attestationRules,
  imageRefusal,
  signatureRules,
  signersFor,
  validityProblem,
} from '../trust/decisions.ts';
import { matchesRepository, type NamedImage } from '../trust/repository-pattern.ts';
import { VERDICT_PREDICATE } from './verdict-predicate.ts';
import { ATTESTATION_TYPES } from '../trust/attestation-types.ts';
import type { AttestationRule, SignatureRule, TrustFile } from '../trust/trust-file.ts';

/** Stands for an identity token: the name in its certificate is known only when the certificate is issued, after the verdict. */
export const IDENTITY = 'identity';
const NO_IDENTITIES =
  'and a push does not judge identities before it sends the image: --sign-key KEY, or push to a repository without this rule';

/** The facts of a push that the trust file has rules about. */
export interface PushedBy {
  readonly trust: TrustFile;
  readonly keys: readonly LoadedKey[];
  /** The id of the key that signs, or {@link IDENTITY}; absent: the image is not signed. */
  readonly signedBy?: string;
  /**
   * Which commits are part of the verdict. `since-release`: those since a tag that must be signed itself, or the whole history.
   * `named`: those since a base that the caller chose.
   */
  readonly commits: 'none' | 'named' | 'since-release';
  /** Where the image goes; absent for an OCI layout that no repository is named for. */
  readonly target?: NamedImage;
  /** Where the image goes, for messages. */
  readonly shown: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** Judges a push by the trust file. A place without a repository is no registry, and is in the scope `**` alone. */
export function pushOutcome(push: PushedBy): TrustOutcome {
  const { trust, target } = push;
  const problems = [
    ...registryProblems(push),
    ...commitProblems(push),
    ...signatureRules(trust, target).flatMap((rule) => signatureProblems(push, rule)),
    ...keyProblems(push),
    ...attestationRules(trust, target).flatMap((rule) => attestationProblems(push, rule)),
  ];
  if (problems.length > 0) return { problems, held: [] };
  const held =
    trust.registries === undefined || target === undefined
      ? []
      : [{ group: 'source' as const, message: `${nameOf(push)} is allowed by ${trust.name}` }];
  return { problems, held };
}

function nameOf({ target, shown }: PushedBy): string {
  return target === undefined ? `"${shown}"` : `"${target.domain}/${target.path}"`;
}

function registryProblems(push: PushedBy): readonly TrustProblem[] {
  const { trust, target } = push;
  const refusal = target && imageRefusal(trust.registries, target);
  if (refusal === undefined) return [];
  const message = `the image goes to ${nameOf(push)}, which ${refusal.reason}`;
  return [{ cause: 'untrustedSource', message }];
}

/** An entry without a port is for the host on each port: a rule that requires something is read widely. */
function commitProblems(push: PushedBy): readonly TrustProblem[] {
  const { trust, target, commits } = push;
  const rule = trust.commits?.requiredFor.find((one) =>
    target === undefined ? one.host === '**' : matchesRepository(one, target, 'deny'),
  );
  if (rule === undefined || commits === 'since-release') return [];
  const needs = `the commits of ${nameOf(push)} must be verified since a signed tag or as a whole ("required-for" of ${trust.name})`;
  if (commits === 'none') {
    return [{ cause: 'unsigned', message: `${needs}, and none are named: --commits` }];
  }
  const message = `${needs}, and --commits names another beginning: --commits without a range, or --commits=HEAD`;
  return [{ cause: 'signatureRefused', message }];
}

/** A key that the trust file no longer trusts signs nothing, whether a signature is required or not. */
function keyProblems({ keys, signedBy, now }: PushedBy): readonly TrustProblem[] {
  const key = keys.find(({ publicKey }) => publicKey.id === signedBy);
  const problem = key === undefined ? undefined : validityProblem(key, now);
  if (key === undefined || problem === undefined) return [];
  return [
    { cause: 'signatureRefused', message: `the key "${key.name}" ${problem} (${key.where})` },
  ];
}

function signatureProblems(
  push: PushedBy,
  { signers, threshold, where }: SignatureRule,
): readonly TrustProblem[] {
  const { trust, keys, signedBy, target } = push;
  const name = nameOf(push);
  if (signedBy === undefined) {
    const message = `${name} must be signed (${where}), and no key is given: --sign-key KEY`;
    return [{ cause: 'unsigned', message }];
  }
  if (signedBy === IDENTITY) {
    const message = `${name} must be signed (${where}), ${NO_IDENTITIES}`;
    return [{ cause: 'signatureRefused', message }];
  }
  const counting = signersFor(keys, target).filter(
    (key) => signers === undefined || signers.includes(key.name),
  );
  if (!counting.some(({ publicKey }) => publicKey.id === signedBy)) {
    const named = [
      ...counting,
      ...signersFor(trust.identities, target).filter(
        (one) => signers === undefined || signers.includes(one.name),
      ),
    ];
    const list = named.length === 0 ? 'none does' : named.map((one) => one.name).join(', ');
    const message = `the key of --sign-key does not count for ${name} (${where}); signers that do: ${list}`;
    return [{ cause: 'signatureRefused', message }];
  }
  if (threshold <= 1) return [];
  const message = `${name} needs ${threshold} signers (${where}), and a push signs with one key. Push to a repository without this rule, let all sign there, and copy the image with its signatures`;
  return [{ cause: 'signatureRefused', message }];
}

/** Predicate types that a push attests. */
const WRITTEN_TYPES: ReadonlySet<string> = new Set([
  VERDICT_PREDICATE,
  ATTESTATION_TYPES.cyclonedx,
]);

function attestationProblems(
  push: PushedBy,
  { type, predicateType, signers, result, conditions, where }: AttestationRule,
): readonly TrustProblem[] {
  const { keys, signedBy, target } = push;
  const needs = `${nameOf(push)} needs an attestation of the type "${type}" (${where})`;
  const unmet = (why: string): readonly TrustProblem[] => [
    { cause: 'unsigned', message: `${needs}, ${why}` },
  ];
  if (!WRITTEN_TYPES.has(predicateType)) return unmet('which a push does not write');
  if (conditions.length > 0) return unmet('with conditions that a push does not judge');
  if (result !== undefined && result !== 'PASSED') return unmet(`with the result ${result}`);
  if (signedBy === undefined) return unmet('and no key is given: --sign-key KEY');
  if (signedBy === IDENTITY) {
    return [{ cause: 'signatureRefused', message: `${needs}, ${NO_IDENTITIES}` }];
  }
  const counts = signersFor(keys, target).some(
    ({ name, publicKey }) =>
      publicKey.id === signedBy && (signers === undefined || signers.includes(name)),
  );
  if (counts) return [];
  const message = `${needs}, and the key of --sign-key does not count for it`;
  return [{ cause: 'signatureRefused', message }];
}
