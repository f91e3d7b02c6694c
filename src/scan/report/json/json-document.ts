/**
 * Writes JSON documents of any length: piece by piece, safe to be shown in a terminal, with a line
 * end.
 */

import { safeJson } from '../../../core/base/json-text.ts';
import { jsonPieces } from '../../../core/codec/json-pieces.ts';
import { type StreamedJson } from '../../../core/codec/streamed-json.ts';

/**
 * Yields the text of a document, indented by two; with an empty `inner`, items of long lists take
 * one line each.
 */
export async function* jsonDocument(
  value: StreamedJson,
  inner: '' | '  ' = '  ',
): AsyncGenerator<string> {
  for (const piece of jsonPieces(value, '  ', inner, safeJson)) yield await Promise.resolve(piece);
  yield '\n';
}
