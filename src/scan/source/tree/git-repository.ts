/**
 * A git repository at one commit: of an address, or of a folder as it was committed. A folder
 * without a revision is read as it is (`directory.ts`).
 */

import { normalizePath } from '../../../core/base/artifact-path.ts';
import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { compileGlobs } from '../../../core/base/glob.ts';
import { createUnpackBudgets, type UnpackBudget } from '../../../formats/archive/tar/layer-tar.ts';
import type { LayerVisitor } from '../../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import { skipsBelow } from './local-tree.ts';
import { createUnreadableList, type ReportUnreadable } from './directory-walk.ts';
import { linkTarget } from './link-target.ts';
import { findTarget } from '../image/selection.ts';
import type { ArtifactSource, OpenArtifact, SourceRequest } from '../source.ts';
import type { CommitTree, GitLink } from '../../../clients/git/commit-submodules.ts';
import {
  checkRevision,
  fetchState,
  localState,
  type GitState,
} from '../../../clients/git/git-fetch.ts';
import { listTree, ObjectReader, type TreeEntry } from '../../../clients/git/git-objects.ts';
import { isFileUrl, isGitUrl, isHostAndPath, redactGitUrl } from '../../../clients/git/git-url.ts';
import { submoduleGap, type UnreadSubmodule } from '../../../clients/git/unread-submodules.ts';
import type { Revision } from '../../../core/model/artifact/revision.ts';

/** A link leads to a path; Linux takes none that is longer. */
const MAX_LINK_BYTES = 4096;

export const gitRepository: ArtifactSource = {
  id: 'git-repository',
  async accepts({ reference, kind, revision }) {
    if (isGitUrl(reference)) return true;
    if (kind !== 'repository') return false;
    if (isHostAndPath(reference)) return true;
    const target = await findTarget(reference);
    return target?.path === reference && target.isFolder && revision !== undefined;
  },
  async open(request, context) {
    checkRevision(request.revision);
    return [openState(await findState(request, context), request, context)];
  },
};

async function findState(request: SourceRequest, context: Context): Promise<GitState> {
  const { reference, revision, env = process.env } = request;
  const isAddress = isGitUrl(reference) || isHostAndPath(reference);
  const target = isAddress ? undefined : await findTarget(reference);
  if (target?.isFolder === true && revision !== undefined) {
    return localState(target.path, revision, env, context);
  }
  const url = isGitUrl(reference) ? reference : `https://${reference}`;
  if (context.fetch === undefined && !isFileUrl(url)) {
    throw new AssayError('OFFLINE', `"${redactGitUrl(url)}" is reached over the network`, {
      hint: 'Leave out --offline, or scan a clone: assay repo DIR',
    });
  }
  context.progress({ kind: 'phase', name: `fetching ${redactGitUrl(url)}` });
  return fetchState({ url, revision, env }, context);
}

function openState(state: GitState, request: SourceRequest, context: Context): OpenArtifact {
  const reference = redactGitUrl(request.reference);
  const unreadable = createUnreadableList();
  const budgets = createUnpackBudgets(context.limits, reference);
  const isSkipped = skipsBelow(compileGlobs(request.skipDirs));
  let unread: readonly UnreadSubmodule[] = [];
  return {
    artifact: { kind: 'repository', reference, layers: [{}] },
    isRepositoryRoot: state.folder === undefined,
    async walk(_layer, visit, walkContext) {
      const walk = { visit, budget: budgets(0), report: unreadable.report };
      unread = await walkRepository(state, walk, walkContext);
    },
    diagnostics: () => [
      commitNote(state, request.revision),
      ...submoduleGap(unread.filter(({ path }) => !isSkipped(path))),
      ...unreadable.diagnostics(),
    ],
    [Symbol.asyncDispose]: () => state.close(),
  };
}

interface CommitWalk {
  readonly visit: LayerVisitor;
  readonly budget: UnpackBudget;
  readonly report: ReportUnreadable;
}

/**
 * Gives every entry to `visit`, those of submodules that are at hand as well; returns the other
 * submodules.
 */
async function walkRepository(
  state: GitState,
  walk: CommitWalk,
  context: Context,
): Promise<readonly UnreadSubmodule[]> {
  const { commit, folder, local, place } = state;
  walk.visit({ type: 'directory', path: '/', mode: 0o755 });
  const treeish = folder === undefined ? commit : folder.tree;
  if (treeish === undefined) return [];
  const links = await walkCommit({ treeish, place, shown: '' }, walk, context);
  if (links.length === 0) return [];
  const { readSubmodules } = await import('../../../clients/git/commit-submodules.ts');
  const within = folder === undefined ? '' : `${folder.path}/`;
  return readSubmodules(
    { commit, place, links, within, shown: '', ...(local && { local }) },
    (tree) => walkCommit(tree, walk, context),
    context,
  );
}

/** Gives every entry of a tree to `visit`, and returns its gitlinks. */
async function walkCommit(
  { treeish, place, shown }: CommitTree,
  walk: CommitWalk,
  context: Context,
): Promise<readonly GitLink[]> {
  const { visit, budget } = walk;
  const links: GitLink[] = [];
  const objects = new ObjectReader(place, context);
  if (shown !== '') visit({ type: 'directory', path: shown, mode: 0o755 });
  try {
    for await (const entry of listTree(treeish, place, context)) {
      budget.addEntry();
      const path = `${shown}${normalizePath(entry.path)}`;
      if (entry.kind === 'directory') visit({ type: 'directory', path, mode: 0o755 });
      else if (entry.kind === 'submodule') links.push({ path: entry.path, commit: entry.objectId });
      else if (entry.kind === 'symlink') await visitLink(entry, path, objects, walk);
      else await visitFile(entry, path, objects, walk);
    }
    return links;
  } finally {
    objects.stop();
  }
}

async function visitFile(
  entry: TreeEntry,
  path: string,
  objects: ObjectReader,
  { visit, budget, report }: CommitWalk,
): Promise<void> {
  const { mode, sizeBytes } = entry;
  const sink = visit({ type: 'file', path, mode, sizeBytes });
  if (sink === undefined) return;
  const isThere = await objects.read(entry.objectId, (piece) => {
    budget.addBytes(piece.length);
    sink.write(piece);
  });
  if (isThere) sink.end();
  else report(path, 'its contents are not in the repository, which is a partial clone', 'body');
}

async function visitLink(
  entry: TreeEntry,
  path: string,
  objects: ObjectReader,
  { visit, report }: CommitWalk,
): Promise<void> {
  const pieces: Buffer[] = [];
  let lengthBytes = 0;
  const isThere = await objects.read(entry.objectId, (piece) => {
    lengthBytes += piece.length;
    if (lengthBytes <= MAX_LINK_BYTES) pieces.push(Buffer.from(piece));
  });
  if (!isThere || lengthBytes > MAX_LINK_BYTES) report(path, 'it is not a usable link', 'entry');
  else {
    const target = linkTarget(path, Buffer.concat(pieces).toString());
    visit({ type: 'symlink', path, target });
  }
}

function commitNote({ commit, folder }: GitState, revision: Revision | undefined): Diagnostic {
  const name =
    revision === undefined || revision.kind === 'commit'
      ? ''
      : `, ${revision.kind} "${revision.name}"`;
  const what = folder === undefined ? 'the repository' : 'this folder of the repository';
  const how = folder !== undefined && folder.tree === undefined ? 'is not there' : 'was read';
  return { stage: 'source', message: `${what} ${how} at commit ${commit}${name}` };
}
