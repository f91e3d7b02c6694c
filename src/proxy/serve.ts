/** Runs a registry: the lock of its directory, its store, its uplinks, and the server that clients talk to. */

import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';

import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';

import type { Context } from '../base/context.ts';
import { AssayError, errnoOf } from '../base/errors.ts';
import { redactUrl } from '../base/http-url.ts';
import { stripControl } from '../base/strip-control.ts';
import { watchAdvisories, type AdvisorySource } from './advisory-watch.ts';
import { refusal, type RegistryAnswer } from './answer.ts';
import { createHandler, type RegistryHandler } from './handler.ts';
import { createMetrics } from './metrics.ts';
import { openRegistryLog } from './registry-log.ts';
import { servedEcosystems, type PackageSources } from './registries-of.ts';
import type { RegistryEvent } from './service-options.ts';
import { bodyReader } from './request-body.ts';
import { openServices, withDirectory } from './services.ts';
import type { RegistrySettings } from './settings.ts';

/** What a registry is run with. */
export interface ServeRequest {
  readonly settings: RegistrySettings;
  readonly advisories: AdvisorySource;
  /** The user's configuration of package managers, and the trust file. */
  readonly sources: PackageSources;
  /** Called when it listens, with its address. */
  readonly onReady: (url: URL) => void;
}

/** Headers of a request; npm sends some hundred bytes. */
const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
const MAX_CONNECTIONS = 2000;
/** Requests that are under way when the process is asked to stop. */
const SHUTDOWN_MS = 800;
const PRUNE_EVERY_MS = 600_000;
/** Files up to this size are sent in one piece. */
const MAX_WHOLE_BYTES = 256 * 1024;

/**
 * Runs a registry until the signal of the context ends it.
 *
 * @throws AssayError `USAGE` for a public address without tokens, `ACCESS_DENIED` if the address or the directory is in use,
 * `CONFIG_INVALID` if no uplink is configured, and as the advisories do
 */
export async function serveRegistry(request: ServeRequest, context: Context): Promise<void> {
  const { settings } = request;
  refuseOpen(settings);
  await withDirectory(settings.folder, () => run(request, context), context);
}

async function run(request: ServeRequest, context: Context): Promise<void> {
  const { settings, onReady } = request;
  const advisories = await watchAdvisories(request.advisories, context);
  const loopMark = randomBytes(16).toString('hex');
  await using log = await openRegistryLog(settings.folder);
  const metrics = createMetrics();
  let handler: RegistryHandler = () => Promise.resolve(refusal(503, 'the registry is starting'));
  const server = serverOf(() => handler);
  const own = await listen(server, settings);
  try {
    const base = settings.publicUrl ?? own;
    refuseSelf(request, [own, base]);
    const opened = {
      settings,
      sources: request.sources,
      advisories,
      base: base.href,
      loopMark,
      onEvent: (event: RegistryEvent) => {
        metrics.count('assay_registry_events_total', { kind: event.kind });
        log.add({ time: new Date(context.now()).toISOString(), event });
        context.log.warn(
          stripControl(`${event.kind}: ${event.package}@${event.version}: ${event.message}`),
        );
      },
    };
    const { npm: service, pypi, files, hosted } = await openServices(opened, context);
    const hosts = hostsOf(own, base);
    handler = createHandler(
      { settings, service, pypi, hosted, advisories, log, metrics, hosts, loopMark },
      context,
    );
    const pruning = setInterval(() => {
      files.prune(settings.maxStoredBytes).catch((error: unknown) => {
        context.log.warn(`files cannot be removed: ${String(error)}`);
      });
    }, PRUNE_EVERY_MS);
    onReady(base);
    await untilAborted(context.signal);
    clearInterval(pruning);
  } finally {
    await close(server);
  }
}

/** @throws AssayError `USAGE` */
function refuseOpen({ host, tokens, publicUrl }: RegistrySettings): void {
  if (isLoopback(host)) return;
  if (tokens.length === 0) {
    throw new AssayError(
      'USAGE',
      `"${host}" can be reached by other machines, and no token is configured`,
      { hint: 'Add registry.tokens to assay.yaml, or listen on 127.0.0.1.' },
    );
  }
  if (publicUrl === undefined) {
    throw new AssayError('USAGE', `the address that clients use is not known for "${host}"`, {
      hint: 'Set it with --url, as in https://npm.example.com/.',
    });
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function serverOf(handler: () => RegistryHandler): Server {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.all('*', async (c) => {
    const { incoming, outgoing } = c.env;
    const answer = await handler()({
      method: incoming.method ?? 'GET',
      target: incoming.url ?? '/',
      header: (name) => {
        const value = incoming.headers[name];
        return Array.isArray(value) ? value[0] : value;
      },
      address: incoming.socket.remoteAddress ?? '',
      body: bodyReader(incoming),
    });
    if (answer.reason !== undefined) outgoing.statusMessage = answer.reason;
    return responseOf(answer, incoming.method === 'HEAD');
  });
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    serverOptions: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
    },
  }) as Server;
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

async function responseOf(
  { status, headers, body }: RegistryAnswer,
  isHead: boolean,
): Promise<Response> {
  if (body === undefined) return new Response(null, { status, headers });
  const sizeBytes = body instanceof Uint8Array ? body.length : body.sizeBytes;
  const all = { ...headers, 'content-length': String(sizeBytes) };
  if (isHead) return new Response(null, { status, headers: all });
  if (body instanceof Uint8Array) return new Response(Buffer.from(body), { status, headers: all });
  if (sizeBytes <= MAX_WHOLE_BYTES) {
    return new Response(await readFile(body.path), { status, headers: all });
  }
  const stream = Readable.toWeb(createReadStream(body.path)) as ReadableStream<Uint8Array>;
  return new Response(stream, { status, headers: all });
}

/** Returns the address. @throws AssayError `ACCESS_DENIED`, `USAGE` */
async function listen(server: Server, { host, port }: RegistrySettings): Promise<URL> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen(port, host, () => resolve());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no address');
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return new URL(`http://${shown}:${address.port}/`);
}

function listenError(error: Error, host: string, port: number): AssayError {
  const isUsed = errnoOf(error) === 'EADDRINUSE';
  return new AssayError(
    isUsed ? 'ACCESS_DENIED' : 'USAGE',
    `cannot listen on ${host}:${port}: ${isUsed ? 'the port is in use' : error.message}`,
    { hint: 'Choose another address with --listen HOST:PORT.', cause: error },
  );
}

/** @throws AssayError `CONFIG_INVALID` if there is no uplink, or if the registry would ask itself */
function refuseSelf({ settings, sources }: ServeRequest, own: readonly URL[]): void {
  const origins = new Set(own.map(({ origin }) => origin));
  const served = servedEcosystems(settings, sources);
  const all = [
    ...(served.includes('npm') ? [...settings.uplinks, sources.npm.registryOf('a')] : []),
    ...(served.includes('pypi') ? [...settings.pypi.uplinks, ...sources.pip.indexes] : []),
  ];
  for (const uplink of all) {
    if (uplink === undefined || !origins.has(uplink.origin)) continue;
    throw new AssayError(
      'CONFIG_INVALID',
      `the uplink "${redactUrl(uplink)}" is this registry itself`,
      {
        hint: 'Name the registry that packages come from: registry.uplinks and registry.pypi.uplinks in assay.yaml, or --uplink URL.',
      },
    );
  }
  if (served.length > 0) return;
  throw new AssayError(
    'CONFIG_INVALID',
    'no npm registry and no package index is configured as an uplink',
    {
      hint: 'Name one: registry.uplinks or registry.pypi.uplinks in assay.yaml, --uplink URL, npm config set registry URL, or pip config set global.index-url URL.',
    },
  );
}

/** Names under which clients reach the registry. */
function hostsOf(own: URL, base: URL): ReadonlySet<string> {
  const names = [own.host, base.host];
  if (isLoopback(own.hostname.replace(/[[\]]/gu, ''))) {
    names.push(`localhost:${own.port}`, `127.0.0.1:${own.port}`, `[::1]:${own.port}`);
  }
  return new Set(names.map((name) => name.toLowerCase()));
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Answers that are under way get a moment. */
async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), SHUTDOWN_MS);
  await closed;
  clearTimeout(timer);
}
