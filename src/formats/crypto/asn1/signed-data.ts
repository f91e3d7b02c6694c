/**
 * Detached signatures in CMS form, which sign a jar's signature file.
 *
 * Source: RFC 5652 sections 5.1 to 5.4 (SignedData, SignerInfo, signed attributes), RFC 8017 and
 * 4055 (RSA, PSS), RFC 5754 (digests), RFC 8419 (EdDSA). Whether the certificate can be trusted is
 * not judged: the signer is named only.
 */

import { constants, createHash, verify, X509Certificate, type KeyObject } from 'node:crypto';

import { DER_TAG, readDer, readDerChildren, readObjectId, type DerValue } from './der.ts';

/**
 * `valid`: the signature is over these bytes. `unknown`: of a form or an algorithm that is not
 * known here.
 */
export interface SignatureOutcome {
  readonly outcome: 'valid' | 'invalid' | 'unknown';
  /** Subject of the signer's certificate, on one line. */
  readonly signer?: string;
}

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const RSA_PSS = '1.2.840.113549.1.1.10';
/** RSA with the digest named beside it, and with the digest in its own name. */
const RSA = /^1\.2\.840\.113549\.1\.1\.(?:1|4|5|11|12|13|14)$/;
const DSA = /^(?:1\.2\.840\.10040\.4\.[13]|2\.16\.840\.1\.101\.3\.4\.3\.[1-4])$/;
const ECDSA = /^1\.2\.840\.10045\.(?:2\.1|4\.1|4\.3\.[1-4])$/;
const EDDSA = /^1\.3\.101\.11[23]$/;
const DIGESTS: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.5', 'md5'],
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);
const UNKNOWN: SignatureOutcome = { outcome: 'unknown' };
const INVALID = 'invalid';

/** Judges the first signer; jars have one a file. Any bytes are answered, none throws. */
export function verifySignedData(block: Uint8Array, signed: Uint8Array): SignatureOutcome {
  const parts = readSignedData(block);
  if (parts === undefined) return UNKNOWN;
  const certificate = parts.certificates.find((bytes) =>
    isCertificateOf(bytes, parts.signer.issuerAndSerial),
  );
  if (certificate === undefined) return UNKNOWN;
  const identity = readCertificate(certificate);
  if (identity === undefined) return UNKNOWN;
  return { outcome: judgeSigner(parts.signer, identity.key, signed), signer: identity.subject };
}

/** One signer of a signed data, nothing of which is verified. */
export interface Signer {
  readonly issuerAndSerial: Uint8Array;
  /** Node's name of the digest; absent for one that is not known. */
  readonly digest: string | undefined;
  readonly attributes: DerValue | undefined;
  readonly algorithm: string;
  readonly signature: Uint8Array;
  /** Attributes that are not signed. */
  readonly unsignedAttributes: DerValue | undefined;
}

/** Certificates in DER, and the first signer. */
export interface SignedData {
  readonly certificates: readonly Uint8Array[];
  readonly signer: Signer;
  readonly signerCount: number;
  /** Whether it holds a content itself. */
  readonly hasContent: boolean;
}

/**
 * Reads signed data; `undefined` for other bytes, and for one without a signer that is named by
 * issuer and number.
 */
export function readSignedData(block: Uint8Array): SignedData | undefined {
  const content = readDerChildren(readDer(block));
  if (readObjectId(content?.[0]) !== SIGNED_DATA) return undefined;
  const parts = readDerChildren(readDerChildren(content?.[1])?.[0]);
  const certificates = parts?.find(({ tag }) => tag === DER_TAG.context0);
  // The digests come first, the signers last; certificates and revocations stand between.
  const signers = parts?.findLast(({ tag }) => tag === DER_TAG.set);
  const all = readDerChildren(signers) ?? [];
  const signer = readSigner(all[0]);
  if (signer === undefined) return undefined;
  return {
    certificates: (readDerChildren(certificates) ?? []).map(({ bytes }) => bytes),
    signer,
    signerCount: all.length,
    // Behind the version and the digests.
    hasContent: readDerChildren(parts?.[2])?.length !== 1,
  };
}

function readSigner(value: DerValue | undefined): Signer | undefined {
  const [, issuerAndSerial, digest, ...rest] = readDerChildren(value) ?? [];
  const attributes = rest[0]?.tag === DER_TAG.context0 ? rest.shift() : undefined;
  const [algorithm, signature, unsigned] = rest;
  if (issuerAndSerial?.tag !== DER_TAG.sequence || signature?.tag !== DER_TAG.octetString) {
    return undefined;
  }
  return {
    issuerAndSerial: issuerAndSerial.content,
    digest: DIGESTS.get(readObjectId(readDerChildren(digest)?.[0])),
    attributes,
    algorithm: readObjectId(readDerChildren(algorithm)?.[0]),
    signature: signature.content,
    unsignedAttributes: unsigned?.tag === DER_TAG.context1 ? unsigned : undefined,
  };
}

/**
 * Returns whether a certificate has that issuer and that serial number; in it they stand in the
 * other order.
 */
export function isCertificateOf(certificate: Uint8Array, issuerAndSerial: Uint8Array): boolean {
  const fields = readDerChildren(readDerChildren(readDer(certificate))?.[0]) ?? [];
  const [serial, , issuer] = fields[0]?.tag === DER_TAG.context0 ? fields.slice(1) : fields;
  if (serial === undefined || issuer === undefined) return false;
  return Buffer.concat([issuer.bytes, serial.bytes]).equals(issuerAndSerial);
}

function readCertificate(
  bytes: Uint8Array,
): { readonly key: KeyObject; readonly subject: string } | undefined {
  try {
    const certificate = new X509Certificate(bytes);
    return { key: certificate.publicKey, subject: certificate.subject.replaceAll('\n', ', ') };
  } catch {
    // Not a certificate, or one with a key of a kind that the runtime does not know.
    return undefined;
  }
}

/**
 * Judges a signature and, with signed attributes, the digest in them. Any bytes are answered, none
 * throws.
 */
export function judgeSigner(
  signer: Signer,
  key: KeyObject,
  signed: Uint8Array,
): SignatureOutcome['outcome'] {
  const { attributes, digest, algorithm, signature } = signer;
  if (digest === undefined) return 'unknown';
  if (attributes !== undefined) {
    const stated = messageDigest(attributes);
    const actual = createHash(digest).update(signed).digest();
    if (stated === undefined || !actual.equals(stated)) return INVALID;
  }
  const covered = attributes === undefined ? signed : asSet(attributes.bytes);
  const options = keyOptions(key, algorithm);
  if (options === undefined) return 'unknown';
  try {
    const isEdwards = EDDSA.test(algorithm);
    return verify(isEdwards ? null : digest, covered, options, signature) ? 'valid' : INVALID;
  } catch {
    // The key is of another kind than the algorithm, or too weak for the runtime.
    return 'unknown';
  }
}

function messageDigest(attributes: DerValue): Uint8Array | undefined {
  for (const attribute of readDerChildren(attributes) ?? []) {
    const [type, values] = readDerChildren(attribute) ?? [];
    if (readObjectId(type) === MESSAGE_DIGEST) return readDerChildren(values)?.[0]?.content;
  }
  return undefined;
}

/** Returns signed attributes as they are signed: they are stored as `[0]` and signed as a set. */
function asSet(bytes: Uint8Array): Uint8Array {
  const set = Uint8Array.from(bytes);
  set[0] = DER_TAG.set;
  return set;
}

type VerifyKey = Parameters<typeof verify>[2];

function keyOptions(key: KeyObject, algorithm: string): VerifyKey | undefined {
  if (algorithm === RSA_PSS) {
    return {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_AUTO,
    };
  }
  const isKnown = [RSA, DSA, ECDSA, EDDSA].some((pattern) => pattern.test(algorithm));
  return isKnown ? { key } : undefined;
}
