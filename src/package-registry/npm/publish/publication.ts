/**
 * A version as a package manager publishes it: one JSON document with the manifest, tags and the
 * file in base64.
 *
 * Source: npm registry API, `PUT /NAME`, as npm, pnpm, yarn and bun send it. What the manifest
 * states about installation must agree with the `package.json` in the file: package managers
 * resolve by the former and install the latter. Refused: several versions or files, names and
 * versions that differ, wrong base64, wrong digests, and tags that are version ranges.
 */

import { createHash } from 'node:crypto';

import { AssayError } from '../../../core/base/errors.ts';
import {
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { hexDigests, readIntegrity } from '../../../formats/crypto/digest/package-digests.ts';
import { satisfies } from '../../../core/version/index.ts';
import { isNpmVersion } from '../names.ts';
import { checkTarball, type PublishedFile } from './check-tarball.ts';

/** A version that can be stored. */
export interface Publication {
  readonly name: string;
  readonly version: string;
  /** As it is stored: with digests that were computed from the file. */
  readonly manifest: JsonObject;
  readonly tags: readonly string[];
  readonly file: Uint8Array;
  /** 128 hexadecimal digits. */
  readonly sha512: string;
}

/**
 * Reads what is published under a name. @throws AssayError `USAGE` with what is wrong,
 * `LIMIT_EXCEEDED`
 */
export async function readPublication(name: string, body: JsonObject): Promise<Publication> {
  refuseName(name, body);
  const { version, sent } = onlyVersion(name, body);
  const tags = readTags(body, version);
  const file = readAttachment({ name, version }, body);
  const sha512 = createHash('sha512').update(file);
  const digests = {
    integrity: `sha512-${sha512.copy().digest('base64')}`,
    shasum: createHash('sha1').update(file).digest('hex'),
  };
  refuseDigests(sent, file);
  const found = await checkTarball(file);
  refuseOther(found, { name, version, sent });
  const manifest = manifestOf({ name, version, sent, found, digests });
  return { name, version, manifest, tags, file, sha512: sha512.digest('hex') };
}

/**
 * New names have lower case letters, digits and `-._` only (npm documentation, "package.json",
 * `name`).
 */
const NEW_NAME = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/u;

function refuseName(name: string, { name: sent, _id: id }: JsonObject): void {
  if (sent !== name || (id !== undefined && id !== name)) {
    throw refused(`the request is for "${name}" and its body for "${text(sent)}"`);
  }
  if (!NEW_NAME.test(name)) {
    throw refused(
      `"${name}" is no name for a new package: lower case letters, digits, "-", "." and "_" are allowed`,
    );
  }
}

function onlyVersion(
  name: string,
  { versions }: JsonObject,
): { readonly version: string; readonly sent: JsonObject } {
  const rows = isJsonObject(versions) ? Object.entries(versions) : [];
  const [row] = rows;
  if (row === undefined || rows.length > 1) {
    throw refused(`${rows.length} versions were sent; one at a time can be published`);
  }
  const [version, sent] = row;
  if (!isNpmVersion(version)) throw refused(`"${version}" is no version of semver.org`);
  if (!isJsonObject(sent)) throw refused(`the manifest of ${version} is no object`);
  if (sent['name'] !== name || sent['version'] !== version) {
    throw refused(
      `the manifest of ${name}@${version} is of ${text(sent['name'])}@${text(sent['version'])}`,
    );
  }
  if (JSON.stringify(sent).length > MAX_MANIFEST) {
    throw new AssayError(
      'LIMIT_EXCEEDED',
      `the manifest of ${name}@${version} has more than 1 MiB`,
    );
  }
  return { version, sent };
}

const MAX_MANIFEST = 1024 * 1024;

function readTags({ 'dist-tags': rows }: JsonObject, version: string): readonly string[] {
  if (rows === undefined) return ['latest'];
  if (!isJsonObject(rows)) throw refused('"dist-tags" is no object');
  return Object.entries(rows).map(([tag, target]) => {
    const problem = tagProblem(tag);
    if (problem !== undefined) throw refused(problem);
    if (target !== version)
      throw refused(
        `the tag "${tag}" leads to "${text(target)}" and not to the version that is published`,
      );
    return tag;
  });
}

const TAG = /^[a-z][a-z0-9._-]{0,99}$/iu;

/** Returns what is wrong with the name of a tag; `undefined` if it can be used. */
export function tagProblem(tag: string): string | undefined {
  if (!TAG.test(tag))
    return `"${tag}" is no tag: it has to begin with a letter, and can have letters, digits, "-", "." and "_"`;
  // A range would never be looked up as a tag.
  if (isNpmVersion(tag.replace(/^v/iu, '')) || satisfies('npm', '1.0.0', tag) !== undefined) {
    return `"${tag}" is a version range and cannot be a tag`;
  }
  return undefined;
}

function readAttachment(
  { name, version }: Pick<Publication, 'name' | 'version'>,
  { _attachments: rows }: JsonObject,
): Uint8Array {
  const entries = Object.entries(isJsonObject(rows) ? rows : {});
  const [entry] = entries;
  if (entries.some(([file]) => file.endsWith('.sigstore'))) {
    throw refused('attestations cannot be published here; publish without --provenance');
  }
  if (entry === undefined || entries.length > 1)
    throw refused(`${entries.length} files were sent; a version has one`);
  const [fileName, row] = entry;
  const expected = [
    `${name}-${version}.tgz`,
    `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`,
  ];
  if (!expected.includes(fileName))
    throw refused(`the file is named "${fileName}" and not "${expected[0] ?? ''}"`);
  const data = isJsonObject(row) ? row['data'] : undefined;
  if (!isJsonObject(row) || typeof data !== 'string') throw refused('the file has no data');
  const bytes = Buffer.from(data, 'base64');
  // The decoder of the platform passes over what is not base64.
  if (bytes.length === 0 || bytes.toString('base64') !== data) {
    throw refused('the file is not encoded in base64');
  }
  const { length } = row;
  if (length !== undefined && length !== bytes.length) {
    throw refused(`the file has ${bytes.length} bytes and not ${text(length)}`);
  }
  return bytes;
}

/** Each digest that was sent must be that of the file. */
function refuseDigests({ dist }: JsonObject, file: Uint8Array): void {
  const { integrity, shasum } = readStrings(dist, ['integrity', 'shasum']);
  const stated = [
    ...readIntegrity(integrity),
    ...(shasum === undefined ? [] : hexDigests('sha1', shasum)),
  ];
  if ((integrity !== undefined || shasum !== undefined) && stated.length === 0) {
    throw refused('the digests of the file cannot be read');
  }
  for (const digest of stated) {
    const [algorithm = '', expected] = digest.split(':', 2);
    const actual = createHash(algorithm).update(file).digest('hex');
    if (actual !== expected) throw refused(`the file has ${algorithm}:${actual} and not ${digest}`);
  }
}

/** Members by which package managers decide what to install. */
const RESOLVED_BY = [
  'peerDependencies',
  'peerDependenciesMeta',
  'engines',
  'os',
  'cpu',
  'libc',
] as const;

/** @throws AssayError `USAGE` if the manifest that was sent is not that of the file */
function refuseOther(
  { manifest }: PublishedFile,
  {
    name,
    version,
    sent,
  }: { readonly name: string; readonly version: string; readonly sent: JsonObject },
): void {
  if (manifest['name'] !== name || manifest['version'] !== version) {
    throw refused(
      `the file contains ${text(manifest['name'])}@${text(manifest['version'])} and not ${name}@${version}`,
    );
  }
  const differing = RESOLVED_BY.find((key) => canonical(sent[key]) !== canonical(manifest[key]));
  // npm moves what is in both lists to the optional ones.
  const all = ({ dependencies, optionalDependencies }: JsonObject): string =>
    canonical({ ...objectOf(dependencies), ...objectOf(optionalDependencies) });
  const key = differing ?? (all(sent) === all(manifest) ? undefined : 'dependencies');
  if (key === undefined) return;
  throw refused(
    `"${key}" of the manifest that was sent is not that of the package.json in the file`,
  );
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/**
 * A text that is equal for equal values, whatever the order of keys. Empty lists and objects count
 * as absent.
 */
function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return value.length === 0 ? '' : `[${value.map(canonical).join(',')}]`;
  if (!isJsonObject(value)) return value === undefined ? '' : JSON.stringify(value);
  const keys = Object.keys(value).sort();
  if (keys.length === 0) return '';
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

/**
 * Members with an underscore that npm's registry serves. Others contain paths of the publisher's
 * machine.
 */
const SERVED_MARKS: ReadonlySet<string> = new Set(['_id', '_nodeVersion', '_npmVersion']);

function manifestOf(of: {
  readonly name: string;
  readonly version: string;
  readonly sent: JsonObject;
  readonly found: PublishedFile;
  readonly digests: { readonly integrity: string; readonly shasum: string };
}): JsonObject {
  const { name, version, sent, found, digests } = of;
  const kept = Object.entries(sent).filter(
    ([key]) => (!key.startsWith('_') || SERVED_MARKS.has(key)) && !COMPUTED.has(key),
  );
  const { scripts } = found.manifest;
  const runs = runsScripts(found);
  return {
    ...Object.fromEntries(kept),
    _id: `${name}@${version}`,
    ...(isJsonObject(scripts) && { scripts }),
    ...(runs && { hasInstallScript: true }),
    ...(found.hasShrinkwrap && { _hasShrinkwrap: true }),
    dist: { ...digests, fileCount: found.fileCount, unpackedSize: found.unpackedBytes },
  };
}

/** Members that are computed here, or have no place in a manifest. */
const COMPUTED: ReadonlySet<string> = new Set([
  ...['dist', 'scripts', 'hasInstallScript', 'deprecated', 'maintainers', 'readme'],
  ...['integrity', 'shasum'],
]);

/**
 * Source: npm documentation, "scripts": a `binding.gyp` is built where no script `install` or
 * `preinstall` is named.
 */
function runsScripts({ manifest, hasBuildFile }: PublishedFile): boolean {
  const named = Object.values(
    readStrings(manifest['scripts'], ['preinstall', 'install', 'postinstall']),
  );
  if (named.some((script) => script !== undefined && script.trim() !== '')) return true;
  return hasBuildFile && manifest['gypfile'] !== false;
}

function text(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  return written.length > 100 ? `${written.slice(0, 100)}...` : written;
}

function refused(message: string): AssayError {
  return new AssayError('USAGE', message);
}
