/**
 * Manifests with changed keys, read by skopeo and by Assay: whatever skopeo copies is refused or
 * scanned. The seed is printed with a counterexample; `ASSAY_SEED` changes it.
 */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { addBlob, pathsIn, setIndex } from '../support/reading.ts';
import { makeImage, ociFiles, writeFiles, type MadeImage } from '../support/stored-images.ts';
import '../support/property-seed.ts';
import { missingTool, needs, run } from '../support/tools.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CASES = 20;
const noSkopeo = missingTool('skopeo');
const CLEAN = makeImage([[{ path: 'clean', body: 'c' }]]);
const OTHER = makeImage([[{ path: 'other', body: 'o' }]]);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-skopeo-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const configOf = ({ config, configDigest }: MadeImage): string =>
  JSON.stringify({
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: configDigest,
    size: config.length,
  });
const layersOf = ({ layers }: MadeImage): string =>
  JSON.stringify(
    layers.map(({ mediaType, digest, blob }) => ({ mediaType, digest, size: blob.length })),
  );

/** A key as it is, in other cases, and with letters that fold into it. */
const spelled = (key: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    key,
    key.toUpperCase(),
    key.charAt(0).toUpperCase() + key.slice(1),
    key.replace('s', 'ſ'),
    `\\u${key.charCodeAt(0).toString(16).padStart(4, '0')}${key.slice(1)}`,
    `x${key}`,
  );
const image = fc.constantFrom(CLEAN, OTHER);
const member = fc.oneof(
  fc.tuple(spelled('config'), image).map(([key, of]) => `"${key}":${configOf(of)}`),
  fc.tuple(spelled('layers'), image).map(([key, of]) => `"${key}":${layersOf(of)}`),
  fc
    .tuple(spelled('annotations'), spelled('layers'))
    .map(([key, inner]) => `"${key}":{"${inner}":"a"}`),
);
const document = fc
  .tuple(fc.array(member, { maxLength: 2 }), fc.array(member, { maxLength: 2 }))
  .map(([before, after]) => {
    const own = [`"config":${configOf(CLEAN)}`, `"layers":${layersOf(CLEAN)}`];
    return `{${['"schemaVersion":2', ...before, ...own, ...after].join(',')}}`;
  });

function skopeoPaths(layout: string, out: string): readonly string[] | undefined {
  rmSync(out, { recursive: true, force: true });
  try {
    run('skopeo', ['copy', '--quiet', '--insecure-policy', `oci:${layout}:latest`, `dir:${out}`]);
  } catch {
    return undefined;
  }
  const names = new Set(readdirSync(out));
  const has = ({ layers }: MadeImage): boolean =>
    layers.some(({ digest }) => names.has(digest.slice('sha256:'.length)));
  return [...(has(CLEAN) ? ['clean'] : []), ...(has(OTHER) ? ['other'] : [])];
}

describe.skipIf(noSkopeo !== undefined)(
  `manifests with changed keys, read by skopeo too${needs(noSkopeo)}`,
  () => {
    it('are refused, or what skopeo copies is scanned', { timeout: 120_000 }, async () => {
      const counts = { copied: 0, refused: 0, scanned: 0 };
      const property = fc.asyncProperty(document, async (text) => {
        const files = ociFiles([{ image: CLEAN }, { image: OTHER }]);
        const annotations = { 'org.opencontainers.image.ref.name': 'latest' };
        setIndex(files, [{ mediaType: MANIFEST, ...addBlob(files, text), annotations }]);
        const layout = path.join(folder, 'layout');
        rmSync(layout, { recursive: true, force: true });
        writeFiles(layout, files);
        const copied = skopeoPaths(layout, path.join(folder, 'out'));
        const read = await pathsIn(layout);
        if (copied !== undefined) counts.copied += 1;
        if (typeof read === 'string') counts.refused += 1;
        else {
          counts.scanned += 1;
          expect(read).toEqual(expect.arrayContaining([...(copied ?? [])]));
        }
      });
      await fc.assert(property, { numRuns: CASES, endOnFailure: true });
      // The cases reach both outcomes, and skopeo took some of them.
      expect(counts.copied).toBeGreaterThan(0);
      expect(counts.refused).toBeGreaterThan(0);
      expect(counts.scanned).toBeGreaterThan(0);
    });
  },
);
