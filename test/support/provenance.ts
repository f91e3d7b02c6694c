/** Images with provenance beside them, as BuildKit stores it. */

import type { Digest } from '../../src/core/model/artifact/artifact.ts';
import { digestOf, ociFiles, type MadeImage } from './stored-images.ts';

/** An index with the image and what BuildKit stores beside it: provenance that names materials. */
export function withProvenance(
  image: MadeImage,
  materials: readonly { readonly uri: string; readonly digest?: object }[],
  statementCount = 1,
): Map<string, Buffer> {
  const files = ociFiles([{ tag: '1', platforms: [{ image, isPlatformListed: true }] }]);
  const put = (value: unknown): { readonly digest: Digest; readonly size: number } => {
    const bytes = Buffer.from(JSON.stringify(value));
    files.set(`blobs/sha256/${digestOf(bytes).slice('sha256:'.length)}`, bytes);
    return { digest: digestOf(bytes), size: bytes.length };
  };
  const read = (at: string): { manifests: Record<string, unknown>[] } =>
    JSON.parse(files.get(at)?.toString() ?? '') as { manifests: Record<string, unknown>[] };
  const index = read('index.json');
  const nestedDigest = String(index.manifests[0]?.['digest']);
  const nested = read(`blobs/sha256/${nestedDigest.slice('sha256:'.length)}`);
  const statement = {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: 'https://slsa.dev/provenance/v0.2',
    predicate: { materials },
  };
  const config = {
    architecture: 'unknown',
    os: 'unknown',
    config: {},
    rootfs: { type: 'layers', diff_ids: [] },
  };
  const attestation = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...put(config) },
    layers: Array.from({ length: statementCount }, (_, number) => ({
      mediaType: 'application/vnd.in-toto+json',
      ...put({ ...statement, number }),
      annotations: { 'in-toto.io/predicate-type': 'https://slsa.dev/provenance/v0.2' },
    })),
  };
  nested.manifests.push({
    mediaType: attestation.mediaType,
    ...put(attestation),
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': nested.manifests[0]?.['digest'],
    },
  });
  index.manifests = [
    {
      ...index.manifests[0],
      ...put({ ...nested, mediaType: 'application/vnd.oci.image.index.v1+json' }),
    },
  ];
  files.set('index.json', Buffer.from(JSON.stringify(index)));
  return files;
}
