/**
 * Finds the signatures of an image: in its `.sig` tag, and in manifests that refer to it.
 *
 * Source: sigstore/cosign, `specs/SIGNATURE_SPEC.md` and `specs/BUNDLE_SPEC.md`; OCI distribution specification, "Listing
 * Referrers". Whether a referrer is a signature is decided by its own manifest: cosign 2.5 lists its bundles with
 * the artifact type of an empty document.
 */

import { AssayError, type ErrorCode } from '../../base/errors.ts';
import type { Digest } from '../../model/artifact.ts';
import type { ImageRepository } from '../../oci/client.ts';
import { readManifest, type Descriptor, type ImageManifest } from '../../oci/index.ts';
import { isBundleType } from '../bundle-parts.ts';
import { readImageBundle, readSimpleSigning, type ReadSignature } from './image-signature.ts';
import { inTurns } from './in-turns.ts';
import { SignatureBudget } from './signature-budget.ts';

/** How a signature is stored. */
export type ImageForm = 'sig' | 'oci-1.1' | 'bundle';

/** A signature that was found. */
export interface FoundSignature {
  readonly form: ImageForm;
  /** The tag or the digest of its manifest, and its layer. */
  readonly place: string;
  readonly read: ReadSignature;
}

/** What was found at one image. */
export interface FoundSignatures {
  readonly signatures: readonly FoundSignature[];
  /** What was left out, in whole sentences. */
  readonly notes: readonly string[];
}

/** Most signatures that are read of one image. */
export const MAX_SIGNATURES = 100;
const MAX_SIGNATURE_BYTES = 16 * 1024 * 1024;
/** Most manifests that are read to find out what they are. */
const MAX_REFERRERS = 400;
const OCI_1_1_CONFIG = 'application/vnd.dev.cosign.artifact.sig.v1+json';
const SIGNATURE_ANNOTATION = 'dev.cosignproject.cosign/signature';
const PROOF_ANNOTATIONS = {
  certificate: 'dev.sigstore.cosign/certificate',
  logEntry: 'dev.sigstore.cosign/bundle',
  timestamp: 'dev.sigstore.cosign/rfc3161timestamp',
} as const;

/** Where the signatures of one image are read, and how much is left to read. */
interface SignatureReader {
  readonly repository: ImageRepository;
  readonly budget: SignatureBudget;
}

/** Says something about the signature itself; other errors say that the registry could not be asked. */
const SIGNATURE_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'NOT_FOUND',
  'CONTENT_MISMATCH',
  'DAMAGED',
  'LIMIT_EXCEEDED',
]);

/** The tag in which cosign keeps the signatures of a manifest. */
export function signatureTag(digest: Digest): string {
  return `${digest.replace(':', '-')}.sig`;
}

/**
 * Finds all signatures of a manifest. What cannot be read is in the list, with the reason.
 *
 * @throws AssayError if the registry cannot be asked
 */
export async function findSignatures(
  repository: ImageRepository,
  digest: Digest,
): Promise<FoundSignatures> {
  const reader = { repository, budget: new SignatureBudget() };
  const [tagged, referring] = await Promise.all([
    taggedSignatures(reader, digest),
    referringSignatures(reader, digest),
  ]);
  const all = [...tagged, ...referring.signatures];
  const left = all.length - MAX_SIGNATURES;
  const notes = [...referring.notes];
  if (left > 0) {
    notes.push(`${digest} has more than ${MAX_SIGNATURES} signatures; ${left} are not judged.`);
  }
  return { signatures: all.slice(0, MAX_SIGNATURES), notes };
}

async function taggedSignatures(
  reader: SignatureReader,
  digest: Digest,
): Promise<readonly FoundSignature[]> {
  const tag = signatureTag(digest);
  const read = await manifestAt(reader.repository, tag);
  if (read === undefined) return [];
  if ('problem' in read) return [{ form: 'sig', place: tag, read }];
  return layerSignatures(reader, read, { form: 'sig', place: tag });
}

async function referringSignatures(
  reader: SignatureReader,
  digest: Digest,
): Promise<FoundSignatures> {
  const listed = await reader.repository.referrers(digest);
  const ordered = [
    ...listed.filter(({ artifactType }) => isLikely(artifactType)),
    ...listed.filter(({ artifactType }) => !isLikely(artifactType)),
  ];
  const found = await inTurns(ordered.slice(0, MAX_REFERRERS), (one) =>
    signaturesOf(reader, one, digest),
  );
  const left = listed.length - MAX_REFERRERS;
  const notes =
    left > 0 ? [`${digest} has ${listed.length} referrers; ${left} of them are not read.`] : [];
  return { signatures: found.flat(), notes };
}

/** Only the order depends on it, for images with very many referrers. */
function isLikely(artifactType: string | undefined): boolean {
  return (
    artifactType === undefined || isBundleType(artifactType) || /cosign|empty/u.test(artifactType)
  );
}

async function signaturesOf(
  reader: SignatureReader,
  { digest: place, artifactType }: Descriptor,
  subject: Digest,
): Promise<readonly FoundSignature[]> {
  const manifest = await manifestAt(reader.repository, place);
  if (manifest === undefined || 'problem' in manifest) {
    const read = manifest ?? { problem: 'is listed and is not there' };
    return isBundleType(artifactType) ? [{ form: 'bundle', place, read }] : [];
  }
  const isSigned = [manifest.artifactType, manifest.config.mediaType].includes(OCI_1_1_CONFIG);
  const bundles = manifest.layers.filter(({ mediaType }) => isBundleType(mediaType));
  const form = isSigned ? 'oci-1.1' : 'bundle';
  if (!isSigned && bundles.length === 0) return [];
  if (manifest.subject?.digest !== subject) {
    return [{ form, place, read: { problem: 'is attached to another image' } }];
  }
  if (isSigned) return layerSignatures(reader, manifest, { form, place });
  const tooMany = refusedCount(bundles.length);
  if (tooMany !== undefined) return [{ form, place, read: tooMany }];
  const read: ReadSignature[] = [];
  for (const bundle of bundles) {
    read.push(...(await bundleSignatures(reader, bundle, subject)));
    if (read.length > MAX_SIGNATURES) break;
  }
  return read.map((one) => ({ form, place, read: one }));
}

async function bundleSignatures(
  reader: SignatureReader,
  bundle: Descriptor,
  subject: Digest,
): Promise<readonly ReadSignature[]> {
  const read = await blobOf(reader, bundle);
  if ('problem' in read) return [read];
  const signatures = readImageBundle(read.bytes, subject).slice(0, MAX_SIGNATURES + 1);
  if (signatures.length > 0) reader.budget.countKept(read.bytes);
  return signatures;
}

async function layerSignatures(
  reader: SignatureReader,
  { layers }: ImageManifest,
  { form, place }: Pick<FoundSignature, 'form' | 'place'>,
): Promise<readonly FoundSignature[]> {
  const tooMany = refusedCount(layers.length);
  if (tooMany !== undefined) return [{ form, place, read: tooMany }];
  const read = await inTurns(layers, (layer) => layerSignature(reader, layer));
  return read.map((one, index) => ({ form, place: `${place}#${index + 1}`, read: one }));
}

async function layerSignature(reader: SignatureReader, layer: Descriptor): Promise<ReadSignature> {
  const { annotations } = layer;
  const base64 = annotations.get(SIGNATURE_ANNOTATION);
  if (base64 === undefined || base64 === '') return { problem: 'has no signature beside it' };
  const legacy = {
    certificate: annotations.get(PROOF_ANNOTATIONS.certificate),
    logEntry: annotations.get(PROOF_ANNOTATIONS.logEntry),
    timestamp: annotations.get(PROOF_ANNOTATIONS.timestamp),
  };
  const bytes = await blobOf(reader, layer);
  if ('bytes' in bytes) reader.budget.countKept(bytes.bytes);
  const read = 'problem' in bytes ? bytes : readSimpleSigning(bytes.bytes, base64, legacy);
  return 'problem' in read ? { ...read, hasCertificate: (legacy.certificate ?? '') !== '' } : read;
}

function refusedCount(count: number): { readonly problem: string } | undefined {
  if (count <= MAX_SIGNATURES) return undefined;
  return { problem: `holds ${count} signatures, and at most ${MAX_SIGNATURES} are read` };
}

async function blobOf(
  { repository, budget }: SignatureReader,
  descriptor: Descriptor,
): Promise<{ readonly bytes: Uint8Array } | { readonly problem: string }> {
  const { problem } = budget;
  if (problem !== undefined) return { problem };
  try {
    const bytes = await repository.readBlob(descriptor, MAX_SIGNATURE_BYTES);
    budget.countRead(bytes);
    return { bytes };
  } catch (error) {
    return { problem: faultOf(error) };
  }
}

/** `undefined` if there is none. */
async function manifestAt(
  repository: ImageRepository,
  version: string,
): Promise<ImageManifest | { readonly problem: string } | undefined> {
  try {
    const { bytes, mediaType } = await repository.manifest(version);
    const manifest = readManifest(bytes, mediaType, `"${version}"`);
    return manifest.kind === 'manifest' ? manifest : { problem: 'is an index, and no signature' };
  } catch (error) {
    if (error instanceof AssayError && error.code === 'NOT_FOUND') return undefined;
    return { problem: faultOf(error) };
  }
}

/** Why a signature cannot be read, as a predicate. @throws the error, if the registry could not be asked */
function faultOf(error: unknown): string {
  if (!(error instanceof AssayError) || !SIGNATURE_FAULTS.has(error.code)) throw error;
  return `cannot be read: ${error.message}`;
}
