/**
 * Reads what belongs to an image at its source: the tags `.sig` and `.att` of the index and of each manifest, and the manifests
 * that refer to them. All is read and examined before anything is sent.
 *
 * Source: sigstore/cosign, `specs/SIGNATURE_SPEC.md`; OCI distribution specification, "Listing Referrers".
 */

import { AssayError } from '../base/errors.ts';
import type { Digest } from '../model/artifact.ts';
import type { ImageRepository, StoredManifest } from '../oci/client.ts';
import { readManifest, type Descriptor, type ImageManifest } from '../oci/manifest.ts';
import { OCI_MANIFEST } from '../oci/media-types.ts';
import { refuseFilesystem } from '../scan/image-content.ts';
import { MAX_ATTESTATION_BYTES } from '../signing/bundle-parts.ts';
import { attestationTag } from '../signing/image/attest-image.ts';
import { signatureTag } from '../signing/image/find-signatures.ts';
import { MAX_SIGNATURES } from '../signing/image/read-attached.ts';
import { manifestOrNone } from '../signing/image/shared-tags.ts';

/** A manifest that belongs to an image, with its blobs. */
export interface AttachedManifest {
  /** The manifest that it belongs to. */
  readonly subject: Digest;
  /** Absent for a referrer, which is found by its subject. */
  readonly tag?: string;
  readonly manifest: ImageManifest;
  readonly stored: StoredManifest;
  /** The configuration and the layers. */
  readonly blobs: ReadonlyMap<Digest, Buffer>;
}

/** Most manifests that refer to one manifest. */
const MAX_REFERRERS = 400;
/** Everything is held in memory. */
const MAX_ALL_BYTES = 256 * 1024 * 1024;

/**
 * Reads all that belongs to an image.
 *
 * @throws AssayError `DAMAGED` if a part holds a file system, which was not scanned; `LIMIT_EXCEEDED`; as the source answers
 */
export async function readAttached(
  { manifests }: { readonly manifests: readonly Pick<StoredManifest, 'digest'>[] },
  from: ImageRepository,
): Promise<readonly AttachedManifest[]> {
  const reader = new AttachedReader(from);
  for (const { digest } of manifests) {
    for (const tag of [signatureTag(digest), attestationTag(digest)]) {
      await reader.add(tag, { subject: digest, tag });
    }
    const referrers = await from.referrers(digest);
    if (referrers.length > MAX_REFERRERS) {
      throw tooMuch(
        `${digest} has ${referrers.length} referrers, and at most ${MAX_REFERRERS} are copied`,
      );
    }
    for (const one of referrers) await reader.add(one.digest, { subject: digest });
  }
  return reader.found;
}

class AttachedReader {
  readonly found: AttachedManifest[] = [];
  readonly #from: ImageRepository;
  #bytes = 0;

  constructor(from: ImageRepository) {
    this.#from = from;
  }

  async add(version: string, place: Pick<AttachedManifest, 'subject' | 'tag'>): Promise<void> {
    const read = await manifestOrNone(this.#from, version);
    if (read === undefined) return;
    const manifest = readManifest(read.bytes, read.mediaType, `"${version}"`);
    if (manifest.kind !== 'manifest') {
      throw new AssayError('DAMAGED', `"${version}" holds an index, and no signatures`, {
        hint: 'Leave out --with-signatures, or delete it at the source.',
      });
    }
    // A list of referrers is a claim; the manifest decides.
    if (place.tag === undefined && manifest.subject?.digest !== place.subject) return;
    if (manifest.layers.length > MAX_SIGNATURES) {
      throw tooMuch(
        `"${version}" holds ${manifest.layers.length} documents, and at most ${MAX_SIGNATURES} are copied`,
      );
    }
    const blobs = new Map<Digest, Buffer>();
    for (const blob of [manifest.config, ...manifest.layers]) {
      blobs.set(blob.digest, await this.#blob(blob));
    }
    const stored = { ...read, mediaType: read.mediaType || manifest.mediaType || OCI_MANIFEST };
    await refuseFilesystem(manifest, stored, ({ digest }) =>
      Promise.resolve(blobs.get(digest) ?? new Uint8Array(0)),
    );
    this.found.push({ ...place, manifest, stored, blobs });
  }

  async #blob(descriptor: Descriptor): Promise<Buffer> {
    const bytes = Buffer.from(await this.#from.readBlob(descriptor, MAX_ATTESTATION_BYTES));
    this.#bytes += bytes.length;
    if (this.#bytes <= MAX_ALL_BYTES) return bytes;
    throw tooMuch(`the signatures of the image have more than ${MAX_ALL_BYTES} bytes`);
  }
}

function tooMuch(message: string): AssayError {
  return new AssayError('LIMIT_EXCEEDED', message, {
    hint: 'Leave out --with-signatures, or remove some of them at the source.',
  });
}
