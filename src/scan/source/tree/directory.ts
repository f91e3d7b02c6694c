/** A folder of source code or of anything else: `assay fs DIR`, `assay repo DIR`. */

import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';

import { AssayError } from '../../../core/base/errors.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import { compileSkips, openLocalTree, skipsBelow } from './local-tree.ts';
import { findTarget } from '../image/selection.ts';
import type { ArtifactSource, SourceRequest } from '../source.ts';

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
    const isRepositoryRoot = existsSync(join(target.path, '.git'));
    const isRepository = request.kind === undefined && isRepositoryRoot;
    const kind = isRepository ? 'repository' : (request.kind ?? 'directory');
    const folder = { path: target.path, kind, isClosed: isGitFolder };
    const opened = { ...(await openLocalTree(folder, request, context)), isRepositoryRoot };
    const gaps = await submoduleGaps(target.path, kind, request);
    if (gaps.length === 0) return [opened];
    return [{ ...opened, diagnostics: () => [...opened.diagnostics(), ...gaps] }];
  },
};

/** The rules are loaded where there may be submodules. */
async function submoduleGaps(
  path: string,
  kind: Artifact['kind'],
  request: SourceRequest,
): Promise<readonly Diagnostic[]> {
  const isRepository = kind === 'repository';
  const mayHave = ['.git', '.gitmodules'].some((name) => existsSync(join(path, name)));
  if (!mayHave && !isRepository) return [];
  const { unreadSubmodulesIn } = await import('../../../clients/git/worktree-submodules.ts');
  const { submoduleGap } = await import('../../../clients/git/unread-submodules.ts');
  const root = await realpath(path);
  const isSkipped = skipsBelow(compileSkips(root, request));
  return submoduleGap(unreadSubmodulesIn(root, isRepository).filter((one) => !isSkipped(one.path)));
}

/**
 * Copies of every file that ever was, in a form of their own; they are not what the folder holds
 * now.
 */
function isGitFolder(path: string): boolean {
  return path.endsWith('/.git');
}
