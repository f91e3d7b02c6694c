/** Addresses in messages. */

/** The URL as messages show it: without user, password, query and fragment, any of which may hold a secret. */
export function redactUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
