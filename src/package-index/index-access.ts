/** How one package index is reached: who asks, whom the connection trusts, and through which proxy. */

import type { TlsSettings } from '../base/context.ts';

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
