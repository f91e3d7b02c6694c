/**
 * Runs a registry: the lock of its directory, its store, its uplinks, and the server that clients
 * talk to.
 */

import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';

import type { Context } from '../core/base/context.ts';
import { AssayError } from '../core/base/errors.ts';
import { withoutForcedExit } from '../core/base/forced-exit.ts';
import { redactUrl } from '../core/base/http/http-url.ts';
import { pluralize } from '../core/base/pluralize.ts';
import { stripControl } from '../core/base/strip-control.ts';
import { watchAdvisories, type AdvisorySource, type AdvisoryWatch } from './advisory-watch.ts';
import { refusal } from './answer.ts';
import { readCertificate, watchCertificate } from './certificates.ts';
import { createHandler, type RegistryHandler } from './handler.ts';
import { createRegistryServer } from './http-server.ts';
import { createMetrics } from './metrics.ts';
import { openRegistryLog, type RegistryLog } from './registry-log.ts';
import { servedEcosystems, type PackageSources } from './registries-of.ts';
import type { RegistryEvent } from './service-options.ts';
import { openServices, withDirectory, type RegistryServices } from './services.ts';
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

const PRUNE_EVERY_MS = 600_000;

/**
 * Runs a registry until the signal of the context ends it. Requests that are under way then are
 * finished.
 *
 * @throws AssayError `USAGE` for a public address without tokens, `ACCESS_DENIED` if the address or
 * the directory is in use, `CONFIG_INVALID` if no uplink is configured or the certificate cannot be
 * used, `INTERRUPTED` if requests were cut off at the end, and as the advisories do
 */
export async function serveRegistry(request: ServeRequest, context: Context): Promise<void> {
  const { settings } = request;
  refuseOpen(settings);
  await withDirectory(settings.folder, () => run(request, context), context);
}

async function run(request: ServeRequest, context: Context): Promise<void> {
  const { settings } = request;
  const { limits, tls } = settings;
  const advisories = await watchAdvisories(request.advisories, context);
  const certificate = tls === undefined ? undefined : await readCertificate(tls);
  using log = await openRegistryLog(settings.folder);
  let handler: RegistryHandler = () => Promise.resolve(refusal(503, 'the registry is starting'));
  const server = createRegistryServer({ handler: () => handler, limits, certificate });
  const own = await server.listen(settings.host, settings.port);
  // Requests that are under way go on for a while after the signal to end.
  const work = new AbortController();
  const ending: Disposable[] = [];
  let cutCount = 0;
  try {
    const working = { ...context, signal: work.signal };
    const ready = await openHandler(request, { advisories, log, own }, working);
    handler = ready.handler;
    if (tls !== undefined) ending.push(await watchCertificate(tls, server.renew, context));
    ending.push(pruneAgainAndAgain(ready.prune, settings, context));
    request.onReady(ready.base);
    await untilAborted(context.signal);
  } finally {
    for (const one of ending) one[Symbol.dispose]();
    cutCount = await withoutForcedExit(() => server.close(limits.shutdownMs));
    work.abort(context.signal.reason);
  }
  if (cutCount === 0) return;
  throw new AssayError(
    'INTERRUPTED',
    `${pluralize(cutCount, 'connection was', 'connections were')} cut off after ${limits.shutdownMs / 1000} s`,
  );
}

interface Opened {
  readonly advisories: AdvisoryWatch;
  readonly log: RegistryLog;
  /** The address that the server listens on. */
  readonly own: URL;
}

/** Opens what answers requests. `base` is the address that clients use. */
async function openHandler(
  request: ServeRequest,
  { advisories, log, own }: Opened,
  context: Context,
): Promise<{
  readonly handler: RegistryHandler;
  readonly prune: RegistryServices['prune'];
  readonly base: URL;
}> {
  const { settings, sources } = request;
  const base = settings.publicUrl ?? own;
  refuseSelf(request, [own, base]);
  const metrics = createMetrics();
  const loopMark = randomBytes(16).toString('hex');
  const onEvent = (event: RegistryEvent): void => {
    metrics.count('assay_registry_events_total', { kind: event.kind });
    log.add({ time: new Date(context.now()).toISOString(), event });
    const { kind, version, message } = event;
    context.log.warn(stripControl(`${kind}: ${event.package}@${version}: ${message}`));
  };
  await loadClients(request, context);
  const opened = { settings, sources, advisories, base: base.href, loopMark, onEvent };
  const { npm: service, pypi, prune, hosted, search } = await openServices(opened, context);
  const hosts = hostsOf(own, base);
  const handler = createHandler(
    { settings, service, pypi, hosted, advisories, search, log, metrics, hosts, loopMark },
    context,
  );
  return { handler, prune, base };
}

/** Has no host, so that nothing is sent. */
const NOWHERE = 'data:,';

/**
 * Loads the clients that uplinks are asked with, so that the first request does not wait for it.
 * What is wrong with the configuration is said when an uplink is asked.
 */
async function loadClients(
  { settings, sources: { npm, pip } }: ServeRequest,
  { fetch: plain, fetchWith }: Pick<Context, 'fetch' | 'fetchWith'>,
): Promise<void> {
  if (plain === undefined) return;
  const load = async (
    uplink: URL | undefined,
    access: Pick<PackageSources['npm'], 'accessTo'>,
  ): Promise<void> => {
    if (uplink === undefined) return;
    const { tls } = await access.accessTo(uplink);
    const fetch = tls === undefined ? undefined : fetchWith?.(tls);
    await (fetch ?? plain)(NOWHERE);
  };
  await Promise.allSettled([
    (async () => load(settings.uplinks[0] ?? npm.registryOf('a'), npm))(),
    load(settings.pypi.uplinks[0] ?? pip.indexes[0], pip),
  ]);
}

function pruneAgainAndAgain(
  prune: RegistryServices['prune'],
  { maxStoredBytes }: RegistrySettings,
  { log }: Context,
): Disposable {
  const timer = setInterval(() => {
    prune(maxStoredBytes).catch((error: unknown) => {
      log.warn(`files cannot be removed: ${String(error)}`);
    });
  }, PRUNE_EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
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

/**
 * @throws AssayError `CONFIG_INVALID` if there is no uplink, or if the registry would ask itself
 */
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
