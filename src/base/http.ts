/**
 * HTTP over `context.fetch`: time limits, size ceilings, and repeated attempts where another one can help.
 *
 * Source: RFC 9110, sections 10.2.3 (Retry-After) and 15 (status codes).
 */

import type { Context } from './context.ts';
import { AssayError, errorMessage } from './errors.ts';

export interface HttpOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Ceiling for the body. */
  readonly maxBytes: number;
  /** Statuses beside 2xx that are an answer and no failure, as 404 for a file that may be absent. */
  readonly answers?: readonly number[];
  /** Longest wait for the head of the answer, and for each further piece of its body. Default 30 s. */
  readonly idleTimeoutMs?: number;
  /** First try included. Default 4. */
  readonly attempts?: number;
  /** Before the second attempt; doubled for each further one, with jitter. Default 500 ms. */
  readonly retryDelayMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** `Content-Length` where it speaks of the bytes that {@link HttpAnswer.body} gives. */
  readonly sizeBytes: number | undefined;
  /** To be read at most once. Throws the errors of {@link fetchStream}. */
  readonly body: AsyncIterable<Uint8Array>;
}

const DEFAULT_IDLE_MS = 30_000;
const DEFAULT_ATTEMPTS = 4;
const DEFAULT_DELAY_MS = 500;
/** A server that asks for a longer wait is as good as absent to somebody who waits for a scan. */
const MAX_DELAY_MS = 60_000;
/** The request was not at fault, so the same one may succeed later. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Gets `url` and hands the answer to `consume`, whose result it gives. When the connection fails before `consume` has
 * ended, it is called again with a new answer: it must be able to begin anew.
 * @throws AssayError `OFFLINE`, `NETWORK`, `TIMEOUT`, `LIMIT_EXCEEDED`, `INTERRUPTED`, and what `consume` throws
 */
export async function fetchStream<T>(
  url: URL,
  options: HttpOptions,
  context: Context,
  consume: (answer: HttpAnswer) => Promise<T>,
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

/** The whole body of the answer, with its status and headers. Throws as {@link fetchStream}. */
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

/** The URL as messages show it: without user, password, query and fragment, any of which may hold a secret. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** A failure that another attempt may cure. */
class PassingFailure extends Error {
  /** What is thrown when no attempt is left. */
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
  consume: (answer: HttpAnswer) => Promise<T>,
): Promise<T> {
  const watch = new IdleWatch(context.signal, options.idleTimeoutMs ?? DEFAULT_IDLE_MS);
  let body: ReadableStream<Uint8Array> | null = null;
  try {
    const response = await request(url, options, context, watch);
    body = response.body;
    judgeStatus(url, response, options);
    const sizeBytes = statedSize(response);
    if (sizeBytes !== undefined && sizeBytes > options.maxBytes) throw tooLarge(url, options);
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
  watch: IdleWatch,
): Promise<Response> {
  if (context.fetch === undefined) {
    throw new AssayError('OFFLINE', `"${shownUrl(url)}" is needed and the network is off`, {
      hint: 'Run again without --offline, or give the data as files.',
    });
  }
  try {
    return await context.fetch(withoutCredentials(url), {
      headers: { 'user-agent': 'assay', ...basicCredentials(url), ...options.headers },
      signal: watch.signal,
      redirect: 'follow',
    });
  } catch (error) {
    throw failureOf(url, error, watch);
  }
}

/** `fetch` refuses addresses with a user in them. */
function withoutCredentials(url: URL): URL {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain;
}

function basicCredentials(url: URL): Readonly<Record<string, string>> {
  if (url.username === '' && url.password === '') return {};
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function judgeStatus(url: URL, response: Response, options: HttpOptions): void {
  const { status } = response;
  if (response.ok || options.answers?.includes(status) === true) return;
  const error = new AssayError('NETWORK', `"${shownUrl(url)}" answered with status ${status}`, {
    hint: hintOf(status),
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
  watch: IdleWatch,
): AsyncIterable<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  let doneBytes = 0;
  try {
    for (;;) {
      const piece = await nextPiece(url, reader, watch);
      if (piece === undefined) return;
      doneBytes += piece.length;
      if (doneBytes > options.maxBytes) throw tooLarge(url, options);
      // The consumer's own time does not count as the server's silence.
      watch.stop();
      yield piece;
      watch.restart();
    }
  } finally {
    await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}

async function nextPiece(
  url: URL,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  watch: IdleWatch,
): Promise<Uint8Array | undefined> {
  try {
    const { value } = await reader.read();
    watch.restart();
    return value;
  } catch (error) {
    throw failureOf(url, error, watch);
  }
}

function failureOf(url: URL, cause: unknown, watch: IdleWatch): Error {
  if (watch.isInterrupted) return new AssayError('INTERRUPTED', 'interrupted', { cause });
  const hint = 'Check the connection, or use a mirror with --mirror URL|DIR.';
  if (watch.isExpired) {
    const message = `"${shownUrl(url)}" did not answer within ${watch.idleMs / 1000} s`;
    return new PassingFailure(new AssayError('TIMEOUT', message, { hint, cause }));
  }
  const message = `cannot get "${shownUrl(url)}": ${reasonOf(cause)}`;
  return new PassingFailure(new AssayError('NETWORK', message, { hint, cause }));
}

/** `fetch` says only "fetch failed"; the reason stands in its cause. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const message = errorMessage(inner);
  if (message !== '') return message;
  const hasCode = typeof inner === 'object' && inner !== null && 'code' in inner;
  return hasCode ? String(inner.code) : 'the connection failed';
}

function tooLarge(url: URL, options: HttpOptions): AssayError {
  return new AssayError(
    'LIMIT_EXCEEDED',
    `"${shownUrl(url)}" is larger than ${options.maxBytes} bytes`,
  );
}

/** With a content coding the length speaks of packed bytes. */
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

/** Doubling, with up to half of it as jitter, so that many machines do not come back at the same instant. */
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

/** Aborts a request when nothing comes for too long, or when the run is interrupted. */
class IdleWatch {
  readonly idleMs: number;
  readonly #outer: AbortSignal;
  readonly #expiry = new AbortController();
  readonly signal: AbortSignal;
  #timer: NodeJS.Timeout | undefined;

  constructor(outer: AbortSignal, idleMs: number) {
    this.#outer = outer;
    this.idleMs = idleMs;
    this.signal = AbortSignal.any([outer, this.#expiry.signal]);
    this.restart();
  }

  get isExpired(): boolean {
    return this.#expiry.signal.aborted;
  }

  get isInterrupted(): boolean {
    return this.#outer.aborted;
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#expiry.abort(), this.idleMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
