/**
 * The modules that a `go.mod` requires and that Go has never resolved.
 *
 * Source: the Go Modules Reference, "go.sum files", "Vendoring" and "Workspaces". `go.mod` names
 * each module in one version, and `go mod tidy` adds those that are required in turn. It writes a
 * sum of each of them into `go.sum`, without which nothing is built. A module without a sum was
 * therefore written down by hand, and what it requires in turn is not known. In a workspace the
 * sums of all its members count, and `go.work.sum`. A `vendor/modules.txt` is the list of what was
 * resolved.
 */

import { ancestorDirectories, directoryOf } from '../../../core/base/artifact-path.ts';
import type { Siblings } from '../../../core/model/catalog/catalog.ts';
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { readModLines } from '../../../formats/text/go-mod-lines.ts';

/** A module of a `require` directive, as it is replaced. */
export interface RequiredModule {
  readonly name: string;
  readonly version: string;
  readonly line: number;
}

/** Returns the modules without a sum, as requests of exact versions. */
export async function unsummedModules(
  path: string,
  required: readonly RequiredModule[],
  siblings: Siblings,
): Promise<readonly RequestedPackage[]> {
  if (required.length === 0) return [];
  const folder = directoryOf(path);
  const workspace = workspaceAbove(folder, siblings);
  const roots = workspace === undefined ? [folder] : [folder, workspace];
  if (roots.some((root) => siblings.get(`${root}/vendor/modules.txt`) !== undefined)) return [];
  const summed = new Set<string>();
  await addSums(`${folder}/go.sum`, summed, siblings);
  const open = required.filter(({ name, version }) => !summed.has(`${name} ${version}`));
  if (open.length > 0 && workspace !== undefined) {
    await addSums(`${workspace}/go.work.sum`, summed, siblings);
    for (const member of await membersOf(workspace, siblings)) {
      await addSums(`${member}/go.sum`, summed, siblings);
    }
  }
  return open
    .filter(({ name, version }) => !summed.has(`${name} ${version}`))
    .map(({ name, version, line }) => ({ name, range: version, version, line }));
}

/** Returns the directory of the nearest `go.work` upwards. */
function workspaceAbove(folder: string, siblings: Siblings): string | undefined {
  for (const directory of ancestorDirectories(folder)) {
    if (siblings.get(`${directory}/go.work`) !== undefined) return directory;
  }
  return undefined;
}

async function membersOf(workspace: string, siblings: Siblings): Promise<readonly string[]> {
  const file = siblings.get(`${workspace}/go.work`);
  if (file === undefined) return [];
  const { directives } = readModLines(new TextDecoder().decode(await file.bytes()));
  const used = directives.filter(({ verb }) => verb === 'use').map(({ words }) => words[0] ?? '');
  return used.map((path) => joined(workspace, path));
}

function joined(folder: string, path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return [folder, ...parts].join('/');
}

/** Sums of modules, and of their `go.mod` files alone, by name and version. */
async function addSums(path: string, summed: Set<string>, siblings: Siblings): Promise<void> {
  const file = siblings.get(path);
  if (file === undefined) return;
  for (const line of new TextDecoder().decode(await file.bytes()).split('\n')) {
    const [name = '', version = ''] = line.split(' ', 2);
    if (version !== '') summed.add(`${name} ${version.replace(/\/go\.mod$/, '')}`);
  }
}
