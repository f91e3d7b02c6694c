/**
 * Pieces of a text that is read while it streams by. Each piece repeats the end of the one before it, so that whatever is not
 * longer than {@link TEXT_OVERLAP_BYTES} in the file is complete in one of them.
 */

/** The number of bytes that a piece repeats: more than the largest private keys take. */
export const TEXT_OVERLAP_BYTES = 8 * 1024;

/** A piece of a text. */
export interface TextPiece {
  readonly text: string;
  /** Index in `text` at which the part begins that no earlier piece has; 0 in the first piece. */
  readonly freshFrom: number;
  /** Whether the text ends with this piece. */
  readonly isLast: boolean;
  /** Offset in bytes of the beginning of `text`, in the file. */
  readonly startOffset: number;
  /** Line and column of the beginning of `text`, from 1; columns are counted in UTF-16 code units. */
  readonly startLine: number;
  readonly startColumn: number;
}

/** A file whose first block is text. */
export interface TextFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Takes one text. Of a file that cannot be read to its end, no piece is the last one. */
export interface TextTaker {
  piece(piece: TextPiece): void;
}

/**
 * Whether a match that ends at an index of a piece is reported for this piece, so that each match is reported once, and whole
 * if it is not longer than the overlap.
 */
export function isMatchOf({ text, freshFrom, isLast }: TextPiece, end: number): boolean {
  return end >= freshFrom && (isLast || end < text.length);
}
