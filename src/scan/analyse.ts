/** From an opened artifact to its inventory: walks the layers, catalogs what they hold, merges them. */

import { compileGlobs } from '../base/glob.ts';
import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import type { CatalogerRow } from '../catalog/cataloger.ts';
import { catalogersOf, CATALOGERS } from '../catalog/list.ts';
import { resolveDistro } from '../catalog/os/distro.ts';
import { isFixturePath, runCataloger } from '../catalog/run.ts';
import {
  createCollector,
  toLayerRecord,
  type CollectorOptions,
  type LayerCollection,
} from '../layers/collector.ts';
import { hiddenStores, withHiddenStores } from '../layers/behind-links.ts';
import { buildInventory } from '../layers/inventory.ts';
import { mergeLayers, type MergedView } from '../layers/merge.ts';
import {
  danglingNotes,
  extraPathsOf,
  pendingFiles,
  pendingLinks,
  withReadings,
  type PendingLink,
  type PendingReading,
} from '../layers/pending.ts';
import { notedPathsOf, possibleReplacements, withReplacements } from '../layers/replaced.ts';
import { compileSelectors, type SelectorTable } from '../layers/selector.ts';
import type { CatalogFile, CatalogResult } from '../model/catalog.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { LayerRecord } from '../model/layer-record.ts';
import type { Distro, Inventory } from '../model/package.ts';
import type { OpenArtifact, SourceRequest } from '../source/source.ts';
import { inParallel } from './parallel.ts';
import type { VerifyDepth } from './request.ts';
import { verifyContents } from './verify.ts';

/** What one artifact holds. */
export interface Analysis {
  readonly inventory: Inventory;
  /** In order of discovery. */
  readonly diagnostics: readonly Diagnostic[];
}

const ROWS: ReadonlyMap<string, CatalogerRow> = new Map(CATALOGERS.map((row) => [row.id, row]));

/** For walks that look for known paths only. */
const NO_SELECTORS = compileSelectors([]);

/** Two layers at once keep both cores busy, since inflating happens outside the main thread. */
const LAYERS_AT_ONCE = 2;

/** What of a scan's request is asked of one artifact. */
export interface AnalysisOptions {
  /** Overrides what the artifact says of itself. */
  readonly distro?: Distro;
  readonly verify: VerifyDepth;
}

/** Reads all layers of an artifact, and verifies what they hold. */
export async function analyseArtifact(
  opened: OpenArtifact,
  target: Pick<SourceRequest, 'skipDirs' | 'skipFiles'>,
  { distro, verify }: AnalysisOptions,
  context: Context,
): Promise<Analysis> {
  const digests = verify === 'full' ? 'full' : 'none';
  const reader = new LayerReader(opened, { isSkipped: skipper(target), digests }, context);
  const first = await reader.readAll();
  if (opened.artifact.kind === 'sbom') refuseUnreadable(opened.artifact.reference, first);
  const plain = await reader.findReplaced(merged(first));
  const { gaps, ...stored } = await reader.findHiddenStores(plain);
  const { notes, ...linked } = await reader.followLinks(stored);
  // A file that only links lead to may lie where a higher layer has put another file over its folder.
  const { view } = linked.records === plain.records ? plain : await reader.findReplaced(linked);
  const system = distro ?? systemOf(view);
  const artifactKind = opened.artifact.kind;
  const built = buildInventory(view, {
    rows: ROWS,
    artifactKind,
    ...(system !== undefined && { distro: system }),
  });
  const inventory = await verifyContents(
    { built, view, artifactKind, depth: verify },
    (layer, table) => reader.takeDigests(layer, table),
  );
  const { diagnostics } = built;
  return { inventory, diagnostics: [...opened.diagnostics(), ...diagnostics, ...gaps, ...notes] };
}

/** Records, and what is seen of them together. */
interface Merged {
  readonly records: readonly LayerRecord[];
  readonly view: MergedView;
}

function merged(records: readonly LayerRecord[]): Merged {
  return { records, view: mergeLayers(records) };
}

/** Walks layers of one artifact, with everything that all walks share. */
class LayerReader {
  readonly #selectors: SelectorTable;
  readonly #opened: OpenArtifact;
  readonly #options: Pick<CollectorOptions, 'digests'> & {
    readonly isSkipped: (path: string) => boolean;
  };
  readonly #context: Context;

  constructor(
    opened: OpenArtifact,
    options: Pick<CollectorOptions, 'digests'> & { readonly isSkipped: (path: string) => boolean },
    context: Context,
  ) {
    this.#selectors = compileSelectors(catalogersOf(opened.artifact.kind));
    this.#opened = opened;
    this.#options = options;
    this.#context = context;
  }

  /** A second walk for the digests of files that the first has taken others of. */
  takeDigests(
    layer: number,
    digests: Extract<CollectorOptions['digests'], object>,
  ): Promise<LayerCollection> {
    return this.#collect(layer, NO_SELECTORS, { digests });
  }

  /** The records of all layers, oldest first. Big layers are begun first, so that none of them is left for the end. */
  async readAll(): Promise<readonly LayerRecord[]> {
    const layers = this.#opened.artifact.layers;
    const bigFirst = layers
      .map((layer, index) => ({ index, bytes: layer.compressedBytes ?? 0 }))
      .sort((a, b) => b.bytes - a.bytes || a.index - b.index);
    const records = new Map<number, LayerRecord>();
    await inParallel(LAYERS_AT_ONCE, bigFirst, async ({ index }) => {
      records.set(index, await this.#readLayer(index));
    });
    return layers.map((_, index) => records.get(index)).filter((record) => record !== undefined);
  }

  /** Second walks for files that may have taken the place of a folder, a link or a file of a lower layer. */
  async findReplaced(first: Merged): Promise<Merged> {
    const possible = possibleReplacements(first.records, first.view);
    if (possible.length === 0) return first;
    const walks = new Map<number, LayerCollection>();
    for (const layer of new Set(possible.map((row) => row.layer))) {
      const notedPaths = notedPathsOf(possible, layer);
      walks.set(layer, await this.#collect(layer, NO_SELECTORS, { notedPaths, digests: 'none' }));
    }
    return merged(withReplacements(first.records, possible, walks));
  }

  /** Second walks for files that layers store behind links, where they change what is read. */
  async findHiddenStores(
    first: Merged,
  ): Promise<Merged & { readonly gaps: readonly Diagnostic[] }> {
    const { records, view } = first;
    const pending = pendingLinks(view, this.#selectors);
    const { gaps, notedPaths } = hiddenStores(records, view, pending, this.#selectors);
    if (notedPaths.size === 0) return { ...first, gaps };
    const walks = new Map<number, LayerCollection>();
    for (const [layer, paths] of notedPaths) {
      const options = { notedPaths: paths, digests: 'none' } as const;
      walks.set(layer, await this.#collect(layer, NO_SELECTORS, options));
    }
    return { ...merged(withHiddenStores(records, { notedPaths }, walks)), gaps };
  }

  /** Second walks for wanted files that are reached only through links. */
  async followLinks(first: Merged): Promise<Merged & { readonly notes: readonly Diagnostic[] }> {
    const { records, view } = first;
    const pending = pendingLinks(view, this.#selectors);
    if (pending.length === 0) return { ...first, notes: [] };
    const readings: PendingReading[] = [];
    const walks = new Map<number, LayerCollection>();
    const found = new Set<PendingLink>();
    for (const layer of new Set(pending.flatMap((link) => link.layers))) {
      const extraPaths = extraPathsOf(pending, layer);
      const walk = await this.#collect(layer, NO_SELECTORS, { extraPaths });
      walks.set(layer, walk);
      for (const { link, storedPath, file } of pendingFiles(pending, layer, walk)) {
        found.add(link);
        for (const foundBy of link.wantedBy) {
          const result = await this.#readFile(foundBy, file, walk);
          readings.push({ link, layer, storedPath, foundBy, result });
        }
      }
    }
    return {
      ...merged(withReadings(records, readings, walks)),
      notes: danglingNotes(pending, (link) => found.has(link), isFixturePath),
    };
  }

  async #readLayer(layer: number): Promise<LayerRecord> {
    const collection = await this.#collect(layer, this.#selectors);
    const cataloged: LayerRecord['cataloged'][number][] = [];
    for (const file of collection.files) {
      for (const foundBy of file.wantedBy) {
        const result = await this.#readFile(foundBy, file, collection);
        cataloged.push({ path: file.path, foundBy, result });
      }
    }
    const diffId = this.#opened.artifact.layers[layer]?.diffId;
    return toLayerRecord(collection, { cataloged, ...(diffId !== undefined && { diffId }) });
  }

  async #readFile(
    foundBy: string,
    file: CatalogFile,
    siblings: LayerCollection,
  ): Promise<CatalogResult> {
    const row = ROWS.get(foundBy);
    if (row === undefined) throw new Error(`no cataloger "${foundBy}"`);
    return runCataloger(row, file, siblings, this.#context);
  }

  async #collect(
    layer: number,
    selectors: SelectorTable,
    options: Partial<Pick<CollectorOptions, 'extraPaths' | 'notedPaths' | 'digests'>> = {},
  ): Promise<LayerCollection> {
    this.#context.signal.throwIfAborted();
    const collector = createCollector(
      {
        layer,
        selectors,
        ...this.#options,
        ...options,
      },
      this.#context,
    );
    await this.#opened.walk(layer, collector.visit, this.#context);
    return collector.finish();
  }
}

/**
 * An SBOM is one document: where it cannot be read there is no target, and nothing to report on.
 *
 * @throws AssayError `DAMAGED`
 */
function refuseUnreadable(reference: string, records: readonly LayerRecord[]): void {
  const results = records.flatMap(({ cataloged }) => cataloged.map(({ result }) => result));
  if (results.some(({ packages, distro }) => packages.length > 0 || distro !== undefined)) return;
  const fault = results
    .flatMap(({ diagnostics = [] }) => diagnostics)
    .find(({ gap }) => gap === 'unreadable');
  if (fault !== undefined) {
    throw new AssayError('DAMAGED', `"${reference}" cannot be read as an SBOM: ${fault.message}`);
  }
}

function skipper(target: Pick<SourceRequest, 'skipDirs' | 'skipFiles'>): (path: string) => boolean {
  const isSkippedFile = compileGlobs(target.skipFiles);
  const isSkippedFolder = compileGlobs(target.skipDirs.flatMap((glob) => [glob, `${glob}/**`]));
  return (path) => isSkippedFile(path) || isSkippedFolder(path);
}

function systemOf(view: MergedView): Distro | undefined {
  const claims = view.cataloged.flatMap(({ path, result }) =>
    result.distro === undefined ? [] : [{ path, distro: result.distro }],
  );
  return resolveDistro(claims);
}
