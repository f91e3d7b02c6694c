import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../test/support/command-folder.ts';
import { putBlob } from '../../../test/support/layout-blob.ts';
import {
  digestOf,
  listedManifests,
  makeImage,
  ociFiles,
} from '../../../test/support/stored-images.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import { LayoutRepository } from '../../clients/oci/layout-repository.ts';
import { OCI_MANIFEST } from '../../clients/oci/media-types.ts';
import { readAttached } from './attached-content.ts';
import { copyAttached } from './copy-attached.ts';

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

function tagOf(digest: Digest, end: string): string {
  return `${digest.replace(':', '-')}.${end}`;
}

/** Stores a manifest with one layer, in a tag or as a referrer. */
async function put({
  tag,
  subject,
  text,
}: {
  readonly tag?: string;
  readonly subject?: Digest;
  readonly text: string | Buffer;
}): Promise<Digest> {
  const config = {
    mediaType: 'application/json',
    ...(await putBlob(repository, Buffer.from('{}'))),
  };
  const layers = [{ mediaType: 'text/plain', ...(await putBlob(repository, Buffer.from(text))) }];
  const head = { schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType: 'a/b', config, layers };
  const pointer = subject && { subject: { mediaType: OCI_MANIFEST, digest: subject, size: 1 } };
  const bytes = Buffer.from(JSON.stringify({ ...head, ...pointer }));
  const digest = digestOf(bytes);
  await repository.putManifest(tag ?? digest, { bytes, mediaType: OCI_MANIFEST });
  return digest;
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

  it('has bills of materials, and what belongs to what belongs to it', async () => {
    const sbom = await put({ tag: tagOf(IMAGE, 'sbom'), text: 'a bill' });
    const signature = await put({ tag: tagOf(sbom, 'sig'), text: 'a signature of it' });
    const report = await put({ subject: IMAGE, text: 'a report' });
    const attestation = await put({ subject: report, text: 'an attestation about it' });
    const found = await readAttached({ manifests: [{ digest: IMAGE }] }, repository);
    expect(found.map(({ stored }) => stored.digest)).toEqual([
      sbom,
      report,
      signature,
      attestation,
    ]);
    expect(found.map(({ subject }) => subject)).toEqual([IMAGE, IMAGE, sbom, report]);
  });

  it('is refused if what belongs to it goes on without an end', async () => {
    let subject = IMAGE;
    for (let depth = 1; depth <= 6; depth += 1) {
      subject = await put({ subject, text: `report ${depth}` });
    }
    await expect(
      readAttached({ manifests: [{ digest: IMAGE }] }, repository),
    ).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('5') as string,
    });
  });

  it('is refused with a file system that belongs to a referrer', async () => {
    const report = await put({ subject: IMAGE, text: 'a report' });
    const [layer] = makeImage([[{ path: 'srv/data', body: 'y' }]]).layers;
    const hidden = await put({ subject: report, text: layer?.blob ?? Buffer.alloc(0) });
    await expect(
      readAttached({ manifests: [{ digest: IMAGE }] }, repository),
    ).rejects.toMatchObject({
      code: 'DAMAGED',
      message: `${hidden} holds a file system that was not scanned`,
    });
  });

  it('leaves a bill of materials that the repository has', async () => {
    const tag = tagOf(IMAGE, 'sbom');
    const from = await put({ tag, text: 'from the source' });
    const attached = await readAttached({ manifests: [{ digest: IMAGE }] }, repository);
    const patience = { waitMs: 1, signal: new AbortController().signal };
    folder.write('target/oci-layout', '{"imageLayoutVersion":"1.0.0"}');
    folder.write('target/index.json', '{"schemaVersion":2,"manifests":[]}');
    const target = new LayoutRepository(folder.path('target'));
    expect(await copyAttached(attached, target, patience)).toEqual([]);
    expect((await target.resolve(tag)).digest).toBe(from);
    repository = target;
    const there = await put({ tag, text: 'of the target' });
    expect(await copyAttached(attached, target, patience)).toEqual([tag]);
    expect((await target.resolve(tag)).digest).toBe(there);
  });
});
