/**
 * NuGet: project files of .NET and the files that they share, which are edited. The SDK is not
 * started, because it runs targets of the project.
 *
 * Files below a shared file belong to one project; it is opened by the shared file nearest to the
 * root.
 *
 * Source: Microsoft, "Customize the build by folder", "Central Package Management": the nearest
 * file upwards counts.
 */

import { join } from 'node:path';

import { ancestorDirectories, directoryOf } from '../../../../core/base/artifact-path.ts';
import { exists } from '../../../../core/base/exists.ts';
import type { FixProject, Manager, ProjectPlace } from '../../manager.ts';
import { pathIn, readProjectFileIfThere } from '../../project-files.ts';
import { editedProject } from '../edited/edited-project.ts';
import type { VersionUse } from '../edited/version-use.ts';
import { itemUses, readBuildFile, readBuildText, type BuildFile } from './items.ts';

/** Projects of .NET. */
export const nuget: Manager = {
  async projectOf({ root, path }) {
    for (const directory of [...ancestorDirectories(directoryOf(path))].toReversed()) {
      for (const name of SHARED) {
        const place = pathIn(directory, name);
        if (await exists(join(root, place))) return place;
      }
    }
    return path;
  },
  openProject,
};

/** The one whose properties count last is at the end. */
const SHARED = [
  'Directory.Build.props',
  'Directory.Build.targets',
  'Directory.Packages.props',
  'Packages.props',
];
const CENTRAL = /(?:^|\/)(?:Directory\.)?Packages\.props$/u;
const PROJECT = /\.(?:cs|fs|vb)proj$|(?:^|\/)Directory\.Build\.(?:props|targets)$/u;

async function openProject({ root, path, listed }: ProjectPlace): Promise<FixProject> {
  const files = new Map<string, BuildFile | undefined>();
  const read = async (one: string): Promise<BuildFile | undefined> => {
    if (!files.has(one)) {
      const file = await readProjectFileIfThere(root, one);
      files.set(one, file === undefined ? undefined : readBuildFile(file));
    }
    return files.get(one);
  };
  const above = directoryOf(path);
  const isBelow = (one: string): boolean => above === '' || one.startsWith(`${above}/`);
  const isShared = SHARED.some((name) => path === pathIn(above, name));
  const uses: VersionUse[] = [];
  const own = listed.filter((one) => CENTRAL.test(one) || PROJECT.test(one));
  for (const one of new Set([path, ...(isShared ? own.filter(isBelow) : [])])) {
    const file = await read(one);
    if (file === undefined) continue;
    const shared = CENTRAL.test(one) ? [] : await sharedFiles(one, { above, read });
    uses.push(...itemUses(file, shared));
  }
  const known = [...files.values()].filter((file) => file !== undefined);
  return editedProject({
    path,
    files: known,
    uses,
    notes: [],
    read: readBuildText,
    ...(known.length === 0 && {
      refusal: `"${path}" cannot be edited: it is not UTF-8, UTF-16 or ISO 8859-1, or not a project`,
    }),
  });
}

/** Returns the nearest file upwards for each name. */
async function sharedFiles(
  path: string,
  {
    above,
    read,
  }: { readonly above: string; readonly read: (path: string) => Promise<BuildFile | undefined> },
): Promise<readonly BuildFile[]> {
  const found: BuildFile[] = [];
  for (const name of SHARED) {
    for (const directory of ancestorDirectories(directoryOf(path))) {
      const place = pathIn(directory, name);
      const file = place === path ? undefined : await read(place);
      if (file !== undefined) found.push(file);
      if (file !== undefined || directory === above) break;
    }
  }
  return found;
}
