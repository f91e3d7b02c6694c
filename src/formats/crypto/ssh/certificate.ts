/**
 * Certificates of SSH keys, by which an authority vouches for the key of a person.
 *
 * Source: openssh-portable, `PROTOCOL.certkeys`. Refused: certificates of hosts, an authority that
 * is a certificate itself, a signature of another key or with SHA-1, options that are not in order
 * or there twice, and bytes behind the signature.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  readKeyFields,
  readSshPublicKey,
  sshFingerprint,
  type SshPublicKey,
} from './public-key.ts';
import { checkSshSignature } from './signature.ts';
import { SshReader, sshString } from './wire.ts';

/**
 * A certificate whose authority has signed it. Whether the authority is trusted is not judged here.
 */
export interface SshCertificate {
  /** The key that the certificate is for, without the certificate. */
  readonly key: SshPublicKey;
  readonly authority: SshPublicKey;
  readonly serial: bigint;
  /** Free text of the authority. */
  readonly keyId: string;
  /** Whom the certificate names; an empty list names everybody. */
  readonly principals: readonly string[];
  /** The first instant at which it is valid, in milliseconds since the Unix epoch. */
  readonly validFrom: number;
  /**
   * The first instant at which it is no longer valid; infinite for a certificate without an end.
   */
  readonly validUntil: number;
  /** Values by name; a reader that does not know one of them must refuse the certificate. */
  readonly criticalOptions: ReadonlyMap<string, string>;
  readonly extensions: ReadonlyMap<string, string>;
}

const CERTIFICATE = /^(?<type>.+)-cert-v01@openssh\.com$/u;
const USER = 1;
const FOREVER = 0xffff_ffff_ffff_ffffn;
/** Real certificates have a few names. */
const MAX_PRINCIPALS = 256;

/**
 * Returns the type of the key inside of a certificate, `undefined` for a type that is not one of
 * certificates.
 */
export function certifiedType(type: string): string | undefined {
  const inner = CERTIFICATE.exec(type)?.groups?.['type'];
  if (inner === undefined) return undefined;
  return inner.startsWith('sk-') ? `${inner}@openssh.com` : inner;
}

/** Returns the type that bytes of a key begin with; `''` for bytes that do not begin with one. */
export function sshKeyType(bytes: Uint8Array): string {
  const reader = new SshReader(bytes, (what) => new ParseError('key', what));
  try {
    return reader.text();
  } catch {
    return '';
  }
}

/** Reads a certificate and verifies the signature of its authority. @throws what `fail` makes */
export function readSshCertificate(
  bytes: Uint8Array,
  fail: (what: string) => Error,
): SshCertificate {
  const reader = new SshReader(bytes, fail);
  const type = certifiedType(reader.text());
  if (type === undefined) throw fail('it is not a certificate');
  reader.string();
  const keyStart = reader.offset;
  const fields = readKeyFields(type, reader);
  const keyBytes = bytes.subarray(keyStart, reader.offset);
  const serial = reader.longNumber();
  if (reader.number() !== USER) throw fail('it is a certificate of a host');
  const keyId = reader.text();
  const principals = readNames(reader.string(), fail);
  const [validFrom, validUntil] = [instantOf(reader.longNumber()), instantOf(reader.longNumber())];
  const criticalOptions = readOptions(reader.string(), fail);
  const extensions = readOptions(reader.string(), fail);
  reader.string();
  const authorityBytes = reader.string();
  const signed = bytes.subarray(0, reader.offset);
  const signature = reader.string();
  if (!reader.isAtEnd) throw fail('bytes follow it');
  const authority = readSshPublicKey(authorityBytes, (what) => fail(`of its authority ${what}`));
  const check = checkSshSignature(authority, signature, signed);
  if (!check.isValid) throw fail('its authority has not signed it');
  const key = { ...fields, fingerprint: plainFingerprint(type, keyBytes) };
  // prettier-ignore
  return { key, authority, serial, keyId, principals, validFrom, validUntil, criticalOptions, extensions };
}

/** Returns the fingerprint that the key has without its certificate. */
function plainFingerprint(type: string, fields: Uint8Array): string {
  return sshFingerprint(Buffer.concat([sshString(type), fields]));
}

function instantOf(seconds: bigint): number {
  return seconds === FOREVER ? Number.POSITIVE_INFINITY : Number(seconds) * 1000;
}

function readNames(bytes: Buffer, fail: (what: string) => Error): readonly string[] {
  const reader = new SshReader(bytes, fail);
  const names: string[] = [];
  while (!reader.isAtEnd) {
    names.push(reader.string().toString('utf8'));
    if (names.length > MAX_PRINCIPALS)
      throw fail(`it names more than ${MAX_PRINCIPALS} principals`);
  }
  return names;
}

/**
 * Returns the names in ascending order, each with a value that is a string inside of a string, or
 * empty.
 */
function readOptions(bytes: Buffer, fail: (what: string) => Error): ReadonlyMap<string, string> {
  const reader = new SshReader(bytes, fail);
  const options = new Map<string, string>();
  let previous: string | undefined;
  while (!reader.isAtEnd) {
    const name = reader.text();
    if (previous !== undefined && name <= previous) throw fail('its options are not in order');
    previous = name;
    const value = reader.string();
    const inner = new SshReader(value, fail);
    options.set(name, value.length === 0 ? '' : inner.string().toString('utf8'));
    if (value.length > 0 && !inner.isAtEnd) throw fail('an option has more than one value');
  }
  return options;
}
