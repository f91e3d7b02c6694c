/**
 * Addresses of HTTP servers: how messages show them, and the logins in them. Source: RFC 3986,
 * section 2.1; RFC 7617.
 */

/**
 * A JSON Web Token. Source: RFC 7515, section 7.1; its head is an object, which begins with `{"`.
 */
const TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]*/gu;

/**
 * Returns a URL for messages. User, password, query and fragment can contain secrets and are left
 * out; tokens in the path are replaced by `***`.
 */
export function redactUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname.replace(TOKEN, '***')}`;
}

/** Returns the value of an `Authorization` header for a user name and a password. */
export function basicAuthorization({
  username,
  password,
}: {
  readonly username: string;
  readonly password: string;
}): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/**
 * Returns the value of a header for the login in an address; `undefined` for an address without
 * one.
 */
export function urlAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return basicAuthorization({
    username: percentDecoded(username),
    password: percentDecoded(password),
  });
}

/** Decodes a part of an address. Percent signs that encode no UTF-8 text are left as they are. */
export function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/giu, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}
