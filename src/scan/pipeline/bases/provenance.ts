/**
 * The provenance that BuildKit stores beside an image, in a registry, a layout or an archive of
 * one: a manifest in the image's index whose layers are in-toto statements. Signatures are not
 * checked here, so a statement only names images.
 *
 * Source: BuildKit documentation, "Image Attestation Storage"; in-toto attestation framework,
 * "Statement".
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { readJsonValue } from '../../../formats/text/json/json.ts';
import type { Artifact, Digest } from '../../../core/model/artifact/artifact.ts';
import type { SourceKind } from '../../../core/model/artifact/source-kind.ts';
import {
  createRegistryClient,
  parseImageReference,
  readManifest,
  type Descriptor,
} from '../../../clients/oci/index.ts';
import { openImageFiles } from '../../source/open-source.ts';
import { readBlob } from '../../source/layout/oci-index.ts';
import type { SourceRequest } from '../../source/source.ts';
import { provenanceBases, type NamedBase } from './provenance-materials.ts';

/** A statement with the whole build definition has some hundred kilobytes. */
const MAX_STATEMENT_BYTES = 4 * 1024 * 1024;
/**
 * BuildKit writes one for each image; each further one is fetched, and names further images to
 * open.
 */
const MAX_STATEMENTS = 2;
const IN_TOTO = 'application/vnd.in-toto+json';
const SLSA_PROVENANCE = 'https://slsa.dev/provenance/';

/**
 * Returns the images that the provenance beside an image names; none for images without an index.
 */
export async function provenanceOf(
  artifact: Artifact,
  target: SourceRequest,
  context: Context,
): Promise<readonly NamedBase[]> {
  const { indexDigest, manifestDigest } = artifact.image ?? {};
  if (indexDigest === undefined || manifestDigest === undefined) return [];
  try {
    await using blobs = await openBlobs(artifact, target, context);
    if (blobs === undefined) return [];
    const index = await readStored(blobs, { digest: indexDigest });
    if (index.kind !== 'index') return [];
    const beside = index.manifests.find(
      ({ annotations }) =>
        annotations.get('vnd.docker.reference.type') === 'attestation-manifest' &&
        annotations.get('vnd.docker.reference.digest') === manifestDigest,
    );
    return beside === undefined ? [] : await statementsOf(blobs, beside);
  } catch (error) {
    // Provenance that cannot be read names nothing; the image itself was read.
    if (!(error instanceof AssayError) || error.code === 'INTERRUPTED') throw error;
    context.log.debug(`the provenance of "${artifact.reference}" is not used: ${error.message}`);
    return [];
  }
}

/** Manifests and blobs of the place that an image was read from, compared with their digests. */
interface Blobs extends AsyncDisposable {
  manifest(digest: Digest): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }>;
  blob(descriptor: Descriptor): Promise<Uint8Array>;
}

/** Places that are read again. Standard input is gone, and daemons keep no attestations. */
const ON_DISK: ReadonlySet<SourceKind> = new Set<SourceKind>(['layout', 'archive']);

async function openBlobs(
  { image, source }: Artifact,
  target: SourceRequest,
  context: Context,
): Promise<Blobs | undefined> {
  const [repoDigest] = image?.repoDigests ?? [];
  if (source?.kind === 'registry' && context.fetch !== undefined && repoDigest !== undefined) {
    return registryBlobs(repoDigest, target, context);
  }
  return source !== undefined && ON_DISK.has(source.kind)
    ? storedBlobs(target, context)
    : undefined;
}

async function registryBlobs(
  repoDigest: string,
  { registry, env }: SourceRequest,
  context: Context,
): Promise<Blobs> {
  const options = { ...(env !== undefined && { env }), ...registry };
  const client = createRegistryClient(options, context);
  const repository = await client.repository(parseImageReference(repoDigest));
  return {
    manifest: (digest) => repository.manifest(digest),
    blob: (descriptor) => repository.readBlob(descriptor, MAX_STATEMENT_BYTES),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function storedBlobs(target: SourceRequest, context: Context): Promise<Blobs | undefined> {
  const files = await openImageFiles(target, context);
  if (files === undefined) return undefined;
  const bytesOf = async (digest: Digest): Promise<Uint8Array> => {
    const bytes = await readBlob(files, { digest });
    if (bytes !== undefined) return bytes;
    throw new AssayError('NOT_FOUND', `${digest} is not in "${files.name}"`);
  };
  return {
    manifest: async (digest) => ({ bytes: await bytesOf(digest), mediaType: '' }),
    blob: ({ digest }) => bytesOf(digest),
    [Symbol.asyncDispose]: () => files.close(),
  };
}

async function readStored(
  blobs: Blobs,
  { digest }: Pick<Descriptor, 'digest'>,
): Promise<ReturnType<typeof readManifest>> {
  const { bytes, mediaType } = await blobs.manifest(digest);
  return readManifest(bytes, mediaType, digest);
}

async function statementsOf(blobs: Blobs, beside: Descriptor): Promise<readonly NamedBase[]> {
  const manifest = await readStored(blobs, beside);
  if (manifest.kind !== 'manifest') return [];
  const statements = manifest.layers.filter(({ annotations, mediaType }) => {
    const type = annotations.get('in-toto.io/predicate-type') ?? '';
    return mediaType === IN_TOTO && type.startsWith(SLSA_PROVENANCE);
  });
  const named: NamedBase[] = [];
  for (const layer of statements.slice(0, MAX_STATEMENTS)) {
    named.push(...provenanceBases(readJsonValue(layer.digest, await blobs.blob(layer))));
  }
  return named;
}
