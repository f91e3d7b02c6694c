/**
 * Python packages that setuptools or distutils installed: `PKG-INFO` in a `.egg-info` or `EGG-INFO` folder, or a single
 * file `NAME.egg-info`.
 *
 * Source: setuptools documentation, "The Internal Structure of Python Eggs". Refused: what `metadata.ts` refuses.
 */

import type { Cataloger } from '../cataloger.ts';
import { readMetadata } from './metadata.ts';

export const eggInfo: Cataloger = {
  async read(file) {
    return readMetadata(file.path, await file.bytes());
  },
};
