/**
 * Public keys for the verification of signatures.
 *
 * Source: RFC 5280, section 4.1 (SubjectPublicKeyInfo); RFC 7468 (PEM); RFC 8017, appendix A.1.1
 * (`RSA PUBLIC KEY`); RFC 4253, section 6.6, and sshd(8), "AUTHORIZED_KEYS FILE FORMAT" (OpenSSH);
 * `minisign.ts`. Refused, each by name: private keys, certificates, files with several keys, curves
 * and algorithms that are not listed in `key-kind.ts`, weak RSA keys.
 */

import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';

import { unusableKey, readKeyFile } from './key-file.ts';
import { ALL_KINDS, KEY_KINDS, canonicalPublicKey, kindOf, type KeyKind } from './key-kind.ts';
import { isOpenSshPublicKey, readOpenSshPublicKey } from './openssh-key.ts';
import { minisignPublicKey } from './minisign.ts';
import { isPrivateLabel, readPem, wholeDer, type PemBlock } from './pem.ts';

/** A key that verifies signatures. */
export interface PublicKey {
  readonly kind: KeyKind;
  /** For people, as in `ECDSA P-256` or `RSA 3072`. */
  readonly algorithm: string;
  /**
   * SHA-256 of the key's DER (SubjectPublicKeyInfo), in lowercase hexadecimal. One key has one id,
   * however it is encoded.
   */
  readonly id: string;
  /** SubjectPublicKeyInfo in DER; `id` is its digest. */
  readonly der: Uint8Array;
  /** The same as PEM, byte for byte as cosign writes it. */
  readonly pem: string;
  /**
   * Returns whether the signature (raw for Ed25519, DER for ECDSA, PKCS#1 v1.5 for RSA) is one of
   * this key over the content. `hash` is the only one that ECDSA and RSA may use; absent: the usual
   * ones of the key.
   */
  verify(content: Uint8Array, signature: Uint8Array, hash?: SignatureHash): boolean;
}

/** A hash of signatures by ECDSA and RSA. */
export type SignatureHash = (typeof SIGNATURE_HASHES)[number];

/** Hashes of signatures by ECDSA and RSA. */
export const SIGNATURE_HASHES = ['sha256', 'sha384', 'sha512'] as const;

/** The accepted keys of a reader. */
export interface KeyRules {
  /** Absent: all. */
  readonly kinds?: readonly KeyKind[];
  /** Instructions for an acceptable key; a whole sentence. */
  readonly hint?: string;
}

const PUBLIC_PEM = /^-----BEGIN (?:RSA )?PUBLIC KEY-----/mu;
const MAKE_KEY = 'Make one: assay key generate NAME';

/** Reads the file of a public key. @throws AssayError `CONFIG_INVALID` */
export async function readPublicKey(path: string, rules: KeyRules = {}): Promise<PublicKey> {
  return parsePublicKey(await readKeyFile(path, hintOf(rules)), path, rules);
}

/**
 * Reads the text of a public key; `name` stands for it in messages.
 * @throws AssayError `CONFIG_INVALID`
 */
export function parsePublicKey(text: string, name: string, rules: KeyRules = {}): PublicKey {
  if (isOpenSshPublicKey(text)) return publicKeyOf(readOpenSshPublicKey(text, name), name, rules);
  const minisign = minisignPublicKey(text);
  if (minisign !== undefined) return publicKeyOf(minisign, name, rules);
  const block = readPem(text, name, hintOf(rules));
  return publicKeyOf(keyOf(block, name), name, rules);
}

/**
 * Returns whether a text is in a form of public keys. A text that is not may be that of a private
 * key.
 */
export function isPublicKeyText(text: string): boolean {
  return isOpenSshPublicKey(text) || minisignPublicKey(text) !== undefined || PUBLIC_PEM.test(text);
}

/**
 * Returns the public half of a key of OpenSSL.
 * @throws AssayError `CONFIG_INVALID` if it is of a kind that is not accepted
 */
export function publicKeyOf(given: KeyObject, name: string, rules: KeyRules = {}): PublicKey {
  const kind = checkedKind(given, name, rules);
  const key = canonicalPublicKey(given);
  const der = key.export({ type: 'spki', format: 'der' });
  const bits = key.asymmetricKeyDetails?.modulusLength;
  const { verifyHashes, name: algorithm } = KEY_KINDS[kind];
  return {
    kind,
    algorithm: bits === undefined ? algorithm : `${algorithm} ${bits}`,
    id: createHash('sha256').update(der).digest('hex'),
    der,
    pem: key.export({ type: 'spki', format: 'pem' }).toString(),
    verify: (content, signature, hash) => {
      const hashes = hash === undefined || kind === 'ed25519' ? verifyHashes : [hash];
      return hashes.some((one) => verify(one, content, key, signature));
    },
  };
}

/** Returns the kind of a key. @throws AssayError `CONFIG_INVALID` if it is not accepted */
export function checkedKind(key: KeyObject, name: string, rules: KeyRules): KeyKind {
  const { kinds = ALL_KINDS } = rules;
  const facts = kindOf(key);
  if (kinds.length < ALL_KINDS.length && !('kind' in facts && kinds.includes(facts.kind))) {
    const algorithm = key.asymmetricKeyType ?? 'unknown';
    const wanted = kinds.map((kind) => KEY_KINDS[kind].name).join(', ');
    throw unusableKey(
      name,
      `is a key of the algorithm "${algorithm}", not ${wanted}`,
      hintOf(rules),
    );
  }
  if ('problem' in facts) throw unusableKey(name, facts.problem, hintOf(rules));
  return facts.kind;
}

/** Returns the hint of the rules, or the usual one. */
export function hintOf({ hint = MAKE_KEY }: KeyRules): string {
  return hint;
}

function keyOf(block: PemBlock, name: string): KeyObject {
  const { label } = block;
  if (isPrivateLabel(label)) {
    throw unusableKey(name, 'is a private key, and a public one is needed', publicHint(name));
  }
  const type = label === 'PUBLIC KEY' ? 'spki' : label === 'RSA PUBLIC KEY' ? 'pkcs1' : undefined;
  if (type === undefined) {
    throw unusableKey(name, `holds "${label}", not a public key`, publicHint(name));
  }
  const der = wholeDer(block, name);
  try {
    return createPublicKey({ key: der, format: 'der', type });
  } catch (error) {
    throw unusableKey(name, 'is damaged', MAKE_KEY, error);
  }
}

function publicHint(name: string): string {
  return `Public half of a private key: assay key public ${name}`;
}
