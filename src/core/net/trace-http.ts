/**
 * Traces network requests: `--trace-http`. It shows addresses without user, query and fragment,
 * statuses, times, and of the headers only those that hold no secret.
 */

import { errorMessage } from '../base/errors.ts';
import { redactUrl } from '../base/http/http.ts';

type Fetch = typeof globalThis.fetch;

const ASKED = ['accept', 'range', 'content-type', 'if-none-match', 'if-modified-since'];
const ANSWERED = [
  'content-type',
  'content-length',
  'content-range',
  'content-encoding',
  'docker-content-digest',
  'retry-after',
  'etag',
];

/** Returns a `fetch` that passes each request and each response to `print` in a line of its own. */
export function tracedFetch(fetch: Fetch, print: (line: string) => void): Fetch {
  let count = 0;
  return async (input, init) => {
    const number = (count += 1);
    const method = init?.method ?? 'GET';
    const headers = new Headers(init?.headers);
    const proof = headers.has('authorization') ? ['authorization: ***'] : [];
    const asked = [...shownHeaders(headers, ASKED), ...proof].map((header) => `; ${header}`);
    print(`${number} > ${method} ${addressOf(input)}${asked.join('')}`);
    const startedMs = performance.now();
    const took = (): string => `${Math.round(performance.now() - startedMs)} ms`;
    try {
      const answer = await fetch(input, init);
      const told = [...shownHeaders(answer.headers, ANSWERED), ...sentTo(answer, input)];
      print(
        `${number} < ${answer.status} after ${took()}${told.map((text) => `; ${text}`).join('')}`,
      );
      return answer;
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      print(`${number} < nothing after ${took()}: ${errorMessage(cause)}`);
      throw error;
    }
  };
}

function shownHeaders(headers: Headers, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [`${name}: ${value}`];
  });
}

/** Returns the target of a redirect, and the address of a login challenge. */
function sentTo({ headers }: Response, input: Parameters<Fetch>[0]): readonly string[] {
  const location = headers.get('location');
  const shown = location === null ? [] : [`location: ${addressOf(location, addressOf(input))}`];
  const [scheme] = (headers.get('www-authenticate') ?? '').split(' ', 1);
  return scheme ? [...shown, `www-authenticate: ${scheme}`] : shown;
}

function addressOf(input: Parameters<Fetch>[0], base?: string): string {
  const text = input instanceof Request ? input.url : String(input);
  return URL.canParse(text, base) ? redactUrl(new URL(text, base)) : 'no address';
}
