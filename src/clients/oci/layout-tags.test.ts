import { describe, expect, it } from 'vitest';

import { layoutTags, tagAnnotations } from './layout-tags.ts';
import type { Descriptor } from './manifest.ts';
import { OCI_INDEX, OCI_MANIFEST } from './media-types.ts';

const IMAGE = 'dev.cosignproject.cosign/image';
const INDEX = 'dev.cosignproject.cosign/imageIndex';
const SIGS = 'dev.cosignproject.cosign/sigs';
const ATTS = 'dev.cosignproject.cosign/atts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

interface Listed {
  readonly tag?: string;
  readonly kind?: string;
  readonly hex?: string;
  readonly mediaType?: string;
  readonly artifactType?: string;
}

/** A manifest that is listed; each has a digest of its own unless one is given. */
function listed(rows: readonly Listed[]): readonly Descriptor[] {
  return rows.map(({ tag, kind, hex, mediaType = OCI_MANIFEST, artifactType }, at) => ({
    mediaType,
    digest: `sha256:${hex ?? String(at).repeat(64)}`,
    sizeBytes: 1,
    urls: [],
    annotations: new Map(
      Object.entries({ 'org.opencontainers.image.ref.name': tag, kind }).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, value] as const],
      ),
    ),
    ...(artifactType !== undefined && { artifactType }),
  }));
}

describe('tags of a layout', () => {
  it.each<[string, readonly Listed[], readonly (string | undefined)[]]>([
    ['are those of annotations', [{ tag: '1' }, {}], ['1', undefined]],
    [
      'are of the image that cosign saved',
      [{ hex: A, kind: IMAGE }, { kind: SIGS }, { kind: ATTS }],
      [undefined, `sha256-${A}.sig`, `sha256-${A}.att`],
    ],
    [
      'are of the index that cosign saved',
      [{ kind: SIGS }, { hex: A, kind: INDEX, mediaType: OCI_INDEX }],
      [`sha256-${A}.sig`, undefined],
    ],
    [
      'are of the index where an image is marked too, as for cosign',
      [{ hex: B, kind: IMAGE }, { hex: A, kind: INDEX }, { kind: SIGS }],
      [undefined, undefined, `sha256-${A}.sig`],
    ],
    [
      'are not replaced by a mark',
      [
        { hex: A, kind: IMAGE, tag: '1' },
        { kind: SIGS, tag: `sha256-${B}.sig` },
      ],
      ['1', `sha256-${B}.sig`],
    ],
    ['need a marked image', [{ hex: A }, { kind: SIGS }], [undefined, undefined]],
    ['need a mark of cosign', [{ hex: A, kind: IMAGE }, { kind: 'other' }], [undefined, undefined]],
  ])('%s', (_, rows, tags) => {
    expect(layoutTags(listed(rows))).toEqual(tags);
  });
});

describe('annotations of a tag', () => {
  it.each<[string, readonly Listed[], string, object]>([
    ['name a tag', [{ hex: A, tag: '1' }], '2', {}],
    ['mark nothing where cosign saved nothing', [{ hex: A, tag: '1' }], `sha256-${A}.sig`, {}],
    ['mark signatures', [{ hex: A, kind: IMAGE }], `sha256-${A}.sig`, { kind: SIGS }],
    ['mark signatures of an index', [{ hex: A, kind: INDEX }], `sha256-${A}.sig`, { kind: SIGS }],
    ['mark attestations', [{ hex: A, kind: IMAGE }], `sha256-${A}.att`, { kind: ATTS }],
    ['mark no list of referrers', [{ hex: A, kind: IMAGE }], `sha256-${A}`, {}],
    ['mark no signatures of another image', [{ hex: A, kind: INDEX }], `sha256-${B}.sig`, {}],
  ])('%s', (_, rows, tag, more) => {
    expect(tagAnnotations(tag, listed(rows))).toEqual({
      'org.opencontainers.image.ref.name': tag,
      ...more,
    });
  });
});
