/**
 * Fields that `package.json` and the lockfiles share. Source: npm documentation, "package.json".
 */

import { isJsonObject, type JsonObject } from '../../../formats/text/json/json.ts';

/** Returns the keys of the dependency fields named, without those whose value is no object. */
export function readDependencies(
  pkg: JsonObject | undefined,
  fields: readonly string[],
): readonly string[] {
  let names: readonly string[] | undefined;
  for (const field of fields) {
    const dependencies = pkg?.[field];
    if (!isJsonObject(dependencies)) continue;
    const keys = Object.keys(dependencies);
    names = names === undefined ? keys : [...new Set([...names, ...keys])];
  }
  return names ?? [];
}
