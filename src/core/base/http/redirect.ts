/**
 * Follows redirects of responses.
 *
 * Source: RFC 9110, sections 10.2.2 (Location) and 15.4 (redirection). Refused: a redirect out of
 * TLS, because an https address must not become open to changes on the way; and other schemes than
 * http(s).
 */

import { AssayError } from '../errors.ts';
import { redactUrl } from './http-url.ts';

const STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The limit of the Fetch standard. */
const MAX_REDIRECTS = 20;

/**
 * Returns the response of `send` at `url`, or at the target of its redirects. @throws AssayError
 * `NETWORK`, and the errors of `send`
 */
export async function followRedirects(
  url: URL,
  follows: boolean,
  send: (at: URL) => Promise<Response>,
): Promise<Response> {
  let at = url;
  for (let count = 0; count <= MAX_REDIRECTS; count += 1) {
    const response = await send(at);
    const next = follows ? nextAddress(at, response) : undefined;
    if (next === undefined) return response;
    await response.body?.cancel();
    at = next;
  }
  throw new AssayError('NETWORK', `"${redactUrl(url)}" redirects more than ${MAX_REDIRECTS} times`);
}

/**
 * Returns the next address, or `undefined` if the response is not a redirect.
 * @throws AssayError `NETWORK` if the redirect is not allowed
 */
function nextAddress(url: URL, { status, headers }: Response): URL | undefined {
  const location = headers.get('location');
  if (location === null || !STATUSES.has(status)) return undefined;
  if (!URL.canParse(location, url.href)) {
    throw new AssayError('NETWORK', `"${redactUrl(url)}" redirects to what is not an address`);
  }
  const next = new URL(location, url);
  const isSecure = next.protocol === 'https:';
  if (isSecure || (next.protocol === 'http:' && url.protocol === 'http:')) return next;
  throw new AssayError(
    'NETWORK',
    `"${redactUrl(url)}" redirects to "${redactUrl(next)}", which is not protected by TLS`,
    {
      hint: 'On that way anybody could change what is loaded. Have the server redirect to an address with https, or name a server or folder that you trust with --mirror URL|DIR.',
    },
  );
}
