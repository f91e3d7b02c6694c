/**
 * Collects what one layer contributes while its entries are read: the bodies that catalogers want,
 * the digests of executables and of files that a package manifest may own, links, directories,
 * whiteouts. Other paths are only counted. Above the lowest layer, a hash of each is retained,
 * because one of them may have replaced a directory of a lower layer.
 *
 * All directories that have an entry of their own are retained. Whether one replaces a link of a
 * lower layer is not known before the layers are merged, and without it a whiteout would act
 * through a link that is no longer there.
 */

import { coversPath } from '../../core/base/artifact-path.ts';
import type { Context } from '../../core/base/context.ts';
import type {
  Artifact,
  BodySink,
  LayerEntry,
  LayerVisitor,
  RawFileHeader,
} from '../../core/model/artifact/artifact.ts';
import type { EntryCriteria } from '../../core/model/layer/entry-notes.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { TextFile, TextTaker } from '../../core/model/layer/text-piece.ts';
import { mayBeOwned } from '../../core/model/package/owned-paths.ts';
import { BodyReader, type WantedMarkers } from './body-reader.ts';
import { BodyStore } from './body-store.ts';
import {
  packageDatabaseOfEntry,
  plannedDigestAlgorithms,
  type DigestAlgorithm,
  type PackageDatabase,
} from './digest-plan.ts';
import { FileDigests } from './file-digests.ts';
import { HeaderFastPath } from './header-fast-path.ts';
import { LayerBudget } from './layer-budget.ts';
import {
  addDiagnostics,
  toLayerCollection,
  type LayerCollection,
  type LayerWalk,
} from './layer-collection.ts';
import { MemoryBudget } from './memory-budget.ts';
import { reportSpecialFile, reportUnexpectedDirectory } from './non-regular-files.ts';
import { EntryNotesBuilder } from './entry-notes.ts';
import type { RepresentativeLookup } from './representative-files.ts';
import { RetainedEntries } from './retained-entries.ts';
import { ScriptSearch, type ScriptCandidates, type ScriptRule } from './script-candidates.ts';
import { unionOf, type SelectorTable } from './selector.ts';
import { TextBody, withText } from './text-body.ts';
import { markersFor, withScriptTexts } from './wanted-content.ts';

/** Options for walking a layer. */
export interface CollectorOptions {
  /**
   * Index of the layer in its artifact. Locations of diagnostics name it, and nothing lies below
   * layer 0.
   */
  readonly layer: number;
  readonly selectors: SelectorTable;
  /** Returns whether a path is ignored. */
  readonly isSkipped?: (path: string) => boolean;
  /**
   * More paths whose bodies are wanted, as stored in the layer; see `extraPaths` in
   * `unresolved-symlinks.ts`.
   */
  readonly extraPaths?: ReadonlySet<string>;
  /**
   * Files that are recorded without their bodies; see `shadowed-paths.ts` and
   * `writes-through-symlinks.ts`. A path that ends in `/` means all files directly in the
   * directory.
   */
  readonly notedPaths?: ReadonlySet<string>;
  /**
   * `full` computes the digests that manifests of the package database are likely to contain,
   * `none` computes none. A table lists files as stored, which are recorded as well, with their
   * digests.
   */
  readonly digests: 'full' | 'none' | ReadonlyMap<string, readonly DigestAlgorithm[]>;
  /**
   * The package database of the base, if a lower layer or a label names it. Else the first entries
   * decide.
   */
  readonly packaging?: PackageDatabase;
  /** Entries that are noted for image rules; absent: none. */
  readonly notes?: EntryCriteria;
  /**
   * Takes the text of every file that is text, whatever its name; returns `undefined` for a file
   * that it leaves out.
   */
  readonly takeText?: (file: TextFile) => TextTaker | undefined;
  /** Default: `image`. */
  readonly artifactKind?: Artifact['kind'];
  /**
   * The budget of the artifact, which its layers share. Without one, the layer has a budget of its
   * own.
   */
  readonly memory?: MemoryBudget;
}

/** The collection of one layer: a visitor for the walk, and its result when the walk is over. */
export interface Collector {
  readonly visit: LayerVisitor;
  /**
   * Computes the digests that were left for the end of the walk. Callers may do other work between
   * the steps.
   */
  digest(): Generator<void>;
  /** Ends the collection. Called once. */
  finish(): LayerCollection;
}

/**
 * Number of files of the largest allowed size that one layer may have in memory: 1 GiB with the
 * default limits, a hundred times the need of catalogers for a large image.
 */
const FULL_FILES_PER_LAYER = 8;

/**
 * Number of files of the largest size for memory that the programs of a layer may fill: 8 GiB with
 * the default limits.
 */
const STORED_FILES_PER_LAYER = 64;

/** Begins the collection of one layer. Stored bodies are bounded by `context.limits`. */
export function createCollector(options: CollectorOptions, context: Context): Collector {
  const { layer, selectors } = options;
  const { maxFileBytes, maxMemoryBytes } = context.limits;
  const artifactMemory = options.memory ?? new MemoryBudget(maxMemoryBytes);
  const state: CollectorState = {
    options,
    layer,
    selectors,
    entries: new RetainedEntries({ isLowest: layer === 0 }),
    readings: new Map(),
    digestedFiles: new Map(),
    md5: undefined,
    storage: {
      maxFileBytes,
      memory: new MemoryBudget(maxFileBytes * FULL_FILES_PER_LAYER, artifactMemory),
      store: new BodyStore(maxFileBytes * STORED_FILES_PER_LAYER),
    },
    budget: new LayerBudget(context),
    judgeHead: (head) => markersFor(head, selectors),
    representatives: selectors.firstFiles(),
    scripts: isSourceTree(options.artifactKind) ? selectors.scripts?.() : undefined,
    packaging: options.packaging,
    unpackedBytes: 0,
    texts: [],
    notes: options.notes && new EntryNotesBuilder(options.notes),
    diagnostics: undefined,
  };
  return {
    visit: visitorOf(state),
    digest: () => digestSteps(state),
    finish() {
      addDiagnostics(state, textGaps(state));
      return toLayerCollection(state);
    },
  };
}

interface CollectorState extends LayerWalk {
  readonly options: CollectorOptions;
  readonly judgeHead: (head: Uint8Array) => WantedMarkers | undefined;
  readonly representatives: RepresentativeLookup;
  /** Absent when scripts are not looked for. */
  readonly scripts: ScriptCandidates | undefined;
  packaging: PackageDatabase | undefined;
  /**
   * Files that are read as text. Those that were read to their ends are removed as far as it costs
   * nothing.
   */
  readonly texts: TextBody[];
}

type FileEntry = LayerEntry & { readonly type: 'file' };

function* digestSteps({ md5 }: CollectorState): Generator<void> {
  if (md5 !== undefined) yield* md5.steps();
}

function visitorOf(state: CollectorState): LayerVisitor {
  const visitor = (entry: LayerEntry): BodySink | undefined => visit(state, entry);
  const { selectors, isSkipped } = state.options;
  const { headerNames } = selectors;
  const seesAll = isSkipped ?? state.options.notes ?? state.options.takeText;
  if (headerNames === undefined || seesAll !== undefined) return visitor;
  let fastPath: HeaderFastPath | undefined;
  const acceptHeader = (file: RawFileHeader): BodySink | boolean => {
    fastPath ??= new HeaderFastPath(state.options, headerNames(), state);
    const sink = fastPath.accept(file);
    if (sink === false) return false;
    state.budget.countEntry();
    state.unpackedBytes += file.sizeBytes;
    return sink;
  };
  return Object.assign(visitor, { acceptHeader });
}

const DIRECTORY = { kind: 'directory' } as const;

/** Any of the three execute bits. */
const EXECUTE_BITS = 0o111;

function visit(state: CollectorState, entry: LayerEntry): BodySink | undefined {
  const { options, entries } = state;
  state.budget.countEntry();
  if (entry.type === 'file') state.unpackedBytes += entry.sizeBytes;
  if (options.isSkipped?.(entry.path) === true) return undefined;
  if (options.digests === 'full') state.packaging ??= packageDatabaseOfEntry(entry);
  switch (entry.type) {
    case 'whiteout':
    case 'opaque':
      entries.addErasure(entry.path, entry.type);
      return undefined;
    case 'directory':
      if (options.selectors.isPlaceOfFile(entry.path)) {
        addDiagnostics(state, reportUnexpectedDirectory(entry.path, options));
      }
      state.notes?.add(entry);
      entries.add(entry.path, DIRECTORY);
      state.scripts?.enter(entry.path, entry.names);
      return undefined;
    case 'symlink':
    case 'hardlink':
      entries.add(entry.path, {
        kind: 'link',
        target: entry.target,
        isHard: entry.type === 'hardlink',
      });
      return undefined;
    case 'special':
      addDiagnostics(state, reportSpecialFile(entry, options));
      entries.addSpecial(entry.path);
      return undefined;
    case 'file':
      state.notes?.add(entry);
      return withText(visitFile(state, entry), textBodyOf(state, entry));
  }
}

/** A text that was not read to its end may hide findings. */
function textGaps({ texts, layer }: CollectorState): readonly Diagnostic[] {
  return texts
    .filter(({ isUnfinished }) => isUnfinished)
    .map(({ path }) => ({
      stage: 'detect',
      message: `"${path}": it could not be read to its end, so rules have not looked at all of it`,
      location: { path, layer },
      gap: 'unreadable',
    }));
}

/**
 * Every file is offered as text, those of packages too: where a file lies says nothing about what
 * is in it.
 */
function textBodyOf(state: CollectorState, { path, sizeBytes }: FileEntry): TextBody | undefined {
  const { takeText } = state.options;
  if (takeText === undefined || sizeBytes === 0) return undefined;
  const { texts } = state;
  // Most sources give a body before the next entry, so that few texts are open at a time.
  if (texts.at(-1)?.isUnfinished === false) texts.pop();
  const body = new TextBody({ path, sizeBytes }, takeText);
  texts.push(body);
  return body;
}

function visitFile(state: CollectorState, entry: FileEntry): BodySink | undefined {
  const { selectors, extraPaths, notedPaths, digests } = state.options;
  const { path, mode, sizeBytes } = entry;
  const isExecutable = (mode & EXECUTE_BITS) !== 0;
  const isPlain = selectors.isPlain(path);
  const byName = isPlain ? NO_ROWS : selectors.wantedBy(path);
  const script = state.scripts?.ruleOf(path, sizeBytes);
  const wantedBy = unionOf(
    script === undefined || byName.length === 0 ? byName : unionOf(byName, script.ids),
    state.representatives(path),
  );
  const isExtra =
    (!isPlain && selectors.companionOf(path).length > 0) ||
    (extraPaths !== undefined && coversPath(extraPaths, path));
  const isWanted = wantedBy.length > 0 || isExtra;
  if (isWanted && !state.budget.takesFile(path)) {
    state.entries.addUnrecorded(path);
    return undefined;
  }
  const isRecorded =
    isWanted ||
    isExecutable ||
    mayBeOwned(path) ||
    (!isPlain && selectors.isWantedThroughLinks(path)) ||
    (notedPaths !== undefined && coversPath(notedPaths, path)) ||
    (typeof digests === 'object' && digests.has(path));
  const attributes = { mode, sizeBytes, isExecutable };
  if (script !== undefined && !isWanted && !isExecutable) {
    if (isRecorded) state.entries.addFile(path, attributes);
    else state.entries.addUnrecorded(path);
    return searchScript(state, entry, script);
  }
  if (!isRecorded) {
    state.entries.addUnrecorded(path);
    return undefined;
  }
  const running = beginDigests(state, entry);
  const headBytes =
    isExecutable && selectors.headBytes > 0 && state.budget.takesProgram()
      ? selectors.headBytes
      : 0;
  const number = state.entries.addFile(path, attributes);
  const isRead = isWanted || headBytes > 0 || running !== undefined;
  if (number === undefined || !isRead) return undefined;
  const anchors = isExtra ? undefined : selectors.anchorsFor(wantedBy, path);
  const reader = new BodyReader({
    declaredBytes: sizeBytes,
    storage: state.storage,
    isWanted: isWanted && anchors === undefined,
    isReadInPlace: !isExtra && selectors.areReadInPlace(wantedBy),
    ...(anchors !== undefined && { anchors }),
    headBytes,
    judgeHead: script ? withScriptTexts(state.judgeHead, script) : state.judgeHead,
    digests: running,
  });
  state.readings.set(number, { wantedBy, isWanted, reader, ...(script && { script }) });
  return reader;
}

/**
 * Searches a file of a source tree that no row wants for its name. A file that is a script is read
 * like a wanted file.
 */
function searchScript(state: CollectorState, entry: FileEntry, script: ScriptRule): BodySink {
  const { path, mode, sizeBytes } = entry;
  return new ScriptSearch(script, sizeBytes, () => {
    if (!state.budget.takesFile(path)) return undefined;
    const number = state.entries.addFile(path, { mode, sizeBytes, isExecutable: false });
    if (number === undefined) return undefined;
    const reader = new BodyReader({
      declaredBytes: sizeBytes,
      storage: state.storage,
      isWanted: true,
      isReadInPlace: state.selectors.areReadInPlace(script.ids),
      headBytes: 0,
      judgeHead: state.judgeHead,
      digests: beginDigests(state, entry),
    });
    state.readings.set(number, { wantedBy: script.ids, isWanted: true, reader });
    return reader;
  });
}

const NO_ROWS: readonly string[] = [];

/** Begins the digests of a file; `undefined` when none are planned. */
function beginDigests(state: CollectorState, entry: FileEntry): FileDigests | undefined {
  const { path, sizeBytes } = entry;
  const algorithms = plannedDigestAlgorithms(path, state.options.digests, state.packaging);
  return algorithms.length === 0 ? undefined : new FileDigests(algorithms, state, sizeBytes);
}

/** Returns whether artifacts of a kind are source trees, in which scripts are looked for. */
function isSourceTree(kind: Artifact['kind'] = 'image'): boolean {
  return kind === 'directory' || kind === 'repository' || kind === 'file';
}
