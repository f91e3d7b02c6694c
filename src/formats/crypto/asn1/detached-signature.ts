/**
 * Detached signatures in CMS form with one signer, read strictly.
 *
 * Source: RFC 5652, sections 5.1 to 5.4 and 11 (content type, message digest, signing time).
 * Refused: several signers, content inside of the signature, missing or repeated attributes,
 * digests other than SHA-256, SHA-384 and SHA-512, and bytes behind the value. Whether the
 * certificate can be trusted is not judged.
 */

import { X509Certificate } from 'node:crypto';

import { ParseError } from '../../../core/base/errors.ts';
import { readBer } from './ber.ts';
import { readDerChildren, readObjectId, type DerValue } from './der.ts';
import { isCertificateOf, judgeSigner, readSignedData } from './signed-data.ts';

/** A signature that the key of its certificate made over the content. */
export interface DetachedSignature {
  readonly certificate: X509Certificate;
  /** All certificates that came with it, the one of the signer included. */
  readonly certificates: readonly X509Certificate[];
  /**
   * When it was made, as the signer says; absent: not said. In milliseconds since the Unix epoch.
   */
  readonly signedAt?: number;
  /** The value of the signature. */
  readonly signature: Uint8Array;
  /** The attributes that are signed, as a set in DER: these bytes are what the key signed. */
  readonly signedAttributes: Uint8Array;
  /** Attributes that are not signed, by object identifier; each has one value. */
  readonly unsignedAttributes: ReadonlyMap<string, DerValue>;
}

/** A signature, or a predicate that says why it is none over the content. */
export type DetachedReading = DetachedSignature | string;

const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
} as const;
const DATA = '1.2.840.113549.1.7.1';
const DIGESTS: ReadonlySet<string> = new Set(['sha256', 'sha384', 'sha512']);
/** Real chains have three or four. */
const MAX_CERTIFICATES = 32;
const TIME = /^(?<year>\d{2}|\d{4})(?<rest>\d{10})Z$/u;
const UTC_TIME = 0x17;

/** Reads a signature over a content. @throws ParseError for bytes that are no such signature */
export function readDetachedSignature(
  path: string,
  block: Uint8Array,
  content: Uint8Array,
): DetachedReading {
  const fail = (what: string): ParseError => new ParseError(path, `no CMS signature: ${what}`);
  const whole = readBer(block);
  const data = whole && readSignedData(whole.der);
  if (whole === undefined || data === undefined) throw fail('it is not signed data');
  if (whole.end !== block.length) throw fail('bytes follow it');
  const { signer, signerCount } = data;
  if (signerCount !== 1) return `has ${signerCount} signers`;
  if (data.hasContent) return 'contains the content that it signs';
  if (signer.digest === undefined || !DIGESTS.has(signer.digest)) {
    return `uses the digest ${signer.digest ?? 'of a kind that is not known'}, which is not accepted`;
  }
  const attributes = attributesIn(signer.attributes);
  if (attributes === undefined) return 'has attributes that are missing, repeated or damaged';
  if (readObjectId(attributes.get(ATTRIBUTE.contentType)) !== DATA)
    return 'signs another type of content';
  if (!attributes.has(ATTRIBUTE.messageDigest)) return 'signs no digest of the content';
  if (data.certificates.length > MAX_CERTIFICATES) return 'has too many certificates';
  const der = data.certificates.find((bytes) => isCertificateOf(bytes, signer.issuerAndSerial));
  if (der === undefined) return 'does not contain the certificate of its signer';
  const certificates = data.certificates.flatMap(certificateOf);
  const [certificate] = certificateOf(der);
  if (certificate === undefined) throw fail('the certificate of its signer cannot be read');
  if (judgeSigner(signer, certificate.publicKey, content) !== 'valid') {
    return 'was made over other content, or not by the key of its certificate';
  }
  const signedAt = timeOf(attributes.get(ATTRIBUTE.signingTime));
  const set = Uint8Array.from(signer.attributes?.bytes ?? []);
  set[0] = 0x31;
  return {
    certificate,
    certificates,
    ...(signedAt !== undefined && { signedAt }),
    signature: signer.signature,
    signedAttributes: set,
    unsignedAttributes: attributesIn(signer.unsignedAttributes) ?? new Map(),
  };
}

/** Attributes with one value each; `undefined` where there are none, or one is there twice. */
function attributesIn(value: DerValue | undefined): ReadonlyMap<string, DerValue> | undefined {
  const all = readDerChildren(value);
  if (all === undefined) return undefined;
  const byType = new Map<string, DerValue>();
  for (const attribute of all) {
    const [type, values, more] = readDerChildren(attribute) ?? [];
    const [only, second] = readDerChildren(values) ?? [];
    const id = readObjectId(type);
    if (id === '' || only === undefined || second !== undefined || more !== undefined)
      return undefined;
    if (byType.has(id)) return undefined;
    byType.set(id, only);
  }
  return byType;
}

/** Returns a certificate, as a list that is empty if it or its key cannot be read. */
function certificateOf(der: Uint8Array): readonly X509Certificate[] {
  try {
    const certificate = new X509Certificate(der);
    // Node.js reads the key when it is asked for, and throws then.
    return certificate.publicKey.type === 'public' ? [certificate] : [];
  } catch {
    return [];
  }
}

/** Returns a UTCTime or GeneralizedTime (RFC 5280, section 4.1.2.5). */
function timeOf(value: DerValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  const { year = '', rest = '' } =
    TIME.exec(Buffer.from(value.content).toString('latin1'))?.groups ?? {};
  if (rest === '' || (year.length === 2) !== (value.tag === UTC_TIME)) return undefined;
  const full = year.length === 4 ? year : `${Number(year) < 50 ? '20' : '19'}${year}`;
  const iso = rest.replace(/^(..)(..)(..)(..)(..)$/u, '-$1-$2T$3:$4:$5Z');
  const time = Date.parse(full + iso);
  return Number.isNaN(time) ? undefined : time;
}
