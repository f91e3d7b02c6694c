/**
 * Pieces of a file that is read while it streams by. Each piece repeats the end of the one before
 * it, so that whatever is not longer than {@link TEXT_OVERLAP_BYTES} in the file is complete in one
 * of them.
 */

/** The number of bytes that a piece repeats: more than the largest private keys take. */
export const TEXT_OVERLAP_BYTES = 8 * 1024;

/** A piece of a file. The members that need decoding are computed when they are read. */
export interface TextPiece {
  /** Valid only during the call. */
  readonly bytes: Buffer;
  /** Index in `bytes` at which the part begins that no earlier piece has; 0 in the first piece. */
  readonly freshFromByte: number;
  readonly encoding: 'utf-8' | 'utf-16' | 'binary';
  /** The bytes as text; each byte of a binary file is one character. */
  readonly text: string;
  /** Index in `text` at which the part begins that no earlier piece has; 0 in the first piece. */
  readonly freshFrom: number;
  /** Whether the file ends with this piece. */
  readonly isLast: boolean;
  /** Offset in bytes of the beginning of the piece, in the file. */
  readonly startOffset: number;
  /**
   * Line and column of the beginning of `text`, from 1; columns are counted in UTF-16 code units. 1
   * in a binary file.
   */
  readonly startLine: number;
  readonly startColumn: number;
}

/** A file that is read in pieces. */
export interface TextFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Whether its first block is not text. */
  readonly isBinary: boolean;
}

/** Takes one file. Of a file that cannot be read to its end, no piece is the last one. */
export interface TextTaker {
  piece(piece: TextPiece): void;
}

/** The length of a piece, in bytes or in characters. */
export interface PieceLength {
  readonly length: number;
  readonly freshFrom: number;
  readonly isLast: boolean;
}

/**
 * Returns whether a match that ends at an index of a piece is reported for this piece, so that each
 * match is reported once, and whole if it is not longer than the overlap.
 */
export function isMatchOf({ length, freshFrom, isLast }: PieceLength, end: number): boolean {
  return end >= freshFrom && (isLast || end < length);
}

/** Returns the length of the text of a piece. */
export function textLength({ text, freshFrom, isLast }: TextPiece): PieceLength {
  return { length: text.length, freshFrom, isLast };
}

/** Returns the length of the bytes of a piece. */
export function byteLength({ bytes, freshFromByte, isLast }: TextPiece): PieceLength {
  return { length: bytes.length, freshFrom: freshFromByte, isLast };
}
