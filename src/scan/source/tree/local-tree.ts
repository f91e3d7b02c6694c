/** An opened folder or file of this disk: an artifact with one layer. */

import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

import type { Context } from '../../../core/base/context.ts';
import { compileGlobs } from '../../../core/base/glob.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import { fileError } from '../file-error.ts';
import { createWalks, type WalkRules } from './directory-walk.ts';
import type { OpenArtifact, SourceRequest } from '../source.ts';

/** A directory or file of this machine and how it is read. */
export interface LocalTreeTarget {
  readonly path: string;
  readonly kind: Artifact['kind'];
  /** Returns whether a directory is named but not entered, besides mounts of the running system. */
  readonly isClosed?: (path: string) => boolean;
}

/** Directories in which the running system exposes itself as files, partly without end. */
const SYSTEM_FOLDERS = new Set(['/dev', '/proc', '/sys']);

/**
 * Opens the folder that the path is or leads to.
 * @throws AssayError `NOT_FOUND`, `ACCESS_DENIED`
 */
export async function openLocalTree(
  target: LocalTreeTarget,
  request: SourceRequest,
  context: Context,
): Promise<OpenArtifact> {
  const { root, device } = await findRoot(target.path);
  const isSkipped = compileSkips(root, request);
  const isMountOfSystem = (path: string, stats: Stats): boolean =>
    SYSTEM_FOLDERS.has(path) && stats.dev !== device;
  const rules: WalkRules = {
    isSkipped,
    isClosed: (path, stats) => isMountOfSystem(path, stats) || target.isClosed?.(path) === true,
  };
  // In a root filesystem absolute targets count from its root.
  const isPartOfDisk = target.kind === 'directory' || target.kind === 'repository';
  return {
    artifact: { kind: target.kind, reference: request.reference, layers: [{}] },
    ...createWalks({ root, rules, isPartOfDisk }, request.reference, context),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function findRoot(path: string): Promise<{ root: string; device: number }> {
  try {
    const root = await realpath(path);
    return { root, device: (await stat(root)).dev };
  } catch (error) {
    throw fileError(error, path);
  }
}

/**
 * Returns the patterns of `--skip-dirs` and `--skip-files`. They begin at the root of the artifact;
 * as in trivy one that is the path of something below the root, from the working directory or from
 * the root of the disk, means that.
 */
export function compileSkips(
  root: string,
  request: Pick<SourceRequest, 'skipDirs' | 'skipFiles'>,
): WalkRules['isSkipped'] {
  const matchesFolder = compileGlobs(request.skipDirs.flatMap((glob) => readings(root, glob)));
  const matchesFile = compileGlobs(request.skipFiles.flatMap((glob) => readings(root, glob)));
  return (path, isFolder) => path !== '' && (isFolder ? matchesFolder(path) : matchesFile(path));
}

/** Returns whether a directory, or one above it, is skipped. */
export function skipsBelow(isSkipped: WalkRules['isSkipped']): (path: string) => boolean {
  return (path) => {
    const parts = path.split('/');
    return parts.some((_, index) => isSkipped(parts.slice(0, index + 1).join('/'), true));
  };
}

function readings(root: string, glob: string): readonly string[] {
  const below = relative(root, resolve(glob));
  const isBelow = below !== '' && !isAbsolute(below) && below.split(sep)[0] !== '..';
  return isBelow ? [glob, below.split(sep).join('/')] : [glob];
}
