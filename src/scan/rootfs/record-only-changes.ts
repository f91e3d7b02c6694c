/**
 * Records of packages that a layer removed or rewrote by themselves, while the files beside them
 * are those of a lower layer. Package managers remove and write a record together with its package;
 * a layer that changes the record alone only changes the image's claims about itself.
 *
 * Records of layers hold few paths, so they only give suspects, usually none. A second walk over
 * one layer then finds out which files lie beside the record.
 */

import { directoryPrefix } from '../../core/base/artifact-path.ts';
import type { CatalogedPackage } from '../../core/model/catalog/catalog.ts';
import { FileTable } from '../../core/model/layer/file-table.ts';
import type { FileFact, LayerRecord } from '../../core/model/layer/layer-record.ts';
import type {
  LayerAnswer,
  PathQuestion,
  QuestionRules,
} from '../../core/model/layer/layer-walk.ts';
import type { RecordOnlyChange } from '../../core/model/package/package-occurrence.ts';
import type { MergedView } from './merge-layers.ts';
import { PathHashSet } from '../../core/model/layer/path-hashes.ts';

const NODE_PACKAGE = 'npm/node-package';
const NODE_RECORD = /^(?<folder>.*\/node_modules\/(?:@[^/]+\/)?[^/.@][^/]*\/)package\.json$/u;
const GEM_RECORD = /^(?<home>.*)\/specifications\/(?:default\/)?(?<name>[^/]+)\.gemspec$/u;
const PYTHON_RECORD = /^(?<folder>.*\.(?:dist|egg)-info\/)(?:METADATA|PKG-INFO)$/u;

/**
 * The directory with the files of a package, with a slash at its end, by the path of its record.
 */
const FOLDERS: ReadonlyMap<string, (path: string) => string | undefined> = new Map([
  [NODE_PACKAGE, (path: string) => NODE_RECORD.exec(path)?.groups?.['folder']],
  ['pypi/dist-info', (path: string) => PYTHON_RECORD.exec(path)?.groups?.['folder']],
  ['pypi/egg-info', (path: string) => PYTHON_RECORD.exec(path)?.groups?.['folder']],
  [
    'rubygems/gemspec',
    (path: string) => {
      const { home, name } = GEM_RECORD.exec(path)?.groups ?? {};
      return home === undefined || name === undefined ? undefined : `${home}/gems/${name}/`;
    },
  ],
]);

/**
 * Files that most packages of npm have: one of them in a layer shows that the package was installed
 * there.
 */
const USUAL = [
  ...['README.md', 'readme.md', 'README', 'README.markdown', 'Readme.md'],
  ...['LICENSE', 'LICENSE.md', 'license', 'LICENSE.txt', 'CHANGELOG.md', 'index.js'],
];
/** Files that people read: by their ending, or by their name without an ending of code. */
const DOCUMENTATION =
  /^(?:readme|licen[cs]e|changelog|changes|history|notice|authors)(?!.*\.(?:[cm]?[jt]sx?|json|node|wasm|p[yl]|rb|so|sh)$)|\.(?:md|txt)$/iu;

/**
 * A record that may have been changed alone. The files directly in `folder` of `walkedLayer`
 * decide.
 */
export interface RecordOnlyCandidate extends RecordOnlyChange {
  readonly walkedLayer: number;
}

/**
 * Questions about the files beside records that may have been changed alone. The answers are stored
 * beside the records of the layers.
 */
export const RECORD_ONLY_CHANGES: QuestionRules<Pick<MergedView, 'cataloged' | 'erased'>> = {
  ask: (records, view) =>
    recordOnlyCandidates(records, view).map(({ walkedLayer: layer, folder }): PathQuestion => ({
      kind: 'paths',
      layer,
      paths: [folder],
    })),
};

/** Returns what only a second walk can decide; nothing for nearly all images. */
export function recordOnlyCandidates(
  records: readonly LayerRecord[],
  view: Pick<MergedView, 'cataloged' | 'erased'>,
): readonly RecordOnlyCandidate[] {
  if (records.length < 2) return [];
  return [...removedIn(records, view), ...rewrittenIn(records, view)];
}

/**
 * Returns the suspects beside which files of a lower layer are left. `answers` are those to
 * {@link RECORD_ONLY_CHANGES}.
 */
export function recordOnlyChanges(
  records: readonly LayerRecord[],
  suspects: readonly RecordOnlyCandidate[],
  answers: readonly LayerAnswer[],
): readonly RecordOnlyChange[] {
  const files = new Map<number, FileFact[]>();
  for (const { layer, found } of answers) {
    files.set(layer, [...(files.get(layer) ?? []), ...found.files]);
  }
  const walked = new Map([...files].map(([layer, rows]) => [layer, folded(records, layer, rows)]));
  return suspects.flatMap(({ walkedLayer, ...record }) => {
    const { inFolder, removedAbove } = walked.get(walkedLayer) ?? NOTHING;
    const { beside, inner } = inFolder.get(record.folder) ?? NONE_INSIDE;
    const others = beside.filter((path) => path !== record.path);
    if (record.now !== undefined) return others.length === 0 ? [record] : [];
    const code = others.filter((path) => !DOCUMENTATION.test(path.slice(record.folder.length)));
    return [...code, ...inner].some((path) => !removedAbove.has(path)) ? [record] : [];
  });
}

/** The entries that a layer stores directly in one directory. */
interface Inside {
  readonly beside: string[];
  readonly inner: string[];
}

interface WalkedLayer {
  /** By the path of the directory, with a slash at its end. */
  readonly inFolder: ReadonlyMap<string, Inside>;
  /** Paths that layers above remove. */
  readonly removedAbove: ReadonlySet<string>;
}

const NOTHING: WalkedLayer = { inFolder: new Map(), removedAbove: new Set() };
const NONE_INSIDE: Inside = { beside: [], inner: [] };

/**
 * Looks each suspect up once, because a hostile image can have any number of suspects and files.
 */
function folded(
  records: readonly LayerRecord[],
  layer: number,
  files: Iterable<FileFact>,
): WalkedLayer {
  const inFolder = new Map<string, Inside>();
  const inside = (path: string): Inside => {
    const folder = directoryPrefix(path);
    const known = inFolder.get(folder) ?? { beside: [], inner: [] };
    inFolder.set(folder, known);
    return known;
  };
  for (const { path } of files) inside(path).beside.push(path);
  for (const path of records[layer]?.directories ?? []) inside(path).inner.push(path);
  const above = records.slice(layer + 1).flatMap(({ whiteouts }) => whiteouts);
  return { inFolder, removedAbove: new Set(above) };
}

/**
 * Returns the records that a layer removed, or put something else in the place of, without their
 * directory.
 */
function removedIn(
  records: readonly LayerRecord[],
  { erased }: Pick<MergedView, 'erased'>,
): readonly RecordOnlyCandidate[] {
  const known = new Set<string>();
  const touched = touchedPaths(records);
  return erased.flatMap(({ path, layer, foundBy, result, erasedIn }) => {
    const folder = FOLDERS.get(foundBy)?.(path);
    const [before] = result.packages;
    if (folder === undefined || before === undefined || known.has(path)) return [];
    known.add(path);
    const isGone = prefixesOf(folder).some((at) => (touched.get(at) ?? -1) >= erasedIn);
    if (isGone || (touched.get('/') ?? -1) >= erasedIn) return [];
    return [{ path, folder, changedIn: erasedIn, before: identityOf(before), walkedLayer: layer }];
  });
}

/** Returns the records of Node packages that a layer rewrote with another name or version. */
function rewrittenIn(
  records: readonly LayerRecord[],
  { cataloged }: Pick<MergedView, 'cataloged'>,
): readonly RecordOnlyCandidate[] {
  const layers = new Map<number, LayerPaths>();
  return cataloged.flatMap(({ path, layer, foundBy, result, earlier }) => {
    const [below] = earlier;
    if (foundBy !== NODE_PACKAGE || below === undefined) return [];
    const folder = FOLDERS.get(foundBy)?.(path);
    const [now] = result.packages;
    const [before] = below.result.packages;
    const record = records[layer];
    if (folder === undefined || now === undefined || before === undefined) return [];
    if (now.name === before.name && now.version === before.version) return [];
    if (record === undefined) return [];
    const own = layers.get(layer) ?? pathsOf(record);
    layers.set(layer, own);
    if (own.parents.has(folder.slice(0, -1))) return [];
    if (['/', ...prefixesOf(folder)].some((at) => own.removed.has(at))) return [];
    if (USUAL.some((name) => own.forgotten?.mayHave(folder + name) === true)) return [];
    return [
      {
        path,
        folder,
        changedIn: layer,
        before: identityOf(before),
        now: identityOf(now),
        walkedLayer: layer,
      },
    ];
  });
}

function identityOf({ name, version }: CatalogedPackage): RecordOnlyChange['before'] {
  return { name, version };
}

/** Returns the highest layer that removes or replaces each path. */
function touchedPaths(records: readonly LayerRecord[]): ReadonlyMap<string, number> {
  const touched = new Map<string, number>();
  for (const [layer, { whiteouts, opaques, links }] of records.entries()) {
    for (const path of whiteouts) touched.set(path, layer);
    for (const path of opaques) touched.set(path, layer);
    for (const { path } of links) touched.set(path, layer);
  }
  return touched;
}

/** The known content of a layer. */
interface LayerPaths {
  /**
   * Directories in which it stores, removes or links something in a directory below, or a
   * directory.
   */
  readonly parents: ReadonlySet<string>;
  /** Directories of lower layers that it removes. */
  readonly removed: ReadonlySet<string>;
  readonly forgotten: PathHashSet | undefined;
}

function pathsOf(record: LayerRecord): LayerPaths {
  const { files, directories, links, whiteouts, opaques, unrecordedPathHashes: forgotten } = record;
  const parents = new Set<string>();
  const inner = [
    ...directories,
    ...whiteouts,
    ...links.map(({ path }) => path),
    ...FileTable.from(files).columns.folders,
  ];
  for (const path of inner) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const parent = path.slice(0, at);
      if (parents.has(parent)) break;
      parents.add(parent);
    }
  }
  return {
    parents,
    removed: new Set([...whiteouts, ...opaques]),
    forgotten: forgotten === undefined ? undefined : PathHashSet.fromText(forgotten),
  };
}

/** Returns a directory and those above it, without the root. */
function prefixesOf(folder: string): readonly string[] {
  const found: string[] = [];
  for (let at = folder.length - 1; at > 0; at = folder.lastIndexOf('/', at - 1)) {
    found.push(folder.slice(0, at));
  }
  return found;
}
