/**
 * Tokens from the server that a registry names in its challenge.
 *
 * Source: Docker Registry, "Token Authentication Specification" and "OAuth2 Token Authentication".
 * A token server is spoken to in plain HTTP only where the registry may be.
 */

import { AssayError } from '../../core/base/errors.ts';
import { basicAuthorization, redactUrl } from '../../core/base/http/http-url.ts';
import { readJson, type JsonObject } from '../../formats/text/json/json.ts';
import type { Challenge } from './challenge.ts';
import type { Credentials } from './client-options.ts';
import { readRegistryError, type RequestDescription } from './registry-error.ts';
import type { RegistryResponse, RegistryRequest, Transport } from './transport.ts';

/** A bearer token of a registry. */
export interface RegistryToken {
  readonly value: string;
  /** Lifetime from the request on. */
  readonly lifeMs: number;
}

/** The parameters of a token request. */
export interface TokenRequest {
  readonly challenge: Challenge;
  /** The scopes, as in `repository:acme/app:pull`. */
  readonly scopes: readonly string[];
  readonly credentials: Credentials | undefined;
  readonly isInsecure: boolean;
  readonly asked: RequestDescription;
}

const CLIENT_ID = 'assay';
/** The specification's, where a server says nothing. */
const DEFAULT_LIFE_S = 60;
/** Limit for the lifetime; a larger value means "long". */
const MAX_LIFE_S = 24 * 60 * 60;
/** Servers that know only the other way of asking. */
const OTHER_WAY: ReadonlySet<number> = new Set([404, 405, 501]);
/** Characters that a header value may contain. */
const HEADER_VALUE = /^[\x21-\x7e]+$/;

/**
 * Fetches a bearer token from the authorization service that a challenge names.
 *
 * @throws AssayError `REGISTRY_DENIED`, `NETWORK` and what {@link Transport.send} throws
 */
export async function fetchToken(
  transport: Transport,
  request: TokenRequest,
): Promise<RegistryToken> {
  const realm = realmOf(request);
  if (request.credentials?.kind === 'identityToken') {
    return sendToken(transport, oauth(realm, request), request);
  }
  const plain = await sendToken(transport, get(realm, request), request, OTHER_WAY);
  if (plain !== 'other') return plain;
  return sendToken(transport, oauth(realm, request), request);
}

interface Sending {
  readonly url: URL;
  readonly request: RegistryRequest;
}

function get(realm: URL, { challenge, scopes, credentials, isInsecure }: TokenRequest): Sending {
  const url = new URL(realm);
  const service = challenge.parameters.get('service');
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (credentials?.kind !== 'basic') return { url, request: { isInsecure } };
  url.searchParams.set('account', credentials.username);
  return { url, request: { isInsecure, authorization: basicAuthorization(credentials) } };
}

function oauth(realm: URL, { challenge, scopes, credentials, isInsecure }: TokenRequest): Sending {
  const form = new URLSearchParams({
    client_id: CLIENT_ID,
    service: challenge.parameters.get('service') ?? '',
    scope: scopes.join(' '),
    ...(credentials?.kind === 'identityToken' && {
      grant_type: 'refresh_token',
      refresh_token: credentials.token,
    }),
    ...(credentials?.kind === 'basic' && {
      grant_type: 'password',
      username: credentials.username,
      password: credentials.password,
    }),
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { url: realm, request: { isInsecure, method: 'POST', body: form.toString(), headers } };
}

function sendToken(
  transport: Transport,
  sending: Sending,
  request: TokenRequest,
): Promise<RegistryToken>;
function sendToken(
  transport: Transport,
  sending: Sending,
  request: TokenRequest,
  passedOn: ReadonlySet<number>,
): Promise<RegistryToken | 'other'>;
function sendToken(
  transport: Transport,
  sending: Sending,
  request: TokenRequest,
  passedOn: ReadonlySet<number> = new Set(),
): Promise<RegistryToken | 'other'> {
  return transport.send(sending.url, sending.request, async (answer) => {
    if (passedOn.has(answer.status) && request.credentials !== undefined) return 'other';
    if (answer.status !== 200) {
      const host = `the token server ${answer.url.host}`;
      const { name, found, secrets = [] } = request.asked;
      throw await readRegistryError(answer, { name, host, found, secrets, isTokenServer: true });
    }
    return readToken(answer);
  });
}

async function readToken(answer: RegistryResponse): Promise<RegistryToken> {
  const pieces: Uint8Array[] = [];
  for await (const piece of answer.body) pieces.push(piece);
  const json = parse(answer, Buffer.concat(pieces));
  const value = [json['token'], json['access_token']].find(
    (item): item is string => typeof item === 'string' && item !== '',
  );
  if (value === undefined || !HEADER_VALUE.test(value)) throw noToken(answer);
  const seconds = json['expires_in'];
  const life = typeof seconds === 'number' && seconds > 0 ? seconds : DEFAULT_LIFE_S;
  return { value, lifeMs: Math.min(life, MAX_LIFE_S) * 1000 };
}

function parse(answer: RegistryResponse, bytes: Uint8Array): JsonObject {
  try {
    return readJson(answer.url.host, bytes);
  } catch {
    throw noToken(answer);
  }
}

function noToken({ url }: RegistryResponse): AssayError {
  return new AssayError('NETWORK', `"${redactUrl(url)}" answered and gave no token`, {
    hint: 'Check the token server that the registry names.',
  });
}

function realmOf({ challenge, isInsecure, asked }: TokenRequest): URL {
  const text = challenge.parameters.get('realm') ?? '';
  const refuse = (shown: string, reason: string): AssayError =>
    new AssayError('NETWORK', `${asked.host} names "${shown}" as its token server, ${reason}`, {
      hint: 'Check the configuration of the registry.',
    });
  if (!URL.canParse(text)) throw refuse(text, 'which is not an address');
  const realm = new URL(text);
  if (realm.protocol !== 'https:' && !(realm.protocol === 'http:' && isInsecure)) {
    throw refuse(redactUrl(realm), 'where credentials would not be encrypted');
  }
  realm.username = '';
  realm.password = '';
  return realm;
}
