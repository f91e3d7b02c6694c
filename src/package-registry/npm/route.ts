/**
 * The addresses of an npm registry.
 *
 * Source: npm registry API (`GET /NAME`, `/NAME/VERSION`, `/-/package/NAME/dist-tags`), `GET
 * /-/ping`, `/-/whoami`, `/-/npm/v1/keys`, `/-/npm/v1/attestations/NAME@VERSION`; file names as
 * `dist.tarball` has them. A path is decoded once, part by part. A path that is still encoded then,
 * or that has a dot segment, a backslash or a control character, is no address: another program on
 * the way could read it in another way.
 */

import { isNpmName, isNpmVersion, versionOfTarball } from './names.ts';

/** The request in a path. */
export type NpmRoute =
  | { readonly kind: 'packument' | 'tags'; readonly name: string }
  /** `spec` is a version or a tag. */
  | { readonly kind: 'version'; readonly name: string; readonly spec: string }
  | {
      readonly kind: 'tarball' | 'attestations';
      readonly name: string;
      readonly version: string;
    }
  | { readonly kind: 'ping' | 'whoami' | 'health' | 'metrics' | 'root' }
  | { readonly kind: 'search' }
  /** An address of npm that is not answered here, in words. */
  | { readonly kind: 'unsupported'; readonly what: string }
  /** The keys of signatures. */
  | { readonly kind: 'keys' }
  | { readonly kind: 'none' };

const NONE: NpmRoute = { kind: 'none' };
const MAX_PATH = 1024;
const PLAIN: ReadonlyMap<string, NpmRoute> = new Map<string, NpmRoute>([
  ['/', { kind: 'root' }],
  ['/-/ping', { kind: 'ping' }],
  ['/-/whoami', { kind: 'whoami' }],
  ['/-/health', { kind: 'health' }],
  ['/-/metrics', { kind: 'metrics' }],
  ['/-/v1/search', { kind: 'search' }],
  ['/-/all', { kind: 'unsupported', what: 'the list of all packages' }],
  ['/-/npm/v1/keys', { kind: 'keys' }],
]);
const ATTESTATIONS = '/-/npm/v1/attestations/';
const UNSUPPORTED: readonly (readonly [string, string])[] = [
  ['/-/npm/v1/security/', 'advisories for npm audit'],
  ['/-/npm/v1/', 'accounts'],
  ['/-/user/', 'login'],
  ['/-/v1/login', 'login'],
  ['/-/org/', 'organizations'],
  ['/-/team/', 'teams'],
];

/** Reads the target of a request: path and query, as it was received. */
export function readNpmRoute(target: string): NpmRoute {
  const [path = ''] = target.split('?', 1);
  if (path.length > MAX_PATH || !path.startsWith('/')) return NONE;
  const plain = PLAIN.get(path);
  if (plain !== undefined) return plain;
  if (path.startsWith(ATTESTATIONS)) return attestationsRoute(path.slice(ATTESTATIONS.length - 1));
  const unsupported = UNSUPPORTED.find(([start]) => path.startsWith(start));
  if (unsupported !== undefined) return { kind: 'unsupported', what: unsupported[1] };
  const parts = partsOf(path);
  if (parts === undefined) return NONE;
  if (parts[0] === '-' && parts[1] === 'package') return tagsRoute(parts.slice(2));
  return packageRoute(parts);
}

/**
 * Returns the decoded parts of the path of a target, with a scope and its name as one; `undefined`
 * for what is no plain path.
 */
export function pathParts(target: string): readonly string[] | undefined {
  const [path = ''] = target.split('?', 1);
  return path.length > MAX_PATH || !path.startsWith('/') ? undefined : partsOf(path);
}

/**
 * The decoded parts of a path, with a scope and its name as one; `undefined` for what is no plain
 * path.
 */
function partsOf(path: string): readonly string[] | undefined {
  const parts: string[] = [];
  for (const written of path.slice(1).split('/')) {
    const part = decoded(written);
    if (part === undefined || part === '' || part === '.' || part === '..') return undefined;
    const slash = part.indexOf('/');
    // Only the slash behind a scope is written encoded.
    if (slash >= 0 && !(part.startsWith('@') && slash === part.lastIndexOf('/'))) return undefined;
    parts.push(part);
  }
  const index = parts[0] === '-' && parts[1] === 'package' ? 2 : 0;
  const scope = parts[index];
  const name = parts[index + 1];
  if (scope?.startsWith('@') !== true || scope.includes('/') || name === undefined) return parts;
  return [...parts.slice(0, index), `${scope}/${name}`, ...parts.slice(index + 2)];
}

function decoded(written: string): string | undefined {
  let text: string;
  try {
    text = decodeURIComponent(written);
  } catch {
    return undefined;
  }
  return /[%\\\u0000-\u0020\u007f-\u{10ffff}]/u.test(text) ? undefined : text;
}

function packageRoute(parts: readonly string[]): NpmRoute {
  const [name = '', second, third, ...more] = parts;
  if (!isNpmName(name) || more.length > 0) return NONE;
  if (second === undefined) return { kind: 'packument', name };
  if (third === undefined) {
    if (second === '-' || second.startsWith('-')) return NONE;
    return { kind: 'version', name, spec: second };
  }
  const version = second === '-' ? versionOfTarball(name, third) : undefined;
  return version === undefined ? NONE : { kind: 'tarball', name, version };
}

/** `/NAME@VERSION`; the slash behind a scope can be written encoded. */
function attestationsRoute(path: string): NpmRoute {
  const [spec = '', ...more] = partsOf(path) ?? [];
  const at = spec.lastIndexOf('@');
  const name = spec.slice(0, Math.max(at, 0));
  const version = spec.slice(at + 1);
  const isPlain = more.length === 0 && isNpmName(name) && isNpmVersion(version);
  return isPlain ? { kind: 'attestations', name, version } : NONE;
}

function tagsRoute(parts: readonly string[]): NpmRoute {
  const [name = '', word, tag, ...more] = parts;
  if (!isNpmName(name) || more.length > 0) return NONE;
  if (word === 'access' || word === 'collaborators' || word === 'visibility') {
    return { kind: 'unsupported', what: 'access rights and teams' };
  }
  if (word !== 'dist-tags') return NONE;
  if (tag !== undefined) return { kind: 'unsupported', what: 'changes of tags' };
  return { kind: 'tags', name };
}

/** Returns whether a text behind the name of a package is a version and no tag. */
export function isVersionSpec(spec: string): boolean {
  return isNpmVersion(spec);
}
