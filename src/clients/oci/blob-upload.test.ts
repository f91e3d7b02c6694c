import type { IncomingMessage, ServerResponse } from 'node:http';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  refuse,
  scriptedRegistry,
  type ScriptedRegistry,
} from '../../../test/support/registry-server.ts';
import { digestOf } from '../../../test/support/stored-images.ts';
import { quietContext } from '../../core/base/context.ts';
import type { Repository } from './client.ts';
import { createRegistryClient } from './create-client.ts';
import { parseImageReference } from './reference.ts';

const MIB = 1024 * 1024;
/** What is larger than 8 MiB is sent as a stream. */
const LARGE = Buffer.alloc(12 * MIB, 'large blob ');
const SMALL = Buffer.from('small blob');

/** A registry that keeps what arrived of a broken upload, as the specification has it. */
interface Uploads {
  /** Bytes of bodies of PATCH requests, whether they were kept or not. */
  receivedBytes: number;
  readonly ranges: (string | undefined)[];
  readonly opened: string[];
  /** Answers a PATCH before its body is read. */
  onPatch?: (request: IncomingMessage, response: ServerResponse, kept: Buffer) => boolean;
  /** Breaks the connection once, when so many bytes of an upload have arrived. */
  cutAt?: number;
  /** An upload whose connection broke is gone, as at docker-registry 2.8. */
  forgets?: boolean;
  /** Answers the last step. */
  onPut?: (response: ServerResponse) => boolean;
}

function takeUploads(registry: ScriptedRegistry): Uploads {
  const state: Uploads = { receivedBytes: 0, ranges: [], opened: [] };
  const kept = new Map<string, Buffer>();
  registry.answers.push((request, response, url) => {
    const { method = '' } = request;
    if (!url.pathname.includes('/blobs/uploads/')) return false;
    const id = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
    const place = (to: string): void => {
      response.setHeader('location', `/v2/app/blobs/uploads/${to}?_state=s${state.ranges.length}`);
      const length = kept.get(to)?.length ?? 0;
      response.setHeader('range', `0-${Math.max(length - 1, 0)}`);
    };
    if (method === 'POST') {
      state.opened.push(url.search);
      const opened = String(state.opened.length);
      kept.set(opened, Buffer.alloc(0));
      place(opened);
      response.writeHead(202).end();
      return true;
    }
    const before = kept.get(id);
    if (before === undefined) {
      refuse(response, 404, 'BLOB_UPLOAD_INVALID', 'blob upload invalid');
      return true;
    }
    if (method === 'GET') {
      place(id);
      response.writeHead(204).end();
      return true;
    }
    if (method === 'PATCH') {
      state.ranges.push(request.headers['content-range']);
      if (state.onPatch?.(request, response, before) === true) return true;
      const { socket } = request;
      void takeBody(state, request, before).then(({ bytes, isCut }) => {
        if (isCut && state.forgets === true) kept.delete(id);
        else kept.set(id, bytes);
        if (isCut) {
          socket.destroy();
          return;
        }
        place(id);
        response.writeHead(202).end();
      });
      return true;
    }
    if (state.onPut?.(response) === true) return true;
    const digest = url.searchParams.get('digest') ?? '';
    const isRight = digestOf(before) === digest;
    if (isRight) {
      registry.stored.set(`app/blobs/${digest}`, { bytes: before, mediaType: 'application/x' });
    }
    response.writeHead(isRight ? 201 : 400).end();
    return true;
  });
  return state;
}

async function takeBody(
  state: Uploads,
  request: IncomingMessage,
  before: Buffer,
): Promise<{ readonly bytes: Buffer; readonly isCut: boolean }> {
  const pieces = [before];
  let length = before.length;
  for await (const piece of request) {
    const bytes = piece as Buffer;
    state.receivedBytes += bytes.length;
    pieces.push(bytes);
    length += bytes.length;
    if (state.cutAt !== undefined && length >= state.cutAt) {
      delete state.cutAt;
      return { bytes: Buffer.concat(pieces), isCut: true };
    }
  }
  return { bytes: Buffer.concat(pieces), isCut: false };
}

describe('uploading a blob', () => {
  let registry: ScriptedRegistry;
  let uploads: Uploads;
  let app: Repository;
  let readCount: number;
  beforeEach(async () => {
    registry = await scriptedRegistry();
    uploads = takeUploads(registry);
    const context = quietContext({ fetch: globalThis.fetch });
    const client = createRegistryClient({ env: { HOME: '/nonexistent' } }, context);
    app = await client.repository(parseImageReference(`${registry.host}/app`));
    readCount = 0;
  });
  afterEach(() => registry[Symbol.dispose]());

  function upload(bytes: Buffer, content: Buffer = bytes, mountFrom?: string): Promise<string> {
    const descriptor = { digest: digestOf(bytes), sizeBytes: bytes.length };
    const chunks = async function* chunks(): AsyncGenerator<Uint8Array> {
      readCount += 1;
      for (let at = 0; at < content.length; at += 65_536) {
        yield await Promise.resolve(content.subarray(at, at + 65_536));
      }
    };
    return app.uploadBlob(descriptor, chunks, { mountFrom });
  }

  function isStored(bytes: Buffer): boolean {
    return registry.stored.has(`app/blobs/${digestOf(bytes)}`);
  }

  it.each([
    ['an empty blob', Buffer.alloc(0)],
    ['a blob of one byte', Buffer.from('x')],
    ['a small blob', SMALL],
    ['a blob of exactly 8 MiB', Buffer.alloc(8 * MIB, 1)],
    ['a large blob', LARGE],
  ])('sends %s in one piece', async (_, bytes) => {
    expect(await upload(bytes)).toBe('uploaded');
    expect(isStored(bytes)).toBe(true);
    expect(uploads.ranges).toEqual([undefined]);
    expect(readCount).toBe(1);
  });

  it.each([
    ['near the start', 1],
    ['in the middle', 6 * MIB],
    ['at the last byte', LARGE.length],
  ])('goes on where a connection broke %s', async (_, cutAt) => {
    uploads.cutAt = cutAt;
    expect(await upload(LARGE)).toBe('uploaded');
    expect(isStored(LARGE)).toBe(true);
    expect(uploads.opened).toHaveLength(1);
    // No byte that arrived is sent again.
    expect(uploads.receivedBytes).toBe(LARGE.length);
  });

  it('sends a blob again from its start if the registry forgets the upload', async () => {
    uploads.cutAt = 6 * MIB;
    uploads.forgets = true;
    expect(await upload(LARGE)).toBe('uploaded');
    expect(isStored(LARGE)).toBe(true);
    expect(uploads.opened).toHaveLength(2);
    expect(uploads.receivedBytes).toBeLessThan(LARGE.length + 7 * MIB);
  });

  it('gives up a registry that forgets the upload each time', async () => {
    uploads.forgets = true;
    const cut = (): void => void (uploads.cutAt = 2 * MIB);
    uploads.onPatch = () => {
      cut();
      return false;
    };
    await expect(upload(LARGE)).rejects.toMatchObject({ code: 'NETWORK' });
    expect([uploads.opened.length, uploads.ranges.length]).toEqual([4, 4]);
    expect(isStored(LARGE)).toBe(false);
  });

  it('goes on through any number of broken connections as long as more arrives', async () => {
    const bytes = Buffer.alloc(56 * MIB, 'many pieces ');
    let count = 0;
    uploads.onPatch = (request, response, kept) => {
      // A proxy takes pieces of 8 MiB, and breaks each second connection before it has passed
      // anything on.
      count += 1;
      if (request.headers['content-length'] === undefined) {
        response.setHeader('connection', 'close');
        response.writeHead(413).end();
        return true;
      }
      if (count % 2 === 1 || kept.length === 0) return false;
      request.socket.destroy();
      return true;
    };
    expect(await upload(bytes)).toBe('uploaded');
    expect(isStored(bytes)).toBe(true);
  });

  it('sends pieces of 8 MiB where a proxy refuses larger bodies', async () => {
    uploads.onPatch = (request, response) => {
      if (request.headers['content-length'] !== undefined) return false;
      response.setHeader('connection', 'close');
      response.writeHead(413).end();
      return true;
    };
    expect(await upload(LARGE)).toBe('uploaded');
    expect(isStored(LARGE)).toBe(true);
    expect(uploads.ranges.slice(-2)).toEqual([
      `0-${8 * MIB - 1}`,
      `${8 * MIB}-${LARGE.length - 1}`,
    ]);
  });

  it.each([
    ['other bytes', Buffer.alloc(LARGE.length, 'x')],
    ['fewer bytes', LARGE.subarray(1)],
    ['more bytes', Buffer.concat([LARGE, SMALL])],
    ['one other byte at the end', Buffer.concat([LARGE.subarray(1), SMALL.subarray(0, 1)])],
  ])('refuses a blob that has %s than its descriptor says', async (_, content) => {
    await expect(upload(LARGE, content)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
    expect(registry.requests.filter((line) => line.startsWith('PUT'))).toEqual([]);
  });

  it.each([
    [500, 'unknown error', 'LIMIT_EXCEEDED', 'no room'],
    [507, 'insufficient storage', 'LIMIT_EXCEEDED', 'no room'],
    [403, 'the quota of the project is exceeded', 'LIMIT_EXCEEDED', 'no room'],
    [403, 'requested access to the resource is denied', 'REGISTRY_DENIED', 'refuses'],
    [400, 'bad size', 'NETWORK', 'bad size'],
  ])('says why a registry answers %i "%s"', async (status, message, expected, words) => {
    uploads.onPatch = (request, response) => {
      request.resume();
      const detail = status === 500 ? { Enclosed: { Op: 'write', Err: 28 } } : undefined;
      response.statusCode = status;
      response.end(JSON.stringify({ errors: [{ code: 'UNKNOWN', message, detail }] }));
      return true;
    };
    await expect(upload(SMALL)).rejects.toMatchObject({
      code: expected,
      message: expect.stringContaining(words) as string,
    });
    expect(uploads.ranges).toHaveLength(1);
  });

  it('takes a lost answer to the last step for done if the blob is there', async () => {
    const stored = { bytes: SMALL, mediaType: 'application/x' };
    uploads.onPut = (response) => {
      registry.stored.set(`app/blobs/${digestOf(SMALL)}`, stored);
      response.destroy();
      return true;
    };
    expect(await upload(SMALL)).toBe('uploaded');
    expect(uploads.opened).toHaveLength(1);
  });

  it('gives up a registry that fails again and again', async () => {
    uploads.onPatch = (request, response) => {
      request.resume();
      response.writeHead(502).end();
      return true;
    };
    await expect(upload(SMALL)).rejects.toMatchObject({ code: 'NETWORK' });
    expect(uploads.ranges).toHaveLength(4);
  });

  it.each([
    ['nothing', () => '0-0'],
    ['the same', () => '0-4'],
    ['now less, now more', () => (uploads.ranges.length % 2 === 0 ? '0-1' : '0-5')],
  ])('gives up a registry that takes all pieces and has %s', async (_, range) => {
    uploads.onPatch = (request, response) => {
      request.resume().on('end', () => {
        response.setHeader('location', request.url ?? '');
        response.setHeader('range', range());
        response.writeHead(202).end();
      });
      return true;
    };
    await expect(upload(SMALL)).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining('after 10 were sent') as string,
    });
    expect(uploads.ranges.length).toBeLessThan(10);
  });

  it('mounts a blob without reading it', async () => {
    const stored = { bytes: SMALL, mediaType: 'application/x' };
    registry.answers.push((_request, response, url) => {
      if (url.searchParams.get('from') !== 'base') return false;
      registry.stored.set(`app/blobs/${digestOf(SMALL)}`, stored);
      response.writeHead(201).end();
      return true;
    });
    expect(await upload(SMALL, SMALL, 'base')).toBe('mounted');
    expect(readCount).toBe(0);
  });

  it('uses the upload that a registry opens in place of a mount', async () => {
    expect(await upload(SMALL, SMALL, 'base')).toBe('uploaded');
    expect(uploads.opened).toEqual([expect.stringContaining('from=base')]);
  });

  it('opens an upload where the other repository may not be read', async () => {
    registry.answers.push((_request, response, url) => {
      if (url.searchParams.get('from') !== 'secret') return false;
      refuse(response, 403, 'DENIED', 'no');
      return true;
    });
    expect(await upload(SMALL, SMALL, 'secret')).toBe('uploaded');
    expect(uploads.opened).toEqual(['']);
  });
});
