/**
 * HTTP over `context.fetch`: time limits, size ceilings, and repeated attempts where another one
 * can help.
 *
 * Source: RFC 9110, sections 10.2.3 (Retry-After) and 15 (status codes).
 */

import type { Context } from '../context.ts';
import { AssayError } from '../errors.ts';
import { isLasting, reasonOf } from './http-failure.ts';
import { redactUrl, urlAuthorization } from './http-url.ts';
import { StallTimeout } from './stall-timeout.ts';
import { followRedirects } from './redirect.ts';

export { redactUrl } from './http-url.ts';

/** An HTTP request and its bounds. */
export interface HttpOptions {
  /** Default `GET`. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /**
   * Headers. A function is called before each attempt, as by a download that continues where it
   * ended.
   */
  readonly headers?: HttpHeaders | (() => HttpHeaders);
  /** Body. A function is called before each attempt, because a stream can be sent only once. */
  readonly body?: Uint8Array | string | (() => AsyncIterable<Uint8Array>);
  /**
   * `manual`: a redirect is not followed; its status is to be named in `answers`. Default `follow`,
   * of requests without a body, and never from https to http.
   */
  readonly redirect?: 'follow' | 'manual';
  /**
   * In place of `context.fetch`, as for a server with TLS settings of its own; not used where that
   * is absent.
   */
  readonly fetch?: typeof globalThis.fetch;
  /** Ceiling for the body. */
  readonly maxBytes: number;
  /**
   * Statuses beside 2xx that are an answer and no failure, as 404 for a file that may be absent.
   */
  readonly answers?: readonly number[];
  /**
   * Longest wait for the head of the answer, and then for each further 16 KiB of its body. Default
   * 30 s. A server that sends single bytes cannot block a run for ever, and a slow line is no
   * failure.
   */
  readonly idleTimeoutMs?: number;
  /** First try included. Default 4. */
  readonly attempts?: number;
  /** Before the second attempt; doubled for each further one, with jitter. Default 500 ms. */
  readonly retryDelayMs?: number;
  /** Returns a remedy for a failure; `undefined` for the general one. */
  readonly hintOf?: (failure: HttpFailure) => string | undefined;
}

/** Headers of a request, by name. */
export type HttpHeaders = Readonly<Record<string, string>>;

/** A status that was no answer, or what kept an answer from coming. */
export interface HttpFailure {
  readonly status?: number;
  readonly cause?: unknown;
}

/** A response whose body has not been read yet. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** `Content-Length` if it counts the bytes that {@link HttpResponse.body} yields. */
  readonly sizeBytes: number | undefined;
  /** To be read at most once. Throws the errors of {@link fetchStream}. */
  readonly body: AsyncIterable<Uint8Array>;
}

const DEFAULT_IDLE_MS = 30_000;
const DEFAULT_ATTEMPTS = 4;
const DEFAULT_DELAY_MS = 500;
/**
 * Longest accepted wait. A server that requests a longer one counts as absent for a waiting scan.
 */
const MAX_DELAY_MS = 60_000;
/** The request was not at fault, so the same one may succeed later. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Gets `url` and hands the answer to `consume`, whose result it gives. When the connection fails
 * before `consume` has ended, it is called again with a new answer: it must be able to begin anew.
 * @throws AssayError `OFFLINE`, `NETWORK`, `TIMEOUT`, `LIMIT_EXCEEDED`, `INTERRUPTED`, and what
 * `consume` throws
 */
export async function fetchStream<T>(
  url: URL,
  options: HttpOptions,
  context: Context,
  consume: (answer: HttpResponse) => Promise<T>,
): Promise<T> {
  const attempts = options.attempts ?? DEFAULT_ATTEMPTS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce(url, options, context, consume);
    } catch (error) {
      if (!(error instanceof PassingFailure)) throw error;
      const delayMs = delayOf(error, attempt, options);
      if (attempt >= attempts || delayMs > MAX_DELAY_MS) throw error.final;
      context.log.debug(`${error.final.message}; attempt ${attempt} of ${attempts}`);
      await pause(delayMs, context);
    }
  }
}

/**
 * Returns the whole body of the answer, with its status and headers. Throws as {@link fetchStream}.
 */
export function fetchBytes(
  url: URL,
  options: HttpOptions,
  context: Context,
): Promise<{ readonly status: number; readonly headers: Headers; readonly bytes: Uint8Array }> {
  return fetchStream(url, options, context, async ({ status, headers, body }) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(piece);
    return { status, headers, bytes: Buffer.concat(pieces) };
  });
}

/** A failure that another attempt may cure. */
class PassingFailure extends Error {
  /** The error that is thrown when no attempt is left. */
  readonly final: AssayError;
  readonly retryAfterMs: number | undefined;

  constructor(final: AssayError, retryAfterMs?: number) {
    super(final.message);
    this.final = final;
    this.retryAfterMs = retryAfterMs;
  }
}

async function attemptOnce<T>(
  url: URL,
  options: HttpOptions,
  context: Context,
  consume: (answer: HttpResponse) => Promise<T>,
): Promise<T> {
  const watch = new StallTimeout(context.signal, options.idleTimeoutMs ?? DEFAULT_IDLE_MS);
  let body: ReadableStream<Uint8Array> | null = null;
  try {
    const response = await request(url, options, context, watch);
    watch.restart();
    body = response.body;
    judgeStatus(url, response, options);
    const sizeBytes = statedSize(response);
    const hasBody = options.method !== 'HEAD';
    if (hasBody && sizeBytes !== undefined && sizeBytes > options.maxBytes) {
      throw tooLarge(url, options);
    }
    return await consume({
      status: response.status,
      headers: response.headers,
      sizeBytes,
      body: boundedBody(url, response.body, options, watch),
    });
  } finally {
    watch.stop();
    // Frees the connection of an answer that was not read to its end.
    await body?.cancel().catch(() => undefined);
  }
}

async function request(
  url: URL,
  options: HttpOptions,
  context: Context,
  watch: StallTimeout,
): Promise<Response> {
  const fetch = context.fetch && (options.fetch ?? context.fetch);
  if (fetch === undefined) {
    throw new AssayError('OFFLINE', `"${redactUrl(url)}" is needed and the network is off`, {
      hint: 'Run again without --offline, or give the data as files.',
    });
  }
  const authorization = urlAuthorization(url);
  try {
    const follows = options.redirect !== 'manual' && options.body === undefined;
    return await followRedirects(url, follows, (at) =>
      fetch(withoutCredentials(at), {
        method: options.method ?? 'GET',
        headers: {
          'user-agent': 'assay',
          // Shown to the first server alone.
          ...(at.origin === url.origin && authorization !== undefined && { authorization }),
          ...headersOf(options),
        },
        signal: watch.signal,
        redirect: 'manual',
        ...sentBody(options.body),
      }),
    );
  } catch (error) {
    throw failureOf(url, error, watch, options);
  }
}

function headersOf({ headers = {} }: HttpOptions): HttpHeaders {
  return typeof headers === 'function' ? headers() : headers;
}

/**
 * Returns the body's options. A stream is sent while it is made; the standard requires a mark that
 * the response is not awaited meanwhile.
 */
function sentBody(body: HttpOptions['body']): RequestInit {
  if (body === undefined) return {};
  if (typeof body !== 'function') return { body };
  return { body: ReadableStream.from(body()), duplex: 'half' };
}

/** Returns the URL without credentials; `fetch` refuses addresses with a user in them. */
function withoutCredentials(url: URL): URL {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain;
}

function judgeStatus(url: URL, response: Response, options: HttpOptions): void {
  const { status } = response;
  if (response.ok || options.answers?.includes(status) === true) return;
  const error = new AssayError('NETWORK', `"${redactUrl(url)}" answered with status ${status}`, {
    hint: options.hintOf?.({ status }) ?? hintOf(status),
  });
  throw PASSING.has(status) ? new PassingFailure(error, retryAfterMs(response.headers)) : error;
}

function hintOf(status: number): string {
  if (status === 401 || status === 403) return 'Check that the server lets you read this address.';
  if (status === 404 || status === 410) return 'Check the address: there is nothing under it.';
  return 'Try again later, or use a mirror with --mirror URL|DIR.';
}

async function* boundedBody(
  url: URL,
  body: ReadableStream<Uint8Array> | null,
  options: HttpOptions,
  watch: StallTimeout,
): AsyncIterable<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  let doneBytes = 0;
  try {
    for (;;) {
      const piece = await nextPiece(url, reader, { watch, options });
      if (piece === undefined) return;
      doneBytes += piece.length;
      if (doneBytes > options.maxBytes) throw tooLarge(url, options);
      // The consumer's own time does not count as the server's silence.
      watch.stop();
      yield piece;
      watch.goOn();
    }
  } finally {
    await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}

async function nextPiece(
  url: URL,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { watch, options }: { readonly watch: StallTimeout; readonly options: HttpOptions },
): Promise<Uint8Array | undefined> {
  try {
    const { value } = await reader.read();
    watch.take(value?.length ?? 0);
    return value;
  } catch (error) {
    throw failureOf(url, error, watch, options);
  }
}

function failureOf(url: URL, cause: unknown, watch: StallTimeout, options: HttpOptions): Error {
  if (cause instanceof AssayError) return cause;
  if (watch.isInterrupted) return new AssayError('INTERRUPTED', 'interrupted', { cause });
  const hint =
    options.hintOf?.({ cause }) ?? 'Check the connection, or use a mirror with --mirror URL|DIR.';
  if (watch.isExpired) {
    const what = watch.isDripping ? 'sent almost nothing' : 'did not answer';
    const message = `"${redactUrl(url)}" ${what} within ${watch.idleMs / 1000} s`;
    return new PassingFailure(new AssayError('TIMEOUT', message, { hint, cause }));
  }
  const message = `cannot get "${redactUrl(url)}": ${reasonOf(cause)}`;
  const error = new AssayError('NETWORK', message, { hint, cause });
  return isLasting(cause) ? error : new PassingFailure(error);
}

function tooLarge(url: URL, options: HttpOptions): AssayError {
  return new AssayError(
    'LIMIT_EXCEEDED',
    `"${redactUrl(url)}" is larger than ${options.maxBytes} bytes`,
    {
      hint: 'Nothing that is asked for under this address is that large: check what the server is.',
    },
  );
}

/**
 * Returns the stated size. With a content coding the length counts compressed bytes, so it is not
 * used.
 */
function statedSize(response: Response): number | undefined {
  const text = response.headers.get('content-length');
  if (text === null || response.headers.has('content-encoding')) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function retryAfterMs(headers: Headers): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

/**
 * Returns the delay: doubling, with up to half of it as jitter, so that many machines do not come
 * back at the same instant.
 */
function delayOf(failure: PassingFailure, attempt: number, options: HttpOptions): number {
  const base = (options.retryDelayMs ?? DEFAULT_DELAY_MS) * 2 ** (attempt - 1);
  const jittered = Math.min(base, MAX_DELAY_MS / 2) * (1 + Math.random() / 2);
  return Math.max(jittered, failure.retryAfterMs ?? 0);
}

function pause(delayMs: number, context: Context): Promise<void> {
  return new Promise((resolve, reject) => {
    const { signal } = context;
    const stop = (): void => {
      clearTimeout(timer);
      reject(new AssayError('INTERRUPTED', 'interrupted'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, delayMs);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
