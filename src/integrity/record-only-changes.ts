/** Records of packages of languages that a layer removed or rewrote without the files beside them. */

import type { Contradiction } from '../model/package.ts';
import { contradictVersion } from './version-claims.ts';
import type { IntegrityInput, Subjects } from './input.ts';
import { packageLabel } from './package-label.ts';

/** A hostile image can change any number of records. */
const MAX_LONE = 100;

/**
 * Contradicts packages whose record was rewritten alone, and returns a contradiction for each record that was removed
 * alone. `known` are the contradictions that were found by lists of files.
 */
export function contradictRecordOnlyChanges(
  { lone = [] }: IntegrityInput,
  { all }: Subjects,
  known: readonly Contradiction[],
): readonly Contradiction[] {
  if (lone.length === 0) return [];
  const reported = new Set(known.map(({ location }) => location.path));
  const found: Contradiction[] = [];
  for (const { path, folder, changedIn, before, now } of lone.slice(0, MAX_LONE)) {
    const at = { path, layer: changedIn };
    if (now === undefined) {
      if (!reported.has(path)) found.push(hidden({ before, folder }, at));
      continue;
    }
    for (const subject of all) {
      const { pkg, entries, findings } = subject;
      if (pkg.name !== now.name || !entries.some(({ location }) => location.path === path))
        continue;
      contradictVersion(subject, {
        found: before.name === now.name ? before.version : packageLabel(before),
        by: 'the layers below: only the record changed, and no file beside it',
        at,
      });
      if (before.name === now.name) findings.evidenced.push(before.version);
    }
  }
  return found;
}

function hidden(
  {
    before,
    folder,
  }: { readonly before: Parameters<typeof packageLabel>[0]; readonly folder: string },
  at: Contradiction['location'],
): Contradiction {
  return {
    kind: 'hidden',
    claimed: `no package "${before.name}" is installed`,
    found: `files of ${packageLabel(before)} in ${folder}, whose record alone was removed`,
    location: at,
    isSevere: true,
  };
}
