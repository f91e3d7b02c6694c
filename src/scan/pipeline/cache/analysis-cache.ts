/** The cache of earlier results for one artifact, whatever its content is identified by. */

import type { Analysis } from '../../../core/model/layer/analysis.ts';
import type { SecondWalkRecord, LayerRecord } from '../../../core/model/layer/layer-record.ts';
import type { Distro } from '../../../core/model/package/package.ts';
import type { MatchCacheSlot } from '../request.ts';

/**
 * A result that is missing, or that may not be used, is `undefined`. All methods throw as a walk
 * does.
 */
export interface AnalysisCache extends LayerResultCache {
  /** Returns the analysis of the whole artifact, without the diagnostics of its source. */
  getAnalysis(distro: Distro | undefined): Promise<Analysis | undefined>;
  /** Returns whether everything that the analysis depends on may be cached. */
  putAnalysis(distro: Distro | undefined, analysis: Analysis): Promise<boolean>;
  /** Returns the slot of a cached analysis's matches; absent if its analysis is not cached. */
  matchSlot(distro: Distro | undefined): MatchCacheSlot | undefined;
}

/** The results of walks over single layers. */
export interface LayerResultCache {
  /** Returns the record of the first walk over a layer. */
  getRecord(layer: number): Promise<LayerRecord | undefined>;
  /** Called when the walk is over. */
  putRecord(layer: number, record: LayerRecord): Promise<void>;
  /** Returns the record of a second walk over a layer for a question. */
  getAnswer(layer: number, question: object): Promise<SecondWalkRecord | undefined>;
  /** Called when the walk is over. */
  putAnswer(layer: number, question: object, answer: SecondWalkRecord): Promise<void>;
}
