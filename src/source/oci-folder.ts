/** A folder that is an OCI layout. */

import { AssayError } from '../base/errors.ts';
import { folderFiles } from './image-files.ts';
import { layoutDigests } from './oci-digests.ts';
import { isOciLayout } from './oci-index.ts';
import { openOciLayout } from './oci-layout.ts';
import { findTarget, type Target } from './selection.ts';
import type { ArtifactSource } from './source.ts';

export const ociLayout: ArtifactSource = {
  id: 'oci-layout',
  async accepts(request) {
    const target = await findTarget(request.reference);
    if (target?.isFolder !== true) return false;
    return isOciLayout(folderFiles(target.path, request.reference));
  },
  async open(request, context) {
    const { path, selection } = await findFolder(request.reference);
    return openOciLayout(folderFiles(path, path), { ...request, selection }, context);
  },
  async digests({ reference, platforms }) {
    const { path, selection } = await findFolder(reference);
    return layoutDigests(folderFiles(path, path), { platforms, selection, name: path });
  },
};

async function findFolder(reference: string): Promise<Target> {
  const target = await findTarget(reference);
  if (target !== undefined) return target;
  throw new AssayError('NOT_FOUND', `there is no folder "${reference}"`);
}
