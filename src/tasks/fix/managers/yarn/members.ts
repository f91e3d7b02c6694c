/**
 * The members of a workspace of Yarn 1, whose lockfile does not record them.
 *
 * Source: Yarn 1 documentation, "Workspaces": `workspaces` of the root manifest is a list of globs,
 * or has one as `packages`.
 *
 * Reads: `package.json`.
 */

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { compileGlobs } from '../../../../core/base/glob.ts';
import { isJsonObject, type JsonObject } from '../../../../formats/text/json/json.ts';

/** Members of real projects are three levels below the root. */
const MAX_DEPTH = 8;

/** Returns the directories of the members, relative to the root of the project, in order. */
export async function workspaceMembers(
  folder: string,
  manifest: JsonObject,
): Promise<readonly string[]> {
  const { workspaces } = manifest;
  const listed = isJsonObject(workspaces) ? workspaces['packages'] : workspaces;
  const globs = Array.isArray(listed)
    ? listed.filter((glob): glob is string => typeof glob === 'string')
    : [];
  if (globs.length === 0) return [];
  const clean = (glob: string): string => glob.replace(/^\.\//u, '').replace(/\/+$/u, '');
  const isMember = compileGlobs(globs.filter((glob) => !glob.startsWith('!')).map(clean));
  const isNone = compileGlobs(
    globs.filter((glob) => glob.startsWith('!')).map((glob) => clean(glob.slice(1))),
  );
  const members: string[] = [];
  const walk = async (path: string, depth: number): Promise<void> => {
    const entries: readonly Dirent[] = await readdir(join(folder, path), { withFileTypes: true });
    const hasManifest = entries.some((entry) => entry.isFile() && entry.name === 'package.json');
    if (path !== '' && hasManifest && isMember(path) && !isNone(path)) members.push(path);
    if (depth === MAX_DEPTH) return;
    for (const entry of entries) {
      const isOpen = entry.name !== 'node_modules' && !entry.name.startsWith('.');
      if (entry.isDirectory() && isOpen) {
        await walk(path === '' ? entry.name : `${path}/${entry.name}`, depth + 1);
      }
    }
  };
  await walk('', 0);
  return members.sort();
}
