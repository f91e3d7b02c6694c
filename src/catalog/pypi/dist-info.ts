/**
 * Installed Python packages, each by the `METADATA` of its `.dist-info` folder.
 *
 * Source: Python packaging specifications, "Recording installed projects" (PEP 376, 427). Refused: what `metadata.ts`
 * refuses.
 */

import type { Cataloger } from '../cataloger.ts';
import { readMetadata } from './metadata.ts';

export const distInfo: Cataloger = {
  async read(file) {
    return readMetadata(file.path, await file.bytes());
  },
};
