/**
 * The provenance that BuildKit stores beside an image in a registry: a manifest in the image's index whose layers are in-toto
 * statements. Signatures are not checked here, so what it says only names images.
 *
 * Source: BuildKit documentation, "Image Attestation Storage"; in-toto attestation framework, "Statement".
 */

import type { Context } from '../../base/context.ts';
import { AssayError } from '../../base/errors.ts';
import { readJsonValue } from '../../format/json.ts';
import type { Artifact } from '../../model/artifact.ts';
import {
  createRegistryClient,
  parseImageReference,
  readManifest,
  type Descriptor,
  type Repository,
} from '../../oci/index.ts';
import type { SourceRequest } from '../../source/source.ts';
import { provenanceBases, type NamedBase } from './provenance-materials.ts';

/** A statement with the whole build definition has some hundred kilobytes. */
const MAX_STATEMENT_BYTES = 4 * 1024 * 1024;
/** BuildKit writes one for each image; each further one is fetched, and names further images to open. */
const MAX_STATEMENTS = 2;
const IN_TOTO = 'application/vnd.in-toto+json';
const SLSA_PROVENANCE = 'https://slsa.dev/provenance/';

/** Returns the images that the provenance beside an image names; none for images from elsewhere than a registry. */
export async function provenanceOf(
  artifact: Artifact,
  { registry, env }: SourceRequest,
  context: Context,
): Promise<readonly NamedBase[]> {
  const { image, source } = artifact;
  const [repoDigest] = image?.repoDigests ?? [];
  if (source?.kind !== 'registry' || context.fetch === undefined) return [];
  if (image?.indexDigest === undefined || repoDigest === undefined) return [];
  const { indexDigest, manifestDigest } = image;
  try {
    const client = createRegistryClient(
      { ...(env !== undefined && { env }), ...registry },
      context,
    );
    const repository = await client.repository(parseImageReference(repoDigest));
    const index = await repository.manifest(indexDigest);
    const list = readManifest(index.bytes, index.mediaType, `"${repoDigest}"`);
    if (list.kind !== 'index') return [];
    const beside = list.manifests.find(
      ({ annotations }) =>
        annotations.get('vnd.docker.reference.type') === 'attestation-manifest' &&
        annotations.get('vnd.docker.reference.digest') === manifestDigest,
    );
    return beside === undefined ? [] : await statementsOf(repository, beside);
  } catch (error) {
    // Provenance that cannot be read names nothing; the image itself was read.
    if (!(error instanceof AssayError) || error.code === 'INTERRUPTED') throw error;
    context.log.debug(`the provenance of "${artifact.reference}" is not used: ${error.message}`);
    return [];
  }
}

async function statementsOf(
  repository: Repository,
  { digest }: Descriptor,
): Promise<readonly NamedBase[]> {
  const stored = await repository.manifest(digest);
  const manifest = readManifest(stored.bytes, stored.mediaType, digest);
  if (manifest.kind !== 'manifest') return [];
  const statements = manifest.layers.filter(({ annotations, mediaType }) => {
    const type = annotations.get('in-toto.io/predicate-type') ?? '';
    return mediaType === IN_TOTO && type.startsWith(SLSA_PROVENANCE);
  });
  const named: NamedBase[] = [];
  for (const layer of statements.slice(0, MAX_STATEMENTS)) {
    const bytes = await repository.readBlob(layer, MAX_STATEMENT_BYTES);
    named.push(...provenanceBases(readJsonValue(digest, bytes)));
  }
  return named;
}
