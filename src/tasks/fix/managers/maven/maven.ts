/**
 * Maven: `pom.xml` files, which are edited. Maven is not started, because it runs plugins and
 * extensions of the project.
 *
 * Files that inherit from one another belong to one project; it is opened by the one at the top.
 */

import type { FixProject, Manager, ProjectPlace } from '../../manager.ts';
import { editedProject } from '../edited/edited-project.ts';
import type { VersionUse } from '../edited/version-use.ts';
import { addManaged } from './overrides.ts';
import { readPomText, type PomFile } from './pom-places.ts';
import { PomTree } from './pom-tree.ts';
import { versionUses } from './version-uses.ts';

/** Projects of Maven. */
export const maven: Manager = {
  async projectOf({ root, path }) {
    const chain = await new PomTree(root).chain(path);
    return chain?.at(-1)?.path ?? path;
  },
  openProject,
};

async function openProject({ root, path, listed }: ProjectPlace): Promise<FixProject> {
  const tree = new PomTree(root);
  const files = new Map<string, PomFile>();
  const uses: VersionUse[] = [];
  for (const one of new Set([path, ...listed.filter(isPom)])) {
    const chain = await tree.chain(one);
    if (chain?.at(-1)?.path !== path) continue;
    for (const file of chain) files.set(file.path, file);
    uses.push(...versionUses(chain));
  }
  return editedProject({
    path,
    files: [...files.values()],
    uses,
    notes: [...files.values()].flatMap((file) => notesOf(file, uses)),
    read: readPomText,
    overridesIn: addManaged,
    ...(files.size === 0 && {
      refusal: `"${path}" cannot be edited: it is not UTF-8, UTF-16 or ISO 8859-1, or not a pom.xml`,
    }),
  });
}

function isPom(path: string): boolean {
  return path === 'pom.xml' || path.endsWith('/pom.xml');
}

/** Profiles that must be chosen are not read by a scan, and can state versions of their own. */
function notesOf({ path, inactive }: PomFile, uses: readonly VersionUse[]): readonly string[] {
  const properties = new Set(
    uses.flatMap(({ source }) => ('section' in source ? [`${source.section}/${source.name}`] : [])),
  );
  return inactive
    .filter(
      ({ properties: own, dependencies, managed }) =>
        dependencies.length + managed.length > 0 ||
        [...own.keys()].some((key) => properties.has(`properties/${key}`)),
    )
    .map(
      ({ section }) =>
        `the profile "${section.slice('profiles/'.length)}" of "${path}" is not active by default; what it states is not changed`,
    );
}
