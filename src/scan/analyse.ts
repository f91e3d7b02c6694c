/** From an opened artifact to its inventory: walks the layers, catalogs what they hold, merges them. */

import { compileGlobs } from '../base/glob.ts';
import type { Context } from '../base/context.ts';
import type { CatalogerRow } from '../catalog/cataloger.ts';
import { CATALOGERS } from '../catalog/list.ts';
import { resolveDistro } from '../catalog/os/distro.ts';
import { runCataloger } from '../catalog/run.ts';
import { createCollector, toLayerRecord, type LayerCollection } from '../layers/collector.ts';
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
import { compileSelectors, type SelectorTable } from '../layers/selector.ts';
import type { CatalogFile, CatalogResult } from '../model/catalog.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { LayerRecord } from '../model/layer-record.ts';
import type { Distro, Inventory } from '../model/package.ts';
import type { OpenArtifact, SourceRequest } from '../source/source.ts';
import { inParallel } from './parallel.ts';

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

/** Reads all layers of an artifact. `distro` overrides what the artifact says of itself. */
export async function analyseArtifact(
  opened: OpenArtifact,
  target: Pick<SourceRequest, 'skipDirs' | 'skipFiles'>,
  distro: Distro | undefined,
  context: Context,
): Promise<Analysis> {
  const reader = new LayerReader(opened, skipper(target), context);
  const first = await reader.readAll();
  const { records, notes } = await reader.followLinks(first);
  const view = mergeLayers(records);
  const system = distro ?? systemOf(view);
  const { inventory, diagnostics } = buildInventory(view, {
    rows: ROWS,
    artifactKind: opened.artifact.kind,
    ...(system !== undefined && { distro: system }),
  });
  return { inventory, diagnostics: [...opened.diagnostics(), ...diagnostics, ...notes] };
}

/** Walks layers of one artifact, with everything that all walks share. */
class LayerReader {
  readonly #selectors = compileSelectors(CATALOGERS);
  readonly #opened: OpenArtifact;
  readonly #isSkipped: (path: string) => boolean;
  readonly #context: Context;

  constructor(opened: OpenArtifact, isSkipped: (path: string) => boolean, context: Context) {
    this.#opened = opened;
    this.#isSkipped = isSkipped;
    this.#context = context;
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

  /** Second walks for wanted files that are reached only through links. */
  async followLinks(
    records: readonly LayerRecord[],
  ): Promise<{ readonly records: readonly LayerRecord[]; readonly notes: readonly Diagnostic[] }> {
    const pending = pendingLinks(mergeLayers(records), this.#selectors);
    if (pending.length === 0) return { records, notes: [] };
    const readings: PendingReading[] = [];
    const walks = new Map<number, LayerCollection>();
    const found = new Set<PendingLink>();
    for (const layer of new Set(pending.flatMap((link) => link.layers))) {
      const walk = await this.#collect(layer, NO_SELECTORS, extraPathsOf(pending, layer));
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
      records: withReadings(records, readings, walks),
      notes: danglingNotes(pending, (link) => found.has(link)),
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
    extraPaths: ReadonlySet<string> = new Set(),
  ): Promise<LayerCollection> {
    this.#context.signal.throwIfAborted();
    const collector = createCollector(
      {
        layer,
        selectors,
        extraPaths,
        isSkipped: this.#isSkipped,
        digests: 'full',
      },
      this.#context,
    );
    await this.#opened.walk(layer, collector.visit, this.#context);
    return collector.finish();
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
