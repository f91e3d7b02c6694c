/**
 * Who may use a registry: tokens with a role, compared by their hashes.
 *
 * Sources: RFC 6750, section 2.1 (`Authorization: Bearer`), as npm, pnpm, yarn and bun send
 * `_authToken`; RFC 7617, section 2 (`Basic`), as pip, uv and poetry send the login of an address.
 * The password is the token, and the user name has no effect.
 */

import { createHash, timingSafeEqual } from 'node:crypto';

import { clientOfAddress, createMinuteCounts } from './rate.ts';

/** What a token allows; each role includes those before it. */
export type TokenRole = (typeof TOKEN_ROLES)[number];

/** All roles, the weakest first. */
export const TOKEN_ROLES = ['read', 'publish', 'admin'] as const;

/** A token. Only its hash is known. */
export interface RegistryToken {
  readonly name: string;
  /** SHA-256 of the token, in 64 hexadecimal digits. */
  readonly sha256: string;
  readonly role: TokenRole;
  /** Patterns of the names that it may publish, of those that are private. Absent: all. */
  readonly packages?: readonly string[];
  /** Milliseconds since the Unix epoch, from which on it is refused. Absent: it does not expire. */
  readonly expiresAt?: number;
}

/** Who sends a request. `refused`: a token was sent that does not count. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | ({ readonly kind: 'token' } & Pick<RegistryToken, 'name' | 'role' | 'packages'>)
  | { readonly kind: 'refused' };

/**
 * Returns the sender of a request with this `Authorization` header. Without tokens all are
 * anonymous. `now` is in milliseconds since the Unix epoch.
 */
export function callerOf(
  authorization: string | undefined,
  tokens: readonly RegistryToken[],
  now: number,
): Caller {
  // Package managers send what they have for an address, whether or not it is asked for.
  if (authorization === undefined || tokens.length === 0) return { kind: 'anonymous' };
  const token = tokenIn(authorization);
  if (token === undefined) return { kind: 'refused' };
  const digest = createHash('sha256').update(token).digest();
  let found: RegistryToken | undefined;
  // All are compared, so that the time says nothing about which one is near.
  for (const one of tokens) {
    const expected = Buffer.from(one.sha256, 'hex');
    const isSame = expected.length === digest.length && timingSafeEqual(expected, digest);
    const isCurrent = one.expiresAt === undefined || now < one.expiresAt;
    if (isSame && isCurrent) found = one;
  }
  if (found === undefined) return { kind: 'refused' };
  const { name, role, packages } = found;
  return { kind: 'token', name, role, ...(packages !== undefined && { packages }) };
}

function tokenIn(authorization: string): string | undefined {
  const { scheme, text = '' } =
    /^(?<scheme>Bearer|Basic) +(?<text>[^\s]{1,1024})$/iu.exec(authorization)?.groups ?? {};
  if (scheme === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return text;
  const login = Buffer.from(text, 'base64').toString('utf8');
  const colon = login.indexOf(':');
  return colon < 0 ? undefined : login.slice(colon + 1);
}

/** Counts failed logins by address. */
export interface LoginGuard {
  /** Whether an address has failed too often within the last minute. */
  isBlocked(address: string, now: number): boolean;
  fail(address: string, now: number): void;
}

const MAX_FAILURES = 20;

/**
 * Makes a guard that blocks an address for a minute after 20 failures. Addresses of one IPv6
 * network count as one.
 */
export function createLoginGuard(): LoginGuard {
  const failures = createMinuteCounts();
  return {
    isBlocked: (address, now) => failures.of(clientOfAddress(address), now) >= MAX_FAILURES,
    fail: (address, now) => failures.add(clientOfAddress(address), now),
  };
}
