/**
 * Finds the signatures of an image: in its `.sig` tag, and in manifests that refer to it.
 *
 * Source: sigstore/cosign, `specs/SIGNATURE_SPEC.md` and `specs/BUNDLE_SPEC.md`.
 */

import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { Descriptor } from '../../../clients/oci/index.ts';
import { COSIGN_ANNOTATIONS } from '../cosign-annotations.ts';
import type { AttachedSource } from './attached-source.ts';
import { readImageBundle, readSimpleSigning, type SignedContent } from './image-signature.ts';
import {
  isOfType,
  legacyProofOf,
  readAttached,
  type AllAttached,
  type Attached,
  type AttachedReader,
} from './read-attached.ts';

/** A signature that was found. */
export type FoundSignature = Attached<SignedContent>;

const MAX_SIGNATURE_BYTES = 16 * 1024 * 1024;
const OCI_1_1_CONFIG = 'application/vnd.dev.cosign.artifact.sig.v1+json';

/** Returns the tag in which cosign keeps the signatures of a manifest. */
export function signatureTag(digest: Digest): string {
  return `${digest.replace(':', '-')}.sig`;
}

/**
 * Finds all signatures of a manifest. What cannot be read is in the list, with the reason.
 *
 * @throws AssayError if the registry cannot be asked
 */
export function findSignatures(
  repository: AttachedSource,
  digest: Digest,
): Promise<AllAttached<SignedContent>> {
  return readAttached(repository, digest, {
    what: 'signatures',
    tag: { name: signatureTag(digest), form: 'sig' },
    tagLayersOf: (manifest) => (isOfType(manifest, OCI_1_1_CONFIG) ? manifest.layers : []),
    maxBytes: MAX_SIGNATURE_BYTES,
    isKept: true,
    readLayer: async (layer, load) => [await readLayer(layer, load)],
    readBundle: (bytes) => readImageBundle(bytes, digest),
  });
}

async function readLayer(
  layer: Descriptor,
  load: Parameters<AttachedReader<SignedContent>['readLayer']>[1],
): Promise<FoundSignature['read']> {
  const base64 = layer.annotations.get(COSIGN_ANNOTATIONS.signature);
  if (base64 === undefined || base64 === '') return { problem: 'has no signature beside it' };
  const legacy = legacyProofOf(layer);
  const loaded = await load();
  const read = 'problem' in loaded ? loaded : readSimpleSigning(loaded.bytes, base64, legacy);
  return 'problem' in read ? { ...read, hasCertificate: (legacy.certificate ?? '') !== '' } : read;
}
