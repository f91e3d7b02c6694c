/**
 * The modules of the same target that a Go module is built with: members of its workspace, and
 * directories of `replace`.
 *
 * Source: the Go Modules Reference, "Workspaces", "replace directive". `go get` changes one module
 * and does not know the workspace. Therefore members are added as replacements to the `go.mod` of
 * the copy, and are taken out again.
 *
 * Reads: `go.work`.
 */

import { join } from 'node:path';

import {
  ancestorDirectories,
  directoryOf,
  resolvePath,
} from '../../../../core/base/artifact-path.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { exists } from '../../../../core/base/exists.ts';
import { readModLines } from '../../../../formats/text/go-mod-lines.ts';
import { pathIn, readProjectFile, type ProjectFile } from '../../project-files.ts';
import { readGoMod, type GoModFile, type GoReplacement } from './mod-file.ts';

/** The files that a module needs beside its own. */
export interface GoNeighbors {
  /** `go.mod` files that Go only reads. */
  readonly manifests: readonly ProjectFile[];
  /** Replacements of the workspace: directories are absolute from the target. */
  readonly replacements: readonly GoReplacement[];
  /** Paths of modules whose sources are directories. */
  readonly localModules: ReadonlySet<string>;
  /** The directory of a `vendor` directory that counts; absent: there is none. */
  readonly vendored?: string;
}

/** More than any workspace has. */
const MAX_MODULES = 1000;

/** Returns the neighbors. @throws AssayError `USAGE` for a directory outside of the target */
export async function goNeighbors(
  root: string,
  path: string,
  own: GoModFile,
): Promise<GoNeighbors> {
  const directory = directoryOf(path);
  const workspace = await workspaceAbove(root, directory);
  const manifests = new Map<string, ProjectFile>();
  const localModules = new Set<string>();
  const replacements: GoReplacement[] = [];
  const add = async (local: string, from: string): Promise<GoModFile | undefined> => {
    const found = resolvePath(`/${from}`, local)?.slice(1);
    if (local.startsWith('/') || found === undefined) throw leavesTarget(path, local);
    const file = pathIn(found, 'go.mod');
    if (manifests.size > MAX_MODULES || !(await exists(join(root, file)))) return undefined;
    const known = manifests.get(file) ?? (await readProjectFile(root, file));
    if (file !== path) manifests.set(file, known);
    return readGoMod(known.bytes);
  };
  for (const { name, by, byVersion } of own.replacements) {
    if (byVersion !== '') continue;
    await add(by, directory);
    localModules.add(name);
  }
  if (workspace !== undefined) {
    const file = await readProjectFile(root, pathIn(workspace, 'go.work'));
    replacements.push(...(await workspaceReplacements(file, { workspace, own, add })));
  }
  for (const { name, byVersion } of replacements) if (byVersion === '') localModules.add(name);
  const replaced = new Set(own.replacements.map(({ name }) => name));
  const vendored = await vendorOf(root, directory, workspace);
  return {
    manifests: [...manifests.values()],
    replacements: replacements.filter(({ name }) => !replaced.has(name)),
    localModules,
    ...(vendored !== undefined && { vendored }),
  };
}

interface WorkspaceReading {
  /** The directory of `go.work`. */
  readonly workspace: string;
  readonly own: GoModFile;
  /** Adds the module of a directory, written relative to another one. */
  readonly add: (local: string, from: string) => Promise<GoModFile | undefined>;
}

/** Returns the other members as replacements, and the replacements of the workspace. */
async function workspaceReplacements(
  file: ProjectFile,
  { workspace, own, add }: WorkspaceReading,
): Promise<readonly GoReplacement[]> {
  const found: GoReplacement[] = [];
  const absolute = (local: string): string => resolvePath(`/${workspace}`, local) ?? '/';
  const { directives } = readModLines(new TextDecoder().decode(file.bytes));
  for (const { verb, words } of directives) {
    const [local = '.'] = words;
    const member = verb === 'use' ? await add(local, workspace) : undefined;
    if (member === undefined || member.module === own.module || member.module === '') continue;
    found.push({ name: member.module, by: absolute(local), byVersion: '' });
  }
  for (const one of readGoMod(file.bytes).replacements) {
    if (one.byVersion === '') await add(one.by, workspace);
    found.push(one.byVersion === '' ? { ...one, by: absolute(one.by) } : one);
  }
  return found;
}

async function workspaceAbove(root: string, directory: string): Promise<string | undefined> {
  for (const above of ancestorDirectories(directory)) {
    if (await exists(join(root, above, 'go.work'))) return above;
  }
  return undefined;
}

async function vendorOf(
  root: string,
  directory: string,
  workspace: string | undefined,
): Promise<string | undefined> {
  for (const one of new Set([directory, workspace ?? directory])) {
    const path = pathIn(one, 'vendor');
    if (await exists(join(root, path, 'modules.txt'))) return path;
  }
  return undefined;
}

function leavesTarget(path: string, local: string): AssayError {
  return new AssayError(
    'USAGE',
    `"${path}" is built with "${local}", which is outside of the target`,
    {
      hint: 'Name the directory that contains both: assay fix DIR',
    },
  );
}
