/**
 * Signatures of an npm registry on a version: ECDSA over `NAME@VERSION:INTEGRITY`.
 *
 * Source: npm documentation, "ECDSA registry signatures": `dist.signatures` has `keyid` and `sig`
 * (base64 of DER). A signature counts if the version was published before its key expired.
 */

import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonArray,
  type JsonObject,
} from '../../formats/text/json/json.ts';
import type { VersionFacts } from '../../scan/policy/version-facts.ts';
import type { Packument } from './packument.ts';
import type { KeySet, RegistryKey } from './registry-keys.ts';

/** Facts about the signatures of a version. */
export type SignatureFacts = Pick<VersionFacts, 'signatureProblem' | 'unsigned'>;

/** A version as it is signed. */
interface SignedVersion {
  readonly name: string;
  readonly version: string;
  readonly manifest: JsonObject;
  readonly publishedAt?: number;
}

/** A version has one signature; two while keys change. */
const MAX_SIGNATURES = 16;
/** A part of a publisher's text in a message. */
const MAX_ID = 80;

/** Returns whether a version of a document is signed. */
export function hasSignatures({ versions }: Pick<Packument, 'versions'>): boolean {
  return [...versions.values()].some(({ manifest }) => signaturesIn(manifest) !== undefined);
}

/**
 * Compares the signatures of a version with the keys of its registry. All that can be compared must
 * be right.
 */
export function signatureFacts(
  { name, version, manifest, publishedAt }: SignedVersion,
  { keys, isUnknown }: KeySet,
): SignatureFacts {
  if (isUnknown) return { unsigned: 'the keys of its registry could not be fetched' };
  if (keys.length === 0) return {};
  const { dist } = manifest;
  const { integrity } = readStrings(dist, ['integrity']);
  const rows = signaturesIn(manifest);
  if (rows === undefined) return { unsigned: 'it has no signature' };
  if (rows.length > MAX_SIGNATURES) {
    return { signatureProblem: `it has more than ${MAX_SIGNATURES} signatures` };
  }
  const text = `${name}@${version}:${integrity ?? ''}`;
  let unsigned: string | undefined = 'it is signed with a key that its registry does not publish';
  for (const row of rows) {
    const { keyid = '', sig = '' } = readStrings(row, ['keyid', 'sig']);
    for (const key of keys.filter((one) => one.keyid === keyid)) {
      const problem = problemOf(key, text, { sig, publishedAt });
      if (problem === 'undated')
        unsigned = 'its key has expired, and it has no date of publication';
      else if (problem !== undefined) return { signatureProblem: problem };
      else unsigned = undefined;
    }
  }
  return unsigned === undefined ? {} : { unsigned };
}

function signaturesIn({ dist }: JsonObject): JsonArray | undefined {
  const rows = isJsonObject(dist) ? dist['signatures'] : undefined;
  return isJsonArray(rows) && rows.length > 0 ? rows : undefined;
}

function problemOf(
  key: RegistryKey,
  text: string,
  { sig, publishedAt }: { readonly sig: string; readonly publishedAt: number | undefined },
): string | undefined {
  const { keyid, expiresAt } = key;
  if (!key.verify(text, Buffer.from(sig, 'base64'))) {
    return `its signature of the key ${keyid.slice(0, MAX_ID)} is not right`;
  }
  if (expiresAt === undefined) return undefined;
  if (publishedAt === undefined) return 'undated';
  return publishedAt < expiresAt
    ? undefined
    : `its signature is of the key ${keyid.slice(0, MAX_ID)}, which had expired`;
}
