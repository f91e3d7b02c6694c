/**
 * Submodules of a directory that is read as it is. The files of a submodule that is checked out are
 * files of the directory; one that is not checked out is an empty directory, and a gap.
 *
 * The index of the working tree records which paths are submodules. A copy without `.git`, such as
 * an archive of a release, has `.gitmodules` alone. No git program is started.
 */

import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { gitlinksIn } from './git-index.ts';
import { MAX_GITMODULES_BYTES, readGitmodules } from './gitmodules.ts';
import type { UnreadSubmodule } from './unread-submodules.ts';

/** A large index has 100 MB. */
const MAX_INDEX_BYTES = 512 * 1024 * 1024;
const MAX_SMALL_BYTES = 64 * 1024;
const MAX_DEPTH = 10;
const SHA256 = /^\s*objectformat\s*=\s*"?sha256/imu;
const GITDIR = /^gitdir:\s*(?<path>[^\n]+?)\s*$/u;

/** A working tree: the top one, or that of a submodule. */
interface WorkingTree {
  readonly root: string;
  /** Its path within the top one; empty for that. */
  readonly shown: string;
  readonly depth: number;
}

/**
 * Returns the submodules at or below `root` without files; `searchesAbove` also reads the index of
 * a directory above.
 */
export function unreadSubmodulesIn(
  root: string,
  searchesAbove: boolean,
): readonly UnreadSubmodule[] {
  const top = searchesAbove ? topOf(root) : root;
  const unread = submodulesOf({ root: top, shown: '', depth: 0 });
  if (top === root) return unread;
  const inside = `${root.slice(top.length)}/`;
  return unread.flatMap((one) =>
    one.path.startsWith(inside) ? [{ ...one, path: one.path.slice(inside.length - 1) }] : [],
  );
}

function topOf(root: string): string {
  for (let at = root; ; at = dirname(at)) {
    if (gitFolderOf(at) !== undefined) return at;
    if (dirname(at) === at) return root;
  }
}

function submodulesOf({ root, shown, depth }: WorkingTree): readonly UnreadSubmodule[] {
  const gitFolder = gitFolderOf(root);
  const written = textOf(join(root, '.gitmodules'), MAX_GITMODULES_BYTES);
  if (gitFolder === undefined && written === undefined) return [];
  const entries = readGitmodules(written ?? '');
  const paths = gitFolder === undefined ? [...entries.keys()] : gitlinksOf(gitFolder);
  return paths.flatMap((path): readonly UnreadSubmodule[] => {
    if (!isPlain(path)) return [];
    const place = join(root, path);
    const url = entries.get(path)?.url;
    const row = { path: `${shown}/${path}`, ...(url !== undefined && { url }) };
    const state = stateOf(place);
    if (state !== 'filled') {
      return [state === 'link' ? { ...row, reason: 'its path is a link' } : row];
    }
    if (depth === MAX_DEPTH) return [];
    return submodulesOf({ root: place, shown: row.path, depth: depth + 1 });
  });
}

/** `.gitmodules` may hold anything. */
function isPlain(path: string): boolean {
  return path !== '' && !/(?:^|\/)(?:\.\.?)?(?:\/|$)/u.test(path);
}

function stateOf(place: string): 'filled' | 'empty' | 'link' {
  try {
    if (realpathSync(place) !== place) return 'link';
    return readdirSync(place).some((name) => name !== '.git') ? 'filled' : 'empty';
  } catch {
    return 'empty';
  }
}

/** Returns the directory that holds the index: `.git`, or where the file `.git` leads. */
function gitFolderOf(root: string): string | undefined {
  const place = join(root, '.git');
  const text = textOf(place, MAX_SMALL_BYTES);
  const linked = text === undefined ? undefined : GITDIR.exec(text)?.groups?.['path'];
  const folder = linked === undefined ? place : resolve(root, linked);
  return textOf(join(folder, 'HEAD'), MAX_SMALL_BYTES) === undefined ? undefined : folder;
}

function gitlinksOf(gitFolder: string): readonly string[] {
  const config = configOf(gitFolder);
  const digestBytes = SHA256.test(config) ? 32 : 20;
  // `core.splitIndex` stores most entries in a second file.
  const shared = namesIn(gitFolder).filter((name) => /^sharedindex\.[0-9a-f]{40,64}$/u.test(name));
  const links = ['index', ...shared].flatMap((name) => {
    const index = bytesOf(join(gitFolder, name), MAX_INDEX_BYTES);
    return index === undefined ? [] : gitlinksIn(index, digestBytes);
  });
  return [...new Set(links)].sort();
}

/** A linked working tree has its configuration in the common directory. */
function configOf(gitFolder: string): string {
  const common = textOf(join(gitFolder, 'commondir'), MAX_SMALL_BYTES)?.trim();
  const place = common === undefined ? gitFolder : resolve(gitFolder, common);
  return textOf(join(place, 'config'), MAX_SMALL_BYTES) ?? '';
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string, maxBytes: number): string | undefined {
  return bytesOf(path, maxBytes)?.toString();
}

/** Returns `undefined` where there is no such file, or one beyond the bound. */
function bytesOf(path: string, maxBytes: number): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > maxBytes) return undefined;
    const bytes = Buffer.alloc(stats.size);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
