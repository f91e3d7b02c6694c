/**
 * The document of an npm package: all its versions, tags and dates.
 *
 * Source: npm registry, "Package metadata" (full and abbreviated form). A version is unusable if
 * its manifest names another package or version, or names no digest, or two of one algorithm. Rows
 * whose number is no version are left out. Refused: documents of another package, of more than 64
 * MiB, what is nested more than 200 deep, and what is no JSON.
 */

import { ParseError } from '../../core/base/errors.ts';
import {
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../formats/text/json/json.ts';
import { hexDigests, readIntegrity } from '../../formats/crypto/digest/package-digests.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import { isNpmVersion } from './names.ts';

/** The largest document of the public registry has some 50 MB in the full form. */
export const MAX_PACKUMENT_BYTES: number = 64 * 1024 * 1024;

/** The document of a package. */
export interface Packument {
  readonly name: string;
  /** By version, in the order of the document. */
  readonly versions: ReadonlyMap<string, PackumentVersion>;
  /** By tag; those that name no version of the document are left out. */
  readonly tags: ReadonlyMap<string, string>;
  /** The whole document. */
  readonly document: JsonObject;
}

/** A version of a package. */
export interface PackumentVersion {
  readonly version: string;
  readonly manifest: JsonObject;
  /** Digests of the file; sha512 first. Empty if the document names none. */
  readonly digests: readonly Digest[];
  /** Address of the file, as the document has it. */
  readonly tarball: string;
  /** Milliseconds since the Unix epoch. */
  readonly publishedAt?: number;
  readonly hasInstallScript: boolean;
  readonly deprecated?: string;
  /** Reason why the version cannot be served, without its name. Absent: it can. */
  readonly unusable?: string;
}

/** Reads a document. @throws ParseError if it is no JSON, or not the document of this package */
export function readPackument(name: string, bytes: Uint8Array): Packument {
  const document = parseDocument(name, bytes);
  if (document['name'] !== name) throw new ParseError(name, 'the document is of another package');
  const { versions: rows, time, 'dist-tags': tagRows } = document;
  const dates = isJsonObject(time) ? time : {};
  const versions = new Map<string, PackumentVersion>();
  for (const [version, manifest] of Object.entries(isJsonObject(rows) ? rows : {})) {
    if (!isNpmVersion(version) || !isJsonObject(manifest)) continue;
    versions.set(version, readVersion(name, version, manifest, dates[version]));
  }
  const tags = new Map<string, string>();
  for (const [tag, version] of Object.entries(isJsonObject(tagRows) ? tagRows : {})) {
    if (typeof version === 'string' && versions.has(version)) tags.set(tag, version);
  }
  return { name, versions, tags, document };
}

/**
 * Documents have tens of megabytes, which the parser of the platform reads four times as fast as
 * that of `format/`. Its objects have a prototype. Nothing below reads a key that a prototype has,
 * and lists of versions, tags and dates are read by their own keys.
 */
function parseDocument(name: string, bytes: Uint8Array): JsonObject {
  if (isDeeperThan(bytes, MAX_DEPTH)) {
    throw new ParseError(name, `it is nested more than ${MAX_DEPTH} deep`);
  }
  let value: JsonValue;
  try {
    value = JSON.parse(new TextDecoder('utf-8').decode(bytes)) as JsonValue;
  } catch {
    throw new ParseError(name, 'it is no JSON');
  }
  if (isJsonObject(value)) return value;
  throw new ParseError(name, 'it is no JSON object');
}

/** Manifests are some ten deep. The writer of JSON of the platform fails at some thousands. */
const MAX_DEPTH = 200;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
/** Sets the bit that tells `[` from `{`, and `]` from `}`. */
const BRACE_BIT = 0x20;
const [OPENING, CLOSING] = [0x7b, 0x7d];

/** Returns whether JSON text is nested deeper. */
function isDeeperThan(bytes: Uint8Array, maxDepth: number): boolean {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (isInText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isInText = false;
    } else if (byte === QUOTE) isInText = true;
    else if ((byte | BRACE_BIT) === OPENING) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if ((byte | BRACE_BIT) === CLOSING) depth -= 1;
  }
  return false;
}

function readVersion(
  name: string,
  version: string,
  manifest: JsonObject,
  date: unknown,
): PackumentVersion {
  const { dist } = manifest;
  const { integrity, shasum, tarball = '' } = readStrings(dist, ['integrity', 'shasum', 'tarball']);
  const digests = [...readIntegrity(integrity), ...hexDigests('sha1', shasum)];
  const publishedAt = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  const unusable = problemOf({ name, version, manifest, digests });
  return {
    version,
    manifest,
    digests: sortDigests(digests),
    tarball,
    ...(!Number.isNaN(publishedAt) && { publishedAt }),
    hasInstallScript: runsScripts(manifest),
    ...deprecationOf(manifest),
    ...(unusable !== undefined && { unusable }),
  };
}

/** A text of a publisher that reaches people. */
const MAX_TEXT = 300;

/** An empty text takes a deprecation back. */
function deprecationOf({ deprecated }: JsonObject): { readonly deprecated?: string } {
  if (deprecated === true) return { deprecated: 'no reason is given' };
  const isText = typeof deprecated === 'string' && deprecated !== '';
  return isText ? { deprecated: deprecated.slice(0, MAX_TEXT) } : {};
}

function problemOf(
  of: Pick<PackumentVersion, 'version' | 'manifest' | 'digests'> & { readonly name: string },
): string | undefined {
  const { name, version, manifest, digests } = of;
  if (manifest['name'] !== name || manifest['version'] !== version) {
    return 'its manifest names another package or version';
  }
  if (!digests.some((digest) => /^sha(?:512|384|256|1):/u.test(digest))) {
    return 'its registry names no digest of its file';
  }
  const algorithms = [...new Set(digests)].map((digest) => digest.split(':', 1)[0]);
  return new Set(algorithms).size < algorithms.length
    ? 'its registry names several digests of its file, so that it could have several contents'
    : undefined;
}

const STRENGTH = ['sha512', 'sha384', 'sha256', 'sha1', 'md5'];

/** The strongest first, each once. */
function sortDigests(digests: readonly Digest[]): readonly Digest[] {
  const rank = (digest: Digest): number => STRENGTH.indexOf(digest.split(':', 1)[0] ?? '');
  return [...new Set(digests)].sort((a, b) => rank(a) - rank(b));
}

/**
 * Scripts that npm runs when it installs a package from a registry. `gypfile` stands for a build
 * that is not named.
 */
function runsScripts({ hasInstallScript, gypfile, scripts }: JsonObject): boolean {
  if (hasInstallScript === true || gypfile === true) return true;
  const named = readStrings(scripts, ['preinstall', 'install', 'postinstall']);
  return Object.values(named).some((script) => script !== undefined && script.trim() !== '');
}
