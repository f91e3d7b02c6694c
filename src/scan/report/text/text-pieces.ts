/** Texts of any length in pieces. */

/**
 * Small parts are joined to pieces of this length, because each piece is waited for where it is
 * written.
 */
const PIECE_LENGTH = 64 * 1024;

/** Joins parts to pieces that are worth a write. */
export async function* textPieces(parts: Iterable<string>): AsyncGenerator<string> {
  let piece = '';
  for (const part of parts) {
    piece += part;
    if (piece.length < PIECE_LENGTH) continue;
    yield await Promise.resolve(piece);
    piece = '';
  }
  if (piece !== '') yield piece;
}
