/**
 * Private keys as cosign encrypts them: JSON in PEM.
 *
 * Source: sigstore/cosign, `pkg/cosign/keys.go`, and theupdateframework/go-tuf,
 * `encrypted/encrypted.go`; NaCl secretbox (XSalsa20-Poly1305). The label is
 * `ENCRYPTED SIGSTORE PRIVATE KEY`, or `ENCRYPTED COSIGN PRIVATE KEY` in files of older releases
 * and of skopeo. The costs of scrypt are read from the file, so they are bounded before scrypt
 * runs.
 */

import { randomBytes, scrypt } from 'node:crypto';

import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';

import { errorMessage, ParseError } from '../../core/base/errors.ts';
import { readJson, type JsonObject, type JsonValue } from '../../formats/text/json/json.ts';
import { base64Of, objectAt } from './bundle-parts.ts';
import { doesNotOpen, unusableKey } from './key-file.ts';
import { writePem } from './pem.ts';

/** The label that is written. */
const LABEL = 'ENCRYPTED SIGSTORE PRIVATE KEY';
const LABELS: ReadonlySet<string> = new Set([LABEL, 'ENCRYPTED COSIGN PRIVATE KEY']);

/** The costs that cosign writes; opening takes a fifth of a second and 64 MiB. */
const COSTS: ScryptCosts = { N: 65_536, r: 8, p: 1 };
/** Larger costs are an attack on memory (128 * N * r bytes) or time, not a protection. */
const MAX_SCRYPT_COSTS: ScryptCosts = { N: 2 ** 20, r: 16, p: 4 };

const SALT_BYTES = 32;
const NONCE_BYTES = 24;
const KEY_BYTES = 32;
/** The tag of Poly1305, which stands in front of the text. */
const TAG_BYTES = 16;

/** Costs of scrypt as RFC 7914 names them. */
export interface ScryptCosts {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Returns whether a PEM label is that of a key file of cosign. */
export function isCosignLabel(label: string): boolean {
  return LABELS.has(label);
}

/** A key file of cosign, before its password is known. */
export interface CosignContainer {
  /**
   * Returns the PKCS#8 key in DER.
   * @throws AssayError `CONFIG_INVALID` if the password is wrong or the file damaged
   */
  open(password: Uint8Array): Promise<Buffer>;
}

/**
 * Reads a key file of cosign.
 *
 * @throws AssayError `CONFIG_INVALID` for a file that is damaged or asks for unbounded work
 */
export function readCosignContainer(bytes: Uint8Array, name: string): CosignContainer {
  const { costs, salt, nonce, ciphertext } = readSealed(bytes, name);
  return {
    open: async (password) => {
      const key = await derivedKey(password, salt, costs, name);
      try {
        return Buffer.from(xsalsa20poly1305(key, nonce).decrypt(ciphertext));
      } catch (error) {
        throw doesNotOpen(name, error);
      }
    },
  };
}

/** Encrypts a PKCS#8 key as cosign does, unless other costs are given; returns PEM. */
export async function sealCosignKey(
  pkcs8: Uint8Array,
  password: Uint8Array,
  costs: ScryptCosts = COSTS,
): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const key = await derivedKey(password, salt, costs, 'new key');
  const ciphertext = Buffer.from(xsalsa20poly1305(key, nonce).encrypt(pkcs8));
  const sealed = {
    kdf: { name: 'scrypt', params: costs, salt: salt.toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext: ciphertext.toString('base64'),
  };
  return writePem(LABEL, Buffer.from(JSON.stringify(sealed)));
}

/**
 * Returns the reason for refusing the costs of scrypt; `undefined` if they are within the limits.
 */
export function scryptProblem({ N, r, p }: ScryptCosts): string | undefined {
  const counts = [N, r, p];
  const shown = `scrypt with N=${N}, r=${r}, p=${p}`;
  if (!counts.every((count) => Number.isSafeInteger(count) && count > 0)) {
    return `asks for ${shown}, which are no costs`;
  }
  const { N: maxN, r: maxR, p: maxP } = MAX_SCRYPT_COSTS;
  if (N > maxN || r > maxR || p > maxP) {
    return `asks for ${shown}; at most N=${maxN}, r=${maxR}, p=${maxP} are run`;
  }
  if (N < 2 || !Number.isInteger(Math.log2(N)))
    return `asks for ${shown}, and N is not a power of two`;
  return undefined;
}

interface SealedKey {
  readonly costs: ScryptCosts;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

function readSealed(bytes: Uint8Array, name: string): SealedKey {
  const damaged = (what: string, cause?: unknown): Error =>
    unusableKey(
      name,
      `is a key file of cosign and is damaged: ${what}`,
      'Get the file again.',
      cause,
    );
  let file: JsonObject;
  try {
    file = readJson(name, bytes);
  } catch (error) {
    const reason = error instanceof ParseError ? error.reason : errorMessage(error);
    throw damaged(reason, error);
  }
  const kdf = objectAt(file, 'kdf') ?? {};
  const cipher = objectAt(file, 'cipher') ?? {};
  if (kdf['name'] !== 'scrypt') throw damaged('its "kdf" is not scrypt');
  if (cipher['name'] !== 'nacl/secretbox') throw damaged('its "cipher" is not nacl/secretbox');
  const params = objectAt(kdf, 'params') ?? {};
  const costs = { N: numberOf(params['N']), r: numberOf(params['r']), p: numberOf(params['p']) };
  const problem = scryptProblem(costs);
  if (problem !== undefined) throw unusableKey(name, problem, 'Do not use it: ask who made it.');
  const salt = paddedBase64Of(kdf['salt']);
  const nonce = paddedBase64Of(cipher['nonce']);
  const ciphertext = paddedBase64Of(file['ciphertext']);
  if (salt === undefined) throw damaged('it has no "salt"');
  if (nonce?.length !== NONCE_BYTES) throw damaged(`its "nonce" has not ${NONCE_BYTES} bytes`);
  if (ciphertext === undefined || ciphertext.length <= TAG_BYTES) {
    throw damaged('it has no "ciphertext"');
  }
  return { costs, salt, nonce, ciphertext };
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : Number.NaN;
}

/** cosign reads base64 only with its padding. */
function paddedBase64Of(value: JsonValue | undefined): Uint8Array | undefined {
  return typeof value === 'string' && value.length % 4 === 0 ? base64Of(value) : undefined;
}

function derivedKey(
  password: Uint8Array,
  salt: Uint8Array,
  costs: ScryptCosts,
  name: string,
): Promise<Buffer> {
  const maxmem = 256 * costs.N * costs.r + 1024 * 1024;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, { ...costs, maxmem }, (error, key) => {
      if (error === null) resolve(key);
      else reject(unusableKey(name, 'needs more memory than there is', 'Free memory.', error));
    });
  });
}
