/**
 * Finds the attestations of an image, in its `.att` tag and in bundles that refer to it, and judges each while it is read:
 * attestations can be large, and one at a time is held in memory.
 *
 * Source: sigstore/cosign, `specs/ATTESTATION_SPEC.md` and `specs/BUNDLE_SPEC.md`.
 */

import type { Digest } from '../../model/artifact.ts';
import { isJsonObject, type JsonObject } from '../../format/json.ts';
import type { ImageRepository } from '../../oci/client.ts';
import { isBundleType, MAX_ATTESTATION_BYTES, objectAt } from '../bundle-parts.ts';
import { readEnvelope, readUnambiguous } from '../envelope.ts';
import { attestationTag } from '../image/attest-image.ts';
import {
  claimsOf,
  keyIdOf,
  SIGNATURE_PREDICATE,
  type SignedContent,
} from '../image/image-signature.ts';
import { inTurns } from '../image/in-turns.ts';
import { shownText } from '../image/judge-signatures.ts';
import { legacyProofOf, readAttached, type Place } from '../image/read-attached.ts';
import { SignatureWork } from '../image/signature-work.ts';
import { refuseSignature } from '../judgment.ts';
import { readLegacyProof } from '../legacy-proof.ts';
import { bundleProof, type ReadProof, type RefusedSignature } from '../signature-proof.ts';
import {
  judgeAttestation,
  type AttestationJudgment,
  type AttestationRules,
} from './judge-attestation.ts';

/** The attestations of one image. */
export interface FoundAttestations {
  /** Those of the types that are required, and what cannot be read. */
  readonly judgments: readonly AttestationJudgment[];
  /** Other predicate types that are there. */
  readonly otherTypes: readonly string[];
  /** What was left out, in whole sentences. */
  readonly notes: readonly string[];
  /** Whether a limit left some out, one of which may be the newest. */
  readonly isCut: boolean;
}

/**
 * Finds and judges attestations of the types that are required. The type is the one of the signed statement; annotations are ignored.
 *
 * @throws AssayError if the registry cannot be asked
 */
export async function findAttestations(
  repository: ImageRepository,
  rules: AttestationRules,
): Promise<FoundAttestations> {
  const { digest } = rules;
  const sha256 = digest.slice('sha256:'.length);
  const otherTypes = new Set<string>();
  const at = { rules, otherTypes, work: new SignatureWork() };
  const { found, notes, isCut } = await readAttached<AttestationJudgment>(repository, digest, {
    what: 'attestations',
    tag: { name: attestationTag(digest), form: 'att' },
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
    readBundle: (bytes, place) => {
      const read = readUnambiguous(bytes);
      if ('problem' in read) return [read];
      const { document } = read;
      const { mediaType } = document;
      if (typeof mediaType !== 'string' || !isBundleType(mediaType)) {
        return [{ problem: 'is a bundle of no version that is known' }];
      }
      const envelope = objectAt(document, 'dsseEnvelope');
      if (envelope === undefined) return [];
      const proof = { ...keyIdOf(document), ...bundleProof(bytes, document, { sha256 }) };
      return judgeEnvelope(envelope, proof, place, at);
    },
  });
  return {
    judgments: found.map(({ form, place, read }) =>
      'problem' in read ? { ...refuseSignature({ form, place, digest }, read), unmet: [] } : read,
    ),
    otherTypes: [...otherTypes].sort(),
    notes,
    isCut,
  };
}

/** What the attestations of one image are judged with. */
interface Reading {
  readonly rules: AttestationRules;
  readonly otherTypes: Set<string>;
  readonly work: SignatureWork;
}

/** Judges each signature of an envelope; those of types that are not required are none. */
async function judgeEnvelope(
  envelope: JsonObject,
  proof: Pick<SignedContent, 'keyId'> & ReadProof,
  found: Place,
  { rules, otherTypes, work }: Reading,
): Promise<readonly (AttestationJudgment | RefusedSignature)[]> {
  const read = readEnvelope(envelope);
  if ('problem' in read) return [read];
  const { statement, signed, signatures } = read;
  const { predicateType, predicate } = statement;
  if (typeof predicateType !== 'string') return [{ problem: 'holds a statement without a type' }];
  if (!rules.requirements.some((one) => one.predicateType === predicateType)) {
    if (predicateType !== SIGNATURE_PREDICATE) otherTypes.add(shownText(predicateType));
    return [];
  }
  if (!isJsonObject(predicate)) {
    return [{ problem: 'holds a statement without a predicate that is an object' }];
  }
  if (signatures.length === 0) return [{ problem: 'is not signed' }];
  const problem = work.add(signatures.length, signed);
  if (problem !== undefined) return [{ problem }];
  const content = { signed, claims: claimsOf(statement), ...proof, predicateType, predicate };
  return inTurns(signatures, async (one) =>
    'problem' in one ? one : judgeAttestation(found, { ...content, signature: one }, rules),
  );
}

/** Returns a note about the bill of materials that `cosign attach sbom` stores without a signature; `undefined` if there is none. */
export async function unsignedClaim(
  repository: ImageRepository,
  digest: Digest,
): Promise<string | undefined> {
  const tag = `${digest.replace(':', '-')}.sbom`;
  try {
    await repository.manifest(tag);
  } catch {
    return undefined;
  }
  return `The tag "${tag}" contains a bill of materials that is not signed. It is a claim and was not judged.`;
}
