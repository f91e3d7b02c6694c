/**
 * The server that clients talk to: sockets, TLS, limits on connections and time, and an orderly
 * end.
 *
 * Source: RFC 9112 (HTTP/1.1), sections 3.2 (several `Host` headers are refused), 6.3 (framing; the
 * parser of Node.js refuses `Content-Length` beside `Transfer-Encoding`) and 9.6 (the end of a
 * connection).
 */

import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';

import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';

import { AssayError, errnoOf, errorMessage } from '../core/base/errors.ts';
import { refusal } from './answer.ts';
import type { Certificate } from './certificates.ts';
import type { RegistryHandler } from './handler.ts';
import type { RegistryLimits } from './limits.ts';
import { bodyReader } from './request-body.ts';
import { createHotFiles, sendAnswer, type HotFiles } from './send.ts';

/** What a server is made with. */
export interface ServerOptions {
  /** Returns the handler of the next request. */
  readonly handler: () => RegistryHandler;
  readonly limits: RegistryLimits;
  /** Absent: plain HTTP. */
  readonly certificate?: Certificate | undefined;
}

/** A server of a registry. */
export interface RegistryServer {
  /**
   * Begins to listen and returns the address. Port 0: any free one. @throws AssayError
   * `ACCESS_DENIED`, `USAGE`
   */
  listen(host: string, port: number): Promise<URL>;
  /** Shows another certificate from the next connection on. */
  readonly renew: (certificate: Certificate) => void;
  /**
   * Ends: no further connection is accepted, requests that are under way are finished, and later
   * ones on open connections get status 503. What is left after `graceMs` is cut off. Returns the
   * count of connections that were.
   */
  close(graceMs: number): Promise<number>;
}

/** Headers of a request; npm sends some hundred bytes. */
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 200;
const HANDSHAKE_MS = 10_000;
/** Limits of time are enforced at most this late. */
const CHECK_EVERY_MS = 1000;
/** Connections that have become idle are closed this often at the end. */
const DRAIN_EVERY_MS = 20;
/** Headers that must not be repeated: the one that counts would differ between programs. */
const SINGLE: ReadonlySet<string> = new Set(['host', 'authorization', 'content-length']);
const SINGLE_LENGTHS: ReadonlySet<number> = new Set([...SINGLE].map(({ length }) => length));

/** Makes a server that does not listen yet. */
export function createRegistryServer(options: ServerOptions): RegistryServer {
  const { limits, certificate } = options;
  let isClosing = false;
  const hot = createHotFiles();
  const app = new Hono<{ Bindings: HttpBindings }>();
  const answering = {
    handler: options.handler,
    hot,
    get isClosing() {
      return isClosing;
    },
  };
  app.all('*', async (c) => {
    const { incoming, outgoing } = c.env;
    await answer(incoming, outgoing, answering);
    return RESPONSE_ALREADY_SENT;
  });
  const adapted = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const listener: RequestListener = (incoming, outgoing) => {
    if (isPlainRead(incoming)) void answerSafely(incoming, outgoing, answering);
    else void adapted(incoming, outgoing);
  };
  const shared = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: CHECK_EVERY_MS,
  };
  const server =
    certificate === undefined
      ? createServer(shared, listener)
      : createTlsServer({ ...shared, ...certificate, handshakeTimeout: HANDSHAKE_MS }, listener);
  server.maxConnections = limits.maxConnections;
  server.maxHeadersCount = MAX_HEADERS;
  server.timeout = limits.idleMs;
  return {
    listen: (host, port) => listen(server, host, port),
    renew: (next) => {
      if ('setSecureContext' in server) server.setSecureContext(next);
    },
    close: (graceMs) => {
      isClosing = true;
      return close(server, graceMs);
    },
  };
}

/**
 * Returns whether a request can be answered without the adaptor of hono, whose objects take longer
 * than the answer to a small request. What it refuses itself, it sees.
 */
function isPlainRead({ method, url, headers }: IncomingMessage): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && url?.startsWith('/') === true && headers.host !== undefined;
}

interface Answering extends Pick<ServerOptions, 'handler'> {
  readonly isClosing: boolean;
  readonly hot: HotFiles;
}

/** A bug must not end the registry. */
async function answerSafely(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answering: Answering,
): Promise<void> {
  try {
    await answer(incoming, outgoing, answering);
  } catch (error) {
    if (outgoing.headersSent) {
      outgoing.destroy();
      return;
    }
    const failure = refusal(500, `the registry failed: ${errorMessage(error)}`, {
      headers: { connection: 'close' },
    });
    await sendAnswer(failure, incoming, outgoing, answering.hot);
  }
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { handler, isClosing, hot }: Answering,
): Promise<void> {
  if (isClosing) {
    const headers = { connection: 'close', 'retry-after': '5' };
    await sendAnswer(
      refusal(503, 'the registry is stopping', { headers }),
      incoming,
      outgoing,
      hot,
    );
    return;
  }
  const problem = problemOf(incoming);
  if (problem !== undefined) {
    const headers = { connection: 'close' };
    await sendAnswer(refusal(400, problem, { headers }), incoming, outgoing, hot);
    return;
  }
  const made = await handler()({
    method: incoming.method ?? 'GET',
    target: incoming.url ?? '/',
    header: (name) => {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    address: incoming.socket.remoteAddress ?? '',
    body: bodyReader(incoming),
  });
  await sendAnswer(made, incoming, outgoing, hot);
}

/** Returns why a request could be read in different ways; `undefined` if it cannot. */
function problemOf({ headers, rawHeaders }: IncomingMessage): string | undefined {
  const encoding = headers['transfer-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked') {
    return 'the transfer encoding is not "chunked"';
  }
  const repeated = repeatedHeader(rawHeaders);
  return repeated === undefined ? undefined : `the header "${repeated}" is repeated`;
}

/**
 * Returns the name of a header that must not be repeated, and is. `raw`: names and values in turns.
 */
function repeatedHeader(raw: readonly string[]): string | undefined {
  const seen: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const written = raw[at] ?? '';
    if (!SINGLE_LENGTHS.has(written.length)) continue;
    const name = written.toLowerCase();
    if (!SINGLE.has(name)) continue;
    if (seen.includes(name)) return name;
    seen.push(name);
  }
  return undefined;
}

async function listen(server: Server | TlsServer, host: string, port: number): Promise<URL> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen(port, host, () => resolve());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no address');
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  const scheme = 'setSecureContext' in server ? 'https' : 'http';
  return new URL(`${scheme}://${shown}:${address.port}/`);
}

function listenError(error: Error, host: string, port: number): AssayError {
  const isUsed = errnoOf(error) === 'EADDRINUSE';
  return new AssayError(
    isUsed ? 'ACCESS_DENIED' : 'USAGE',
    `cannot listen on ${host}:${port}: ${isUsed ? 'the port is in use' : error.message}`,
    { hint: 'Choose another address with --listen HOST:PORT.', cause: error },
  );
}

async function close(server: Server | TlsServer, graceMs: number): Promise<number> {
  let cutCount = 0;
  await new Promise<void>((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), DRAIN_EVERY_MS);
    const end = setTimeout(() => {
      server.getConnections((_, count) => {
        cutCount = count;
        server.closeAllConnections();
      });
    }, graceMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(end);
      resolve();
    });
    server.closeIdleConnections();
  });
  return cutCount;
}
