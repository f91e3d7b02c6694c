/** Programs that are wanted for their first bytes and for texts that they contain. */

import type { BodyReader, WantedMarkers } from './body-reader.ts';
import type { ScriptRule } from './script-candidates.ts';
import { unionOf, type SelectorTable } from './selector.ts';

/**
 * Returns texts; the body must contain one of them. Empty if the head is enough, `undefined` if no
 * row wants the head.
 */
export function markersFor(head: Uint8Array, selectors: SelectorTable): WantedMarkers | undefined {
  const ids = selectors.wantedByHead(head);
  if (ids.length === 0) return undefined;
  const markers = ids.map((id) => selectors.markersOf(id));
  return {
    texts: markers.some((list) => list.length === 0) ? [] : [...new Set(markers.flat())],
    areInData: ids.every((id) => selectors.hasMarkersInData(id)),
  };
}

/**
 * Returns `judge` with the texts of a script: a body that holds one is wanted whatever its first
 * bytes are.
 */
export function withScriptTexts(
  judge: (head: Uint8Array) => WantedMarkers | undefined,
  { texts }: ScriptRule,
): (head: Uint8Array) => WantedMarkers | undefined {
  const own = texts.map((text) => text.toString('latin1'));
  return (head) => {
    const markers = judge(head);
    if (markers?.texts.length === 0) return markers;
    return { texts: [...new Set([...(markers?.texts ?? []), ...own])], areInData: false };
  };
}

/** Returns the rows that want an executable for its content. */
export function wantedByContent(
  { head, found }: BodyReader,
  selectors: SelectorTable,
  script?: ScriptRule,
): readonly string[] {
  const ids = selectors.wantedByHead(head).filter((id) => {
    const markers = selectors.markersOf(id);
    return markers.length === 0 || markers.some((marker) => found.has(marker));
  });
  const isScript = script?.texts.some((text) => found.has(text.toString('latin1'))) === true;
  return isScript ? unionOf(ids, script.ids) : ids;
}
