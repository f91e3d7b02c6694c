/**
 * Build arguments that another file gives to a Dockerfile. They replace the defaults of its `ARG`
 * instructions, so that the image of a `FROM` can be another one than the one that the Dockerfile
 * pins.
 *
 * Source: the Dockerfile reference, "ARG", "Default values" and "Using ARG variables".
 */

import type { BuildArguments } from '../../../formats/text/dockerfile/dockerfile-scope.ts';
import { stageNamed } from '../../../formats/text/dockerfile/dockerfile-stages.ts';
import { readDockerfile } from '../../../formats/text/dockerfile/dockerfile.ts';
import type { Obstacle } from '../finder.ts';
import { BaseImages } from './dockerfile-base.ts';
import { shownText } from './shown-text.ts';

/** A build argument that decides the image of a `FROM`. */
export interface DecidingArgument {
  readonly name: string;
  /** Reason why its value cannot be pinned. */
  readonly obstacle?: Obstacle;
}

/**
 * Returns the build arguments that are the whole image of a `FROM`, and those that replace a part
 * of one that is pinned in the Dockerfile. Other arguments decide no image, or one that the
 * Dockerfile itself lists as not pinned.
 */
export function decidingArguments(
  dockerfile: Uint8Array,
  given: BuildArguments,
): readonly DecidingArgument[] {
  const file = readDockerfile(dockerfile);
  const own = new BaseImages(file);
  const built = new BaseImages(file, given);
  return file.stages.flatMap(({ base, index }): readonly DecidingArgument[] => {
    const image = base === undefined ? undefined : built.of(base);
    if (base === undefined || image?.givenBy === undefined) return [];
    const { givenBy: name, value, names, obstacle } = image;
    if (names.length === 0) {
      const { value: pinned, obstacle: present } = own.of(base);
      if (obstacle === undefined || present !== undefined) return [];
      const message = `the argument ${name} replaces a part of "${shownText(pinned)}"`;
      return [{ name, obstacle: { id: 'partial-argument', message } }];
    }
    if (value === 'scratch' || stageNamed(file.stages, value, index) !== undefined) return [];
    return [{ name, ...(obstacle !== undefined && { obstacle }) }];
  });
}
