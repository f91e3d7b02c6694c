/** Daemons that answer as no real one would: each listens on a socket of its own. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { linkSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import {
  dockerArchive,
  makeImage,
  ociFiles,
  tarOf,
} from '../../../../test/support/stored-images.ts';
import { quietContext } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { writeTar } from '../../../formats/archive/tar/tar-writer.ts';
import { openSource } from '../open-source.ts';
import { dockerEndpoints, parseEndpoint } from './endpoint.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-engine-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const IMAGE = makeImage([[{ path: 'a', body: 'a' }]], { forms: ['plain'] });
const ARCHIVE = writeTar(dockerArchive([{ image: IMAGE, tags: ['app:1'] }]));
const INSPECTED = {
  Id: IMAGE.configDigest,
  RepoTags: ['app:1', '<none>:<none>'],
  RepoDigests: [`app@${IMAGE.layers[0]?.digest ?? ''}`],
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let socketCount = 0;

/** Listens, and answers whoever asks; the paths asked for are kept. */
async function listen(
  answer: Answer,
  apiVersion = '1.45',
): Promise<{ host: string; asked: string[] }> {
  const socket = join(folder, `s${socketCount++}`);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('Api-Version', apiVersion);
    if (request.url === '/_ping') response.end('OK');
    else answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  return { host: `unix://${socket}`, asked };
}

const serveImage: Answer = (request, response) => {
  if (request.url?.endsWith('/json') === true) response.end(JSON.stringify(INSPECTED));
  else response.end(ARCHIVE);
};

/** Gives the notes on what was opened. */
async function open(
  reference: string,
  host: string,
  context = quietContext(),
): Promise<readonly string[]> {
  const notes: string[] = [];
  const lists = { platforms: [], skipDirs: [], skipFiles: [] };
  const env = { DOCKER_HOST: host };
  const request = { reference, kind: 'image' as const, imageSources: ['docker'], env, ...lists };
  for (const opened of await openSource(request, context)) {
    for (const index of opened.artifact.layers.keys()) {
      await opened.walk(index, () => undefined, context);
    }
    expect(opened.artifact.image?.tags).toEqual(['app:1']);
    notes.push(...opened.diagnostics().map(({ message }) => message));
    await opened[Symbol.asyncDispose]();
  }
  return notes;
}

async function failure(action: Promise<unknown>): Promise<AssayError> {
  try {
    await action;
  } catch (error) {
    if (error instanceof AssayError) return error;
    throw error;
  }
  throw new Error('expected a failure');
}

describe('a daemon', () => {
  it.each([
    ['1.24', '/v1.24'],
    ['1.45', '/v1.45'],
    ['1.99', '/v1.47'],
    ['2.0', '/v1.47'],
  ])('that announces version %s is asked as %s', async (announced, prefix) => {
    const { host, asked } = await listen(serveImage, announced);
    await open('example.org:5000/a/b:1', host);
    const id = encodeURIComponent(IMAGE.configDigest);
    expect(asked).toEqual([
      '/_ping',
      `${prefix}/images/example.org%3A5000/a/b%3A1/json`,
      `${prefix}/images/${id}/get`,
    ]);
  });

  it.each<[string, Answer, string, string]>([
    [
      'fails',
      (_, out) => out.writeHead(500).end('{"message":"out of luck"}'),
      'NETWORK',
      'answers 500: out of luck',
    ],
    ['fails without words', (_, out) => out.writeHead(503).end('<html>'), 'NETWORK', 'answers 503'],
    ['answers no JSON', (_, out) => out.end('hello'), 'NETWORK', 'something that is not JSON'],
    ['describes nothing', (_, out) => out.end('{"Id":""}'), 'NETWORK', 'an image without id'],
    ['hangs up', (_, out) => out.destroy(), 'NETWORK', 'cannot be asked'],
  ])('that %s leaves the image to others', async (_what, answer, code, message) => {
    const { host } = await listen(answer);
    const error = await failure(open('app:1', host));
    expect(error.code).toBe(code);
    expect(error.hint).toContain(message);
  });

  it('that is cut off in the middle of an export ends the search', async () => {
    const { host } = await listen((request, response) => {
      if (request.url?.endsWith('/json') === true) response.end(JSON.stringify(INSPECTED));
      else {
        response.writeHead(200, { 'content-length': String(ARCHIVE.length) });
        response.write(ARCHIVE.subarray(0, 700));
        setTimeout(() => response.destroy(), 20);
      }
    });
    const error = await failure(open('app:1', host));
    expect(error).toMatchObject({ code: 'DAMAGED' });
    expect(error.message).toContain('in the middle of the image');
  });

  describe('asked for a digest', () => {
    const claimed = INSPECTED.RepoDigests[0]?.split('@')[1] ?? '';
    it('names it as a claim where its export has no manifest', async () => {
      const { host } = await listen(serveImage);
      expect(await open(`app@${claimed}`, host)).toEqual([
        expect.stringMatching(/^sha256:[0-9a-f]{64} is a claim of docker \(RepoDigests\)/u),
      ]);
      expect(await open('app:1', host)).toEqual([]);
    });

    it('compares it with the manifest of its export', async () => {
      const layout = ociFiles([{ image: IMAGE }]);
      const index = JSON.parse(String(layout.get('index.json'))) as {
        manifests: [{ digest: string }];
      };
      const { host } = await listen((request, response) => {
        if (request.url?.endsWith('/json') === true) response.end(JSON.stringify(INSPECTED));
        else response.end(tarOf(layout));
      });
      expect(await open(`app@${index.manifests[0].digest}`, host)).toEqual([]);
    });

    it('leaves an image of another digest to others', async () => {
      const { host } = await listen(serveImage);
      const error = await failure(open(`app@sha256:${'1'.repeat(64)}`, host));
      expect(error).toMatchObject({ code: 'NOT_FOUND' });
      expect(error.hint).toContain('has another digest');
    });
  });

  it('may not export more than the limit', async () => {
    const { host } = await listen(serveImage);
    const { limits } = quietContext();
    const context = quietContext({ limits: { ...limits, maxUnpackedBytes: 1000 } });
    const error = await failure(open('app:1', host, context));
    expect(error).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(error.message).toContain('the export of "app:1" holds more than 1000 bytes');
  });

  it('is left when the run is interrupted', async () => {
    const ended = new AbortController();
    const { host } = await listen(() => ended.abort());
    const error = await failure(open('app:1', host, quietContext({ signal: ended.signal })));
    expect(error.code).toBe('INTERRUPTED');
  });

  it('that is gone has left its socket', async () => {
    const socket = join(folder, 'stale');
    const server = createNetServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    // Node removes the socket of a server that it closes; one that died leaves it.
    linkSync(socket, `${socket}-left`);
    await new Promise((resolve) => server.close(resolve));
    const error = await failure(open('app:1', `unix://${socket}-left`));
    expect(error.code).toBe('NETWORK');
    expect(error.hint).toContain('nobody listens at');
  });

  it('is not asked over the network with --offline', async () => {
    const error = await failure(open('app:1', 'tcp://127.0.0.1:1'));
    expect(error.code).toBe('OFFLINE');
    expect(error.hint).toContain('tcp://127.0.0.1:1 is reached over the network');
  });

  it('is asked over the network otherwise', async () => {
    const error = await failure(
      open('app:1', 'tcp://127.0.0.1:1', quietContext({ fetch: globalThis.fetch })),
    );
    expect(error.code).toBe('NETWORK');
    expect(error.hint).toContain('nobody listens at tcp://127.0.0.1:1');
  });
});

describe('an address', () => {
  it.each([
    ['unix:///a/b.sock', { kind: 'socket', path: '/a/b.sock' }],
    ['/a/b.sock', { kind: 'socket', path: '/a/b.sock' }],
    ['npipe:////./pipe/docker_engine', { kind: 'socket', path: '\\\\.\\pipe\\docker_engine' }],
    ['tcp://host', { kind: 'tcp', host: 'host', port: 2375 }],
    ['tcp://[::1]:99', { kind: 'tcp', host: '::1', port: 99 }],
    ['host:4', { kind: 'tcp', host: 'host', port: 4 }],
    ['https://host', { kind: 'tcp', host: 'host', port: 2376, tls: { rejectUnauthorized: true } }],
  ])('%s is read', (text, at) => {
    expect(parseEndpoint(text, undefined).at).toEqual(at);
  });

  it.each(['ssh://user@host', 'fd://3', 'tcp://', 'tcp://:::'])('%s is refused', async (text) => {
    const error = await failure(open('app:1', text));
    expect(error.code).toBe('USAGE');
    expect(error.hint).toContain('its address');
  });

  it('is shown without its password', async () => {
    const error = await failure(open('app:1', 'ssh://ann:pw@host'));
    expect(error.hint).toContain('"ssh://host"');
  });

  it('is encrypted where the variables say so', async () => {
    const env = { DOCKER_HOST: 'tcp://host', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
    const [endpoint] = await dockerEndpoints(env);
    const tls = { rejectUnauthorized: true };
    expect(endpoint?.at).toEqual({ kind: 'tcp', host: 'host', port: 2376, tls });
  });
});
