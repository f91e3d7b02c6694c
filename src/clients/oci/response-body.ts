/** Bodies of small documents, read as a whole. */

import { MAX_DOCUMENT_BYTES, type RegistryResponse } from './transport.ts';

/** Returns the body of a response whose size the transport has bounded. */
export async function wholeBody({ body }: RegistryResponse): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const piece of body) {
    lengthBytes += piece.length;
    pieces.push(piece);
  }
  return Buffer.concat(pieces, Math.min(lengthBytes, MAX_DOCUMENT_BYTES));
}
