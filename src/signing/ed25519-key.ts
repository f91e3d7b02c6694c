/**
 * Ed25519 keys in the files that `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout` write.
 *
 * Source: RFC 8032 (Ed25519, the pure form), RFC 8410 (its keys in PKCS#8 and SubjectPublicKeyInfo), RFC 7468 (PEM).
 * Refused, each by name: keys of other algorithms, a private key where a public one is asked for and the other way
 * round, certificates, key files of cosign, files with several keys, and encrypted keys without their passphrase.
 */

import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readBoundedFile } from '../base/bounded-file.ts';
import { AssayError, errnoOf } from '../base/errors.ts';

/** Lengths that RFC 8032 fixes. */
export const ED25519_SIGNATURE_BYTES = 64;

/** A public Ed25519 key. */
export interface VerifyKey {
  /** SHA-256 of the public key's DER (SubjectPublicKeyInfo), in lowercase hexadecimal. */
  readonly id: string;
  verify(content: Uint8Array, signature: Uint8Array): boolean;
}

/** A private Ed25519 key. */
export interface SigningKey {
  /** That of its public half; see {@link VerifyKey.id}. */
  readonly id: string;
  /** {@link ED25519_SIGNATURE_BYTES} bytes; the same content gives the same signature. */
  sign(content: Uint8Array): Uint8Array;
}

/** Far more than any key file has; a larger file is something else. */
const MAX_KEY_FILE_BYTES = 64 * 1024;
const PEM_LABEL = /^-----BEGIN (?<label>[A-Z0-9 ]{1,64})-----[ \t\r]*$/gm;
const COSIGN_LABEL = /^ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY$/;
const PRIVATE_LABEL = /^(?:[A-Z0-9]+ )*PRIVATE KEY$/;
const PUBLIC_LABEL = 'PUBLIC KEY';
const ENCRYPTED_LABEL = 'ENCRYPTED PRIVATE KEY';

const MAKE_KEY = 'Make one: openssl genpkey -algorithm ed25519 -out key.pem';

/** Reads a public key (SPKI, PEM). @throws AssayError `CONFIG_INVALID` */
export async function readVerifyKey(path: string): Promise<VerifyKey> {
  const { text, label } = await readPem(path);
  if (label !== PUBLIC_LABEL) throw notPublic(path, label);
  const key = parsed(path, () => createPublicKey(text));
  checkAlgorithm(path, key);
  return { id: idOf(key), verify: (content, signature) => verify(null, content, key, signature) };
}

/**
 * Reads a private key (PKCS#8, PEM); `passphrase` opens one that is encrypted.
 * @throws AssayError `CONFIG_INVALID`
 */
export async function readSigningKey(
  path: string,
  passphrase: string | undefined,
): Promise<SigningKey> {
  const { text, label } = await readPem(path);
  if (!PRIVATE_LABEL.test(label) || COSIGN_LABEL.test(label)) throw notPrivate(path, label);
  if (label === ENCRYPTED_LABEL && passphrase === undefined) {
    throw unusable(path, 'is encrypted', 'Give its passphrase in the variable ASSAY_KEY_PASSWORD.');
  }
  const open = (): KeyObject => createPrivateKey({ key: text, passphrase });
  const key = label === ENCRYPTED_LABEL ? opened(path, open) : parsed(path, open);
  checkAlgorithm(path, key);
  return { id: idOf(createPublicKey(key)), sign: (content) => sign(null, content, key) };
}

interface Pem {
  readonly text: string;
  readonly label: string;
}

async function readPem(path: string): Promise<Pem> {
  const text = await readKeyFile(path);
  const labels = [...text.matchAll(PEM_LABEL)].map((match) => match.groups?.['label'] ?? '');
  const [label] = labels;
  if (label === undefined) throw unusable(path, 'is not PEM', MAKE_KEY);
  if (labels.length > 1) {
    throw unusable(path, `holds ${labels.length} keys`, 'Give each key in a file of its own.');
  }
  return { text, label };
}

async function readKeyFile(path: string): Promise<string> {
  try {
    return (await readBoundedFile(path, { maxBytes: MAX_KEY_FILE_BYTES })).toString('latin1');
  } catch (error) {
    if (error instanceof AssayError && error.code === 'LIMIT_EXCEEDED') {
      throw unusable(path, 'is too large for a key', MAKE_KEY, error);
    }
    if (error instanceof AssayError) {
      throw unusable(path, `cannot be read: ${error.message}`, 'Give a file.', error);
    }
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    const reason = errno === 'ENOENT' ? 'does not exist' : `cannot be read: ${errno}`;
    throw unusable(path, reason, 'Check the path of the key.', error);
  }
}

/** Errors of the library are not for people. */
function parsed(path: string, parse: () => KeyObject): KeyObject {
  try {
    return parse();
  } catch (error) {
    throw unusable(path, 'is damaged', MAKE_KEY, error);
  }
}

/** One wrong passphrase in some hundreds decrypts to a text whose padding looks right: it cannot be told from damage. */
function opened(path: string, open: () => KeyObject): KeyObject {
  try {
    return open();
  } catch (error) {
    const reason = 'does not open with the passphrase given (or is damaged)';
    throw unusable(path, reason, 'Check the variable ASSAY_KEY_PASSWORD.', error);
  }
}

function checkAlgorithm(path: string, { asymmetricKeyType }: KeyObject): void {
  if (asymmetricKeyType === 'ed25519') return;
  const algorithm = asymmetricKeyType ?? 'unknown';
  throw unusable(path, `is a key of the algorithm "${algorithm}", not Ed25519`, MAKE_KEY);
}

function notPublic(path: string, label: string): AssayError {
  if (!PRIVATE_LABEL.test(label)) {
    return unusable(path, `holds "${label}", not a public key`, publicHint(path));
  }
  return unusable(path, 'is a private key, and a public one is needed', publicHint(path));
}

function notPrivate(path: string, label: string): AssayError {
  if (label === PUBLIC_LABEL) {
    return unusable(path, 'is a public key, and only a private one can sign', MAKE_KEY);
  }
  const what = COSIGN_LABEL.test(label) ? 'is a key file of cosign' : `holds "${label}"`;
  return unusable(path, `${what}, not a PKCS#8 private key`, MAKE_KEY);
}

function publicHint(path: string): string {
  return `Public half of a private key: openssl pkey -in ${path} -pubout`;
}

function unusable(path: string, reason: string, hint: string, cause?: unknown): AssayError {
  return new AssayError('CONFIG_INVALID', `the key "${path}" ${reason}`, { hint, cause });
}

function idOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex');
}
