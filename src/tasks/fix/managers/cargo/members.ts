/**
 * The manifests that a `Cargo.lock` is made from: the root, the members of the workspace, and
 * directories that they request.
 *
 * Source: The Cargo Book, "Workspaces" (`members` with globs, `exclude`; path dependencies inside
 * are members).
 *
 * Reads: `Cargo.toml`.
 */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { resolvePath } from '../../../../core/base/artifact-path.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { exists, isMissing } from '../../../../core/base/exists.ts';
import { compileGlobs } from '../../../../core/base/glob.ts';
import type { JsonObject } from '../../../../formats/text/json/json.ts';
import { readToml } from '../../../../formats/text/toml.ts';
import { pathIn, readProjectFile, type ProjectFile } from '../../project-files.ts';
import { memberGlobs, requestsOf } from './manifest.ts';

/** A manifest, parsed. */
export interface CargoManifest extends ProjectFile {
  readonly directory: string;
  readonly root: JsonObject;
}

/** More than any workspace has. */
const MAX_MANIFESTS = 2000;

/**
 * Returns the manifests, that of the lockfile's directory first. @throws AssayError `USAGE` for a
 * directory outside of the target
 */
export async function cargoManifests(
  root: string,
  directory: string,
): Promise<readonly CargoManifest[]> {
  const found = new Map<string, CargoManifest>();
  const queue = [directory];
  for (const at of queue) {
    if (found.has(at) || found.size >= MAX_MANIFESTS) continue;
    const file = await readProjectFile(root, pathIn(at, 'Cargo.toml'));
    const manifest = { ...file, directory: at, root: readToml(file.path, file.bytes).root };
    found.set(at, manifest);
    for (const { path } of requestsOf(manifest.root)) {
      if (path !== undefined) queue.push(directoryAt(at, path, file.path));
    }
    if (at !== directory) continue;
    const { members, exclude } = memberGlobs(manifest.root);
    const isExcluded = compileGlobs(exclude);
    for (const glob of members) {
      for (const member of await expand(root, directory, glob, file.path)) {
        const inside = member.slice(directory === '' ? 0 : directory.length + 1);
        if (!isExcluded(inside)) queue.push(member);
      }
    }
  }
  return [...found.values()];
}

/** Returns the directories of a glob that have a manifest. */
async function expand(
  root: string,
  directory: string,
  glob: string,
  manifest: string,
): Promise<readonly string[]> {
  if (!/[*?[]/u.test(glob)) return [directoryAt(directory, glob, manifest)];
  let places = [directory];
  for (const part of glob.split('/').filter((one) => one !== '' && one !== '.')) {
    if (part === '..') throw leaves(manifest, glob);
    const isIn = compileGlobs([part]);
    const next: string[] = [];
    for (const place of places) {
      if (!/[*?[]/u.test(part)) next.push(pathIn(place, part));
      else {
        for (const name of await directoriesIn(join(root, place))) {
          if (isIn(name)) next.push(pathIn(place, name));
        }
      }
    }
    places = next.slice(0, MAX_MANIFESTS);
  }
  const kept: string[] = [];
  for (const place of places) if (await exists(join(root, place, 'Cargo.toml'))) kept.push(place);
  return kept;
}

async function directoriesIn(path: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function directoryAt(from: string, path: string, manifest: string): string {
  const found = path.startsWith('/') ? undefined : resolvePath(`/${from}`, path)?.slice(1);
  if (found === undefined) throw leaves(manifest, path);
  return found;
}

function leaves(manifest: string, path: string): AssayError {
  return new AssayError('USAGE', `"${manifest}" names "${path}", which is outside of the target`, {
    hint: 'Name the directory that contains both: assay fix DIR',
  });
}
