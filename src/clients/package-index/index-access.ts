/** Access to one package index: its login, the TLS settings of the connection, and the proxy. */

import type { TlsSettings } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { redact } from '../../core/base/redact.ts';

/** Settings of a package manager for one address. */
export interface IndexAccess {
  /**
   * Value of the `Authorization` header. It belongs to this address alone and never follows a
   * redirect to another host.
   */
  readonly authorization?: string;
  /** Absent: the settings of the run. */
  readonly tls?: TlsSettings;
}

/** A setting that is not used, or not as it is written: a sentence without a period at its end. */
export type ConfigurationNote = string;

/**
 * Reads the address of an index from a configuration. The result has a slash at its end.
 *
 * @param name The kind of server for errors, as in `npm registry`.
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
