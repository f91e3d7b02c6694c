/** A set of the base with its file. */

import type { BlockFile } from './block-file-reader.ts';
import type { StoredSet } from './manifest.ts';

export interface OpenSet {
  readonly set: StoredSet;
  readonly file: BlockFile;
}
