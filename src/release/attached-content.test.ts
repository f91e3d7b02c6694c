import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../test/support/command-folder.ts';
import { putBlob } from '../../test/support/layout-blob.ts';
import { listedManifests, makeImage, ociFiles } from '../../test/support/stored-images.ts';
import type { Digest } from '../model/artifact.ts';
import { LayoutRepository } from '../oci/layout-repository.ts';
import { OCI_MANIFEST } from '../oci/media-types.ts';
import { readAttached } from './attached-content.ts';

const MEBIBYTE = 1024 * 1024;
const files = ociFiles([{ image: makeImage([[{ path: 'srv/data', body: 'x' }]]), tag: '1' }]);
const [IMAGE] = listedManifests(files).map(({ digest }) => digest) as [Digest];

let folder: CommandFolder;
let repository: LayoutRepository;
beforeEach(() => {
  folder = new CommandFolder();
  for (const [path, bytes] of files) folder.write(`images/${path}`, bytes);
  repository = new LayoutRepository(folder.path('images'));
});
afterEach(() => folder[Symbol.dispose]());

/** Attaches an attestation whose envelope has this many bytes. */
async function attach(sizeBytes: number): Promise<Digest> {
  const mediaType = 'application/vnd.dsse.envelope.v1+json';
  const config = {
    mediaType: 'application/json',
    ...(await putBlob(repository, Buffer.from('{}'))),
  };
  const envelope = await putBlob(repository, Buffer.alloc(sizeBytes, 0x20));
  const layers = [{ mediaType, ...envelope }];
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers }),
  );
  const tag = `${IMAGE.replace(':', '-')}.att`;
  await repository.putManifest(tag, { bytes, mediaType: OCI_MANIFEST });
  return envelope.digest;
}

describe('content that is attached to an image', () => {
  // "assay attest" writes, and "assay verify" reads, attestations of up to 128 MiB.
  it.each([1, 16 * MEBIBYTE + 1])('is read with an attestation of %d bytes', async (sizeBytes) => {
    const digest = await attach(sizeBytes);
    const [found] = await readAttached({ manifests: [{ digest: IMAGE }] }, repository);
    expect(found?.blobs.get(digest)?.length).toBe(sizeBytes);
  });

  it('is refused with an attestation that is larger than any that is verified', async () => {
    await attach(128 * MEBIBYTE + 1);
    await expect(
      readAttached({ manifests: [{ digest: IMAGE }] }, repository),
    ).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});
