/**
 * Opens a target: finds the source that it is for, asks the image stores, or says what it looked like.
 *
 * What lies on this disk under that name comes first; then the prefixes of transports are read; what is left is the name
 * of an image.
 */

import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import { parseImageReference } from '../oci/reference.ts';
import { askImageStores } from './image-stores.ts';
import { refuseLazyPath, withLazyStores } from './lazy-request.ts';
import { IMAGE_STORES, SOURCES } from './list.ts';
import { notAnImage, refusal } from './refusal.ts';
import { findTarget } from './selection.ts';
import type {
  ArtifactSource,
  ImageDigest,
  ImageStore,
  OpenArtifact,
  SourceRequest,
} from './source.ts';
import { withoutTransport } from './transport.ts';

/**
 * The artifacts of a target: one for each platform or image asked for. Whoever opens them disposes of each.
 *
 * @throws AssayError `NOT_FOUND`, `ACCESS_DENIED`, `DAMAGED`, `CONTENT_MISMATCH`, `LIMIT_EXCEEDED`, `USAGE`, and those of
 * registries and daemons
 */
export async function openSource(
  request: SourceRequest,
  context: Context,
): Promise<readonly OpenArtifact[]> {
  return withTarget(request, context, {
    source: (source, found) => source.open(found, context),
    store: (store, found) => store.open(found, context),
  });
}

/**
 * The digests of an image, of its index first. With no order given the registry is asked first: it says what a name leads
 * to now.
 *
 * @throws AssayError as {@link openSource} does.
 */
export async function listDigests(
  request: SourceRequest,
  context: Context,
): Promise<readonly ImageDigest[]> {
  const stores = IMAGE_STORES.map(({ id }) => id);
  const registryFirst = stores.sort((a, b) => Number(b === 'remote') - Number(a === 'remote'));
  const imageSources = request.imageSources.length > 0 ? request.imageSources : registryFirst;
  return withTarget({ ...request, kind: 'image', imageSources }, context, {
    source: (source, found) => {
      if (source.digests !== undefined) return source.digests(found, context);
      throw notAnImage(found.reference);
    },
    store: (store, found) => store.digests(found, context),
  });
}

/** What is done with whatever has the target. */
interface Uses<Answer> {
  source(source: ArtifactSource, request: SourceRequest): Promise<Answer>;
  store(store: ImageStore, request: SourceRequest): Promise<Answer>;
}

async function withTarget<Answer>(
  request: SourceRequest,
  context: Context,
  uses: Uses<Answer>,
): Promise<Answer> {
  const source = await findSource(request);
  if (source !== undefined) {
    refuseLazyPath(request);
    return uses.source(source, request);
  }
  const transported = withoutTransport(request);
  if (transported?.form === 'path') {
    const found = await findSource(transported.request);
    if (found !== undefined) {
      refuseLazyPath(request);
      return uses.source(found, transported.request);
    }
    throw await refusal(transported.request);
  }
  const named = transported?.request ?? request;
  if (transported === undefined && !(await mayBeImageName(request))) throw await refusal(request);
  refuseBadName(named.reference);
  return askImageStores(withLazyStores(named), context, (store) => uses.store(store, named));
}

async function findSource(request: SourceRequest): Promise<ArtifactSource | undefined> {
  for (const row of SOURCES) {
    if (request.kind !== undefined && !row.kinds.includes(request.kind)) continue;
    const source = await row.load();
    if (await source.accepts(request)) return source;
  }
  return undefined;
}

/** Endings of files that people name without a folder in front. */
const FILE_NAME = /\.(?:tar|tgz|gz|zst|json|lock|txt|xml|toml|ya?ml)$/i;
const PATH_START = /^(?:\.{0,2}\/|~)|^\.{1,2}$/;

/** A folder beside may be called as an image is; it is no image, and the name may well be of one. */
async function mayBeImageName({ reference, kind }: SourceRequest): Promise<boolean> {
  if (kind !== undefined && kind !== 'image') return false;
  if (PATH_START.test(reference) || FILE_NAME.test(reference)) return false;
  const target = await findTarget(reference);
  if (target?.path === reference && !target.isFolder) return false;
  return kind === 'image' || isImageName(reference);
}

const IMAGE_ID = /^(?:sha256:)?[0-9a-f]{64}$/;

function isImageName(reference: string): boolean {
  try {
    refuseBadName(reference);
    return true;
  } catch (error) {
    if (error instanceof AssayError) return false;
    throw error;
  }
}

/** Daemons know images by their ids too. @throws AssayError `USAGE` */
function refuseBadName(reference: string): void {
  if (!IMAGE_ID.test(reference)) parseImageReference(reference);
}
