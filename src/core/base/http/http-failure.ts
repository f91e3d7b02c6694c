/** Why `fetch` got no answer, and whether another attempt can help. */

import { errorMessage } from '../errors.ts';

/** No other attempt changes a name that does not exist, or an untrusted certificate. */
const LASTING: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_SSL_WRONG_VERSION_NUMBER',
]);

/** Ways in which a connection ends too early; which of them it is depends on chance. */
const BROKEN: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Newer Nodes add which of their own flags may help; Assay's own flag is `--cacert`. */
const ADVICE_OF_NODE = /; if the root CA is installed locally, .*$/;

/** The message of undici for a proxy that refused the connection. */
const PROXY_REFUSAL = /^Proxy response \((?<status>\d{3})\)/;
/**
 * The message for ports that the Fetch standard reserves for other protocols, such as 6000 and
 * 10080.
 */
const BAD_PORT = 'bad port';

/** No honest chain of causes is longer. */
const MAX_CAUSES = 8;

/** Returns whether no other attempt can help. */
export function isLasting(cause: unknown): boolean {
  const isRefused = proxyStatusOf(cause) === 407 || isBadPort(cause);
  return isRefused || LASTING.has(errorCodeOf(cause));
}

/**
 * Returns the status with which a proxy refused to make a connection; `undefined` where none did.
 */
export function proxyStatusOf(error: unknown): number | undefined {
  const status = PROXY_REFUSAL.exec(errorMessage(innermost(error)))?.groups?.['status'];
  return status === undefined ? undefined : Number(status);
}

/**
 * Returns whether `fetch` refuses the port, independent of the server there. Source: Fetch
 * standard, "port blocking".
 */
export function isBadPort(error: unknown): boolean {
  return errorMessage(innermost(error)) === BAD_PORT;
}

/**
 * Returns the innermost cause: `fetch` only states that it failed, and the reason is in its cause,
 * or in the cause of that.
 */
function innermost(error: unknown): unknown {
  let inner = error;
  for (let depth = 0; depth < MAX_CAUSES && inner instanceof Error; depth += 1) {
    if (inner.cause === undefined) break;
    inner = inner.cause;
  }
  return inner;
}

/** Returns the `code` of what made `fetch` fail, as in `ECONNREFUSED`. */
export function errorCodeOf(error: unknown): string {
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (typeof inner !== 'object' || inner === null || !('code' in inner)) return '';
  return typeof inner.code === 'string' ? inner.code : '';
}

/** Returns in words why there was no answer. */
export function reasonOf(error: unknown): string {
  const proxyStatus = proxyStatusOf(error);
  if (proxyStatus !== undefined) return `the proxy answered with status ${proxyStatus}`;
  if (isBadPort(error)) return 'no HTTP is spoken to this port, which is that of another protocol';
  if (BROKEN.has(errorCodeOf(error))) return 'the connection broke';
  // Errors of OpenSSL end in a line break and a full stop.
  const message = errorMessage(innermost(error)).replace(ADVICE_OF_NODE, '').trim();
  const reason = message.replace(/[\s.:]{1,8}$/, '');
  return reason || errorCodeOf(error) || 'the connection failed';
}
