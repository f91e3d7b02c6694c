/**
 * Package URLs: reading, canonical form, and the purl of a package.
 *
 * Source: ECMA-427 (Package-URL), clause 5 and the registered type definitions in `purl-types.ts`.
 * Refused are: another scheme than `pkg`, a type that is missing or has other characters than
 * `[a-z][a-z0-9.-]*`, an empty name, broken percent-encoding, an encoded `/` inside a segment,
 * qualifier keys that are doubled or malformed, and whatever the type forbids.
 */

import { compareKeys } from '../../base/compare.ts';
import { ECOSYSTEMS } from '../package/ecosystem.ts';
import type { Distro, Package } from '../package/package.ts';
import {
  normalizeForType,
  purlTypeRules,
  typeViolation,
  type PurlTypeRules,
  type TypedComponents,
} from './purl-types.ts';

/** A package URL in its parts, decoded and in canonical case. */
export interface PackageUrl {
  /** In lower case. */
  readonly type: string;
  /** Segments joined by `/`; absent when there is none. */
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  /** Keys in lower case, sorted; values are never empty. */
  readonly qualifiers: ReadonlyMap<string, string>;
  /** Relative to the root of the package, without `.` and `..`. */
  readonly subpath?: string;
}

/**
 * Input of {@link formatPackageUrl}: a {@link PackageUrl}, or the equivalent object of another
 * tool.
 */
export interface PackageUrlParts {
  readonly type: string;
  readonly namespace?: string | null | undefined;
  readonly name: string;
  readonly version?: string | null | undefined;
  readonly qualifiers?:
    ReadonlyMap<string, string> | Readonly<Record<string, string>> | null | undefined;
  readonly subpath?: string | null | undefined;
}

/**
 * A text or parts that are not package URL. The message quotes the value and says what is wrong
 * with it.
 */
export class PackageUrlError extends Error {
  override readonly name = 'PackageUrlError';
}

/** The fields of a package that {@link purlOf} uses. */
export type PurlSubject = Pick<Package, 'ecosystem' | 'name' | 'version' | 'qualifiers'>;

const TYPE = /^[a-z][a-z0-9.-]*$/;
/** Types whose names have a namespace before this separator, the last one in the name. */
const SEPARATORS: ReadonlyMap<string, string> = new Map([
  ['composer', '/'],
  ['githubactions', '/'],
  ['golang', '/'],
  ['maven', ':'],
  ['npm', '/'],
  ['pear', '/'],
  ['swift', '/'],
  ['terraform', '/'],
  ['vscode-extension', '.'],
]);
const KEY = /^[a-z][a-z0-9._-]*$/;
const SCHEME = /^pkg:\/*/i;
const OUTER_SLASHES = /^\/+|\/+$/g;
const LONE_SURROGATES = /\p{Surrogate}/gu;
/**
 * A text without encoded characters, empty segments and subpath, as nearly all are. Its parts stand
 * for themselves; a colon may stand in the version and in values.
 */
const ORDINARY =
  /^pkg:(?<type>[a-z][a-z0-9.-]*)\/(?:(?<namespace>[\w.~-]+(?:\/[\w.~-]+)*)\/)?(?<name>[\w.~-]+)(?:@(?<version>[\w.~:-]+))?(?:\?(?<qualifiers>[\w.~:&=-]*))?$/;
/**
 * `encodeURIComponent` leaves these, the specification does not (5.4); it in turn leaves the colon.
 */
const UNSAFE = /[!'()*]|%3A/g;
/** Characters that are not percent-encoded. */
const SAFE = /^[\w.~:-]*$/;

/**
 * Reads a package URL.
 * @throws {@link PackageUrlError} when the text is none, or is not valid for its registered type.
 */
export function parsePackageUrl(text: string): PackageUrl {
  const refuse = (reason: string): PackageUrlError =>
    new PackageUrlError(`"${text}" is not a package URL: ${reason}`);

  const ordinary = ordinaryParts(text, refuse);
  if (ordinary !== undefined) return complete(ordinary.type, ordinary.parts, refuse);
  const scheme = SCHEME.exec(text);
  if (scheme === null) throw refuse('it does not begin with "pkg:"');
  const [beforeSubpath, rawSubpath] = splitLast(text.slice(scheme[0].length), '#');
  const [path, rawQualifiers] = splitLast(beforeSubpath, '?');
  const slash = path.indexOf('/');
  if (slash < 0) throw refuse('a type and a name are needed, as in "pkg:npm/left-pad"');
  const type = path.slice(0, slash).toLowerCase();
  const rules = purlTypeRules(type);
  const [fullName, rawVersion] = splitVersion(type, path.slice(slash + 1));
  // How-to-parse would strip the slash and take the namespace for the name; the registered tests
  // refuse that.
  if (rawVersion !== undefined && fullName.endsWith('/')) throw refuse('the name is missing');
  const segments = decodeSegments(fullName, refuse);
  return complete(
    type,
    {
      ...splitName(rules, segments),
      version: emptyToUndefined(decode(rawVersion ?? '', refuse)),
      qualifiers: parseQualifiers(rawQualifiers ?? '', rules, refuse),
      subpath: normalizeSubpath(decodeSegments(rawSubpath ?? '', refuse, 'subpath')),
    },
    refuse,
  );
}

/**
 * Returns the canonical text of a package URL. Case and characters are normalised as the type says;
 * empty qualifiers are left out and keys are sorted.
 * @throws {@link PackageUrlError} when the parts are not valid for the type.
 */
export function formatPackageUrl(parts: PackageUrlParts): string {
  const refuse = (reason: string): PackageUrlError =>
    new PackageUrlError(`no package URL can be made of "${parts.name}": ${reason}`);
  // Callers in JavaScript may hand over nothing at all, whatever the type says.
  const type = ((parts.type as string | null | undefined) ?? '').toLowerCase();
  const name = ((parts.name as string | null | undefined) ?? '').replaceAll(OUTER_SLASHES, '');
  const purl = complete(
    type,
    {
      namespace: joinSegments((parts.namespace ?? '').split('/')),
      name,
      version: emptyToUndefined(parts.version ?? ''),
      qualifiers: buildQualifiers(parts.qualifiers, refuse),
      subpath: normalizeSubpath((parts.subpath ?? '').split('/')),
    },
    refuse,
  );
  return canonicalText(purl.type, purl);
}

/**
 * Returns the package URL of a package, which is also the stem of its id. Packages of a
 * distribution carry the distribution's id as namespace and `distro` as qualifier, as in
 * `pkg:deb/debian/curl@7.50.3-1?arch=amd64&distro=debian-12.5`; an npm scope and the path before
 * the last part of a Go module are the namespace. Never throws: names come from hostile files, and
 * a finding must be able to point at any of them.
 */
export function purlOf(pkg: PurlSubject, distro?: Distro): string {
  const { purlType, kind } = ECOSYSTEMS[pkg.ecosystem];
  let { qualifiers } = pkg;
  let namespace: string | undefined;
  let name = pkg.name;
  if (kind === 'os') {
    namespace = distro?.id ?? pkg.ecosystem;
    if (distro !== undefined && !qualifiers.has('distro')) {
      const named = distro.versionId ? `${distro.id}-${distro.versionId}` : distro.id;
      qualifiers = new Map([...qualifiers, ['distro', named]]);
    }
  } else {
    const end = name.lastIndexOf(SEPARATORS.get(purlType) ?? '/');
    if (SEPARATORS.has(purlType) && end >= 0) {
      namespace = name.slice(0, end);
      name = name.slice(end + 1);
    }
  }
  const version = emptyToUndefined(pkg.version);
  const parts = { namespace, name, version, qualifiers: sorted(qualifiers), subpath: undefined };
  return canonicalText(purlType, normalizeForType(purlTypeRules(purlType), parts));
}

/** Returns the parts of a text that needs no decoding; `undefined` for any other. */
function ordinaryParts(
  text: string,
  refuse: Refuse,
): { readonly type: string; readonly parts: TypedComponents } | undefined {
  const groups = ORDINARY.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { type = '', namespace, name = '', version, qualifiers } = groups;
  const rules = purlTypeRules(type);
  // The name of such a type is a path.
  if (rules.hasPathName === true) return undefined;
  const parts = {
    namespace,
    name,
    version,
    qualifiers:
      qualifiers === undefined ? NO_QUALIFIERS : parseQualifiers(qualifiers, rules, refuse),
    subpath: undefined,
  };
  return { type, parts };
}

const NO_QUALIFIERS: ReadonlyMap<string, string> = new Map();

/** Components that a type has normalized. */
type CanonicalParts = Pick<TypedComponents, 'name' | 'qualifiers'> & Partial<TypedComponents>;

type Refuse = (reason: string) => PackageUrlError;

/** Applies the rules of the type, and those that hold for all. */
function complete(type: string, parts: TypedComponents, refuse: Refuse): PackageUrl {
  if (!TYPE.test(type)) {
    throw refuse(`the type "${type}" is not a letter followed by letters, digits, "." and "-"`);
  }
  if (parts.name === '') throw refuse('the name is missing');
  const rules = purlTypeRules(type);
  const normal = normalizeForType(rules, parts);
  const violation = typeViolation(rules, normal);
  if (violation !== undefined) throw refuse(`the type "${type}" ${violation}`);
  return withoutAbsent(type, normal);
}

function withoutAbsent(type: string, parts: TypedComponents): PackageUrl {
  return {
    type,
    ...(parts.namespace === undefined ? {} : { namespace: parts.namespace }),
    name: parts.name,
    ...(parts.version === undefined ? {} : { version: parts.version }),
    qualifiers: parts.qualifiers,
    ...(parts.subpath === undefined ? {} : { subpath: parts.subpath }),
  };
}

function canonicalText(type: string, purl: CanonicalParts): string {
  const name = purlTypeRules(type).hasPathName === true ? encodePath(purl.name) : encode(purl.name);
  const namespace = purl.namespace === undefined ? '' : `${encodePath(purl.namespace)}/`;
  const version = purl.version === undefined ? '' : `@${encode(purl.version)}`;
  const qualifiers = purl.qualifiers.size === 0 ? '' : `?${qualifierText(purl.qualifiers)}`;
  const subpath = purl.subpath === undefined ? '' : `#${encodePath(purl.subpath)}`;
  return `pkg:${type}/${namespace}${name}${version}${qualifiers}${subpath}`;
}

function qualifierText(qualifiers: PackageUrl['qualifiers']): string {
  return [...qualifiers].map(([key, value]) => `${encode(key)}=${encode(value)}`).join('&');
}

/**
 * Splits off the version at the last `@`. An `@` that begins the name belongs to an unencoded
 * scope, as in `pkg:npm/@babel/core`; only npm has names with an `@` in front.
 */
function splitVersion(type: string, path: string): [string, string | undefined] {
  const at = path.lastIndexOf('@');
  if (type === 'npm' && at >= 0 && (at === 0 || path[at - 1] === '/') && path.includes('/', at)) {
    return [path, undefined];
  }
  return splitLast(path, '@');
}

function splitName(
  rules: PurlTypeRules,
  segments: readonly string[],
): Pick<TypedComponents, 'namespace' | 'name'> {
  if (rules.hasPathName === true) {
    return { namespace: segments[0], name: segments.slice(1).join('/') };
  }
  return { namespace: joinSegments(segments.slice(0, -1)), name: segments.at(-1) ?? '' };
}

/**
 * Returns decoded segments, without empty ones. Only the last may hold a slash, being the name,
 * which may have any character.
 */
function decodeSegments(text: string, refuse: Refuse, what: 'path' | 'subpath' = 'path'): string[] {
  const raw = text.split('/').filter((segment) => segment !== '');
  return raw.map((rawSegment, index) => {
    const segment = decode(rawSegment, refuse);
    const mayHoldSlash = what === 'path' && index === raw.length - 1;
    if (segment.includes('/') && !mayHoldSlash) {
      throw refuse(`the segment "${rawSegment}" holds an encoded "/"`);
    }
    return segment;
  });
}

function parseQualifiers(text: string, rules: PurlTypeRules, refuse: Refuse): Map<string, string> {
  const pairs = text.split('&').filter((pair) => pair !== '');
  return collectQualifiers(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      const key = equals < 0 ? pair : pair.slice(0, equals);
      if (rules.hasStrictKeys === true && key !== key.toLowerCase()) {
        throw refuse(`the qualifier "${key}" is not in lower case`);
      }
      return [key, equals < 0 ? '' : decode(pair.slice(equals + 1), refuse)];
    }),
    refuse,
  );
}

function buildQualifiers(
  given: PackageUrlParts['qualifiers'],
  refuse: Refuse,
): ReadonlyMap<string, string> {
  const entries = given instanceof Map ? [...given] : Object.entries(given ?? {});
  return collectQualifiers(entries as [string, string][], refuse);
}

/**
 * Returns the qualifiers: checked, lowercased, sorted; pairs without a value are as if they were
 * not there (5.6.6).
 */
function collectQualifiers(
  entries: readonly (readonly [string, string])[],
  refuse: Refuse,
): Map<string, string> {
  const qualifiers = new Map<string, string>();
  for (const [rawKey, value] of entries) {
    const key = rawKey.toLowerCase();
    if (!KEY.test(key)) throw refuse(`the qualifier "${rawKey}" has characters that keys may not`);
    if (qualifiers.has(key)) throw refuse(`the qualifier "${key}" is given twice`);
    if (value !== '') qualifiers.set(key, value);
  }
  return sorted(qualifiers);
}

function sorted<T extends ReadonlyMap<string, string>>(qualifiers: T): T | Map<string, string> {
  if (qualifiers.size < 2) return qualifiers;
  return new Map([...qualifiers].sort(compareKeys));
}

function normalizeSubpath(segments: readonly string[]): string | undefined {
  return joinSegments(segments.filter((segment) => segment !== '.' && segment !== '..'));
}

function joinSegments(segments: readonly string[]): string | undefined {
  return emptyToUndefined(segments.filter((segment) => segment !== '').join('/'));
}

function emptyToUndefined(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/** Returns both sides of the last separator; the right one is `undefined` without a separator. */
function splitLast(text: string, separator: string): [string, string | undefined] {
  const at = text.lastIndexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string, refuse: Refuse): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refuse(`the percent-encoding of "${text}" is broken`);
  }
}

function encodePath(path: string): string {
  if (SAFE.test(path)) return path;
  return path.split('/').map(encode).join('/');
}

/** Encodes a text; a lone surrogate has no UTF-8 form and becomes the replacement character. */
function encode(text: string): string {
  if (SAFE.test(text)) return text;
  return encodeURIComponent(text.replaceAll(LONE_SURROGATES, '\uFFFD')).replaceAll(
    UNSAFE,
    (match) => (match === '%3A' ? ':' : `%${match.charCodeAt(0).toString(16).toUpperCase()}`),
  );
}
