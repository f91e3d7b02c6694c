/**
 * Requests to package indexes through the network of the run. Credentials are for the host that they belong to: a redirect
 * elsewhere is followed without them, and never from https to http.
 */

import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import { fetchBytes, redactUrl } from '../base/http.ts';
import { readJson } from '../format/json.ts';
import type { IndexAccess } from './index-access.ts';

/** What an index answers. */
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
  /** How an address is asked. */
  readonly accessTo: (url: URL) => Promise<IndexAccess>;
  /** What to do about a refused login. */
  readonly loginHint: string;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const ANSWERS = [...REDIRECTS, 401, 403, 404, 410];
const MAX_REDIRECTS = 5;
/** A package index that answers slowly is asked again less often than a download is. */
const ATTEMPTS = 3;

/**
 * Returns the answer of an index; `undefined` if it does not have the address.
 *
 * @throws AssayError `OFFLINE`, `NETWORK`, `TIMEOUT`, `LIMIT_EXCEEDED`, `REGISTRY_DENIED`, `CONFIG_INVALID`, `INTERRUPTED`
 */
export async function askIndex(
  request: IndexRequest,
  context: Context,
): Promise<IndexAnswer | undefined> {
  const access = await request.accessTo(request.url);
  let url = withoutLogin(request.url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    // Another host has settings of its own, and no login.
    const isOwn = url.origin === request.url.origin;
    const here = isOwn ? access : withoutLoginOf(await request.accessTo(url));
    const fetch = here.tls === undefined ? undefined : context.fetchWith?.(here.tls);
    const { authorization } = here;
    const answer = await fetchBytes(
      url,
      {
        headers: { accept: request.accept, ...(authorization !== undefined && { authorization }) },
        redirect: 'manual',
        maxBytes: request.maxBytes,
        answers: ANSWERS,
        attempts: ATTEMPTS,
        hintOf: () =>
          'Check the address of the package index in the configuration, and the connection.',
        ...(fetch === undefined ? {} : { fetch }),
      },
      context,
    );
    const location = answer.headers.get('location');
    if (REDIRECTS.has(answer.status) && location !== null) {
      url = nextUrl(url, location);
      continue;
    }
    if (answer.status === 404 || answer.status === 410) return undefined;
    if (answer.status === 401 || answer.status === 403) throw denied(url, answer.status, request);
    const contentType = (answer.headers.get('content-type') ?? '').split(';', 1)[0]?.trim() ?? '';
    return { url, contentType: contentType.toLowerCase(), bytes: answer.bytes };
  }
  throw new AssayError(
    'NETWORK',
    `"${redactUrl(request.url)}" redirects more than ${MAX_REDIRECTS} times`,
    {
      hint: 'Check the address of the package index.',
    },
  );
}

/** What answers, for errors. */
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
