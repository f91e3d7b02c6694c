/**
 * Which files the readers want, compiled from their selectors into one lookup: a `Map` for the base name, one for the
 * whole path, one for the folder, and short lists of suffixes by extension. Nothing is matched by pattern.
 */

import { baseName } from '../base/artifact-path.ts';
import { appendTo } from '../base/maps.ts';
import { anchorFor, isAnchoredFile } from '../model/anchor.ts';
import type { AnchoredFiles, FileSelector } from '../model/catalog.ts';
import type { PathSelectors } from '../model/layer-walk.ts';
import { createRepresentativeLookup, type RepresentativeLookup } from './representative-files.ts';
import {
  compileUnwantedFilter,
  wantedNamePartsOf,
  type UnwantedFilter,
} from './unwanted-filter.ts';
import { HeaderNameFilter } from './header-name-filter.ts';
import { ScriptCandidates } from './script-candidates.ts';
import { caseVariantsOf, endsWithIgnoreCase } from './case-insensitive-names.ts';

/** What of a cataloger's or detector's row is needed here. */
export interface SelectorRow {
  readonly id: string;
  readonly files: FileSelector;
  readonly companions?: FileSelector;
}

/** The compiled selectors of all rows. */
export interface SelectorTable extends PathSelectors {
  /** Whether some row wants a file there for its exact name or path, and nobody gives a folder that name. */
  isPlaceOfFile(path: string): boolean;
  /** Ids of the rows that want it as a companion: it is kept for `Siblings`, and not read by them itself. */
  companionOf(path: string): readonly string[];
  /** True only where no row wants the path for its name, as a companion, or through links: a quick answer for most files. */
  readonly isPlain: UnwantedFilter;
  /** The same by bytes; absent where only texts can tell. */
  readonly rawNames?: HeaderNameFilter | undefined;
  /** A new watch over one source tree, for {@link FileSelector.scripts}; absent where no row has any. */
  scripts?(): ScriptCandidates;
  /** A new watch over one layer, for what is wanted by {@link FileSelector.firstIn} alone. */
  firstFiles(): RepresentativeLookup;
  /** How many first bytes of an executable decide about {@link FileSelector.magics}; 0 when no row looks at them. */
  readonly headBytes: number;
  /** Ids of the rows that want an executable with these first bytes. */
  wantedByHead(head: Uint8Array): readonly string[];
  /** Texts of which such an executable must hold one for the row to want it; none: the first bytes are enough. */
  markersOf(id: string): readonly string[];
  /** Whether the row's texts stand only where {@link FileSelector.markersIn} says. */
  hasMarkersInData(id: string): boolean;
  /** Whether all of these rows read a file in place; see {@link FileSelector.isReadInPlace}. False for none. */
  areReadInPlace(ids: readonly string[]): boolean;
  /**
   * Behind which texts an excerpt of a file is enough for all of these rows, which want it for its name; `undefined` where
   * one of them wants the file as it is, and where there are none.
   */
  anchorsFor(ids: readonly string[], path: string): readonly string[] | undefined;
}

/**
 * Compiles the rows' selectors. In `paths`, `/var/lib/dpkg/status` and `var/lib/dpkg/status` are the same and count
 * from the root of the artifact; a path that ends in `/` wants every file directly in that folder. `names` are base
 * names anywhere. `suffixes` are ends of the whole path, such as `.dist-info/METADATA`; one that ends in `/` wants every
 * file directly in such a folder, wherever it lies; with `below` they count in those folders alone. `windowsSuffixes` are ends
 * of base names, whatever their case. `magics` are first
 * bytes, one character a byte.
 */
export function compileSelectors(rows: readonly SelectorRow[]): SelectorTable {
  const main = compileLists(rows.map((row) => ({ id: row.id, files: row.files })));
  const companions = compileLists(rows.map((row) => ({ id: row.id, files: row.companions ?? {} })));
  const magics = rows.flatMap((row) =>
    (row.files.magics ?? []).map((magic) => ({ id: row.id, bytes: Buffer.from(magic, 'latin1') })),
  );
  const markers = new Map(rows.map((row) => [row.id, row.files.markers ?? []]));
  const excerpts = new Map(
    rows.flatMap(({ id, files }) =>
      files.excerpts === undefined ? [] : [[id, files.excerpts] as const],
    ),
  );
  const inData = new Set(
    rows.filter(({ files }) => files.markersIn === 'data').map(({ id }) => id),
  );
  const inPlace = new Set(rows.filter(({ files }) => files.isReadInPlace).map(({ id }) => id));
  const filesOnly = new Set(rows.flatMap(({ files }) => exactOf(files)));
  const firsts = rows.flatMap(({ id, files: { firstIn } }) =>
    firstIn === undefined ? [] : [{ id, firstIn }],
  );
  const parts = wantedNamePartsOf(rows.flatMap((row) => [row.files, row.companions ?? {}]));
  const scripts = rows.flatMap(({ id, files }) =>
    (files.scripts ?? []).map((script) => ({ id, files: script })),
  );
  let cuts: ReturnType<typeof cutsOf> | undefined;
  return {
    ...(scripts.length > 0 && { scripts: () => new ScriptCandidates(scripts) }),
    firstFiles: () => createRepresentativeLookup(firsts),
    hasMarkersInData: (id) => inData.has(id),
    areReadInPlace: (ids) => ids.length > 0 && ids.every((id) => inPlace.has(id)),
    markersOf: (id) => markers.get(id) ?? NOBODY,
    wantedBy: (path) => lookUp(main, path),
    wantedByLink: (path) => {
      const all = lookUp(main, path);
      const found = excerpts.size === 0 ? all : all.filter((id) => !excerpts.has(id));
      return found;
    },
    isPlaceOfFile: (path) => filesOnly.has(baseName(path)) || filesOnly.has(path),
    companionOf: (path) => lookUp(companions, path),
    isPlain: compileUnwantedFilter(parts),
    rawNames: new HeaderNameFilter(
      parts,
      firsts.map(({ firstIn }) => firstIn),
    ),
    headBytes: Math.max(0, ...magics.map((magic) => magic.bytes.length)),
    wantedByHead: (head) => [
      ...new Set(magics.filter(({ bytes }) => startsWith(head, bytes)).map(({ id }) => id)),
    ],
    anchorsFor: (ids, path) => anchorsFor(ids, baseName(path), excerpts),
    isWantedThroughLinks: (path) => isWantedThroughLinks(main, path),
    rootedPaths: [...main.byPath.keys(), ...[...main.byFolder.keys()].map((path) => `${path}/`)],
    wantedBelow: (path) => wantedBelow((cuts ??= cutsOf(main)), path),
  };
}

/** Names and absolute paths of files that are nothing else. */
function exactOf({ areFilesOnly, names = [], paths = [] }: FileSelector): readonly string[] {
  return areFilesOnly === true ? [...names, ...paths.filter((path) => !path.endsWith('/'))] : [];
}

/** The order of the rows is the order of ids in every answer: `rank` restores it where several lists agree. */
interface CompiledLists {
  readonly rank: ReadonlyMap<string, number>;
  readonly byName: ReadonlyMap<string, readonly string[]>;
  readonly byPath: ReadonlyMap<string, readonly string[]>;
  /** By folder, without the trailing slash. */
  readonly byFolder: ReadonlyMap<string, readonly string[]>;
  /** Suffixes without a slash, by their last extension (`.json` of `.spdx.json`; `''` for those without a dot). */
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
  /** The folder that was asked for last, with a slash at its end. */
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

const NOBODY: readonly string[] = [];

function compileLists(
  rows: readonly { readonly id: string; readonly files: FileSelector }[],
): CompiledLists {
  const byName = new Map<string, string[]>();
  const byPath = new Map<string, string[]>();
  const byFolder = new Map<string, string[]>();
  const byExtension = new Map<string, Suffix[]>();
  const byTail = new Map<string, Suffix[]>();
  const byFolderTail = new Map<string, Suffix[]>();
  const byPrefix = new Map<string, Prefix[]>();
  for (const { id, files } of rows) {
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
  const rank = new Map(rows.map((row, index) => [row.id, index]));
  const pathNames = new Set([...byPath.keys()].map(baseName));
  const folderNames = new Set([...byFolder.keys()].map(baseName));
  const lists = { byName, byPath, byFolder, byExtension, byTail, byFolderTail, byPrefix };
  return { rank, ...lists, pathNames, folderNames, last: { folder: '', wantedBy: NOBODY } };
}

function anchorsFor(
  ids: readonly string[],
  name: string,
  excerpts: ReadonlyMap<string, readonly AnchoredFiles[]>,
): readonly string[] | undefined {
  if (ids.length === 0 || !ids.every((id) => excerpts.has(id))) return undefined;
  const anchors = ids
    .flatMap((id) => excerpts.get(id) ?? [])
    .filter((row) => isAnchoredFile(name, row))
    .flatMap((row) => row.anchors)
    .flatMap((anchor) => anchorFor(anchor, name) ?? []);
  return [...new Set(anchors)];
}

function lookUp(lists: CompiledLists, path: string): readonly string[] {
  const name = baseName(path);
  const found = joined(lookUpExact(lists, path, name), beginning(lists, name));
  return found.length < 2 ? found : inOrder(found, lists.rank);
}

/** What wants the path for all but the beginning of its name; in no order, and with repetitions. */
function lookUpExact(lists: CompiledLists, path: string, name: string): readonly string[] {
  let found = lists.byName.get(name) ?? NOBODY;
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

/** What wants all files of the path's folder, which ends before `end`. Files of one folder mostly follow each other. */
function inFolder(lists: CompiledLists, path: string, end: number): readonly string[] {
  if (lists.byFolder.size === 0 && lists.byFolderTail.size === 0) return NOBODY;
  const { last } = lists;
  if (last.folder.length === end && path.startsWith(last.folder)) return last.wantedBy;
  const folder = path.slice(0, end);
  const bare = folder.slice(0, -1);
  last.folder = folder;
  last.wantedBy = joined(
    lists.byFolder.get(bare) ?? NOBODY,
    matching(lists.byFolderTail.get(baseName(bare)), folder),
  );
  return last.wantedBy;
}

function beginning(lists: CompiledLists, name: string): readonly string[] {
  if (lists.byPrefix.size === 0) return NOBODY;
  const prefixes = lists.byPrefix.get(name.charAt(0));
  if (prefixes === undefined) return NOBODY;
  let found = NOBODY;
  for (const { text, id } of prefixes) if (name.startsWith(text)) found = [...found, id];
  return found;
}

function joined(some: readonly string[], more: readonly string[] | undefined): readonly string[] {
  if (more === undefined || more.length === 0) return some;
  return some.length === 0 ? more : [...some, ...more];
}

function matching(suffixes: readonly Suffix[] | undefined, path: string): readonly string[] {
  if (suffixes === undefined) return NOBODY;
  let found = NOBODY;
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

/** A suffix cut at one of its slashes: the link is the folder before it, the rest lies below the link. */
interface Cut {
  readonly head: string;
  readonly rest: string;
}

/** Every cut of every suffix with a folder in it, by the last character of the folder: links are asked by the thousand. */
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
  return found.length === 0 ? NOBODY : [...new Set(found.map(({ rest }) => path + rest))];
}

/** From the last dot on; `''` where there is none. */
function lastExtension(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}

function startsWith(head: Uint8Array, bytes: Uint8Array): boolean {
  return head.length >= bytes.length && bytes.every((byte, index) => head[index] === byte);
}
