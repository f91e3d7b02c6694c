/** undici's `fetch`, in a file of its own because it is large and seldom needed. */

import { createSecureContext } from 'node:tls';

import { Agent, fetch, Pool, ProxyAgent, type Dispatcher } from 'undici';

import type { TlsSettings } from '../base/context.ts';
import type { Proxies } from './proxies.ts';

/**
 * Creates a `fetch`; `trusted` are all authorities, in PEM; `undefined` for those of the platform.
 */
export function undiciFetch(
  { client, isUnverified = false, lookup }: TlsSettings,
  trusted: readonly string[] | undefined,
  proxies: Proxies | undefined,
): typeof globalThis.fetch {
  const authorities = trusted === undefined ? {} : { ca: [...trusted] };
  const own = client === undefined ? {} : { cert: client.certificate, key: client.key };
  // Made once, because each connection would read all certificates anew; and not before TLS is
  // spoken, because that takes longer than many requests.
  const connectTls = once(() => ({
    secureContext: createSecureContext({ ...authorities, ...own }),
    rejectUnauthorized: !isUnverified,
  }));
  const resolving = lookup === undefined ? {} : { lookup };
  const encrypted = once(() => new Agent({ connect: { ...connectTls(), ...resolving } }));
  const direct = new Agent({ connect: resolving }).compose(
    (dispatch) => (options, handler) =>
      isEncrypted(options) ? encrypted().dispatch(options, handler) : dispatch(options, handler),
  );
  const through = (uri: string | undefined): Dispatcher =>
    uri === undefined
      ? direct
      : // What is said of a registry does not hold for the proxy on the way to it.
        new ProxyAgent({
          uri,
          connect: connectTls(),
          requestTls: connectTls(),
          proxyTls: authorities,
          clientFactory: proxyPool,
        });
  const dispatcher = proxies === undefined ? direct : choosing(direct, proxies, through);
  const fetchOwn = async (input: string | URL, init: RequestInit = {}): Promise<unknown> =>
    fetch(input, { ...(init as object), dispatcher });
  // Both are the same standard; only the declarations of the two packages are not of one version.
  return fetchOwn as typeof globalThis.fetch;
}

type Connect = (options: Dispatcher.ConnectOptions) => Promise<Dispatcher.ConnectData>;

/**
 * Creates connections to a proxy. One that hangs up fails the request: by the code of undici's own
 * error the agent would take it for a connection that was closed meanwhile, and ask again without
 * end.
 */
function proxyPool(origin: URL, options: object): Dispatcher {
  const pool = new Pool(origin, options);
  const connect: Connect = pool.connect.bind(pool);
  const connectOnce: Connect = (request) => connect(request).catch(hungUp);
  return Object.assign(pool, { connect: connectOnce });
}

const HUNG_UP = 'UND_ERR_SOCKET';

function hungUp(error: unknown): never {
  const isIt = error instanceof Error && 'code' in error && error.code === HUNG_UP;
  throw isIt ? new Error('the proxy closed the connection', { cause: error }) : error;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function isEncrypted({ origin }: Dispatcher.DispatchOptions): boolean {
  return new URL(String(origin)).protocol === 'https:';
}

/** Sends each request, also of those that follow a redirect, on its own way. */
function choosing(
  direct: Dispatcher,
  proxies: Proxies,
  through: (uri: string | undefined) => Dispatcher,
): Dispatcher {
  const plain = through(proxies.httpProxy);
  const encrypted = through(proxies.httpsProxy);
  return direct.compose((dispatch) => (options, handler) => {
    const url = new URL(String(options.origin));
    const way = isEncrypted(options) ? encrypted : plain;
    if (way === direct || !proxies.isProxied(url)) return dispatch(options, handler);
    return way.dispatch(options, handler);
  });
}
