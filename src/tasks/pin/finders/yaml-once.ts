/** One reading of a YAML file for all finders that accept it. */

import { readPlacedYaml } from '../../../formats/text/yaml/yaml-places.ts';
import type { PlacedYaml } from '../../../formats/text/yaml/yaml-node.ts';

/**
 * The last reading only: the finders of a file run one after another, and the trees of all files
 * would fill the memory.
 */
let last: PlacedYaml | undefined;

/**
 * Reads the bytes of a file. If they are the same object as in the last call, they are not read
 * again.
 */
export function parseYamlOnce(bytes: Uint8Array): PlacedYaml {
  if (last?.bytes !== bytes) last = readPlacedYaml(bytes);
  return last;
}
