/** Files of stanzas that are larger than what memory holds, in pieces that end where a stanza does. */

import { ParseError } from '../base/errors.ts';

/** A file that is read in parts. */
export interface StoredStanzas {
  readonly path: string;
  readonly sizeBytes: number;
  readAt(offset: number, lengthBytes: number): Promise<Uint8Array>;
}

/** Whole stanzas of a file. */
export interface StanzaPiece {
  readonly bytes: Uint8Array;
  /** How many lines of the file stand before them. */
  readonly linesBefore: number;
}

const PIECE_BYTES = 4 * 1024 * 1024;
/** The largest stanza seen has 100 KB. */
const MAX_STANZA_BYTES = 32 * 1024 * 1024;
const LINE_FEED = 0x0a;
const STANZA_ENDS = ['\n\n', '\n\r\n'];

/** Yields the pieces in order; one for a small file. @throws ParseError where a stanza is too large to be held */
export async function* stanzaPieces(
  file: StoredStanzas,
  pieceBytes = PIECE_BYTES,
): AsyncGenerator<StanzaPiece> {
  let rest = Buffer.alloc(0);
  let linesBefore = 0;
  for (let offset = 0; offset < file.sizeBytes;) {
    const lengthBytes = Math.min(pieceBytes, file.sizeBytes - offset);
    const read = await file.readAt(offset, lengthBytes);
    if (read.length === 0) throw new ParseError(file.path, 'cut off');
    offset += read.length;
    const piece = rest.length === 0 ? asBuffer(read) : Buffer.concat([rest, read]);
    const end = offset >= file.sizeBytes ? piece.length : endOfStanzas(piece);
    if (end > 0) yield { bytes: piece.subarray(0, end), linesBefore };
    if (offset < file.sizeBytes) linesBefore += lineCount(piece.subarray(0, end));
    rest = Buffer.from(piece.subarray(end));
    if (rest.length > MAX_STANZA_BYTES) {
      throw new ParseError(file.path, `a stanza larger than ${MAX_STANZA_BYTES} bytes`);
    }
  }
}

/** The place behind the last empty line; 0 where there is none. */
function endOfStanzas(piece: Buffer): number {
  return Math.max(
    ...STANZA_ENDS.map((end) => {
      const at = piece.lastIndexOf(end, undefined, 'latin1');
      return at < 0 ? 0 : at + end.length;
    }),
  );
}

function lineCount(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1))
    count += 1;
  return count;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
