/**
 * The signature that the packager of an RPM made over its header.
 *
 * Source: rpm.org, "RPM V4 Package Format", "Signature header" (RSAHEADER, DSAHEADER, and OPENPGP
 * since RPM 6); RFC 9580. Trust comes from the keys that the caller hands over, and never from the
 * keys that an image's own database lists.
 */

import { signedBytes } from './rpm-digest.ts';
import { RPM_TAG, type RpmHeader } from './rpm-header.ts';
import type { OpenPgpKey } from '../../crypto/openpgp/openpgp-keys.ts';
import { PACKET, readPackets } from '../../crypto/openpgp/openpgp-packets.ts';
import {
  hasSignedDigest,
  isSignedBy,
  readSignature,
  type Signature,
} from '../../crypto/openpgp/openpgp-signature.ts';

/**
 * `good`: one of the keys made it. `bad`: made over other bytes, or not by the key that it names.
 * `unknownKey`: signed by a key that is not among them. `unsupported`: an algorithm that is not
 * verified here. `unsigned`: there is none.
 */
export type HeaderSignature =
  | { readonly outcome: 'good'; readonly key: OpenPgpKey }
  | { readonly outcome: 'bad'; readonly keyId?: string }
  | { readonly outcome: 'unknownKey'; readonly keyId?: string }
  | { readonly outcome: 'unsupported'; readonly keyId?: string }
  | { readonly outcome: 'unsigned' };

/**
 * Order of outcomes: of several signatures a good one counts, else a bad one. RPM 6 has one for
 * each kind of key.
 */
const ORDER: readonly HeaderSignature['outcome'][] = ['good', 'bad', 'unknownKey', 'unsupported'];
/** Real headers have three at most. */
const MAX_SIGNATURES = 16;

/** Checks the signatures of a header against keys that the user trusts. */
export function verifyHeaderSignature(
  header: RpmHeader,
  keys: readonly OpenPgpKey[],
): HeaderSignature {
  const pieces = signedBytes(header);
  const signatures = signaturesOf(header);
  if (signatures.length === 0) return { outcome: 'unsigned' };
  const outcomes = signatures.map((signature) =>
    signature === undefined || pieces === undefined
      ? ({ outcome: 'bad' } as const)
      : verify(signature, pieces, keys),
  );
  for (const wanted of ORDER) {
    const found = outcomes.find(({ outcome }) => outcome === wanted);
    if (found !== undefined) return found;
  }
  return { outcome: 'unsigned' };
}

function verify(
  signature: Signature,
  pieces: readonly Uint8Array[],
  keys: readonly OpenPgpKey[],
): HeaderSignature {
  const { keyId, hash, algorithm } = signature;
  const named = keyId === undefined ? {} : { keyId };
  if (signature.type !== 0) return { outcome: 'bad', ...named };
  if (hash === undefined) return { outcome: 'unsupported', ...named };
  // Needs no key: the start of the digest stands in the signature.
  if (!hasSignedDigest(signature, pieces)) return { outcome: 'bad', ...named };
  if (algorithm === undefined) return { outcome: 'unsupported', ...named };
  const candidates = keys.filter((key) => keyId === undefined || key.keyId === keyId);
  const key = candidates.find((candidate) => isSignedBy(signature, pieces, candidate));
  if (key !== undefined) return { outcome: 'good', key };
  return { outcome: candidates.length > 0 ? 'bad' : 'unknownKey', ...named };
}

/** Returns `undefined` for a packet that is no signature, or cannot be read. */
function signaturesOf(header: RpmHeader): readonly (Signature | undefined)[] {
  const packets: Uint8Array[] = [];
  for (const tag of [RPM_TAG.rsaHeader, RPM_TAG.dsaHeader]) {
    const bytes = header.binary(tag);
    if (bytes !== undefined) packets.push(bytes);
  }
  for (const text of header.texts(RPM_TAG.openpgp).slice(0, MAX_SIGNATURES)) {
    packets.push(Buffer.from(text, 'base64'));
  }
  return packets.map((bytes) => {
    const packet = readPackets(bytes)?.[0];
    return packet?.tag === PACKET.signature ? readSignature(packet.body) : undefined;
  });
}
