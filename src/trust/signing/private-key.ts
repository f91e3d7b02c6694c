/**
 * Private keys for signatures, in every form in which common programs write them.
 *
 * Source: RFC 5958 (PKCS#8, plain and encrypted); RFC 5915 (`EC PRIVATE KEY`); RFC 8017, appendix
 * A.1.2 (`RSA PRIVATE KEY`); RFC 1421 (their older encryption); `cosign-key.ts` and
 * `openssh-key.ts` for the forms of cosign and OpenSSH. Refused, each by name: public keys,
 * certificates, files with several keys, kinds that `key-kind.ts` does not list, keys whose halves
 * do not belong together, encrypted keys that ask for unbounded work or do not open.
 */

import { createPrivateKey, sign, type KeyObject } from 'node:crypto';

import { isCosignLabel, readCosignContainer } from './cosign-key.ts';
import { doesNotOpen, readKeyFile, unusableKey } from './key-file.ts';
import { KEY_KINDS, canonicalPublicKey } from './key-kind.ts';
import { readOpenSshContainer } from './openssh-key.ts';
import { isPrivateLabel, readPem, wholeDer, type PemBlock } from './pem.ts';
import { pkcs8CostProblem } from './pkcs8-costs.ts';
import { checkedKind, hintOf, publicKeyOf, type KeyRules, type PublicKey } from './public-key.ts';

/** A key that signs. */
export interface PrivateKey {
  readonly publicKey: PublicKey;
  /**
   * Signs with the usual hash of the key's kind: raw for Ed25519, DER for ECDSA, PKCS#1 v1.5 for
   * RSA.
   */
  sign(content: Uint8Array): Uint8Array;
  /** Returns the key as PKCS#8 in DER, not encrypted. */
  pkcs8(): Buffer;
}

/** A key that signs, wherever it is. */
export interface Signer {
  readonly publicKey: PublicKey;
  /** Path of the key, or `exec:PROGRAM`; for messages. */
  readonly name: string;
  /** Signs with the usual hash of the key's kind; see `PublicKey.verify` for the form. */
  sign(content: Uint8Array): Promise<Uint8Array>;
}

/**
 * Returns the password of a key, or `undefined` if none can be had. It is called only for keys that
 * are encrypted. `name` is the path of the key.
 */
export type PasswordSource = (name: string) => Promise<Uint8Array | undefined>;

/** Options for reading the file of a private key. */
export interface PrivateKeyRules extends KeyRules {
  readonly password: PasswordSource;
}

/**
 * A password that is no secret between the two halves of a key; it only shows that they belong
 * together.
 */
const PROBE = Buffer.from('the halves of this key belong together');

/** Reads the file of a private key. @throws AssayError `CONFIG_INVALID` */
export async function readPrivateKey(path: string, rules: PrivateKeyRules): Promise<PrivateKey> {
  return parsePrivateKey(await readKeyFile(path, hintOf(rules)), path, rules);
}

/**
 * Reads the text of a private key; `name` stands for it in messages.
 * @throws AssayError `CONFIG_INVALID`
 */
export async function parsePrivateKey(
  text: string,
  name: string,
  rules: PrivateKeyRules,
): Promise<PrivateKey> {
  const block = readPem(text, name, hintOf(rules));
  return privateKeyOf(await keyOf(block, name, rules), name, rules);
}

/**
 * Returns a key of OpenSSL as a key that signs.
 * @throws AssayError `CONFIG_INVALID` if it is not accepted
 */
export function privateKeyOf(key: KeyObject, name: string, rules: KeyRules = {}): PrivateKey {
  const kind = checkedKind(key, name, rules);
  const publicKey = publicKeyOf(canonicalPublicKey(key), name, rules);
  const { signHash } = KEY_KINDS[kind];
  const signed = (content: Uint8Array): Uint8Array => sign(signHash, content, key);
  if (!publicKey.verify(PROBE, signed(PROBE))) {
    throw unusableKey(name, 'is damaged: its halves do not belong together', hintOf(rules));
  }
  return { publicKey, sign: signed, pkcs8: () => key.export({ type: 'pkcs8', format: 'der' }) };
}

async function keyOf(block: PemBlock, name: string, rules: PrivateKeyRules): Promise<KeyObject> {
  const { label, bytes } = block;
  if (isCosignLabel(label)) {
    const container = readCosignContainer(bytes, name);
    const pkcs8 = await container.open(await passwordFor(name, rules));
    return parsed(name, () => createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
  }
  switch (label) {
    case 'PRIVATE KEY':
      return derKey(block, 'pkcs8', name);
    case 'EC PRIVATE KEY':
      return block.isLegacyEncrypted ? legacyKey(block, name, rules) : derKey(block, 'sec1', name);
    case 'RSA PRIVATE KEY':
      return block.isLegacyEncrypted ? legacyKey(block, name, rules) : derKey(block, 'pkcs1', name);
    case 'ENCRYPTED PRIVATE KEY': {
      const problem = pkcs8CostProblem(wholeDer(block, name));
      if (problem !== undefined)
        throw unusableKey(name, problem, 'Do not use it: ask who made it.');
      return legacyKey(block, name, rules);
    }
    case 'OPENSSH PRIVATE KEY': {
      const container = readOpenSshContainer(bytes, name);
      return container.open(container.isEncrypted ? await passwordFor(name, rules) : undefined);
    }
    default:
      throw notPrivate(name, label, hintOf(rules));
  }
}

function derKey(block: PemBlock, type: 'pkcs8' | 'sec1' | 'pkcs1', name: string): KeyObject {
  const key = wholeDer(block, name);
  return parsed(name, () => createPrivateKey({ key, format: 'der', type }));
}

/**
 * Opens what OpenSSL encrypts itself. One wrong password in some hundreds decrypts to a text whose
 * padding looks right.
 */
async function legacyKey(
  { text }: PemBlock,
  name: string,
  rules: PrivateKeyRules,
): Promise<KeyObject> {
  const passphrase = Buffer.from(await passwordFor(name, rules));
  try {
    return createPrivateKey({ key: text, format: 'pem', passphrase });
  } catch (error) {
    throw doesNotOpen(name, error);
  }
}

async function passwordFor(name: string, { password }: PrivateKeyRules): Promise<Uint8Array> {
  const given = await password(name);
  if (given !== undefined) return given;
  throw unusableKey(
    name,
    'is encrypted, and no password is given',
    'Set ASSAY_KEY_PASSWORD or COSIGN_PASSWORD.',
  );
}

/** Errors of OpenSSL are not for people. */
function parsed(name: string, parse: () => KeyObject): KeyObject {
  try {
    return parse();
  } catch (error) {
    throw unusableKey(name, 'is damaged', 'Get the file again.', error);
  }
}

function notPrivate(name: string, label: string, hint: string): Error {
  if (label === 'PUBLIC KEY' || label === 'RSA PUBLIC KEY') {
    return unusableKey(name, 'is a public key, and only a private one can sign', hint);
  }
  const what = isPrivateLabel(label) ? 'a private key of another kind' : `"${label}"`;
  return unusableKey(name, `holds ${what}, not a private key that can sign`, hint);
}
