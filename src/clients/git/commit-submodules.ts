/**
 * Submodules of a commit. A commit records the commit of each submodule, and nothing else of it.
 * Where the objects of that commit are on this disk, its files are read at their path; nothing is
 * fetched.
 *
 * Source: gitmodules(5); gitrepository-layout(5), "modules"; gitsubmodules(7), "Forms".
 */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { normalizePath } from '../../core/base/artifact-path.ts';
import type { Context } from '../../core/base/context.ts';
import { runGit, type GitPlace } from './git-command.ts';
import type { LocalPlaces } from './git-fetch.ts';
import { ObjectReader } from './git-objects.ts';
import { MAX_GITMODULES_BYTES, readGitmodules, type SubmoduleEntry } from './gitmodules.ts';
import type { UnreadSubmodule } from './unread-submodules.ts';

/** A tree to read, and where its files are shown. */
export interface CommitTree {
  readonly treeish: string;
  readonly place: GitPlace;
  /** Absolute path of the directory within the target, empty for its root. */
  readonly shown: string;
}

/** A submodule in a tree. */
export interface GitLink {
  /** Relative to the tree. */
  readonly path: string;
  readonly commit: string;
}

/** A commit with submodules. */
export interface SuperprojectCommit {
  readonly commit: string;
  readonly place: GitPlace;
  readonly links: readonly GitLink[];
  /**
   * Path of the tree that {@link links} are relative to, with a slash at its end; empty for the
   * commit's root.
   */
  readonly within: string;
  /** The path, see {@link CommitTree.shown}. */
  readonly shown: string;
  readonly local?: LocalPlaces;
}

const MAX_DEPTH = 10;
/** More than any repository has; each costs a process. */
const MAX_READ = 2000;

/**
 * Reads the files of submodules whose commits are at hand, nested ones as well; returns the others.
 */
export async function readSubmodules(
  top: SuperprojectCommit,
  walk: (tree: CommitTree) => Promise<readonly GitLink[]>,
  context: Context,
): Promise<readonly UnreadSubmodule[]> {
  const unread: UnreadSubmodule[] = [];
  let readCount = 0;
  const readAll = async (parent: SuperprojectCommit, depth: number): Promise<void> => {
    const entries = await entriesOf(parent, context);
    for (const link of parent.links) {
      const entry = entries.get(parent.within + link.path);
      const shown = parent.shown + normalizePath(link.path);
      const mayRead = depth < MAX_DEPTH && readCount < MAX_READ;
      const found = mayRead ? await findCommit(parent, link, entry, context) : undefined;
      if (found === undefined) {
        unread.push({ path: shown, ...(entry?.url !== undefined && { url: entry.url }) });
        continue;
      }
      readCount += 1;
      const { place, local } = found;
      const links = await walk({ treeish: link.commit, place, shown });
      if (links.length === 0) continue;
      await readAll({ commit: link.commit, place, links, within: '', shown, local }, depth + 1);
    }
  };
  await readAll(top, 0);
  return unread;
}

/** Returns the entries of `.gitmodules` in the commit. */
async function entriesOf(
  { commit, place }: SuperprojectCommit,
  context: Context,
): Promise<ReadonlyMap<string, SubmoduleEntry>> {
  const objects = new ObjectReader(place, context);
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  try {
    await objects.read(`${commit}:.gitmodules`, (piece) => {
      sizeBytes += piece.length;
      if (sizeBytes <= MAX_GITMODULES_BYTES) pieces.push(Buffer.from(piece));
    });
  } finally {
    objects.stop();
  }
  return readGitmodules(Buffer.concat(pieces).toString());
}

/** Returns a repository on this disk that has the commit of a submodule. */
async function findCommit(
  { local, place, within }: SuperprojectCommit,
  { path, commit }: GitLink,
  entry: SubmoduleEntry | undefined,
  context: Context,
): Promise<{ readonly place: GitPlace; readonly local: LocalPlaces } | undefined> {
  if (local === undefined) return undefined;
  // git takes no such name either: it would lead out of `modules`.
  const names = [entry?.name ?? path].filter((name) => !/(?:^|[/\\])\.\.(?:[/\\]|$)/u.test(name));
  const top = local.top === undefined ? undefined : join(local.top, within + path);
  const places = [
    ...names.flatMap((name) => local.gitFolders.map((folder) => join(folder, 'modules', name))),
    ...(top === undefined ? [] : [join(top, '.git')]),
  ];
  for (const gitFolder of places) {
    if (!existsSync(gitFolder)) continue;
    // The working tree that its configuration names may be gone, and git insists on one that
    // exists.
    const at = [`--git-dir=${gitFolder}`, `--work-tree=${dirname(gitFolder)}`];
    const inside: GitPlace = { ...place, at, protocols: '' };
    const { code } = await runGit(['cat-file', '-e', `${commit}^{tree}`], inside, context);
    if (code !== 0) continue;
    const nested = { gitFolders: [gitFolder], ...(top !== undefined && { top }) };
    return { place: inside, local: nested };
  }
  return undefined;
}
