/**
 * Finds the trust file of a run: the one that is named, else the nearest `assay.trust.yaml` from
 * the working directory upwards.
 *
 * `REVISION:PATH` names a file as a commit of the surrounding repository has it, as git writes it.
 * Such a file cannot be changed through the working tree. A path with a colon begins with `./` or
 * `/`.
 */

import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, posix, relative, resolve, sep } from 'node:path';

import { readBoundedFile } from '../../core/base/bounded-file.ts';
import type { Context } from '../../core/base/context.ts';
import { AssayError, errnoOf, errorMessage } from '../../core/base/errors.ts';
import type { GitPlace } from '../../clients/git/git-command.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';
import { nearestTrustFile } from './nearest-trust-file.ts';
import { MAX_TRUST_FILE_BYTES, type TrustFile } from './trust-file.ts';

/** `--trust none` reads none. */
const NONE = 'none';
const MAX_MATERIAL_BYTES = 1024 * 1024;

/** The requested trust file. */
export interface TrustRequest {
  /** Absolute. */
  readonly cwd: string;
  readonly env: Environment;
  /** `FILE`, `REVISION:PATH` or `none`; absent: it is looked for. */
  readonly named?: string;
  /**
   * Whether the user named it, on the command line, in the environment or in a configuration that
   * is named.
   */
  readonly isNamedByUser: boolean;
  /** Whether files that nothing names are read: not with `-c`. */
  readonly searches: boolean;
  /** The directory that is judged, absolute; absent for images and the like. */
  readonly judged?: string;
}

/** A trust file with its surroundings. */
export interface FoundTrustFile {
  readonly trust: TrustFile;
  /** Reads a file that the trust file names. @throws AssayError `CONFIG_INVALID` */
  readonly readFile: (name: string) => Promise<Buffer>;
  /** The warning for the verdict; absent: the file is named, and no part of the scanned tree. */
  readonly warning?: string;
  /** Its name for messages if the user did not name it; absent: the user did. */
  readonly implicitPath?: string;
}

/**
 * Finds and reads the trust file; `undefined` if there is none and none is named.
 *
 * @throws AssayError `CONFIG_INVALID` if it cannot be read, or is none
 */
export async function findTrustFile(
  request: TrustRequest,
  context: Context,
): Promise<FoundTrustFile | undefined> {
  const { named, cwd, searches } = request;
  if (named === NONE) return undefined;
  if (named === undefined) {
    const path = searches ? nearestTrustFile(cwd) : undefined;
    if (path === undefined) return undefined;
    refuseForeign(path, cwd);
    return fromDisk(path, shortName(cwd, path), request);
  }
  if (isRevisionAndPath(named)) return fromRevision(named, request, context);
  return fromDisk(resolve(cwd, named), named, request);
}

function isRevisionAndPath(text: string): boolean {
  return text.includes(':') && !/^(?:\.{0,2}\/|[A-Za-z]:[\\/])/u.test(text);
}

/**
 * Everybody can write a file to a directory such as `/tmp`: one of another user must not choose
 * whom this one trusts.
 */
function refuseForeign(path: string, cwd: string): void {
  if (process.getuid === undefined) return;
  const accepted: ReadonlySet<number> = new Set([0, process.getuid(), statSync(cwd).uid]);
  // A symlink of another user could lead to a file that this user unpacked from elsewhere.
  if ([statSync(path), lstatSync(path)].every(({ uid }) => accepted.has(uid))) return;
  throw new AssayError('CONFIG_INVALID', `the trust file "${path}" belongs to another user`, {
    hint: `If it is the one to use, name it: --trust ${path}. Else read none: --trust none.`,
  });
}

async function fromDisk(
  path: string,
  name: string,
  request: TrustRequest,
): Promise<FoundTrustFile> {
  const { isNamedByUser, cwd } = request;
  const within = isNamedByUser ? {} : { within: dirname(path) };
  const bytes = await read(path, { name, maxBytes: MAX_TRUST_FILE_BYTES, ...within });
  const folder = dirname(path);
  const warning = warningFor(path, name, { ...request, cwd });
  return {
    trust: await parse(name, bytes),
    readFile: (file) => read(resolve(folder, file), { name: file, maxBytes: MAX_MATERIAL_BYTES }),
    ...(warning !== undefined && { warning }),
    ...(!isNamedByUser && { implicitPath: name }),
  };
}

function warningFor(
  path: string,
  name: string,
  { judged, isNamedByUser }: TrustRequest,
): string | undefined {
  if (judged !== undefined && isInside(judged, path)) {
    return `the trust file "${name}" is part of what is judged: whoever changes that changes whom it trusts (--trust REVISION:PATH reads a committed one)`;
  }
  return isNamedByUser
    ? undefined
    : `the trust file "${name}" was found and not named (--trust FILE)`;
}

function isInside(folder: string, path: string): boolean {
  const [top, file] = [real(folder), real(path)];
  return [file, resolve(path)].some((one) => {
    const way = relative(top, one);
    return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
  });
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

function shortName(cwd: string, path: string): string {
  return relative(cwd, path) || path;
}

/** Most runs have no trust file, so its reader is loaded for one that is found. */
async function parse(name: string, bytes: Uint8Array): Promise<TrustFile> {
  const { readTrustFile } = await import('./read-trust-file.ts');
  return readTrustFile(name, bytes);
}

async function read(
  path: string,
  bounds: { readonly name: string; readonly maxBytes: number; readonly within?: string },
): Promise<Buffer> {
  const { name, ...limits } = bounds;
  try {
    return await readBoundedFile(path, limits);
  } catch (error) {
    const reason =
      errnoOf(error) === 'ENOENT' ? 'does not exist' : `cannot be read: ${errorMessage(error)}`;
    throw new AssayError('CONFIG_INVALID', `the file "${name}" ${reason}`, {
      hint: `It was looked for at "${path}".`,
      cause: error,
    });
  }
}

async function fromRevision(
  named: string,
  { cwd, env }: TrustRequest,
  context: Context,
): Promise<FoundTrustFile> {
  const colon = named.indexOf(':');
  const [revision, path] = [named.slice(0, colon), named.slice(colon + 1)];
  if (revision === '' || revision.startsWith('-') || path === '' || /[\0\n]/u.test(named)) {
    throw new AssayError('CONFIG_INVALID', `"${named}" is not REVISION:PATH`, {
      hint: 'Write --trust origin/main:assay.trust.yaml, or ./ in front of a path with a colon.',
    });
  }
  const { resolveNamedCommit } = await import('../../clients/git/named-commit.ts');
  const place: GitPlace = { at: ['-C', cwd], protocols: '', env };
  const found = await resolveNamedCommit(revision, place, context);
  if (found === 'unknown') {
    throw new AssayError('CONFIG_INVALID', `git knows no revision "${revision}" here`, {
      hint: `Fetch it (a shallow clone may lack it), or name a file: --trust ./FILE. It was looked for from "${cwd}".`,
    });
  }
  if (found === 'ambiguous') {
    throw new AssayError('CONFIG_INVALID', `the revision "${revision}" is a tag and a branch`, {
      hint: `Write refs/heads/${revision}:${path}, or refs/tags/${revision}:${path}.`,
    });
  }
  const commit = found.id;
  const top = await inRepository(path, { place, context });
  const blob = (file: string, maxBytes: number): Promise<Buffer> =>
    readBlob({ commit, file, revision, maxBytes }, place, context);
  const bytes = await blob(top, MAX_TRUST_FILE_BYTES);
  return {
    trust: await parse(named, bytes),
    readFile: async (file) => blob(besides(top, file, named), MAX_MATERIAL_BYTES),
  };
}

/**
 * Returns the path from the top of the repository; `./` in front means the working directory, as in
 * git.
 */
async function inRepository(
  path: string,
  { place, context }: { readonly place: GitPlace; readonly context: Context },
): Promise<string> {
  if (!path.startsWith('./') && !path.startsWith('../')) return posix.normalize(path);
  const { runGit } = await import('../../clients/git/git-command.ts');
  const { text } = await runGit(['rev-parse', '--show-prefix'], place, context);
  return posix.normalize(posix.join(text.replace(/\n$/u, ''), path));
}

function besides(top: string, file: string, named: string): string {
  const path = posix.normalize(posix.join(posix.dirname(top), file));
  if (!isAbsolute(file) && path !== '..' && !path.startsWith('../')) return path;
  throw new AssayError('CONFIG_INVALID', `"${file}" is outside of the repository of "${named}"`, {
    hint: 'Files that a committed trust file names are read from the same commit.',
  });
}

async function readBlob(
  asked: {
    readonly commit: string;
    readonly file: string;
    readonly revision: string;
    readonly maxBytes: number;
  },
  place: GitPlace,
  context: Context,
): Promise<Buffer> {
  const { commit, file, revision, maxBytes } = asked;
  const { ObjectReader } = await import('../../clients/git/git-objects.ts');
  const reader = new ObjectReader(place, context);
  const pieces: Uint8Array[] = [];
  let lengthBytes = 0;
  try {
    const isThere = await reader.read(`${commit}:${file}`, (piece) => {
      lengthBytes += piece.length;
      if (lengthBytes <= maxBytes) pieces.push(piece.slice());
    });
    if (isThere && lengthBytes <= maxBytes) return Buffer.concat(pieces);
  } finally {
    reader.stop();
  }
  const problem = lengthBytes > maxBytes ? `has more than ${maxBytes} bytes` : 'does not exist';
  throw new AssayError(
    'CONFIG_INVALID',
    `the file "${file}" of the revision "${revision}" ${problem}`,
    {
      hint: `Check it: git cat-file -s ${revision}:${file}`,
    },
  );
}
