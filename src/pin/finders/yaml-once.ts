/** One reading of a YAML file for all finders that accept it. */

import { readPlacedYaml } from '../../format/yaml-places.ts';
import type { PlacedYaml } from '../../format/yaml-node.ts';

const readings = new WeakMap<Uint8Array, PlacedYaml>();

/** Reads the bytes of a file. Bytes that are the same object are read once, as long as they are in use. */
export function parseYamlOnce(bytes: Uint8Array): PlacedYaml {
  const known = readings.get(bytes);
  if (known !== undefined) return known;
  const yaml = readPlacedYaml(bytes);
  readings.set(bytes, yaml);
  return yaml;
}
