/**
 * A token server for a real registry. Source: Docker Registry, "Token Authentication Specification"
 * and "Token Authentication Implementation" (JSON web tokens in ES256, the certificate in `x5c`).
 */

import { randomUUID, sign, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Certificates } from './registry.ts';

export const ISSUER = 'test-issuer';
export const SERVICE = 'test-service';

export interface TokenServer extends Disposable {
  /** Where tokens are given. */
  readonly realm: string;
  /** What was asked, as in `ann repository:team/app:pull`; `-` for nobody. */
  readonly asked: string[];
}

/** Gives every scope to the user, and nothing to anybody else. */
export async function startTokenServer(
  login: { readonly username: string; readonly password: string },
  tls: Pick<Certificates, 'certificate' | 'key'>,
): Promise<TokenServer> {
  const asked: string[] = [];
  const { username, password } = login;
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://token');
    const isKnown = request.headers.authorization === expected;
    const scopes = searchParams.getAll('scope');
    asked.push(`${isKnown ? username : '-'} ${scopes.join(' ')}`.trim());
    response.setHeader('content-type', 'application/json');
    if (!isKnown) response.statusCode = 401;
    const denied = { errors: [{ code: 'UNAUTHORIZED', message: 'who are you?' }] };
    response.end(JSON.stringify(isKnown ? { token: token(scopes, username, tls) } : denied));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    realm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    asked,
    [Symbol.dispose]: () => server.close().closeAllConnections(),
  };
}

function token(
  scopes: readonly string[],
  subject: string,
  { certificate, key }: Pick<Certificates, 'certificate' | 'key'>,
): string {
  const { raw } = new X509Certificate(readFileSync(certificate));
  const now = Math.floor(Date.now() / 1000);
  const access = scopes.map((scope) => {
    const [type, name, actions = ''] = scope.split(':');
    return { type, name, actions: actions.split(',') };
  });
  const head = { typ: 'JWT', alg: 'ES256', x5c: [raw.toString('base64')] };
  const times = { iat: now, nbf: now - 60, exp: now + 300, jti: randomUUID() };
  const claims = { iss: ISSUER, sub: subject, aud: SERVICE, ...times, access };
  const text = [head, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha256', Buffer.from(text), {
    key: readFileSync(key),
    dsaEncoding: 'ieee-p1363',
  });
  return `${text}.${signature.toString('base64url')}`;
}
