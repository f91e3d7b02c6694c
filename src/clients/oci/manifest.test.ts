import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AssayError } from '../../core/base/errors.ts';
import { isAttestation, readManifest } from './manifest.ts';
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from './media-types.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const CONFIG = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: DIGEST, size: 2 };
const LAYER = { mediaType: 'x', digest: DIGEST, size: 3, urls: ['https://x/y'] };
const MANIFEST = { schemaVersion: 2, config: CONFIG, layers: [LAYER] };
const INDEX = {
  schemaVersion: 2,
  manifests: [{ ...CONFIG, platform: { os: 'linux', architecture: 'arm', variant: 'v7' } }],
};

function read(json: unknown, mediaType = ''): ReturnType<typeof readManifest> {
  return readManifest(Buffer.from(JSON.stringify(json)), mediaType, '"app:1"');
}

describe('readManifest', () => {
  it.each([
    ['a manifest by its type', MANIFEST, OCI_MANIFEST, 'manifest'],
    [
      'a manifest of Docker',
      { ...MANIFEST, mediaType: DOCKER_MANIFEST },
      DOCKER_MANIFEST,
      'manifest',
    ],
    ['a manifest by its fields', MANIFEST, 'text/plain', 'manifest'],
    ['an index by its type', INDEX, OCI_INDEX, 'index'],
    ['a list of Docker that calls itself so', { ...INDEX, mediaType: DOCKER_LIST }, '', 'index'],
    ['an index by its fields', INDEX, '', 'index'],
  ])('reads %s', (_, json, mediaType, kind) => {
    expect(read(json, mediaType).kind).toBe(kind);
  });

  it('keeps what descriptors say', () => {
    const manifest = read({
      ...MANIFEST,
      artifactType: 'a/b',
      subject: CONFIG,
      annotations: { a: 'b', c: null, __proto__: 'd' },
    });
    expect(manifest).toMatchObject({
      artifactType: 'a/b',
      subject: { digest: DIGEST, sizeBytes: 2 },
      layers: [{ sizeBytes: 3, urls: ['https://x/y'] }],
    });
    expect([...manifest.annotations]).toEqual([['a', 'b']]);
    const index = read(INDEX);
    expect(index.kind === 'index' && index.manifests[0]?.platform).toEqual({
      os: 'linux',
      architecture: 'arm',
      variant: 'v7',
    });
  });

  it.each([
    ['schema 1', { schemaVersion: 1, fsLayers: [] }, '', 'has the form of 2014 (schema 1)'],
    ['both at once', { ...MANIFEST, manifests: [] }, '', 'an index and a manifest at once'],
    [
      'another type than announced',
      { ...INDEX, mediaType: OCI_INDEX },
      OCI_MANIFEST,
      'calls itself',
    ],
    ['no image', { schemaVersion: 2 }, 'text/html', 'it is not an image manifest but "text/html"'],
    ['a list', [], OCI_INDEX, 'it is not an object'],
    ['an index without list', { schemaVersion: 2 }, OCI_INDEX, 'a list of descriptors is missing'],
    ['a layer without digest', { ...MANIFEST, layers: [{}] }, '', 'without a usable digest'],
    ['a short digest', { ...MANIFEST, layers: [{ digest: 'sha256:a' }] }, '', 'usable digest'],
    ['a layer of another kind', { ...MANIFEST, layers: ['x'] }, '', '"layers.0" is not an object'],
    ['a path as digest', { ...MANIFEST, config: { digest: '../x' } }, '', 'usable digest'],
  ])('refuses %s', (_, json, mediaType, reason) => {
    expect(() => read(json, mediaType)).toThrow(
      expect.objectContaining({
        code: 'DAMAGED',
        message: expect.stringContaining(reason) as string,
      }) as Error,
    );
  });

  it('only ever throws that it is damaged', () => {
    const part = fc.oneof(fc.jsonValue(), fc.constant([CONFIG]), fc.constant(CONFIG));
    const document = fc.record(
      { schemaVersion: part, mediaType: part, config: part, layers: part, manifests: part },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(document, fc.constantFrom('', OCI_INDEX, OCI_MANIFEST), (json, mediaType) => {
        try {
          read(json, mediaType);
        } catch (error) {
          expect(error).toBeInstanceOf(AssayError);
          expect(error).toMatchObject({ code: 'DAMAGED' });
        }
      }),
    );
  });
});

describe('isAttestation', () => {
  it.each([
    [{ annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }, true],
    [{ platform: { os: 'unknown', architecture: 'unknown' } }, true],
    [{ platform: { os: 'linux', architecture: 'amd64' } }, false],
    [{}, false],
  ])('tells of %j', (fields, expected) => {
    const index = read({ manifests: [{ ...CONFIG, ...fields }] });
    const [first] = index.kind === 'index' ? index.manifests : [];
    expect(first && isAttestation(first)).toBe(expected);
  });
});
