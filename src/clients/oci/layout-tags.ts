/**
 * Tags of the manifests that the `index.json` of an OCI layout lists, and the marks that
 * `cosign save` writes in place of tags.
 *
 * Source: OCI image specification, "Image Layout"; sigstore/cosign, `pkg/oci/layout`. cosign saves
 * one image. The annotation `kind` marks it, and what has the tags `sha256-DIGEST.sig` and
 * `sha256-DIGEST.att` in a registry. `cosign load` and `cosign verify --local-image` read nothing
 * but marks.
 */

import { REF_NAME_ANNOTATION, type Descriptor } from './manifest.ts';
import { IMAGE_CONFIG_TYPES } from './media-types.ts';

const MARK_ANNOTATION = 'kind';
/** Marks of the image; cosign looks for an index first. */
const IMAGE_MARKS = [
  'dev.cosignproject.cosign/imageIndex',
  'dev.cosignproject.cosign/image',
] as const;
/** Suffixes of tags that belong to an image, and the marks in their place. */
const ATTACHED: ReadonlyMap<string, string> = new Map([
  ['.sig', 'dev.cosignproject.cosign/sigs'],
  ['.att', 'dev.cosignproject.cosign/atts'],
]);
const ATTACHED_MARKS: ReadonlySet<string> = new Set(ATTACHED.values());
const ATTACHED_TAG = /^sha256-[0-9a-f]{64}(?:\.|$)/u;

/**
 * Returns the tag of each manifest, or the one that its mark stands for; `undefined` for a manifest
 * without both.
 */
export function layoutTags(manifests: readonly Descriptor[]): readonly (string | undefined)[] {
  const marks = new Map([...markedTags(manifests)].map(([tag, mark]) => [mark, tag]));
  return manifests.map(
    ({ annotations }) =>
      annotations.get(REF_NAME_ANNOTATION) ?? marks.get(annotations.get(MARK_ANNOTATION) ?? ''),
  );
}

/**
 * Returns the annotations by which a manifest with a tag is found in a layout, also by cosign if
 * cosign saved the layout.
 */
export function tagAnnotations(
  tag: string,
  manifests: readonly Descriptor[],
): Readonly<Record<string, string>> {
  const mark = markedTags(manifests).get(tag);
  return { [REF_NAME_ANNOTATION]: tag, ...(mark !== undefined && { [MARK_ANNOTATION]: mark }) };
}

/**
 * Returns whether a manifest with this tag is an image, and not a signature, an attestation or a
 * list of referrers.
 */
export function isImage(
  { artifactType, annotations }: Descriptor,
  tag: string | undefined,
): boolean {
  const mark = annotations.get(MARK_ANNOTATION);
  if (IMAGE_MARKS.some((one) => one === mark)) return true;
  if (mark !== undefined && ATTACHED_MARKS.has(mark)) return false;
  // cosign 3 writes the type of the configuration as the artifact type.
  const isOfImages = artifactType === undefined || IMAGE_CONFIG_TYPES.has(artifactType);
  return isOfImages && !ATTACHED_TAG.test(tag ?? '');
}

/** Returns whether `cosign save` wrote a layout. */
export function isSavedByCosign(manifests: readonly Descriptor[]): boolean {
  return markedTags(manifests).size > 0;
}

/** Returns the tags of what belongs to the image that cosign saved, and their marks. */
function markedTags(manifests: readonly Descriptor[]): ReadonlyMap<string, string> {
  const [image] = IMAGE_MARKS.flatMap((mark) =>
    manifests.filter(({ annotations }) => annotations.get(MARK_ANNOTATION) === mark),
  );
  if (image === undefined) return new Map();
  const prefix = image.digest.replace(':', '-');
  return new Map([...ATTACHED].map(([end, mark]) => [`${prefix}${end}`, mark]));
}
