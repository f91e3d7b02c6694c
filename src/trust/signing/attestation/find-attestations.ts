/**
 * Finds the attestations of an image, in its `.att` tag, and in envelopes and bundles that refer to
 * it, and judges each while it is read: attestations can be large, and one at a time is held in
 * memory.
 *
 * Source: sigstore/cosign, `specs/ATTESTATION_SPEC.md` and `specs/BUNDLE_SPEC.md`.
 */

import { isJsonObject, type JsonObject } from '../../../formats/text/json/json.ts';
import type { Descriptor, ImageManifest } from '../../../clients/oci/index.ts';
import { bundleProblem } from '../bundle-fields.ts';
import { ENVELOPE_TYPE, isBundleType, MAX_ATTESTATION_BYTES, objectAt } from '../bundle-parts.ts';
import { readEnvelope, readUnambiguous, type SignedStatement } from '../envelope.ts';
import type { AttachedSource } from '../image/attached-source.ts';
import { attestationTag } from '../image/attest-image.ts';
import {
  claimsOf,
  keyIdOf,
  SIGNATURE_PREDICATE,
  type SignedContent,
} from '../image/image-signature.ts';
import { inTurns } from '../image/in-turns.ts';
import { judgeSigner, shownText } from '../image/judge-signatures.ts';
import {
  isOfType,
  legacyProofOf,
  readAttached,
  type Attached,
  type Place,
} from '../image/read-attached.ts';
import { SignatureWork } from '../image/signature-work.ts';
import { refuseSignature, type SignatureJudgment } from '../judgment.ts';
import type { Subject } from '../keyless/signed-content.ts';
import { readLegacyProof } from '../legacy-proof.ts';
import { bundleProof, type ReadProof, type RefusedSignature } from '../signature-proof.ts';
import {
  judgeAttestation,
  type AttestationJudgment,
  type AttestationRules,
} from './judge-attestation.ts';

/** The attestations of one image. */
export interface FoundAttestations {
  /** Attestations of the required types, and unreadable ones. */
  readonly judgments: readonly AttestationJudgment[];
  /** Other predicate types that are there. */
  readonly otherTypes: readonly string[];
  /** Omissions, in whole sentences. */
  readonly notes: readonly string[];
  /**
   * Attestations that were not judged and may be by a trusted signer; one of them may be the
   * newest.
   */
  readonly unjudged: readonly UnjudgedAttestation[];
  /** Whether a limit left some out, one of which may be the newest. */
  readonly isCut: boolean;
}

/**
 * An attestation that a trusted signer made, or may have made, and whose predicate is unknown: it
 * is too large, or a trusted signer signed something that cannot be read. What no trusted signer
 * can have made is none.
 */
export interface UnjudgedAttestation extends Place {
  /** Reason why it was not judged, as a predicate. */
  readonly problem: string;
  /** Absent: it can be of any type. */
  readonly predicateType?: string;
  /** The signer; absent if it is unknown. */
  readonly signer?: SignatureJudgment;
}

/**
 * Finds and judges attestations of the types that are required. The type is the one of the signed
 * statement; annotations are ignored.
 *
 * @throws AssayError if the registry cannot be asked
 */
export async function findAttestations(
  repository: AttachedSource,
  rules: AttestationRules,
): Promise<FoundAttestations> {
  const { digest } = rules;
  const sha256 = digest.slice('sha256:'.length);
  const at = { rules, subject: { sha256 }, ...newReading() };
  const { found, notes, isCut } = await readAttached<AttestationJudgment>(repository, digest, {
    what: 'attestations',
    tag: { name: attestationTag(digest), form: 'att' },
    tagLayersOf: envelopesOf,
    maxBytes: MAX_ATTESTATION_BYTES,
    isKept: false,
    atOnce: 1,
    readLayer: async (layer, load, place) => {
      const loaded = await load();
      const read = 'problem' in loaded ? loaded : readUnambiguous(loaded.bytes);
      if ('problem' in read) return [read];
      const envelope = read.document;
      const proof = readLegacyProof({ envelope, sha256 }, legacyProofOf(layer));
      return judgeEnvelope(envelope, proof, place, at);
    },
    readBundle: (bytes, place) => judgeBundle(bytes, place, at),
  });
  return foundOf(found, { notes, isCut }, at);
}

/** A file with an attestation of another file. */
export interface AttestationFile {
  readonly place: string;
  readonly bytes: Uint8Array;
}

/**
 * Judges attestations of a file, each of which is a file itself: a bundle, or an envelope alone.
 * The digest of the rules is that of `content`.
 */
export async function judgeAttestationFiles(
  files: readonly AttestationFile[],
  content: Uint8Array,
  rules: AttestationRules,
): Promise<FoundAttestations> {
  const at = { rules, subject: { content }, ...newReading() };
  const found: Attached<AttestationJudgment>[] = [];
  for (const { place, bytes } of files) {
    for (const read of await judgeFile(bytes, { form: 'bundle', place }, at)) {
      const form = 'form' in read && read.form === 'att' ? 'att' : 'bundle';
      found.push({ form, place, read });
    }
  }
  return foundOf(found, { notes: [], isCut: false }, at);
}

async function judgeFile(
  bytes: Uint8Array,
  place: Place,
  at: Reading,
): Promise<readonly (AttestationJudgment | RefusedSignature)[]> {
  const read = readUnambiguous(bytes);
  if ('problem' in read) return [{ problem: 'is no attestation: it is not a JSON object' }];
  const { document } = read;
  if (document['payloadType'] !== undefined && document['mediaType'] === undefined) {
    return judgeEnvelope(document, { hasCertificate: false }, { ...place, form: 'att' }, at);
  }
  if (document['dsseEnvelope'] === undefined) {
    return [{ problem: 'holds a signature of the file, and no attestation' }];
  }
  return judgeBundle(bytes, place, at);
}

async function judgeBundle(
  bytes: Uint8Array,
  place: Place,
  at: Reading,
): Promise<readonly (AttestationJudgment | RefusedSignature)[]> {
  const read = readUnambiguous(bytes);
  if ('problem' in read) return [read];
  const { document } = read;
  const { mediaType } = document;
  const envelope = objectAt(document, 'dsseEnvelope');
  const isKnown = typeof mediaType === 'string' && isBundleType(mediaType);
  if (!isKnown) return refuseBundle(envelope, UNKNOWN_VERSION, place, at);
  if (envelope === undefined) return [];
  const problem = bundleProblem(document);
  if (problem !== undefined) return refuseBundle(envelope, problem, place, at);
  const proof = { ...keyIdOf(document), ...bundleProof(bytes, document, at.subject) };
  return judgeEnvelope(envelope, proof, place, at);
}

const UNKNOWN_VERSION = 'is a bundle of no version that is known';

function newReading(): Omit<Reading, 'rules' | 'subject'> {
  return { otherTypes: new Set(), work: new SignatureWork(), unjudged: [] };
}

function foundOf(
  found: readonly Attached<AttestationJudgment>[],
  { notes, isCut }: Pick<FoundAttestations, 'notes' | 'isCut'>,
  { rules: { digest }, otherTypes, unjudged }: Reading,
): FoundAttestations {
  const tooLarge = found.flatMap(({ form, place, read, claimedType }) =>
    'problem' in read && read.isTooLarge === true
      ? [{ form, place, problem: read.problem, ...typeOf(claimedType) }]
      : [],
  );
  return {
    judgments: found.map(({ form, place, read }) =>
      'problem' in read ? { ...refuseSignature({ form, place, digest }, read), unmet: [] } : read,
    ),
    otherTypes: [...otherTypes].sort(),
    notes,
    unjudged: [...unjudged, ...tooLarge],
    isCut,
  };
}

/** Types of referrers all of whose layers are envelopes, as cosign and oras name them. */
const ENVELOPE_REFERRERS = [
  'application/vnd.dev.cosign.artifact.att.v1+json',
  ENVELOPE_TYPE,
] as const;

function envelopesOf(manifest: ImageManifest): readonly Descriptor[] {
  const { layers } = manifest;
  if (ENVELOPE_REFERRERS.some((type) => isOfType(manifest, type))) return layers;
  return layers.filter(({ mediaType }) => mediaType === ENVELOPE_TYPE);
}

/**
 * Returns the claimed type. An annotation is not signed, and it can only free requirements of other
 * types; an attacker who can write another one can remove the attestation as well.
 */
function typeOf(claimedType: string | undefined): Pick<UnjudgedAttestation, 'predicateType'> {
  return claimedType === undefined ? {} : { predicateType: claimedType };
}

/** The rules for judging the attestations of one image. */
interface Reading {
  readonly rules: AttestationRules;
  /** The image, or the file. */
  readonly subject: Subject;
  readonly otherTypes: Set<string>;
  readonly work: SignatureWork;
  readonly unjudged: UnjudgedAttestation[];
}

/** Judges each signature of an envelope; those of types that are not required are none. */
async function judgeEnvelope(
  envelope: JsonObject,
  proof: Pick<SignedContent, 'keyId'> & ReadProof,
  found: Place,
  at: Reading,
): Promise<readonly (AttestationJudgment | RefusedSignature)[]> {
  const { rules, otherTypes, work } = at;
  const read = readEnvelope(envelope);
  if ('problem' in read) {
    const { problem, content } = read;
    return refuseSigned(
      { problem, ...(content && { content: { ...content, ...proof } }) },
      found,
      at,
    );
  }
  const { statement, signed, signatures } = read;
  const { predicateType, predicate } = statement;
  const claims = claimsOf(statement);
  const isAboutImage = claims.some(({ digest }) => digest === rules.digest);
  const content = { signed, signatures, ...proof };
  if (typeof predicateType !== 'string') {
    const problem = 'holds a statement without a type';
    return refuseSigned({ problem, ...(isAboutImage && { content }) }, found, at);
  }
  if (!rules.requirements.some((one) => one.predicateType === predicateType)) {
    if (predicateType !== SIGNATURE_PREDICATE) otherTypes.add(shownText(predicateType));
    return [];
  }
  if (!isJsonObject(predicate)) {
    const problem = 'holds a statement without a predicate that is an object';
    return refuseSigned({ problem, predicateType, ...(isAboutImage && { content }) }, found, at);
  }
  if (signatures.length === 0) return [{ problem: 'is not signed' }];
  const limit = work.add(signatures.length, signed);
  if (limit !== undefined) {
    const { problem, isOfAll } = limit;
    if (isOfAll && isAboutImage) at.unjudged.push({ ...found, problem, predicateType });
    return [{ problem }];
  }
  const judged = { signed, claims, ...proof, predicateType, predicate };
  return inTurns(signatures, async (one) =>
    'problem' in one ? one : judgeAttestation(found, { ...judged, signature: one }, rules),
  );
}

/** A statement that is refused, and what is signed. */
interface RefusedStatement extends Pick<UnjudgedAttestation, 'problem' | 'predicateType'> {
  /** Absent if it cannot be about the image. */
  readonly content?: Pick<SignedStatement, 'signed' | 'signatures'> & ProvenKey;
}

type ProvenKey = Pick<SignedContent, 'keyId'> & ReadProof;

/**
 * Refuses a statement. If a trusted signer made it, it counts as not judged: no other party can
 * have it ignored or block a requirement with it.
 */
async function refuseSigned(
  { problem, predicateType, content }: RefusedStatement,
  found: Place,
  { rules, work, unjudged }: Reading,
): Promise<readonly RefusedSignature[]> {
  if (content === undefined) return [{ problem }];
  const { signed, signatures, ...proof } = content;
  const limit = work.add(signatures.length, signed);
  if (limit?.isOfAll === true) unjudged.push({ ...found, problem, ...typeOf(predicateType) });
  if (limit !== undefined) return [{ problem }];
  for (const signature of signatures) {
    if ('problem' in signature) continue;
    const signer = await judgeSigner(found, { signed, signature, claims: [], ...proof }, rules);
    if (signer.counts) unjudged.push({ ...found, problem, signer, ...typeOf(predicateType) });
  }
  return [{ problem }];
}

/**
 * Refuses a bundle whose form is not accepted. Whether a trusted key signed the envelope is known
 * all the same.
 */
async function refuseBundle(
  envelope: JsonObject | undefined,
  problem: string,
  found: Place,
  at: Reading,
): Promise<readonly RefusedSignature[]> {
  const read = envelope === undefined ? undefined : readEnvelope(envelope);
  if (read === undefined) return [{ problem }];
  if ('problem' in read) {
    const content = read.content && { ...read.content, hasCertificate: false };
    return refuseSigned({ problem, ...(content && { content }) }, found, at);
  }
  const { statement, signed, signatures } = read;
  const { predicateType } = statement;
  const isAboutImage = claimsOf(statement).some(({ digest }) => digest === at.rules.digest);
  return refuseSigned(
    {
      problem,
      ...typeOf(typeof predicateType === 'string' ? predicateType : undefined),
      ...(isAboutImage && { content: { signed, signatures, hasCertificate: false } }),
    },
    found,
    at,
  );
}
