/** An answer of a registry, before it is sent. */

import type { AssayError } from '../core/base/errors.ts';
import type { VersionDecision } from '../scan/policy/decide-version.ts';
import type { AttestationCheck } from './attestations/verify-statement.ts';
import type { ReadBody } from './request-body.ts';
import type { StoredContent } from './store/content-store.ts';

/** Headers by name, in lower case. */
export type AnswerHeaders = Readonly<Record<string, string>>;

/** A request, as far as answers depend on it. */
export interface RegistryRequest {
  readonly method: string;
  /** Path and query as they were received. */
  readonly target: string;
  /** The value of a header, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  readonly body: ReadBody;
}

/** What is sent. */
export interface RegistryAnswer {
  readonly status: number;
  /** In place of the usual words of the status. */
  readonly reason?: string;
  readonly headers: AnswerHeaders;
  readonly body?: Uint8Array | StoredContent;
  /** For the log. */
  readonly subject?: AnswerSubject;
}

/** What an answer is about. */
export interface AnswerSubject {
  readonly package: string;
  readonly version?: string;
  /** Name of the file, if a version can have several. */
  readonly file?: string;
  /** What was changed: `published`, `unpublished`, `deprecated`, `tagged`, `tag removed`. */
  readonly change?: string;
  /** Of a file that was published, in hexadecimal digits. */
  readonly sha512?: string;
  readonly tag?: string;
  /** What was decided, and why. */
  readonly decision?: string;
  readonly causes?: readonly string[];
  /**
   * Whether the attestations of the file are right, if they were verified, and why they were not.
   */
  readonly attestations?: string;
  /**
   * Ids of the advisories that are known now, so that a report finds those that were added later.
   */
  readonly advisories?: readonly string[];
}

/** What a decision adds to the subject of an answer. */
export function decisionSubject({
  action,
  causes,
  advisories,
}: VersionDecision): Pick<AnswerSubject, 'decision' | 'causes' | 'advisories'> {
  return {
    decision: action,
    ...(causes.length > 0 && { causes: causes.map(({ rule, text }) => `${rule}: ${text}`) }),
    ...(advisories !== undefined && { advisories: advisories.map(({ id }) => id) }),
  };
}

/** What the attestations of a file add to the subject of an answer. */
export function attestationSubject(
  check: AttestationCheck | undefined,
): Pick<AnswerSubject, 'attestations'> {
  if (check === undefined) return {};
  const { state } = check;
  return { attestations: state === 'verified' ? state : `${state}: ${check.reason}` };
}

/** Returns an answer in JSON. */
export function jsonAnswer(
  status: number,
  value: object,
  more: Omit<Partial<RegistryAnswer>, 'status' | 'body'> = {},
): RegistryAnswer {
  return {
    status,
    ...more,
    headers: { 'content-type': 'application/json', ...more.headers },
    body: Buffer.from(`${JSON.stringify(value)}\n`),
  };
}

/**
 * Returns an answer that refuses. The text is in the status line, in `error` of the JSON and in
 * `npm-notice`, because each package manager shows another one of them.
 */
export function refusal(
  status: number,
  text: string,
  more: Pick<Partial<RegistryAnswer>, 'subject' | 'headers'> = {},
): RegistryAnswer {
  const line = headerText(text);
  return jsonAnswer(
    status,
    { error: text },
    { ...more, reason: line, headers: { 'npm-notice': line, ...more.headers } },
  );
}

const STATUSES: Readonly<Record<string, number>> = {
  // Package managers repeat requests after most statuses, which is right for all but bytes that are
  // wrong.
  CONTENT_MISMATCH: 403,
  OFFLINE: 504,
  TIMEOUT: 504,
};

/** Returns the answer for an error of an uplink or of the store. `name` is the package. */
export function errorAnswer(error: AssayError, name: string): RegistryAnswer {
  if (error.because === 'busy') {
    const headers = { 'retry-after': '10' };
    return refusal(503, `${name}: ${error.message}`, { subject: { package: name }, headers });
  }
  const status = STATUSES[error.code] ?? 502;
  return refusal(status, `${name}: ${error.message}`, { subject: { package: name } });
}

/** Whether a header `If-None-Match` has this ETag. */
export function hasEtag(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((one) => one.trim().replace(/^W\//u, '') === etag) === true;
}

/** Longest text in a header. */
const MAX_TEXT = 400;

/** Returns a text as a header can have it: printable ASCII, in one line, bounded. */
export function headerText(text: string): string {
  const plain = text.replace(/[^\u0020-\u007e]+/gu, ' ').trim();
  return plain.length <= MAX_TEXT ? plain : `${plain.slice(0, MAX_TEXT - 3)}...`;
}
