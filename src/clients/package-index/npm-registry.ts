/**
 * A client of npm registries: the digests of the file of a version, and the requests of all
 * versions of a package.
 *
 * Sources: npm registry API, "GET /{package}/{version}"; `integrity`, and `shasum`, which is SHA-1
 * in hexadecimal digits; "Package metadata", the abbreviated form.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../formats/text/json/json.ts';
import { hexDigests, readIntegrity } from '../../formats/crypto/digest/package-digests.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import { askIndex, damagedAnswer, readIndexJson } from './index-request.ts';
import type { NpmConfig } from './npm-config.ts';

/** A client for one run. Answers are not cached. */
export interface NpmRegistry {
  /**
   * Returns the digests of the tarball of a version. They are empty if the registry names none, and
   * `undefined` if it does not have the version.
   */
  digestsOf(name: string, version: string): Promise<readonly Digest[] | undefined>;
  /** Returns the versions of a package; `undefined` if the registry does not have the package. */
  versionsOf(name: string): Promise<NpmVersions | undefined>;
  /**
   * Returns what the whole document of a package says about it; `undefined` if the registry does
   * not have the package.
   */
  factsOf(name: string): Promise<NpmPackageFacts | undefined>;
}

/** Age and owners of a package. */
export interface NpmPackageFacts {
  /** ISO 8601; absent where the registry does not say it. */
  readonly firstVersionAt?: string;
  readonly versionCount: number;
  /** Absent where the registry does not say it. */
  readonly maintainerCount?: number;
}

/** The requests of each version of a package: ranges by the name of the package. */
export type NpmVersions = ReadonlyMap<string, ReadonlyMap<string, string>>;

const NAME = /^(?:@[^/@\s?#%\\]+\/)?[^/@\s?#%\\]+$/u;
const LOGIN_HINT = 'Log in with npm login, or set a token for the registry in ~/.npmrc.';
const MAX_VERSION_BYTES = 16 * 1024 * 1024;
/** The largest package of the public registry has some 30 MB in the abbreviated form. */
const MAX_PACKAGE_BYTES = 128 * 1024 * 1024;
const ABBREVIATED = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8';

/**
 * Makes a client. Its method throws AssayError as `askIndex` does, `CONFIG_INVALID` if no registry
 * is configured for a package, `USAGE` for text that is no name of a package, and `DAMAGED` for an
 * answer that cannot be read.
 */
export function createNpmRegistry(config: NpmConfig, context: Context): NpmRegistry {
  return {
    async digestsOf(name, version) {
      const path = `${encodedNpmName(name)}/${encodeURIComponent(version)}`;
      const request = {
        url: new URL(path, registryFor(config, name)),
        accept: 'application/json',
        maxBytes: MAX_VERSION_BYTES,
        accessTo: (url: URL) => config.accessTo(url),
        loginHint: LOGIN_HINT,
      };
      const answer = await askIndex(request, context);
      if (answer === undefined) return undefined;
      const document = readIndexJson(answer, 'an npm registry');
      if (document['version'] === version) return readDigests(document['dist']);
      throw damagedAnswer(answer.url, `it is not ${name}@${version}`, 'an npm registry');
    },
    async versionsOf(name) {
      const request = {
        url: new URL(encodedNpmName(name), registryFor(config, name)),
        accept: ABBREVIATED,
        maxBytes: MAX_PACKAGE_BYTES,
        accessTo: (url: URL) => config.accessTo(url),
        loginHint: LOGIN_HINT,
      };
      const answer = await askIndex(request, context);
      if (answer === undefined) return undefined;
      const { versions } = readIndexJson(answer, 'an npm registry');
      if (isJsonObject(versions)) return readVersions(versions);
      throw damagedAnswer(answer.url, 'it has no versions', 'an npm registry');
    },
    async factsOf(name) {
      const request = {
        url: new URL(encodedNpmName(name), registryFor(config, name)),
        accept: 'application/json',
        maxBytes: MAX_PACKAGE_BYTES,
        accessTo: (url: URL) => config.accessTo(url),
        loginHint: LOGIN_HINT,
      };
      const answer = await askIndex(request, context);
      if (answer === undefined) return undefined;
      const document = readIndexJson(answer, 'an npm registry');
      const { versions, time, maintainers } = document;
      if (!isJsonObject(versions))
        throw damagedAnswer(answer.url, 'it has no versions', 'an npm registry');
      const { created } = readStrings(time, ['created']);
      return {
        versionCount: Object.keys(versions).length,
        ...(created !== undefined &&
          !Number.isNaN(Date.parse(created)) && { firstVersionAt: created }),
        ...(isJsonArray(maintainers) && { maintainerCount: maintainers.length }),
      };
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

/**
 * Returns the path of a package, in which the slash behind a scope is encoded and the `@` is not.
 */
export function encodedNpmName(name: string): string {
  return encodeURIComponent(name).replace(/^%40/u, '@');
}

function readDigests(dist: JsonValue | undefined): readonly Digest[] {
  const { integrity, shasum } = readStrings(dist, ['integrity', 'shasum']);
  return [...new Set([...readIntegrity(integrity), ...hexDigests('sha1', shasum)])];
}

function readVersions(versions: JsonObject): NpmVersions {
  return new Map(
    Object.entries(versions).map(([version, row]) => {
      const { dependencies, optionalDependencies } = isJsonObject(row) ? row : {};
      return [version, new Map([...requestsIn(dependencies), ...requestsIn(optionalDependencies)])];
    }),
  );
}

function requestsIn(value: JsonValue | undefined): readonly (readonly [string, string])[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, range]) =>
    typeof range === 'string' ? [[name, range] as const] : [],
  );
}
