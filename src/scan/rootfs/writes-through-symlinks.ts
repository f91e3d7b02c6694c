/**
 * Plain files of no interest that a layer stores behind links, and that change what is read: the
 * link of a wanted path leads to `/real/data`, and a layer stores `/s/data` where `/s` is a link to
 * `/real`. Records hold only hashes of such files, so all names of the folder are tried, and a
 * second walk over the layer says what it holds and in which order.
 *
 * A file with the base name of a wanted one is remembered anyway, and so are files in folders of
 * the system. The names of files that come to a wanted folder cannot be tried: there a layer is
 * asked wherever the folder has another name.
 *
 * Source: OCI image specification, "Image Layer Filesystem Changeset", "Applying Changesets".
 */

import { posix } from 'node:path';
import { splitPath } from '../../core/base/artifact-path.ts';
import { indexBy } from '../../core/base/maps.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import { FileTable } from '../../core/model/layer/file-table.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import { reapplyLayer } from './apply-layer.ts';
import { newPartialRoot } from './partial-root.ts';
import { AliasesAcrossLayers, type DirectoryAliases } from './directory-aliases.ts';
import type { MergedView } from './merge-layers.ts';
import { PathHashSet } from '../../core/model/layer/path-hashes.ts';
import type {
  LayerAnswer,
  PathQuestion,
  PathSelectors,
  QuestionRules,
  UnresolvedSymlink,
} from '../../core/model/layer/layer-walk.ts';
import { mayBeOwned } from '../../core/model/package/owned-paths.ts';

/** The dependencies of the questions of {@link symlinkWrites}. */
export interface SymlinkWriteOptions {
  readonly selectors: PathSelectors;
  /** Returns the wanted paths that lead to a body which is not read yet. */
  readonly unresolvedIn: (view: MergedView) => readonly UnresolvedSymlink[];
}

/**
 * Returns the questions whether a layer stores files behind links, where they change what is read.
 */
export function symlinkWrites({
  selectors,
  unresolvedIn,
}: SymlinkWriteOptions): QuestionRules<MergedView> {
  let last: { readonly view: MergedView; readonly plan: SymlinkWritePlan } | undefined;
  const planFor = (records: readonly LayerRecord[], view: MergedView): SymlinkWritePlan => {
    if (last?.view !== view) {
      last = { view, plan: planSymlinkWrites(records, view, unresolvedIn(view), selectors) };
    }
    return last.plan;
  };
  return {
    ask: (records, view) => planFor(records, view).questions,
    complete: withSymlinkWrites,
    unanswered: (records, view) => planFor(records, view).gaps,
  };
}

/** The questions to ask, and the paths that cannot be searched. */
export interface SymlinkWritePlan {
  /** By layer; each one has all names of one place. */
  readonly questions: readonly PathQuestion[];
  /** One for all directories that have more names than are tried. */
  readonly gaps: readonly Diagnostic[];
}

/** A folder without links, and what of it is read. */
interface ReadFolder {
  readonly folder: string;
  /** Base names. */
  readonly files: Set<string>;
  /** Every file in it is wanted. */
  isWhole: boolean;
}

/** One place that is read, with all its names; those of folders end in `/`. */
interface Store {
  readonly paths: readonly string[];
  readonly isFolder: boolean;
}

/**
 * Plans questions to the layers that may hold files behind links that change the merged view.
 * Usually there are none.
 */
export function planSymlinkWrites(
  records: readonly LayerRecord[],
  view: MergedView,
  pending: readonly UnresolvedSymlink[],
  selectors: PathSelectors,
): SymlinkWritePlan {
  const folders = readFolders(view, pending, selectors);
  if (folders.length === 0) return { questions: [], gaps: [] };
  const { names, crowded } = namesOf(records, view, folders);
  const read = new Set(folders.map(({ folder }) => folder));
  const contents = records.map((record, layer) => new LayerContent(record, layer));
  const stores = folders.flatMap((it) => storesOf(it, names, contents));
  const questions = contents.flatMap((content, layer) =>
    stores
      .filter((store) => content.mayHold(store))
      .map(({ paths }): PathQuestion => ({ kind: 'paths', layer, paths })),
  );
  return { questions, gaps: crowdedGaps([...crowded].filter((it) => read.has(it))) };
}

/**
 * Returns the records with the files that second walks found. Like that of `withTargetReadings` the
 * result is of this artifact alone.
 */
function withSymlinkWrites(
  records: readonly LayerRecord[],
  answers: readonly LayerAnswer[],
): readonly LayerRecord[] {
  const complete = [...records];
  for (const { layer, found } of answers) {
    const record = complete[layer];
    if (record === undefined) continue;
    const late = [...new Set([...(record.late ?? []), ...(found.late ?? [])])];
    const isLater = late.length > (record.late?.length ?? 0);
    if (found.files.length === 0 && !isLater) continue;
    const known = indexBy(record.files, 'path');
    const inOrder = found.files.map((fact) => known.get(fact.path) ?? fact);
    for (const { path } of found.files) known.delete(path);
    complete[layer] = {
      ...record,
      // In stored order: of two names of one place the later one counts.
      files: [...known.values(), ...inOrder],
      ...(late.length > 0 && { late }),
    };
  }
  return complete;
}

/** Returns the folders of which every file is wanted, but for the root. */
export function fullyReadDirectories(selectors: PathSelectors): readonly string[] {
  return selectors.rootedPaths
    .filter((path) => path !== '/' && path.endsWith('/'))
    .map((path) => path.slice(0, -1));
}

/** More than ordinary images have, and few enough to be asked for in each state of the tree. */
const MAX_LIKELY = 64;

/**
 * Returns the folders that {@link planSymlinkWrites} will most likely ask about, as links of the
 * records name them, so that merging can learn their other names by the way. One too many or too
 * few costs time and nothing else.
 */
export function likelyReadDirectories(
  records: readonly LayerRecord[],
  selectors: PathSelectors,
): readonly string[] {
  const folders = new Set<string>();
  for (const { links } of records) {
    for (const { path, target, isHard } of links) {
      if (isHard || selectors.isPlain(path)) continue;
      const aim = posix.resolve(`${splitPath(path)[0]}/`, target);
      const readers = new Set(selectors.wantedBy(aim));
      // What is wanted for its own name as well is read already.
      if (selectors.wantedByLink(path).every((id) => readers.has(id))) continue;
      folders.add(splitPath(aim)[0]);
      if (folders.size === MAX_LIKELY) return [...folders];
    }
  }
  return [...folders];
}

function readFolders(
  view: MergedView,
  pending: readonly UnresolvedSymlink[],
  selectors: PathSelectors,
): readonly ReadFolder[] {
  const byPath = new Map<string, ReadFolder>();
  const add = (folder: string): ReadFolder => {
    let read = byPath.get(folder);
    if (read === undefined)
      byPath.set(folder, (read = { folder, files: new Set(), isWhole: false }));
    return read;
  };
  for (const { path } of pending) {
    const place = path.endsWith('/') ? undefined : view.placeOf(path)?.path;
    if (place === undefined) continue;
    const [folder, name] = splitPath(place);
    add(folder).files.add(name);
  }
  for (const path of fullyReadDirectories(selectors)) {
    const place = view.placeOf(path);
    if (place !== undefined) add(place.path).isWhole = true;
  }
  return [...byPath.values()];
}

/**
 * Returns the other names of the directories, in any layer. Merging has learned those of the
 * folders that are always read.
 */
function namesOf(
  records: readonly LayerRecord[],
  view: MergedView,
  folders: readonly ReadFolder[],
): DirectoryAliases {
  const { otherNames } = view;
  if (folders.every(({ folder }) => otherNames.names.has(folder))) return otherNames;
  const growing = newPartialRoot();
  const known = new AliasesAcrossLayers(
    growing.root,
    folders.map(({ folder }) => folder),
  );
  for (const [layer, record] of records.entries()) {
    reapplyLayer(growing, record, layer);
    known.learn(record);
  }
  return known;
}

/**
 * Returns the places of a folder that a layer may hold under another name without its record
 * telling.
 */
function storesOf(
  { folder, files, isWhole }: ReadFolder,
  known: DirectoryAliases['names'],
  contents: readonly LayerContent[],
): readonly Store[] {
  const names = known.get(folder) ?? new Set();
  if (names.size === 0) return [];
  const all = [folder, ...names];
  const stores: Store[] = [];
  for (const name of files) {
    const [own = '', ...others] = all.map((it) => `${it}/${name}`);
    const isTold = contents.some((layer) => others.some((path) => layer.mayName(path)));
    if (isTold) stores.push({ paths: [own, ...others], isFolder: false });
  }
  // A folder of the wanted one's base name has its files remembered.
  const base = splitPath(folder)[1];
  if (isWhole && [...names].some((it) => splitPath(it)[1] !== base && !mayBeOwned(`${it}/any`))) {
    stores.push({ paths: all.map((it) => `${it}/`), isFolder: true });
  }
  return stores;
}

/** The possible content of a layer, by its record. */
class LayerContent {
  readonly #isLowest: boolean;
  readonly #forgotten: PathHashSet | undefined;
  readonly #files: FileTable;

  constructor({ unrecordedPathHashes: forgotten, files }: LayerRecord, layer: number) {
    this.#isLowest = layer === 0;
    this.#forgotten = forgotten === undefined ? undefined : PathHashSet.fromText(forgotten);
    this.#files = FileTable.from(files);
  }

  /**
   * Returns whether a walk may find what the record does not tell. The lowest layer keeps no
   * hashes.
   */
  mayHold({ paths, isFolder }: Store): boolean {
    if (isFolder) return this.#isLowest || this.#forgotten !== undefined;
    return paths.some((path) => this.#mayForget(path));
  }

  mayName(path: string): boolean {
    return this.#files.has(path) || this.#mayForget(path);
  }

  #mayForget(path: string): boolean {
    if (mayBeOwned(path)) return false;
    return this.#isLowest || this.#forgotten?.mayHave(path) === true;
  }
}

function crowdedGaps(folders: readonly string[]): readonly Diagnostic[] {
  const [first] = folders;
  if (first === undefined) return [];
  const others = folders.length === 1 ? '' : ` and ${String(folders.length - 1)} other folders`;
  return [
    {
      stage: 'layers',
      message: `more paths lead to "${first}"${others} through links than are tried, so what layers store there is not known`,
      gap: 'limit',
    },
  ];
}
