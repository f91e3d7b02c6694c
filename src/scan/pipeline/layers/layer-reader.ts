/**
 * Gives the records of an artifact's layers, and the answers to questions that they leave open:
 * from the cache, or from a walk over the layer.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';

import { AssayError } from '../../../core/base/errors.ts';
import { inParallel } from '../../../core/base/parallel.ts';
import { DiagnosticLimiter, limitDiagnostics } from '../../collect/diagnostic-limiter.ts';
import { RecordBudget } from '../../collect/record-budget.ts';
import { toLayerRecord } from '../../collect/layer-collection.ts';
import { withLayerManifestMatches } from '../../integrity/layer-manifest-match.ts';
import type { LayerRecord } from '../../../core/model/layer/layer-record.ts';
import type { LayerAnswer, LayerQuestion } from '../../../core/model/layer/layer-walk.ts';
import type { LayerResultCache } from '../cache/analysis-cache.ts';
import type { LayerWalker } from './layer-walker.ts';

/** Signals are handled between turns of the event loop. */
const MAX_TURN_MS = 200;

/** Two layers at once keep both cores busy, since inflating happens outside the main thread. */
const LAYERS_AT_ONCE = 2;

/** Options for reading the layers of one artifact. */
export interface LayerReaderOptions {
  /** Whether files are compared with the manifests of their own layer as soon as it is read. */
  readonly matchesManifests: boolean;
  /** The number of layers that are walked at the same time; absent: two. */
  readonly layersAtOnce?: number;
  /** Results of earlier runs. */
  readonly cache?: LayerResultCache;
}

/** Reads the layers of one artifact. All methods throw what walking a layer does. */
export class LayerReader {
  readonly #walker: LayerWalker;
  readonly #options: LayerReaderOptions;

  constructor(walker: LayerWalker, options: LayerReaderOptions) {
    this.#walker = walker;
    this.#options = options;
  }

  /**
   * Returns the records of all layers, oldest first. Big layers are begun first, so that none of
   * them is left for the end.
   */
  async readAll(): Promise<readonly LayerRecord[]> {
    const layers = this.#walker.opened.artifact.layers;
    const bigFirst = layers
      .map((layer, index) => ({ index, bytes: layer.compressedBytes ?? 0 }))
      .sort((a, b) => b.bytes - a.bytes || a.index - b.index);
    const records = new Map<number, LayerRecord>();
    const { layersAtOnce = LAYERS_AT_ONCE } = this.#options;
    const budget = new RecordBudget(this.#walker.context.limits);
    let unpackedBytes = 0;
    await inParallel(layersAtOnce, bigFirst, async ({ index }) => {
      const record = budget.take(await this.#record(index), index);
      records.set(index, record);
      unpackedBytes += record.unpackedBytes;
      this.#refuseLarge(unpackedBytes);
    });
    return layers.map((_, index) => records.get(index)).filter((record) => record !== undefined);
  }

  /** Answers questions of one kind to one layer with a single walk at most. */
  async answer(layer: number, questions: readonly LayerQuestion[]): Promise<LayerAnswer> {
    const { cache } = this.#options;
    const { cacheKeyOf, walkAgain } = await import('./second-walk.ts');
    const key = cacheKeyOf(questions);
    const known = await cache?.getAnswer(layer, key);
    if (known !== undefined) return { layer, questions, found: known };
    const found = await walkAgain(this.#walker, layer, questions);
    await cache?.putAnswer(layer, key, found);
    return { layer, questions, found };
  }

  /** Counted over records, so that layers which an earlier run has read count too. */
  #refuseLarge(unpackedBytes: number): void {
    const { artifact } = this.#walker.opened;
    const { maxImageBytes } = this.#walker.context.limits;
    if (artifact.kind !== 'image' || maxImageBytes === undefined) return;
    if (unpackedBytes <= maxImageBytes) return;
    throw new AssayError(
      'LIMIT_EXCEEDED',
      `"${artifact.reference}" unpacks to more than ${maxImageBytes} bytes`,
      { hint: 'Give it more room: --max-image-size SIZE' },
    );
  }

  async #record(layer: number): Promise<LayerRecord> {
    const { cache, matchesManifests } = this.#options;
    const known = await cache?.getRecord(layer);
    if (known !== undefined) return known;
    const read = await this.#readLayer(layer);
    const record = matchesManifests ? withLayerManifestMatches(read) : read;
    await cache?.putRecord(layer, record);
    return record;
  }

  async #readLayer(layer: number): Promise<LayerRecord> {
    const { opened, context, selectors, sharedSelectors } = this.#walker;
    const isLazy = opened.isLazy?.(layer) === true;
    const detection = isLazy ? undefined : this.#walker.detection?.beginLayer(layer);
    const collection = await this.#walker.collect(
      layer,
      isLazy ? sharedSelectors : selectors,
      detection?.walkOptions,
    );
    const cataloged: LayerRecord['cataloged'][number][] = [];
    const fold = new DiagnosticLimiter(layer);
    try {
      let turnMs = performance.now();
      for (const file of collection.files) {
        if (performance.now() - turnMs > MAX_TURN_MS) {
          await nextTurn();
          context.signal.throwIfAborted();
          turnMs = performance.now();
        }
        for (const foundBy of file.wantedBy) {
          if ((await detection?.detect(foundBy, file)) === true) continue;
          const result = await this.#walker.catalog(foundBy, file, collection);
          cataloged.push({ path: file.path, foundBy, result: limitDiagnostics(result, fold) });
        }
      }
    } finally {
      collection.close();
    }
    const diffId = opened.artifact.layers[layer]?.diffId;
    const diagnostics = fold.rest();
    return toLayerRecord(collection, {
      cataloged,
      ...(detection === undefined
        ? { diagnostics }
        : { rules: detection.rules, diagnostics: [...diagnostics, ...detection.gaps()] }),
      ...(diffId !== undefined && { diffId }),
    });
  }
}
