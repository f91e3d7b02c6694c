/** An unpacked root file system: `assay rootfs DIR`. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { AssayError } from '../../../core/base/errors.ts';
import { openLocalTree } from './local-tree.ts';
import { findTarget } from '../image/selection.ts';
import type { ArtifactSource } from '../source.ts';

/** Files that mark a directory as a root filesystem without a flag. */
const SYSTEM_FILES = [
  'etc/os-release',
  'usr/lib/os-release',
  'etc/alpine-release',
  'etc/debian_version',
];

export const rootfs: ArtifactSource = {
  id: 'rootfs',
  async accepts(request) {
    const target = await findTarget(request.reference);
    if (target?.isFolder !== true || target.path !== request.reference) return false;
    return (
      request.kind === 'rootfs' || SYSTEM_FILES.some((file) => existsSync(join(target.path, file)))
    );
  },
  async open(request, context) {
    const target = await findTarget(request.reference);
    if (target?.isFolder !== true) {
      throw new AssayError('NOT_FOUND', `there is no folder "${request.reference}"`);
    }
    return [await openLocalTree({ path: target.path, kind: 'rootfs' }, request, context)];
  },
};
