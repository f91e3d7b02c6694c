/**
 * A registry's error response, as an error for people.
 *
 * Source: OCI distribution specification, "Error Codes". Other documents are left out of the
 * message.
 */

import { AssayError } from '../../core/base/errors.ts';
import {
  isJsonArray,
  readJsonValue,
  readStrings,
  isJsonObject,
  type JsonValue,
} from '../../formats/text/json/json.ts';
import { parseChallenges } from './challenge.ts';
import type { FoundCredentials } from './credentials.ts';
import type { RegistryResponse } from './transport.ts';

/** The subject and the credentials of a request. */
export interface RequestDescription {
  /** In errors, as in `"ghcr.io/acme/app:1"`. */
  readonly name: string;
  readonly host: string;
  /** The connected host; absent if responses of other hosts are not distinguished. */
  readonly address?: string;
  /** Absent if no credentials were searched. */
  readonly found?: FoundCredentials | undefined;
  /** The answer comes from the server that checks user names and passwords. */
  readonly isTokenServer?: boolean;
  /** Secrets that were sent, in every form: no message repeats them. */
  readonly secrets?: readonly string[];
}

/** Ways to prove who asks that are spoken. */
export const SUPPORTED_SCHEMES: ReadonlySet<string> = new Set(['bearer', 'basic']);
const MAX_SAID = 400;
/** Limit for an error document; errors are short, and longer ones are not readable messages. */
const MAX_ERROR_BYTES = 64 * 1024;

/** A refusal as it came. */
export interface ErrorResponse {
  readonly status: number;
  /** The registry's own message; empty if it gives none. */
  readonly said: string;
  /** The host of the message, which may be a server that the registry redirected to. */
  readonly host: string;
  /** Ways to prove who asks that it names, as in `digest`. */
  readonly schemes: readonly string[];
}

/** Returns an error for an answer that is none of those hoped for; reads its body. */
export async function readRegistryError(
  answer: RegistryResponse,
  asked: RequestDescription,
): Promise<AssayError> {
  return registryError(await readErrorResponse(answer), asked);
}

/**
 * Reads the error document of a registry's response. A document that cannot be read yields an
 * empty text.
 */
export async function readErrorResponse(answer: RegistryResponse): Promise<ErrorResponse> {
  const { status, headers, url } = answer;
  const challenges = parseChallenges(headers.get('www-authenticate') ?? '');
  const schemes = challenges.map(({ scheme }) => scheme);
  return { status, said: await saidBy(answer), host: url.host, schemes };
}

/**
 * Returns the error for a request that a registry refused. Secrets of the request are taken out of
 * the registry's text.
 */
export function registryError(refused: ErrorResponse, asked: RequestDescription): AssayError {
  const { status } = refused;
  const said = oneLine(withoutSecrets(refused.said, asked.secrets ?? []));
  const told = said === '' ? `status ${status}` : `status ${status}, ${said}`;
  const { name } = asked;
  const host = isElsewhere(refused, asked)
    ? `${refused.host}, to which ${asked.host} sends on,`
    : asked.host;
  switch (status) {
    case 401:
      if (areCredentialsRefused(refused, asked)) {
        const message = `${host} refused the user name or the password for ${name} (${told})`;
        return new AssayError('REGISTRY_DENIED', message, {
          because: 'credentials',
          hint: refusedHint(asked),
        });
      }
      return new AssayError('REGISTRY_DENIED', `${host} wants a login for ${name} (${told})`, {
        hint: loginHint(refused, asked),
      });
    case 403:
      return new AssayError('REGISTRY_DENIED', `${host} refuses ${name} (${told})`, {
        hint: loginHint(refused, asked),
      });
    case 404:
      return new AssayError('NOT_FOUND', `${host} has no ${name} (${told})`, {
        hint: 'Check the spelling, the tag and whether the image was pushed there.',
      });
    default:
      return new AssayError('NETWORK', `${host} ${refusal(status)} ${name} (${told})`, {
        hint: 'Check that this is a container registry, and its own log.',
      });
  }
}

/**
 * Returns the verb for a status: from 400 to 499 the registry refuses the request, any other one is
 * a failure.
 */
function refusal(status: number): string {
  return status >= 400 && status < 500 ? 'refuses' : 'cannot answer for';
}

/**
 * Returns whether an answer with status 401 is about the user name and the password. A registry
 * that takes tokens gives the same status where the user may not read the image.
 */
function areCredentialsRefused(refused: ErrorResponse, asked: RequestDescription): boolean {
  const kind = asked.found?.credentials?.kind;
  if (kind === undefined || kind === 'bearer' || isElsewhere(refused, asked)) return false;
  return asked.isTokenServer === true || (kind === 'basic' && refused.schemes.includes('basic'));
}

function refusedHint({ found }: RequestDescription): string {
  return [
    `The credentials of ${found?.from ?? 'this run'} were refused. Check them, or log in again with docker login.`,
    ...(found?.problems ?? []),
  ].join('\n');
}

/** Returns whether another host responded; false if the address is unknown. */
function isElsewhere({ host }: ErrorResponse, { address }: RequestDescription): boolean {
  return address !== undefined && host !== address;
}

/** Removes secrets, the longest first, since one may contain another. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  const longestFirst = secrets.filter(Boolean).sort((a, b) => b.length - a.length);
  return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}

/** Returns the hint for a missing or refused login. */
function loginHint(refused: ErrorResponse, asked: RequestDescription): string {
  return [
    ...loginLines(refused, asked),
    'An image that does not exist is often answered in the same way.',
    ...(asked.found?.problems ?? []),
  ].join('\n');
}

function loginLines(refused: ErrorResponse, asked: RequestDescription): readonly string[] {
  const { host, found } = asked;
  if (isElsewhere(refused, asked)) {
    return [`Credentials are not sent on to another host: check why ${host} sends there.`];
  }
  const { schemes } = refused;
  if (schemes.length > 0 && !schemes.some((scheme) => SUPPORTED_SCHEMES.has(scheme))) {
    return [`It asks for ${schemes.join(' or ')}; spoken are basic and bearer.`];
  }
  if (found?.credentials === undefined) {
    return [`Log in: docker login ${host}, podman login ${host}, or --username and --password.`];
  }
  return [`The credentials of ${found.from ?? 'this run'} were refused, or do not reach this far.`];
}

async function saidBy(answer: RegistryResponse): Promise<string> {
  const pieces: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const piece of answer.body) {
    lengthBytes += piece.length;
    if (lengthBytes > MAX_ERROR_BYTES) return '';
    pieces.push(piece);
  }
  try {
    const json = readJsonValue('answer', Buffer.concat(pieces));
    const errors = isJsonObject(json) ? json['errors'] : undefined;
    const rows = isJsonArray(errors) ? errors : [json];
    const texts = rows.map((row) => {
      const { code, message, details } = readStrings(row, ['code', 'message', 'details']);
      const text = [message ?? details ?? '', ...systemDetail(row)].join(' ');
      return code === undefined || text === '' ? (code ?? text) : `${code}: ${text}`;
    });
    return texts.filter(Boolean).join('; ');
  } catch {
    return '';
  }
}

/**
 * Returns details that docker-registry adds about its own disk to an error that it calls unknown.
 */
function systemDetail(row: JsonValue | undefined): readonly string[] {
  const detail = isJsonObject(row) && row['code'] === 'UNKNOWN' ? row['detail'] : undefined;
  return isJsonObject(detail) ? [JSON.stringify(detail)] : [];
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > MAX_SAID ? `${line.slice(0, MAX_SAID)}...` : line;
}
