import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  missingForRegistry,
  startRegistry,
  type RunningRegistry,
} from '../../../test/support/registry.ts';
import { digestOf } from '../../../test/support/stored-images.ts';
import { needs } from '../../../test/support/tools.ts';
import { quietContext } from '../../core/base/context.ts';
import type { Repository } from './client.ts';
import { createRegistryClient } from './create-client.ts';
import type { Descriptor } from './manifest.ts';
import { OCI_GZIP_LAYER, OCI_MANIFEST } from './media-types.ts';
import { parseImageReference } from './reference.ts';

const LOGIN = { username: 'ann', password: 'pw' };

function descriptorOf(bytes: Uint8Array, mediaType = 'application/octet-stream'): Descriptor {
  const digest = digestOf(bytes);
  return { mediaType, digest, sizeBytes: bytes.length, urls: [], annotations: new Map() };
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 65_536)
    yield bytes.subarray(start, start + 65_536);
}

async function* streamed(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (const piece of pieces(bytes)) yield await Promise.resolve(piece);
}

describe.skipIf(missingForRegistry)(`writing to a registry${needs(missingForRegistry)}`, () => {
  let server: RunningRegistry;
  beforeAll(async () => {
    server = await startRegistry({ login: LOGIN });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  function open(path: string): Promise<Repository> {
    const options = {
      credentials: { kind: 'basic', ...LOGIN },
      env: { HOME: '/nonexistent' },
    } as const;
    const client = createRegistryClient(options, quietContext({ fetch: globalThis.fetch }));
    return client.repository(parseImageReference(`${server.host}/${path}`));
  }

  it.each([
    ['small', 1000],
    ['larger than what is sent at once', 9 * 1024 * 1024],
  ])('stores a blob that is %s', async (_, sizeBytes) => {
    const app = await open('team/app');
    const bytes = Buffer.alloc(sizeBytes, sizeBytes % 251);
    const descriptor = descriptorOf(bytes);
    expect(await app.hasBlob(descriptor.digest)).toBe(false);
    await app.uploadBlob(descriptor, () => streamed(bytes));
    expect(await app.hasBlob(descriptor.digest)).toBe(true);
    expect(digestOf(await app.readBlob(descriptor, 1e8))).toBe(descriptor.digest);
  });

  it('refuses a blob with another digest than it was given', async () => {
    const app = await open('team/app');
    const wrong = { ...descriptorOf(Buffer.from('right')), sizeBytes: 5 };
    await expect(app.uploadBlob(wrong, () => streamed(Buffer.from('wrong')))).rejects.toMatchObject(
      {
        code: 'CONTENT_MISMATCH',
      },
    );
  });

  it('takes a blob over from another repository, and stores a manifest as it is', async () => {
    const bytes = Buffer.from('{}');
    const config = descriptorOf(bytes, 'application/vnd.oci.empty.v1+json');
    await (await open('team/app')).uploadBlob(config, () => streamed(bytes));
    const copy = await open('team/copy');
    const from = { mountFrom: 'team/app' };
    const unread = (): AsyncGenerator<Uint8Array> => {
      throw new Error('a blob that is mounted is not read');
    };
    expect(await copy.uploadBlob(config, unread, from)).toBe('mounted');
    const other = Buffer.from('not in team/app');
    expect(await copy.uploadBlob(descriptorOf(other), () => streamed(other), from)).toBe(
      'uploaded',
    );
    const { mediaType, digest } = config;
    const row = { mediaType, digest, size: bytes.length };
    const manifest = Buffer.from(
      ` ${JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: row, layers: [row] })}`,
    );
    const put = await copy.putManifest('1', { bytes: manifest, mediaType: OCI_MANIFEST });
    expect(put).toEqual({ digest: digestOf(manifest), hasSubject: false });
    expect(Buffer.from((await copy.manifest('1')).bytes)).toEqual(manifest);
    const asked = copy.putManifest(digest, { bytes: manifest, mediaType: OCI_MANIFEST });
    await expect(asked).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('names the foreign layer of a manifest that the registry refuses without a reason', async () => {
    const bytes = Buffer.from('{}');
    const { mediaType, digest } = descriptorOf(bytes, 'application/vnd.oci.empty.v1+json');
    const app = await open('team/foreign');
    await app.uploadBlob(descriptorOf(bytes), () => streamed(bytes));
    const row = { mediaType, digest, size: bytes.length };
    const put = (layer: object): Promise<unknown> => {
      const manifest = {
        schemaVersion: 2,
        mediaType: OCI_MANIFEST,
        config: row,
        layers: [layer],
      };
      const stored = Buffer.from(JSON.stringify(manifest));
      return app.putManifest('1', { bytes: stored, mediaType: OCI_MANIFEST });
    };
    await expect(
      put({ ...row, mediaType: OCI_GZIP_LAYER, urls: ['https://layers.example/1'] }),
    ).rejects.toMatchObject({
      code: 'NETWORK',
      hint: expect.stringContaining(`The layer ${digest} is a foreign layer`) as string,
    });
    const absent = { ...row, digest: digestOf(Buffer.from('absent')) };
    await expect(put(absent)).rejects.toMatchObject({
      message: expect.stringContaining('refuses') as string,
      hint: expect.not.stringContaining('foreign') as string,
    });
  });
});
