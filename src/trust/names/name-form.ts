/**
 * The forms of a package name that are compared: its owner and the rest, its parts, and its letters
 * without separators.
 *
 * Sources: PEP 503, "Normalized Names"; npm documentation, "scope"; Cargo book, "The manifest
 * format" (`-` and `_` are one name); Go modules reference, "Module paths".
 */

import type { Ecosystem } from '../../core/model/package/ecosystem.ts';

/** Kinds of names that are compared: those of packages, and of images. */
export type NameSpace = Ecosystem | 'image';

/** A name, taken apart. All texts are in lower case. */
export interface NameForm {
  /** The name as its registry identifies it. */
  readonly canonical: string;
  /**
   * The scope, group, account or host that alone may publish names below it; empty where anybody
   * may publish the name.
   */
  readonly owner: string;
  /** The letters and digits of the whole name. */
  readonly compact: string;
}

/**
 * Longer texts are no names of packages; the longest of the public registries have 214 characters.
 */
export const MAX_NAME_LENGTH = 214;

const ASCII = /^[ -~]*$/u;
const SEPARATOR = /[-_./:@]/u;
const SEPARATORS = /[-_./:@]+/gu;
/** Ecosystems in which separators are the same in a name. */
const ONE_SEPARATOR: Partial<Record<NameSpace, RegExp>> = { pypi: /[-_.]+/gu, cargo: /[-_]/gu };
/** Hosts of Go modules where the first two parts name the owner. */
const FORGES = /^(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)\/[^/]+/u;
/**
 * Short names of images are looked for in other registries too, where a runtime is configured so.
 */
const OFFICIAL = /^docker\.io\/library\//u;
/** A major version is not a part of the name. */
const MAJOR = /\/v\d{1,4}$/u;

/** Takes a name apart. */
export function nameForm(space: NameSpace, name: string): NameForm {
  const canonical = canonicalName(space, name);
  return { canonical, owner: ownerOf(space, canonical), compact: compactOf(canonical) };
}

/** Returns the letters and digits of a text. */
export function compactOf(text: string): string {
  return SEPARATOR.test(text) ? text.replaceAll(SEPARATORS, '') : text;
}

/** Returns a name as its registry identifies it, in lower case. */
export function canonicalName(space: NameSpace, name: string): string {
  const lower = (ASCII.test(name) ? name : name.normalize('NFKC')).toLowerCase();
  const separators = ONE_SEPARATOR[space];
  const plain = separators === undefined ? lower : lower.replaceAll(separators, '-');
  if (space === 'image') return plain.replace(OFFICIAL, '');
  return space === 'go' ? plain.replace(MAJOR, '') : plain;
}

function ownerOf(space: NameSpace, name: string): string {
  if (space === 'npm') return name.startsWith('@') ? before(name, name.indexOf('/')) : '';
  if (space === 'maven') return before(name, name.indexOf(':'));
  if (space === 'go') {
    // Everybody has a place at gopkg.in.
    if (name.startsWith('gopkg.in/')) return '';
    return FORGES.exec(name)?.[0] ?? before(name, name.indexOf('/'));
  }
  if (space === 'image' || space === 'githubactions' || space === 'packagist')
    return before(name, name.lastIndexOf('/'));
  return '';
}

function before(text: string, index: number): string {
  return index < 0 ? '' : text.slice(0, index);
}

/** Returns the parts of a name between its separators. */
export function partsOf(canonical: string): readonly string[] {
  return canonical.split(SEPARATORS).filter((part) => part !== '');
}
