/**
 * Certificates that tests write in DER, with extensions that certificate authorities do not issue
 * and with any period. Source: RFC 5280, sections 4.1 and 4.2.
 */

import { createHash, randomInt, sign, type KeyObject, X509Certificate } from 'node:crypto';

import { readDer, readDerChildren } from '../../src/formats/crypto/asn1/der.ts';
import { derInteger, derOctets, derSequence } from '../../src/formats/crypto/asn1/write-der.ts';

const TAG = {
  boolean: 0x01,
  bitString: 0x03,
  objectId: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  context0: 0xa0,
  context3: 0xa3,
} as const;

/** The choices of a GeneralName (RFC 5280, section 4.2.1.6). */
const NAME_TAG = { email: 0x81, dns: 0x82, uri: 0x86 } as const;

/** The type of a user name that Fulcio confirms. */
const USER_NAME = '1.3.6.1.4.1.57264.1.7';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';

/** A name in a certificate: its kind and its text. */
export type CertifiedName = readonly ['email' | 'dns' | 'uri' | 'userName', string];

/** What a certificate contains. Instants are in milliseconds since the Unix epoch. */
export interface CertificateParts {
  readonly publicKey: KeyObject;
  /** The certificate of the authority, in DER, and its key on an elliptic curve. */
  readonly issuer: Uint8Array;
  readonly issuerKey: KeyObject;
  readonly from: number;
  readonly until: number;
  /** Extensions in DER, behind those that identify the two keys. */
  readonly extensions: readonly Buffer[];
  /** Default: a random number. */
  readonly serial?: number;
}

/** Writes an extension. */
export function extension(id: string, value: Uint8Array, isCritical = false): Buffer {
  const critical = isCritical ? [der(TAG.boolean, Buffer.from([0xff]))] : [];
  return derSequence(objectId(id), ...critical, derOctets(value));
}

/** Writes a text in UTF-8. */
export function utf8Text(text: string): Buffer {
  return der(TAG.utf8, Buffer.from(text));
}

/** Writes the alternative names of the holder. */
export function subjectNames(names: readonly CertifiedName[], isCritical = false): Buffer {
  return extension('2.5.29.17', derSequence(...names.map(generalName)), isCritical);
}

/** The key signs content. */
export const CODE_SIGNING = extension('2.5.29.37', derSequence(objectId('1.3.6.1.5.5.7.3.3')));

/** The key is that of a server. */
export const SERVER_AUTH = extension('2.5.29.37', derSequence(objectId('1.3.6.1.5.5.7.3.1')));

/** The key makes signatures, and nothing else. */
export const DIGITAL_SIGNATURE = extension(
  '2.5.29.15',
  der(TAG.bitString, Buffer.from([7, 0x80])),
  true,
);

/** The holder is an authority. */
export const AUTHORITY = extension(
  '2.5.29.19',
  derSequence(der(TAG.boolean, Buffer.from([0xff]))),
  true,
);

/** Returns a certificate without a subject, in DER. */
export function makeCertificate(parts: CertificateParts): Buffer {
  const { publicKey, issuer, issuerKey, from, until, extensions } = parts;
  const authority = new X509Certificate(issuer);
  const keys = [
    extension('2.5.29.14', derOctets(keyId(publicKey))),
    extension('2.5.29.35', derSequence(der(0x80, keyId(authority.publicKey)))),
  ];
  const algorithm = derSequence(objectId(ECDSA_WITH_SHA256));
  const covered = derSequence(
    der(TAG.context0, derInteger(2)),
    derInteger(parts.serial ?? randomInt(1, 2 ** 40)),
    algorithm,
    subjectOf(issuer),
    derSequence(time(from), time(until)),
    derSequence(),
    spki(publicKey),
    der(TAG.context3, derSequence(...keys, ...extensions)),
  );
  const signature = sign('sha256', covered, issuerKey);
  return derSequence(covered, algorithm, der(TAG.bitString, Buffer.from([0]), signature));
}

function generalName([kind, text]: CertifiedName): Buffer {
  if (kind !== 'userName') return der(NAME_TAG[kind], Buffer.from(text));
  return der(TAG.context0, objectId(USER_NAME), der(TAG.context0, utf8Text(text)));
}

/** Returns the subject of a certificate, as its bytes are. */
function subjectOf(certificate: Uint8Array): Uint8Array {
  const [covered] = readDerChildren(readDer(certificate)) ?? [];
  return readDerChildren(covered)?.[5]?.bytes ?? Buffer.alloc(0);
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** Returns the SHA-1 of the bits of a key (RFC 5280, section 4.2.1.2, method 1). */
function keyId(key: KeyObject): Buffer {
  const [, bits] = readDerChildren(readDer(spki(key))) ?? [];
  return createHash('sha1')
    .update(bits?.content.subarray(1) ?? '')
    .digest();
}

/** Writes an instant, in whole seconds (RFC 5280, section 4.1.2.5). */
function time(instant: number): Buffer {
  const text = new Date(instant).toISOString().replaceAll(/[-:T]|\.\d+/gu, '');
  return text < '2050'
    ? der(TAG.utcTime, Buffer.from(text.slice(2)))
    : der(TAG.generalizedTime, Buffer.from(text));
}

function objectId(id: string): Buffer {
  const [first = 0, second = 0, ...rest] = id.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      groups.unshift(128 + (left % 128));
    }
    return groups;
  });
  return der(TAG.objectId, Buffer.from(bytes));
}

/** A value with its identifier and length. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const sequence = derSequence(...parts);
  sequence[0] = tag;
  return sequence;
}
