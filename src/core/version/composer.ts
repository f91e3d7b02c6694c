/**
 * Composer versions.
 *
 * Source: the Composer documentation, "Versions and constraints", and composer/semver: versions are
 * brought to their normal form and ordered as PHP's `version_compare` does. Branches lie below all
 * versions and have no order among themselves, nor a certain one with versions. Versions that
 * Composer refuses, as `1.0-SNAPSHOT`, are ordered by PHP's rules; that order is not certain.
 * Refused: what neither Composer reads nor begins with a number.
 */

import { composerRanges } from './composer-range.ts';
import { readComposer } from './composer-version.ts';
import { parsedScheme } from './scheme-factories.ts';
import { comparePhp } from './php.ts';

export const composer = parsedScheme({
  id: 'composer',
  parse: readComposer,
  order(a, b) {
    if (a.text === b.text) return 0;
    if (a.isBranch) return b.isBranch ? undefined : -1;
    return b.isBranch ? 1 : comparePhp(a.text, b.text);
  },
  isValid: ({ isValid }) => isValid,
  isCertain: ({ isValid, isBranch }) => isValid && !isBranch,
  format: ({ text }) => text,
  ranges: composerRanges,
});
