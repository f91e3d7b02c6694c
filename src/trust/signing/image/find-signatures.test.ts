import { describe, expect, it } from 'vitest';

import { digestOf } from '../../../../test/support/stored-images.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { ImageRepository } from '../../../clients/oci/client.ts';
import type { Descriptor } from '../../../clients/oci/index.ts';
import { OCI_MANIFEST } from '../../../clients/oci/media-types.ts';
import { findSignatures, signatureTag } from './find-signatures.ts';
import { blobAt } from './read-attached.ts';
import { SignatureBudget } from './signature-budget.ts';

const MEBIBYTE = 1024 * 1024;
const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const IMAGE: Digest = `sha256:${'1'.repeat(64)}`;

/** A repository whose every document is the same one. */
function repositoryOf(
  document: Buffer,
  { layers, referrers, tagged }: { layers: number; referrers: number; tagged: boolean },
): { readonly repository: ImageRepository; readonly reads: () => number } {
  let reads = 0;
  const layer = {
    mediaType: BUNDLE_TYPE,
    digest: digestOf(document),
    size: document.length,
    annotations: { 'dev.cosignproject.cosign/signature': 'AAAA' },
  };
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: IMAGE, size: 2 },
      subject: { mediaType: OCI_MANIFEST, digest: IMAGE, size: 2 },
      layers: Array.from({ length: layers }, () => layer),
    }),
  );
  const manifest = { digest: digestOf(bytes), mediaType: OCI_MANIFEST, bytes };
  const listed = Array.from({ length: referrers }, () => manifest);
  const repository = {
    manifest: (version: string) =>
      Promise.resolve(
        tagged || version !== signatureTag(IMAGE) ? manifest : { ...manifest, bytes: NO_LAYERS },
      ),
    readBlob: () => {
      reads += 1;
      return Promise.resolve(document);
    },
    referrers: () => Promise.resolve(listed),
  };
  return { repository: repository as unknown as ImageRepository, reads: () => reads };
}

const NO_LAYERS = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: IMAGE, size: 2 },
    layers: [],
  }),
);

function bundle(lengthBytes: number): Buffer {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256: IMAGE.slice('sha256:'.length) } }],
    predicateType: 'https://sigstore.dev/cosign/sign/v1',
    predicate: { filler: 'x'.repeat((lengthBytes * 3) / 4) },
  };
  return Buffer.from(
    JSON.stringify({
      mediaType: BUNDLE_TYPE,
      verificationMaterial: { publicKey: { hint: '' } },
      dsseEnvelope: {
        payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
        payloadType: 'application/vnd.in-toto+json',
        signatures: [{ sig: 'AAAA' }],
      },
    }),
  );
}

describe('documents that are listed again and again', () => {
  it.each([
    ['layers of one referrer', { layers: 100, referrers: 1, tagged: false }],
    ['many referrers', { layers: 1, referrers: 400, tagged: false }],
    ['layers of many referrers', { layers: 100, referrers: 400, tagged: false }],
    ['layers of the tag', { layers: 100, referrers: 0, tagged: true }],
  ])('are read up to a bound in all: %s', async (_, scene) => {
    const { repository, reads } = repositoryOf(bundle(15 * MEBIBYTE), scene);
    const { found: signatures } = await findSignatures(repository, IMAGE);
    // Five exceed the bound; seven others are under way at that time.
    expect(reads()).toBeLessThanOrEqual(12);
    const problems = signatures.flatMap(({ read }) => ('problem' in read ? [read.problem] : []));
    expect(problems).toContain('is not read: the image has more than 64 MiB of signatures');
  });

  it('are read where they are small', async () => {
    const scene = { layers: 1, referrers: 90, tagged: false };
    const { repository, reads } = repositoryOf(bundle(4096), scene);
    const { found: signatures, notes } = await findSignatures(repository, IMAGE);
    expect([reads(), signatures.length, notes]).toEqual([90, 90, []]);
    expect(signatures.every(({ read }) => 'signed' in read)).toBe(true);
  });
});

describe('addresses that a manifest names', () => {
  it('are not asked for signatures', async () => {
    const asked: (readonly string[])[] = [];
    const repository = {
      readBlob: ({ urls }: Descriptor) => {
        asked.push(urls);
        return Promise.resolve(new Uint8Array(0));
      },
    };
    const layer = { mediaType: BUNDLE_TYPE, digest: IMAGE, sizeBytes: 0, annotations: new Map() };
    await blobAt(repository, { ...layer, urls: ['http://192.0.2.1/secret'] }, 1);
    expect(asked).toEqual([[]]);
  });
});

describe('the budget of an image', () => {
  it('bounds what is read and not kept, as attestations', () => {
    const budget = new SignatureBudget();
    const document = new Uint8Array(16 * MEBIBYTE);
    for (let count = 0; count < 64; count += 1) budget.countRead(document.length);
    expect(budget.problem).toBeUndefined();
    budget.countRead(1);
    expect(budget.problem).toBe(
      'is not read: the image has more than 1024 MiB of signatures and attestations',
    );
  });
});
