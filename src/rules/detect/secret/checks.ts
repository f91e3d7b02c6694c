/**
 * Checksums and structures of secrets: a value without them was never issued.
 *
 * Sources: GitHub, "Behind GitHub's new authentication token formats" (CRC-32 in base 62, also of
 * npm); Grafana, "Service accounts" (CRC-32 in hexadecimal digits); BIP 173, "Bech32"; RFC 7515,
 * section 3.1, and RFC 7519, section 3 (JSON Web Tokens); RFC 7617, section 2 (basic
 * authentication); RFC 7748, section 5 (private keys of X25519).
 */

import { crc32 } from 'node:zlib';

import { isPlaceholder, isWellKnown } from './silence.ts';

/** The names of the checks that rows of the table use. */
export type CheckName = keyof typeof CHECKS;

/** Whether a value has the checksum or structure that its format prescribes. */
export const CHECKS = {
  github: hasGithubChecksum,
  grafana: hasGrafanaChecksum,
  bech32: isBech32,
  jwt: isJsonWebToken,
  basic: isBasicLogin,
  x25519: isX25519Key,
} as const satisfies Readonly<Record<string, (value: string) => boolean>>;

const BASE_62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECKSUM_LENGTH = 6;

/** `PREFIX_`, random characters, and six digits. */
function hasGithubChecksum(value: string): boolean {
  const body = value.slice(value.indexOf('_') + 1);
  const sum = crc32(body.slice(0, -CHECKSUM_LENGTH));
  let given = 0;
  for (const digit of body.slice(-CHECKSUM_LENGTH)) given = given * 62 + BASE_62.indexOf(digit);
  return given === sum;
}

/** `glsa_`, random characters, `_`, and eight digits. */
function hasGrafanaChecksum(value: string): boolean {
  const [, body = '', sum = ''] = value.split('_');
  return crc32(body).toString(16).padStart(8, '0') === sum.toLowerCase();
}

const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const BECH32_GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

function isBech32(value: string): boolean {
  const text = value.toLowerCase();
  const separator = text.lastIndexOf('1');
  const prefix = [...Buffer.from(text.slice(0, separator))];
  const data = Array.from(text.slice(separator + 1), (letter) => BECH32.indexOf(letter));
  if (data.includes(-1)) return false;
  let sum = 1;
  for (const part of [
    ...prefix.map((code) => code >> 5),
    0,
    ...prefix.map((code) => code & 31),
    ...data,
  ]) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ part;
    for (const [bit, generator] of BECH32_GENERATORS.entries()) {
      if (((top >>> bit) & 1) === 1) sum ^= generator;
    }
  }
  return sum === 1;
}

/**
 * Returns whether it is a header with an algorithm, and claims. Tokens without a signature open
 * nothing.
 */
function isJsonWebToken(value: string): boolean {
  const [header = '', claims = ''] = value.split('.');
  const algorithm = jsonObject(header)?.['alg'];
  if (typeof algorithm !== 'string' || algorithm.toLowerCase() === 'none') return false;
  const read = jsonObject(claims);
  // The example of jwt.io and of RFC 7519, section 3.1.
  return read !== undefined && read['name'] !== 'John Doe' && read['iss'] !== 'joe';
}

function jsonObject(encoded: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString());
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Printable characters of ASCII, with a colon between the user and the password. */
const LOGIN = /^[\u0020-\u0039\u003b-\u007e]{1,200}:(?<password>[\u0021-\u007e]{3,400})$/u;

function isBasicLogin(value: string): boolean {
  const login = Buffer.from(value, 'base64').toString('latin1');
  const password = LOGIN.exec(login)?.groups?.['password'];
  if (password === undefined || isPlaceholder(password) || isWellKnown(password)) return false;
  return !login.startsWith(`${password}:`);
}

const KEY_BYTES = 32;

function isX25519Key(value: string): boolean {
  const key = Buffer.from(value, 'base64');
  const [first = 0, last = 0] = [key[0], key[KEY_BYTES - 1]];
  return key.length === KEY_BYTES && (first & 7) === 0 && (last & 0xc0) === 0x40;
}
