/**
 * Requests to package indexes through the network of the run. Credentials are for the host that
 * they belong to: a redirect elsewhere is followed without them, and never from https to http.
 */

import type { Context, TlsSettings } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import {
  fetchStream,
  redactUrl,
  type HttpHeaders,
  type HttpResponse,
} from '../../core/base/http/http.ts';
import { readJson } from '../../formats/text/json/json.ts';
import type { IndexAccess } from './index-access.ts';

/** The answer of an index. */
export interface IndexAnswer {
  /** The address that answered, redirects followed. */
  readonly url: URL;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** A request to an index. */
export interface IndexRequest {
  readonly url: URL;
  readonly accept: string;
  readonly maxBytes: number;
  /** Returns the access to an address. */
  readonly accessTo: (url: URL) => Promise<IndexAccess>;
  /** The remedy for a refused login. */
  readonly loginHint: string;
  /** Further headers, as those of a conditional request. */
  readonly headers?: HttpHeaders;
  /** Statuses beside 2xx that the consumer takes, as 304. */
  readonly answers?: readonly number[];
  /** First try included. Default 3. */
  readonly attempts?: number;
  /** Longest wait for the head of the answer, and for each further 16 KiB. Default 30 s. */
  readonly idleTimeoutMs?: number;
  /**
   * Refuses an address that a redirect leads to, by an error. Absent: every address with TLS is
   * followed.
   */
  readonly checkRedirect?: (next: URL) => void | Promise<void>;
  /** Returns the resolver of the connection to an address; `undefined`: that of the system. */
  readonly lookupFor?: (url: URL) => TlsSettings['lookup'] | Promise<TlsSettings['lookup']>;
}

/** An answer whose body has not been read yet. */
export interface IndexResponse extends HttpResponse {
  /** The address that answered, redirects followed. */
  readonly url: URL;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const ANSWERS = [...REDIRECTS, 401, 403, 404, 410];
const MAX_REDIRECTS = 5;
/** A package index that answers slowly is asked again less often than a download is. */
const ATTEMPTS = 3;

/**
 * Returns the answer of an index; `undefined` if it does not have the address.
 *
 * @throws AssayError `OFFLINE`, `NETWORK`, `TIMEOUT`, `LIMIT_EXCEEDED`, `REGISTRY_DENIED`,
 * `CONFIG_INVALID`, `INTERRUPTED`
 */
export async function askIndex(
  request: IndexRequest,
  context: Context,
): Promise<IndexAnswer | undefined> {
  return streamFromIndex(request, context, async ({ url, headers, body }) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(piece);
    const contentType = (headers.get('content-type') ?? '').split(';', 1)[0]?.trim() ?? '';
    return { url, contentType: contentType.toLowerCase(), bytes: Buffer.concat(pieces) };
  });
}

/**
 * Passes the answer of an index to `consume` and returns its result; `undefined` if the index does
 * not have the address. If the connection fails before `consume` has ended, it is called again with
 * a new answer. Throws as {@link askIndex}, and what `consume` throws.
 */
export async function streamFromIndex<T>(
  request: IndexRequest,
  context: Context,
  consume: (answer: IndexResponse) => Promise<T>,
): Promise<T | undefined> {
  const access = await request.accessTo(request.url);
  let url = withoutLogin(request.url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    // Another host has settings of its own, and no login.
    const isOwn = url.origin === request.url.origin;
    const here = isOwn ? access : withoutLoginOf(await request.accessTo(url));
    const result = await requestOnce({ request, url, access: here }, context, consume);
    if ('value' in result) return result.value;
    if (result.location === undefined) return undefined;
    url = nextUrl(url, result.location);
    await request.checkRedirect?.(url);
  }
  throw new AssayError(
    'NETWORK',
    `"${redactUrl(request.url)}" redirects more than ${MAX_REDIRECTS} times`,
    {
      hint: 'Check the address of the package index.',
    },
  );
}

/**
 * The result of the consumer, or the address of a redirect; neither where the index has nothing.
 */
type Outcome<T> = { readonly value: T } | { readonly location: string | undefined };

async function requestOnce<T>(
  at: { readonly request: IndexRequest; readonly url: URL; readonly access: IndexAccess },
  context: Context,
  consume: (answer: IndexResponse) => Promise<T>,
): Promise<Outcome<T>> {
  const { request, url, access } = at;
  const lookup = await request.lookupFor?.(url);
  const tls = lookup === undefined ? access.tls : { ...access.tls, lookup };
  const fetch = tls === undefined ? undefined : context.fetchWith?.(tls);
  const { authorization } = access;
  const { headers = {}, answers = [], idleTimeoutMs } = request;
  return fetchStream(
    url,
    {
      headers: {
        ...headers,
        accept: request.accept,
        ...(authorization !== undefined && { authorization }),
      },
      redirect: 'manual',
      maxBytes: request.maxBytes,
      answers: [...ANSWERS, ...answers],
      attempts: request.attempts ?? ATTEMPTS,
      ...(idleTimeoutMs !== undefined && { idleTimeoutMs }),
      hintOf: () =>
        'Check the address of the package index in the configuration, and the connection.',
      ...(fetch === undefined ? {} : { fetch }),
    },
    context,
    async (answer): Promise<Outcome<T>> => {
      const { status } = answer;
      const location = answer.headers.get('location');
      if (REDIRECTS.has(status) && location !== null) return { location };
      if (status === 404 || status === 410) return { location: undefined };
      if (status === 401 || status === 403) throw denied(url, status, request);
      return { value: await consume({ ...answer, url }) };
    },
  );
}

/** The kind of index, for errors. */
export type IndexName = 'an npm registry' | 'a package index';

/** Returns the JSON object of an answer. @throws AssayError `DAMAGED` */
export function readIndexJson(
  { url, bytes }: IndexAnswer,
  name: IndexName,
): ReturnType<typeof readJson> {
  try {
    return readJson(url.href, bytes);
  } catch (error) {
    if (error instanceof AssayError) throw damagedAnswer(url, 'it is no JSON object', name);
    throw error;
  }
}

/** Returns the error for an answer that cannot be used. */
export function damagedAnswer(url: URL, reason: string, name: IndexName): AssayError {
  return new AssayError(
    'DAMAGED',
    `the answer of "${url.host}${url.pathname}" cannot be used: ${reason}`,
    { hint: `Check that the configured address is that of ${name}.` },
  );
}

function withoutLoginOf({ tls }: IndexAccess): IndexAccess {
  if (tls === undefined) return {};
  const { authorities, isUnverified, proxy } = tls;
  return {
    tls: {
      ...(authorities !== undefined && { authorities }),
      ...(isUnverified !== undefined && { isUnverified }),
      ...(proxy !== undefined && { proxy }),
    },
  };
}

function withoutLogin(url: URL): URL {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain;
}

function nextUrl(from: URL, location: string): URL {
  const next = URL.canParse(location, from.href)
    ? withoutLogin(new URL(location, from))
    : undefined;
  const isSafe =
    next?.protocol === 'https:' || (next?.protocol === 'http:' && from.protocol === 'http:');
  if (next !== undefined && isSafe) return next;
  const where = next === undefined ? 'an address that cannot be read' : `"${redactUrl(next)}"`;
  throw new AssayError(
    'NETWORK',
    `"${redactUrl(from)}" redirects to ${where}, which is not followed`,
    {
      hint: 'Check the address of the package index.',
    },
  );
}

function denied(url: URL, status: number, { loginHint }: IndexRequest): AssayError {
  return new AssayError(
    'REGISTRY_DENIED',
    `"${redactUrl(url)}" refused the request (status ${status})`,
    {
      hint: loginHint,
    },
  );
}
