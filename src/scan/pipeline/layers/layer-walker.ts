/**
 * Walks single layers of one artifact: collects the files that are wanted, and runs catalogers on
 * them.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Context } from '../../../core/base/context.ts';
import { runComputation } from '../../../core/base/forced-exit.ts';
import { downgradeGaps } from '../../catalog/downgraded-gaps.ts';
import { catalogersOf } from '../../catalog/list.ts';
import { needsMuchMemory, runCataloger } from '../../catalog/run-cataloger.ts';
import { createCollector, type CollectorOptions } from '../../collect/collector.ts';
import type { LayerCollection } from '../../collect/layer-collection.ts';
import { MemoryBudget } from '../../collect/memory-budget.ts';
import { compileSelectors, type SelectorRow, type SelectorTable } from '../../collect/selector.ts';
import type { CatalogFile, CatalogResult } from '../../../core/model/catalog/catalog.ts';
import type { OpenArtifact } from '../../source/source.ts';
import { CATALOGER_ROWS, lazySelectors } from '../cataloger-rows.ts';
import { withFilePatterns } from '../file-patterns.ts';
import type { RuleDetection } from '../rules/rule-detection.ts';

/** A file of this size takes a reader some tenths of a second. */
const LONG_READING_BYTES = 4 * 1024 * 1024;

/** Options of all walks over an artifact. */
export interface LayerWalkerOptions extends Pick<CollectorOptions, 'digests'> {
  /** Returns whether a path is left out; absent: none. */
  readonly isSkipped?: (path: string) => boolean;
  /** Has the meaning of the parameter of `OpenArtifact.walk`. */
  readonly mayTrust: boolean;
  /** Whether files that only add to the evidence of packages are read. */
  readonly readsEvidence: boolean;
  /** False where only rules look at the artifact. */
  readonly readsPackages?: boolean;
  /** Values of `--file-patterns`. */
  readonly filePatterns?: readonly string[];
  /** The detectors of rules; absent: none. */
  readonly detection?: RuleDetection;
}

/** Walks the layers of one artifact. All methods throw what walking a layer does. */
export class LayerWalker {
  readonly opened: OpenArtifact;
  readonly context: Context;
  /** Files that are wanted of a layer that is read whole. */
  readonly selectors: SelectorTable;
  /**
   * Files that catalogers want of all layers together: fewer if any layer is read by its table of
   * contents.
   */
  readonly sharedSelectors: SelectorTable;
  /** The detectors of rules; absent: none. */
  readonly detection: RuleDetection | undefined;
  readonly #options: LayerWalkerOptions;
  readonly #memory: MemoryBudget;

  constructor(opened: OpenArtifact, options: LayerWalkerOptions, context: Context) {
    const rows =
      options.readsPackages !== false
        ? catalogersOf(opened.artifact.kind).filter(
            ({ isEvidence }) => options.readsEvidence || isEvidence !== true,
          )
        : [];
    const { filePatterns = [], detection } = options;
    const compiled = (all: readonly SelectorRow[]): SelectorTable => {
      const selectors = compileSelectors(all);
      return filePatterns.length === 0 ? selectors : withFilePatterns(selectors, filePatterns);
    };
    const isAnyLazy = opened.artifact.layers.some((_, layer) => opened.isLazy?.(layer) === true);
    const ofPackages = compiled(rows);
    this.selectors =
      detection === undefined ? ofPackages : compiled([...rows, ...detection.selectors]);
    this.sharedSelectors = isAnyLazy ? lazySelectors(rows) : ofPackages;
    this.detection = detection;
    this.opened = opened;
    this.context = context;
    this.#options = options;
    this.#memory = new MemoryBudget(context.limits.maxMemoryBytes);
  }

  /** Walks one layer. The caller closes the collection once it has read the bodies. */
  async collect(
    layer: number,
    selectors: SelectorTable,
    options: Partial<
      Pick<CollectorOptions, 'extraPaths' | 'notedPaths' | 'digests' | 'notes' | 'takeText'>
    > = {},
  ): Promise<LayerCollection> {
    this.context.signal.throwIfAborted();
    const { isSkipped, digests, mayTrust } = this.#options;
    const collector = createCollector(
      {
        layer,
        selectors,
        ...(isSkipped && { isSkipped }),
        digests,
        artifactKind: this.opened.artifact.kind,
        memory: this.#memory,
        ...options,
      },
      this.context,
    );
    const visit = this.detection?.trees.watching(collector.visit) ?? collector.visit;
    await this.opened.walk(layer, visit, this.context, mayTrust);
    for (const step of collector.digest()) {
      await nextTurn(step);
      this.context.signal.throwIfAborted();
    }
    return collector.finish();
  }

  /** Runs the cataloger with the id `foundBy` on one collected file. */
  async catalog(
    foundBy: string,
    file: CatalogFile,
    siblings: LayerCollection,
  ): Promise<CatalogResult> {
    const row = CATALOGER_ROWS.get(foundBy);
    if (row === undefined) throw new Error(`no cataloger "${foundBy}"`);
    const run = (): Promise<CatalogResult> => runCataloger(row, file, siblings, this.context);
    const isLong = file.sizeBytes > LONG_READING_BYTES;
    if (needsMuchMemory(row, file.sizeBytes)) this.context.onMuchHeld?.();
    const result = await (isLong ? runComputation(run) : run());
    if (result.diagnostics === undefined) return result;
    return downgradeGaps(result, row, { path: file.path, kind: this.opened.artifact.kind });
  }
}
