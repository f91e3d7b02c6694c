/** Makes keys. */

import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

import { privateKeyOf, type PrivateKey } from './private-key.ts';

/** Kinds of keys that can be generated, by the words of `assay key generate --kind`. */
export const NEW_KEY_KINDS = [
  'p256',
  'p384',
  'p521',
  'ed25519',
  'rsa-2048',
  'rsa-3072',
  'rsa-4096',
] as const;

/** A kind of key to make. */
export type NewKeyKind = (typeof NEW_KEY_KINDS)[number];

const CURVES = { p256: 'prime256v1', p384: 'secp384r1', p521: 'secp521r1' } as const;
const BITS = { 'rsa-2048': 2048, 'rsa-3072': 3072, 'rsa-4096': 4096 } as const;

const generate = promisify(generateKeyPair);

/** Makes a new key. */
export async function generateKey(kind: NewKeyKind): Promise<PrivateKey> {
  switch (kind) {
    case 'p256':
    case 'p384':
    case 'p521': {
      const { privateKey } = await generate('ec', { namedCurve: CURVES[kind] });
      return privateKeyOf(privateKey, 'new key');
    }
    case 'ed25519':
      return privateKeyOf((await generate('ed25519')).privateKey, 'new key');
    case 'rsa-2048':
    case 'rsa-3072':
    case 'rsa-4096': {
      const { privateKey } = await generate('rsa', { modulusLength: BITS[kind] });
      return privateKeyOf(privateKey, 'new key');
    }
  }
}
