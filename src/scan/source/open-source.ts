/**
 * Opens a target: finds the place that it means, which its text decides (`clients/oci/parse-target.ts`),
 * and reads it there.
 *
 * A name is looked up in the image stores and nowhere else; a path is looked up on this disk and
 * nowhere else. Only a target of no given kind may be either: there the disk is asked first, and
 * the log and the report say what was chosen.
 */

import type { Context } from '../../core/base/context.ts';
import type { SourceUsed } from '../../core/model/artifact/artifact.ts';
import { sourceText } from '../../core/model/artifact/source-text.ts';
import { hasDigest, parseTarget, type TargetSyntax } from '../../clients/oci/parse-target.ts';
import type { ImageFiles } from './image/image-files.ts';
import { mayBeName, refuseBadName, refuseFileName, withPathHint } from './image/image-names.ts';
import { queryImageStores, storeRequest } from './image/image-stores.ts';
import { refuseLazyPath, withLazyStores } from './registry/lazy-request.ts';
import { IMAGE_STORES, SOURCES, type SourceRow } from './list.ts';
import type {
  ArtifactSource,
  ImageDigest,
  ImageStore,
  OpenArtifact,
  SourceRequest,
} from './source.ts';

/**
 * Returns the artifacts of a target: one for each platform or image asked for. The caller disposes
 * of each.
 *
 * @throws AssayError `NOT_FOUND`, `ACCESS_DENIED`, `DAMAGED`, `CONTENT_MISMATCH`, `LIMIT_EXCEEDED`,
 * `USAGE`, and those of registries and daemons
 */
export async function openSource(
  request: SourceRequest,
  context: Context,
): Promise<readonly OpenArtifact[]> {
  const opened = await withTarget(request, context, {
    source: async (source, found, { from }) => {
      const artifacts = await source.open(found, context);
      return artifacts.map((one) => withSource(one, { kind: from }));
    },
    store: (store, found) => store.open(found, context),
  });
  return request.kind === undefined ? logChosenSource(request, opened, context) : opened;
}

/** Returns the artifact with the place that it was read from. */
function withSource(opened: OpenArtifact, source: SourceUsed): OpenArtifact {
  return { ...opened, artifact: { ...opened.artifact, source } };
}

/** Logs the source of a target of no given kind, and marks it as guessed. */
function logChosenSource(
  { reference }: SourceRequest,
  opened: readonly OpenArtifact[],
  { log }: Context,
): readonly OpenArtifact[] {
  const source = opened[0]?.artifact.source;
  if (source !== undefined) {
    log.info(`"${reference}" is read as ${sourceText(source)}; a command says what is meant`);
  }
  return opened.map((one) => {
    const { source: used } = one.artifact;
    return used === undefined ? one : withSource(one, { ...used, isGuessed: true });
  });
}

/**
 * Returns the digests of an image, of its index first. With no order given the registry is asked
 * first: it says what a name leads to now.
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
    source: async (source, found) => {
      if (source.digests !== undefined) return source.digests(found, context);
      const { notAnImageError } = await import('./unrecognized-target.ts');
      throw notAnImageError(found.reference);
    },
    store: (store, found) => store.digests(found, context),
  });
}

/**
 * Returns the files that the images of a target are stored in; `undefined` for targets that are in
 * no archive or layout. The caller closes them.
 *
 * @throws AssayError as {@link openSource} does.
 */
export async function openImageFiles(
  request: SourceRequest,
  context: Context,
): Promise<ImageFiles | undefined> {
  return withTarget(request, context, {
    source: async (source, found) => source.files?.(found, context),
    store: () => Promise.resolve(undefined),
  });
}

/** The operations on the place that has the target. */
interface Uses<Answer> {
  source(source: ArtifactSource, request: SourceRequest, row: SourceRow): Promise<Answer>;
  store(store: ImageStore, request: SourceRequest): Promise<Answer>;
}

/** The place where a target is looked up, and its interpretation. */
interface Place {
  readonly on: 'disk' | 'stores';
  readonly request: SourceRequest;
}

async function withTarget<Answer>(
  request: SourceRequest,
  context: Context,
  uses: Uses<Answer>,
): Promise<Answer> {
  const place = placeOf(request);
  const found = place?.request ?? request;
  if (place?.on !== 'stores') {
    const row = await findSource(found);
    if (row !== undefined) {
      if (found.isLazy === true) refuseLazyPath(found);
      return uses.source(await row.load(), found, row);
    }
    if (place !== undefined || !(await mayBeName(request))) {
      const { unrecognizedTargetError } = await import('./unrecognized-target.ts');
      throw await unrecognizedTargetError(found);
    }
  }
  if (found.reference === request.reference) await refuseFileName(found.reference);
  refuseBadName(found.reference);
  try {
    return await queryImageStores(withLazyStores(found), context, (store) =>
      uses.store(store, found),
    );
  } catch (error) {
    throw await withPathHint(error, found.reference);
  }
}

/**
 * Returns what the text and the kind of a target decide; `undefined` where the disk has to be
 * asked.
 */
function placeOf(request: SourceRequest): Place | undefined {
  const { reference, kind, isPath, archive } = request;
  if (kind !== undefined && kind !== 'image') return { on: 'disk', request };
  const form: TargetSyntax = parseTarget(reference);
  const isOnDisk = isPath === true || archive !== undefined;
  switch (form.kind) {
    case 'input':
      return { on: 'disk', request };
    case 'path':
      return { on: 'disk', request: form.isImage ? withoutPrefix(request, form.text) : request };
    case 'store':
      if (isOnDisk) return { on: 'disk', request };
      return { on: 'stores', request: storeRequest(request, form) };
    case 'name':
      if (isOnDisk) return { on: 'disk', request };
      return kind === 'image' ? { on: 'stores', request } : undefined;
  }
}

function withoutPrefix(request: SourceRequest, text: string): SourceRequest {
  const { reference, archive } = request;
  const prefixLength = reference.length - text.length;
  const path = archive === undefined ? {} : { archive: archive.slice(prefixLength) };
  return { ...request, kind: 'image', reference: text, ...path };
}

async function findSource(request: SourceRequest): Promise<SourceRow | undefined> {
  // Only images have digests, and only a source of images compares them.
  const kind = request.kind ?? (hasDigest(request.reference) ? 'image' : undefined);
  for (const row of SOURCES) {
    if (kind !== undefined && !row.kinds.includes(kind)) continue;
    const source = await row.load();
    if (await source.accepts(request)) return row;
  }
  return undefined;
}
