/**
 * Fields that `package.json` and the lockfiles share. Source: npm documentation, "package.json".
 */

import { isJsonArray, isJsonObject, readStrings, type JsonObject } from '../../format/json.ts';
import type { JsonValue } from '../../format/json.ts';

/** More licences than any package has; a hostile file could name a million. */
const MAX_LICENSES = 32;

/**
 * Returns the licences as npm packages name them: `license` as an expression or, in old packages,
 * as `{ type, url }` or a list of either, and the older `licenses`.
 */
export function readLicenses(pkg: JsonObject): readonly string[] {
  const { license: only } = pkg;
  if (typeof only === 'string' && only !== '' && pkg['licenses'] === undefined) return alone(only);
  const licenses = new Set<string>();
  for (const field of [pkg['license'], pkg['licenses']]) {
    for (const value of isJsonArray(field) ? field.slice(0, MAX_LICENSES) : [field]) {
      const license = licenseName(value);
      if (license !== undefined && license !== '') licenses.add(license);
    }
  }
  return [...licenses];
}

/** Thousands of packages have one of a few licences. */
function alone(license: string): readonly string[] {
  const known = LISTS.get(license);
  if (known !== undefined) return known;
  const list = [license];
  if (LISTS.size < MAX_LISTS) LISTS.set(license, list);
  return list;
}

const LISTS = new Map<string, readonly string[]>();
/** More licences than are in use; a hostile file could name a million. */
const MAX_LISTS = 256;

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

function licenseName(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  const { type, name } = readStrings(value, ['type', 'name']);
  return type ?? name;
}
