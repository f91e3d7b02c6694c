/**
 * X.509 signatures of commits: by a certificate of the trust file, or by one that leads to a root
 * of it and names the committer.
 *
 * Source: RFC 5652; RFC 5280, sections 4.2.1.3, 4.2.1.6 and 4.2.1.12; RFC 8550, section 3
 * (addresses in the subject alternative name). The certificate must be for signing, and for e-mail
 * or code where it says what it is for. A root vouches for addresses, and `emails` of a signer
 * decide which of them may commit: a public authority certifies everybody.
 */

import { createHash, type X509Certificate } from 'node:crypto';

import { ParseError } from '../../core/base/errors.ts';
import { readCertificateExtensions } from '../../formats/crypto/asn1/certificate-parts.ts';
import {
  readDetachedSignature,
  type DetachedSignature,
} from '../../formats/crypto/asn1/detached-signature.ts';
import { readDer, readDerChildren } from '../../formats/crypto/asn1/der.ts';
import {
  comparableEmail,
  periodProblem,
  type KeyHolder,
  type SignatureReading,
} from './signing-key.ts';
import { certificateProblem, chainPeriod, findChain } from './x509-chain.ts';

/** Certificates of a trust file. */
export interface X509Trust {
  /** Certificates of signers, by {@link x509Fingerprint}. */
  readonly certificates: ReadonlyMap<string, readonly KeyHolder[]>;
  /**
   * Entries that revoke the key of a certificate, by {@link x509KeyId}: a key can have other
   * certificates.
   */
  readonly revokedKeys: ReadonlyMap<string, readonly KeyHolder[]>;
  readonly roots: readonly X509Certificate[];
  /** Signers whose addresses a root may vouch for. */
  readonly signers: readonly KeyHolder[];
  /** Reads signatures of gitsign; absent if no signer has identities. */
  readonly readGitsign?: GitsignReader;
}

/** Finds the identity that made a signature with a certificate of Fulcio. */
export type GitsignReader = (signature: DetachedSignature) => SignatureReading;

const KIND = 'x509';
const KEY_USAGE = '2.5.29.15';
const SUBJECT_NAMES = '2.5.29.17';
/** Digital signature and non-repudiation, the first two bits behind the count of unused bits. */
const SIGNING_BITS = 0xc0;
const EMAIL_TAG = 0x81;
/** Certificates of a few minutes, whose time only an entry of a log proves. */
const FULCIO = '1.3.6.1.4.1.57264.1.';
const NO_IDENTITIES = 'is one of gitsign, and no signer of the trust file has "identities"';

/** Returns the fingerprint of a certificate, as gpgsm prints it for SHA-256. */
export function x509Fingerprint({ fingerprint256 }: X509Certificate): string {
  return fingerprint256;
}

/** Names the key of a certificate. */
export function x509KeyId({ publicKey }: X509Certificate): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/**
 * Finds the certificate that made a signature over a payload. Any bytes are answered, none throws.
 */
export function readX509Signature(
  bytes: Uint8Array,
  payload: Uint8Array,
  trust: X509Trust,
): SignatureReading {
  let signature: DetachedSignature | string;
  try {
    signature = readDetachedSignature('signature', bytes, payload);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { kind: KIND, problem: `cannot be read: ${error.reason}` };
  }
  if (typeof signature === 'string') return { kind: KIND, problem: signature };
  return judgeCertificate(signature, trust);
}

function judgeCertificate(signature: DetachedSignature, trust: X509Trust): SignatureReading {
  const { certificate, certificates, signedAt } = signature;
  const fingerprint = x509Fingerprint(certificate);
  if (isOfFulcio(certificate)) return readOfFulcio(signature, trust);
  const problem = certificateProblem(certificate, 0) ?? purposeProblem(certificate);
  if (problem !== undefined)
    return { kind: KIND, fingerprint, problem: `has a certificate that ${problem}` };
  const own = trust.certificates.get(fingerprint);
  const chain =
    own === undefined
      ? findChain(certificate, { others: certificates, roots: trust.roots })
      : [certificate];
  if (chain === undefined) {
    const reason = 'has a certificate that is not allowed and leads to no root of the trust file';
    return { kind: KIND, fingerprint, problem: reason };
  }
  const holders = own ?? vouchedFor(certificate, trust.signers);
  const period = chainPeriod(chain);
  return {
    key: {
      kind: KIND,
      fingerprint,
      holders,
      revokedBy: chain.flatMap((one) => trust.revokedKeys.get(x509KeyId(one)) ?? []),
      problemAt: (instant) => {
        const found = periodProblem(period, instant);
        return found === undefined ? undefined : `has a certificate that ${found}`;
      },
      ...(signedAt !== undefined && { signedAt }),
    },
  };
}

/** The identity is the signer; an entry can revoke the key of the certificate all the same. */
function readOfFulcio(signature: DetachedSignature, trust: X509Trust): SignatureReading {
  const { certificate } = signature;
  const fingerprint = x509Fingerprint(certificate);
  const reading = trust.readGitsign?.(signature);
  if (reading === undefined) return { kind: 'gitsign', fingerprint, problem: NO_IDENTITIES };
  const revokedBy = trust.revokedKeys.get(x509KeyId(certificate));
  if (revokedBy === undefined || 'problem' in reading) return reading;
  const { key } = reading;
  return { key: { ...key, revokedBy: [...key.revokedBy, ...revokedBy] } };
}

function isOfFulcio({ raw }: X509Certificate): boolean {
  const ids = [...(readCertificateExtensions(raw)?.keys() ?? [])];
  return ids.some((id) => id.startsWith(FULCIO));
}

/** Returns the signers, for the addresses that the certificate names. */
function vouchedFor(
  certificate: X509Certificate,
  signers: readonly KeyHolder[],
): readonly KeyHolder[] {
  const names = new Set(emailsOf(certificate));
  return signers.map((signer) => ({
    ...signer,
    mayUse: (email) => names.has(email) && signer.mayUse(email),
  }));
}

/** Returns the reason why a certificate is not for signatures of commits, as a predicate. */
function purposeProblem(certificate: X509Certificate): string | undefined {
  if (certificate.ca) return 'is one of an authority, and not of a signer';
  const usage = readCertificateExtensions(certificate.raw)?.get(KEY_USAGE);
  if (usage === undefined) return undefined;
  const bits = readDer(usage.value)?.content[1] ?? 0;
  return (bits & SIGNING_BITS) === 0 ? 'is not for signing' : undefined;
}

function emailsOf(certificate: X509Certificate): readonly string[] {
  const names = readCertificateExtensions(certificate.raw)?.get(SUBJECT_NAMES);
  if (names === undefined) return [];
  return (readDerChildren(readDer(names.value)) ?? [])
    .filter(({ tag }) => tag === EMAIL_TAG)
    .map(({ content }) => comparableEmail(Buffer.from(content).toString('latin1')))
    .filter((email) => email !== undefined);
}
