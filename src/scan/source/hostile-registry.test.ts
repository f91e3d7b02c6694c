import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  scriptedRegistry,
  storeLayout,
  type ScriptedRegistry,
} from '../../../test/support/registry-server.ts';
import { digestOf, makeImage, ociFiles } from '../../../test/support/stored-images.ts';
import { DEFAULT_LIMITS, quietContext, type Context } from '../../core/base/context.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import { registry } from './registry/registry.ts';
import type { OpenArtifact } from './source.ts';

const CONTEXT = quietContext({ fetch: globalThis.fetch });
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';

let server: ScriptedRegistry;
beforeEach(async () => {
  server = await scriptedRegistry();
});
afterEach(() => server[Symbol.dispose]());

function open(context: Context = CONTEXT): Promise<readonly OpenArtifact[]> {
  const request = {
    reference: `${server.host}/app:1`,
    env: { HOME: '/nonexistent' },
    platforms: [],
    imageSources: [],
    skipDirs: [],
    skipFiles: [],
  };
  return registry.open(request, context);
}

/** An index that lists one digest many times; without one it lists nothing. */
function storeIndex(listed?: Digest): Digest {
  const entry = { mediaType: INDEX_TYPE, digest: listed, size: 9 };
  const manifests = listed === undefined ? [] : Array.from({ length: 2000 }, () => entry);
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests }));
  const digest = digestOf(bytes);
  for (const version of [digest, '1']) {
    server.stored.set(`app/manifests/${version}`, { bytes, mediaType: INDEX_TYPE });
  }
  return digest;
}

describe('a hostile registry', () => {
  it('is not asked for ever by indexes that list others and no image', async () => {
    storeIndex(storeIndex(storeIndex(storeIndex())));
    await expect(open()).rejects.toMatchObject({
      code: 'DAMAGED',
      message: expect.stringContaining('lists more than 1000 images') as string,
    });
    expect(server.requests.length).toBeLessThan(1100);
  });

  it('cannot have a layer downloaded that is larger than all that is unpacked', async () => {
    const image = makeImage([[{ path: 'a', body: 'x'.repeat(2000) }]], { forms: ['plain'] });
    storeLayout(server, 'app', ociFiles([{ image, tag: '1' }]));
    const small = { ...CONTEXT, limits: { ...DEFAULT_LIMITS, maxUnpackedBytes: 1000 } };
    const [opened] = await open(small);
    await expect(opened?.walk(0, () => undefined, small)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('layer 1 of 1') as string,
    });
    await opened?.[Symbol.asyncDispose]();
    const layer = image.layers[0]?.digest ?? '';
    expect(server.requests.filter((line) => line.includes(layer))).toEqual([]);
  });

  it('is asked for a configuration once', async () => {
    const image = makeImage([[{ path: 'a' }]]);
    storeLayout(server, 'app', ociFiles([{ image, tag: '1' }]));
    for (const opened of await open()) await opened[Symbol.asyncDispose]();
    expect(server.requests.filter((line) => line.includes(image.configDigest))).toHaveLength(1);
  });
});
