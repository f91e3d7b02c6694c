/**
 * Words that may stand in a command that people paste. Names, versions and paths come from the
 * artifact, so each must match the form of its ecosystem; a text that does not is never put in a
 * command, quoted or not.
 *
 * Sources: Debian Policy 5.6.1 and 5.6.12; the npm documentation, "package.json", `name`; PEP 508;
 * the Go modules reference, "Module paths"; the Composer schema, `name`.
 */

import { quotedWord } from '../../core/base/shell-word.ts';
import { stripControl } from '../../core/base/strip-control.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../core/model/package/ecosystem.ts';

/** Does not begin with `-`, and no shell gives any of its characters a meaning inside a word. */
const WORD = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/u;

/** Scoped names alone have a slash: `user/repository` is an address for npm. */
const NPM = /^(?:@[a-z0-9_][a-z0-9._~-]*\/)?[a-z0-9_][a-z0-9._~-]*$/iu;
/** apt takes a name that ends with `-` for a removal. */
const DEB = /^[a-z0-9](?:[a-z0-9+.-]*[a-z0-9+])?$/u;
const GO = /^[A-Za-z0-9][A-Za-z0-9._~-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._~+-]*)*$/u;
const PAIR = /^[a-z0-9][a-z0-9._-]*\/[a-z0-9][a-z0-9._-]*$/u;

const MAVEN = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/u;

const NAMES: Partial<Record<Ecosystem, RegExp>> = {
  npm: NPM,
  go: GO,
  packagist: PAIR,
  maven: MAVEN,
};

/** A digit first, with an epoch or a `v` before it; `latest` and addresses are no versions. */
const VERSION = /^(?:\d+:)?v?\d[A-Za-z0-9._+~-]*$/u;

/** Directories as `cd` takes them in every shell. */
const PATH = /^[A-Za-z0-9_.@+/,%=-]*$/u;

/** Returns whether a package may be named in a command, under its own name. */
export function isShellSafeName(ecosystem: Ecosystem, name: string): boolean {
  const own = NAMES[ecosystem];
  if (own !== undefined) return own.test(name);
  return ECOSYSTEMS[ecosystem].scheme === 'deb' && ECOSYSTEMS[ecosystem].kind === 'os'
    ? DEB.test(name)
    : WORD.test(name);
}

/** Returns whether a version may stand in a command. */
export function isShellSafeVersion(version: string): boolean {
  return VERSION.test(version);
}

/** Returns whether a path of the artifact may stand in a command. */
export function isShellSafePath(path: string): boolean {
  return PATH.test(path);
}

/**
 * Returns a text of the user as one word of a POSIX shell; `undefined` for one with control
 * characters.
 */
export function shellWord(text: string): string | undefined {
  return stripControl(text) === text ? quotedWord(text) : undefined;
}
