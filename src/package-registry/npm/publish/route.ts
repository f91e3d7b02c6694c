/**
 * The addresses of an npm registry that change something, or are sent with a body.
 *
 * Source: npm registry API (`PUT /NAME`, `/-/package/NAME/dist-tags/TAG`,
 * `/-/user/org.couchdb.user:NAME`, `/-/user/token/TOKEN`, `/-/v1/login`, `POST
 * /-/npm/v1/security/...`), and the requests of `npm unpublish` (`/NAME/-rev/REV`,
 * `/NAME/-/FILE/-rev/REV`). Paths are read as those of `npm/route.ts`.
 */

import { isNpmName, versionOfTarball } from '../names.ts';
import { pathParts } from '../route.ts';

/** A request that changes a package. */
export type ChangeRoute =
  /** A new version, or deprecations. */
  | { readonly kind: 'publish'; readonly name: string }
  | { readonly kind: 'tag-add' | 'tag-remove'; readonly name: string; readonly tag: string }
  /** The document without some versions. */
  | { readonly kind: 'unpublish-versions'; readonly name: string; readonly revision: string }
  | { readonly kind: 'unpublish-file'; readonly name: string; readonly version: string }
  | { readonly kind: 'unpublish-package'; readonly name: string; readonly revision: string };

/** A request with another method than GET and HEAD. */
export type WriteRoute =
  | ChangeRoute
  | { readonly kind: 'login'; readonly user: string }
  | { readonly kind: 'logout'; readonly token: string }
  | { readonly kind: 'web-login' }
  /** Advisories by versions, and on a tree. */
  | { readonly kind: 'audit-bulk' | 'audit-tree' }
  /** A request of npm that is not answered here, in words. */
  | { readonly kind: 'write-unsupported'; readonly what: string };

const UNSUPPORTED: WriteRoute = { kind: 'write-unsupported', what: 'this request' };

/** Reads the method and the target of a request: path and query, as they were received. */
export function readWriteRoute(method: string, target: string): WriteRoute {
  const parts = pathParts(target);
  const [first = '', second, third, ...more] = parts ?? [];
  const plain = method === 'POST' ? POSTS.get((parts ?? []).join('/')) : undefined;
  if (plain !== undefined) return { kind: plain };
  if (first !== '-') return packageRoute(method, parts ?? []);
  if (second === 'user' && third !== undefined) return userRoute(method, third, more);
  if (second === 'package' && third !== undefined) return tagRoute(method, third, more);
  const what = KINDS.get(second ?? '');
  return what === undefined ? UNSUPPORTED : { kind: 'write-unsupported', what };
}

const POSTS: ReadonlyMap<string, 'web-login' | 'audit-bulk' | 'audit-tree'> = new Map([
  ['-/v1/login', 'web-login'],
  ['-/npm/v1/security/advisories/bulk', 'audit-bulk'],
  ['-/npm/v1/security/audits', 'audit-tree'],
  ['-/npm/v1/security/audits/quick', 'audit-tree'],
]);

/** What addresses of npm are about, by their first part behind the hyphen. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['org', 'organizations'],
  ['team', 'teams'],
  ['npm', 'accounts'],
  ['v1', 'accounts'],
]);

const USER = 'org.couchdb.user:';

function userRoute(method: string, word: string, more: readonly string[]): WriteRoute {
  const [token, ...rest] = more;
  if (method === 'DELETE' && word === 'token' && token !== undefined && rest.length === 0) {
    return { kind: 'logout', token };
  }
  // A client that has logged in before adds a revision.
  const isLogin = more.length === 0 || (more[0] === '-rev' && more.length === 2);
  if (method === 'PUT' && word.startsWith(USER) && isLogin) {
    return { kind: 'login', user: word.slice(USER.length) };
  }
  return { kind: 'write-unsupported', what: 'accounts' };
}

function tagRoute(method: string, name: string, more: readonly string[]): WriteRoute {
  const [word, tag, ...rest] = more;
  if (!isNpmName(name)) return UNSUPPORTED;
  if (word !== 'dist-tags') return { kind: 'write-unsupported', what: 'access rights and teams' };
  if (tag === undefined || rest.length > 0) return UNSUPPORTED;
  if (method === 'PUT' || method === 'POST') return { kind: 'tag-add', name, tag };
  return method === 'DELETE' ? { kind: 'tag-remove', name, tag } : UNSUPPORTED;
}

function packageRoute(method: string, parts: readonly string[]): WriteRoute {
  const [name = '', ...rest] = parts;
  if (!isNpmName(name)) return UNSUPPORTED;
  if (rest.length === 0) return method === 'PUT' ? { kind: 'publish', name } : UNSUPPORTED;
  const [mark, revision = ''] = rest.slice(-2);
  if (mark !== '-rev') return UNSUPPORTED;
  if (rest.length === 2) {
    if (method === 'PUT') return { kind: 'unpublish-versions', name, revision };
    return method === 'DELETE' ? { kind: 'unpublish-package', name, revision } : UNSUPPORTED;
  }
  const [hyphen, file = '', ...last] = rest;
  const version = hyphen === '-' && last.length === 2 ? versionOfTarball(name, file) : undefined;
  if (method !== 'DELETE' || version === undefined) return UNSUPPORTED;
  return { kind: 'unpublish-file', name, version };
}
