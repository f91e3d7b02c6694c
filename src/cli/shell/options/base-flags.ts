/** Flags that name images which may be the base of the scanned ones. */

import type { Flag } from '../../../config/flag.ts';

/** `--base-image`: an image whose layers are compared. */
export const BASE_IMAGE_FLAG: Flag = {
  name: 'base-image',
  value: 'REF',
  group: 'Target',
  help: 'an image that may be the base: a name, archive, layout or JSON report; it is the base if all its layers are the lowest ones of the target; repeatable',
};

/** Flags of commands that scan images. */
export const BASE_FLAGS: readonly Flag[] = [BASE_IMAGE_FLAG];
