/** A folder that is an OCI layout, or what skopeo writes for `dir:`. */

import { AssayError } from '../base/errors.ts';
import { dirFiles, isDirFolder } from './dir-folder.ts';
import { folderFiles, type ImageFiles } from './image-files.ts';
import { layoutDigests } from './oci-digests.ts';
import { isOciLayout } from './oci-index.ts';
import { openOciLayout } from './oci-layout.ts';
import { findTarget, type Target } from './selection.ts';
import type { ArtifactSource, SourceRequest } from './source.ts';

export const ociLayout: ArtifactSource = {
  id: 'oci-layout',
  async accepts(request) {
    const target = await findTarget(request.reference, request.archive);
    if (target?.isFolder !== true) return false;
    const { path } = target;
    return (await isOciLayout(folderFiles(path, request.reference))) || isDirFolder(path);
  },
  async open(request, context) {
    const { path, selection } = await findFolder(request);
    return openOciLayout(await filesIn(path), { ...request, selection }, context);
  },
  async digests(request) {
    const { platforms } = request;
    const { path, selection } = await findFolder(request);
    return layoutDigests(await filesIn(path), { platforms, selection, name: path });
  },
};

async function filesIn(path: string): Promise<ImageFiles> {
  const files = folderFiles(path, path);
  return !(await isOciLayout(files)) && (await isDirFolder(path)) ? dirFiles(path, path) : files;
}

async function findFolder({ reference, archive }: SourceRequest): Promise<Target> {
  const target = await findTarget(reference, archive);
  if (target !== undefined) return target;
  throw new AssayError('NOT_FOUND', `there is no folder "${reference}"`);
}
