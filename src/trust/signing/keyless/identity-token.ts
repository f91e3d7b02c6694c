/**
 * Identity tokens, as far as a signer looks into them. Whether a token is genuine is judged by the
 * certificate authority.
 *
 * Source: RFC 7519 (JSON Web Token); RFC 7515, section 7.1 (compact serialization); OpenID Connect
 * Core 1.0, section 2; sigstore/fulcio, `docs/oidc.md` (which claim becomes the name in a
 * certificate).
 */

import { AssayError } from '../../../core/base/errors.ts';
import {
  isJsonObject,
  readJson,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';

/** A token that was read. */
export interface IdentityToken {
  /** The token itself. A secret. */
  readonly text: string;
  /**
   * Whom the token is about: a verified e-mail address, else its subject. Signing it proves the
   * possession of a key.
   */
  readonly subject: string;
  /** Issuers that a certificate for the token may name. */
  readonly issuers: readonly string[];
  /**
   * Names that a certificate for the token may have, without user names, which end in the domain of
   * their issuer.
   */
  readonly names: readonly string[];
  /** Returns whether a name in a certificate is one of the claims of the token. */
  isNamed(name: string): boolean;
}

/** Largest token that is read; tokens of CI systems take two kilobytes. */
export const MAX_TOKEN_BYTES = 64 * 1024;
const COMPACT = /^[\w-]+\.(?<claims>[\w-]+)\.[\w-]*$/u;
/** A head and the beginning of the claims. Both are objects, which begin with `{"` or `{ `. */
const TOKEN_START = /ey[AJ][\w-]{8,}\.ey[AJ][\w-]/u;
const GET_ANOTHER = 'Get a new token from your identity provider, with the audience "sigstore".';

/** Returns whether a text contains a token, or most of one, and so is not the name of a file. */
export function isTokenText(text: string): boolean {
  return TOKEN_START.test(text);
}

/**
 * Reads a token. `name` says where it is from; `now` is in milliseconds since the Unix epoch.
 *
 * @throws AssayError `CONFIG_INVALID` if it is no token, has expired, or has no subject. Messages
 * never quote it.
 */
export function readIdentityToken(given: string, name: string, now: number): IdentityToken {
  const text = given.trim();
  const claims = claimsOf(text);
  if (claims === undefined) {
    throw unusable(name, 'is not a JSON Web Token', GET_ANOTHER);
  }
  const { exp, iss } = claims;
  if (typeof exp === 'number' && exp * 1000 <= now) {
    throw unusable(name, 'has expired', GET_ANOTHER);
  }
  if (typeof iss !== 'string' || iss === '') throw unusable(name, 'has no issuer', GET_ANOTHER);
  const federated = claims['federated_claims'];
  const connector = isJsonObject(federated) ? textOf(federated['connector_id']) : undefined;
  return {
    text,
    subject: subjectOf(claims, name),
    issuers: [iss, ...(connector === undefined ? [] : [connector])],
    names: namesOf(claims),
    isNamed: (candidate) => isClaimed(claims, candidate),
  };
}

function claimsOf(text: string): JsonObject | undefined {
  const encoded = COMPACT.exec(text)?.groups?.['claims'];
  if (encoded === undefined) return undefined;
  try {
    return readJson('token', Buffer.from(encoded, 'base64url'));
  } catch {
    return undefined;
  }
}

/** Returns the same choice as cosign makes. */
function subjectOf(claims: JsonObject, name: string): string {
  const email = textOf(claims['email']);
  const isVerified = [true, 'true'].some((value) => claims['email_verified'] === value);
  if (email !== undefined && !isVerified) {
    const hint = 'Confirm the address at your identity provider.';
    throw unusable(name, 'has an e-mail address that its issuer has not verified', hint);
  }
  const subject = email ?? textOf(claims['sub']);
  if (subject === undefined) throw unusable(name, 'has no subject', GET_ANOTHER);
  return subject;
}

function isClaimed(claims: JsonObject, name: string): boolean {
  const { sub } = claims;
  // A user name is followed by the domain of its issuer.
  if (typeof sub === 'string' && sub !== '' && name.startsWith(`${sub}!`)) return true;
  return namesOf(claims).includes(name);
}

/**
 * Returns the names that Fulcio may make of a token; they depend on its issuer, and each is one of
 * its claims.
 */
function namesOf(claims: JsonObject): readonly string[] {
  const workflow = textOf(claims['job_workflow_ref']);
  const configuration = textOf(claims['ci_config_ref_uri']);
  const account = isJsonObject(claims['kubernetes.io']) ? accountOf(claims['kubernetes.io']) : [];
  const names = [
    ...[textOf(claims['email']), textOf(claims['sub']), ...account],
    workflow === undefined ? undefined : `https://${gitHubOf(claims)}/${workflow}`,
    configuration === undefined ? undefined : `https://${configuration}`,
  ];
  return names.filter((name) => name !== undefined);
}

/** Returns the host of the GitHub server that issued a token. */
function gitHubOf({ iss }: JsonObject): string {
  const { host } = new URL(typeof iss === 'string' && URL.canParse(iss) ? iss : 'https://invalid');
  if (host === 'token.actions.githubusercontent.com') return 'github.com';
  return host.replace(/^token\.actions\./u, '');
}

function accountOf({ namespace, serviceaccount }: JsonObject): readonly string[] {
  const account = isJsonObject(serviceaccount) ? serviceaccount['name'] : undefined;
  if (typeof namespace !== 'string' || typeof account !== 'string') return [];
  return [`https://kubernetes.io/namespaces/${namespace}/serviceaccounts/${account}`];
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function unusable(name: string, reason: string, hint: string): AssayError {
  return new AssayError('CONFIG_INVALID', `the identity token ${name} ${reason}`, { hint });
}
