/** Gaps for entries that stand in the place of a wanted file: a directory, a pipe, a device. */

import type { Artifact, LayerEntry } from '../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import { isUnresolvedFixture } from '../../core/model/finding/fixture-path.ts';
import type { SelectorTable } from './selector.ts';

/** The walk that an entry belongs to. */
interface EntryWalk {
  readonly layer: number;
  readonly selectors: SelectorTable;
  /** Absent: `image`, whose directory names prove nothing. */
  readonly artifactKind?: Artifact['kind'];
}

/**
 * Returns the gap for a special file that catalogers want; it is not opened, because reading a pipe
 * may never end.
 */
export function reportSpecialFile(
  { path, what }: LayerEntry & { readonly type: 'special' },
  { layer, selectors }: EntryWalk,
): readonly Diagnostic[] {
  if (selectors.isPlain(path)) return [];
  const wantedBy = selectors.wantedBy(path);
  // A socket may be named like its program, of which an excerpt would be read.
  if (wantedBy.length === 0 || selectors.anchorsFor(wantedBy, path) !== undefined) return [];
  return [gap(path, layer, `${what} in the place of a file, which is not opened`)];
}

/**
 * Returns the gap for a directory at a path for which `isPlaceOfFile` holds: it hides a lockfile or
 * a database.
 */
export function reportUnexpectedDirectory(
  path: string,
  { layer, artifactKind: kind = 'image' }: EntryWalk,
): readonly Diagnostic[] {
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
