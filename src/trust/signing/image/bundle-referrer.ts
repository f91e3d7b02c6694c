/**
 * Stores bundles of Sigstore as manifests that refer to an image.
 *
 * Source: sigstore/cosign, `specs/BUNDLE_SPEC.md`; OCI distribution specification, "Pushing
 * Manifests with Subject" and "Referrers Tag Schema".
 */

import { AssayError } from '../../../core/base/errors.ts';
import { sha256Of } from '../../../formats/crypto/digest/digest-check.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { ImageRepository, StoredManifest } from '../../../clients/oci/client.ts';
import { readManifest } from '../../../clients/oci/index.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../../clients/oci/media-types.ts';
import { BUNDLE_PREDICATE_TYPE, BUNDLE_TYPE } from '../bundle-parts.ts';
import { rawOf, storeBlob, type RawDescriptor } from './attached.ts';
import type { SignableManifest } from './image-manifests.ts';
import { putAgain, type TagAddition } from './shared-tags.ts';

/** A bundle with a statement. */
export interface StatementBundle {
  readonly bytes: Buffer;
  readonly predicateType: string;
  /** When it was made, in milliseconds since the Unix epoch. */
  readonly now: number;
  /**
   * Manifests that the list of referrers no longer contains, where the registry keeps none itself;
   * absent: none.
   */
  readonly without?: ReadonlySet<string> | undefined;
}

/** A bundle that is stored. */
export interface StoredBundle {
  /** The digest of its manifest. */
  readonly place: Digest;
  /** The list of referrers that is left to write, where the registry keeps none itself. */
  readonly addition?: TagAddition;
}

const EMPTY = Buffer.from('{}');
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';

/** Stores a bundle that refers to an image. */
export async function storeBundle(
  image: SignableManifest,
  { bytes: bundle, predicateType, now, without }: StatementBundle,
  repository: ImageRepository,
): Promise<StoredBundle> {
  const annotations = {
    'org.opencontainers.image.created': new Date(now).toISOString(),
    'dev.sigstore.bundle.content': 'dsse-envelope',
    [BUNDLE_PREDICATE_TYPE]: predicateType,
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType: BUNDLE_TYPE,
    config: { mediaType: EMPTY_TYPE, digest: sha256Of(EMPTY), size: 2 },
    layers: [{ mediaType: BUNDLE_TYPE, digest: sha256Of(bundle), size: bundle.length }],
    subject: { mediaType: image.mediaType, digest: image.digest, size: image.sizeBytes },
    annotations,
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const place = sha256Of(bytes);
  const put = await putAgain(repository, place, async () => {
    for (const blob of [EMPTY, bundle]) await storeBlob(repository, blob);
    return { bytes, mediaType: OCI_MANIFEST };
  });
  if (put.hasSubject) return { place };
  const entry = {
    mediaType: OCI_MANIFEST,
    digest: place,
    size: bytes.length,
    artifactType: BUNDLE_TYPE,
    annotations,
  };
  return { place, addition: referrerAddition(image.digest, entry, without) };
}

/**
 * Returns what adds a manifest to the tag that lists referrers where a registry does not list them
 * itself.
 */
export function referrerAddition(
  subject: Digest,
  entry: RawDescriptor & { readonly size: number },
  without: ReadonlySet<string> = new Set(),
): TagAddition {
  const tag = subject.replace(':', '-');
  const listed = (stored: StoredManifest | undefined): readonly RawDescriptor[] => {
    if (stored === undefined) return [];
    if (readManifest(stored.bytes, stored.mediaType, `"${tag}"`).kind !== 'index') {
      throw new AssayError('DAMAGED', `the tag "${tag}" holds an image, and no list of referrers`, {
        hint: 'Delete the tag, or leave out the form "bundle".',
      });
    }
    return rawOf(stored.bytes).manifests ?? [];
  };
  const isReplaced = ({ digest }: RawDescriptor): boolean =>
    without.has(digest) && digest !== entry.digest;
  return {
    tag,
    isHeldBy: (stored) => {
      const all = listed(stored);
      return all.some(({ digest }) => digest === entry.digest) && !all.some(isReplaced);
    },
    addTo: (stored) => {
      const others = listed(stored).filter((one) => !isReplaced(one));
      const manifests = [...others, entry];
      const before =
        stored === undefined ? { schemaVersion: 2, mediaType: OCI_INDEX } : rawOf(stored.bytes);
      const bytes = Buffer.from(JSON.stringify({ ...before, manifests }));
      return Promise.resolve({ bytes, mediaType: OCI_INDEX });
    },
  };
}
