/** Decides whether a bundle is trusted: enough trusted keys signed it, and it has not expired. */

import { AssayError } from '../../../core/base/errors.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import { readVerifyKey, type VerifyKey } from '../../../trust/signing/ed25519-key.ts';
import { readBundleManifest, bundleError, type BundleManifest } from './bundle-format.ts';
import type { BundleHead, BundleReader } from './bundle-reader.ts';
import type { TrustRequest } from './bundle-types.ts';

/** The trusted keys and the required number of signatures. */
export interface BundleTrust {
  /** By id. */
  readonly keys: ReadonlyMap<string, VerifyKey>;
  /** At least 1 and at most the number of keys. */
  readonly threshold: number;
}

/** The verified head of a bundle, before its files are read. */
export interface VerifiedBundleHead {
  readonly manifest: BundleManifest;
  /** Ids of trusted keys whose signatures hold; without trust, of all keys that are named. */
  readonly signedBy: readonly string[];
}

/** Returns `undefined` where no key is given. @throws AssayError `USAGE`, `CONFIG_INVALID` */
export async function readTrust({
  verifyKeys,
  threshold,
}: TrustRequest): Promise<BundleTrust | undefined> {
  if (verifyKeys.length === 0) {
    if (threshold === undefined) return undefined;
    throw new AssayError('USAGE', '--threshold asks for signatures and no key is given', {
      hint: 'Name the public keys that you trust: --verify-key FILE',
    });
  }
  const keys = new Map<string, VerifyKey>();
  for (const path of verifyKeys) {
    const key = await readVerifyKey(path);
    keys.set(key.id, key);
  }
  if (threshold !== undefined && threshold > keys.size) {
    throw new AssayError(
      'USAGE',
      `--threshold ${threshold} cannot be met by ${pluralize(keys.size, 'different key')}`,
      { hint: 'Give as many different keys with --verify-key, or lower the threshold.' },
    );
  }
  return { keys, threshold: threshold ?? keys.size };
}

/**
 * Reads what stands in front of the files, and believes it or not. Signatures are verified before
 * anything that they cover is looked at.
 * @throws AssayError `ADVISORY_DATA_UNVERIFIED`, `ADVISORY_DATA_STALE`
 */
export async function verifyBundleHead(
  path: string,
  reader: BundleReader,
  { trust, now }: { readonly trust: BundleTrust | undefined; readonly now: number },
): Promise<VerifiedBundleHead> {
  const head = await reader.head();
  const signedBy =
    trust === undefined
      ? head.signatures.map(({ keyId }) => keyId)
      : trustedSigners(path, head, trust);
  const manifest = readBundleManifest(path, head.signed);
  reader.checkSize(manifest.files);
  checkExpiry(path, manifest, now);
  return { manifest, signedBy };
}

/** Returns the short form of a key's id, for people. */
export function shortKeyId(id: string): string {
  return id.slice(0, 16);
}

function trustedSigners(path: string, head: BundleHead, trust: BundleTrust): readonly string[] {
  const holding: string[] = [];
  const broken: string[] = [];
  for (const { keyId, signature } of head.signatures) {
    const key = trust.keys.get(keyId);
    if (key !== undefined) (key.verify(head.signed, signature) ? holding : broken).push(keyId);
  }
  if (broken.length > 0) {
    const names = broken.map(shortKeyId).join(', ');
    throw bundleError(path, `has a signature of the key ${names} that does not hold`);
  }
  if (holding.length >= trust.threshold) return holding;
  throw tooFewSigners(path, head, { trust, holding });
}

function tooFewSigners(
  path: string,
  { signatures }: BundleHead,
  { trust, holding }: { readonly trust: BundleTrust; readonly holding: readonly string[] },
): AssayError {
  if (signatures.length === 0) return bundleError(path, 'is not signed');
  const given = [...trust.keys.keys()].map(shortKeyId).join(', ');
  const found = signatures.map(({ keyId }) => shortKeyId(keyId)).join(', ');
  const wanted = `${holding.length} of ${pluralize(trust.threshold, 'required signature')}`;
  return bundleError(
    path,
    `has ${wanted}: it is signed by ${found}, and the keys given are ${given}`,
  );
}

function checkExpiry(path: string, { version, expiresAt }: BundleManifest, now: number): void {
  if (expiresAt === undefined || now < Date.parse(expiresAt)) return;
  throw new AssayError(
    'ADVISORY_DATA_STALE',
    `the bundle "${path}", version ${version}, expired on ${expiresAt}`,
    { hint: 'Nothing was changed. Get a newer bundle from those who made it.' },
  );
}
