/** Entries that hide what a wanted file would say: something else lies where it should be. */

import type { Artifact, LayerEntry } from '../model/artifact.ts';
import type { Diagnostic } from '../model/finding.ts';
import { isUnresolvedFixture } from '../model/fixture-path.ts';
import type { SelectorTable } from './selector.ts';

/** Where an entry was met. */
interface Met {
  readonly layer: number;
  readonly selectors: SelectorTable;
  /** Absent: `image`, whose directory names prove nothing. */
  readonly artifactKind?: Artifact['kind'];
}

/** A lockfile that is a pipe could hold anything, and nobody may wait for it. */
export function reportSpecialFile(
  { path, what }: LayerEntry & { readonly type: 'special' },
  { layer, selectors }: Met,
): readonly Diagnostic[] {
  if (selectors.isPlain(path)) return [];
  const wantedBy = selectors.wantedBy(path);
  // A socket may well be called like its program, of which an excerpt would be looked at.
  if (wantedBy.length === 0 || selectors.anchorsFor(wantedBy, path) !== undefined) return [];
  return [gap(path, layer, `${what} in the place of a file, which is not opened`)];
}

/** A folder in the place of a lockfile or of a database hides what the file would say. */
export function reportUnexpectedDirectory(
  path: string,
  { layer, selectors, artifactKind: kind = 'image' }: Met,
): readonly Diagnostic[] {
  if (!selectors.isPlaceOfFile(path)) return [];
  // A lockfile inside an installed package pins nothing, so a directory of its name hides nothing.
  if (path.includes('/node_modules/')) return [];
  if (isUnresolvedFixture(path, { kind, presence: 'declared' })) return [];
  return [gap(path, layer, 'a folder in the place of a file')];
}

function gap(path: string, layer: number, what: string): Diagnostic {
  return {
    stage: 'layers',
    message: `"${path}": ${what}`,
    location: { path, layer },
    gap: 'unreadable',
  };
}
