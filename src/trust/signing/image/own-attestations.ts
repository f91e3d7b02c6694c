/**
 * The attestations that a signer made before, which a new one of the same type replaces.
 *
 * The signed statement decides on the type, and the key on the signer. An envelope with a second
 * signature can be one of another signer as well, and is none of these.
 */

import { AssayError } from '../../../core/base/errors.ts';
import type { JsonObject } from '../../../formats/text/json/json.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { ImageRepository } from '../../../clients/oci/client.ts';
import type { Descriptor } from '../../../clients/oci/index.ts';
import { isBundleType, MAX_ATTESTATION_BYTES, objectAt } from '../bundle-parts.ts';
import { readEnvelope, readUnambiguous } from '../envelope.ts';
import type { Signatory } from '../signature.ts';
import { inTurns } from './in-turns.ts';
import { blobAt, manifestAt } from './read-attached.ts';

/** The types of the new attestations, and their signer. */
export interface Replacement {
  readonly types: ReadonlySet<unknown>;
  readonly signatory: Pick<Signatory, 'made'>;
}

/** Returns whether a document is an envelope with an attestation that is replaced. */
export function isOwnEnvelope(
  document: JsonObject | undefined,
  { types, signatory }: Replacement,
): boolean {
  const envelope = document === undefined ? undefined : readEnvelope(document);
  if (envelope === undefined || 'problem' in envelope) return false;
  const { statement, signed, signatures } = envelope;
  if (!types.has(statement['predicateType'])) return false;
  const [signature, other] = signatures;
  if (signature === undefined || 'problem' in signature || other !== undefined) return false;
  return signatory.made?.(signed, signature) === true;
}

/**
 * Returns the document of an attestation; `undefined` if it cannot be read, because its signer is
 * unknown then.
 */
export async function attestationAt(
  repository: ImageRepository,
  layer: Descriptor,
): Promise<JsonObject | undefined> {
  const loaded = await blobAt(repository, layer, MAX_ATTESTATION_BYTES);
  const read = 'problem' in loaded ? loaded : readUnambiguous(loaded.bytes);
  return 'problem' in read ? undefined : read.document;
}

/** Returns the manifests with bundles that are replaced at an image. */
export async function ownBundles(
  image: Digest,
  replacement: Replacement,
  repository: ImageRepository,
): Promise<Set<Digest>> {
  if (replacement.signatory.made === undefined) return new Set();
  const own = await inTurns(await repository.referrers(image), async ({ digest }) => {
    const manifest = await manifestAt(repository, digest);
    if (manifest === undefined || 'problem' in manifest) return [];
    if (manifest.subject?.digest !== image) return [];
    const [layer, other] = manifest.layers;
    if (layer === undefined || other !== undefined || !isBundleType(layer.mediaType)) return [];
    const document = await attestationAt(repository, layer);
    const envelope = document && objectAt(document, 'dsseEnvelope');
    return isOwnEnvelope(envelope, replacement) ? [digest] : [];
  });
  return new Set(own.flat());
}

/**
 * Removes manifests that refer to an image. The new attestations are stored already.
 *
 * @throws AssayError `REGISTRY_DENIED` if one of them is still listed
 */
export async function removeBundles(
  image: Digest,
  replaced: ReadonlySet<Digest>,
  repository: ImageRepository,
): Promise<void> {
  const listed = async (): Promise<readonly Digest[]> => {
    const all = await repository.referrers(image);
    return all.flatMap(({ digest }) => (replaced.has(digest) ? [digest] : []));
  };
  try {
    for (const digest of await listed()) await repository.deleteManifest(digest);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    throw new AssayError(error.code, error.message, { hint: STILL_THERE, cause: error });
  }
  const [left] = await listed();
  if (left === undefined) return;
  throw new AssayError('REGISTRY_DENIED', `the registry still lists the deleted bundle ${left}`, {
    hint: STILL_THERE,
  });
}

const STILL_THERE =
  'The new attestation is stored, and the newest decides. Older bundles are still there: write only the tag with --form att, leave out --replace, or let the registry delete manifests.';
