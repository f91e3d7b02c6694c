/**
 * Signatures of gitsign: by a certificate of a few minutes that a trusted root confirms at the time
 * that a log proves, and that is of an identity of a signer.
 *
 * An identity that is written out is bound to the addresses of its signer by the trust file. One
 * that is a pattern of addresses is of many people, so that each may use only the addresses that
 * the certificate names.
 */

import { comparableEmail, type KeyHolder, type SignatureReading } from './signing-key.ts';
import type { GitsignReader } from './x509-signatures.ts';
import { readGitsignProof } from '../../trust/signing/gitsign-proof.ts';
import {
  readCertificateIdentity,
  type CertificateIdentity,
} from '../../trust/signing/keyless/certificate-identity.ts';
import { judgeByRoots } from '../../trust/signing/keyless/judge-certificate.ts';
import type { TrustedRoot } from '../../trust/signing/keyless/trusted-root.ts';
import {
  isOfIdentity,
  verifyingIdentity,
  type VerifyingIdentity,
} from '../../trust/signing/keyless/verifying-identity.ts';
import type { TrustedIdentity, Validity } from '../../trust/trust-file/trust-file.ts';

/** A signer of the trust file with the names of its identities. */
export interface IdentifiedSigner extends KeyHolder {
  readonly identities: readonly string[];
  /** Whether it has keys of its own. */
  readonly hasKeys: boolean;
}

/** The permitted signers of gitsign signatures. */
export interface GitsignTrust {
  /** All identities of the trust file. */
  readonly identities: readonly TrustedIdentity[];
  readonly signers: readonly IdentifiedSigner[];
  readonly roots: readonly TrustedRoot[];
  /** For the age of roots, in milliseconds since the Unix epoch. */
  readonly now: number;
}

/** An identity of the trust file, and how it is found in certificates. */
interface Identity {
  readonly entry: TrustedIdentity;
  readonly rule: VerifyingIdentity;
  /** Whether it is a pattern of e-mail addresses. */
  readonly isOfMany: boolean;
}

const KIND = 'gitsign';

/** Returns the reader of signatures. */
export function gitsignReader({ identities, signers, roots, now }: GitsignTrust): GitsignReader {
  const named = new Set(signers.flatMap((signer) => signer.identities));
  // What is revoked counts for nothing, also where only another entry is named.
  const used = identities
    .filter(({ name, revoked }) => named.has(name) || revoked !== undefined)
    .map(identityOf);
  const rules = used.map(({ rule }) => rule);
  return (signed): SignatureReading => {
    const { certificate } = signed;
    const refuse = (problem: string): SignatureReading => {
      return { kind: KIND, fingerprint: certificate.fingerprint256, problem };
    };
    const proof = readGitsignProof(signed);
    if ('problem' in proof) return refuse(proof.problem);
    const { reason, provenAt } = judgeByRoots(proof, { identities: rules, roots }, now);
    if (reason !== undefined) return refuse(reason);
    const person = readCertificateIdentity(certificate.raw);
    if (typeof person === 'string') return refuse(person);
    if (provenAt === undefined) return refuse('has no time that a log of the trusted root proves');
    const matched = used.filter(({ rule }) => isOfIdentity(person, rule));
    return {
      key: {
        kind: KIND,
        fingerprint: identityText(person),
        holders: signers.flatMap((signer) => holdersOf(signer, matched, person)),
        revokedBy: signers.filter((signer) => isRevoked(signer, matched, person)),
        problemAt: () => undefined,
        signedAt: Date.parse(provenAt),
      },
    };
  };
}

function identityOf(entry: TrustedIdentity): Identity {
  const { identity } = entry;
  const isOfMany = 'pattern' in identity && !identity.pattern.includes('://');
  return { entry, rule: verifyingIdentity(entry), isOfMany };
}

/**
 * Returns the text of an identity. Every certificate has another key, so the identity stands for
 * it; gitsign prints the same two parts.
 */
function identityText({ names, issuer = '' }: CertificateIdentity): string {
  return `${names.join(', ')} (${issuer})`;
}

/** Returns a signer once for each of its identities, which must be valid as well. */
function holdersOf(
  signer: IdentifiedSigner,
  matched: readonly Identity[],
  person: CertificateIdentity,
): readonly KeyHolder[] {
  return matched
    .filter(({ entry }) => signer.identities.includes(entry.name))
    .map(({ entry, isOfMany }) => ({
      ...signer,
      ...within(signer, entry),
      mayUse: (email) => signer.mayUse(email) && (!isOfMany || addressesOf(person).has(email)),
    }));
}

/** Returns the period in which both are valid. */
function within(one: Validity, other: Validity): Validity {
  const starts = [one.validFrom, other.validFrom].filter((start) => start !== undefined);
  const ends = [one.validUntil, other.validUntil].filter((end) => end !== undefined);
  return {
    ...(starts.length > 0 && { validFrom: Math.max(...starts) }),
    ...(ends.length > 0 && { validUntil: Math.min(...ends) }),
  };
}

/**
 * Returns whether a signer is revoked. For an identity of many people, a revoked signer means the
 * people with its addresses.
 */
function isRevoked(
  signer: IdentifiedSigner,
  matched: readonly Identity[],
  person: CertificateIdentity,
): boolean {
  const { revoked, identities, hasKeys, mayUse } = signer;
  if (revoked === undefined) return false;
  const isOfNobody = identities.length === 0 && !hasKeys;
  const isMeant = [...addressesOf(person)].some(mayUse);
  return matched.some(({ entry, isOfMany }) => {
    const isNamed = identities.includes(entry.name);
    return isOfMany ? isMeant && (isNamed || isOfNobody) : isNamed;
  });
}

function addressesOf({ names }: CertificateIdentity): ReadonlySet<string> {
  return new Set(names.map(comparableEmail).filter((email) => email !== undefined));
}
