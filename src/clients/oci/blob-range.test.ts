import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  scriptedRegistry,
  type Answer,
  type ScriptedRegistry,
} from '../../../test/support/registry-server.ts';
import { digestOf } from '../../../test/support/stored-images.ts';
import { quietContext } from '../../core/base/context.ts';
import type { ByteRange } from './client.ts';
import { createRegistryClient } from './create-client.ts';
import { parseImageReference } from './reference.ts';

const BYTES = Buffer.from('0123456789');
const DIGEST = digestOf(BYTES);
const DESCRIPTOR = {
  mediaType: '',
  digest: DIGEST,
  sizeBytes: BYTES.length,
  urls: [],
  annotations: new Map<string, string>(),
};

let server: ScriptedRegistry;
beforeEach(async () => {
  server = await scriptedRegistry();
  server.stored.set(`app/blobs/${DIGEST}`, { bytes: BYTES, mediaType: '' });
});
afterEach(() => server[Symbol.dispose]());

async function read(range: ByteRange): Promise<string | undefined> {
  const context = quietContext({ fetch: globalThis.fetch });
  const client = createRegistryClient({ env: { HOME: '/nonexistent' } }, context);
  const repository = await client.repository(parseImageReference(`${server.host}/app`));
  const bytes = await repository.readRange(DESCRIPTOR, range);
  return bytes && Buffer.from(bytes).toString();
}

/** Answers with a part that was perhaps not asked for. */
function part(contentRange: string, body: string): Answer {
  return (_, response, { pathname }) => {
    if (!pathname.includes('/blobs/')) return false;
    response.writeHead(206, { 'content-range': contentRange });
    response.end(body);
    return true;
  };
}

describe('readRange', () => {
  it('gives exactly the bytes asked for', async () => {
    expect(await read({ start: 3, lengthBytes: 4 })).toBe('3456');
    expect(await read({ start: 9, lengthBytes: 1 })).toBe('9');
  });

  it('says where a server gives only the whole', async () => {
    server.answers.push(({ headers }) => {
      delete headers.range;
      return false;
    });
    expect(await read({ start: 3, lengthBytes: 4 })).toBeUndefined();
  });

  it.each([
    ['another part', 'bytes 4-7/10', '4567'],
    ['a shorter part', 'bytes 3-5/10', '345'],
    ['more than it says', 'bytes 3-6/10', '34567'],
    ['less than it says', 'bytes 3-6/10', '345'],
    ['no place', 'bytes */10', '3456'],
  ])('refuses %s', async (_, contentRange, body) => {
    server.answers.push(part(contentRange, body));
    await expect(read({ start: 3, lengthBytes: 4 })).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining('sent another part') as string,
    });
  });

  it('says that a blob is not there, and reads no error without end', async () => {
    server.stored.clear();
    await expect(read({ start: 0, lengthBytes: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    let sentBytes = 0;
    server.answers.push((_, response, { pathname }) => {
      if (!pathname.includes('/blobs/')) return false;
      response.statusCode = 404;
      const send = (): void => {
        while (!response.destroyed && sentBytes < 1e9 && response.write('x'.repeat(1e5))) {
          sentBytes += 1e5;
        }
      };
      response.on('drain', send);
      send();
      return true;
    });
    await expect(read({ start: 0, lengthBytes: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(sentBytes).toBeLessThan(1e8);
  });
});
