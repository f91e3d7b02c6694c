/** A folder of source code or of anything else: `assay fs DIR`, `assay repo DIR`. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { AssayError } from '../base/errors.ts';
import { openFolder } from './folder.ts';
import { findTarget } from './selection.ts';
import type { ArtifactSource } from './source.ts';

export const directory: ArtifactSource = {
  id: 'directory',
  async accepts(request) {
    const target = await findTarget(request.reference);
    return target?.isFolder === true && target.path === request.reference;
  },
  async open(request, context) {
    const target = await findTarget(request.reference);
    if (target?.isFolder !== true) {
      throw new AssayError('NOT_FOUND', `there is no folder "${request.reference}"`);
    }
    const isRepository = request.kind === undefined && existsSync(join(target.path, '.git'));
    const kind = isRepository ? 'repository' : (request.kind ?? 'directory');
    const folder = { path: target.path, kind, isClosed: isGitFolder };
    return [await openFolder(folder, request, context)];
  },
};

/** Copies of every file that ever was, in a form of their own; they are not what the folder holds now. */
function isGitFolder(path: string): boolean {
  return path.endsWith('/.git');
}
