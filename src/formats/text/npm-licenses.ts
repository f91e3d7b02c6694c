/**
 * Licenses in the manifest of an npm package. Source: npm documentation, "package.json", "license".
 */

import { isJsonArray, readStrings, type JsonObject, type JsonValue } from './json/json.ts';

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

function licenseName(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  const { type, name } = readStrings(value, ['type', 'name']);
  return type ?? name;
}
