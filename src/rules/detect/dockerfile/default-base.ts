/**
 * The image of `FROM` in a build that is given no arguments, as in `FROM ${BASE:-debian:13}` behind
 * `ARG BASE`.
 */

import type { DockerfileWord } from '../../../formats/text/dockerfile/dockerfile.ts';
import { expandWord, UNKNOWN } from '../../../formats/text/dockerfile/dockerfile-expand.ts';
import {
  PREDEFINED_ARGUMENTS,
  type DockerfileScope,
} from '../../../formats/text/dockerfile/dockerfile-scope.ts';
import { imageNameOf } from '../image-name.ts';

/**
 * Returns the image. Build arguments can choose another one, as they can where an argument has a
 * default. `undefined` if the file decides none, as in `FROM $BASE` and `FROM debian:$TAG`, which
 * builders refuse without the argument.
 */
export function defaultBase(
  word: DockerfileWord,
  globals: DockerfileScope,
  escape: '\\' | '`',
): string | undefined {
  const { value: known, unresolved } = globals.expand(word);
  if (known !== undefined || unresolved.length === 0) return known;
  const lookup = (name: string): string | typeof UNKNOWN | undefined =>
    PREDEFINED_ARGUMENTS.has(name) && globals.get(name) === undefined
      ? UNKNOWN
      : globals.get(name)?.value;
  const { value } = expandWord(word.text, lookup, { escape });
  return value !== undefined && isWhole(value) ? value : undefined;
}

/** Whether no part of a name is empty, as the tag of `debian:` is. */
function isWhole(text: string): boolean {
  return imageNameOf(text) !== undefined && !/^[/:@]|[/:@]$|\/\/|:@|@:|\/:/u.test(text);
}
