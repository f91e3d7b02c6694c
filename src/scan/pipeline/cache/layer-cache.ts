/**
 * The cache of results for the layers of an artifact, keyed by the layers' digests. A result is put
 * only by a run that has compared the layer's own bytes with the digest of its key.
 *
 * Source of the rules: `docs/decisions/0008-layer-cache.md`.
 */

import type { Context } from '../../../core/base/context.ts';
import type { RecordStore } from '../../../core/base/record-store.ts';
import type { Analysis } from '../../../core/model/layer/analysis.ts';
import { encodeAnalysis, reviveAnalysis } from '../../../core/codec/cache-codec.ts';
import {
  encodeLayerRecord,
  encodeSecondWalkRecord,
  reviveLayerRecord,
  reviveSecondWalkRecord,
} from '../../../core/codec/record-codec.ts';
import { unusualCommandDirectories } from '../../../core/model/artifact/contents.ts';
import type { SecondWalkRecord, LayerRecord } from '../../../core/model/layer/layer-record.ts';
import type { Distro } from '../../../core/model/package/package.ts';
import { claimedPrograms } from '../../../core/model/program/program.ts';
import type { OpenArtifact } from '../../source/source.ts';
import type { AnalysisCache } from './analysis-cache.ts';
import { cacheKeys, type CacheKeys, type KeyedLayer, type AnalysisPlan } from './cache-key.ts';
import { getJson, putJson } from './cached-json.ts';
import { inParallel } from '../../../core/base/parallel.ts';
import type { MatchCacheSlot } from '../request.ts';

/** Two layers at once keep the disk and one core busy. */
const CHECKED_AT_ONCE = 2;

/** The store and the plan that results of layers are cached for. */
export interface LayerCacheOptions {
  readonly store: RecordStore;
  readonly plan: AnalysisPlan;
  /**
   * Whether the bytes of layers that only a local archive names are compared before a cached result
   * is used.
   */
  readonly isStrict: boolean;
}

/** The cache of one artifact's layers. */
export class LayerCache implements AnalysisCache {
  readonly #opened: OpenArtifact;
  readonly #options: LayerCacheOptions;
  readonly #context: Context;
  readonly #keys: CacheKeys;
  /** Number of diagnostics of the source before the first walk. */
  readonly #noteCount: number;
  /** Whether everything that the analysis depends on may be cached. */
  #isSound = true;

  constructor(opened: OpenArtifact, options: LayerCacheOptions, context: Context) {
    this.#opened = opened;
    this.#options = options;
    this.#context = context;
    this.#keys = cacheKeys(options.plan);
    this.#noteCount = opened.diagnostics().length;
  }

  async getAnalysis(distro: Distro | undefined): Promise<Analysis | undefined> {
    const layers = this.#keyedLayers();
    if (layers === undefined) return undefined;
    const found = await getJson(
      this.#options.store,
      this.#analysisKey(layers, distro),
      reviveAnalysis,
    );
    if (found === undefined) return undefined;
    await inParallel(CHECKED_AT_ONCE, [...layers.keys()], (layer) => this.#checkWhereNeeded(layer));
    return found;
  }

  async putAnalysis(distro: Distro | undefined, analysis: Analysis): Promise<boolean> {
    const layers = this.#keyedLayers();
    if (layers === undefined || !this.#isSound || this.#hasNewNotes()) return false;
    await putJson(this.#options.store, this.#analysisKey(layers, distro), () =>
      encodeAnalysis(analysis),
    );
    return true;
  }

  matchSlot(distro: Distro | undefined): MatchCacheSlot | undefined {
    const layers = this.#keyedLayers();
    const { store } = this.#options;
    return layers && { store, key: this.#analysisKey(layers, distro) };
  }

  async getRecord(layer: number): Promise<LayerRecord | undefined> {
    const keyed = this.#keyedLayer(layer);
    if (keyed === undefined) return undefined;
    const found = await getJson(
      this.#options.store,
      this.#keys.record(keyed, layer === 0),
      reviveLayerRecord,
    );
    if (found !== undefined) await this.#checkWhereNeeded(layer);
    return found;
  }

  async putRecord(layer: number, record: LayerRecord): Promise<void> {
    const keyed = this.#cacheableLayer(layer);
    // Diagnostics of a whole layer name its position, which may be another one in another image.
    if (keyed === undefined || record.diagnostics.some(({ location }) => location === undefined)) {
      return;
    }
    await putJson(this.#options.store, this.#keys.record(keyed, layer === 0), () =>
      encodeLayerRecord(record),
    );
  }

  async getAnswer(layer: number, question: object): Promise<SecondWalkRecord | undefined> {
    const keyed = this.#keyedLayer(layer);
    if (keyed === undefined) return undefined;
    const key = this.#keys.answer(keyed, layer === 0, question);
    const found = await getJson(this.#options.store, key, reviveSecondWalkRecord);
    if (found !== undefined) await this.#checkWhereNeeded(layer);
    return found;
  }

  async putAnswer(layer: number, question: object, answer: SecondWalkRecord): Promise<void> {
    const keyed = this.#cacheableLayer(layer);
    if (keyed === undefined) return;
    const key = this.#keys.answer(keyed, layer === 0, question);
    await putJson(this.#options.store, key, () => encodeSecondWalkRecord(answer));
  }

  #analysisKey(layers: readonly KeyedLayer[], distro: Distro | undefined): string {
    const { image } = this.#opened.artifact;
    const environment = image?.env ?? [];
    const hasDetectors = this.#options.plan.detectors.length > 0;
    return this.#keys.analysis(layers, distro, {
      claims: environment.length === 0 ? [] : claimedPrograms(environment),
      commandDirectories: unusualCommandDirectories(environment),
      ...(hasDetectors && image !== undefined && { image: [image.configDigest, ...image.tags] }),
    });
  }

  #keyedLayers(): readonly KeyedLayer[] | undefined {
    const { layers } = this.#opened.artifact;
    const keyed = layers
      .map((_, layer) => this.#keyedLayer(layer))
      .filter((layer) => layer !== undefined);
    return keyed.length === layers.length ? keyed : undefined;
  }

  #keyedLayer(layer: number): KeyedLayer | undefined {
    const name = this.#opened.nameOf?.(layer);
    return name && { name, diffId: this.#opened.artifact.layers[layer]?.diffId };
  }

  /**
   * Returns the layer, if its result may be cached. It may not without a name, or if its bytes were
   * not compared.
   */
  #cacheableLayer(layer: number): KeyedLayer | undefined {
    const keyed = this.#opened.isChecked?.(layer) === true ? this.#keyedLayer(layer) : undefined;
    if (keyed === undefined) this.#isSound = false;
    // Diagnostics of the source name the image, and a cached result would lack them.
    return this.#hasNewNotes() ? undefined : keyed;
  }

  #hasNewNotes(): boolean {
    return this.#opened.diagnostics().length > this.#noteCount;
  }

  async #checkWhereNeeded(layer: number): Promise<void> {
    if (!this.#options.isStrict || this.#opened.nameOf?.(layer)?.by === 'manifest') return;
    if (this.#opened.isChecked?.(layer) !== true) await this.#opened.check?.(layer, this.#context);
  }
}
