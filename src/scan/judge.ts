/** From inventories to a decided report: matching, policy, cure. The second half of a scan, and all of a `rematch`. */

import { AssayError } from '../base/errors.ts';
import { toolVersion } from '../base/tool.ts';
import type { Context } from '../base/context.ts';
import { integrityFindings } from '../integrity/findings.ts';
import { matchInventory, needsOf, type MatchOutcome } from '../match/inventory.ts';
import { joinAdvisories } from '../match/merge.ts';
import type { AdvisoryNeed, AdvisoryReader, Coverage } from '../model/advisory.ts';
import type { Artifact } from '../model/artifact.ts';
import { advisoryNeed } from '../model/distro.ts';
import { ECOSYSTEMS } from '../model/ecosystem.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { Distro, Inventory, Package } from '../model/package.ts';
import type { LayerDigests, Report } from '../model/report.ts';
import { NO_FINDINGS } from '../model/severity.ts';
import { decide } from '../policy/decide.ts';
import { decidedReport } from './decided-report.ts';
import { missingDatabase } from './missing-database.ts';
import { fullPolicy, type JudgeRequest } from './request.ts';

/** An artifact and what it holds, fresh from the layers or from a stored report. */
export interface Judged {
  readonly artifact: Artifact;
  readonly layerDigests?: LayerDigests;
  readonly inventory: Inventory;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Judges inventories.
 *
 * @throws AssayError `NOTHING_TO_SCAN` where an artifact holds no package and nothing that could hide one;
 * `ADVISORY_DATA_MISSING` where nothing is known of any package of an artifact.
 */
export async function judge(
  subjects: readonly Judged[],
  request: JudgeRequest,
  context: Context,
): Promise<Report> {
  const startedAt = new Date(context.now()).toISOString();
  const startedMs = performance.now();
  const chosen = subjects.map((subject) => choosePackages(subject, request));
  if (request.allowEmpty !== true) chosen.forEach(refuseEmpty);
  const matched = await matchAll(chosen, request, context);

  const policy = fullPolicy(request.policy);
  const advisories = joinAdvisories(matched.map(({ outcome }) => outcome.advisories));
  const undecided = matched.map(({ subject, outcome }) => ({
    artifact: subject.artifact,
    ...(subject.layerDigests !== undefined && { layerDigests: subject.layerDigests }),
    inventory: subject.inventory,
    findings: [...integrityFindings(subject.inventory), ...outcome.findings],
    diagnostics: [...subject.diagnostics, ...outcome.diagnostics],
    notShown: NO_FINDINGS,
  }));
  const coverage = uniqueCoverage(matched.flatMap(({ outcome }) => outcome.coverage));
  const asked = undecided.map((result) => withoutUnaskedSystem(result, request));
  const decision = decide({ results: asked, advisories, coverage }, policy, context.now());
  return {
    ...decidedReport({ results: undecided, advisories, coverage }, decision, policy),
    tool: { name: 'assay', version: toolVersion() },
    startedAt,
    durationMs: Math.round(performance.now() - startedMs),
  };
}

const BOTH_TYPES = ['os', 'library'] as const;

interface Matched {
  readonly subject: Judged;
  readonly outcome: MatchOutcome;
}

async function matchAll(
  subjects: readonly Judged[],
  request: JudgeRequest,
  context: Context,
): Promise<readonly Matched[]> {
  if (request.advisories === undefined) {
    return subjects.map((subject) => ({ subject, outcome: unmatched(subject.inventory) }));
  }
  context.progress({ kind: 'phase', name: 'matching' });
  const packageTypes = request.packageTypes ?? BOTH_TYPES;
  const needs = uniqueNeeds(subjects.flatMap(({ inventory }) => needsOf(inventory, packageTypes)));
  const reader = await request.advisories.open(needs, context);
  const said = new Set<string>();
  return subjects.map((subject) => {
    const outcome = matchInventory(subject.inventory, reader, {
      severitySources: request.severitySources ?? [],
      packageTypes,
    });
    const hasPackages = outcome.packageCount > 0 || unlisted(subject).length > 0;
    if (hasPackages && outcome.coveredPackageCount === 0) {
      throw dataMissing(subject, reader, outcome);
    }
    const diagnostics = [...outcome.diagnostics, ...notesOf(reader, said)];
    return { subject, outcome: { ...outcome, diagnostics } };
  });
}

/** What the data itself has to say, each word once in a report. */
function notesOf(reader: AdvisoryReader, said: Set<string>): readonly Diagnostic[] {
  const notes = (reader.notes?.() ?? []).filter(({ message }) => !said.has(message));
  for (const { message } of notes) said.add(message);
  return notes.map((note) => ({ stage: 'advisory', ...note }));
}

/** Leaves out what was not asked for; a note says how much. */
function choosePackages(subject: Judged, request: JudgeRequest): Judged {
  const { inventory } = subject;
  const types = request.packageTypes ?? BOTH_TYPES;
  const ofType = inventory.packages.filter((pkg) => types.includes(packageType(pkg)));
  const packages =
    request.includeDevDependencies === true
      ? ofType
      : ofType.filter((pkg) => pkg.scope !== 'development');
  const notes: Diagnostic[] = [];
  const leftOut = ofType.length - packages.length;
  if (leftOut > 0) {
    notes.push({
      stage: 'catalog',
      message: `${leftOut} development dependencies were left out; --include-dev-deps adds them`,
    });
  }
  if (types.includes('os')) notes.push(...missingDatabase(subject));
  return {
    ...subject,
    inventory: { ...inventory, packages },
    diagnostics: [...subject.diagnostics, ...notes],
  };
}

function packageType(pkg: Package): 'os' | 'library' {
  return ECOSYSTEMS[pkg.ecosystem].kind === 'os' ? 'os' : 'library';
}

/** Where packages of the system were not asked for, its end of life hides nothing that was. */
function withoutUnaskedSystem<Result extends { readonly inventory: Inventory }>(
  result: Result,
  { packageTypes = BOTH_TYPES }: JudgeRequest,
): Result {
  if (packageTypes.includes('os')) return result;
  const { inventoryVersion, packages, projects } = result.inventory;
  return { ...result, inventory: { inventoryVersion, packages, ...(projects && { projects }) } };
}

/** No packages, no gap, and no record that was deleted: there was nothing to look at, which must not look like a clean result. */
function refuseEmpty({ artifact, inventory, diagnostics }: Judged): void {
  if (inventory.packages.length > 0) return;
  if (diagnostics.some((diagnostic) => diagnostic.gap !== undefined)) return;
  if ((inventory.contradictions ?? []).length > 0) return;
  throw new AssayError(
    'NOTHING_TO_SCAN',
    `"${artifact.reference}" holds no packages that Assay can read`,
    {
      hint: `${rightTarget(artifact)} --allow-empty accepts a target without packages.`,
    },
  );
}

/** As a file by itself an image shows nothing of what is in it. */
function rightTarget({ kind, reference }: Artifact): string {
  return kind === 'file'
    ? `An image in a file is scanned with assay image --input ${reference}.`
    : 'Check that this is the right target.';
}

/** What catalogers say of packages that no inventory can hold, being of no ecosystem that Assay knows. */
function unlisted({ diagnostics }: Judged): readonly Diagnostic[] {
  return diagnostics.filter(({ stage, gap }) => stage === 'catalog' && gap === 'noAdvisoryData');
}

function dataMissing(
  subject: Judged,
  reader: AdvisoryReader,
  { diagnostics }: MatchOutcome,
): AssayError {
  const { artifact, inventory } = subject;
  const needs = needsOf(inventory).filter((need) => reader.coverage(need).length === 0);
  const names = needs.map((need) => needName(need));
  const unknown = diagnostics.find(({ gap }) => gap === 'unknownSystem');
  if (needs.length === 0 && unknown !== undefined && isKnown(inventory.distro)) {
    return new AssayError(
      'ADVISORY_DATA_MISSING',
      `no package of "${artifact.reference}" could be matched: ${unknown.message}`,
    );
  }
  if (inventory.distro !== undefined && needs.every((need) => need.release === undefined)) {
    names.unshift(systemName(inventory.distro));
  }
  const [first] = unlisted(subject);
  const missing =
    names.length === 0 && first !== undefined
      ? first.message
      : `nothing is loaded for ${names.join(', ') || 'an unknown system'}`;
  return new AssayError(
    'ADVISORY_DATA_MISSING',
    `no advisory data for any package of "${artifact.reference}": ${missing}`,
    {
      hint:
        needs.length === 0
          ? 'Assay knows no advisories for these. `--scanners packages` lists its packages without matching.'
          : 'Get it with `assay db update`, or with `assay db update --mirror URL|DIR` or `assay db import PATH` where there is no network. `--scanners packages` lists packages without matching.',
    },
  );
}

function isKnown(distro: Distro | undefined): boolean {
  return distro !== undefined && advisoryNeed(distro) !== undefined;
}

function needName({ ecosystem, release }: AdvisoryNeed): string {
  const { label } = ECOSYSTEMS[ecosystem];
  return release === undefined ? label : `${label} ${release}`;
}

function systemName({ id, versionId }: Distro): string {
  return versionId === '' ? id : `${id} ${versionId}`;
}

function unmatched(inventory: Inventory): MatchOutcome {
  return {
    findings: [],
    advisories: new Map(),
    diagnostics: [],
    coverage: [],
    coveredPackageCount: 0,
    packageCount: inventory.packages.length,
  };
}

function uniqueNeeds(needs: readonly AdvisoryNeed[]): readonly AdvisoryNeed[] {
  return [...new Map(needs.map((need) => [needName(need), need])).values()];
}

/** Each feed of an ecosystem once, as long as it is of one state. */
export function uniqueCoverage(coverage: readonly Coverage[]): readonly Coverage[] {
  const key = (row: Coverage): string =>
    JSON.stringify([
      ...[row.feed, row.ecosystem, row.release],
      ...[row.recordCount, row.dataAt, row.fetchedAt],
    ]);
  return [...new Map(coverage.map((row) => [key(row), row])).values()];
}
