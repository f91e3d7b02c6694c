/**
 * `assay push` of images with parts that are not image: what can be run is judged, or the push is
 * refused.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../support/command-folder.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { digestOf, makeImage, ociFiles, type MadeImage } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';

/** An image with one npm package, which has a critical flaw below 1.0.1. */
function appImage(version: string): MadeImage {
  const body = JSON.stringify({ name: 'left', version });
  return makeImage([[{ path: 'srv/node_modules/left/package.json', body }]]);
}

const GOOD = appImage('1.0.1');
const BAD = appImage('1.0.0');
const [badLayer] = BAD.layers;
const STATEMENT = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}');

/** An index with a good image, and beside it a manifest with one layer, whose file has `body`. */
function besideGood(
  layer: { readonly digest: string; readonly body: Buffer; readonly size?: number },
  descriptor: object,
): Map<string, Buffer> {
  const files = ociFiles([{ tag: '1', platforms: [{ image: GOOD, isPlatformListed: true }] }]);
  const add = (bytes: Buffer): { readonly digest: string; readonly size: number } => {
    const digest = digestOf(bytes);
    files.set(`blobs/sha256/${digest.slice(7)}`, bytes);
    return { digest, size: bytes.length };
  };
  files.set(`blobs/sha256/${layer.digest.slice(7)}`, layer.body);
  const manifest = add(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...add(BAD.config) },
        layers: [
          {
            mediaType: 'application/vnd.in-toto+json',
            digest: layer.digest,
            size: layer.size ?? layer.body.length,
          },
        ],
      }),
    ),
  );
  const outer = JSON.parse(files.get('index.json')?.toString() ?? '') as {
    manifests: { digest: string; size: number }[];
  };
  const [root] = outer.manifests;
  if (root === undefined) throw new Error('no root');
  const index = JSON.parse(files.get(`blobs/sha256/${root.digest.slice(7)}`)?.toString() ?? '') as {
    manifests: object[];
  };
  index.manifests.push({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    ...manifest,
    ...descriptor,
  });
  Object.assign(root, add(Buffer.from(JSON.stringify(index))));
  files.set('index.json', Buffer.from(JSON.stringify(outer)));
  return files;
}

const UNKNOWN = { platform: { os: 'unknown', architecture: 'unknown' } };
const LABEL = { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } };
const badDigest = badLayer?.digest ?? '';
const badBlob = badLayer?.blob ?? STATEMENT;

describe.skipIf(missingForRegistry !== undefined)(
  `parts of an index that are not image${needs(missingForRegistry)}`,
  () => {
    let folder: CommandFolder;
    let registry: RunningRegistry;
    beforeAll(async () => {
      folder = new CommandFolder();
      await folder.load({ id: 'GHSA-left', name: 'left', fixed: '1.0.1', severity: 'CRITICAL' });
      folder.env['ASSAY_OFFLINE'] = 'false';
      folder.env['ASSAY_SKIP_DB_UPDATE'] = 'true';
      registry = await startRegistry();
      for (const [file, bytes] of ociFiles([{ image: BAD, tag: '1' }])) {
        folder.write(`bad/${file}`, bytes);
      }
      registry.push(`oci:${folder.path('bad')}:1`, 'app:old');
    });
    afterAll(async () => {
      await registry[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    });

    const lying = Buffer.concat([STATEMENT, Buffer.alloc(badBlob.length, ' ')]).subarray(
      0,
      badBlob.length,
    );
    it.each<[string, Map<string, Buffer>, number]>([
      [
        'an attestation',
        besideGood({ digest: digestOf(STATEMENT), body: STATEMENT }, { ...UNKNOWN, ...LABEL }),
        0,
      ],
      [
        'an attestation that is an image',
        besideGood({ digest: badDigest, body: badBlob }, { ...UNKNOWN, ...LABEL }),
        1,
      ],
      [
        'a label whose layer is an image at the registry and text in the layout',
        besideGood({ digest: badDigest, body: lying }, { ...UNKNOWN, ...LABEL }),
        3,
      ],
      ['the same with the label alone', besideGood({ digest: badDigest, body: lying }, LABEL), 3],
      [
        'the same with the platform alone',
        besideGood({ digest: badDigest, body: lying }, UNKNOWN),
        3,
      ],
      ['the same without a label', besideGood({ digest: badDigest, body: lying }, {}), 3],
      [
        'the same with an empty file',
        besideGood({ digest: badDigest, body: Buffer.alloc(0), size: badBlob.length }, LABEL),
        3,
      ],
      [
        'the same with a shorter file',
        besideGood({ digest: badDigest, body: STATEMENT, size: badBlob.length }, LABEL),
        3,
      ],
    ])('%s', async (what, files, code) => {
      const name = what.replaceAll(' ', '-');
      for (const [file, bytes] of files) folder.write(`${name}/${file}`, bytes);
      const target = `${registry.host}/app`;
      const pushed = await folder.assay('push', `oci:${name}:1`, `${target}:${name}`);
      expect([pushed.exitCode, pushed.stderr]).toEqual([code, expect.any(String)]);
      const found = await fetch(`http://${target.replace('/', '/v2/')}/manifests/${name}`, {
        headers: { accept: '*/*' },
      });
      expect(found.status === 404).toBe(code !== 0);
    });
  },
);
