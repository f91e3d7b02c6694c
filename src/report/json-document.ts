/** Writes JSON documents of any length: piece by piece, safe to be shown in a terminal, with a line end. */

import { safeJson } from '../base/json-text.ts';
import { jsonPieces, type StreamedJson } from '../model/json-pieces.ts';

/** Yields the text of a document, indented by two. */
export async function* jsonDocument(value: StreamedJson): AsyncGenerator<string> {
  for (const piece of jsonPieces(value)) yield await Promise.resolve(safeJson(piece));
  yield '\n';
}
