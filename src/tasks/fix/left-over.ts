/**
 * Contents that a killed run staged beside the files of a project, and could not rename any more.
 */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { directoryOf } from '../../core/base/artifact-path.ts';
import { isStagingName } from '../../core/base/staged-file.ts';
import { pathIn } from './project-files.ts';

/** Real projects have some hundred directories with manifests. */
const MAX_DIRECTORIES = 2000;

/**
 * Returns the staged contents in the directories of some files.
 *
 * @param paths Relative to the root.
 */
export async function leftOverFiles(
  root: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  const directories = [...new Set(paths.map(directoryOf))].slice(0, MAX_DIRECTORIES);
  const found: string[] = [];
  for (const directory of directories) {
    // A path can be inside of an archive, which is no directory.
    const names = await readdir(join(root, directory)).catch((): string[] => []);
    found.push(...names.filter(isStagingName).map((name) => pathIn(directory, name)));
  }
  return found;
}
