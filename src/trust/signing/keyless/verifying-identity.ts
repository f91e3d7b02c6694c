/** Identities whose signatures may count, and the certificates that are theirs. */

import { meetsTextRule } from '../../trust-file/decisions.ts';
import { CLAIMS, type ClaimName } from '../../trust-file/claims.ts';
import type { TextRule, TrustedIdentity, Validity } from '../../trust-file/trust-file.ts';
import type { CertificateIdentity } from './certificate-identity.ts';

/** A test of a text in a certificate. */
export interface TextTest {
  readonly meets: (text: string) => boolean;
}

/** An identity whose signatures may count. */
export interface VerifyingIdentity extends Validity {
  /** Its name in the trust file, or the identity as the command line has it. */
  readonly name: string;
  readonly identity: TextTest;
  readonly issuer: TextTest;
  /** Claims of the certificate that must be equal. */
  readonly claims: ReadonlyMap<ClaimName, string>;
  /**
   * Entries of the trust file for an identity of the command line. Those that a certificate meets
   * restrict it: none may be revoked, and one must be valid.
   */
  readonly restrictions?: readonly VerifyingIdentity[];
}

/**
 * Returns an identity of the trust file. A revoked one is found in any case, because most services
 * ignore case in e-mail addresses.
 */
export function verifyingIdentity(trusted: TrustedIdentity): VerifyingIdentity {
  const { identity, issuer, revoked } = trusted;
  const named = revoked === undefined ? testOf(identity) : anyCaseTest(identity);
  return { ...trusted, identity: named, issuer: testOf(issuer) };
}

function anyCaseTest(rule: TextRule): TextTest {
  const lower: TextRule =
    'exact' in rule ? { exact: rule.exact.toLowerCase() } : { pattern: rule.pattern.toLowerCase() };
  return { meets: (text) => meetsTextRule(lower, text.toLowerCase()) };
}

function testOf(rule: TextRule): TextTest {
  return { meets: (text) => meetsTextRule(rule, text) };
}

/** Returns the test of an exact text. */
export function exactTest(exact: string): TextTest {
  return testOf({ exact });
}

/**
 * Returns why a certificate is of none of the identities, as a predicate; `undefined` if it is of
 * one. The reason is about the part that differs where the other parts agree.
 */
export function identityMismatch(
  certificate: CertificateIdentity,
  identities: readonly VerifyingIdentity[],
): string | undefined {
  const { names, issuer = '', claims } = certificate;
  const made = `was made by "${shown(names.join('", "'))}"`;
  if (identities.length === 0) return `${made}, and no identity is trusted here`;
  const named = identities.filter(({ identity }) => names.some((name) => identity.meets(name)));
  if (named.length === 0) return `${made}, which is not an identity that is trusted`;
  const issued = named.filter((one) => one.issuer.meets(issuer));
  if (issued.length === 0) {
    const confirmed = issuer === '' ? 'without an issuer' : `by the issuer "${shown(issuer)}"`;
    return `${made}, confirmed ${confirmed}, which is not the one that is trusted`;
  }
  const missing = issued.map((one) => missingClaim(one, claims));
  if (missing.includes(undefined)) return undefined;
  return `${made}, whose certificate does not have ${missing[0] ?? ''}`;
}

/** Returns whether a certificate is of an identity; validity plays no part. */
export function isOfIdentity(
  { names, issuer = '', claims }: CertificateIdentity,
  rule: VerifyingIdentity,
): boolean {
  return (
    names.some((name) => rule.identity.meets(name)) &&
    rule.issuer.meets(issuer) &&
    missingClaim(rule, claims) === undefined
  );
}

function missingClaim(
  { claims: wanted }: VerifyingIdentity,
  claims: CertificateIdentity['claims'],
): string | undefined {
  for (const [name, value] of wanted) {
    if (claims.get(CLAIMS[name]) !== value) return `the claim ${name} "${value}"`;
  }
  return undefined;
}

/** Cuts a text of a certificate, which is free of control characters already. */
function shown(text: string): string {
  return text.slice(0, 200);
}
