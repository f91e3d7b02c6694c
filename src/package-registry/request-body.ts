/**
 * The bodies of requests: bounded, and unpacked if they are compressed.
 *
 * Source: RFC 9110, section 8.4 (`Content-Encoding`). `gzip` and `identity` are accepted, which are
 * all that package managers send.
 */

import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import { AssayError } from '../core/base/errors.ts';

/**
 * Reads the body of a request, unpacked; empty if it has none. Called at most once for a request.
 *
 * @throws AssayError `LIMIT_EXCEEDED` for more than `maxBytes`, `USAGE` for another encoding,
 * `PARSE` for damaged gzip data
 */
export type ReadBody = (maxBytes: number) => Promise<Uint8Array>;

const unpack = promisify(gunzip);

/** Returns the reader of the body of a request that a server has received. */
export function bodyReader(incoming: IncomingMessage): ReadBody {
  return async (maxBytes) => {
    const encoding = incoming.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
    if (encoding !== 'identity' && encoding !== 'gzip') {
      throw new AssayError('USAGE', 'the body has an encoding other than gzip');
    }
    if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) throw tooLong(maxBytes);
    const pieces: Uint8Array[] = [];
    let length = 0;
    // Leaving the loop would end the connection before the answer is sent.
    for await (const piece of incoming.iterator({ destroyOnReturn: false })) {
      const bytes = piece as Uint8Array;
      length += bytes.length;
      if (length > maxBytes) throw tooLong(maxBytes);
      pieces.push(bytes);
    }
    const body = Buffer.concat(pieces);
    return encoding === 'gzip' ? unpackBody(body, maxBytes) : body;
  };
}

/** Unpacks gzip data. @throws AssayError as {@link ReadBody} */
export async function unpackBody(body: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  try {
    return await unpack(body, { maxOutputLength: maxBytes });
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLong(maxBytes);
    throw new AssayError('PARSE', 'the body is not valid gzip data', { cause: error });
  }
}

function tooLong(maxBytes: number): AssayError {
  return new AssayError('LIMIT_EXCEEDED', `the body has more than ${maxBytes} bytes`);
}
