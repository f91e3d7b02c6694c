/**
 * A filter for most files of a layer, which no row wants for their names. It is compiled from the
 * same selectors as the complete lookup of `selector.ts`, and needs two or three lookups, since
 * files of one directory mostly follow each other.
 */

import { baseName } from '../../core/base/artifact-path.ts';
import { appendTo } from '../../core/base/maps.ts';
import type { FileSelector } from '../../core/model/catalog/catalog.ts';
import { caseVariantsOf, endsWithIgnoreCase } from './case-insensitive-names.ts';

/**
 * Whether no selector wants the path, directly or through links in its directories. False for some
 * others as well.
 */
export type UnwantedFilter = (path: string) => boolean;

/**
 * Compiles the filter. It remembers the last directory, so each walk of files in stored order is
 * fast.
 */
export function compileUnwantedFilter({
  names,
  folders,
  suffixes,
  prefixes,
}: WantedNameParts): UnwantedFilter {
  const bare = suffixes.get('');
  let lastFolder = '';
  let isLastPlain = !folders.has('');
  return (path) => {
    const slash = path.lastIndexOf('/');
    if (slash !== lastFolder.length || !path.startsWith(lastFolder)) {
      lastFolder = path.slice(0, slash);
      isLastPlain = !folders.has(baseName(lastFolder));
    }
    if (!isLastPlain) return false;
    const name = path.slice(slash + 1);
    if (names.has(name)) return false;
    const ends = suffixes.get(lastExtension(name));
    if (ends?.some((end) => endsSo(name, end)) === true) return false;
    if (bare?.some((end) => endsSo(name, end)) === true) return false;
    return prefixes.get(name.charCodeAt(0))?.some((text) => name.startsWith(text)) !== true;
  };
}

/** The end of a base name. */
export interface SuffixPattern {
  readonly text: string;
  /** Whether the name is compared without regard to case; `text` is in lower case then. */
  readonly isAnyCase: boolean;
}

/** Parts of names. Every path that a selector wants has at least one of them. */
export interface WantedNameParts {
  /** Base names that are wanted in some directory. */
  readonly names: ReadonlySet<string>;
  /** Base names of directories in which all files are wanted. */
  readonly folders: ReadonlySet<string>;
  /** Ends of base names by their last extension, `''` for those without one. */
  readonly suffixes: ReadonlyMap<string, readonly SuffixPattern[]>;
  /** Beginnings of base names by their first character. */
  readonly prefixes: ReadonlyMap<number, readonly string[]>;
}

/** Collects the parts of the names in selectors. */
export function wantedNamePartsOf(selectors: readonly FileSelector[]): WantedNameParts {
  const names = new Set<string>();
  const folders = new Set<string>();
  const suffixes = new Map<string, SuffixPattern[]>();
  const prefixes = new Map<number, string[]>();
  for (const selector of selectors) {
    for (const name of selector.names ?? []) names.add(name);
    for (const text of selector.prefixes ?? []) appendTo(prefixes, text.charCodeAt(0), text);
    for (const text of selector.windowsSuffixes ?? []) {
      const end = { text, isAnyCase: true };
      for (const extension of caseVariantsOf(lastExtension(text)))
        appendTo(suffixes, extension, end);
    }
    for (const text of [...(selector.paths ?? []), ...(selector.suffixes ?? [])]) {
      if (text.endsWith('/')) folders.add(baseName(text.slice(0, -1)));
      else if (text.includes('/') || selector.paths?.includes(text) === true) {
        names.add(baseName(text));
      } else appendTo(suffixes, lastExtension(text), { text, isAnyCase: false });
    }
  }
  return { names, folders, suffixes, prefixes };
}

function endsSo(name: string, { text, isAnyCase }: SuffixPattern): boolean {
  return isAnyCase ? endsWithIgnoreCase(name, text) : name.endsWith(text);
}

/** Returns the text from the last dot on; `''` if there is none. */
function lastExtension(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}
