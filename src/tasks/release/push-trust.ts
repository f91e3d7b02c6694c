/**
 * The rules of the trust file for a push: the destination of the image, and its signers. The scan
 * judges its origin.
 */

import type { TrustOutcome, TrustProblem } from '../../core/model/report/trust-outcome.ts';
import type { CertificateIdentity } from '../../trust/signing/keyless/certificate-identity.ts';
import { isOfIdentity, verifyingIdentity } from '../../trust/signing/keyless/verifying-identity.ts';
import type { SignatureJudgment } from '../../trust/signing/judgment.ts';
import type { LoadedKey } from '../../trust/signing/trusted-keys.ts';
import {
  attestationRules,
  imageRefusal,
  signatureRules,
  signersFor,
  validityProblem,
} from '../../trust/trust-file/decisions.ts';
import { matchesRepository, type NamedImage } from '../../trust/trust-file/repository-pattern.ts';
import { VERDICT_PREDICATE } from './verdict-predicate.ts';
import { ATTESTATION_TYPES } from '../../trust/trust-file/attestation-types.ts';
import type {
  AttestationRule,
  SignatureRule,
  TrustedSigner,
  TrustFile,
} from '../../trust/trust-file/trust-file.ts';

/**
 * The signer of an image. A certificate is issued after the verdict; before, the token shows its
 * possible content, except the further claims of an identity.
 */
export type PushSigner =
  | { readonly kind: 'key'; readonly id: string }
  | {
      readonly kind: 'token';
      readonly names: readonly string[];
      readonly issuers: readonly string[];
    }
  | { readonly kind: 'certificate'; readonly identity: CertificateIdentity };

/** The facts of a push that the trust file has rules about. */
export interface PushedBy {
  readonly trust: TrustFile;
  readonly keys: readonly LoadedKey[];
  /** Absent: the image is not signed. */
  readonly signer?: PushSigner;
  /**
   * The commits that are part of the verdict. `since-release`: those since a tag that must be
   * signed itself, or the whole history. `named`: those since a base that the caller chose.
   */
  readonly commits: 'none' | 'named' | 'since-release';
  /** The destination of the image; absent for an OCI layout without a named repository. */
  readonly target?: NamedImage;
  /** The destination of the image, for messages. */
  readonly shown: string;
  /**
   * Signatures are copied with the image. They count for the rules on signatures, so these are
   * judged by all signatures.
   */
  readonly copiesSignatures?: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * Judges a push by the trust file. A place without a repository is no registry, and is in the scope
 * `**` alone.
 */
export function pushOutcome(push: PushedBy): TrustOutcome {
  const { trust, target, copiesSignatures } = push;
  const problems = [
    ...registryProblems(push),
    ...commitProblems(push),
    ...(copiesSignatures === true
      ? []
      : signatureRules(trust, target).flatMap((rule) => signatureProblems(push, rule))),
    ...signerProblems(push),
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

/**
 * An entry without a port is for the host on each port: a rule that requires something is read
 * widely.
 */
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

/**
 * A key that the trust file no longer trusts signs nothing, whether a signature is required or not.
 * The same holds for a revoked identity; an expired one can be another entry's.
 */
function signerProblems(push: PushedBy): readonly TrustProblem[] {
  const { trust, keys, signer, now } = push;
  const entries: readonly TrustedSigner[] =
    signer?.kind === 'key' ? keys : trust.identities.filter(({ revoked }) => revoked !== undefined);
  return entries.flatMap((entry) => {
    const problem = isSigner(push, entry) ? validityProblem(entry, now) : undefined;
    const what = signer?.kind === 'key' ? 'key' : 'identity';
    return problem === undefined
      ? []
      : [
          {
            cause: 'signatureRefused',
            message: `the ${what} "${entry.name}" ${problem} (${entry.where})`,
          },
        ];
  });
}

/** Returns whether an entry of the trust file is the signer. */
function isSigner({ trust, keys, signer }: PushedBy, entry: TrustedSigner): boolean {
  if (signer === undefined) return false;
  if (signer.kind === 'key') {
    return keys.some(({ name, publicKey }) => name === entry.name && publicKey.id === signer.id);
  }
  const trusted = trust.identities.find(({ name }) => name === entry.name);
  if (trusted === undefined) return false;
  const identity = verifyingIdentity(trusted);
  if (signer.kind === 'certificate') return isOfIdentity(signer.identity, identity);
  return (
    signer.names.some((name) => identity.identity.meets(name)) &&
    signer.issuers.some((issuer) => identity.issuer.meets(issuer))
  );
}

/**
 * Returns the signature that the push will make as one that counts; empty if it does not count for
 * REF, or none is made.
 */
export function ownSignature(push: PushedBy): readonly SignatureJudgment[] {
  const { signer, now } = push;
  const entries = countingEntries(push, {}).filter(
    (entry) => validityProblem(entry, now) === undefined && isSigner(push, entry),
  );
  const [first] = entries;
  if (signer === undefined || first === undefined) return [];
  const made = { form: 'push', place: 'the signature of this push', counts: true };
  if (signer.kind === 'key') return [{ ...made, key: { name: first.name, id: signer.id } }];
  const { names } = signer.kind === 'certificate' ? signer.identity : signer;
  const issuer = (signer.kind === 'certificate' ? signer.identity.issuer : signer.issuers[0]) ?? '';
  const trustedAs = entries.map(({ name }) => name);
  return [{ ...made, hasCertificate: true, identity: { names, issuer, trustedAs } }];
}

/** Returns the entries whose signatures count for a rule at REF. */
function countingEntries(
  { trust, keys, target }: PushedBy,
  { signers }: Pick<SignatureRule, 'signers'>,
): readonly TrustedSigner[] {
  const all: readonly TrustedSigner[] = [
    ...signersFor(keys, target),
    ...signersFor(trust.identities, target),
  ];
  return all.filter(({ name }) => signers === undefined || signers.includes(name));
}

/**
 * Returns whether the signer counts for a rule. What {@link signerProblems} reports is not reported
 * again.
 */
function counts(push: PushedBy, rule: Pick<SignatureRule, 'signers'>): boolean {
  return countingEntries(push, rule).some((entry) => {
    const isReported = push.signer?.kind === 'key' || entry.revoked !== undefined;
    const isValid = isReported || validityProblem(entry, push.now) === undefined;
    return isValid && isSigner(push, entry);
  });
}

function shownSigner({ signer }: PushedBy): string {
  if (signer?.kind === 'certificate')
    return `the certificate for "${signer.identity.names.join('", "')}"`;
  return signer?.kind === 'token' ? 'the identity of the token' : 'the key of --sign-key';
}

function signatureProblems(push: PushedBy, rule: SignatureRule): readonly TrustProblem[] {
  const { signer } = push;
  const { threshold, where } = rule;
  const name = nameOf(push);
  if (signer === undefined) {
    const message = `${name} must be signed (${where}), and no key is given: --sign-key KEY`;
    return [{ cause: 'unsigned', message }];
  }
  if (!counts(push, rule)) {
    const named = countingEntries(push, rule);
    const list = named.length === 0 ? 'none does' : named.map((one) => one.name).join(', ');
    const message = `${shownSigner(push)} does not count for ${name} (${where}); signers that do: ${list}`;
    return [{ cause: 'signatureRefused', message }];
  }
  if (threshold <= 1) return [];
  const message = `${name} needs ${threshold} signers (${where}), and a push signs with one key. Let the others sign where the image is, for the name of REF, and add --with-signatures`;
  return [{ cause: 'signatureRefused', message }];
}

/** Predicate types that a push attests. */
const WRITTEN_TYPES: ReadonlySet<string> = new Set([
  VERDICT_PREDICATE,
  ATTESTATION_TYPES.cyclonedx,
]);

function attestationProblems(push: PushedBy, rule: AttestationRule): readonly TrustProblem[] {
  const { type, predicateType, result, conditions, where } = rule;
  const needs = `${nameOf(push)} needs an attestation of the type "${type}" (${where})`;
  const unmet = (why: string): readonly TrustProblem[] => [
    { cause: 'unsigned', message: `${needs}, ${why}` },
  ];
  if (!WRITTEN_TYPES.has(predicateType)) return unmet('which a push does not write');
  if (conditions.length > 0) return unmet('with conditions that a push does not judge');
  if (result !== undefined && result !== 'PASSED') return unmet(`with the result ${result}`);
  if (push.signer === undefined) return unmet('and no key is given: --sign-key KEY');
  if (counts(push, rule)) return [];
  const message = `${needs}, and ${shownSigner(push)} does not count for it`;
  return [{ cause: 'signatureRefused', message }];
}
