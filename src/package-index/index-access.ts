/** How one package index is reached: who asks, whom the connection trusts, and through which proxy. */

import type { TlsSettings } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import { redact } from '../base/redact.ts';

/** What the configuration of a package manager says about an address. */
export interface IndexAccess {
  /** Value of the `Authorization` header. It belongs to this address alone and never follows a redirect to another host. */
  readonly authorization?: string;
  /** Absent: as everywhere else. */
  readonly tls?: TlsSettings;
}

/** Something in the configuration that was not used, or not as written: a sentence without a period at its end. */
export type ConfigurationNote = string;

/** Returns the value of a header for a user name and a password. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Returns the value of a header for the login that an address contains; `undefined` if it has no user name. */
export function urlAuthorization({ username, password }: URL): string | undefined {
  if (username === '') return undefined;
  return basicAuthorization(percentDecoded(username), percentDecoded(password));
}

/** Decodes a part of an address. Percent signs that encode nothing stay. */
export function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/giu, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

/**
 * Reads the address of an index from a configuration. The result has a slash at its end.
 *
 * @param name What the address belongs to, as in `npm registry`.
 * @throws AssayError `CONFIG_INVALID` with this hint
 */
export function readIndexUrl(text: string, name: string, hint: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol)) {
    throw new AssayError('CONFIG_INVALID', `the ${name} "${redact(text)}" is no address`, { hint });
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
