/**
 * Lists what is attached to a signature, an attestation or another document that is itself attached
 * to an image, as the signature of a bill of materials. It is about that document and not about the
 * image, so it is listed and nothing of it is judged.
 *
 * Source: sigstore/cosign, `specs/SIGNATURE_SPEC.md`; OCI distribution specification, "Listing
 * Referrers".
 */

import { AssayError } from '../../../core/base/errors.ts';
import { throwIfInterrupted } from '../../../core/base/interrupt.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { ifThere } from '../../../clients/oci/if-there.ts';
import type { ImageManifest } from '../../../clients/oci/manifest.ts';
import { isAnyBundleType } from '../bundle-parts.ts';
import type { AttachedSource } from './attached-source.ts';
import { sbomTag } from './attached.ts';
import { attestationTag } from './attest-image.ts';
import { signatureTag } from './find-signatures.ts';
import { inTurns } from './in-turns.ts';
import { manifestAt } from './read-attached.ts';

/** A document that is attached to what is attached to an image. */
export interface BeneathAttached {
  /** The tag or the digest of its manifest. */
  readonly place: string;
  /** The type in its manifest; for tags of cosign, the purpose of the tag. */
  readonly type: string;
  /** The document that it is about. */
  readonly attachedTo: AttachedDocument;
}

/** A manifest that is attached to another one. */
export interface AttachedDocument {
  readonly digest: Digest;
  readonly type: string;
}

/** Documents beneath the attached documents of some manifests. */
export interface AllBeneath {
  readonly found: readonly BeneathAttached[];
  /** Omissions, in whole sentences. */
  readonly notes: readonly string[];
}

/** Most documents that are asked for what is attached to them; each takes four requests. */
const MAX_ASKED = 20;
/** Most documents that are listed. */
const MAX_LISTED = 50;
/** Most referrers in all that are read to find out what they are; a manifest has up to 4 MiB. */
const MAX_READ = 100;
/** Media types are no longer. Source: RFC 6838, section 4.2. */
const MAX_TYPE_LENGTH = 255;
/** The type of an index, or of a manifest that cannot be read. */
const UNREAD = 'unknown';
/** The depth of copied signatures. */
const MAX_DEPTH = 5;

/**
 * Lists the documents beneath those that are attached to manifests of an image. An error of the
 * registry is a note: nothing depends on the list.
 *
 * @throws AssayError `INTERRUPTED` or `TIMEOUT` if the run ends
 */
export async function listBeneath(
  repository: AttachedSource,
  manifests: readonly Digest[],
  signal: AbortSignal,
): Promise<AllBeneath> {
  const found: BeneathAttached[] = [];
  const notes: string[] = [];
  // A manifest of the image is never one that is attached to it.
  const seen = new Set<Digest>(manifests);
  let askedCount = 0;
  try {
    const asking = { repository, notes, left: MAX_READ };
    let level = await attachedToAll(manifests, seen, asking);
    for (let depth = 1; level.length > 0 && depth <= MAX_DEPTH; depth += 1) {
      const asked = level.slice(0, MAX_ASKED - askedCount);
      askedCount += asked.length;
      if (asked.length < level.length) notes.push(leftOut(level.length - asked.length));
      const below = await inTurns(asked, async (document) => {
        const all = await attachedTo(document.digest, asking);
        return all.map(({ place, type, digest }) => ({ place, type, digest, document }));
      });
      const next = below.flat();
      found.push(
        ...next.map(({ place, type, document }) => ({ place, type, attachedTo: document })),
      );
      level = unseen(next, seen);
    }
  } catch (error) {
    throwIfInterrupted(signal);
    if (!(error instanceof AssayError)) throw error;
    notes.push(`Not all that is attached to attached documents is listed: ${error.message}.`);
  }
  const more = found.length - MAX_LISTED;
  if (more > 0) notes.push(leftOut(more));
  return { found: found.slice(0, MAX_LISTED), notes };
}

function leftOut(count: number): string {
  return `What is attached to attached documents is not listed for ${count} more of them.`;
}

interface Placed extends AttachedDocument {
  readonly place: string;
}

interface Asking {
  readonly repository: AttachedSource;
  /** Takes what is left out. */
  readonly notes: string[];
  /** Number of referrers that may still be read. */
  left: number;
}

async function attachedToAll(
  manifests: readonly Digest[],
  seen: Set<Digest>,
  asking: Asking,
): Promise<readonly AttachedDocument[]> {
  const all = await inTurns(manifests, (digest) => attachedTo(digest, asking));
  const documents = unseen(all.flat(), seen);
  // Bundles of an image can be many, and a bundle is verified by what it contains alone.
  return documents.filter(({ type }) => !isAnyBundleType(type));
}

function unseen(all: readonly Placed[], seen: Set<Digest>): readonly AttachedDocument[] {
  const documents: AttachedDocument[] = [];
  for (const { digest, type } of all) {
    if (seen.has(digest)) continue;
    seen.add(digest);
    documents.push({ digest, type });
  }
  return documents;
}

/** Returns what is attached to one manifest: by the tags of cosign, and by its referrers. */
async function attachedTo(digest: Digest, asking: Asking): Promise<readonly Placed[]> {
  const { repository, notes } = asking;
  const tags = [
    { place: signatureTag(digest), type: 'signatures of cosign' },
    { place: attestationTag(digest), type: 'attestations of cosign' },
    { place: sbomTag(digest), type: 'bill of materials of cosign' },
  ];
  const [tagged, referrers] = await Promise.all([
    Promise.all(
      tags.map(async (tag) => {
        const resolved = (await ifThere(repository.resolve(tag.place)))?.digest;
        return resolved === undefined ? [] : [{ ...tag, digest: resolved }];
      }),
    ),
    repository.referrers(digest),
  ]);
  const taken = referrers.slice(0, asking.left);
  asking.left -= taken.length;
  if (taken.length < referrers.length) notes.push(leftOut(referrers.length - taken.length));
  const read = await inTurns(taken, async (referrer) => {
    const manifest = await manifestAt(repository, referrer.digest);
    if (manifest === undefined) return [];
    const place = { place: referrer.digest, digest: referrer.digest };
    if ('problem' in manifest) return [{ ...place, type: UNREAD }];
    // A list of referrers is a claim; the manifest decides.
    return manifest.subject?.digest === digest ? [{ ...place, type: typeOf(manifest) }] : [];
  });
  return [...tagged.flat(), ...read.flat()];
}

/**
 * Source: OCI image specification, "Guidelines for Artifact Usage": older programs state the type
 * as that of the configuration.
 */
function typeOf({ artifactType, config }: ImageManifest): string {
  return (artifactType ?? config.mediaType).slice(0, MAX_TYPE_LENGTH);
}
