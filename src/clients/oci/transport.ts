/**
 * Requests to registries and to what they send clients on to.
 *
 * Source: RFC 9110, section 15.4 (redirection); OCI distribution specification. Redirects are
 * followed here and not by `fetch`: what proves who asks is for the host that asked for it, a
 * connection with TLS does not become one without, and each host has its own TLS settings.
 */

import type { Context, TlsSettings } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import {
  fetchStream,
  redactUrl,
  type HttpResponse,
  type HttpFailure,
  type HttpHeaders,
  type HttpOptions,
} from '../../core/base/http/http.ts';
import { errorCodeOf, isBadPort, proxyStatusOf } from '../../core/base/http/http-failure.ts';
import { certificatesFor } from './certificates.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';

/** An HTTP request to a registry. */
export interface RegistryRequest extends Pick<
  HttpOptions,
  'method' | 'body' | 'attempts' | 'idleTimeoutMs'
> {
  readonly headers?: HttpHeaders | (() => HttpHeaders);
  /**
   * Proves who asks; never sent to another host than that of the first address. Nor is a `body`
   * that is text.
   */
  readonly authorization?: string | undefined;
  /** Default 4 MiB. */
  readonly maxBytes?: number;
  /**
   * Statuses from 500 on are answers, because their text is needed; by default the request is
   * repeated.
   */
  readonly readsFailures?: boolean;
  /** Whether plain HTTP and unverified certificates are taken. */
  readonly isInsecure: boolean;
}

/** An answer, and the address that gave it. */
export interface RegistryResponse extends HttpResponse {
  readonly url: URL;
}

/** Reads a response while its connection is open. */
export type Consume<T> = (answer: RegistryResponse) => Promise<T>;

/** Manifests, token answers and errors; registries refuse to store larger manifests. */
export const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 8;
/** Statuses that are returned to the caller: all except those that another attempt may cure. */
const ANSWERS: readonly number[] = [
  ...REDIRECTS,
  ...Array.from({ length: 100 }, (_, index) => 400 + index).filter(
    (status) => ![408, 425, 429].includes(status),
  ),
  501,
];
const FAILURES: readonly number[] = Array.from({ length: 100 }, (_, index) => 500 + index);
/** Codes of OpenSSL and Node for an untrusted certificate. */
const UNTRUSTED = /CERT|UNABLE_TO_|_ISSUER|SELF_SIGNED/;

/** Sends requests to registries with the certificates that are configured for each host. */
export class Transport {
  readonly #context: Context;
  readonly #env: Environment;
  readonly #certificates = new Map<string, Promise<TlsSettings | undefined>>();
  readonly #fetches = new Map<string, typeof globalThis.fetch>();

  constructor(context: Context, env: Environment) {
    this.#context = context;
    this.#env = env;
  }

  get context(): Context {
    return this.#context;
  }

  /**
   * Sends a request and hands the answer to `consume`; the status may be any but a redirect and
   * those that were tried again in vain. `consume` is called again where the connection broke
   * before it had ended.
   *
   * @throws AssayError `OFFLINE`, `NETWORK`, `TIMEOUT`, `LIMIT_EXCEEDED`, `INTERRUPTED`,
   * `CONFIG_INVALID`
   */
  async send<T>(first: URL, request: RegistryRequest, consume: Consume<T>): Promise<T> {
    let url = first;
    let sent = request;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
      const options = await this.#options(url, sent, url.origin === first.origin);
      const outcome = await fetchStream(url, options, this.#context, async (answer) => {
        const location = answer.headers.get('location');
        if (REDIRECTS.has(answer.status) && location !== null) {
          const next = nextUrl(url, location, request.isInsecure);
          const isGet = answer.status === 303;
          if (!isGet && next.origin !== first.origin) refuseToSendForm(url, sent);
          return { next, isGet };
        }
        return { result: await consume({ ...answer, url }) };
      });
      if ('result' in outcome) return outcome.result;
      url = outcome.next;
      if (outcome.isGet) sent = withoutBody(sent);
    }
    throw new AssayError('NETWORK', `"${redactUrl(first)}" sends from one address to the next`, {
      hint: 'Check the registry, or what stands in front of it.',
    });
  }

  async #options(url: URL, request: RegistryRequest, isSameOrigin: boolean): Promise<HttpOptions> {
    const { headers = {}, authorization, isInsecure, body } = request;
    const fetch = await this.#fetchFor(url, isInsecure);
    const own = isSameOrigin && authorization !== undefined ? { authorization } : {};
    return {
      method: request.method ?? 'GET',
      headers: () => ({ ...(typeof headers === 'function' ? headers() : headers), ...own }),
      redirect: 'manual',
      maxBytes: request.maxBytes ?? MAX_DOCUMENT_BYTES,
      answers: request.readsFailures === true ? [...ANSWERS, ...FAILURES] : ANSWERS,
      hintOf: (failure) => hintOf(url, failure),
      ...(body === undefined ? {} : { body }),
      ...(fetch === undefined ? {} : { fetch }),
      ...(request.attempts === undefined ? {} : { attempts: request.attempts }),
      ...(request.idleTimeoutMs === undefined ? {} : { idleTimeoutMs: request.idleTimeoutMs }),
    };
  }

  /** Returns `undefined` where the way out that all use does. */
  async #fetchFor(url: URL, isInsecure: boolean): Promise<typeof globalThis.fetch | undefined> {
    if (url.protocol !== 'https:') return undefined;
    const { host } = url;
    let reading = this.#certificates.get(host);
    if (reading === undefined) {
      reading = certificatesFor(host, this.#env);
      this.#certificates.set(host, reading);
    }
    const certificates = await reading;
    if (certificates === undefined && !isInsecure) return undefined;
    const key = `${host} ${String(isInsecure)}`;
    const known = this.#fetches.get(key);
    if (known !== undefined) return known;
    const made = this.#context.fetchWith?.({ ...certificates, isUnverified: isInsecure });
    if (made !== undefined) this.#fetches.set(key, made);
    return made;
  }
}

/** A form for a token holds a password; contents that are stored prove nothing. */
function refuseToSendForm(from: URL, { body }: RegistryRequest): void {
  if (typeof body !== 'string') return;
  throw new AssayError(
    'NETWORK',
    `"${redactUrl(from)}" sends a login on to another host, which is not followed`,
    { hint: 'Check the token server that the registry names.' },
  );
}

function withoutBody(request: RegistryRequest): RegistryRequest {
  const { body, ...rest } = request;
  return body === undefined ? request : { ...rest, method: 'GET' };
}

/**
 * Returns the address that one server names for the next step.
 *
 * @throws AssayError `NETWORK` for what is not an address, and for one in plain HTTP named by one
 * that is not
 */
export function nextUrl(from: URL, location: string, isInsecure: boolean): URL {
  const next = URL.canParse(location, from.href) ? new URL(location, from) : null;
  const refuse = (reason: string): AssayError =>
    new AssayError('NETWORK', `"${redactUrl(from)}" sends on to ${reason}`, {
      hint: 'Check the registry, or what stands in front of it.',
    });
  if (next === null) throw refuse('something that is not an address');
  if (next.protocol !== 'https:' && next.protocol !== 'http:') {
    throw refuse(`"${next.protocol}", which is not followed`);
  }
  if (from.protocol === 'https:' && next.protocol === 'http:' && !isInsecure) {
    throw refuse(`"${redactUrl(next)}", which is not encrypted`);
  }
  // A user in an address would be sent along.
  next.username = '';
  next.password = '';
  return next;
}

function hintOf(url: URL, { status, cause }: HttpFailure): string {
  if (status === 429) {
    return 'The registry limits how often it may be asked: log in (docker login, or --username and --password), or try again later.';
  }
  if (status !== undefined) return 'The registry has a problem of its own: try again later.';
  if (proxyStatusOf(cause) === 407) {
    return 'Write USER:PASSWORD and an at sign before the host of HTTPS_PROXY.';
  }
  if (isBadPort(cause)) return 'Let the registry listen at another port.';
  const code = errorCodeOf(cause);
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') {
    return 'The server does not speak TLS: allow plain HTTP with --insecure, or with insecure = true in registries.conf.';
  }
  if (UNTRUSTED.test(code)) {
    return `Trust its authority with --cacert FILE or a file /etc/containers/certs.d/${url.host}/ca.crt; --insecure takes any certificate.`;
  }
  return 'Check the name of the registry and the connection; a proxy is taken from HTTPS_PROXY, a mirror from registries.conf.';
}
