/**
 * Reads what belongs to an image at its source: the tags `.sig`, `.att` and `.sbom` of the index
 * and of each manifest, the manifests that refer to them, and what belongs to these in turn. All is
 * read and examined before anything is sent.
 *
 * Source: sigstore/cosign, `specs/SIGNATURE_SPEC.md`; OCI distribution specification, "Listing
 * Referrers".
 */

import { AssayError } from '../../core/base/errors.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { ImageRepository, StoredManifest } from '../../clients/oci/client.ts';
import { readManifest, type Descriptor, type ImageManifest } from '../../clients/oci/manifest.ts';
import { OCI_MANIFEST } from '../../clients/oci/media-types.ts';
import { refuseFilesystem } from '../../scan/pipeline/image-content.ts';
import { MAX_ATTESTATION_BYTES } from '../../trust/signing/bundle-parts.ts';
import { sbomTag } from '../../trust/signing/image/attached.ts';
import { attestationTag } from '../../trust/signing/image/attest-image.ts';
import { signatureTag } from '../../trust/signing/image/find-signatures.ts';
import { MAX_SIGNATURES } from '../../trust/signing/image/read-attached.ts';
import { manifestOrNone } from '../../trust/signing/image/shared-tags.ts';

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
/** Most manifests in all. */
const MAX_MANIFESTS = 1000;
/** A signature of a bill of materials that belongs to an image is two deep. */
const MAX_DEPTH = 5;
/** Everything is held in memory. */
const MAX_ALL_BYTES = 256 * 1024 * 1024;

/**
 * Reads all that belongs to an image.
 *
 * @throws AssayError `DAMAGED` if a part holds a file system, which was not scanned;
 * `LIMIT_EXCEEDED`; as the source answers
 */
export async function readAttached(
  { manifests }: { readonly manifests: readonly Pick<StoredManifest, 'digest'>[] },
  from: ImageRepository,
): Promise<readonly AttachedManifest[]> {
  const reader = new AttachedReader(from);
  for (const { digest } of manifests) await reader.addAll(digest, 1);
  return reader.found;
}

class AttachedReader {
  readonly found: AttachedManifest[] = [];
  readonly #from: ImageRepository;
  readonly #begun = new Set<Digest>();
  #bytes = 0;

  constructor(from: ImageRepository) {
    this.#from = from;
  }

  /** Adds what belongs to a manifest. `depth` is 1 for a manifest of the image. */
  async addAll(subject: Digest, depth: number): Promise<void> {
    if (this.#begun.has(subject)) return;
    this.#begun.add(subject);
    const tags = [signatureTag(subject), attestationTag(subject), sbomTag(subject)];
    const [tagged, referrers] = await Promise.all([
      Promise.all(tags.map((tag) => manifestOrNone(this.#from, tag))),
      this.#from.referrers(subject),
    ]);
    if (referrers.length > MAX_REFERRERS) {
      throw tooMuch(
        `${subject} has ${referrers.length} referrers, and at most ${MAX_REFERRERS} are copied`,
      );
    }
    const added: (Digest | undefined)[] = [];
    for (const [at, tag] of tags.entries()) {
      added.push(await this.#add(tagged[at], tag, { subject, tag }));
    }
    for (const { digest } of referrers) {
      const read = await manifestOrNone(this.#from, digest);
      added.push(await this.#add(read, digest, { subject }));
    }
    for (const digest of added) {
      if (digest === undefined) continue;
      if (depth > MAX_DEPTH) {
        throw tooMuch(`${digest} belongs to what is more than ${MAX_DEPTH} referrers deep`);
      }
      await this.addAll(digest, depth + 1);
    }
  }

  /** Returns the digest of what was added; `undefined` if nothing was. */
  async #add(
    read: StoredManifest | undefined,
    version: string,
    place: Pick<AttachedManifest, 'subject' | 'tag'>,
  ): Promise<Digest | undefined> {
    if (read === undefined) return undefined;
    const manifest = readManifest(read.bytes, read.mediaType, `"${version}"`);
    if (manifest.kind !== 'manifest') {
      throw new AssayError('DAMAGED', `"${version}" holds an index, and no signatures`, {
        hint: 'Leave out --with-signatures, or delete it at the source.',
      });
    }
    // A list of referrers is a claim; the manifest decides.
    if (place.tag === undefined && manifest.subject?.digest !== place.subject) return undefined;
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
    if (this.found.length === MAX_MANIFESTS) {
      throw tooMuch(`more than ${MAX_MANIFESTS} manifests belong to the image`);
    }
    this.found.push({ ...place, manifest, stored, blobs });
    return read.digest;
  }

  async #blob(descriptor: Descriptor): Promise<Buffer> {
    // Other addresses of the manifest are not requested: the author of a signature could otherwise
    // direct requests of this machine.
    const own = { ...descriptor, urls: [] };
    const bytes = Buffer.from(await this.#from.readBlob(own, MAX_ATTESTATION_BYTES));
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
