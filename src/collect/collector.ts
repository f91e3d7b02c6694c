/**
 * Collects from the entries of one layer, as they stream by, what the layer contributes: the bodies that readers want,
 * the digests of executables and of files that a manifest may own, links, folders, whiteouts. Other paths are counted
 * and forgotten, but for a hash that tells where one of them may have replaced a folder of a lower layer.
 *
 * Folders that have an entry of their own are all kept: whether one replaces a link of a lower layer cannot be known
 * while layers are walked apart, and forgetting it would let a whiteout act through a link that is no longer there.
 */

import { coversPath } from '../base/artifact-path.ts';
import type { Context } from '../base/context.ts';
import { Md5Lanes } from '../format/md5-lanes.ts';
import type {
  Artifact,
  BodySink,
  LayerEntry,
  LayerVisitor,
  RawFileHeader,
} from '../model/artifact.ts';
import type { FileTable } from '../model/file-table.ts';
import type { LayerRecord } from '../model/layer-record.ts';
import { indexSiblingFiles } from './sibling-files.ts';
import { BodyReader, type WantedMarkers } from './body-reader.ts';
import { BodyStore } from './body-store.ts';
import { toCollectedFile } from './collected-file.ts';
import {
  plannedDigestAlgorithms,
  packageDatabaseOfEntry,
  type DigestAlgorithm,
  type PackageDatabase,
} from './digest-plan.ts';
import { DiagnosticLimiter } from './diagnostic-limiter.ts';
import { RetainedEntries, type RetainedFile } from './retained-entries.ts';
import type { FileDigests } from './file-digests.ts';
import { reportUnexpectedDirectory, reportSpecialFile } from './non-regular-files.ts';
import { LayerBudget } from './layer-budget.ts';
import { LayerBodyBudget } from './spooled-body.ts';
import type { RepresentativeLookup } from './representative-files.ts';
import { MemoryBudget } from './memory-budget.ts';
import { HeaderFastPath } from './header-fast-path.ts';
import {
  isSourceTree,
  ScriptSearch,
  type ScriptRule,
  type ScriptCandidates,
} from './script-candidates.ts';
import type { SelectorTable } from './selector.ts';
import { markersFor, wantedByContent, withScriptTexts } from './wanted-content.ts';
import { mayBeOwned } from '../model/owned-paths.ts';
import type { CollectedFile, CollectedFiles } from '../model/layer-walk.ts';

export interface CollectorOptions {
  /** Index of the layer: for the locations of diagnostics, and because nothing lies below the lowest. */
  readonly layer: number;
  readonly selectors: SelectorTable;
  /** Paths that are passed over as if they were not there. */
  readonly isSkipped?: (path: string) => boolean;
  /** Further paths whose bodies are wanted, as stored in the layer; those of `extraPaths` in `unresolved-symlinks.ts`. */
  readonly extraPaths?: ReadonlySet<string>;
  /**
   * Files that are remembered for being there, without their bodies; those of `shadowed-paths.ts` and `writes-through-symlinks.ts`. One
   * that ends in `/` means all files directly in the folder.
   */
  readonly notedPaths?: ReadonlySet<string>;
  /**
   * `full` takes the digests that manifests of the packaging are likely to name, `none` takes none; a table names files
   * as stored, which are remembered besides, and their digests.
   */
  readonly digests: 'full' | 'none' | ReadonlyMap<string, readonly DigestAlgorithm[]>;
  /** Packaging of the base, where an earlier layer or a label tells it; else it is guessed from the first entries. */
  readonly packaging?: PackageDatabase;
  /** Absent: `image`. */
  readonly artifactKind?: Artifact['kind'];
  /** Shared by the layers of an artifact; absent: the layer has one of its own. */
  readonly memory?: MemoryBudget;
}

/** What one walk over a layer gave. */
export interface LayerCollection extends CollectedFiles {
  /** Of {@link LayerCollection.files}, as of `Siblings`. */
  beside(path: string, ending: string): readonly CollectedFile[];
  readonly facts: Omit<LayerRecord, 'cataloged' | 'rules' | 'diffId' | 'files'> & {
    readonly files: FileTable;
  };
  /** Lets go of the files; the facts stay. */
  close(): void;
}

/** The two ends of a collection: a visitor for the walk, and what it gathered once the walk is over. */
export interface Collector {
  readonly visit: LayerVisitor;
  /** Takes the digests that are left for the end of the walk; between the steps others may have their turn. */
  digest(): Generator<void>;
  finish(): LayerCollection;
}

/** Begins the collection of one layer. The bodies it keeps are bounded by `context.limits`. */
export function createCollector(options: CollectorOptions, context: Context): Collector {
  const { maxFileBytes, maxMemoryBytes } = context.limits;
  const state: CollectorState = {
    options,
    keptBytes: new LayerBodyBudget(
      maxFileBytes,
      options.memory ?? new MemoryBudget(maxMemoryBytes),
    ),
    store: new BodyStore(maxFileBytes * MAX_STORED_FACTOR),
    order: new RetainedEntries({ isLowest: options.layer === 0 }),
    lookedAt: new Map(),
    digested: new Map(),
    md5: new Md5Lanes(),
    judgeHead: (head) => markersFor(head, options.selectors),
    firstFiles: options.selectors.firstFiles(),
    scripts: isSourceTree(options.artifactKind) ? options.selectors.scripts?.() : undefined,
    packaging: options.packaging,
    unpackedBytes: 0,
    diagnostics: new DiagnosticLimiter(options.layer),
    budget: new LayerBudget(context),
  };
  return {
    visit: visitorOf(state),
    digest: () => state.md5.steps(),
    finish: () => finish(state),
  };
}

/** A file whose body somebody looks at. */
interface LookedAt {
  readonly wantedBy: readonly string[];
  readonly isWanted: boolean;
  readonly reader: BodyReader;
  /** The rule of an executable that may be a script. */
  readonly script?: ScriptRule;
}

interface CollectorState {
  readonly options: CollectorOptions;
  readonly keptBytes: LayerBodyBudget;
  readonly store: BodyStore;
  readonly order: RetainedEntries;
  /** By the number that the order gave them. */
  readonly lookedAt: Map<number, LookedAt>;
  /** The same of files of which nothing but digests is taken. */
  readonly digested: Map<number, FileDigests>;
  readonly md5: Md5Lanes;
  readonly judgeHead: (head: Uint8Array) => WantedMarkers | undefined;
  readonly firstFiles: RepresentativeLookup;
  /** Absent where scripts are not looked for. */
  readonly scripts: ScriptCandidates | undefined;
  packaging: PackageDatabase | undefined;
  unpackedBytes: number;
  readonly diagnostics: DiagnosticLimiter;
  readonly budget: LayerBudget;
}

/** How many files of the largest size for memory the programs of a layer may fill: 8 GiB with the default limits. */
const MAX_STORED_FACTOR = 64;

function visitorOf(state: CollectorState): LayerVisitor {
  const visitor = (entry: LayerEntry): BodySink | undefined => visit(state, entry);
  const { rawNames } = state.options.selectors;
  if (rawNames === undefined || state.options.isSkipped !== undefined) return visitor;
  const rawFiles = new HeaderFastPath(state.options, rawNames, state);
  const acceptHeader = (file: RawFileHeader): BodySink | boolean => {
    const sink = rawFiles.takes(file);
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
  const { options, order } = state;
  state.budget.countEntry();
  if (entry.type === 'file') state.unpackedBytes += entry.sizeBytes;
  if (options.isSkipped?.(entry.path) === true) return undefined;
  if (options.digests === 'full') state.packaging ??= packageDatabaseOfEntry(entry);
  switch (entry.type) {
    case 'whiteout':
    case 'opaque':
      order.addErasure(entry.path, entry.type);
      return undefined;
    case 'directory':
      state.diagnostics.push(...reportUnexpectedDirectory(entry.path, options));
      order.add(entry.path, DIRECTORY);
      state.scripts?.enter(entry.path, entry.names);
      return undefined;
    case 'symlink':
    case 'hardlink':
      order.add(entry.path, {
        kind: 'link',
        target: entry.target,
        isHard: entry.type === 'hardlink',
      });
      return undefined;
    case 'special':
      state.diagnostics.push(...reportSpecialFile(entry, options));
      order.empty(entry.path);
      return undefined;
    case 'file':
      return visitFile(state, entry);
  }
}

function visitFile(
  state: CollectorState,
  entry: LayerEntry & { readonly type: 'file' },
): BodySink | undefined {
  const { selectors, extraPaths, notedPaths, digests } = state.options;
  const { path, mode, sizeBytes } = entry;
  const isExecutable = (mode & EXECUTE_BITS) !== 0;
  const isPlain = selectors.isPlain(path);
  const named = isPlain ? NOBODY : selectors.wantedBy(path);
  const script = state.scripts?.ruleOf(path, sizeBytes);
  const byName =
    script === undefined || named.length === 0 ? named : [...new Set([...named, ...script.ids])];
  const asFirst = state.firstFiles(path);
  const wantedBy = asFirst.length === 0 ? byName : [...new Set([...byName, ...asFirst])];
  const isWantedBesides =
    (!isPlain && selectors.companionOf(path).length > 0) ||
    (extraPaths !== undefined && coversPath(extraPaths, path));
  const isWanted = wantedBy.length > 0 || isWantedBesides;
  if (isWanted && !state.budget.takesFile(path)) {
    state.order.forget(path);
    return undefined;
  }
  const anchors = isWantedBesides ? undefined : selectors.anchorsFor(wantedBy, path);
  const isRemembered =
    isWanted ||
    isExecutable ||
    mayBeOwned(path) ||
    (!isPlain && selectors.isWantedThroughLinks(path)) ||
    (notedPaths !== undefined && coversPath(notedPaths, path)) ||
    (typeof digests === 'object' && digests.has(path));
  const file = { mode, sizeBytes, isExecutable };
  if (script !== undefined && !isWanted && !isExecutable) {
    if (isRemembered) state.order.addFile(path, file);
    else state.order.forget(path);
    return scriptSearch(state, entry, script);
  }
  if (!isRemembered) {
    state.order.forget(path);
    return undefined;
  }
  const algorithms = plannedDigestAlgorithms(path, digests, state.packaging);
  const headBytes =
    isExecutable && selectors.headBytes > 0 && state.budget.takesProgram()
      ? selectors.headBytes
      : 0;
  const isLookedAt = isWanted || headBytes > 0 || anchors !== undefined || algorithms.length > 0;
  const reader = isLookedAt
    ? new BodyReader({
        declaredBytes: sizeBytes,
        keptBytes: state.keptBytes,
        store: state.store,
        isWanted: isWanted && anchors === undefined,
        isReadInPlace: !isWantedBesides && selectors.areReadInPlace(wantedBy),
        ...(anchors !== undefined && { anchors }),
        headBytes,
        judgeHead: script ? withScriptTexts(state.judgeHead, script) : state.judgeHead,
        algorithms,
        md5: state.md5,
      })
    : undefined;
  const number = state.order.addFile(path, file);
  if (number === undefined || reader === undefined) return undefined;
  state.lookedAt.set(number, { wantedBy, isWanted, reader, ...(script && { script }) });
  return reader;
}

/** Searches a file of a source tree that no row wants for its name; one that is a script is read like a wanted file. */
function scriptSearch(
  state: CollectorState,
  { path, mode, sizeBytes }: LayerEntry & { readonly type: 'file' },
  script: ScriptRule,
): BodySink {
  return new ScriptSearch(script, sizeBytes, () => {
    if (!state.budget.takesFile(path)) return undefined;
    const number = state.order.addFile(path, { mode, sizeBytes, isExecutable: false });
    if (number === undefined) return undefined;
    const reader = new BodyReader({
      declaredBytes: sizeBytes,
      keptBytes: state.keptBytes,
      store: state.store,
      isWanted: true,
      isReadInPlace: state.options.selectors.areReadInPlace(script.ids),
      headBytes: 0,
      judgeHead: state.judgeHead,
      algorithms: plannedDigestAlgorithms(path, state.options.digests, state.packaging),
      md5: state.md5,
    });
    state.lookedAt.set(number, { wantedBy: script.ids, isWanted: true, reader });
    return reader;
  });
}

const NOBODY: readonly string[] = [];

function finish(state: CollectorState): LayerCollection {
  const { layer } = state.options;
  const collected = new Map<string, CollectedFile>();
  const links: LayerRecord['links'][number][] = [];
  const directories: string[] = [];
  const diagnostics = new DiagnosticLimiter(layer);
  diagnostics.push(...state.budget.gaps(layer));
  state.order.forEachKept((path, kept) => {
    if (kept.kind === 'directory') directories.push(path);
    else links.push({ path, target: kept.target, isHard: kept.isHard });
  });
  const read = (file: RetainedFile): void => {
    finishFile(state, file, { collected, diagnostics });
  };
  const files = state.order.files(state.lookedAt.keys(), read, state.digested);
  if (state.order.refusedCount > 0) {
    diagnostics.push({
      stage: 'layers',
      message: `layer ${String(layer)}: too many entries, or paths that are too long: ${String(state.order.refusedCount)}`,
      gap: 'limit',
    });
  }
  const reaimed = state.order.reaimed();
  if (reaimed !== undefined) {
    diagnostics.push({
      stage: 'layers',
      message: `layer ${String(layer)}: what "${reaimed}" links to is changed after it was used, so what the links of the layer lead to is not known`,
      gap: 'unreadable',
    });
  }
  state.md5.close();
  const forgotten = state.order.forgotten();
  const late = state.order.late();
  const kept = [...collected.values()];
  return {
    files: kept,
    get: (path) => collected.get(path),
    beside: indexSiblingFiles(kept),
    close: () => {
      state.store.close();
      state.keptBytes.giveBackAll();
    },
    facts: {
      unpackedBytes: state.unpackedBytes,
      entryCount: state.budget.entryCount,
      whiteouts: state.order.whiteouts(),
      opaques: state.order.opaques(),
      links,
      directories,
      files,
      ...(forgotten !== undefined && { unrecordedPathHashes: forgotten }),
      ...(late.length > 0 && { late }),
      diagnostics: [
        ...state.diagnostics.listed,
        ...diagnostics.listed,
        ...state.diagnostics.rest(),
        ...diagnostics.rest(),
      ],
    },
  };
}

interface Finished {
  readonly collected: Map<string, CollectedFile>;
  readonly diagnostics: DiagnosticLimiter;
}

function finishFile(
  state: CollectorState,
  { number, path, mode, isExecutable, setBody }: RetainedFile,
  { collected, diagnostics }: Finished,
): void {
  const kept = state.lookedAt.get(number);
  if (kept === undefined) return;
  const { layer, selectors } = state.options;
  const { reader } = kept;
  const byHead = isExecutable ? wantedByContent(reader, selectors, kept.script) : [];
  const wantedBy =
    byHead.length === 0 ? kept.wantedBy : [...new Set([...kept.wantedBy, ...byHead])];
  const { sizeBytes, digests, body, trouble } = reader.outcome();
  setBody(sizeBytes, digests);
  if (body !== undefined) {
    const content = { mode, wantedBy, body };
    collected.set(path, toCollectedFile(path, content, state.keptBytes.maxFileBytes));
  }
  if (trouble !== undefined) {
    diagnostics.push({
      stage: 'layers',
      message: `"${path}": ${trouble.message}`,
      location: { path, layer },
      ...((kept.isWanted || byHead.length > 0) && { gap: trouble.gap }),
    });
  }
}
