/** Programs that are wanted for their first bytes and for texts that they hold. */

import type { BodyReader, WantedMarkers } from './body-reader.ts';
import type { SelectorTable } from './selector.ts';

/** Returns the texts of which one must be in the body; nothing where no row wants the head, no texts where the head is enough. */
export function markersFor(head: Uint8Array, selectors: SelectorTable): WantedMarkers | undefined {
  const ids = selectors.wantedByHead(head);
  if (ids.length === 0) return undefined;
  const markers = ids.map((id) => selectors.markersOf(id));
  return {
    texts: markers.some((list) => list.length === 0) ? [] : [...new Set(markers.flat())],
    areInData: ids.every((id) => selectors.hasMarkersInData(id)),
  };
}

/** Returns the rows that want an executable for what it holds. */
export function wantedByContent(reader: BodyReader, selectors: SelectorTable): readonly string[] {
  return selectors.wantedByHead(reader.head).filter((id) => {
    const markers = selectors.markersOf(id);
    return markers.length === 0 || markers.some((marker) => reader.found.has(marker));
  });
}
