/**
 * The newer tag of an image. Only full versions have one: publishers move a tag such as `3.12` or
 * `latest` themselves, so that its digest is what an update changes.
 */

import { newerTags } from '../compare/base/siblings.ts';
import { parseTag } from '../compare/base/tag-grammar.ts';

/** Numbers of a version that publishers do not move. */
const FULL_VERSION = 3;

/** Returns whether a tag is a full version, such as `1.27.2-alpine`. Others have no newer tag. */
export function isFullVersion(tag: string): boolean {
  return parseTag(tag).version.length >= FULL_VERSION;
}

/**
 * Returns the newest release of the same major version and the same variant, as `1.27.2-alpine` for
 * `1.25.0-alpine`; `undefined` if there is none, or if the tag is no full version.
 *
 * @param tooYoung Tags that are not taken
 */
export function newerImageTag(
  tag: string,
  tags: readonly string[],
  tooYoung: readonly string[] = [],
): string | undefined {
  if (!isFullVersion(tag)) return undefined;
  const { minor, patch } = newerTags(
    tag,
    tags.filter((one) => !tooYoung.includes(one)),
  );
  return minor ?? patch;
}
