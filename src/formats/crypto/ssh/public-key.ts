/**
 * Public keys of SSH in their binary form, those of security keys included.
 *
 * Source: RFC 4253, section 6.6 (`ssh-rsa`); RFC 5656, section 3.1 (`ecdsa-sha2-*`); RFC 8709,
 * section 4 (`ssh-ed25519`); openssh-portable, `PROTOCOL.u2f` (`sk-*`). Refused: other types,
 * points that are not written out, a curve that is not the one of the type, and bytes behind the
 * key.
 */

import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

import { SshReader } from './wire.ts';

/** Members of a JSON Web Key. */
export type Jwk = Readonly<Record<string, string>>;

/** A public key that can verify signatures. */
export interface SshPublicKey {
  /** Name of the key format, as in `ssh-ed25519`. */
  readonly type: string;
  readonly keyObject: KeyObject;
  /** The application that a security key signs for, as in `ssh:`; absent for other keys. */
  readonly application?: string;
  /** `SHA256:` and the digest in base64, as ssh-keygen prints it. */
  readonly fingerprint: string;
}

/** A curve of ECDSA: its name in JSON Web Keys, the bytes of a coordinate, and its hash. */
export interface SshCurve {
  readonly crv: string;
  readonly bytes: number;
  readonly hash: string;
}

const CURVES: ReadonlyMap<string, SshCurve> = new Map([
  ['nistp256', { crv: 'P-256', bytes: 32, hash: 'sha256' }],
  ['nistp384', { crv: 'P-384', bytes: 48, hash: 'sha384' }],
  ['nistp521', { crv: 'P-521', bytes: 66, hash: 'sha512' }],
]);
const ECDSA = 'ecdsa-sha2-';
const SECURITY_KEY = /^sk-(?<type>.+)@openssh\.com$/u;

/** Returns the curve of a type such as `ecdsa-sha2-nistp256`; `undefined` for other types. */
export function curveOf(type: string): SshCurve | undefined {
  return type.startsWith(ECDSA) ? CURVES.get(type.slice(ECDSA.length)) : undefined;
}

/**
 * Returns the type of the key inside of a security key, as in `ssh-ed25519` for
 * `sk-ssh-ed25519@openssh.com`; `undefined` for other types.
 */
export function securityKeyType(type: string): string | undefined {
  return SECURITY_KEY.exec(type)?.groups?.['type'];
}

/** Reads a whole public key. @throws what `fail` makes */
export function readSshPublicKey(bytes: Uint8Array, fail: (what: string) => Error): SshPublicKey {
  const reader = new SshReader(bytes, fail);
  const key = readKeyFields(reader.text(), reader);
  if (!reader.isAtEnd) throw fail('bytes follow the key');
  return { ...key, fingerprint: sshFingerprint(bytes) };
}

/**
 * Decodes a line such as `ssh-ed25519 AAAA... comment`; the type in front must be that of the
 * bytes.
 *
 * @throws what `fail` makes
 */
export function decodeSshPublicLine(
  line: string,
  fail: (what: string) => Error,
): { readonly type: string; readonly bytes: Buffer } {
  const [type = '', encoded = ''] = line.trim().split(/[ \t]+/);
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== encoded.replace(/=+$/, '')) {
    throw fail('it is not base64');
  }
  if (new SshReader(bytes, fail).text() !== type) {
    throw fail(`it is not a key of the type "${type}"`);
  }
  return { type, bytes };
}

/** Reads the fields of a key whose type was read already. @throws the error of the reader */
export function readKeyFields(type: string, reader: SshReader): Omit<SshPublicKey, 'fingerprint'> {
  const inner = securityKeyType(type);
  const jwk = readPublicFields(inner ?? type, reader);
  if (jwk === undefined) {
    throw reader.error(`it is a key of the type "${type.slice(0, 60)}", which is not accepted`);
  }
  const application = inner === undefined ? undefined : reader.text();
  let keyObject: KeyObject;
  try {
    keyObject = createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    throw reader.error('its numbers are not key');
  }
  return { type, keyObject, ...(application !== undefined && { application }) };
}

/**
 * Reads the fields of a public key that is not one of a security key; `undefined` for a type that
 * is not known.
 *
 * @throws the error of the reader
 */
export function readPublicFields(type: string, reader: SshReader): Jwk | undefined {
  if (type === 'ssh-ed25519') return { kty: 'OKP', crv: 'Ed25519', x: base64Url(reader.string()) };
  if (type === 'ssh-rsa') {
    const e = reader.integer();
    return { kty: 'RSA', n: base64Url(reader.integer()), e: base64Url(e) };
  }
  return type.startsWith(ECDSA) ? readPointFields(type, reader) : undefined;
}

/** Reads the curve and the point of an ECDSA key. @throws the error of the reader */
export function readPointFields(type: string, reader: SshReader): Jwk {
  const curve = CURVES.get(reader.text());
  const point = reader.string();
  if (curve === undefined || curve !== curveOf(type)) {
    throw reader.error('its point is not on a curve that is accepted');
  }
  const { crv, bytes } = curve;
  if (point[0] !== 4 || point.length !== 1 + 2 * bytes) {
    throw reader.error('its point is not on a curve that is accepted');
  }
  const x = base64Url(point.subarray(1, 1 + bytes));
  return { kty: 'EC', crv, x, y: base64Url(point.subarray(1 + bytes)) };
}

/** Returns the fingerprint of a key in its binary form. */
export function sshFingerprint(bytes: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(bytes).digest('base64').replace(/=+$/u, '')}`;
}

function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
