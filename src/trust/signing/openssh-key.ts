/**
 * Keys of OpenSSH: the private key file, and the line of a public key.
 *
 * Source: openssh-portable, `PROTOCOL.key` ("openssh-key-v1"); RFC 4253, section 6.6 (`ssh-rsa`),
 * RFC 5656, section 3.1 (`ecdsa-sha2-*`), RFC 8709, section 4 (`ssh-ed25519`). Refused, each by
 * name: DSA, keys of security keys (`sk-*`), which no file contains, certificates, files with
 * several keys, and encryption other than AES with bcrypt.
 */

import { createDecipheriv, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

import { ED25519_SECRET_BYTES, ed25519KeyOf } from '../../formats/crypto/ed25519-key.ts';
import {
  curveOf,
  decodeSshPublicLine,
  readPointFields,
  readPublicFields,
  type Jwk,
} from '../../formats/crypto/ssh/public-key.ts';
import { SshReader } from '../../formats/crypto/ssh/wire.ts';
import { bcryptPbkdf } from './bcrypt-pbkdf.ts';
import { doesNotOpen, severalKeys, unusableKey } from './key-file.ts';

const MAGIC = 'openssh-key-v1\0';
const PUBLIC_LINE = /^(?:ssh-|ecdsa-sha2-|sk-)[a-z0-9@.-]+ /;
/** Rounds of bcrypt; ssh-keygen writes 24. */
const MAX_ROUNDS = 1024;

interface CipherFacts {
  readonly algorithm: string;
  readonly keyBytes: number;
  readonly tagBytes: number;
}

const IV_BYTES = 16;
const GCM_IV_BYTES = 12;
const CIPHERS: ReadonlyMap<string, CipherFacts> = new Map([
  ['aes128-ctr', { algorithm: 'aes-128-ctr', keyBytes: 16, tagBytes: 0 }],
  ['aes192-ctr', { algorithm: 'aes-192-ctr', keyBytes: 24, tagBytes: 0 }],
  ['aes256-ctr', { algorithm: 'aes-256-ctr', keyBytes: 32, tagBytes: 0 }],
  ['aes128-cbc', { algorithm: 'aes-128-cbc', keyBytes: 16, tagBytes: 0 }],
  ['aes192-cbc', { algorithm: 'aes-192-cbc', keyBytes: 24, tagBytes: 0 }],
  ['aes256-cbc', { algorithm: 'aes-256-cbc', keyBytes: 32, tagBytes: 0 }],
  ['aes128-gcm@openssh.com', { algorithm: 'aes-128-gcm', keyBytes: 16, tagBytes: 16 }],
  ['aes256-gcm@openssh.com', { algorithm: 'aes-256-gcm', keyBytes: 32, tagBytes: 16 }],
]);

/** The container of a private key, before its password is known. */
export interface OpenSshContainer {
  readonly isEncrypted: boolean;
  /**
   * @throws AssayError `CONFIG_INVALID` if the password is wrong, the key damaged, or of a kind
   * that is not accepted.
   */
  open(password: Uint8Array | undefined): Promise<KeyObject>;
}

/** Returns whether a text is a line of an OpenSSH public key. */
export function isOpenSshPublicKey(text: string): boolean {
  return PUBLIC_LINE.test(text.trimStart());
}

/** Reads `ssh-ed25519 AAAA... comment`. @throws AssayError `CONFIG_INVALID` */
export function readOpenSshPublicKey(text: string, name: string): KeyObject {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > 1) throw severalKeys(name, lines.length);
  const { bytes } = decodeSshPublicLine(lines[0] ?? '', (what) => damaged(name, what));
  return publicKeyIn(bytes, name);
}

/** Reads the bytes of a public key, which begin with its type. */
function publicKeyIn(bytes: Buffer, name: string): KeyObject {
  const reader = readerOf(bytes, name);
  const type = reader.text();
  const jwk = readPublicFields(type, reader);
  if (jwk === undefined) throw refusedType(type, name);
  if (!reader.isAtEnd) throw damaged(name, 'bytes follow the key');
  return keyOf(() => createPublicKey({ key: jwk, format: 'jwk' }), name);
}

/** Reads the container of a private key. @throws AssayError `CONFIG_INVALID` */
export function readOpenSshContainer(bytes: Uint8Array, name: string): OpenSshContainer {
  const magic = Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1');
  if (magic !== MAGIC) throw damaged(name, 'it does not begin with "openssh-key-v1"');
  const reader = readerOf(bytes.subarray(MAGIC.length), name);
  const cipher = reader.text();
  const kdf = reader.text();
  const options = reader.string();
  const count = reader.number();
  if (count !== 1) throw severalKeys(name, count);
  const publicHalf = reader.string();
  const secret = reader.string();
  const tag = reader.rest();
  const isEncrypted = cipher !== 'none';
  const plainSecret = async (password: Uint8Array | undefined): Promise<Buffer> => {
    if (isEncrypted) {
      const sealed = { cipher, kdf, options, secret, tag };
      return decrypted(sealed, password ?? Buffer.alloc(0), name);
    }
    if (tag.length > 0) throw damaged(name, 'bytes follow the key');
    return Promise.resolve(secret);
  };
  return {
    isEncrypted,
    open: async (password) => {
      const key = readSecret(await plainSecret(password), name, isEncrypted);
      if (createPublicKey(key).equals(publicKeyIn(publicHalf, name))) return key;
      throw unrelatedHalves(name);
    },
  };
}

interface Sealed {
  readonly cipher: string;
  readonly kdf: string;
  readonly options: Buffer;
  readonly secret: Buffer;
  readonly tag: Buffer;
}

async function decrypted(sealed: Sealed, password: Uint8Array, name: string): Promise<Buffer> {
  const { cipher, kdf, options, secret, tag } = sealed;
  const facts = CIPHERS.get(cipher);
  if (facts === undefined || kdf !== 'bcrypt') {
    throw unusableKey(
      name,
      `is encrypted with "${cipher}" and "${kdf}", which is not supported`,
      'Encrypt a copy of it anew: ssh-keygen -p -Z aes256-ctr -f COPY',
    );
  }
  const reader = readerOf(options, name);
  const salt = reader.string();
  const rounds = reader.number();
  if (rounds < 1 || rounds > MAX_ROUNDS || salt.length === 0) {
    const reason = `asks for ${rounds} rounds of bcrypt, and at most ${MAX_ROUNDS} are run`;
    throw unusableKey(name, reason, 'Encrypt a copy of it anew: ssh-keygen -p -a 24 -f COPY');
  }
  const isGcm = facts.tagBytes > 0;
  const ivBytes = isGcm ? GCM_IV_BYTES : IV_BYTES;
  if (password.length === 0) throw doesNotOpen(name);
  const derived = await bcryptPbkdf(password, salt, rounds, facts.keyBytes + ivBytes);
  const key = derived.subarray(0, facts.keyBytes);
  const iv = derived.subarray(facts.keyBytes);
  if (tag.length !== facts.tagBytes || (!isGcm && secret.length % IV_BYTES !== 0)) {
    throw damaged(name, 'its length does not fit its encryption');
  }
  try {
    if (isGcm) {
      const gcm = createDecipheriv(facts.algorithm as 'aes-256-gcm', key, iv);
      gcm.setAuthTag(tag);
      return Buffer.concat([gcm.update(secret), gcm.final()]);
    }
    const decipher = createDecipheriv(facts.algorithm, key, iv).setAutoPadding(false);
    return Buffer.concat([decipher.update(secret), decipher.final()]);
  } catch (error) {
    throw doesNotOpen(name, error);
  }
}

function readSecret(plain: Buffer, name: string, wasEncrypted: boolean): KeyObject {
  const reader = readerOf(plain, name);
  if (plain.length < 8 || reader.number() !== reader.number()) {
    throw wasEncrypted ? doesNotOpen(name) : damaged(name, 'its check numbers differ');
  }
  const key = privateKeyIn(reader, name);
  reader.string();
  const padding = reader.rest();
  if (padding.length > 255 || padding.some((byte, index) => byte !== index + 1)) {
    throw damaged(name, 'bytes follow the key');
  }
  return key;
}

function privateKeyIn(reader: SshReader, name: string): KeyObject {
  const type = reader.text();
  if (type === 'ssh-ed25519') return ed25519KeyIn(reader, name);
  const jwk = privateFields(type, reader, name);
  return keyOf(() => createPrivateKey({ key: jwk, format: 'jwk' }), name);
}

/** Reads a key that has its public half twice: both are those of the secret. */
function ed25519KeyIn(reader: SshReader, name: string): KeyObject {
  const x = reader.string();
  const both = reader.string();
  const secret = both.subarray(0, ED25519_SECRET_BYTES);
  if (both.length !== 2 * ED25519_SECRET_BYTES || !both.subarray(ED25519_SECRET_BYTES).equals(x)) {
    throw unrelatedHalves(name);
  }
  const key = keyOf(() => ed25519KeyOf(secret), name);
  if (createPublicKey(key).export({ format: 'jwk' }).x === base64Url(x)) return key;
  throw unrelatedHalves(name);
}

function privateFields(type: string, reader: SshReader, name: string): Jwk {
  if (type.startsWith('ecdsa-sha2-')) {
    const point = readPointFields(type, reader);
    const { bytes = 0 } = curveOf(type) ?? {};
    return { ...point, d: base64Url(leftPadded(reader.integer(), bytes, name)) };
  }
  if (type !== 'ssh-rsa') throw refusedType(type, name);
  const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () => reader.integer()) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  const rest = (prime: Buffer): string => {
    const divisor = bigIntOf(prime) - 1n;
    if (divisor <= 0n) throw damaged(name, 'a prime is missing');
    return base64Url(bytesOf(bigIntOf(d) % divisor));
  };
  return {
    kty: 'RSA',
    ...{ n: base64Url(n), e: base64Url(e), d: base64Url(d), p: base64Url(p), q: base64Url(q) },
    ...{ qi: base64Url(qi), dp: rest(p), dq: rest(q) },
  };
}

function keyOf(make: () => KeyObject, name: string): KeyObject {
  try {
    return make();
  } catch (error) {
    throw unusableKey(name, 'is damaged', 'Get the file again.', error);
  }
}

function refusedType(type: string, name: string): Error {
  const isHardware = type.startsWith('sk-');
  return unusableKey(
    name,
    `is an OpenSSH key of the type "${type.slice(0, 60)}", which is not accepted`,
    isHardware
      ? 'The key itself is in the device: sign with --sign-key exec:PROGRAM.'
      : 'Accepted: ssh-ed25519, ecdsa-sha2-nistp256, -nistp384, -nistp521, ssh-rsa.',
  );
}

function readerOf(bytes: Uint8Array, name: string): SshReader {
  return new SshReader(bytes, (what) => damaged(name, what));
}

function unrelatedHalves(name: string): Error {
  return damaged(name, 'its halves do not belong together');
}

function damaged(name: string, what: string): Error {
  return unusableKey(name, `is damaged: ${what}`, 'Get the file again.');
}

function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

function bigIntOf(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`);
}

function bytesOf(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}

function leftPadded(value: Buffer, bytes: number, name: string): Buffer {
  if (value.length > bytes) throw damaged(name, 'its number is too long for its curve');
  return Buffer.concat([Buffer.alloc(bytes - value.length), value]);
}
