/**
 * The pipeline: a target goes in, a decided report comes out. Only this room knows the order of the
 * stations.
 */

import path from 'node:path';

import { AssayError } from '../../core/base/errors.ts';
import { quietContext, type Context } from '../../core/base/context.ts';
import type { RecordStore } from '../../core/base/record-store.ts';
import type { DetectorRow, InventoryDetectorRow } from '../../rules/detect/detector.ts';
import type { Analysis } from '../../core/model/layer/analysis.ts';
import type { Inventory } from '../../core/model/package/package.ts';
import type { LayerDigests, Report } from '../../core/model/report/report.ts';
import type { RuleFinding } from '../../core/model/rule/rule-finding.ts';
import { isGate } from '../policy/gate.ts';
import { openSource } from '../source/open-source.ts';
import type { OpenArtifact, SourceRequest } from '../source/source.ts';
import type { AttestedStatements } from './attested-vex.ts';
import type { BaseSubject } from './bases/find-bases.ts';
import type { AnalysisCache } from './cache/analysis-cache.ts';
import { cacheKeys, type AnalysisPlan } from './cache/cache-key.ts';
import type { FileResults } from './cache/file-results.ts';
import { LayerCache } from './cache/layer-cache.ts';
import {
  fullPolicy,
  fullTarget,
  refuseGateWithoutData,
  refuseLazyGate,
  type ScannedArtifact,
  type EvaluationRequest,
  type MatchCacheSlot,
  type ScanRequest,
  type VerifyDepth,
} from './request.ts';
import type { ScannerDetectors } from './rules/scanner-detectors.ts';
import { detectorKeys } from './rules/settings-key.ts';
import { withTargetName } from './target-error.ts';
import { TreeCache, type ProbedArtifact } from './cache/tree-cache.ts';

/**
 * Scans targets and decides. A target that cannot be read ends the run: a verdict is over all of
 * them or there is none.
 *
 * @param context What the scan may use of the outside world; by default the clock, and no network.
 * @throws AssayError for everything that ends a run before a verdict; see `docs/exit-codes.md`.
 */
export function scan(request: ScanRequest, context: Context = quietContext()): Promise<Report> {
  return scanOpened(request, context, { analysed: disposeAll });
}

/** The artifacts of a target, before and after their analysis. */
export interface ArtifactUse {
  /**
   * Called before anything is read. What it throws ends the scan, and the artifacts are disposed
   * of.
   */
  readonly opened?: (artifacts: readonly OpenArtifact[]) => void;
  /**
   * Called with the policy that decides, which contains the statements that are attested for the
   * images.
   */
  readonly decidedBy?: (policy: EvaluationRequest['policy']) => void;
  /**
   * Called once they are analyzed; it disposes of them, or keeps them open for its caller to do so.
   */
  readonly analysed: (artifacts: readonly OpenArtifact[]) => Promise<void> | void;
}

/** Scans as {@link scan} does, and gives the artifacts to `use`. */
export async function scanOpened(
  request: ScanRequest,
  context: Context,
  use: ArtifactUse,
): Promise<Report> {
  if (request.targets.length === 0) throw new AssayError('USAGE', 'no target given');
  refuseGateWithoutData(request);
  refuseLazyGate(request);
  if (request.filePatterns !== undefined) {
    const { checkFilePatterns } = await import('./file-patterns.ts');
    checkFilePatterns(request.filePatterns);
  }
  const startedMs = performance.now();
  const analysed: BaseSubject[] = [];
  const attested: AttestedStatements[] = [];
  const { detectionPriority } = request;
  const reading = detectionPriority === undefined ? context : { ...context, detectionPriority };
  for (const partial of request.targets) {
    const target = fullTarget(partial);
    const analyses = analyseTarget(target, request, { context, reading, use, attested });
    const { length } = request.targets;
    analysed.push(...(await withTargetName(target.reference, length, () => analyses)));
  }
  const subjects = await withBases(analysed, request, context);
  const judged = withAttested(request, attested);
  use.decidedBy?.(judged.policy);
  const { evaluate } = await import('./evaluate.ts');
  const report = await evaluate(subjects, judged, context);
  return { ...report, durationMs: Math.round(performance.now() - startedMs) };
}

/** Adds the bases; the code that finds bases is loaded only if something depends on them. */
async function withBases(
  analysed: readonly BaseSubject[],
  { bases }: ScanRequest,
  context: Context,
): Promise<readonly ScannedArtifact[]> {
  if (bases === undefined) return analysed.map(({ scanned }) => scanned);
  const { findBases } = await import('./bases/find-bases.ts');
  return findBases(analysed, bases, context);
}

/** Adds the statements that are attested for the images to those of files. */
function withAttested(
  request: ScanRequest,
  attested: readonly AttestedStatements[],
): EvaluationRequest {
  if (attested.length === 0) return request;
  const { policy, warnings = [] } = request;
  const documents = attested.flatMap((one) => one.documents);
  const all = [...warnings, ...attested.flatMap((one) => one.warnings)];
  return {
    ...request,
    policy: { ...policy, vex: [...(policy?.vex ?? []), ...documents] },
    ...(all.length > 0 && { warnings: all }),
  };
}

/** Opens a target and analyzes its artifacts. */
async function analyseTarget(
  target: SourceRequest,
  request: ScanRequest,
  {
    context,
    reading,
    use,
    attested,
  }: {
    readonly context: Context;
    readonly reading: Context;
    readonly use: ArtifactUse;
    /** Takes the statements that are attested for its artifacts. */
    readonly attested: AttestedStatements[];
  },
): Promise<readonly BaseSubject[]> {
  const analysed: BaseSubject[] = [];
  const opened = await openSource(target, context);
  try {
    use.opened?.(opened);
    const { attestedVex } = request;
    if (attestedVex !== undefined) {
      const { readAttestedVex } = await import('./attested-vex.ts');
      attested.push(await readAttestedVex(opened, target, attestedVex, context));
    }
    for (const artifact of opened) {
      analysed.push({ target, scanned: await analyse(artifact, target, request, reading) });
    }
  } catch (error) {
    await disposeAll(opened);
    throw error;
  }
  await use.analysed(opened);
  return analysed;
}

async function disposeAll(opened: readonly OpenArtifact[]): Promise<void> {
  await Promise.all(opened.map((artifact) => artifact[Symbol.asyncDispose]()));
}

/**
 * Matches the inventories of a stored report again, with other advisories or another policy.
 * Findings, suppressions and verdict are made anew; what was found out about packages stays.
 */
export async function rematch(
  report: Report,
  request: EvaluationRequest,
  context: Context = quietContext(),
): Promise<Report> {
  refuseGateWithoutData(request);
  const subjects = report.results.map(
    ({ artifact, layerDigests, scanners, inventory, diagnostics, findings }): ScannedArtifact => ({
      artifact,
      ...(layerDigests !== undefined && { layerDigests }),
      ...(scanners && { scanners: scanners.filter((part) => part !== 'vuln') }),
      inventory,
      rules: findings.filter((finding) => finding.kind === 'rule'),
      diagnostics: diagnostics.filter(({ stage }) => !JUDGING_STAGES.has(stage)),
    }),
  );
  const { evaluate } = await import('./evaluate.ts');
  return evaluate(subjects, request, context);
}

/** Stages whose diagnostics a rematch makes anew. */
const JUDGING_STAGES: ReadonlySet<string> = new Set(['advisory', 'match', 'policy']);

async function analyse(
  opened: OpenArtifact,
  target: SourceRequest,
  request: ScanRequest,
  context: Context,
): Promise<ScannedArtifact> {
  const { artifact } = opened;
  context.progress({ kind: 'phase', name: `reading ${artifact.reference}` });
  const { detectors, scanners, gaps } = await scannerDetectors(request, opened);
  const ofPackages = detectors.filter((row) => row.kind === 'inventory');
  const readsPackages = request.readsPackages !== false || ofPackages.length > 0;
  const looking = { ...request, detectors, readsPackages, ...originSettings(request) };
  const { analysis, matchSlot } = await getOrAnalyze(opened, target, looking, context);
  const { inventory, diagnostics, rules } = analysis;
  const layerDigests = layerDigestsOf(opened);
  return {
    artifact,
    ...(layerDigests !== undefined && { layerDigests }),
    ...(scanners.length > 0 && {
      scanners: [...(request.readsPackages === false ? [] : ['packages' as const]), ...scanners],
    }),
    inventory,
    rules: [...rules, ...(await packageRules(ofPackages, inventory, request))],
    diagnostics: [...opened.diagnostics(), ...gaps, ...diagnostics],
    ...(matchSlot && { matchSlot }),
  };
}

/**
 * Returns the analysis; the code that reads layers is not loaded if an earlier run has read the
 * same ones.
 */
async function getOrAnalyze(
  opened: OpenArtifact,
  target: SourceRequest,
  request: ScanRequest & Pick<ScannerDetectors, 'detectors'>,
  context: Context,
): Promise<{ readonly analysis: Analysis; readonly matchSlot?: MatchCacheSlot | undefined }> {
  const { distro, detectors, readsPackages = true, detectorSettings: settings } = request;
  const verify = readsPackages ? (request.verify ?? usualDepth(target)) : 'none';
  const isStrict = mustCheckBytes(request);
  const { reader, cache } = cacheFor(request.cache);
  const cached = await cache?.getAnalysis(distro);
  if (cached !== undefined) return { analysis: cached, matchSlot: cache?.matchSlot(distro) };
  const { analyzeArtifact } = await import('./analyze.ts');
  const { layersAtOnce, filePatterns = [], includeRemoved = false } = request;
  const options = {
    fileResults: await fileResultsFor(opened, detectors, readingPlan, request.cache),
    verify,
    filePatterns,
    includeRemoved,
    readsPackages,
    detectors,
    detectorSettings: settings,
    mayTrust: !isStrict,
    ...(distro && { distro }),
    ...(cache && { cache }),
    ...(layersAtOnce !== undefined && { layersAtOnce }),
  };
  const analysis = await analyzeArtifact(reader, target, options, context);
  const isCached = (await cache?.putAnalysis(distro, analysis)) === true;
  return { analysis, matchSlot: isCached ? cache?.matchSlot(distro) : undefined };

  function cacheFor(store: RecordStore | undefined): {
    /** The artifact to read. */
    readonly reader: OpenArtifact;
    readonly cache?: AnalysisCache;
  } {
    if (store === undefined) return { reader: opened };
    if (opened.nameOf !== undefined) {
      const cache = new LayerCache(opened, { store, plan: readingPlan(), isStrict }, context);
      return { reader: opened, cache };
    }
    if (!isProbed(opened)) return { reader: opened };
    const cache = new TreeCache(opened, { store, plan: readingPlan() }, context);
    return { reader: cache.watched, cache };
  }

  function readingPlan(): AnalysisPlan {
    const { limits, detectionPriority: detection = 'precise' } = context;
    const { filePatterns: patterns = [], includeRemoved: withRemoved = false } = request;
    return {
      kind: opened.artifact.kind,
      verify,
      target,
      limits,
      detection,
      filePatterns: patterns,
      includeRemoved: withRemoved,
      comparesBoth: isStrict,
      readsPackages,
      detectors: detectorKeys(detectors, settings, opened.isRepositoryRoot),
    };
  }
}

function usualDepth({ isLazy }: SourceRequest): VerifyDepth {
  return isLazy === true ? 'none' : 'full';
}

/** Only directories have results for single files: the layers of images are cached whole. */
async function fileResultsFor(
  opened: OpenArtifact,
  detectors: readonly DetectorRow[],
  plan: () => AnalysisPlan,
  store: RecordStore | undefined,
): Promise<FileResults | undefined> {
  const isCostly = detectors.some((row) => row.kind === 'file' && row.isCostly === true);
  if (store === undefined || opened.nameOf !== undefined || !isCostly) return undefined;
  const { FileResults: Results } = await import('./cache/file-results.ts');
  return Results.load(store, cacheKeys(plan()).files(path.resolve(opened.artifact.reference)));
}

const NO_DETECTORS: ScannerDetectors = { detectors: [], scanners: [], gaps: [] };

/**
 * Returns the detectors of the scanners; their list is loaded only if a scanner of rules is
 * requested.
 */
async function scannerDetectors(
  { scanners = [] }: ScanRequest,
  opened: OpenArtifact,
): Promise<ScannerDetectors> {
  if (scanners.length === 0) return NO_DETECTORS;
  const { detectorsFor } = await import('./rules/scanner-detectors.ts');
  return detectorsFor(scanners, opened);
}

/**
 * Returns the detectors' findings about packages. They depend on the trust file too, so they are
 * not cached with the analysis.
 */
async function packageRules(
  rows: readonly InventoryDetectorRow[],
  inventory: Inventory,
  { trustFile }: ScanRequest,
): Promise<readonly RuleFinding[]> {
  if (rows.length === 0) return [];
  const { detectInventory } = await import('./rules/detect-inventory.ts');
  return detectInventory(rows, inventory, trustFile?.trust);
}

/** Sources in files are judged by the trust file of the scan. */
function originSettings({
  scanners = [],
  detectorSettings: settings,
  trustFile,
}: ScanRequest): Pick<ScanRequest, 'detectorSettings'> {
  if (!scanners.includes('origin') || trustFile === undefined) return {};
  const { name, packages, registries, baseImages } = trustFile.trust;
  const trust = {
    ...{ name, packages },
    ...(registries && { registries }),
    ...(baseImages && { baseImages }),
  };
  return { detectorSettings: { ...settings, origin: { ...settings?.origin, trust } } };
}

function isProbed(opened: OpenArtifact): opened is ProbedArtifact {
  return opened.probe !== undefined;
}

/**
 * Returns whether all bytes must be compared with their digests. A gate must not pass on an
 * archive's own claims, and unread content cannot be verified.
 */
function mustCheckBytes({ policy, verify = 'full', bases }: ScanRequest): boolean {
  const options = fullPolicy(policy);
  // The base is found by the digests that the configuration claims for unpacked layers.
  return (
    verify === 'full' || bases !== undefined || isGate(options) || options.exitOnEol !== undefined
  );
}

function layerDigestsOf(opened: OpenArtifact): LayerDigests | undefined {
  if (opened.nameOf === undefined) return undefined;
  const layers = [...opened.artifact.layers.keys()];
  const unchecked = layers.filter((layer) => opened.isChecked?.(layer) !== true);
  if (unchecked.length === 0) return 'checked';
  if (unchecked.some((layer) => opened.isTrusted?.(layer) === true)) return 'notChecked';
  return unchecked.every((layer) => opened.nameOf?.(layer)?.by === 'manifest')
    ? 'byManifest'
    : 'notChecked';
}
