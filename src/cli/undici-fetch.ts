/** undici's `fetch`, in a file of its own because it is large and seldom needed. */

import { createSecureContext } from 'node:tls';

import { Agent, EnvHttpProxyAgent, fetch } from 'undici';

import type { TlsSettings } from '../base/context.ts';

/** Addresses of proxies, and the hosts that are not asked through them, separated by commas. */
export interface Proxies {
  readonly httpProxy: string | undefined;
  readonly httpsProxy: string | undefined;
  readonly noProxy: string;
}

/** `trusted` are all authorities, in PEM; `undefined` for those of the platform. */
export function undiciFetch(
  { client, isUnverified = false }: TlsSettings,
  trusted: readonly string[] | undefined,
  proxies: Proxies | undefined,
): typeof globalThis.fetch {
  // Made once: each connection would read all certificates anew.
  const authorities = trusted === undefined ? {} : { ca: [...trusted] };
  const own = client === undefined ? {} : { cert: client.certificate, key: client.key };
  const connect = {
    secureContext: createSecureContext({ ...authorities, ...own }),
    rejectUnauthorized: !isUnverified,
  };
  const dispatcher =
    proxies === undefined
      ? new Agent({ connect })
      : new EnvHttpProxyAgent({
          connect,
          requestTls: connect,
          // What is said of a registry does not hold for the proxy on the way to it.
          proxyTls: authorities,
          // Empty texts keep it from reading the environment of the process in their place.
          httpProxy: proxies.httpProxy ?? '',
          httpsProxy: proxies.httpsProxy ?? '',
          noProxy: proxies.noProxy,
        });
  const fetchOwn = async (input: string | URL, init: RequestInit = {}): Promise<unknown> =>
    fetch(input, { ...(init as object), dispatcher });
  // Both are the same standard; only the declarations of the two packages are not of one version.
  return fetchOwn as typeof globalThis.fetch;
}
