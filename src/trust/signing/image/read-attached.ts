/**
 * Reads what is attached to an image: layers of the tags of cosign, and manifests that refer to the
 * image.
 *
 * Source: sigstore/cosign, `specs/SIGNATURE_SPEC.md` and `specs/BUNDLE_SPEC.md`; OCI distribution
 * specification, "Listing Referrers". What a referrer contains is decided by its own manifest:
 * cosign 2.5 lists its bundles with the artifact type of an empty document.
 */

import { AssayError, type ErrorCode } from '../../../core/base/errors.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { readManifest, type Descriptor, type ImageManifest } from '../../../clients/oci/index.ts';
import { BUNDLE_PREDICATE_TYPE, isAnyBundleType, isBundleType } from '../bundle-parts.ts';
import { COSIGN_ANNOTATIONS } from '../cosign-annotations.ts';
import type { LegacyProof } from '../legacy-proof.ts';
import type { RefusedSignature } from '../signature-proof.ts';
import type { AttachedSource } from './attached-source.ts';
import { inTurns } from './in-turns.ts';
import { SignatureBudget } from './signature-budget.ts';

/** The form of storage. */
export type ImageForm = 'sig' | 'att' | 'oci-1.1' | 'bundle';

/** The location of a stored document. */
export interface Place {
  readonly form: ImageForm;
  /** The tag or the digest of its manifest, and its layer. */
  readonly place: string;
}

/** Something that was found, or the reason why it cannot be read. */
export interface Attached<Read> extends Place {
  readonly read: Read | RefusedSignature;
  /** The predicate type that an annotation states; nothing proves it. */
  readonly claimedType?: string;
}

/** All that was found at one image. */
export interface AllAttached<Read> {
  readonly found: readonly Attached<Read>[];
  /** Omissions, in whole sentences. */
  readonly notes: readonly string[];
  /** Whether a limit left something out. */
  readonly isCut: boolean;
}

/** Reads one kind of what is attached. */
export interface AttachedReader<Read> {
  /** For messages: `signatures`. */
  readonly what: string;
  readonly tag: { readonly name: string; readonly form: ImageForm };
  /** Returns the layers of a referrer that are like those of the tag; their form is `oci-1.1`. */
  readonly tagLayersOf: (manifest: ImageManifest) => readonly Descriptor[];
  /** Most bytes of one. */
  readonly maxBytes: number;
  /** Whether what is read of one is kept until all are read. */
  readonly isKept: boolean;
  /** Number of parallel reads. */
  readonly atOnce?: number;
  /** Reads one layer of a tag; `load` returns its content. */
  readonly readLayer: (layer: Descriptor, load: Load, found: Place) => Promise<Results<Read>>;
  /** Reads a bundle; what is of another kind is none. */
  readonly readBundle: (bytes: Uint8Array, found: Place) => Promise<Results<Read>> | Results<Read>;
}

type Load = () => Promise<{ readonly bytes: Uint8Array } | RefusedSignature>;
type Results<Read> = readonly (Read | RefusedSignature)[];

/** Most that is read of one kind of one image. */
export const MAX_SIGNATURES = 100;
/** Most manifests that are read to find out what they are. */
const MAX_REFERRERS = 400;

/** Errors about the attached content itself. All others mean that the registry cannot be asked. */
const FAULTS: ReadonlySet<ErrorCode> = new Set([
  'NOT_FOUND',
  'CONTENT_MISMATCH',
  'DAMAGED',
  'LIMIT_EXCEEDED',
]);

/**
 * Reads all of a kind. What cannot be read is in the list, with the reason.
 *
 * @throws AssayError if the registry cannot be asked
 */
export async function readAttached<Read extends object>(
  repository: AttachedSource,
  digest: Digest,
  reader: AttachedReader<Read>,
): Promise<AllAttached<Read>> {
  const at = { repository, digest, reader, budget: new SignatureBudget() };
  const [tagged, referring] = await Promise.all([readTag(at), readReferrers(at)]);
  const all = [...tagged, ...referring.found];
  const left = all.length - MAX_SIGNATURES;
  const notes = [...referring.notes];
  if (left > 0) {
    notes.push(`${digest} has more than ${MAX_SIGNATURES} ${reader.what}; ${left} are not judged.`);
  }
  const isCut = notes.length > 0 || at.budget.isCut;
  return { found: all.slice(0, MAX_SIGNATURES), notes, isCut };
}

/**
 * Returns whether a referrer is of a type. Older programs state it as the media type of the
 * configuration.
 */
export function isOfType({ artifactType, config }: ImageManifest, type: string): boolean {
  return artifactType === type || config.mediaType === type;
}

/** Returns what lies beside the signature of a layer. */
export function legacyProofOf({ annotations }: Descriptor): LegacyProof {
  return {
    certificate: annotations.get(COSIGN_ANNOTATIONS.certificate),
    logEntry: annotations.get(COSIGN_ANNOTATIONS.logEntry),
    timestamp: annotations.get(COSIGN_ANNOTATIONS.timestamp),
  };
}

interface Reading<Read> {
  readonly repository: AttachedSource;
  readonly digest: Digest;
  readonly reader: AttachedReader<Read>;
  readonly budget: SignatureBudget;
}

async function readTag<Read extends object>(at: Reading<Read>): Promise<readonly Attached<Read>[]> {
  const { name: place, form } = at.reader.tag;
  const manifest = await manifestAt(at.repository, place);
  if (manifest === undefined) return [];
  if ('problem' in manifest) return [{ form, place, read: manifest }];
  return readLayers(manifest, { form, place }, at);
}

async function readReferrers<Read extends object>(
  at: Reading<Read>,
): Promise<Omit<AllAttached<Read>, 'isCut'>> {
  const { repository, digest, reader } = at;
  const listed = await repository.referrers(digest);
  const ordered = [
    ...listed.filter(({ artifactType }) => isLikely(artifactType)),
    ...listed.filter(({ artifactType }) => !isLikely(artifactType)),
  ];
  const found = await inTurns(
    ordered.slice(0, MAX_REFERRERS),
    (one) => readReferrer(one, at),
    reader.atOnce,
  );
  const left = listed.length - MAX_REFERRERS;
  const notes =
    left > 0 ? [`${digest} has ${listed.length} referrers; ${left} of them are not read.`] : [];
  return { found: found.flat(), notes };
}

/** Only the order depends on it, for images with very many referrers. */
function isLikely(artifactType: string | undefined): boolean {
  return (
    artifactType === undefined ||
    isBundleType(artifactType) ||
    /cosign|dsse|empty|in-toto/u.test(artifactType)
  );
}

async function readReferrer<Read extends object>(
  { digest: place, artifactType }: Descriptor,
  at: Reading<Read>,
): Promise<readonly Attached<Read>[]> {
  const { repository, digest, reader } = at;
  const manifest = await manifestAt(repository, place);
  if (manifest === undefined || 'problem' in manifest) {
    const read = manifest ?? { problem: 'is listed and is not there' };
    return isBundleType(artifactType) ? [{ form: 'bundle', place, read }] : [];
  }
  const layers = reader.tagLayersOf(manifest);
  const bundles = manifest.layers.filter(({ mediaType }) => isAnyBundleType(mediaType));
  const form = layers.length > 0 ? 'oci-1.1' : 'bundle';
  if (layers.length === 0 && bundles.length === 0) return [];
  if (manifest.subject?.digest !== digest) {
    return [{ form, place, read: { problem: 'is attached to another image' } }];
  }
  return [
    ...(layers.length > 0 ? await readLayers({ layers }, { form: 'oci-1.1', place }, at) : []),
    ...(bundles.length > 0 ? await readBundles(manifest, bundles, { place, at }) : []),
  ];
}

async function readBundles<Read extends object>(
  manifest: ImageManifest,
  bundles: readonly Descriptor[],
  { place, at }: { readonly place: string; readonly at: Reading<Read> },
): Promise<readonly Attached<Read>[]> {
  const form = 'bundle';
  const tooMany = refusedCount(bundles.length, at);
  if (tooMany !== undefined) return [{ form, place, read: tooMany }];
  const read: Attached<Read>['read'][] = [];
  for (const bundle of bundles) {
    read.push(...(await readBundle(bundle, { form, place }, at)));
    if (read.length > MAX_SIGNATURES) break;
  }
  const claimed = claimedTypeOf(manifest.annotations.get(BUNDLE_PREDICATE_TYPE));
  return read.map((one) => ({ form, place, read: one, ...claimed }));
}

function claimedTypeOf(type: string | undefined): Pick<Attached<never>, 'claimedType'> {
  return type === undefined ? {} : { claimedType: type };
}

async function readBundle<Read extends object>(
  bundle: Descriptor,
  found: Place,
  at: Reading<Read>,
): Promise<Results<Read>> {
  const loaded = await blobOf(bundle, at);
  if ('problem' in loaded) return [loaded];
  const all = await at.reader.readBundle(loaded.bytes, found);
  if (all.length > 0 && at.reader.isKept) at.budget.countKept(loaded.bytes);
  return all.slice(0, MAX_SIGNATURES + 1);
}

async function readLayers<Read extends object>(
  { layers }: Pick<ImageManifest, 'layers'>,
  { form, place }: Place,
  at: Reading<Read>,
): Promise<readonly Attached<Read>[]> {
  const { reader, budget } = at;
  const tooMany = refusedCount(layers.length, at);
  if (tooMany !== undefined) return [{ form, place, read: tooMany }];
  const read = await inTurns(
    [...layers.entries()],
    async ([index, layer]) => {
      const found = { form, place: `${place}#${index + 1}` };
      const load = async (): ReturnType<Load> => {
        const loaded = await blobOf(layer, at);
        if ('bytes' in loaded && reader.isKept) budget.countKept(loaded.bytes);
        return loaded;
      };
      const all = await reader.readLayer(layer, load, found);
      const claimed = claimedTypeOf(layer.annotations.get(COSIGN_ANNOTATIONS.predicateType));
      return all.map((one) => ({ ...found, read: one, ...claimed }));
    },
    reader.atOnce,
  );
  return read.flat();
}

function refusedCount<Read extends object>(
  count: number,
  { reader: { what }, budget }: Reading<Read>,
): RefusedSignature | undefined {
  if (count <= MAX_SIGNATURES) return undefined;
  budget.leaveOut();
  return { problem: `holds ${count} ${what}, and at most ${MAX_SIGNATURES} are read` };
}

async function blobOf<Read extends object>(
  descriptor: Descriptor,
  { repository, reader, budget }: Reading<Read>,
): ReturnType<Load> {
  const { problem } = budget;
  if (problem !== undefined) return { problem };
  const { maxBytes } = reader;
  const loaded = await blobAt(repository, descriptor, maxBytes);
  if ('bytes' in loaded) budget.countRead(loaded.bytes.length);
  if (!('problem' in loaded) || (descriptor.sizeBytes ?? 0) <= maxBytes) return loaded;
  // A manifest can state any size. Only content that is there with so many bytes can be an
  // attestation.
  const unsized = await blobAt(repository, { ...descriptor, sizeBytes: undefined }, maxBytes);
  budget.countRead('bytes' in unsized ? unsized.bytes.length : maxBytes);
  return 'problem' in unsized && unsized.isTooLarge === true ? loaded : { problem: loaded.problem };
}

/**
 * Returns a blob, or why it cannot be read. Other addresses in its manifest are not requested: the
 * author of a signature could otherwise direct the requests of its verifiers.
 */
export async function blobAt(
  repository: Pick<AttachedSource, 'readBlob'>,
  descriptor: Descriptor,
  maxBytes: number,
): ReturnType<Load> {
  try {
    return { bytes: await repository.readBlob({ ...descriptor, urls: [] }, maxBytes) };
  } catch (error) {
    const problem = faultOf(error);
    const isTooLarge = error instanceof AssayError && error.code === 'LIMIT_EXCEEDED';
    return isTooLarge ? { problem, isTooLarge } : { problem };
  }
}

/**
 * Returns the manifest of a tag or digest, or why it cannot be read; `undefined` if there is none.
 */
export async function manifestAt(
  repository: Pick<AttachedSource, 'manifest'>,
  version: string,
): Promise<ImageManifest | RefusedSignature | undefined> {
  try {
    const { bytes, mediaType } = await repository.manifest(version);
    const manifest = readManifest(bytes, mediaType, `"${version}"`);
    return manifest.kind === 'manifest' ? manifest : { problem: 'is an index, and no signature' };
  } catch (error) {
    if (error instanceof AssayError && error.code === 'NOT_FOUND') return undefined;
    return { problem: faultOf(error) };
  }
}

/**
 * Returns the reason for an unreadable document, as a predicate.
 * @throws the error, if the registry could not be reached
 */
function faultOf(error: unknown): string {
  if (!(error instanceof AssayError) || !FAULTS.has(error.code)) throw error;
  return `cannot be read: ${error.message}`;
}
