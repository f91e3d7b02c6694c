/** Contents of standard input: secrets, and the lines that git gives hooks. */

import { AssayError } from '../../../../core/base/errors.ts';

/**
 * Returns all of standard input. `content` is a noun for messages, as in `the password of the key`.
 *
 * @throws AssayError `USAGE` if it is longer than `maxBytes`
 */
export async function readStandardInput(maxBytes: number, content: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let lengthBytes = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    lengthBytes += piece.length;
    if (lengthBytes > maxBytes) {
      throw new AssayError('USAGE', `standard input is longer than ${maxBytes} bytes`, {
        hint: `It must hold ${content} and nothing else.`,
      });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
