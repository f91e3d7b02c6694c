/** A folder that is an OCI layout, or what skopeo writes for `dir:`. */

import { AssayError } from '../../../core/base/errors.ts';
import { isJsonArray } from '../../../formats/text/json/json.ts';
import { readImageDocument } from '../../../clients/oci/image-document.ts';
import { checkHybridArchive, openHybridArchive } from '../archive/hybrid-archive.ts';
import { dirLayoutFiles, isDirLayout } from './dir-layout.ts';
import { directoryFiles, readImageFile, type ImageFiles } from '../image/image-files.ts';
import { layoutDigests } from './oci-digests.ts';
import { isOciLayout } from './oci-index.ts';
import { openOciLayout } from './oci-layout.ts';
import { findTarget, type LocalTarget } from '../image/selection.ts';
import type { ArtifactSource, SourceRequest } from '../source.ts';

export const ociLayout: ArtifactSource = {
  id: 'oci-layout',
  async accepts(request) {
    const target = await findTarget(request.reference, request.archive);
    if (target?.isFolder !== true) return false;
    const { path } = target;
    return (await isOciLayout(directoryFiles(path, request.reference))) || isDirLayout(path);
  },
  async open(request, context) {
    const { path, selection } = await findFolder(request);
    const files = await filesIn(path);
    const openAll = (await hasDockerList(files)) ? openHybridArchive : openOciLayout;
    return openAll(files, { ...request, selection }, context);
  },
  async files(request) {
    const { path } = await findFolder(request);
    return filesIn(path);
  },
  async digests(request) {
    const { platforms } = request;
    const { path, selection } = await findFolder(request);
    const files = await filesIn(path);
    if (await hasDockerList(files)) await checkHybridArchive(files);
    return layoutDigests(files, { platforms, selection, name: path });
  },
};

async function filesIn(path: string): Promise<ImageFiles> {
  const files = directoryFiles(path, path);
  return !(await isOciLayout(files)) && (await isDirLayout(path))
    ? dirLayoutFiles(path, path)
    : files;
}

/**
 * Returns whether a layout has the `manifest.json` of an archive that was unpacked.
 *
 * @throws AssayError `DAMAGED` where it is that of `dir:`, which skopeo reads in place of the
 * layout
 */
async function hasDockerList(files: ImageFiles): Promise<boolean> {
  // The files of `dir:` have no other name than those of a layout.
  const file = await readImageFile(files, '/manifest.json');
  if (file === undefined) return false;
  if (isJsonArray(readImageDocument(file.bytes, 'any', file.name))) return true;
  throw new AssayError(
    'DAMAGED',
    `"${files.name}" has two tables of contents: index.json, and a manifest.json as skopeo writes it for dir:`,
    { hint: 'Tools read one or the other. Copy each image into a folder of its own.' },
  );
}

async function findFolder({ reference, archive }: SourceRequest): Promise<LocalTarget> {
  const target = await findTarget(reference, archive);
  if (target !== undefined) return target;
  throw new AssayError('NOT_FOUND', `there is no folder "${reference}"`);
}
