/** Lists the materials that an input has, without comparing any files or versions. */

import type { CheckInput, Material } from './check.ts';

/** Returns the materials of an input. */
export function materialsOf(input: CheckInput): ReadonlySet<Material> {
  const found = new Set<Material>();
  addOfArtifact(input, found);
  addOfPackages(input, found);
  return found;
}

function addOfArtifact(input: CheckInput, found: Set<Material>): void {
  const { subjects, erased = [], lone = [], environment = [] } = input;
  if (input.inventory.distro !== undefined) found.add('a distribution');
  if (input.contents.statements.length > 0) found.add('changed files');
  if (erased.length > 0) found.add('erased files');
  if (lone.length > 0) found.add('record-only changes');
  if (environment.length > 0 && input.programs.places.size > 0) found.add('variables of programs');
  if (input.ownerClaims.size > 0) found.add('version claims');
  if (subjects.orphans.length > 0 || subjects.nameless.length > 0) found.add('orphaned manifests');
  for (const { earlier = [] } of input.readings) {
    if (earlier.length > 0) found.add('earlier readings');
  }
}

function addOfPackages(input: CheckInput, found: Set<Material>): void {
  let isInstalled = false;
  for (const { isSystem, entries, manifests, checks, claims } of input.subjects.all) {
    if (manifests.length > 0) found.add('manifests');
    if (checks.length > 0) found.add('self-checks');
    if (claims.length > 0) found.add('version claims');
    if (entries.length === 0) continue;
    isInstalled = true;
    found.add(isSystem ? 'packages of the system' : 'packages of languages');
    for (const { kept, replaced } of entries) {
      if (kept !== undefined || replaced !== undefined) found.add('other records');
    }
  }
  if (isInstalled && hasDeclared(input)) found.add('declared packages');
}

function hasDeclared({ entries }: CheckInput): boolean {
  for (const rows of entries.values()) {
    for (const { presence } of rows) if (presence === 'declared') return true;
  }
  return false;
}
