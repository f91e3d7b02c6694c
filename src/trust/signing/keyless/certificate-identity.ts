/**
 * Whom a certificate of Fulcio names, and who confirmed it.
 *
 * Source: RFC 5280, sections 4.1, 4.2.1.6 and 4.2.1.12; sigstore/fulcio, `docs/oid-info.md`
 * (issuer: 1.3.6.1.4.1.57264.1.1 as raw text and .8 in DER; claims from .9 on in DER; user names in
 * the `otherName` 1.3.6.1.4.1.57264.1.7).
 */

import { X509Certificate } from 'node:crypto';

import { readCertificateExtensions } from '../../../formats/crypto/asn1/certificate-parts.ts';
import {
  readDer,
  readDerChildren,
  readObjectId,
  type DerValue,
} from '../../../formats/crypto/asn1/der.ts';

/** Whom a certificate names. */
export interface CertificateIdentity {
  /** E-mail addresses, URIs and user names of its subject; never empty. */
  readonly names: readonly string[];
  /** The issuer that confirmed the identity; absent: the certificate does not state it. */
  readonly issuer?: string;
  /** Claims by the last number of their object identifier, from 9 on. */
  readonly claims: ReadonlyMap<number, string>;
}

const FULCIO = '1.3.6.1.4.1.57264.1.';
const SUBJECT_NAMES = '2.5.29.17';
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const UTF8_STRING = 0x0c;
/** Tags of the GeneralNames that are read. */
const NAME_TAG = { other: 0xa0, email: 0x81, uri: 0x86 } as const;

/** Reads a certificate in DER. Returns a predicate where it is not one that signs content. */
export function readCertificateIdentity(der: Uint8Array): CertificateIdentity | string {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(der);
  } catch {
    return 'has a certificate that cannot be read';
  }
  if (!certificate.raw.equals(der)) return 'has a certificate that cannot be read';
  if (certificate.ca) return 'has the certificate of an authority, and not of a signer';
  if (!isForSigning(certificate)) {
    return 'has a certificate that is not for signing content';
  }
  const all = readCertificateExtensions(der);
  if (all === undefined) return 'has a certificate whose extensions cannot be read';
  const extensions = new Map([...all].map(([id, { value }]) => [id, value] as const));
  const names = subjectNames(extensions.get(SUBJECT_NAMES));
  if (names === undefined) return 'has a certificate that names nobody';
  const issuer = issuerOf(extensions);
  if (issuer === null) return 'has a certificate with two different issuers of its identity';
  return { names, ...(issuer !== undefined && { issuer }), claims: claimsOf(extensions) };
}

/** Returns whether the extended key usages allow it; Node has `undefined` where there are none. */
function isForSigning(certificate: X509Certificate): boolean {
  const purposes: unknown = certificate.keyUsage;
  return Array.isArray(purposes) && purposes.includes(CODE_SIGNING);
}

function subjectNames(value: Uint8Array | undefined): readonly string[] | undefined {
  const all = value === undefined ? undefined : readDerChildren(readDer(value));
  if (all === undefined) return undefined;
  const names = all.flatMap((name) => {
    if (name.tag === NAME_TAG.other) return textOf(userName(name)) ?? [];
    if (name.tag !== NAME_TAG.email && name.tag !== NAME_TAG.uri) return [];
    return textOf(name.content) ?? [];
  });
  return names.length === 0 ? undefined : names;
}

function userName(name: DerValue): Uint8Array | undefined {
  const [id, wrapped] = readDerChildren(name) ?? [];
  if (readObjectId(id) !== `${FULCIO}7` || wrapped === undefined) return undefined;
  return derText(wrapped.content);
}

/** Returns the issuer, and `null` where both forms are there and differ. */
function issuerOf(extensions: ReadonlyMap<string, Uint8Array>): string | null | undefined {
  const older = extensions.get(`${FULCIO}1`);
  const newer = extensions.get(`${FULCIO}8`);
  const olderText = textOf(older);
  const newerText = newer === undefined ? undefined : textOf(derText(newer));
  if (newer === undefined) return olderText;
  if (older !== undefined && olderText !== newerText) return null;
  return newerText;
}

function claimsOf(extensions: ReadonlyMap<string, Uint8Array>): ReadonlyMap<number, string> {
  const claims = new Map<number, string>();
  for (const [id, value] of extensions) {
    const number = id.startsWith(FULCIO) ? Number(id.slice(FULCIO.length)) : 0;
    const text = number > 8 ? textOf(derText(value)) : undefined;
    if (text !== undefined) claims.set(number, text);
  }
  return claims;
}

/** Returns the bytes of a UTF8String that is the whole value. */
function derText(value: Uint8Array): Uint8Array | undefined {
  const text = readDer(value);
  return text?.tag === UTF8_STRING && text.bytes.length === value.length ? text.content : undefined;
}

/**
 * Returns the text that is UTF-8 and has no control characters, which could make a name look like
 * another.
 */
function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return /\p{Cc}/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
