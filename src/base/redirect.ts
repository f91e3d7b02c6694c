/**
 * Where an answer sends those who ask.
 *
 * Source: RFC 9110, sections 10.2.2 (Location) and 15.4 (redirection). Refused: a way out of TLS, because whoever gives
 * an address with https wants nobody on the way to be able to change what comes back; and other schemes than http(s).
 */

import { AssayError } from './errors.ts';
import { redactUrl } from './http-url.ts';

const STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** As many as the Fetch standard allows. */
const MAX_REDIRECTS = 20;

/** What `send` is answered at `url`, or where that leads to. @throws AssayError `NETWORK`, and what `send` throws */
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
 * The next address; `undefined` where the answer is not a redirect.
 * @throws AssayError `NETWORK` where nobody should go there
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
