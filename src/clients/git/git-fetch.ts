/**
 * The objects of one state of a git repository: fetched from elsewhere into a temporary folder, or
 * those of a local one.
 */

import { resolve } from 'node:path';

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { runGit, type GitExit, type GitPlace } from './git-command.ts';
import { gitFailure } from './git-failure.ts';
import { redactGitUrl } from './git-url.ts';
import { createTemporaryRepository } from './temporary-repository.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';
import type { Revision } from '../../core/model/artifact/revision.ts';

/** A commit and where its objects are. */
export interface GitState {
  readonly place: GitPlace;
  /** Whole id. */
  readonly commit: string;
  /**
   * The requested directory: its path, and the id of its tree, absent if the commit has no such
   * directory.
   */
  readonly folder?: { readonly path: string; readonly tree?: string };
  /** Local places in which the repository's submodules may be. */
  readonly local?: LocalPlaces;
  /** Removes what was fetched. */
  close(): Promise<void>;
}

/** Directories of a local repository. */
export interface LocalPlaces {
  /** Directories of git that may hold `modules/NAME`. */
  readonly gitFolders: readonly string[];
  /** The top of the working tree; absent for a bare repository. */
  readonly top?: string;
}

/** A repository and the revision of it that is wanted. */
export interface FetchRequest {
  readonly url: string;
  readonly revision: Revision | undefined;
  readonly env: Environment;
}

const TARGET = 'refs/assay/target';
const WHOLE_COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;
/** HEAD or an id, and perhaps so many commits before it. */
const COMMIT = /^(?:HEAD|[0-9a-f]{4,64})(?:~\d{1,6})?$/u;
/** git-check-ref-format(1): what no name of a branch or tag may hold. */
const BAD_NAME = /^[-/.]|[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/\/|[/.]$|\.lock$/u;

/**
 * Checks the name of a revision before it is given to git.
 *
 * @throws AssayError `USAGE` for a name that git would not take, or would take for something else.
 */
export function checkRevision(revision: Revision | undefined): void {
  if (revision === undefined) return;
  const { kind, name } = revision;
  const isGood = kind === 'commit' ? COMMIT.test(name) : name !== '' && !BAD_NAME.test(name);
  if (isGood) return;
  throw new AssayError('USAGE', `--${kind}: "${name}" is not a ${kind}`, {
    hint:
      kind === 'commit'
        ? 'A commit is written as its id in hexadecimal digits, all or the first few.'
        : `Write the name of the ${kind} alone, as git ${kind} lists it.`,
  });
}

/**
 * Fetches the objects of one revision into a temporary repository, which is removed when the state
 * is closed.
 *
 * @throws AssayError `NOT_FOUND`, `ACCESS_DENIED`, `NETWORK`, `LIMIT_EXCEEDED`
 */
export async function fetchState(request: FetchRequest, context: Context): Promise<GitState> {
  const { url, revision } = request;
  const { place, close } = await createTemporaryRepository(request, context);
  try {
    const found =
      (await fetchOne(request, place, context)) ?? (await fetchAll(request, place, context));
    if (found === undefined) throw noSuchRevision(url, revision);
    return { place, commit: found, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Returns a commit of a repository on this disk, or what it has of a folder in that.
 * @throws AssayError `NOT_FOUND`
 */
export async function localState(
  folder: string,
  revision: Revision,
  env: Environment,
  context: Context,
): Promise<GitState> {
  const place: GitPlace = { at: ['-C', folder], protocols: '', env };
  const check = await runGit(['rev-parse', '--git-dir'], place, context);
  if (check.code !== 0) throw gitFailure(check, folder);
  for (const name of localNames(revision)) {
    const commit = await resolveCommit(name, place, context);
    if (commit === undefined) continue;
    const inIt = await folderIn(commit, place, context);
    const local = await localPlaces(folder, place, context);
    return { place, commit, ...(inIt && { folder: inIt }), local, close: () => Promise.resolve() };
  }
  throw noSuchRevision(folder, revision);
}

/**
 * Returns `undefined` where git works in the top folder, or in a repository without a working tree.
 */
async function folderIn(
  commit: string,
  place: GitPlace,
  context: Context,
): Promise<GitState['folder']> {
  const { code, text } = await runGit(['rev-parse', '--show-prefix'], place, context);
  const folder = text.replace(/\/?\n$/u, '');
  if (code !== 0 || folder === '') return undefined;
  // Behind a colon everything is the path, so what it has to be is asked of the id.
  const id = await resolveId(`${commit}:${folder}`, place, context);
  const tree = id && (await resolveId(`${id}^{tree}`, place, context));
  return { path: folder, ...(tree !== undefined && { tree }) };
}

/** A linked working tree has a directory of its own beside the common one. */
async function localPlaces(
  folder: string,
  place: GitPlace,
  context: Context,
): Promise<LocalPlaces> {
  const asked = await runGit(['rev-parse', '--git-dir', '--git-common-dir'], place, context);
  const top = await runGit(['rev-parse', '--show-toplevel'], place, context);
  const lines = asked.text.split('\n').filter((line) => line !== '');
  return {
    gitFolders: [...new Set(lines.map((line) => resolve(folder, line)))],
    ...(top.code === 0 && { top: top.text.replace(/\n$/u, '') }),
  };
}

function localNames({ kind, name }: Revision): readonly string[] {
  switch (kind) {
    case 'branch':
      return [`refs/heads/${name}`, `refs/remotes/origin/${name}`, `refs/remotes/${name}`];
    case 'tag':
      return [`refs/tags/${name}`];
    case 'commit':
      return [name];
  }
}

/**
 * Fetches only the wanted state; `undefined` for a commit that the other side does not give alone.
 */
async function fetchOne(
  { url, revision }: FetchRequest,
  place: GitPlace,
  context: Context,
): Promise<string | undefined> {
  const isCommit = revision?.kind === 'commit' && revision.name !== 'HEAD';
  if (isCommit && !WHOLE_COMMIT.test(revision.name)) return undefined;
  const args = ['--depth=1', '--no-tags', '--', url, `+${remoteName(revision)}:${TARGET}`];
  const end = await boundedFetch(args, place, context);
  if (end.code === 0) return resolveCommit(TARGET, place, context);
  if (isCommit && !isUnreachable(end)) return undefined;
  throw gitFailure(end, url);
}

function remoteName(revision: Revision | undefined): string {
  switch (revision?.kind) {
    case undefined:
      return 'HEAD';
    case 'branch':
      return `refs/heads/${revision.name}`;
    case 'tag':
      return `refs/tags/${revision.name}`;
    case 'commit':
      return revision.name;
  }
}

/** Fetches everything, to find a commit in it. */
async function fetchAll(
  { url, revision }: FetchRequest,
  place: GitPlace,
  context: Context,
): Promise<string | undefined> {
  if (revision?.kind !== 'commit') return undefined;
  const all = ['+refs/heads/*:refs/assay/heads/*', '+refs/tags/*:refs/assay/tags/*'];
  const end = await boundedFetch(['--no-tags', '--', url, ...all], place, context);
  if (end.code !== 0) throw gitFailure(end, url);
  return resolveCommit(revision.name, place, context);
}

function resolveCommit(
  name: string,
  place: GitPlace,
  context: Context,
): Promise<string | undefined> {
  return resolveId(`${name}^{commit}`, place, context);
}

async function resolveId(
  expression: string,
  place: GitPlace,
  context: Context,
): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', expression];
  const { code, text } = await runGit(args, place, context);
  const id = text.trim();
  return code === 0 && WHOLE_COMMIT.test(id) ? id : undefined;
}

function noSuchRevision(url: string, revision: Revision | undefined): AssayError {
  const what = revision === undefined ? 'no commits' : `no ${revision.kind} "${revision.name}"`;
  return new AssayError('NOT_FOUND', `"${redactGitUrl(url)}" has ${what}`, {
    hint: `What it has: git ls-remote ${redactGitUrl(url)}`,
  });
}

function isUnreachable({ stderr }: GitExit): boolean {
  return !/not our ref|unadvertised object|couldn't find remote ref/u.test(stderr);
}
