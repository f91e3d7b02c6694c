/** Flags that say what images were built on. */

import type { Flag } from '../../../config/flag.ts';
import { TRUST_FLAG } from './trust-options.ts';

/** `--dockerfile`: the file that an image was built from. */
export const DOCKERFILE_FLAG: Flag = {
  name: 'dockerfile',
  value: 'FILE',
  group: 'Target',
  help: 'find the base in this Dockerfile, and show its lines with findings',
};

/** `--target`: a stage of that file. */
export const TARGET_STAGE_FLAG: Flag = {
  name: 'target',
  value: 'STAGE',
  group: 'Target',
  help: 'use this build stage of --dockerfile, by name or number (default: the last stage)',
};

/** Flags of commands that scan images. */
export const BASE_FLAGS: readonly Flag[] = [
  {
    name: 'base-image',
    value: 'REF',
    group: 'Target',
    help: 'compare with this base candidate: a name, archive, layout or JSON report; repeatable',
  },
  DOCKERFILE_FLAG,
  TARGET_STAGE_FLAG,
  TRUST_FLAG,
];
