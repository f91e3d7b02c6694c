/**
 * Keys that sign commits in this process, since a program for each signature would take minutes for
 * thousands of them.
 *
 * Source: openssh-portable, `PROTOCOL.sshsig`; RFC 5656, section 3.1; RFC 8332, section 3; RFC
 * 4880, sections 5.2 and 5.5.
 */

import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

import { sshsigMessage, writeSshsig } from '../src/formats/crypto/ssh/sshsig.ts';
import { sshString } from '../src/formats/crypto/ssh/wire.ts';

/** A key and how it signs. */
export interface CommitKey {
  /** The public half: a line of OpenSSH, or an armored key of OpenPGP. */
  readonly publicText: string;
  /** Returns the lines of an armored signature. */
  readonly sign: (content: Uint8Array) => readonly string[];
}

const SSHSIG = { namespace: 'git', reserved: new Uint8Array(), hash: 'sha512' } as const;

/** The keys of SSH: Ed25519, ECDSA and RSA. */
export function sshKeys(): readonly CommitKey[] {
  const ed25519 = generateKeyPairSync('ed25519');
  const ecdsa = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { x } = jwkOf(ed25519.publicKey);
  const point = jwkOf(ecdsa.publicKey);
  const { e, n } = jwkOf(rsa.publicKey);
  return [
    sshKey('ssh-ed25519', [x], (message) => [
      ...[sshString('ssh-ed25519'), sshString(sign(null, message, ed25519.privateKey))],
    ]),
    sshKey(
      'ecdsa-sha2-nistp256',
      [Buffer.from('nistp256'), Buffer.concat([Buffer.of(4), point.x, point.y])],
      (message) => {
        const key = { key: ecdsa.privateKey, dsaEncoding: 'ieee-p1363' } as const;
        const made = sign('sha256', message, key);
        const [r, s] = [made.subarray(0, 32), made.subarray(32)];
        const numbers = Buffer.concat([sshString(positive(r)), sshString(positive(s))]);
        return [sshString('ecdsa-sha2-nistp256'), sshString(numbers)];
      },
    ),
    sshKey('ssh-rsa', [positive(e), positive(n)], (message) => [
      ...[sshString('rsa-sha2-512'), sshString(sign('sha512', message, rsa.privateKey))],
    ]),
  ];
}

function sshKey(
  type: string,
  fields: readonly Uint8Array[],
  signed: (message: Uint8Array) => readonly Buffer[],
): CommitKey {
  const publicKey = Buffer.concat([sshString(type), ...fields.map(sshString)]);
  return {
    publicText: `${type} ${publicKey.toString('base64')}`,
    sign: (content) => {
      const signature = Buffer.concat(signed(sshsigMessage(SSHSIG, content)));
      return armored('SSH SIGNATURE', writeSshsig({ ...SSHSIG, publicKey, signature }), 70);
    },
  };
}

/** A number without zeros in front, but for the one that marks it as positive. */
function positive(bytes: Uint8Array): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const value = Buffer.from(bytes.subarray(start));
  return (value[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), value]) : value;
}

/** When the keys of OpenPGP were made; 2025-01-01. */
const MADE_AT = 1_735_689_600;
const SHA256 = 8;
const RSA = 1;
/** Signatures of OpenPGP: over bytes, and of a key over its user id. */
const BINARY = 0;
const CERTIFICATION = 0x13;

/** A key of OpenPGP: RSA of 2048 bits, version 4. */
export function openPgpKey(userId: string): CommitKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { e, n } = jwkOf(publicKey);
  const body = Buffer.concat([Buffer.of(4), number(MADE_AT), Buffer.of(RSA), mpi(n), mpi(e)]);
  const framed = Buffer.concat([Buffer.of(0x99), number(body.length).subarray(2), body]);
  const fingerprint = createHash('sha1').update(framed).digest();
  const name = Buffer.from(userId);
  const certified = Buffer.concat([framed, Buffer.of(0xb4), number(name.length), name]);
  const signer = { privateKey, fingerprint };
  const certification = signatureOf(certified, { ...signer, type: CERTIFICATION });
  const key = Buffer.concat([packet(6, body), packet(13, name), packet(2, certification)]);
  return {
    publicText: `${armored('PGP PUBLIC KEY BLOCK', key, 64).join('\n')}\n`,
    sign: (content) => {
      const made = signatureOf(content, { ...signer, type: BINARY });
      return armored('PGP SIGNATURE', packet(2, made), 64);
    },
  };
}

function signatureOf(
  content: Uint8Array,
  {
    privateKey,
    fingerprint,
    type,
  }: { readonly privateKey: KeyObject; readonly fingerprint: Buffer; readonly type: number },
): Buffer {
  const parts = [
    subpacket(2, number(MADE_AT)),
    subpacket(33, Buffer.concat([Buffer.of(4), fingerprint])),
    // The key may certify and sign.
    ...(type === CERTIFICATION ? [subpacket(27, Buffer.of(3))] : []),
  ];
  const hashed = Buffer.concat(parts);
  const unhashed = subpacket(16, fingerprint.subarray(-8));
  const head = Buffer.concat([
    ...[Buffer.of(4, type, RSA, SHA256), number(hashed.length).subarray(2), hashed],
  ]);
  const trailer = Buffer.concat([head, Buffer.of(4, 0xff), number(head.length)]);
  const all = Buffer.concat([content, trailer]);
  const start = createHash('sha256').update(all).digest().subarray(0, 2);
  const value = mpi(sign('sha256', all, privateKey));
  return Buffer.concat([head, number(unhashed.length).subarray(2), unhashed, start, value]);
}

function subpacket(type: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(value.length + 1, type), value]);
}

/** A packet with a length of four bytes. */
function packet(tag: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0xc0 | tag, 0xff), number(body.length), body]);
}

function mpi(bytes: Uint8Array): Buffer {
  const value = Buffer.from(bytes.subarray(bytes.findIndex((byte) => byte !== 0)));
  const bits = value.length * 8 - Math.clz32(value[0] ?? 0) + 24;
  return Buffer.concat([number(bits).subarray(2), value]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function armored(label: string, bytes: Buffer, columns: number): readonly string[] {
  const lines = bytes.toString('base64').match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [];
  const isOpenPgp = label.startsWith('PGP');
  return [
    `-----BEGIN ${label}-----`,
    // An empty line ends the headers, of which there are none.
    ...(isOpenPgp ? ['', ...lines, `=${crc24(bytes).toString('base64')}`] : lines),
    `-----END ${label}-----`,
  ];
}

/** The checksum of an armor (RFC 4880, section 6.1). */
function crc24(bytes: Uint8Array): Buffer {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc & 0x800000 ? 0x1864cfb : 0);
  }
  return number(crc).subarray(1);
}

function jwkOf(key: KeyObject): Record<'x' | 'y' | 'e' | 'n', Buffer> {
  const { x = '', y = '', e = '', n = '' } = key.export({ format: 'jwk' });
  const [decodedX, decodedY, decodedE, decodedN] = [x, y, e, n].map((text) =>
    Buffer.from(text, 'base64url'),
  ) as [Buffer, Buffer, Buffer, Buffer];
  return { x: decodedX, y: decodedY, e: decodedE, n: decodedN };
}
