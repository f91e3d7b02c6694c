/**
 * Judges the signatures of an image: those about this digest and this repository count, by a signer
 * that is trusted and valid.
 */

import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { judgeSignature } from '../judge-signature.ts';
import {
  refuseSignature,
  type SignatureJudgment,
  type TrustedSigners,
  type VerifyingKey,
} from '../judgment.ts';
import type { PublicKey, SignatureHash } from '../public-key.ts';
import type { FoundSignature } from './find-signatures.ts';
import {
  namesRepository,
  type RepositoryName,
  type SignedClaim,
  type SignedContent,
} from './image-signature.ts';

/** A signature of an image, and whether it counts. */
export interface ImageJudgment extends SignatureJudgment {
  /** The manifest that it was found at. */
  readonly digest: Digest;
  /** When the signature says that it was made, in ISO 8601; nothing proves it. */
  readonly claimedAt?: string;
}

/** The required subject and the permitted signers of a signature. */
export interface ImageRules {
  readonly digest: Digest;
  /** Absent: any. */
  readonly repository?: RepositoryName;
  /** Whether a bundle that names no repository is refused. */
  readonly requiresRepository?: boolean;
  /** All of which the signature must name. */
  readonly annotations: ReadonlyMap<string, string>;
  readonly signers: TrustedSigners;
  /** In milliseconds since the Unix epoch. */
  readonly now: number;
}

const MAX_DATE_MS = 8.64e15;
const NAMES_NONE = 'names no repository';

/** Judges one signature. */
export async function judgeImageSignature(
  { form, place, read }: FoundSignature,
  rules: ImageRules,
): Promise<ImageJudgment> {
  const { digest } = rules;
  const found = { form, place, digest };
  if ('problem' in read) return refuseSignature(found, read);
  const { claims, hasCertificate } = read;
  const own = claims.filter((claim) => claim.digest === digest);
  const dated = { ...found, ...dateOf(own[0] ?? claims[0]) };
  const isUnbound = form === 'bundle' && claims.every(({ repository }) => repository === undefined);
  const problem = claimsProblem({ claims, own, isUnbound }, rules);
  if (problem !== undefined) return refuseSignature(dated, { problem, hasCertificate });
  const judged = { ...dated, ...(await judgeSigner(found, read, rules)) };
  return judged.counts && isUnbound ? { ...judged, note: NAMES_NONE } : judged;
}

/** Judges who made a signature, whatever it is about. */
export async function judgeSigner(
  found: Pick<SignatureJudgment, 'form' | 'place'>,
  { signed, signature, hasCertificate, keyId, proof }: SignedContent,
  { signers, now }: Pick<ImageRules, 'signers' | 'now'>,
): Promise<SignatureJudgment> {
  const verifiable = {
    verifies: (key: PublicKey, hash?: SignatureHash) => key.verify(signed, signature, hash),
    hasCertificate,
    ...(proof !== undefined && { proof }),
  };
  const judged = await judgeSignature(found, verifiable, { signers, now });
  if (judged.key !== undefined || hasCertificate) return judged;
  return { ...judged, reason: hintedReason(keyId, signers.keys) ?? judged.reason ?? '' };
}

/** The claims of a signature. */
interface MadeClaims {
  readonly claims: readonly SignedClaim[];
  /** Those about the image. */
  readonly own: readonly SignedClaim[];
  /** Whether the signature is a bundle, none of whose claims names a repository. */
  readonly isUnbound: boolean;
}

function claimsProblem(
  { claims, own, isUnbound }: MadeClaims,
  { repository, annotations, digest, requiresRepository = false }: ImageRules,
): string | undefined {
  if (own.length === 0) {
    const [other] = claims;
    return other === undefined
      ? 'names no image'
      : `is about another image (${shownText(other.digest)}), not ${digest}`;
  }
  const isAccepted = isUnbound && !requiresRepository;
  const bound =
    repository === undefined || isAccepted
      ? own
      : own.filter((claim) => namesRepository(claim, repository));
  if (bound.length === 0) {
    const named = own.find((claim) => claim.repository !== undefined)?.repository;
    return named === undefined
      ? `${NAMES_NONE}, and may have been made for another one (accepted with --any-repository)`
      : `was made for the repository "${shownText(named)}" (accepted with --any-repository)`;
  }
  for (const [key, value] of annotations) {
    if (bound.some((claim) => claim.annotations.get(key) === value)) continue;
    return `does not name the annotation "${key}=${value}"`;
  }
  return undefined;
}

function hintedReason(
  keyId: string | undefined,
  keys: readonly VerifyingKey[],
): string | undefined {
  if (keyId === undefined || keys.length === 0) return undefined;
  const named = keys.find(({ publicKey }) => publicKey.id === keyId);
  return named === undefined
    ? `says that the key ${keyId} made it, which is none of the trusted keys`
    : `names the key "${named.name}" and does not verify with it: it was changed`;
}

function dateOf(claim: SignedClaim | undefined): { readonly claimedAt?: string } {
  const at = claim?.claimedAt;
  const isDate = at !== undefined && Math.abs(at) <= MAX_DATE_MS;
  return isDate ? { claimedAt: new Date(at).toISOString() } : {};
}

/** Returns at most 200 characters of a text of others, without control characters. */
export function shownText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, '?').slice(0, 200);
}
