/**
 * From a merged tree to its inventory with evidence: pins, installed packages, what of them is
 * verified.
 */

import { runComputation } from '../../core/base/forced-exit.ts';
import { resolveDistro } from '../catalog/os/resolve-distro.ts';
import type { Assessment } from '../integrity/index.ts';
import { findContents } from '../inventory/contents.ts';
import { buildInventory, type BuiltInventory } from '../inventory/inventory.ts';
import type { PackageAnalysis } from '../../core/model/layer/analysis.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { QuestionRules } from '../../core/model/layer/layer-walk.ts';
import type { RecordOnlyChange } from '../../core/model/package/package-occurrence.ts';
import type { Distro } from '../../core/model/package/package.ts';
import type { MergedView } from '../rootfs/merge-layers.ts';
import { CATALOGER_ROWS } from './cataloger-rows.ts';
import { MISSING_DIGESTS, RECORD_ONLY } from './layers/layer-questions.ts';
import type { ManifestEvaluation } from './manifests/evaluate-manifests.ts';
import { withLoadedArchives, YARN_ARCHIVES } from './manifests/plug-n-play.ts';
import { withoutUninstalled } from './manifests/uninstalled.ts';
import { nestedRootfsGaps } from './nested-rootfs.ts';
import type { Settled } from './layers/question-loop.ts';
import type { VerifyDepth } from './request.ts';
import { digestQuestions, takenDigests, verifyContents, type Verification } from './verify.ts';

/** The options of one artifact's inventories besides its tree. */
export interface InventoryOptions {
  readonly artifact: Artifact;
  /** Overrides the artifact's own system. */
  readonly distro?: Distro;
  readonly verify: VerifyDepth;
  readonly includeRemoved: boolean;
}

type SettledView = Pick<Settled<MergedView>, 'records' | 'rootfs' | 'answers'>;

/** Facts of one tree before anything is verified. */
interface Survey {
  readonly built: BuiltInventory;
  /** The system that the tree claims to be, or that the caller named. */
  readonly system: Distro | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** An assessment without the digests of second walks, and what it was made from. */
interface FirstAssessment {
  readonly input: Verification;
  readonly assessment: Assessment;
}

/** Builds the inventories of the trees of one artifact. Results of the last tree are used again. */
export class InventoryBuilder {
  readonly #options: InventoryOptions;
  #surveyed: { readonly view: MergedView; readonly survey: Survey } | undefined;
  #first: FirstAssessment | undefined;

  constructor(options: InventoryOptions) {
    this.#options = options;
  }

  /**
   * Asks for digests that manifests name and no walk has taken. The answers stay beside the
   * records.
   */
  get missingDigests(): QuestionRules<MergedView> {
    return {
      ask: async (records, rootfs, answers) => {
        const first = await this.#assess({ records, rootfs, answers }, rootfs.erased);
        return digestQuestions(first.assessment.missing);
      },
    };
  }

  /**
   * Returns the inventory of a settled tree. `erased` are the readings of files that no way of
   * unpacking shows.
   */
  async build(
    settled: Settled<MergedView>,
    erased: MergedView['erased'],
  ): Promise<PackageAnalysis> {
    const { artifact, distro } = this.#options;
    const { rootfs: view } = settled;
    const { built, system, diagnostics } = await this.#survey(view);
    const inventory = await this.#verified(settled, erased);
    return {
      inventory: { ...inventory, ...this.#contents(settled, inventory) },
      diagnostics: [
        ...built.diagnostics,
        ...diagnostics,
        ...settled.gaps,
        ...nestedRootfsGaps(view.root, artifact.kind),
        // `--distro` says which release counts.
        ...(distro === undefined && system?.id === 'alpine' ? await alpineGaps(system, view) : []),
      ],
    };
  }

  /** Images and root filesystems have contents; in a tree of sources, programs are data. */
  #contents(
    { rootfs, records }: SettledView,
    { packages }: PackageAnalysis['inventory'],
  ): Pick<PackageAnalysis['inventory'], 'contents'> {
    const { artifact } = this.#options;
    if (!isWhole(artifact.kind)) return {};
    return {
      contents: findContents({
        root: rootfs.root,
        links: rootfs.links,
        packages,
        environment: artifact.image?.env ?? [],
        layerBytes: records.map(({ unpackedBytes }) => unpackedBytes),
      }),
    };
  }

  async #verified(
    settled: Settled<MergedView>,
    erased: MergedView['erased'],
  ): Promise<PackageAnalysis['inventory']> {
    const { input, assessment } = await this.#assess(settled, erased);
    const answers = settled.answers.get(MISSING_DIGESTS) ?? [];
    const moreDigests = takenDigests(assessment.missing, answers);
    return moreDigests.size === 0
      ? assessment.inventory
      : verifyContents(input, moreDigests).inventory;
  }

  async #assess(settled: SettledView, erased: MergedView['erased']): Promise<FirstAssessment> {
    const { artifact, verify } = this.#options;
    const { rootfs: view } = settled;
    const known = this.#first;
    if (known?.input.view === view && known.input.erased === erased) return known;
    const { built } = await this.#survey(view);
    const input: Verification = {
      built,
      view,
      erased,
      lone: await recordsChangedAlone(settled, erased),
      artifactKind: artifact.kind,
      depth: verify,
      environment: artifact.image?.env ?? [],
    };
    this.#first = { input, assessment: verifyContents(input) };
    return this.#first;
  }

  async #survey(view: MergedView): Promise<Survey> {
    if (this.#surveyed?.view !== view) {
      this.#surveyed = { view, survey: await surveyOf(view, this.#options) };
    }
    return this.#surveyed.survey;
  }
}

async function surveyOf(
  view: MergedView,
  { artifact: { kind }, distro, includeRemoved }: InventoryOptions,
): Promise<Survey> {
  const system = distro ?? claimedSystem(view);
  const { pins, diagnostics: unpinned } = await evaluatedManifests(view, kind);
  const installed = isWhole(kind) ? withoutUninstalled(view) : { view, notes: [] };
  const loaded = view.cataloged.some(({ foundBy }) => YARN_ARCHIVES.has(foundBy))
    ? withLoadedArchives(installed.view, kind)
    : { view: installed.view, gaps: [] };
  const built = await runComputation(() =>
    buildInventory(loaded.view, {
      rows: CATALOGER_ROWS,
      pins,
      artifactKind: kind,
      includeRemoved,
      ...(system !== undefined && { distro: system }),
    }),
  );
  return { built, system, diagnostics: [...unpinned, ...installed.notes, ...loaded.gaps] };
}

/** Returns records that a layer changed without the files beside them. */
async function recordsChangedAlone(
  { records, rootfs, answers }: SettledView,
  erased: MergedView['erased'],
): Promise<readonly RecordOnlyChange[]> {
  const given = answers.get(RECORD_ONLY) ?? [];
  if (given.length === 0) return [];
  const { recordOnlyCandidates, recordOnlyChanges } =
    await import('../rootfs/record-only-changes.ts');
  const changes = recordOnlyChanges(records, recordOnlyCandidates(records, rootfs), given);
  // A record that another way of unpacking still shows is no deleted one.
  const gone = new Set(erased.map(({ path }) => path));
  return changes.filter(({ now, path }) => now !== undefined || gone.has(path));
}

/**
 * Evaluates the manifests; the rules are loaded only if a manifest requests packages: few images
 * hold one outside of installed packages.
 */
async function evaluatedManifests(
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

async function alpineGaps(system: Distro, view: MergedView): Promise<readonly Diagnostic[]> {
  const { edgeRepositoryGaps } = await import('./edge-repositories.ts');
  return edgeRepositoryGaps(system, view);
}

/**
 * Returns whether artifacts of a kind have installed packages, and not only manifests that declare
 * some.
 */
function isWhole(kind: Artifact['kind']): boolean {
  return kind === 'image' || kind === 'rootfs';
}

function claimedSystem(view: MergedView): Distro | undefined {
  const claims = view.cataloged.flatMap(({ path, result }) =>
    result.distro === undefined ? [] : [{ path, distro: result.distro }],
  );
  return resolveDistro(claims);
}
