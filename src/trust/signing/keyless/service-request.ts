/**
 * Requests to the services that keyless signing needs. Answers are bounded in size and time,
 * redirects are not followed, and messages of a service are shown only if they do not contain the
 * identity token.
 *
 * Source: sigstore/fulcio, `fulcio.proto`; sigstore/rekor, `openapi.yaml`; sigstore/rekor-tiles,
 * `docs/openapi` (errors are JSON with a `message`).
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { fetchBytes, redactUrl, type HttpHeaders } from '../../../core/base/http/http.ts';
import { stripControl } from '../../../core/base/strip-control.ts';
import { readJson } from '../../../formats/text/json/json.ts';

/** A service and how it is reached. */
export interface Service {
  /** A noun, as in `certificate authority`. */
  readonly what: string;
  /** The flag that names its address. */
  readonly flag: string;
  readonly url: URL;
  /** The identity token, if the service receives it. */
  readonly secret?: string;
}

/** One request. */
export interface ServiceRequest {
  /** Appended to the address; absent: the address itself is asked. */
  readonly path?: string;
  readonly headers?: HttpHeaders;
  /** Absent: a GET. */
  readonly body?: string | Uint8Array;
  /** Statuses beside 2xx that the caller handles. */
  readonly answers?: readonly number[];
}

/** The response of a service. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** Chains of certificates and proofs of inclusion take some kilobytes. */
const MAX_ANSWER_BYTES = 512 * 1024;
/** All attempts of one request together. */
const DEFAULT_LIMIT_MS = 60_000;
const ATTEMPTS = 3;
const MAX_MESSAGE_CHARACTERS = 200;
/**
 * Answers that another attempt does not change. Of the others `fetchBytes` makes an error, after
 * further attempts.
 */
const FINAL = [...range(300, 407), ...range(409, 424), ...range(426, 428), ...range(430, 499)];

/**
 * Asks a service. `limitMs` bounds all attempts together.
 * @throws AssayError `NETWORK`, `TIMEOUT`, `LIMIT_EXCEEDED`, `OFFLINE`
 */
export async function askService(
  service: Service,
  { path, headers = {}, body, answers = [] }: ServiceRequest,
  context: Context,
  limitMs = DEFAULT_LIMIT_MS,
): Promise<ServiceAnswer> {
  const { what, flag } = service;
  const url = path === undefined ? service.url : below(service.url, path);
  const shown = `the ${what} "${redactUrl(url)}"`;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(limitMs)]);
  const request = {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    ...(body !== undefined && { body }),
    redirect: 'manual',
    maxBytes: MAX_ANSWER_BYTES,
    attempts: ATTEMPTS,
    answers: FINAL,
    hintOf: () => `Try again later, or give the address of another ${what} with --${flag}.`,
  } as const;
  const answer = await withinLimit(fetchBytes(url, request, { ...context, signal }), () => {
    if (context.signal.aborted) return undefined;
    return new AssayError('TIMEOUT', `${shown} did not answer within ${limitMs / 1000} s`, {
      hint: request.hintOf(),
    });
  });
  const { status } = answer;
  if ((status >= 200 && status < 300) || answers.includes(status)) return answer;
  if (status < 400) {
    throw new AssayError('NETWORK', `${shown} redirects the request, which is not sent elsewhere`, {
      hint: `Give the address that it has now with --${flag}.`,
    });
  }
  const message = messageOf(answer.bytes, service.secret);
  throw new AssayError(
    'NETWORK',
    `${shown} refused the request with status ${status}${message === undefined ? '' : `: "${message}"`}`,
    { hint: `Check the address (--${flag}), and that the service accepts the request.` },
  );
}

/**
 * Returns the error about an answer that cannot be used. `reason` is a predicate, as in
 * `is not JSON`.
 */
export function badAnswer({ what, flag, url }: Service, reason: string): AssayError {
  return new AssayError(
    'NETWORK',
    `the answer of the ${what} "${redactUrl(url)}" cannot be used: it ${reason}`,
    { hint: `Check the address (--${flag}). Nothing was signed.` },
  );
}

/**
 * Returns a text of a service for messages, without control characters; `undefined` if it contains
 * a part of the secret.
 */
export function shownText(text: string, secret: string | undefined): string | undefined {
  const parts = secret?.split('.').filter((part) => part !== '') ?? [];
  if (parts.some((part) => text.includes(part))) return undefined;
  return stripControl(text).slice(0, MAX_MESSAGE_CHARACTERS);
}

function messageOf(bytes: Uint8Array, secret: string | undefined): string | undefined {
  try {
    const { message } = readJson('answer', bytes);
    return typeof message === 'string' && message !== '' ? shownText(message, secret) : undefined;
  } catch {
    return undefined;
  }
}

/** Turns the interruption by the limit into an error of its own. */
async function withinLimit<T>(
  promise: Promise<T>,
  expired: () => AssayError | undefined,
): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'INTERRUPTED') throw error;
    throw expired() ?? error;
  }
}

function below(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/+$/u, '')}${path}`;
  return url;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
