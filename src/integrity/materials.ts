/** Finds out what an input has that checks look at, without comparing any files or versions. */

import type { CheckInput, Material } from './check.ts';

/** Returns what the input has. */
export function materialsOf(input: CheckInput): ReadonlySet<Material> {
  const { subjects, readings, erased = [], lone = [], environment = [] } = input;
  const found = new Set<Material>();
  if (input.inventory.distro !== undefined) found.add('a distribution');
  if (input.contents.statements.length > 0) found.add('changed files');
  if (erased.length > 0) found.add('erased files');
  if (lone.length > 0) found.add('record-only changes');
  if (environment.length > 0 && input.programs.places.size > 0) found.add('variables of programs');
  if (input.ownerClaims.size > 0) found.add('version claims');
  if (subjects.orphans.length > 0 || subjects.nameless.length > 0) found.add('orphaned manifests');
  for (const { earlier = [] } of readings) if (earlier.length > 0) found.add('earlier readings');
  for (const { isSystem, entries, manifests, checks, claims } of subjects.all) {
    if (entries.length > 0) {
      found.add(isSystem ? 'packages of the system' : 'packages of languages');
    }
    if (manifests.length > 0) found.add('manifests');
    if (checks.length > 0) found.add('self-checks');
    if (claims.length > 0) found.add('version claims');
    for (const { kept, replaced } of entries) {
      if (kept !== undefined || replaced !== undefined) found.add('other records');
    }
  }
  const isInstalled = found.has('packages of the system') || found.has('packages of languages');
  if (isInstalled && hasDeclared(input)) found.add('declared packages');
  return found;
}

function hasDeclared({ entries }: CheckInput): boolean {
  for (const rows of entries.values()) {
    for (const { presence } of rows) if (presence === 'declared') return true;
  }
  return false;
}
