/** Identity tokens for tests. The mock services do not verify their signatures. */

import { randomBytes } from 'node:crypto';

import { IDENTITY, ISSUER } from './sigstore-mock.ts';

/**
 * Returns a token that is valid for ten minutes; `claims` replace or add to the usual ones,
 * `undefined` leaves one out.
 */
export function identityToken(claims: Readonly<Record<string, unknown>> = {}): string {
  const seconds = Math.floor(Date.now() / 1000);
  const usual = { iss: ISSUER, sub: IDENTITY, aud: 'sigstore', iat: seconds, exp: seconds + 600 };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = { alg: 'RS256', typ: 'JWT', kid: 'test' };
  return [part(head), part({ ...usual, ...claims }), randomBytes(256).toString('base64url')].join(
    '.',
  );
}
