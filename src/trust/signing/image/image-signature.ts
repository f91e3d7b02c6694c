/**
 * Signatures of images: what is signed, and how it is written.
 *
 * Source: containers/image, `docs/containers-signature.5.md` (the simple signing document);
 * sigstore/cosign, `specs/SIGNATURE_SPEC.md` and `specs/BUNDLE_SPEC.md`; sigstore/protobuf-specs,
 * `sigstore_bundle.proto`; in-toto/attestation, `spec/v1/statement.md`; secure-systems-lab/dsse,
 * `protocol.md`.
 */

import { compareText } from '../../../core/base/compare.ts';
import { parseImageReference } from '../../../clients/oci/index.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { base64Of, isBundleType, objectAt, STATEMENT_TYPE } from '../bundle-parts.ts';
import { bundleProblem } from '../bundle-fields.ts';
import { readEnvelope, readUnambiguous } from '../envelope.ts';
import { readLegacyProof, type LegacyProof } from '../legacy-proof.ts';
import { bundleProof, type ReadProof, type RefusedSignature } from '../signature-proof.ts';

/** Media type of the document that is signed in a `.sig` tag. */
export const SIMPLE_SIGNING_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json';
/** Predicate type of a statement that is a signature and no attestation. */
export const SIGNATURE_PREDICATE = 'https://sigstore.dev/cosign/sign/v1';
/** A name that is not a text, and so that of no repository. */
const NO_NAME = '(not a text)';
const DOCUMENT_TYPES: ReadonlySet<unknown> = new Set([
  'cosign container image signature',
  SIGNATURE_PREDICATE,
]);

/** A repository in full. */
export interface RepositoryName {
  readonly domain: string;
  readonly path: string;
}

/** The signed statement about an image. */
export interface SignedClaim {
  readonly digest: string;
  /** The repository as it was written; absent: the signature names none. */
  readonly repository?: string;
  readonly annotations: ReadonlyMap<string, string>;
  /**
   * When the signature says that it was made, in milliseconds since the Unix epoch; nothing proves
   * it.
   */
  readonly claimedAt?: number;
}

/** A signature with its signed content, and the proof of its signer and time. */
export interface SignedContent extends ReadProof {
  /** The bytes under the signature. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** All that the signature is about. */
  readonly claims: readonly SignedClaim[];
  /** The id of the key that made it, as it says itself. */
  readonly keyId?: string;
}

/** A signature that was read, or the reason why it counts for nothing. */
export type ReadSignature = SignedContent | RefusedSignature;

/** Writes the document that a `.sig` tag holds, byte for byte as cosign orders it. */
export function writeSimpleSigning(claim: SignedClaim): Buffer {
  const { digest, repository = '', annotations } = claim;
  return Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': repository },
        image: { 'docker-manifest-digest': digest },
        type: 'cosign container image signature',
      },
      optional: annotations.size === 0 ? null : sorted(annotations),
    }),
  );
}

/**
 * Reads the document of a `.sig` tag. `base64` is the signature beside it, `legacy` what proves its
 * signer and time.
 */
export function readSimpleSigning(
  bytes: Uint8Array,
  base64: string,
  legacy: LegacyProof,
): ReadSignature {
  const signature = base64Of(base64);
  if (signature === undefined) return { problem: 'is not base64' };
  const read = readUnambiguous(bytes);
  if ('problem' in read) return { problem: `is over a document that ${read.problem}` };
  const { document } = read;
  const critical = objectAt(document, 'critical');
  if (critical === undefined) {
    return { problem: 'is over something that is not a document of simple signing' };
  }
  const type = critical['type'];
  if (!DOCUMENT_TYPES.has(type)) {
    return { problem: 'is over a document of another type than that of image signatures' };
  }
  const digest = objectAt(critical, 'image')?.['docker-manifest-digest'];
  const repository = objectAt(critical, 'identity')?.['docker-reference'];
  if (typeof digest !== 'string') return { problem: 'names no image' };
  const optional = objectAt(document, 'optional') ?? {};
  const { timestamp } = optional;
  const claim: SignedClaim = {
    digest,
    ...(typeof repository === 'string' && repository !== '' && { repository }),
    annotations: textsOf(optional),
    ...(typeof timestamp === 'number' && { claimedAt: timestamp * 1000 }),
  };
  return {
    signed: bytes,
    signature,
    claims: [claim],
    ...readLegacyProof({ content: bytes, signature }, legacy),
  };
}

/** Writes the statement that a bundle signs. */
export function writeSignatureStatement(claim: SignedClaim): Buffer {
  const { digest, repository, annotations } = claim;
  return Buffer.from(
    JSON.stringify({
      _type: STATEMENT_TYPE,
      subject: [
        {
          ...(repository !== undefined && { name: repository }),
          digest: { sha256: digest.slice('sha256:'.length) },
          ...(annotations.size > 0 && { annotations: sorted(annotations) }),
        },
      ],
      predicateType: SIGNATURE_PREDICATE,
      predicate: {},
    }),
  );
}

/**
 * Reads a bundle that is attached to an image. Attestations are no signatures: for them the list is
 * empty.
 */
export function readImageBundle(bytes: Uint8Array, image: Digest): readonly ReadSignature[] {
  const read = readUnambiguous(bytes);
  if ('problem' in read) return [read];
  const bundle = read.document;
  const proof = bundleProof(bytes, bundle, { sha256: image.slice('sha256:'.length) });
  return envelopeSignatures(bundle).map((one) =>
    'problem' in one
      ? { ...one, hasCertificate: proof.hasCertificate }
      : { ...one, ...keyIdOf(bundle), ...proof },
  );
}

/** Returns the signatures of the envelope in a bundle, without what lies beside them. */
function envelopeSignatures(
  bundle: JsonObject,
): readonly (Omit<SignedContent, keyof ReadProof> | RefusedSignature)[] {
  const { mediaType } = bundle;
  if (typeof mediaType !== 'string' || !isBundleType(mediaType)) {
    return [{ problem: 'is a bundle of no version that is known' }];
  }
  const envelope = objectAt(bundle, 'dsseEnvelope');
  if (envelope === undefined) {
    return [{ problem: 'holds no statement on an image, but the signature of a file' }];
  }
  const read = readEnvelope(envelope);
  if ('problem' in read) return [read];
  const { statement, signed, signatures } = read;
  if (statement['predicateType'] !== SIGNATURE_PREDICATE) return [];
  const problem = bundleProblem(bundle);
  if (problem !== undefined) return [{ problem, isImageBundle: true }];
  if (signatures.length === 0) return [{ problem: 'is not signed', isImageBundle: true }];
  const claims = claimsOf(statement);
  return signatures.map((one) => ('problem' in one ? one : { signed, signature: one, claims }));
}

/**
 * Returns whether a signature was made for a repository. Tags and digests in its name play no part.
 */
export function namesRepository({ repository }: SignedClaim, wanted: RepositoryName): boolean {
  if (repository === undefined) return false;
  try {
    const { domain, path } = parseImageReference(repository);
    return hostOf(domain) === hostOf(wanted.domain) && path === wanted.path;
  } catch {
    return false;
  }
}

function hostOf(domain: string): string {
  return domain.toLowerCase().replace(/:443$/u, '');
}

/** Returns what the subjects of a statement claim. */
export function claimsOf({ subject }: JsonObject): readonly SignedClaim[] {
  if (!isJsonArray(subject)) return [];
  return subject.flatMap((one) => {
    if (!isJsonObject(one)) return [];
    const hex = objectAt(one, 'digest')?.['sha256'];
    if (typeof hex !== 'string') return [];
    const { name } = one;
    return [
      {
        digest: `sha256:${hex}` satisfies Digest,
        ...(isNamed(name) && { repository: typeof name === 'string' ? name : NO_NAME }),
        annotations: textsOf(objectAt(one, 'annotations') ?? {}),
      },
    ];
  });
}

/** Returns whether a subject has a name. Programs that write protobuf omit an empty one. */
function isNamed(name: JsonValue | undefined): name is JsonValue {
  return name !== undefined && name !== null && name !== '';
}

/** Returns the key that a bundle names, if it names one. */
export function keyIdOf(bundle: JsonObject): Pick<SignedContent, 'keyId'> {
  const material = objectAt(bundle, 'verificationMaterial') ?? {};
  const hint = base64Of(objectAt(material, 'publicKey')?.['hint']);
  return hint?.length === 32 ? { keyId: hint.toString('hex') } : {};
}

function sorted(annotations: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...annotations].sort(([a], [b]) => compareText(a, b)));
}

function textsOf(object: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(object).filter((one): one is [string, string] => typeof one[1] === 'string'),
  );
}
