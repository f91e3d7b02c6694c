/**
 * Signatures that SSH keys make over bytes.
 *
 * Source: RFC 8332, section 3 (`rsa-sha2-*`); RFC 5656, section 3.1.2 (ECDSA); RFC 8709, section 6
 * (Ed25519); openssh-portable, `PROTOCOL.u2f`, "Signature formats" (security keys). Refused by
 * name: `ssh-rsa`, which uses SHA-1, signatures of web pages (`webauthn-*`), and an algorithm that
 * does not fit the key.
 */

import { createHash, verify } from 'node:crypto';

import { ParseError } from '../../../core/base/errors.ts';
import { curveOf, securityKeyType, type SshCurve, type SshPublicKey } from './public-key.ts';
import { SshReader } from './wire.ts';

/** The confirmations of a security key in a signature. */
export interface SecurityKeyFlags {
  /** Whether a person touched the key. */
  readonly isTouched: boolean;
  /** The key verified the user by a PIN or a biometric feature. */
  readonly isUserVerified: boolean;
}

/** Whether a signature is one of the key; `problem` is a predicate. */
export type SshSignatureCheck =
  | { readonly isValid: true; readonly flags?: SecurityKeyFlags }
  | { readonly isValid: false; readonly problem: string };

const RSA_HASHES: ReadonlyMap<string, string> = new Map([
  ['rsa-sha2-256', 'sha256'],
  ['rsa-sha2-512', 'sha512'],
]);
const TOUCHED = 0x01;
const USER_VERIFIED = 0x04;
const OTHER_CONTENT = 'was made over other content, or not by the key that it names';

/** Checks a signature in its binary form over a message. Any bytes are answered, none throws. */
export function checkSshSignature(
  key: SshPublicKey,
  signature: Uint8Array,
  message: Uint8Array,
): SshSignatureCheck {
  try {
    const reader = readerOf(signature);
    const algorithm = reader.text();
    return check(key, { algorithm, reader }, message);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { isValid: false, problem: `has a signature that cannot be read: ${error.reason}` };
  }
}

function readerOf(bytes: Uint8Array): SshReader {
  return new SshReader(bytes, (what) => new ParseError('signature', what));
}

interface SignatureReading {
  readonly algorithm: string;
  readonly reader: SshReader;
}

function check(
  key: SshPublicKey,
  { algorithm, reader }: SignatureReading,
  message: Uint8Array,
): SshSignatureCheck {
  const { keyObject, type, application } = key;
  if (type === 'ssh-rsa') {
    const hash = RSA_HASHES.get(algorithm);
    if (hash === undefined) {
      return { isValid: false, problem: unfit(algorithm, type) };
    }
    const value = reader.string();
    ended(reader);
    return answer(isVerified(() => verify(hash, message, keyObject, value)));
  }
  if (algorithm !== type) return { isValid: false, problem: unfit(algorithm, type) };
  const value = reader.string();
  const inner = securityKeyType(type);
  if (inner === undefined || application === undefined) {
    ended(reader);
    return answer(isMadeBy(key, { type, value }, message));
  }
  const flags = reader.byte();
  const counter = reader.number();
  ended(reader);
  const wrapped = wrappedMessage(application, { flags, counter }, message);
  if (!isMadeBy(key, { type: inner, value }, wrapped)) return answer(false);
  return {
    isValid: true,
    flags: {
      isTouched: (flags & TOUCHED) !== 0,
      isUserVerified: (flags & USER_VERIFIED) !== 0,
    },
  };
}

function unfit(algorithm: string, type: string): string {
  if (algorithm === 'ssh-rsa') return 'uses SHA-1, which is broken';
  return `uses the algorithm "${algorithm.slice(0, 60)}", which is not accepted for a key of the type "${type}"`;
}

function ended(reader: SshReader): void {
  if (!reader.isAtEnd) throw reader.error('bytes follow it');
}

function answer(isValid: boolean): SshSignatureCheck {
  return isValid ? { isValid } : { isValid, problem: OTHER_CONTENT };
}

function isMadeBy(
  { keyObject }: SshPublicKey,
  { type, value }: { readonly type: string; readonly value: Buffer },
  message: Uint8Array,
): boolean {
  const curve = curveOf(type);
  if (curve === undefined) return isVerified(() => verify(null, message, keyObject, value));
  const pair = numbersOf(value, curve);
  if (pair === undefined) return false;
  const key = { key: keyObject, dsaEncoding: 'ieee-p1363' } as const;
  return isVerified(() => verify(curve.hash, message, key, pair));
}

/** OpenSSL throws for some keys that are no point of their curve. */
function isVerified(verifies: () => boolean): boolean {
  try {
    return verifies();
  } catch {
    return false;
  }
}

/** Returns the two numbers of ECDSA in the width of the curve; `undefined` if one is too long. */
function numbersOf(value: Buffer, { bytes }: SshCurve): Buffer | undefined {
  const reader = readerOf(value);
  const numbers = [reader.integer(), reader.integer()];
  ended(reader);
  if (numbers.some(({ length }) => length > bytes)) return undefined;
  return Buffer.concat(numbers.flatMap((number) => [Buffer.alloc(bytes - number.length), number]));
}

/**
 * Returns the message that a security key signs: the digests of the application and the message,
 * with its flags and counter between them.
 */
function wrappedMessage(
  application: string,
  { flags, counter }: { readonly flags: number; readonly counter: number },
  message: Uint8Array,
): Buffer {
  const state = Buffer.alloc(5);
  state.writeUInt8(flags);
  state.writeUInt32BE(counter, 1);
  const digest = (value: Uint8Array): Buffer => createHash('sha256').update(value).digest();
  return Buffer.concat([digest(Buffer.from(application, 'latin1')), state, digest(message)]);
}
