/**
 * The way out to the network: the platform's own `fetch`, and undici's where a proxy, a certificate
 * or `--insecure` asks for more than that takes. undici is loaded when the first such request is
 * made.
 */

import { resolve } from 'node:path';
import type * as Tls from 'node:tls';

import type { Context, ProxySettings, TlsSettings } from '../base/context.ts';
import { readBoundedFileSync } from '../base/bounded-file.ts';
import { AssayError, errorMessage } from '../base/errors.ts';
import { tracedFetch } from './trace-http.ts';
import { readProxies, type Proxies } from './proxies.ts';
import type { Environment } from '../model/artifact/environment.ts';

type Fetch = typeof globalThis.fetch;

/** The certificates of all public authorities take 250 KB. */
const MAX_CERTIFICATES_BYTES = 16 * 1024 * 1024;
const PEM = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----/;

/** The network access of a run. */
export interface NetworkOptions {
  /** A file of further certificate authorities in PEM, as the user wrote it: `--cacert`. */
  readonly cacert: string | undefined;
  /** Receives a line for each request, for `--trace-http`; absent without it. */
  readonly trace?: (line: string) => void;
  /** Absolute; `cacert` is resolved against it. */
  readonly cwd: string;
  /** Names proxies, and with `NODE_EXTRA_CA_CERTS` further authorities. */
  readonly env: Environment;
}

/**
 * Returns the parts of a context that lead to the network.
 *
 * @throws AssayError `USAGE` for a `--cacert` that cannot be read, or a proxy that cannot be used
 */
export function createNetwork(options: NetworkOptions): Pick<Context, 'fetch' | 'fetchWith'> {
  const { cacert: path, cwd, env, trace } = options;
  const proxies = readProxies(env);
  const authorities = path === undefined ? [] : [readAuthorities(resolve(cwd, path), path)];
  const fetchWith = remembered((settings) => newFetch(settings));
  const newFetch = (settings: TlsSettings): Fetch => {
    const merged = { ...settings, authorities: [...authorities, ...(settings.authorities ?? [])] };
    const own = settings.proxy === undefined ? proxies : readProxies(variablesOf(settings.proxy));
    return traced(lazyFetch(merged, own, env));
  };
  const traced = (fetch: Fetch): Fetch => (trace === undefined ? fetch : tracedFetch(fetch, trace));
  const isPlain = authorities.length === 0 && proxies === undefined;
  return { fetch: isPlain ? traced(globalThis.fetch) : fetchWith({}), fetchWith };
}

/** Settings whose connections are held; a run has a few. */
const MAX_REMEMBERED = 64;

/**
 * Returns a function that makes one result for equal settings, so that later requests use open
 * connections.
 */
function remembered(make: (settings: TlsSettings) => Fetch): (settings: TlsSettings) => Fetch {
  const made = new Map<string, Fetch>();
  // Numbers in place of resolvers and of long texts, as all certificates of public authorities are.
  const numbers = new Map<unknown, number>();
  const numberOf = (value: unknown): number => {
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    return number;
  };
  const keyOf = (settings: TlsSettings): string =>
    JSON.stringify(settings, (_, value: unknown) => {
      const isLong = typeof value === 'string' && value.length > MAX_KEY_TEXT;
      return isLong || typeof value === 'function' ? numberOf(value) : value;
    });
  return (settings) => {
    const known = made.get(keyOf(settings));
    if (known !== undefined) return known;
    if (made.size >= MAX_REMEMBERED) {
      made.clear();
      numbers.clear();
    }
    const fetch = make(settings);
    made.set(keyOf(settings), fetch);
    return fetch;
  };
}

const MAX_KEY_TEXT = 256;

function variablesOf({ http, https, exceptions }: ProxySettings): Environment {
  return { HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: exceptions };
}

function readAuthorities(path: string, shown: string): string {
  let text: string;
  try {
    text = readBoundedFileSync(path, { maxBytes: MAX_CERTIFICATES_BYTES }).toString('utf8');
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
  const trusted =
    authorities.length === 0
      ? undefined
      : [...trustedAnyway(await import('node:tls'), env), ...authorities];
  return undiciFetch(settings, trusted, proxies);
}

/**
 * Returns the certificates that are trusted by default: Node's own list, and those of its variable.
 */
function trustedAnyway(tls: typeof Tls, env: Environment): readonly string[] {
  if ('getCACertificates' in tls && typeof tls.getCACertificates === 'function') {
    return (tls.getCACertificates as (kind: string) => readonly string[])('default');
  }
  const extra = env['NODE_EXTRA_CA_CERTS'];
  if (extra === undefined || extra === '') return tls.rootCertificates;
  try {
    const added = readBoundedFileSync(extra, { maxBytes: MAX_CERTIFICATES_BYTES });
    return [...tls.rootCertificates, added.toString('utf8')];
  } catch {
    // Node itself only warns of it.
    return tls.rootCertificates;
  }
}
