/**
 * The errors that Assay throws on purpose. Anything else that is thrown is a bug and keeps its
 * stack.
 */

/** Reason why a run could not continue. The union is closed; codes are never renamed. */
export type ErrorCode =
  /** A flag, an argument or an environment variable is wrong; nothing was scanned. */
  | 'USAGE'
  /** A configuration, ignore or policy file cannot be used; nothing was scanned. */
  | 'CONFIG_INVALID'
  /** The target does not exist. */
  | 'NOT_FOUND'
  /** The target exists and may not be read. */
  | 'ACCESS_DENIED'
  /** The registry refused the credentials, or asked for some. */
  | 'REGISTRY_DENIED'
  /** Bytes do not have the digest that names them. */
  | 'CONTENT_MISMATCH'
  /** The target is cut off, corrupt, or of no known form. */
  | 'DAMAGED'
  /** A file is not of its format at all; see {@link ParseError}. */
  | 'PARSE'
  /** A bound of {@link Limits} was reached. */
  | 'LIMIT_EXCEEDED'
  | 'TIMEOUT'
  /** The network failed, or answered with an error. */
  | 'NETWORK'
  /** The network is needed and `--offline` forbids it. */
  | 'OFFLINE'
  /** No advisory data is loaded for anything in the target. */
  | 'ADVISORY_DATA_MISSING'
  /** Advisory data is empty, shrank beyond belief, or cannot be parsed. */
  | 'ADVISORY_DATA_IMPLAUSIBLE'
  /** The stored advisory data is damaged or its signature does not hold. */
  | 'ADVISORY_DATA_UNVERIFIED'
  /** Advisory data is older than the limit given. */
  | 'ADVISORY_DATA_STALE'
  /** The target holds no package at all. */
  | 'NOTHING_TO_SCAN'
  /** The user or a signal ended the run. */
  | 'INTERRUPTED';

/**
 * Reason that is more exact than the code. For a missing image that may well exist: `platform`: it
 * has no manifest for the platform; `credentials`: the registry refused the user name or the
 * password. `busy`: too much is under way, and the same may succeed later.
 */
export type ErrorReason = 'platform' | 'credentials' | 'busy';

/** The remedy for an error, and its cause. */
export interface ErrorDetail {
  /** The remedy: a full sentence, with the command if there is one. */
  readonly hint?: string;
  readonly because?: ErrorReason | undefined;
  readonly cause?: unknown;
}

/** The only class thrown on purpose. The message says what failed and with which value, quoted. */
export class AssayError extends Error {
  override readonly name: string = 'AssayError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly because: ErrorReason | undefined;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.hint = detail.hint;
    this.because = detail.because;
  }
}

/** A file that is not of its format at all. Rows inside a readable file are diagnostics instead. */
export class ParseError extends AssayError {
  override readonly name = 'ParseError';
  readonly path: string;
  /** Without the path, for messages that name it anyway. */
  readonly reason: string;

  constructor(path: string, reason: string, detail: ErrorDetail = {}) {
    super('PARSE', `cannot read "${path}": ${reason}`, detail);
    this.path = path;
    this.reason = reason;
  }
}

/** Returns one line about anything thrown, for logs and diagnostics; never a stack. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns the `code` of a system error, as in `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
