/**
 * The way out to the network: the platform's own `fetch`, and undici's where a proxy, a certificate or `--insecure` asks
 * for more than that takes. undici is loaded when the first such request is made.
 *
 * Proxies are taken from the variables that all tools read; this machine itself is never asked through one, as Go's tools
 * have it.
 */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as tls from 'node:tls';

import type { Context, TlsSettings } from '../base/context.ts';
import { AssayError, errorMessage } from '../base/errors.ts';
import type { FlagValues, Io } from './command.ts';
import type { Proxies } from './undici-fetch.ts';

type Fetch = typeof globalThis.fetch;
type Environment = Io['env'];

const NEVER_PROXIED = ['localhost', '127.0.0.1', '[::1]', '::1'];
const WITH_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const PEM = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----/;

/**
 * The parts of a context that lead to the network; with `--offline` there are none.
 *
 * @throws AssayError `USAGE` for a `--cacert` that cannot be read, or a proxy that cannot be used
 */
export function createNetwork(flags: FlagValues, io: Io): Pick<Context, 'fetch' | 'fetchWith'> {
  if (flags.isOn('offline')) return { fetch: undefined };
  const proxies = readProxies(io.env);
  const path = flags.text('cacert');
  const authorities = path === undefined ? [] : [readAuthorities(resolve(io.cwd, path), path)];
  const fetchWith = (settings: TlsSettings): Fetch => {
    const merged = { ...settings, authorities: [...authorities, ...(settings.authorities ?? [])] };
    return lazyFetch(merged, proxies, io.env);
  };
  const isPlain = authorities.length === 0 && proxies === undefined;
  return { fetch: isPlain ? globalThis.fetch : fetchWith({}), fetchWith };
}

function readAuthorities(path: string, shown: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new AssayError('USAGE', `cannot read --cacert "${shown}": ${errorMessage(error)}`, {
      hint: 'Name a file with certificates in PEM.',
      cause: error,
    });
  }
  if (PEM.test(text)) return text;
  throw new AssayError('USAGE', `--cacert "${shown}" holds no certificate in PEM`, {
    hint: 'One begins with -----BEGIN CERTIFICATE-----; openssl x509 -inform der makes it of a binary one.',
  });
}

/** Small letters win, as in curl. `undefined` where no proxy is named. */
function readProxies(env: Environment): Proxies | undefined {
  const read = (name: string): string | undefined =>
    [env[name.toLowerCase()], env[name]].find((value) => value !== undefined && value !== '');
  const all = read('ALL_PROXY');
  const httpProxy = proxyAddress('HTTP_PROXY', read('HTTP_PROXY') ?? all);
  const httpsProxy = proxyAddress('HTTPS_PROXY', read('HTTPS_PROXY') ?? all);
  if (httpProxy === undefined && httpsProxy === undefined) return undefined;
  const noProxy = read('NO_PROXY');
  const exceptions = noProxy === undefined ? NEVER_PROXIED : [noProxy, ...NEVER_PROXIED];
  return { httpProxy, httpsProxy, noProxy: noProxy?.trim() === '*' ? '*' : exceptions.join(',') };
}

function proxyAddress(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = WITH_SCHEME.test(value) ? value : `http://${value}`;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  // It may hold a password, so it is not quoted.
  throw new AssayError('USAGE', `the proxy of ${name} (or ALL_PROXY) cannot be used`, {
    hint: 'A proxy is written as http://HOST:PORT or https://HOST:PORT.',
  });
}

/** Makes its connections when it is called for the first time. */
function lazyFetch(settings: TlsSettings, proxies: Proxies | undefined, env: Environment): Fetch {
  let making: Promise<Fetch> | undefined;
  return async (input, init) => {
    making ??= makeFetch(settings, proxies, env);
    const fetch = await making;
    return fetch(input, init);
  };
}

async function makeFetch(
  settings: TlsSettings,
  proxies: Proxies | undefined,
  env: Environment,
): Promise<Fetch> {
  const { undiciFetch } = await import('./undici-fetch.ts');
  const { authorities = [] } = settings;
  const trusted = authorities.length === 0 ? undefined : [...trustedAnyway(env), ...authorities];
  return undiciFetch(settings, trusted, proxies);
}

/** What is trusted without a word: Node's own list, and what its variable adds. */
function trustedAnyway(env: Environment): readonly string[] {
  if ('getCACertificates' in tls && typeof tls.getCACertificates === 'function') {
    return (tls.getCACertificates as (kind: string) => readonly string[])('default');
  }
  const extra = env['NODE_EXTRA_CA_CERTS'];
  if (extra === undefined || extra === '') return tls.rootCertificates;
  try {
    return [...tls.rootCertificates, readFileSync(extra, 'utf8')];
  } catch {
    // Node itself only warns of it.
    return tls.rootCertificates;
  }
}
