/**
 * A client of npm registries: the versions of a package, with what identifies their files.
 *
 * Source: npm registry API, "GET /{package}" (the full document, which has `time`) and "GET /{package}/{version}". A version
 * that cannot be read is left out and counted.
 */

import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import { isJsonObject, readStrings, type JsonValue } from '../format/json.ts';
import type { Digest } from '../model/artifact.ts';
import { askIndex, damagedAnswer, readIndexJson, type IndexAnswer } from './index-request.ts';
import { hexDigest, integrityDigests } from './integrity.ts';
import type { NpmConfig } from './npm-config.ts';

/** One version of a package, as a registry describes it. */
export interface NpmVersion {
  readonly version: string;
  /** Of the tarball; empty if the registry names none. */
  readonly digests: readonly Digest[];
  readonly tarballUrl?: string;
  /** When it was published, as the registry says; absent if it says nothing. */
  readonly publishedAt?: string;
  readonly isDeprecated: boolean;
}

/** The versions of a package. */
export interface NpmPackage {
  readonly name: string;
  /** The registry that answered. */
  readonly from: string;
  readonly versions: ReadonlyMap<string, NpmVersion>;
  readonly tags: ReadonlyMap<string, string>;
  /** Versions of the document that could not be read. */
  readonly unreadableCount: number;
}

/** A client for one run. Answers are not cached. */
export interface NpmRegistry {
  /** All versions; `undefined` if the registry does not have the package. */
  packageOf(name: string): Promise<NpmPackage | undefined>;
  /** One version; `undefined` if the registry does not have it. */
  versionOf(name: string, version: string): Promise<NpmVersion | undefined>;
}

const NAME = /^(?:@[^/@\s?#%\\]+\/)?[^/@\s?#%\\]+$/u;
const LOGIN_HINT = 'Log in with npm login, or set a token for the registry in ~/.npmrc.';
/** The largest documents of public packages have some 100 MB. */
const MAX_PACKAGE_BYTES = 256 * 1024 * 1024;
const MAX_VERSION_BYTES = 16 * 1024 * 1024;

/**
 * Makes a client. Its methods throw AssayError as `askIndex` does, `CONFIG_INVALID` if no registry is configured for a
 * package, `USAGE` for a name that is none, and `DAMAGED` for an answer that cannot be read.
 */
export function createNpmRegistry(config: NpmConfig, context: Context): NpmRegistry {
  const ask = (name: string, rest: string, maxBytes: number): Promise<IndexAnswer | undefined> => {
    const registry = registryFor(config, name);
    return askIndex(
      {
        url: new URL(encodedName(name) + rest, registry),
        accept: 'application/json',
        maxBytes,
        accessTo: (url) => config.accessTo(url),
        loginHint: LOGIN_HINT,
      },
      context,
    );
  };
  return {
    async packageOf(name) {
      const answer = await ask(name, '', MAX_PACKAGE_BYTES);
      return answer && readPackage(name, answer);
    },
    async versionOf(name, version) {
      const answer = await ask(name, `/${encodeURIComponent(version)}`, MAX_VERSION_BYTES);
      if (answer === undefined) return undefined;
      const found = readVersion(version, readIndexJson(answer, 'an npm registry'), undefined);
      if (found === undefined) throw damaged(answer.url, `it is not ${name}@${version}`);
      return found;
    },
  };
}

function registryFor(config: NpmConfig, name: string): URL {
  const isName = NAME.test(name) && !name.split('/').some((part) => /^\.{1,2}$/u.test(part));
  if (!isName) {
    throw new AssayError('USAGE', `"${name}" is no name of an npm package`, {
      hint: 'Write it as name or @scope/name.',
    });
  }
  const registry = config.registryOf(name);
  if (registry !== undefined) return registry;
  throw new AssayError('CONFIG_INVALID', `no npm registry is configured for "${name}"`, {
    hint: 'Name one: npm config set registry URL, or the variable NPM_CONFIG_REGISTRY.',
  });
}

/** A scope is a part of the name, so that its slash is encoded; registries take the `@` as it is. */
function encodedName(name: string): string {
  return encodeURIComponent(name).replace(/^%40/u, '@');
}

function readPackage(name: string, answer: IndexAnswer): NpmPackage {
  const { versions: listed, time, 'dist-tags': tagged } = readIndexJson(answer, 'an npm registry');
  if (!isJsonObject(listed)) throw damaged(answer.url, 'it has no versions');
  const times = isJsonObject(time) ? time : undefined;
  const versions = new Map<string, NpmVersion>();
  let unreadableCount = 0;
  for (const [version, value] of Object.entries(listed)) {
    const read = readVersion(version, value, times?.[version]);
    if (read === undefined) unreadableCount += 1;
    else versions.set(version, read);
  }
  const tags = Object.entries(isJsonObject(tagged) ? tagged : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { name, from: answer.url.host, versions, tags: new Map(tags), unreadableCount };
}

/** `undefined` for a document of another version than the one that it is filed under. */
function readVersion(
  version: string,
  value: JsonValue | undefined,
  publishedAt: JsonValue | undefined,
): NpmVersion | undefined {
  if (!isJsonObject(value) || value['version'] !== version) return undefined;
  const { integrity, shasum, tarball } = readStrings(value['dist'], [
    'integrity',
    'shasum',
    'tarball',
  ]);
  const digests = [
    ...(integrity === undefined ? [] : integrityDigests(integrity)),
    ...(shasum === undefined ? [] : [hexDigest('sha1', shasum)].filter((one) => one !== undefined)),
  ];
  const deprecated = value['deprecated'];
  return {
    version,
    digests: [...new Set(digests)],
    isDeprecated: deprecated !== undefined && deprecated !== false && deprecated !== '',
    ...(tarball !== undefined && { tarballUrl: tarball }),
    ...(typeof publishedAt === 'string' && { publishedAt }),
  };
}

function damaged(url: URL, reason: string): AssayError {
  return damagedAnswer(url, reason, 'an npm registry');
}
