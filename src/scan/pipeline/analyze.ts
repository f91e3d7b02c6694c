/**
 * From an opened artifact to its inventory: walks the layers, catalogs what they hold, merges them.
 */

import { compileGlobs } from '../../core/base/glob.ts';
import type { DetectorSettings } from '../../rules/detect/detector-settings.ts';
import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { UnpackMode } from '../rootfs/partial-root.ts';
import type { MergedView } from '../rootfs/merge-layers.ts';
import type { Analysis, PackageAnalysis } from '../../core/model/layer/analysis.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import type { DetectorRow } from '../../rules/detect/detector.ts';
import type { Distro } from '../../core/model/package/package.ts';
import type { OpenArtifact, SourceRequest } from '../source/source.ts';
import type { LayerResultCache } from './cache/analysis-cache.ts';
import type { FileResults } from './cache/file-results.ts';
import { LayerReader } from './layers/layer-reader.ts';
import { layerQuestions, mergeForQuestions } from './layers/layer-questions.ts';
import { LayerWalker } from './layers/layer-walker.ts';
import { settleQuestions, type Settled } from './layers/question-loop.ts';
import type { VerifyDepth } from './request.ts';
import type { RuleAnalysis, RuleDetection } from './rules/rule-detection.ts';
import { InventoryBuilder } from './verified-inventory.ts';

/** The options of a scan that apply to one artifact. */
export interface AnalysisOptions {
  /** Overrides the artifact's own system. */
  readonly distro?: Distro;
  readonly verify: VerifyDepth;
  readonly layersAtOnce?: number;
  readonly filePatterns?: readonly string[];
  readonly includeRemoved?: boolean;
  /** False where only rules look at the artifact; see `ScanRequest.readsPackages`. */
  readonly readsPackages?: boolean;
  /** Detectors of rules that look at the artifact; absent: none. */
  readonly detectors?: readonly DetectorRow[];
  /** The cache of results for single files; absent: none. */
  readonly fileResults?: FileResults | undefined;
  /** The user's settings for rules; absent: none. */
  readonly detectorSettings?: DetectorSettings | undefined;
  /** No gate decides on the result; see `OpenArtifact.walk`. */
  readonly mayTrust: boolean;
  /** The cache of results of its layers. */
  readonly cache?: LayerResultCache;
}

/**
 * Reads all layers of an artifact, and verifies what they hold. What the source has to say is left
 * out.
 *
 * The result is cached by the bytes of the layers and the reading plan of `cache-key.ts`: whatever
 * else it comes to depend on belongs into that key.
 */
export async function analyzeArtifact(
  opened: OpenArtifact,
  target: Pick<SourceRequest, 'skipDirs' | 'skipFiles'>,
  {
    distro,
    verify,
    mayTrust,
    cache,
    layersAtOnce,
    filePatterns = [],
    includeRemoved = false,
    readsPackages = true,
    ...rules
  }: AnalysisOptions,
  context: Context,
): Promise<Analysis> {
  const { artifact } = opened;
  const skips = skipping(target);
  const detection = await loadDetection({ ...rules, ...skips }, context);
  const walker = new LayerWalker(
    opened,
    {
      ...skips,
      digests: verify === 'full' ? 'full' : 'none',
      filePatterns,
      mayTrust,
      readsPackages,
      readsEvidence: verify !== 'none',
      ...(detection && { detection }),
    },
    context,
  );
  const reader = new LayerReader(walker, {
    matchesManifests: verify === 'full',
    ...(cache && { cache }),
    ...(layersAtOnce !== undefined && { layersAtOnce }),
  });
  const first = await reader.readAll();
  if (artifact.kind === 'sbom') refuseUnreadable(artifact.reference, first);
  const inventories = new InventoryBuilder({
    artifact,
    verify,
    includeRemoved,
    ...(distro && { distro }),
  });
  const isVerified = verify !== 'none' && artifact.kind !== 'sbom';
  const kinds = layerQuestions({
    walker,
    ...(isVerified && { missingDigests: inventories.missingDigests }),
  });
  const settle = (unpacking: UnpackMode): Promise<Settled<MergedView>> =>
    settleQuestions(first, {
      kinds,
      answer: (layer, questions) => reader.answer(layer, questions),
      merge: (records) => mergeForQuestions(records, walker.sharedSelectors, unpacking),
    });
  return mergedAnalysis(settle, inventories, async (readings) =>
    detection === undefined ? NO_RULES : detection.merged(opened, readings),
  );
}

/** The code that runs detectors is loaded only if there are any. */
async function loadDetection(
  {
    detectors = [],
    detectorSettings: settings,
    fileResults,
    isSkipped,
  }: Pick<AnalysisOptions, 'detectors' | 'detectorSettings' | 'fileResults'> &
    ReturnType<typeof skipping>,
  { limits: { maxFindings } }: Context,
): Promise<RuleDetection | undefined> {
  if (detectors.length === 0) return undefined;
  const { RuleDetection: Detection } = await import('./rules/rule-detection.ts');
  return Detection.load(detectors, {
    maxFindings,
    ...(settings && { settings }),
    ...(fileResults && { fileResults }),
    ...(isSkipped && { isSkipped }),
  });
}

const NO_RULES: RuleAnalysis = { rules: [], diagnostics: [] };

/**
 * Merges the layers in each way that runtimes do, and returns the union of what the roots contain.
 */
async function mergedAnalysis(
  settle: (unpacking: UnpackMode) => Promise<Settled<MergedView>>,
  inventories: InventoryBuilder,
  rulesOf: (readings: readonly Settled<MergedView>[]) => Promise<RuleAnalysis>,
): Promise<Analysis> {
  const onto = await settle('onto');
  if (!onto.rootfs.isAmbiguous) {
    const { erased } = onto.rootfs;
    return withRules(await inventories.build(onto, erased), await rulesOf([onto]));
  }
  const { uniteAnalyses, whitedOutInBoth } = await import('./layers/unite-analyses.ts');
  const apart = await settle('apart');
  const [view, other] = [onto.rootfs, apart.rootfs];
  const united = uniteAnalyses(
    { view, ...(await inventories.build(onto, whitedOutInBoth(view, other))) },
    { view: other, ...(await inventories.build(apart, whitedOutInBoth(other, view))) },
  );
  return withRules(united, await rulesOf([onto, apart]));
}

function withRules(analysis: PackageAnalysis, { rules, diagnostics }: RuleAnalysis): Analysis {
  return { ...analysis, rules, diagnostics: [...analysis.diagnostics, ...diagnostics] };
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
    const reason = fault.message.replace(/^sbom\/document: cannot read "[^"]*": /u, '');
    throw new AssayError('DAMAGED', `"${reference}" cannot be read as an SBOM: ${reason}`, {
      hint: 'Write the SBOM anew. A lockfile or a directory: assay fs PATH. A JSON report of Assay: assay convert -f cyclonedx REPORT, or assay gate REPORT.',
    });
  }
}

function skipping({ skipDirs, skipFiles }: Pick<SourceRequest, 'skipDirs' | 'skipFiles'>): {
  readonly isSkipped?: (path: string) => boolean;
} {
  if (skipDirs.length === 0 && skipFiles.length === 0) return {};
  const isSkippedFile = compileGlobs(skipFiles);
  const isSkippedFolder = compileGlobs(skipDirs.flatMap((glob) => [glob, `${glob}/**`]));
  return { isSkipped: (path) => isSkippedFile(path) || isSkippedFolder(path) };
}
