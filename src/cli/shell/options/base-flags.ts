/** Flags that say what images were built on. */

import type { Flag } from '../../../config/flag.ts';
import { TRUST_FLAG } from './trust-options.ts';

/** `--dockerfile`: the file that an image was built from. */
export const DOCKERFILE_FLAG: Flag = {
  name: 'dockerfile',
  value: 'FILE',
  group: 'Target',
  help: 'the Dockerfile that the image was built from: it names the base, and its lines are shown with findings',
};

/** `--target`: a stage of that file. */
export const TARGET_STAGE_FLAG: Flag = {
  name: 'target',
  value: 'STAGE',
  group: 'Target',
  help: 'the stage of --dockerfile that makes the image, by name or number (default: the last one)',
};

/** Flags of commands that scan images. */
export const BASE_FLAGS: readonly Flag[] = [
  {
    name: 'base-image',
    value: 'REF',
    group: 'Target',
    help: 'an image that may be the base: a name, archive, layout or JSON report; it is the base if all its layers are the lowest ones of the target; repeatable',
  },
  DOCKERFILE_FLAG,
  TARGET_STAGE_FLAG,
  TRUST_FLAG,
];
