/**
 * The files that catalogers want, compiled from their selectors into one lookup: a `Map` by base
 * name, one by path, one by directory, and short lists of suffixes by extension. No pattern is
 * matched.
 */

import { baseName } from '../../core/base/artifact-path.ts';
import { appendTo } from '../../core/base/maps.ts';
import { anchorFor, isAnchoredFile } from '../../core/model/layer/anchor.ts';
import type { FileSelector } from '../../core/model/catalog/catalog.ts';
import type { PathSelectors } from '../../core/model/layer/layer-walk.ts';
import {
  createRepresentativeLookup,
  type RepresentativeLookup,
  type RepresentativeRow,
} from './representative-files.ts';
import {
  compileUnwantedFilter,
  wantedNamePartsOf,
  type UnwantedFilter,
} from './unwanted-filter.ts';
import { HeaderNameFilter } from './header-name-filter.ts';
import { ScriptCandidates, type ScriptRow } from './script-candidates.ts';
import { caseVariantsOf, endsWithIgnoreCase } from './case-insensitive-names.ts';

/** The selectors of a cataloger's or detector's row. */
export interface SelectorRow {
  readonly id: string;
  readonly files: FileSelector;
  readonly companions?: FileSelector;
}

/** The compiled selectors of all rows. */
export interface SelectorTable extends PathSelectors {
  /**
   * Returns whether a row wants a file for its exact name or path, and no directory usually has
   * that name.
   */
  isPlaceOfFile(path: string): boolean;
  /**
   * Returns the ids of the rows that want it as a companion: it is collected for `Siblings`, and
   * not cataloged by itself.
   */
  companionOf(path: string): readonly string[];
  /**
   * True only where no row wants the path for its name, as a companion, or through links: a quick
   * answer for most files.
   */
  readonly isPlain: UnwantedFilter;
  /**
   * The filter that decides the same by the bytes of a name; absent when only the path
   * decides.
   */
  readonly headerNames?: (() => HeaderNameFilter) | undefined;
  /**
   * Begins the search for {@link FileSelector.scripts} in one source tree; absent when no row has
   * any.
   */
  scripts?(): ScriptCandidates;
  /** Begins the lookup of files that {@link FileSelector.firstIn} wants in one layer. */
  firstFiles(): RepresentativeLookup;
  /**
   * Number of first bytes of an executable that decide about {@link FileSelector.magics}; 0 if no
   * row looks at them.
   */
  readonly headBytes: number;
  /** Returns the ids of the rows that want an executable with these first bytes. */
  wantedByHead(head: Uint8Array): readonly string[];
  /**
   * Returns the texts of which such an executable must contain one; empty when the first bytes are
   * enough.
   */
  markersOf(id: string): readonly string[];
  /**
   * Returns whether the row's texts are only in the data of an executable; see
   * {@link FileSelector.markersIn}.
   */
  hasMarkersInData(id: string): boolean;
  /**
   * Returns whether all of these rows read a file in place; see {@link FileSelector.isReadInPlace}.
   * False for none.
   */
  areReadInPlace(ids: readonly string[]): boolean;
  /**
   * Returns the texts whose surroundings are enough for all of these rows, which want a file for
   * its name; `undefined` when one of them wants the whole file, or when there are none.
   */
  anchorsFor(ids: readonly string[], path: string): readonly string[] | undefined;
}

/**
 * Compiles the rows' selectors. In `paths`, `/var/lib/dpkg/status` and `var/lib/dpkg/status` are
 * the same and count from the root of the artifact; a path that ends in `/` wants every file
 * directly in that folder. `names` are base names anywhere. `suffixes` are ends of the whole path,
 * such as `.dist-info/METADATA`; one that ends in `/` wants every file directly in such a folder,
 * wherever it lies; with `below` they count in those folders alone. `windowsSuffixes` are ends of
 * base names, whatever their case. `magics` are first bytes, one character a byte.
 */
export function compileSelectors(rows: readonly SelectorRow[]): SelectorTable {
  const byId = new Map<string, FileSelector>();
  const all: FileSelector[] = [];
  const magics: { readonly id: string; readonly bytes: Uint8Array }[] = [];
  const filesOnly = new Set<string>();
  const representatives: RepresentativeRow[] = [];
  const scripts: ScriptRow[] = [];
  let headBytes = 0;
  for (const { id, files, companions = NO_FILES } of rows) {
    byId.set(id, files);
    all.push(files, companions);
    for (const magic of files.magics ?? []) {
      magics.push({ id, bytes: Buffer.from(magic, 'latin1') });
      headBytes = Math.max(headBytes, magic.length);
    }
    if (files.areFilesOnly === true) addFilesOnly(filesOnly, files);
    if (files.firstIn !== undefined) representatives.push({ id, firstIn: files.firstIn });
    for (const script of files.scripts ?? []) scripts.push({ id, files: script });
  }
  const main = compileLists(rows, 'files');
  const companionLists = compileLists(rows, 'companions');
  const parts = wantedNamePartsOf(all);
  let headerNames: HeaderNameFilter | undefined;
  let cuts: ReturnType<typeof cutsOf> | undefined;
  return {
    ...(scripts.length > 0 && { scripts: () => new ScriptCandidates(scripts) }),
    firstFiles: () => createRepresentativeLookup(representatives),
    hasMarkersInData: (id) => byId.get(id)?.markersIn === 'data',
    areReadInPlace: (ids) =>
      ids.length > 0 && ids.every((id) => byId.get(id)?.isReadInPlace === true),
    markersOf: (id) => byId.get(id)?.markers ?? NO_IDS,
    wantedBy: (path) => lookUp(main, path),
    wantedByLink: (path) => lookUp(main, path).filter((id) => byId.get(id)?.excerpts === undefined),
    isPlaceOfFile: (path) => filesOnly.has(baseName(path)) || filesOnly.has(path),
    companionOf: (path) => lookUp(companionLists, path),
    isPlain: compileUnwantedFilter(parts),
    headerNames: () => (headerNames ??= new HeaderNameFilter(parts, representatives)),
    headBytes,
    wantedByHead: (head) => [
      ...new Set(magics.filter(({ bytes }) => startsWith(head, bytes)).map(({ id }) => id)),
    ],
    anchorsFor: (ids, path) => anchorsFor(ids, baseName(path), byId),
    isWantedThroughLinks: (path) => isWantedThroughLinks(main, path),
    rootedPaths: [...main.byPath.keys(), ...[...main.byFolder.keys()].map((path) => `${path}/`)],
    wantedBelow: (path) => wantedBelow((cuts ??= cutsOf(main)), path),
  };
}

/** Returns the ids and those of `more` that are not among them. */
export function unionOf(ids: readonly string[], more: readonly string[]): readonly string[] {
  return more.length === 0 ? ids : [...new Set([...ids, ...more])];
}

const NO_IDS: readonly string[] = [];
const NO_FILES: FileSelector = {};

/** Adds the names and absolute paths of a selector whose files have no directory of that name. */
function addFilesOnly(filesOnly: Set<string>, { names = [], paths = [] }: FileSelector): void {
  for (const name of names) filesOnly.add(name);
  for (const path of paths) if (!path.endsWith('/')) filesOnly.add(path);
}

/**
 * The order of the rows is the order of ids in every answer: `rank` restores it where several lists
 * agree.
 */
interface CompiledLists {
  readonly rank: ReadonlyMap<string, number>;
  readonly byName: ReadonlyMap<string, readonly string[]>;
  readonly byPath: ReadonlyMap<string, readonly string[]>;
  /** By folder, without the trailing slash. */
  readonly byFolder: ReadonlyMap<string, readonly string[]>;
  /**
   * Suffixes without a slash, by their last extension (`.json` of `.spdx.json`; `''` for those
   * without a dot).
   */
  readonly byExtension: ReadonlyMap<string, readonly Suffix[]>;
  /** Suffixes with a slash, by the base name they end in. */
  readonly byTail: ReadonlyMap<string, readonly Suffix[]>;
  /** Suffixes that end in a slash, by the name of the folder. */
  readonly byFolderTail: ReadonlyMap<string, readonly Suffix[]>;
  /** By the first character of the prefix. */
  readonly byPrefix: ReadonlyMap<string, readonly Prefix[]>;
  /** Base names of `byPath`. */
  readonly pathNames: ReadonlySet<string>;
  /** Base names of `byFolder`. */
  readonly folderNames: ReadonlySet<string>;
  /** The directory of the last lookup, with a slash at its end. */
  readonly last: { folder: string; wantedBy: readonly string[] };
}

interface Suffix {
  readonly text: string;
  readonly id: string;
  /** Folders that the path must have besides, with a slash at both ends. */
  readonly below: string | undefined;
  readonly isAnyCase: boolean;
}

interface Prefix {
  readonly text: string;
  readonly id: string;
}

function compileLists(rows: readonly SelectorRow[], field: 'files' | 'companions'): CompiledLists {
  const rank = new Map<string, number>();
  const byName = new Map<string, string[]>();
  const byPath = new Map<string, string[]>();
  const byFolder = new Map<string, string[]>();
  const byExtension = new Map<string, Suffix[]>();
  const byTail = new Map<string, Suffix[]>();
  const byFolderTail = new Map<string, Suffix[]>();
  const byPrefix = new Map<string, Prefix[]>();
  for (const row of rows) {
    const { id, [field]: files = NO_FILES } = row;
    rank.set(id, rank.size);
    for (const name of files.names ?? []) appendTo(byName, name, id);
    for (const text of files.prefixes ?? []) appendTo(byPrefix, text.charAt(0), { text, id });
    for (const raw of files.paths ?? []) {
      const path = raw.startsWith('/') ? raw : `/${raw}`;
      if (path.endsWith('/')) appendTo(byFolder, path.slice(0, -1), id);
      else appendTo(byPath, path, id);
    }
    const { below } = files;
    for (const text of files.suffixes ?? []) {
      const suffix = { text, id, below, isAnyCase: false };
      if (text.endsWith('/')) appendTo(byFolderTail, baseName(text.slice(0, -1)), suffix);
      else if (text.includes('/')) appendTo(byTail, baseName(text), suffix);
      else appendTo(byExtension, lastExtension(text), suffix);
    }
    for (const text of files.windowsSuffixes ?? []) {
      const suffix = { text, id, below: undefined, isAnyCase: true };
      for (const extension of caseVariantsOf(lastExtension(text)))
        appendTo(byExtension, extension, suffix);
    }
  }
  const pathNames = new Set<string>();
  for (const path of byPath.keys()) pathNames.add(baseName(path));
  const folderNames = new Set<string>();
  for (const path of byFolder.keys()) folderNames.add(baseName(path));
  const lists = { byName, byPath, byFolder, byExtension, byTail, byFolderTail, byPrefix };
  return { rank, ...lists, pathNames, folderNames, last: { folder: '', wantedBy: NO_IDS } };
}

function anchorsFor(
  ids: readonly string[],
  name: string,
  byId: ReadonlyMap<string, FileSelector>,
): readonly string[] | undefined {
  if (ids.length === 0) return undefined;
  const found = new Set<string>();
  for (const id of ids) {
    const excerpts = byId.get(id)?.excerpts;
    if (excerpts === undefined) return undefined;
    for (const row of excerpts) {
      if (!isAnchoredFile(name, row)) continue;
      for (const anchor of row.anchors) {
        const text = anchorFor(anchor, name);
        if (text !== undefined) found.add(text);
      }
    }
  }
  return [...found];
}

function lookUp(lists: CompiledLists, path: string): readonly string[] {
  const name = baseName(path);
  const found = joined(lookUpExact(lists, path, name), beginning(lists, name));
  return found.length < 2 ? found : inOrder(found, lists.rank);
}

/**
 * Returns the selectors of a path except those by the beginning of its name; in no order, and with
 * repetitions.
 */
function lookUpExact(lists: CompiledLists, path: string, name: string): readonly string[] {
  let found = lists.byName.get(name) ?? NO_IDS;
  if (lists.byPath.size > 0) found = joined(found, lists.byPath.get(path));
  found = joined(found, inFolder(lists, path, path.length - name.length));
  found = joined(found, matching(lists.byTail.get(name), path));
  if (lists.byExtension.size > 0) {
    const dot = name.lastIndexOf('.');
    if (dot >= 0) found = joined(found, matching(lists.byExtension.get(name.slice(dot)), path));
    found = joined(found, matching(lists.byExtension.get(''), path));
  }
  return found;
}

/**
 * Returns the selectors of all files in the path's directory, which ends before `end`. Files of one
 * directory mostly follow each other.
 */
function inFolder(lists: CompiledLists, path: string, end: number): readonly string[] {
  if (lists.byFolder.size === 0 && lists.byFolderTail.size === 0) return NO_IDS;
  const { last } = lists;
  if (last.folder.length === end && path.startsWith(last.folder)) return last.wantedBy;
  const folder = path.slice(0, end);
  const bare = folder.slice(0, -1);
  last.folder = folder;
  last.wantedBy = joined(
    lists.byFolder.get(bare) ?? NO_IDS,
    matching(lists.byFolderTail.get(baseName(bare)), folder),
  );
  return last.wantedBy;
}

function beginning(lists: CompiledLists, name: string): readonly string[] {
  if (lists.byPrefix.size === 0) return NO_IDS;
  const prefixes = lists.byPrefix.get(name.charAt(0));
  if (prefixes === undefined) return NO_IDS;
  let found = NO_IDS;
  for (const { text, id } of prefixes) if (name.startsWith(text)) found = [...found, id];
  return found;
}

function joined(some: readonly string[], more: readonly string[] | undefined): readonly string[] {
  if (more === undefined || more.length === 0) return some;
  return some.length === 0 ? more : [...some, ...more];
}

function matching(suffixes: readonly Suffix[] | undefined, path: string): readonly string[] {
  if (suffixes === undefined) return NO_IDS;
  let found = NO_IDS;
  for (const { text, id, below, isAnyCase } of suffixes) {
    if (isAnyCase ? !endsWithIgnoreCase(path, text) : !path.endsWith(text)) continue;
    if (below === undefined || path.includes(below)) found = [...found, id];
  }
  return found;
}

function inOrder(ids: readonly string[], rank: ReadonlyMap<string, number>): readonly string[] {
  return [...new Set(ids)].sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
}

function isWantedThroughLinks(lists: CompiledLists, path: string): boolean {
  const name = baseName(path);
  if (lists.pathNames.has(name) || lists.byTail.has(name)) return true;
  if (lists.folderNames.size === 0) return false;
  return lists.folderNames.has(baseName(path.slice(0, path.length - name.length - 1)));
}

/**
 * A suffix cut at one of its slashes: the link is the folder before it, the rest lies below the
 * link.
 */
interface Cut {
  readonly head: string;
  readonly rest: string;
}

/**
 * Returns every cut of every suffix with a folder in it, by the last character of the folder: links
 * are asked by the thousand.
 */
function cutsOf({ byTail }: CompiledLists): ReadonlyMap<string, readonly Cut[]> {
  const cuts = new Map<string, Cut[]>();
  for (const suffixes of byTail.values()) {
    for (const { text } of suffixes) {
      for (let cut = text.indexOf('/'); cut >= 0; cut = text.indexOf('/', cut + 1)) {
        const head = text.slice(0, cut);
        if (head !== '') appendTo(cuts, head.slice(-1), { head, rest: text.slice(cut) });
      }
    }
  }
  return cuts;
}

function wantedBelow(cuts: ReadonlyMap<string, readonly Cut[]>, path: string): readonly string[] {
  const found = (cuts.get(path.slice(-1)) ?? []).filter(({ head }) => path.endsWith(head));
  return found.length === 0 ? NO_IDS : [...new Set(found.map(({ rest }) => path + rest))];
}

/** Returns the text from the last dot on; `''` if there is none. */
function lastExtension(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}

function startsWith(head: Uint8Array, bytes: Uint8Array): boolean {
  return head.length >= bytes.length && bytes.every((byte, index) => head[index] === byte);
}
