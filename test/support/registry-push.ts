/**
 * Pushes made images to a registry without another program: many small pushes take milliseconds
 * each.
 */

import { Readable } from 'node:stream';

import { quietContext } from '../../src/core/base/context.ts';
import type { Repository } from '../../src/clients/oci/client.ts';
import { createRegistryClient } from '../../src/clients/oci/create-client.ts';
import { parseImageReference } from '../../src/clients/oci/reference.ts';
import { digestOf } from './stored-images.ts';

interface Descriptor {
  readonly mediaType?: string;
  readonly digest: string;
}

interface Manifest {
  readonly mediaType?: string;
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
}

const AT_ONCE = 16;
const INDEX = 'application/vnd.oci.image.index.v1+json';

/** Pushes the only image of an OCI layout, given as its files, under each of the tags. */
export async function pushFiles(
  name: string,
  tags: readonly string[],
  files: ReadonlyMap<string, Buffer>,
): Promise<void> {
  const client = createRegistryClient(
    { env: { HOME: '/nonexistent' } },
    quietContext({ fetch: globalThis.fetch }),
  );
  const repository = await client.repository(parseImageReference(name));
  const [top] = parsed(files.get('index.json')).manifests ?? [];
  if (top === undefined) throw new Error('the layout lists no image');
  const bytes = await pushManifest(repository, top.digest, files);
  const mediaType = parsed(bytes).mediaType ?? top.mediaType ?? INDEX;
  for (let at = 0; at < tags.length; at += AT_ONCE) {
    const some = tags.slice(at, at + AT_ONCE);
    await Promise.all(some.map((tag) => repository.putManifest(tag, { bytes, mediaType })));
  }
}

/** Pushes what a manifest names, then the manifest by its digest. */
async function pushManifest(
  repository: Repository,
  digest: string,
  files: ReadonlyMap<string, Buffer>,
): Promise<Buffer> {
  const bytes = blob(files, digest);
  const { mediaType = INDEX, manifests = [], config, layers = [] } = parsed(bytes);
  for (const child of manifests) await pushManifest(repository, child.digest, files);
  for (const one of [...(config === undefined ? [] : [config]), ...layers]) {
    const body = blob(files, one.digest);
    const descriptor = { digest: digestOf(body), sizeBytes: body.length };
    if (await repository.hasBlob(descriptor.digest)) continue;
    await repository.uploadBlob(descriptor, () => Readable.from([body]));
  }
  await repository.putManifest(digest, { bytes, mediaType });
  return bytes;
}

function blob(files: ReadonlyMap<string, Buffer>, digest: string): Buffer {
  const bytes = files.get(`blobs/sha256/${digest.slice('sha256:'.length)}`);
  if (bytes === undefined) throw new Error(`the layout lacks ${digest}`);
  return bytes;
}

function parsed(bytes: Buffer | undefined): Manifest {
  return JSON.parse(bytes?.toString() ?? '{}') as Manifest;
}
