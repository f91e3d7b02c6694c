/** Fields that `package.json` and the lockfiles share. Source: npm documentation, "package.json". */

import { Buffer } from 'node:buffer';

import { isJsonArray, isJsonObject, readStrings, type JsonObject } from '../../format/json.ts';
import type { JsonValue } from '../../format/json.ts';
import type { Digest } from '../../model/artifact.ts';

const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 } as const;
/** As registries write it, and so nearly all lockfiles. */
const USUAL = /^sha512-[A-Za-z0-9+/]{86}==$/;
const USUAL_START = 'sha512-'.length;
/** The bytes of one digest. */
const SCRATCH = Buffer.alloc(DIGEST_BYTES.sha512);
const BASE64 = /^[A-Za-z0-9+/]+={0,2}/;

/** More licences than any package has; a hostile file could name a million. */
const MAX_LICENSES = 32;

/**
 * Licences as npm packages name them: `license` as an expression or, in old packages, as `{ type, url }` or a list of
 * either, and the older `licenses`.
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

/** Subresource integrity of the package's tarball as digests; several are separated by spaces. */
export function readIntegrity(integrity: string | undefined): readonly Digest[] {
  const digests: Digest[] = [];
  if (integrity === undefined) return digests;
  if (USUAL.test(integrity)) {
    SCRATCH.write(integrity.slice(USUAL_START), 'base64');
    return [`sha512:${SCRATCH.toString('hex')}`];
  }
  for (const part of integrity.split(' ', 4)) {
    const dash = part.indexOf('-');
    const algorithm = part.slice(0, dash);
    if (!isAlgorithm(algorithm)) continue;
    const [base64 = ''] = BASE64.exec(part.slice(dash + 1)) ?? [];
    const bytes = Buffer.from(base64, 'base64');
    if (bytes.length === DIGEST_BYTES[algorithm])
      digests.push(`${algorithm}:${bytes.toString('hex')}`);
  }
  return digests;
}

function isAlgorithm(name: string): name is keyof typeof DIGEST_BYTES {
  return Object.hasOwn(DIGEST_BYTES, name);
}

/** Keys of the dependency fields named, without those whose value is no object. */
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
