/** What earlier runs found out about an artifact, whichever way its content is known again. */

import type { Analysis } from '../../model/analysis.ts';
import type { SecondWalkRecord, LayerRecord } from '../../model/layer-record.ts';
import type { Distro } from '../../model/package.ts';
import type { MatchCacheSlot } from '../request.ts';

/** What is not there, or may not be used, is `undefined`. All methods throw as a walk does. */
export interface AnalysisCache extends LayerResultCache {
  /** Of the whole artifact, without the notes of its source. */
  analysis(distro: Distro | undefined): Promise<Analysis | undefined>;
  /** Answers whether all that the analysis stands on may be kept. */
  putAnalysis(distro: Distro | undefined, analysis: Analysis): Promise<boolean>;
  /** Where what is found out about an analysis that may be kept is kept too. */
  memory(distro: Distro | undefined): MatchCacheSlot | undefined;
}

/** What walks over single layers gave. */
export interface LayerResultCache {
  /** What the first walk over a layer gave. */
  record(layer: number): Promise<LayerRecord | undefined>;
  /** Called when the walk is over. */
  putRecord(layer: number, record: LayerRecord): Promise<void>;
  /** What a second walk over a layer gave for a question. */
  answer(layer: number, question: object): Promise<SecondWalkRecord | undefined>;
  /** Called when the walk is over. */
  putAnswer(layer: number, question: object, answer: SecondWalkRecord): Promise<void>;
}
