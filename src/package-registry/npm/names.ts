/**
 * Names of npm packages and their versions, and the part of a file name that is the version.
 *
 * Source: npm documentation, "package.json", `name` (at most 214 characters; no leading dot or
 * underscore; characters of a URL alone) and `version` (node-semver). Old packages have capital
 * letters and the characters `~'!()*`, which are accepted. Refused: everything that could have
 * another meaning in a path or a URL.
 */

import { isValidVersion } from '../../core/version/index.ts';

const PART = /^[a-z0-9~'!()*-][a-z0-9._~'!()*-]*$/iu;
const MAX_NAME = 214;
/** Names that have another meaning in addresses of a registry, or none at all. */
const RESERVED: ReadonlySet<string> = new Set(['node_modules', 'favicon.ico', '-']);

/** Returns whether a text is the name of a package, with or without a scope. */
export function isNpmName(text: string): boolean {
  if (text.length > MAX_NAME || RESERVED.has(text.toLowerCase())) return false;
  if (!text.startsWith('@')) return PART.test(text);
  const slash = text.indexOf('/');
  return slash > 0 && PART.test(text.slice(1, slash)) && PART.test(text.slice(slash + 1));
}

/** Returns whether a text is a full version by the letter of node-semver. */
export function isNpmVersion(text: string): boolean {
  return /^\d/u.test(text) && isValidVersion('npm', text, { loose: false });
}

/**
 * Returns the file name of a version, as `dist.tarball` has it at this registry: without the scope.
 */
export function tarballName(name: string, version: string): string {
  return `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;
}

/** Returns the version that a file name is of; `undefined` if the file is none of the package. */
export function versionOfTarball(name: string, file: string): string | undefined {
  const start = `${name.slice(name.indexOf('/') + 1)}-`;
  if (!file.startsWith(start) || !file.endsWith('.tgz')) return undefined;
  const version = file.slice(start.length, -'.tgz'.length);
  return isNpmVersion(version) ? version : undefined;
}
