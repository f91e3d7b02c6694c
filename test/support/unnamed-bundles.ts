/**
 * Bundles as cosign 3 signs images: the statement has the digest of the image, and names a
 * repository only if the caller gives one.
 */

import { sign, type KeyObject } from 'node:crypto';

import type { Digest } from '../../src/core/model/artifact/artifact.ts';
import type { LayoutRepository } from '../../src/clients/oci/layout-repository.ts';
import { OCI_MANIFEST } from '../../src/clients/oci/media-types.ts';
import { storeBundle } from '../../src/trust/signing/image/bundle-referrer.ts';
import {
  SIGNATURE_PREDICATE,
  writeSignatureStatement,
} from '../../src/trust/signing/image/image-signature.ts';
import { preAuthEncoding, STATEMENT_PAYLOAD_TYPE } from '../../src/trust/signing/bundle-parts.ts';
import { addToTags } from '../../src/trust/signing/image/shared-tags.ts';

/** What a bundle is about, and what is changed in it. */
export interface UnnamedParts {
  /** The digest in the statement. */
  readonly digest: string;
  /** The image that the bundle is attached to; absent: the same. */
  readonly subject?: string;
  readonly repository?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Changes the statement before it is signed. */
  readonly statement?: (json: string) => string;
  /** Changes the bundle after it was signed. */
  readonly change?: (bundle: BundleDocument) => void;
}

/** A bundle as JSON; tests change it freely. */
export interface BundleDocument {
  [key: string]: unknown;
  verificationMaterial?: Record<string, unknown>;
  dsseEnvelope: { payload: string; signatures: { sig: string }[] } & Record<string, unknown>;
}

/** Returns a bundle of a key. */
export function unnamedBundle(key: KeyObject, parts: UnnamedParts): Buffer {
  const { digest, repository, annotations = {}, statement = (json: string) => json } = parts;
  const claim = {
    digest,
    ...(repository !== undefined && { repository }),
    annotations: new Map(Object.entries(annotations)),
  };
  const payload = Buffer.from(statement(writeSignatureStatement(claim).toString()));
  const hash = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const signature = sign(hash, preAuthEncoding(STATEMENT_PAYLOAD_TYPE, payload), key);
  const bundle: BundleDocument = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: '' } },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: STATEMENT_PAYLOAD_TYPE,
      signatures: [{ sig: signature.toString('base64') }],
    },
  };
  parts.change?.(bundle);
  return Buffer.from(JSON.stringify(bundle));
}

/** Attaches a bundle to an image of a layout. */
export async function attachBundle(
  layout: LayoutRepository,
  subject: string,
  bytes: Buffer,
): Promise<void> {
  const image = { digest: subject as Digest, mediaType: OCI_MANIFEST, sizeBytes: 1 };
  const document = { bytes, predicateType: SIGNATURE_PREDICATE, now: Date.now() };
  const { addition } = await storeBundle(image, document, layout);
  if (addition !== undefined) {
    await addToTags(layout, [addition], { waitMs: 1, signal: AbortSignal.timeout(60_000) });
  }
}
