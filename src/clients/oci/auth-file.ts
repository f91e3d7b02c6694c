/**
 * Files that hold credentials of registries, or say which program does.
 *
 * Source: Docker CLI, "config.json" (auths, credHelpers, credsStore); containers-auth.json(5),
 * whose keys may name a part of a registry. Refuses what is not a JSON object; a single entry that
 * cannot be read counts as none.
 */

import {
  isJsonObject,
  readJson,
  readStrings,
  type JsonValue,
} from '../../formats/text/json/json.ts';
import type { Credentials } from './client-options.ts';

/** A parsed file of registry logins. */
export interface AuthFile {
  /** For messages: a path, or the name of a variable. */
  readonly name: string;
  /**
   * By registry, or registry and path: `ghcr.io`, `ghcr.io/acme`. Docker's registry is `docker.io`.
   */
  readonly entries: ReadonlyMap<string, Credentials>;
  /** Keys of entries that hold something, of which nothing can be made. */
  readonly unreadable: ReadonlySet<string>;
  /** Ends of the names of programs, by the same keys. */
  readonly helpers: ReadonlyMap<string, string>;
  /** The program for all other registries. */
  readonly store: string | undefined;
}

/**
 * Parses a file of registry logins, as `docker login` and `podman login` write it.
 *
 * @throws ParseError where the text is not a JSON object.
 */
export function parseAuthFile(name: string, bytes: Uint8Array): AuthFile {
  const json = readJson(name, bytes);
  const entries = new Map<string, Credentials>();
  const unreadable = new Set<string>();
  for (const [key, value] of members(json['auths'])) {
    const credentials = readEntry(value);
    if (credentials !== undefined) entries.set(normalizeKey(key), credentials);
    else if (isFilled(value)) unreadable.add(normalizeKey(key));
  }
  const helpers = new Map<string, string>();
  for (const [key, value] of members(json['credHelpers'])) {
    if (typeof value === 'string' && value !== '') helpers.set(normalizeKey(key), value);
  }
  const store = json['credsStore'];
  const hasStore = typeof store === 'string' && store !== '';
  return { name, entries, unreadable, helpers, store: hasStore ? store : undefined };
}

/** Returns the keys under which credentials for a repository may stand, the longest first. */
export function authKeysOf(domain: string, path: string): readonly string[] {
  const parts = path.split('/');
  return [
    ...parts.map((_, index) => `${domain}/${parts.slice(0, parts.length - index).join('/')}`),
    domain,
  ];
}

const SCHEME = /^https?:\/\//i;
/** Docker wrote the address of the interface, not only the host. */
const VERSION_PATH = /^v[12]$/;
const DEFAULT_REGISTRY = 'docker.io';
const DEFAULT_REGISTRY_NAMES: ReadonlySet<string> = new Set([
  'index.docker.io',
  'registry-1.docker.io',
]);

function normalizeKey(key: string): string {
  const hasScheme = SCHEME.test(key);
  const [host = '', ...path] = key.replace(SCHEME, '').split('/').filter(Boolean);
  const domain = DEFAULT_REGISTRY_NAMES.has(host) ? DEFAULT_REGISTRY : host;
  // An address names a host and nothing below it.
  if (hasScheme || VERSION_PATH.test(path[0] ?? '')) return domain;
  return [domain, ...path].join('/');
}

function members(
  json: JsonValue | undefined,
): readonly (readonly [string, JsonValue | undefined])[] {
  return isJsonObject(json) ? Object.entries(json) : [];
}

/** Returns whether an entry should say more than that a helper has it. */
function isFilled(json: JsonValue | undefined): boolean {
  const { auth, registrytoken } = readStrings(json, ['auth', 'registrytoken']);
  return [auth, registrytoken].some((text) => text !== undefined && text !== '');
}

/** Characters that a header value may contain. */
const HEADER_VALUE = /^[\x21-\x7e]+$/;

/** An entry without any content says only that a helper has it. */
function readEntry(json: JsonValue | undefined): Credentials | undefined {
  const entry = readStrings(json, [
    'auth',
    'username',
    'password',
    'identitytoken',
    'registrytoken',
  ]);
  const pair = decodePair(entry.auth) ?? [entry.username ?? '', entry.password ?? ''];
  const [username, password] = pair;
  if (entry.registrytoken && HEADER_VALUE.test(entry.registrytoken)) {
    return { kind: 'bearer', token: entry.registrytoken };
  }
  if (entry.identitytoken) return identity(username, entry.identitytoken);
  return username === '' ? undefined : { kind: 'basic', username, password };
}

function identity(username: string, token: string): Credentials {
  return { kind: 'identityToken', username, token };
}

/**
 * Decodes base64 of `user:password`; a password may have colons, and Docker filled some with NUL at
 * the end.
 */
function decodePair(auth: string | undefined): readonly [string, string] | undefined {
  if (auth === undefined || auth === '') return undefined;
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  return [text.slice(0, colon), text.slice(colon + 1).replace(/\0{1,64}$/, '')];
}
