/**
 * Walks the layers of one artifact, catalogs what they hold, and goes back to a layer where the others raise a question
 * that its record does not answer. What an earlier run found out is taken from the cache.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';

import { coversPath } from '../base/artifact-path.ts';
import { compareKeys } from '../base/compare.ts';
import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import { runComputation } from '../base/forced-exit.ts';
import { catalogersOf } from '../catalog/list.ts';
import { downgradeGaps } from '../catalog/downgraded-gaps.ts';
import { needsMuchMemory, runCataloger } from '../catalog/run-cataloger.ts';
import { withLayerManifestMatches } from '../integrity/layer-manifest-match.ts';
import {
  likelyReadDirectories,
  fullyReadDirectories,
  planSymlinkWrites,
  withSymlinkWrites,
} from '../rootfs/writes-through-symlinks.ts';
import { createCollector, type CollectorOptions } from '../collect/collector.ts';
import type { LayerCollection } from '../collect/layer-collection.ts';
import { toLayerRecord } from '../collect/to-layer-record.ts';
import type { UnpackMode } from '../rootfs/apply-layer.ts';
import { DiagnosticLimiter, limitDiagnostics } from '../collect/diagnostic-limiter.ts';
import { MemoryBudget } from '../collect/memory-budget.ts';
import { mergeLayers, type MergedView } from '../rootfs/merge-layers.ts';
import {
  danglingSymlinkNotes,
  extraPathsOf,
  symlinkTargetFiles,
  unresolvedSymlinks,
  withTargetReadings,
  type UnresolvedSymlink,
  type SymlinkTargetReading,
} from '../rootfs/unresolved-symlinks.ts';
import { RecordBudget } from '../collect/record-budget.ts';
import { recordedPathsOf, shadowCandidates, withShadowedPaths } from '../rootfs/shadowed-paths.ts';
import { compileSelectors, type SelectorTable } from '../collect/selector.ts';
import type { CatalogFile, CatalogResult } from '../model/catalog.ts';
import type { Diagnostic } from '../model/finding.ts';
import { isUnresolvedFixture } from '../model/fixture-path.ts';
import type { SecondWalkRecord, LayerRecord } from '../model/layer-record.ts';
import type { OpenArtifact } from '../source/source.ts';
import type { LayerResultCache } from './cache/analysis-cache.ts';
import { CATALOGER_ROWS, lazySelectors } from './cataloger-rows.ts';
import { withFilePatterns } from './file-patterns.ts';
import { inParallel } from './parallel.ts';

/** For walks that look for known paths only. */
const NO_SELECTORS = compileSelectors([]);
/** A file of this size takes a reader some tenths of a second. */
const LONG_READING_BYTES = 4 * 1024 * 1024;
/** Signals are handled between turns of the event loop. */
const MAX_TURN_MS = 200;

/** Two layers at once keep both cores busy, since inflating happens outside the main thread. */
const LAYERS_AT_ONCE = 2;

/** Records, and what is seen of them together. */
export interface MergedLayers {
  readonly records: readonly LayerRecord[];
  readonly view: MergedView;
}

/** What all walks over an artifact share. */
export interface LayerReaderOptions extends Pick<CollectorOptions, 'digests'> {
  /** Absent: nothing is. */
  readonly isSkipped?: (path: string) => boolean;
  /** As of `OpenArtifact.walk`. */
  readonly mayTrust: boolean;
  /** Whether what only adds to the evidence of packages is read. */
  readonly readsEvidence: boolean;
  readonly layersAtOnce?: number;
  /** As `--file-patterns` takes them. */
  readonly filePatterns?: readonly string[];
  readonly cache?: LayerResultCache;
}

/** The digests that files of a layer are to get besides, by path. */
type DigestTable = Extract<CollectorOptions['digests'], ReadonlyMap<string, unknown>>;

/** Reads the layers of one artifact. All methods throw what walking a layer does. */
export class LayerReader {
  readonly #selectors: SelectorTable;
  /** Where any layer is read by its table of contents, of what is wanted of all layers together. */
  readonly #viewSelectors: SelectorTable;
  /** Folders whose other names are asked for by {@link LayerReader.findHiddenStores}. */
  readonly #readFolders: readonly string[];
  readonly #opened: OpenArtifact;
  readonly #options: LayerReaderOptions;
  readonly #context: Context;
  readonly #memory: MemoryBudget;
  #pending: { readonly view: MergedView; readonly links: readonly UnresolvedSymlink[] } | undefined;

  constructor(opened: OpenArtifact, options: LayerReaderOptions, context: Context) {
    const rows = catalogersOf(opened.artifact.kind).filter(
      ({ isEvidence }) => options.readsEvidence || isEvidence !== true,
    );
    this.#selectors = withFilePatterns(compileSelectors(rows), options.filePatterns ?? []);
    const isLazy = opened.artifact.layers.some((_, layer) => opened.isLazy?.(layer) === true);
    this.#viewSelectors = isLazy ? lazySelectors(rows) : this.#selectors;
    this.#readFolders = fullyReadDirectories(this.#viewSelectors);
    this.#opened = opened;
    this.#options = options;
    this.#context = context;
    this.#memory = new MemoryBudget(context.limits.maxMemoryBytes);
  }

  /** The records of all layers, oldest first. Big layers are begun first, so that none of them is left for the end. */
  async readAll(): Promise<readonly LayerRecord[]> {
    const layers = this.#opened.artifact.layers;
    const bigFirst = layers
      .map((layer, index) => ({ index, bytes: layer.compressedBytes ?? 0 }))
      .sort((a, b) => b.bytes - a.bytes || a.index - b.index);
    const records = new Map<number, LayerRecord>();
    const { layersAtOnce = LAYERS_AT_ONCE } = this.#options;
    const { maxPackages, maxReadFiles } = this.#context.limits;
    const budget = new RecordBudget(maxPackages, maxReadFiles);
    let unpackedBytes = 0;
    await inParallel(layersAtOnce, bigFirst, async ({ index }) => {
      const record = budget.take(await this.#record(index), index);
      records.set(index, record);
      unpackedBytes += record.unpackedBytes;
      this.#refuseLarge(unpackedBytes);
    });
    return layers.map((_, index) => records.get(index)).filter((record) => record !== undefined);
  }

  merge(records: readonly LayerRecord[], unpacking: UnpackMode): MergedLayers {
    const folders = [...this.#readFolders, ...likelyReadDirectories(records, this.#viewSelectors)];
    return { records, view: mergeLayers(records, folders, unpacking) };
  }

  /** Counted over records, so that layers which an earlier run has read count too. */
  #refuseLarge(unpackedBytes: number): void {
    const { artifact } = this.#opened;
    const { maxImageBytes } = this.#context.limits;
    if (artifact.kind !== 'image' || maxImageBytes === undefined) return;
    if (unpackedBytes <= maxImageBytes) return;
    throw new AssayError(
      'LIMIT_EXCEEDED',
      `"${artifact.reference}" unpacks to more than ${maxImageBytes} bytes`,
      { hint: 'Give it more room: --max-image-size SIZE' },
    );
  }

  /** Second walks for files that may have taken the place of a folder, a link or a file of a lower layer. */
  async findReplaced(first: MergedLayers): Promise<MergedLayers> {
    const possible = shadowCandidates(first.records, first.view);
    if (possible.length === 0) return first;
    const walks = new Map<number, { readonly facts: SecondWalkRecord }>();
    for (const layer of new Set(possible.map((row) => row.layer))) {
      walks.set(layer, { facts: await this.findNoted(layer, recordedPathsOf(possible, layer)) });
    }
    return this.merge(withShadowedPaths(first.records, possible, walks), first.view.unpacking);
  }

  /** The view seldom changes from one question to the next. */
  #pendingLinks(view: MergedView): readonly UnresolvedSymlink[] {
    if (this.#pending?.view !== view) {
      this.#pending = { view, links: unresolvedSymlinks(view, this.#viewSelectors) };
    }
    return this.#pending.links;
  }

  /** Second walks for files that layers store behind links, where they change what is read. */
  async findHiddenStores(
    first: MergedLayers,
  ): Promise<MergedLayers & { readonly gaps: readonly Diagnostic[] }> {
    const { records, view } = first;
    const pending = this.#pendingLinks(view);
    const { gaps, notedPaths } = planSymlinkWrites(records, view, pending, this.#viewSelectors);
    if (notedPaths.size === 0) return { ...first, gaps };
    const walks = new Map<number, { readonly facts: SecondWalkRecord }>();
    for (const [layer, paths] of notedPaths) {
      walks.set(layer, { facts: await this.findNoted(layer, paths) });
    }
    const found = withSymlinkWrites(records, { notedPaths }, walks);
    return { ...this.merge(found, view.unpacking), gaps };
  }

  /** Second walks for wanted files that are reached only through links. */
  async followLinks(
    first: MergedLayers,
  ): Promise<MergedLayers & { readonly notes: readonly Diagnostic[] }> {
    const { records, view } = first;
    const pending = this.#pendingLinks(view);
    if (pending.length === 0) return { ...first, notes: [] };
    const readings: SymlinkTargetReading[] = [];
    const walks = new Map<number, { readonly facts: SecondWalkRecord }>();
    const found = new Set<UnresolvedSymlink>();
    for (const layer of new Set(pending.flatMap((link) => link.layers))) {
      const links = pending.filter((link) => link.layers.includes(layer));
      const answer = await this.#readBehind(layer, links);
      walks.set(layer, { facts: answer });
      for (const { link: index, storedPath, foundBy, result } of answer.readings) {
        const link = links[index];
        if (link === undefined) continue;
        found.add(link);
        readings.push({ link, layer, storedPath, foundBy, result });
      }
    }
    const read = withTargetReadings(records, readings, walks);
    return {
      // Merging anew what has not changed costs as much as the first time.
      ...(read.every((record, layer) => record === records[layer])
        ? first
        : this.merge(read, view.unpacking)),
      notes: danglingSymlinkNotes(
        pending,
        (link) => found.has(link),
        (path) => this.#isExcused(path),
      ),
    };
  }

  /** A second walk for the digests of files that the first has taken others of. */
  async takeDigests(
    layer: number,
    digests: DigestTable,
  ): Promise<{ readonly facts: SecondWalkRecord }> {
    const asked = [...digests].sort(compareKeys);
    const facts = await this.#answer(layer, { digests: asked }, async () => {
      const { facts: found } = await this.#collect(layer, NO_SELECTORS, { digests });
      return {
        files: found.files.where((path) => digests.has(path)),
        diagnostics: [],
        readings: [],
      };
    });
    return { facts };
  }

  /** Which of some paths a layer holds as files; a path that ends in `/` stands for the files directly in that directory. */
  findNoted(layer: number, notedPaths: ReadonlySet<string>): Promise<SecondWalkRecord> {
    return this.#answer(layer, { notedPaths: [...notedPaths].sort() }, async () => {
      const { facts } = await this.#collect(layer, NO_SELECTORS, { notedPaths, digests: 'none' });
      return {
        files: facts.files.where((path) => coversPath(notedPaths, path)),
        ...(facts.late !== undefined && { late: facts.late }),
        diagnostics: [],
        readings: [],
      };
    });
  }

  /** What is read from the bodies that links lead to. */
  #readBehind(layer: number, links: readonly UnresolvedSymlink[]): Promise<SecondWalkRecord> {
    const asked = links.map(({ path, target, wantedBy }) => ({ path, target, wantedBy }));
    return this.#answer(layer, { links: asked }, async () => {
      const extraPaths = extraPathsOf(links, layer);
      const walk = await this.#collect(layer, NO_SELECTORS, { extraPaths });
      const readings: SecondWalkRecord['readings'][number][] = [];
      try {
        for (const { link, storedPath, file } of symlinkTargetFiles(links, layer, walk)) {
          for (const foundBy of link.wantedBy) {
            const result = await this.#readFile(foundBy, file, walk);
            readings.push({ link: links.indexOf(link), storedPath, foundBy, result });
          }
        }
      } finally {
        walk.close();
      }
      const { files, diagnostics } = walk.facts;
      const paths = new Set(readings.map(({ storedPath }) => storedPath));
      for (const { location } of diagnostics) if (location !== undefined) paths.add(location.path);
      return { files: files.where((path) => paths.has(path)), diagnostics, readings };
    });
  }

  /** From the cache, or from the layer. */
  async #answer(
    layer: number,
    question: object,
    ask: () => Promise<SecondWalkRecord>,
  ): Promise<SecondWalkRecord> {
    const { cache } = this.#options;
    const cached = await cache?.getAnswer(layer, question);
    if (cached !== undefined) return cached;
    const answer = await ask();
    await cache?.putAnswer(layer, question, answer);
    return answer;
  }

  /** From the cache, or from the layer. */
  async #record(layer: number): Promise<LayerRecord> {
    const { cache } = this.#options;
    const cached = await cache?.getRecord(layer);
    if (cached !== undefined) return cached;
    const read = await this.#readLayer(layer);
    const record = this.#options.digests === 'full' ? withLayerManifestMatches(read) : read;
    await cache?.putRecord(layer, record);
    return record;
  }

  async #readLayer(layer: number): Promise<LayerRecord> {
    const isLazy = this.#opened.isLazy?.(layer) === true;
    const collection = await this.#collect(layer, isLazy ? this.#viewSelectors : this.#selectors);
    const cataloged: LayerRecord['cataloged'][number][] = [];
    const fold = new DiagnosticLimiter(layer);
    try {
      let turnMs = performance.now();
      for (const file of collection.files) {
        if (performance.now() - turnMs > MAX_TURN_MS) {
          await nextTurn();
          this.#context.signal.throwIfAborted();
          turnMs = performance.now();
        }
        for (const foundBy of file.wantedBy) {
          const result = await this.#readFile(foundBy, file, collection);
          cataloged.push({ path: file.path, foundBy, result: limitDiagnostics(result, fold) });
        }
      }
    } finally {
      collection.close();
    }
    const diffId = this.#opened.artifact.layers[layer]?.diffId;
    const diagnostics = fold.rest();
    return toLayerRecord(collection, {
      cataloged,
      diagnostics,
      ...(diffId !== undefined && { diffId }),
    });
  }

  /** Whether no reader that wants it would find packages there. */
  #isExcused(path: string): boolean {
    const { kind } = this.#opened.artifact;
    const wantedBy = this.#selectors.wantedByLink(path);
    return (
      wantedBy.length > 0 &&
      wantedBy.every((id) => {
        const row = CATALOGER_ROWS.get(id);
        if (row === undefined) return false;
        return row.isSupplement === true || isUnresolvedFixture(path, { kind, ...row });
      })
    );
  }

  async #readFile(
    foundBy: string,
    file: CatalogFile,
    siblings: LayerCollection,
  ): Promise<CatalogResult> {
    const row = CATALOGER_ROWS.get(foundBy);
    if (row === undefined) throw new Error(`no cataloger "${foundBy}"`);
    const run = (): Promise<CatalogResult> => runCataloger(row, file, siblings, this.#context);
    const isLong = file.sizeBytes > LONG_READING_BYTES;
    if (needsMuchMemory(row, file.sizeBytes)) this.#context.onMuchHeld?.();
    const result = await (isLong ? runComputation(run) : run());
    return downgradeGaps(result, row, { path: file.path, kind: this.#opened.artifact.kind });
  }

  async #collect(
    layer: number,
    selectors: SelectorTable,
    options: Partial<Pick<CollectorOptions, 'extraPaths' | 'notedPaths' | 'digests'>> = {},
  ): Promise<LayerCollection> {
    this.#context.signal.throwIfAborted();
    const { isSkipped, digests, mayTrust } = this.#options;
    const collector = createCollector(
      {
        layer,
        selectors,
        ...(isSkipped && { isSkipped }),
        digests,
        artifactKind: this.#opened.artifact.kind,
        memory: this.#memory,
        ...options,
      },
      this.#context,
    );
    await this.#opened.walk(layer, collector.visit, this.#context, mayTrust);
    for (const step of collector.digest()) {
      await nextTurn(step);
      this.#context.signal.throwIfAborted();
    }
    return collector.finish();
  }
}
