/** From an opened artifact to its inventory: walks the layers, catalogs what they hold, merges them. */

import { compileGlobs } from '../base/glob.ts';
import type { Context } from '../base/context.ts';
import { runComputation } from '../base/forced-exit.ts';
import { AssayError } from '../base/errors.ts';
import { resolveDistro } from '../catalog/os/resolve-distro.ts';
import { buildInventory } from '../inventory/inventory.ts';
import type { UnpackMode } from '../rootfs/apply-layer.ts';
import { recordOnlyChanges, recordOnlyCandidates } from '../rootfs/record-only-changes.ts';
import type { MergedView } from '../rootfs/merge-layers.ts';
import type { Artifact } from '../model/artifact.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { Analysis } from '../model/analysis.ts';
import type { SecondWalkRecord, LayerRecord } from '../model/layer-record.ts';
import type { RecordOnlyChange } from '../model/package-occurrence.ts';
import type { Distro } from '../model/package.ts';
import type { OpenArtifact, SourceRequest } from '../source/source.ts';
import type { LayerResultCache } from './cache/analysis-cache.ts';
import { edgeRepositoryGaps } from './edge-repositories.ts';
import { nestedRootfsGaps } from './nested-rootfs.ts';
import { CATALOGER_ROWS } from './cataloger-rows.ts';
import { LayerReader, type MergedLayers } from './layer-reader.ts';
import type { ManifestEvaluation } from './manifests/evaluate-manifests.ts';
import { withLoadedArchives } from './manifests/plug-n-play.ts';
import { withoutUninstalled } from './manifests/uninstalled.ts';
import type { VerifyDepth } from './request.ts';
import { verifyContents } from './verify.ts';

/** What of a scan's request is asked of one artifact. */
export interface AnalysisOptions {
  /** Overrides what the artifact says of itself. */
  readonly distro?: Distro;
  readonly verify: VerifyDepth;
  readonly layersAtOnce?: number;
  readonly filePatterns?: readonly string[];
  readonly includeRemoved?: boolean;
  /** Nobody decides on what is found, as of `OpenArtifact.walk`. */
  readonly mayTrust: boolean;
  /** The cache of results of its layers. */
  readonly cache?: LayerResultCache;
}

/**
 * Reads all layers of an artifact, and verifies what they hold. What the source has to say is left out.
 *
 * The result is cached by the bytes of the layers and the reading plan of `cache-key.ts`: whatever else it comes to
 * depend on belongs into that key.
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
  }: AnalysisOptions,
  context: Context,
): Promise<Analysis> {
  const digests = verify === 'full' ? 'full' : 'none';
  const reader = new LayerReader(
    opened,
    {
      ...skipping(target),
      digests,
      filePatterns,
      mayTrust,
      readsEvidence: verify !== 'none',
      ...(cache && { cache }),
      ...(layersAtOnce !== undefined && { layersAtOnce }),
    },
    context,
  );
  const first = await reader.readAll();
  const { artifact } = opened;
  if (artifact.kind === 'sbom') refuseUnreadable(artifact.reference, first);
  const toInventory = (seen: SeenRoot, erased = seen.view.erased): Promise<Analysis> =>
    inventoryOf(
      { seen, erased, verify, artifact, includeRemoved, ...(distro && { distro }) },
      reader,
    );
  const onto = await seeRoot(reader, first, 'onto');
  if (!onto.view.isAmbiguous) return toInventory(onto);
  const { uniteAnalyses, whitedOutInBoth } = await import('./unite-analyses.ts');
  const apart = await seeRoot(reader, first, 'apart');
  return uniteAnalyses(
    { view: onto.view, ...(await toInventory(onto, whitedOutInBoth(onto.view, apart.view))) },
    { view: apart.view, ...(await toInventory(apart, whitedOutInBoth(apart.view, onto.view))) },
  );
}

/** The merged root in one way of unpacking, with what was read through its links. */
interface SeenRoot {
  readonly view: MergedView;
  readonly diagnostics: readonly Diagnostic[];
  readonly lone: readonly RecordOnlyChange[];
}

async function seeRoot(
  reader: LayerReader,
  first: readonly LayerRecord[],
  unpacking: UnpackMode,
): Promise<SeenRoot> {
  const plain = await reader.findReplaced(reader.merge(first, unpacking));
  const { gaps, ...stored } = await reader.findHiddenStores(plain);
  const { notes, ...linked } = await reader.followLinks(stored);
  // A file that only links lead to may lie where a higher layer has put another file over its folder.
  const seen = linked.records === plain.records ? plain : await reader.findReplaced(linked);
  const lone = await findLone(reader, seen);
  return { view: seen.view, diagnostics: [...gaps, ...notes], lone };
}

/** Records that a layer changed alone; a layer is walked again only where one may have been. */
async function findLone(
  reader: LayerReader,
  { records, view }: MergedLayers,
): Promise<readonly RecordOnlyChange[]> {
  const suspects = recordOnlyCandidates(records, view);
  if (suspects.length === 0) return [];
  const files = new Map<number, SecondWalkRecord['files']>();
  for (const layer of new Set(suspects.map((row) => row.walkedLayer))) {
    const own = suspects.filter((row) => row.walkedLayer === layer);
    const folders = new Set(own.map(({ folder }) => folder));
    files.set(layer, (await reader.findNoted(layer, folders)).files);
  }
  return recordOnlyChanges(records, suspects, files);
}

interface InventoryPlan extends Pick<AnalysisOptions, 'distro' | 'verify'> {
  readonly seen: SeenRoot;
  readonly erased: MergedView['erased'];
  readonly artifact: OpenArtifact['artifact'];
  readonly includeRemoved: boolean;
}

async function inventoryOf(
  { seen, erased, verify, artifact, includeRemoved, distro }: InventoryPlan,
  reader: LayerReader,
): Promise<Analysis> {
  const { view } = seen;
  const system = distro ?? systemOf(view);
  const artifactKind = artifact.kind;
  const { pins, diagnostics: unpinned } = await judgedManifests(view, artifactKind);
  const installed = withoutUninstalled(view, artifactKind);
  const loaded = withLoadedArchives(installed.view, artifactKind);
  const built = await runComputation(() =>
    buildInventory(loaded.view, {
      rows: CATALOGER_ROWS,
      pins,
      artifactKind,
      includeRemoved,
      ...(system !== undefined && { distro: system }),
    }),
  );
  const environment = artifact.image?.env ?? [];
  // A record that another reading still shows is no deleted one.
  const gone = new Set(erased.map(({ path }) => path));
  const lone = seen.lone.filter(({ now, path }) => now !== undefined || gone.has(path));
  const inventory = await verifyContents(
    { built, view, erased, lone, artifactKind, depth: verify, environment },
    (layer, table) => reader.takeDigests(layer, table),
  );
  const gaps = [
    ...nestedRootfsGaps(view.root, artifactKind),
    // `--distro` says which release counts.
    ...(distro === undefined ? edgeRepositoryGaps(system, view) : []),
  ];
  return {
    inventory,
    diagnostics: [
      ...built.diagnostics,
      ...unpinned,
      ...installed.notes,
      ...loaded.gaps,
      ...seen.diagnostics,
      ...gaps,
    ],
  };
}

/** The rules are loaded where a manifest requests anything: few images hold one outside of installed packages. */
async function judgedManifests(
  view: MergedView,
  kind: Artifact['kind'],
): Promise<ManifestEvaluation> {
  const hasRequests = view.cataloged.some(
    ({ result: { manifest } }) =>
      manifest !== undefined && (manifest.requests.length > 0 || manifest.computed !== undefined),
  );
  if (!hasRequests) return { pins: [], diagnostics: [] };
  const { evaluateManifests } = await import('./manifests/evaluate-manifests.ts');
  return evaluateManifests(view, CATALOGER_ROWS, kind);
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
    throw new AssayError('DAMAGED', `"${reference}" cannot be read as an SBOM: ${fault.message}`, {
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

function systemOf(view: MergedView): Distro | undefined {
  const claims = view.cataloged.flatMap(({ path, result }) =>
    result.distro === undefined ? [] : [{ path, distro: result.distro }],
  );
  return resolveDistro(claims);
}
