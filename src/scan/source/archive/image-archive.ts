/**
 * An image in one file: what `docker save` writes, or an archive of an OCI layout, compressed or
 * not.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { decompress } from '../../../formats/archive/decompress.ts';
import { looksLikeTarHeader, TAR_BLOCK_BYTES } from '../../../formats/archive/tar/tar-header.ts';
import { checkHybridArchive, openHybridArchive } from './hybrid-archive.ts';
import { isDockerArchive, openDockerArchive } from './docker-archive.ts';
import { archiveFilesAt } from './archive-files.ts';
import type { StoredImagesRequest } from '../image/image.ts';
import type { ImageFiles } from '../image/image-files.ts';
import { layoutDigests } from '../layout/oci-digests.ts';
import { isOciLayout } from '../layout/oci-index.ts';
import { openOciLayout } from '../layout/oci-layout.ts';
import { findTarget, type LocalTarget } from '../image/selection.ts';
import type { ArtifactSource, ImageDigest, OpenArtifact, SourceRequest } from '../source.ts';
import { storedFile } from '../stored-bytes.ts';

/** Enough compressed bytes for the first block of any tar. */
const HEAD_BYTES = 64 * 1024;

export const imageArchive: ArtifactSource = {
  id: 'image-archive',
  async accepts(request) {
    const target = await findTarget(request.reference, request.archive);
    return target?.isFile === true && (await beginsWithTar(target.path));
  },
  async open(request, context) {
    const { path, selection } = await findFile(request);
    const files = await archiveFilesAt(path, path, context);
    return openArchive(files, { ...request, selection }, context);
  },
  async files(request, context) {
    const { path } = await findFile(request);
    return archiveFilesAt(path, path, context);
  },
  async digests(request, context) {
    const { platforms } = request;
    const { path, selection } = await findFile(request);
    const files = await archiveFilesAt(path, path, context);
    try {
      return await archiveDigests(files, { platforms, selection, name: path });
    } finally {
      await files.close();
    }
  },
};

async function findFile({ reference, archive }: SourceRequest): Promise<LocalTarget> {
  const target = await findTarget(reference, archive);
  if (target !== undefined) return target;
  throw new AssayError('NOT_FOUND', `there is no file "${reference}"`);
}

/**
 * Only a layout has the manifests that registries name images by.
 * @throws AssayError `NOT_FOUND` where it is none.
 */
export async function archiveDigests(
  files: ImageFiles,
  request: Parameters<typeof layoutDigests>[1],
): Promise<readonly ImageDigest[]> {
  const isSaved = await isDockerArchive(files);
  if (await isOciLayout(files)) {
    await (isSaved ? checkHybridArchive(files) : refuseOldList(files));
    return layoutDigests(files, request);
  }
  if (!isSaved) throw await unknownArchive(files);
  throw new AssayError('NOT_FOUND', `the images in "${files.name}" have no digests yet`, {
    hint: 'docker save before 25 and skopeo write no manifest: an image gets its digest when it is pushed.',
  });
}

/**
 * Returns the images asked for. `files` is closed by the last of them to be disposed of, or where
 * this throws.
 */
export async function openArchive(
  files: ImageFiles,
  request: StoredImagesRequest,
  context: Context,
): Promise<readonly OpenArtifact[]> {
  try {
    const isLayout = await isOciLayout(files);
    if (await isDockerArchive(files)) {
      const openAll = isLayout ? openHybridArchive : openDockerArchive;
      return await openAll(files, request, context);
    }
    if (!isLayout) throw await unknownArchive(files);
    await refuseOldList(files);
    return await openOciLayout(files, request, context);
  } catch (error) {
    await files.close();
    throw error;
  }
}

/** Returns whether the first block, uncompressed, is a tar header. */
async function beginsWithTar(path: string): Promise<boolean> {
  const stored = await storedFile(path);
  if (stored === undefined) return false;
  const head = await stored.head(HEAD_BYTES);
  let block: Uint8Array = new Uint8Array(0);
  const take = (piece: Uint8Array): void => {
    block = Buffer.concat([block, piece.subarray(0, TAR_BLOCK_BYTES)]);
    if (block.length >= TAR_BLOCK_BYTES) throw new EnoughBytes();
  };
  try {
    await decompress(once(head), take, path);
  } catch {
    // Enough, or cut off because only the head was given: what came out decides.
  }
  return looksLikeTarHeader(block);
}

/** Ends the decompression early. */
class EnoughBytes extends Error {}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** Docker reads the list of its first archives where there is no `manifest.json`. */
async function refuseOldList(files: ImageFiles): Promise<void> {
  if ((await files.get('/repositories')) === undefined) return;
  throw new AssayError(
    'DAMAGED',
    `"${files.name}" has two tables of contents: index.json, and the list "repositories" of docker before 1.10`,
    { hint: 'Tools read one or the other. Save the image again with docker save or skopeo copy.' },
  );
}

async function unknownArchive(files: ImageFiles): Promise<AssayError> {
  if (files.isCutOff === true) {
    return new AssayError(
      'DAMAGED',
      `"${files.name}" is damaged: it ends without the end of a tar archive, and holds no image up to there`,
      {
        hint: 'It was cut off, or is not an image: save it again, or scan its unpacked files with assay rootfs DIR.',
      },
    );
  }
  const isOldDocker = (await files.get('/repositories')) !== undefined;
  const reason = isOldDocker
    ? 'it was saved by docker before 1.10 and has no manifest.json'
    : 'it has neither a manifest.json, as docker saves, nor an index.json, as OCI layouts have';
  return new AssayError('DAMAGED', `"${files.name}" is a tar archive but no image: ${reason}`, {
    hint: isOldDocker
      ? 'Load it and save it again with a newer docker.'
      : 'Unpack it and scan the folder: assay rootfs DIR, or assay fs DIR.',
  });
}
