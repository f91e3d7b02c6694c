/**
 * Reads a part of a blob.
 *
 * Source: OCI distribution specification, "Pulling blobs"; RFC 9110, section 14 (Range,
 * Content-Range).
 */

import { AssayError } from '../../core/base/errors.ts';
import { redactUrl } from '../../core/base/http/http.ts';
import type { ByteRange } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import type { Descriptor } from './manifest.ts';
import { readRegistryError } from './registry-error.ts';
import type { RegistryResponse } from './transport.ts';

const CONTENT_RANGE = /^bytes (?<first>\d{1,16})-(?<last>\d{1,16})\/(?:\d{1,16}|\*)$/i;

/**
 * Returns exactly these bytes; `undefined` where the server gives blobs only as a whole. Nothing
 * says that they are the right ones.
 *
 * @throws AssayError as all of `Repository` does
 */
export function readBlobRange(
  endpoint: Endpoint,
  { digest }: Pick<Descriptor, 'digest'>,
  range: ByteRange,
  name: string,
): Promise<Uint8Array | undefined> {
  const request = {
    target: `blobs/${digest}`,
    name,
    headers: {
      // A coding of the connection would change what a range counts.
      'accept-encoding': 'identity',
      range: `bytes=${range.start}-${range.start + range.lengthBytes - 1}`,
    },
    // The whole may be announced; it is not read.
    maxBytes: Number.MAX_SAFE_INTEGER,
  };
  return endpoint.send(request, async (answer) => {
    if (answer.status === 200) return undefined;
    if (answer.status !== 206) throw await readRegistryError(answer, await endpoint.asked(name));
    const { first, last } =
      CONTENT_RANGE.exec(answer.headers.get('content-range') ?? '')?.groups ?? {};
    const isAsked =
      Number(first) === range.start && Number(last) === range.start + range.lengthBytes - 1;
    if (!isAsked) throw otherPart(answer);
    return takeExactly(answer, range.lengthBytes);
  });
}

async function takeExactly(answer: RegistryResponse, lengthBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let doneBytes = 0;
  for await (const piece of answer.body) {
    doneBytes += piece.length;
    if (doneBytes > lengthBytes) throw otherPart(answer);
    pieces.push(piece);
  }
  if (doneBytes < lengthBytes) throw otherPart(answer);
  return Buffer.concat(pieces);
}

function otherPart({ url }: RegistryResponse): AssayError {
  return new AssayError('NETWORK', `"${redactUrl(url)}" sent another part than it was asked for`, {
    hint: 'Check what stands between here and the registry, such as a proxy with a cache; or read the whole, without --lazy.',
  });
}
