import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

import { ParseError } from '../../../core/base/errors.ts';
import { gunzip } from './gzip.ts';

const text = Buffer.from('small text '.repeat(100));
/** More than is unpacked at once. */
const large = Buffer.alloc(2 * 1024 * 1024, 'x');

async function unpack(packed: Uint8Array, isSmall: boolean): Promise<string> {
  const pieces: Uint8Array[] = [];
  const take = (piece: Uint8Array): void => void pieces.push(Uint8Array.from(piece));
  // eslint-disable-next-line @typescript-eslint/require-await -- an iterable of one piece
  const input = (async function* () {
    yield packed;
  })();
  try {
    await gunzip(input, take, 'x.gz', { isSmall });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return error.message;
  }
  return Buffer.concat(pieces).toString('latin1');
}

it.each([
  ['a small stream', gzipSync(text), text.toString()],
  ['nothing', gzipSync(''), ''],
  ['content that is not small', gzipSync(large), large.toString()],
  ['two members', Buffer.concat([gzipSync(text), gzipSync('end')]), `${text.toString()}end`],
  ['zeros behind it', Buffer.concat([gzipSync(text), Buffer.alloc(20)]), text.toString()],
  ['a stream that is cut off', gzipSync(text).subarray(0, 30), undefined],
  ['another checksum', Buffer.concat([gzipSync(text).subarray(0, -8), Buffer.alloc(8)]), undefined],
  ['no gzip data', Buffer.from('no gzip data, but long enough'), undefined],
])('one small piece is unpacked as a stream is: %s', async (_, packed, expected) => {
  const asStream = await unpack(packed, false);
  expect(await unpack(packed, true)).toBe(asStream);
  if (expected !== undefined) expect(asStream).toBe(expected);
  else expect(asStream).toContain('x.gz');
});
