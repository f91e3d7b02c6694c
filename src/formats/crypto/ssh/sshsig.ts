/**
 * Signatures of files by SSH keys, as `ssh-keygen -Y sign` writes them.
 *
 * Source: openssh-portable, `PROTOCOL.sshsig`. Refused: another version than 1, hashes other than
 * SHA-256 and SHA-512, and bytes behind the signature.
 */

import { createHash } from 'node:crypto';

import { ParseError } from '../../../core/base/errors.ts';
import { SshReader, sshString } from './wire.ts';

/** A signature with all that it names; nothing of it is verified. */
export interface Sshsig {
  /** The public key, or the certificate, that it claims to be of, in binary form. */
  readonly publicKey: Uint8Array;
  /** The purpose of the signature, as in `git`. */
  readonly namespace: string;
  readonly hash: 'sha256' | 'sha512';
  /** The signature in its binary form, for `checkSshSignature`. */
  readonly signature: Uint8Array;
  /** Part of what is signed; its meaning is not defined yet. */
  readonly reserved: Uint8Array;
}

const MAGIC = 'SSHSIG';
const VERSION = 1;

/** Reads a signature from its bytes, without the armor. @throws ParseError */
export function readSshsig(path: string, bytes: Uint8Array): Sshsig {
  const fail = (what: string): ParseError => new ParseError(path, `no SSH signature: ${what}`);
  const magic = Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1');
  if (magic !== MAGIC) throw fail('it does not begin with "SSHSIG"');
  const reader = new SshReader(bytes.subarray(MAGIC.length), fail);
  const version = reader.number();
  if (version !== VERSION) throw fail(`it has the version ${version}`);
  const publicKey = reader.string();
  const namespace = reader.text();
  const reserved = reader.string();
  const hash = reader.text();
  if (hash !== 'sha256' && hash !== 'sha512') throw fail(`its hash is "${hash.slice(0, 20)}"`);
  const signature = reader.string();
  if (!reader.isAtEnd) throw fail('bytes follow it');
  return { publicKey, namespace, hash, signature, reserved };
}

/** Returns a signature in its binary form, without the armor. */
export function writeSshsig({ publicKey, namespace, reserved, hash, signature }: Sshsig): Buffer {
  const version = Buffer.alloc(4);
  version.writeUInt32BE(VERSION);
  return Buffer.concat([
    ...[Buffer.from(MAGIC), version, sshString(publicKey)],
    ...[sshString(Buffer.from(namespace, 'latin1')), sshString(reserved)],
    ...[sshString(hash), sshString(signature)],
  ]);
}

/** Returns the bytes that the key signs for a content. */
export function sshsigMessage(
  { namespace, reserved, hash }: Pick<Sshsig, 'namespace' | 'reserved' | 'hash'>,
  content: Uint8Array,
): Buffer {
  const digest = createHash(hash).update(content).digest();
  return Buffer.concat([
    Buffer.from(MAGIC),
    sshString(Buffer.from(namespace, 'latin1')),
    sshString(reserved),
    sshString(hash),
    sshString(digest),
  ]);
}
