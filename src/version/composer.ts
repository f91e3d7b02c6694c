/**
 * Composer versions.
 *
 * Source: the Composer documentation, "Versions and constraints", and composer/semver: versions are brought to their
 * normal form and ordered as PHP's `version_compare` does. Branches lie below all versions and have no order among
 * themselves, nor a certain one with versions. Versions that Composer refuses, as `1.0-SNAPSHOT`, are ordered by PHP's
 * rules; that order is not certain. Refused: what neither Composer reads nor begins with a number.
 */

import { composerRanges } from './composer-range.ts';
import { readComposer } from './composer-version.ts';
import { comparePhp } from './php.ts';
import type { Order, VersionScheme } from './scheme.ts';

export const composer: VersionScheme = {
  id: 'composer',
  compare,
  isValid: (version) => readComposer(version)?.isValid ?? false,
  isCertain(version) {
    const parsed = readComposer(version);
    return parsed?.isValid === true && !parsed.isBranch;
  },
  normalize: (version) => readComposer(version)?.text ?? version,
  ranges: composerRanges(compare),
};

function compare(a: string, b: string): Order | undefined {
  if (a === b) return 0;
  const left = readComposer(a);
  const right = readComposer(b);
  if (left === undefined || right === undefined) return undefined;
  if (left.text === right.text) return 0;
  if (left.isBranch) return right.isBranch ? undefined : -1;
  return right.isBranch ? 1 : comparePhp(left.text, right.text);
}
