import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { digestOf, makeImage, type MadeImage } from '../../../test/support/stored-images.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { BlobBytes, StoredImage } from '../../clients/oci/content-store.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../clients/oci/media-types.ts';
import { readImageContent } from './image-content.ts';

interface Listed {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

/** A store in memory. */
class Content {
  readonly #stored = new Map<string, Buffer>();

  add(bytes: Buffer, mediaType: string, digest = digestOf(bytes)): Listed {
    this.#stored.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  }

  addJson(document: object, mediaType: string): Listed {
    return this.add(Buffer.from(JSON.stringify(document)), mediaType);
  }

  addImage({ config, layers }: MadeImage): Listed {
    return this.addManifest(
      this.add(config, 'application/vnd.oci.image.config.v1+json'),
      layers.map(({ blob, mediaType }) => this.add(blob, mediaType)),
    );
  }

  addManifest(config: Listed, layers: readonly Listed[], more: object = {}): Listed {
    const head = { schemaVersion: 2, mediaType: OCI_MANIFEST };
    return this.addJson({ ...head, config, layers, ...more }, OCI_MANIFEST);
  }

  image(root: Listed, scanned: Listed): StoredImage {
    return {
      root,
      manifestDigest: scanned.digest,
      store: {
        manifest: ({ digest, mediaType }) =>
          Promise.resolve({ digest, mediaType, bytes: this.#bytes(digest) }),
        blob: ({ digest }) => Promise.resolve(blobOf(this.#bytes(digest))),
      },
    };
  }

  #bytes(digest: Digest): Buffer {
    const bytes = this.#stored.get(digest);
    if (bytes === undefined) throw new AssayError('NOT_FOUND', `no ${digest}`);
    return bytes;
  }
}

function blobOf(bytes: Buffer): BlobBytes {
  return {
    head: (length) => Promise.resolve(bytes.subarray(0, length)),
    async *chunks() {
      // Small pieces, so that the first one is not a whole header of a tar.
      for (let at = 0; at < bytes.length; at += 100) {
        yield await Promise.resolve(bytes.subarray(at, at + 100));
      }
    },
  };
}

const SCANNED = makeImage([[{ path: 'srv/scanned', body: 'yes' }]]);
const OTHER = makeImage([[{ path: 'srv/other', body: 'no' }]], { forms: ['plain'] });
const [PLAIN] = OTHER.layers;
const TAR = PLAIN?.blob ?? Buffer.alloc(0);
const STATEMENT = Buffer.from('{"_type":"https://in-toto.io/Statement/v0.1"}');
const IN_TOTO = 'application/vnd.in-toto+json';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
const EMPTY = 'application/vnd.oci.empty.v1+json';

const SUBJECT = { mediaType: OCI_MANIFEST, digest: digestOf(TAR), size: 1 };

/** Reads an index of the scanned image and of a manifest with one layer. */
async function readBeside({
  layer,
  type = IN_TOTO,
  config = EMPTY,
  more = {},
  label = {},
  digest = digestOf(layer),
}: {
  readonly layer: Buffer;
  readonly type?: string;
  readonly config?: string;
  readonly more?: object;
  readonly label?: object;
  readonly digest?: Digest;
}): Promise<{ readonly beside: Digest; readonly manifests: readonly Digest[] }> {
  const content = new Content();
  const scanned = content.addImage(SCANNED);
  const beside = content.addManifest(
    content.add(Buffer.from('{}'), config),
    [content.add(layer, type, digest)],
    more,
  );
  const listed = { schemaVersion: 2, manifests: [scanned, { ...beside, ...label }] };
  const root = content.addJson({ ...listed, mediaType: OCI_INDEX }, OCI_INDEX);
  const { manifests } = await readImageContent([content.image(root, scanned)]);
  return { beside: beside.digest, manifests: manifests.map((one) => one.digest) };
}

/** The label of BuildKit. */
const ATTESTATION = {
  platform: { os: 'unknown', architecture: 'unknown' },
  annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
};

describe('manifests beside the scanned images', () => {
  it.each<[string, Parameters<typeof readBeside>[0]]>([
    ['a plain tar that is labelled as an attestation', { layer: TAR, label: ATTESTATION }],
    ['a tar of gzip under a type of JSON', { layer: gzipSync(TAR) }],
    ['a stream of zstd, by its first bytes', { layer: Buffer.from('28b52ffd2400', 'hex') }],
    ['a tar of bzip2, by its first bytes', { layer: Buffer.from('BZh91AY&SY and more') }],
    [
      'an image of no known platform',
      { layer: TAR, type: 'application/vnd.oci.image.layer.v1.tar', config: OCI_CONFIG },
    ],
    ['an artifact with a type of its own', { layer: TAR, more: { artifactType: 'a/b' } }],
    ['a manifest with a subject', { layer: TAR, more: { artifactType: 'a/b', subject: SUBJECT } }],
    ['a tar that begins with an empty block', { layer: Buffer.concat([Buffer.alloc(512), TAR]) }],
  ])('are refused: %s', async (_, beside) => {
    await expect(readBeside(beside)).rejects.toMatchObject({
      code: 'DAMAGED',
      message: expect.stringMatching(
        /^sha256:[0-9a-f]{64} holds a file system that was not scanned$/u,
      ) as string,
    });
  });

  it.each<[string, Parameters<typeof readBeside>[0]]>([
    ['an attestation of BuildKit', { layer: STATEMENT, label: ATTESTATION, config: OCI_CONFIG }],
    ['an artifact without a label', { layer: STATEMENT, more: { artifactType: 'a/b' } }],
    ['a text under a type of layers', { layer: STATEMENT, type: PLAIN?.mediaType ?? '' }],
    ['an empty document', { layer: Buffer.from('{}'), type: EMPTY }],
  ])('are listed before the index: %s', async (_, given) => {
    const { beside, manifests } = await readBeside(given);
    expect(manifests).toHaveLength(3);
    expect(manifests[1]).toBe(beside);
  });

  it('are refused where a layer is not what its digest says', async () => {
    const digest = digestOf(Buffer.from('something else'));
    await expect(readBeside({ layer: STATEMENT, digest })).rejects.toMatchObject({
      code: 'CONTENT_MISMATCH',
    });
  });

  it('are refused in an index below the index', async () => {
    const content = new Content();
    const scanned = content.addImage(SCANNED);
    const inner = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [content.addImage(OTHER)] };
    const listed = [scanned, content.addJson(inner, OCI_INDEX)];
    const outer = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: listed };
    const root = content.addJson(outer, OCI_INDEX);
    await expect(readImageContent([content.image(root, scanned)])).rejects.toMatchObject({
      code: 'DAMAGED',
    });
  });
});
