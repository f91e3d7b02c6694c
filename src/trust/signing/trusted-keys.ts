/** The keys of the trust file, ready to verify. */

import { AssayError, errorMessage } from '../../core/base/errors.ts';
import type { FoundTrustFile } from '../trust-file/find-trust-file.ts';
import type { TrustedKey } from '../trust-file/trust-file.ts';
import { parsePublicKey, type PublicKey } from './public-key.ts';

/** A key of the trust file that was read. */
export interface LoadedKey extends TrustedKey {
  readonly publicKey: PublicKey;
}

/**
 * Reads all keys of a trust file.
 *
 * @throws AssayError `CONFIG_INVALID` naming the line, for a key that cannot be used, and for one
 * that is there twice: a threshold would count it twice
 */
export async function loadTrustedKeys({
  trust,
  readFile,
}: FoundTrustFile): Promise<readonly LoadedKey[]> {
  const byId = new Map<string, LoadedKey>();
  for (const key of trust.keys) {
    const loaded = { ...key, publicKey: await publicKeyOf(key, readFile) };
    const other = byId.get(loaded.publicKey.id);
    if (other !== undefined) {
      throw new AssayError(
        'CONFIG_INVALID',
        `${key.where}: the keys "${other.name}" and "${key.name}" are the same key`,
        { hint: 'A key counts once. Take one out, and give the other all scopes.' },
      );
    }
    byId.set(loaded.publicKey.id, loaded);
  }
  return [...byId.values()];
}

async function publicKeyOf(
  { name, where, material }: TrustedKey,
  readFile: FoundTrustFile['readFile'],
): Promise<PublicKey> {
  try {
    if ('text' in material) return parsePublicKey(material.text, name);
    const text = (await readFile(material.file)).toString('latin1');
    return parsePublicKey(text, material.file);
  } catch (error) {
    const hint = error instanceof AssayError ? error.hint : undefined;
    throw new AssayError('CONFIG_INVALID', `${where}: ${errorMessage(error)}`, {
      ...(hint !== undefined && { hint }),
      cause: error,
    });
  }
}
