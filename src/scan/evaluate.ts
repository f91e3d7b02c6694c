/** From inventories to a decided report: matching, policy, cure. The second half of a scan, and all of a `rematch`. */

import { pluralize } from '../base/pluralize.ts';
import { AssayError } from '../base/errors.ts';
import { runComputation } from '../base/forced-exit.ts';
import { toolVersion } from '../base/build-info.ts';
import type { Context } from '../base/context.ts';
import { integrityFindings } from '../integrity/findings.ts';
import type { Coverage } from '../model/advisory.ts';
import type { Artifact } from '../model/artifact.ts';
import { withoutDanglingDependencies } from '../model/dependency-ids.ts';
import { ECOSYSTEMS } from '../model/ecosystem.ts';
import type { Matches } from '../model/matches.ts';
import type { Inventory, Package } from '../model/package.ts';
import type { ArtifactResult, Report } from '../model/report.ts';
import type { RuleFinding } from '../model/rule-finding.ts';
import { SCAN_PARTS, type ScanPart } from '../model/rule-scanner.ts';
import { isRootProject } from '../model/root-project.ts';
import { joinOutcomes, type TrustOutcome } from '../model/trust-outcome.ts';
import { NO_FINDINGS } from '../model/severity.ts';
import { isGate } from '../policy/gate.ts';
import type { PolicyOptions } from '../policy/options.ts';
import {
  asksForDecision,
  plainDecision,
  type Decision,
  type DecisionInput,
} from '../policy/plain-decision.ts';
import { buildReport } from './build-report.ts';
import type { MatchedArtifacts, MatchedArtifact } from './match-artifacts.ts';
import { getMatches } from './cache/match-cache.ts';
import { hasOriginCauses, withTrustWarning } from './origin-verdict.ts';
import { missingPackageDatabaseGaps } from './missing-package-database.ts';
import {
  fullPolicy,
  PACKAGE_TYPES,
  type ScannedArtifact,
  type EvaluationRequest,
} from './request.ts';

/**
 * Judges inventories.
 *
 * @throws AssayError `NOTHING_TO_SCAN` where an artifact holds no package and nothing that could hide one;
 * `ADVISORY_DATA_MISSING` where nothing is known of any package of an artifact.
 */
export async function evaluate(
  subjects: readonly ScannedArtifact[],
  request: EvaluationRequest,
  context: Context,
): Promise<Report> {
  const startedAt = new Date(context.now()).toISOString();
  const startedMs = performance.now();
  let packageCount = 0;
  const chosen: ScannedArtifact[] = [];
  for (const subject of subjects) {
    packageCount += subject.inventory.packages.length;
    const one = withJoined(choosePackages(subject, request), request);
    const isOfRules = request.scanners !== undefined || request.joined !== undefined;
    if (request.allowEmpty !== true && !isOfRules) refuseEmpty(one, subject);
    chosen.push(one);
  }
  if (packageCount > MANY_PACKAGES) context.onMuchHeld?.();
  const { matched, advisories } = await matchedOf(chosen, request, context);

  const policy = fullPolicy(request.policy);
  const undecided: UndecidedResult[] = [];
  const asked: DecisionInput['results'][number][] = [];
  const rows: Coverage[] = [];
  for (const one of matched) {
    const result = resultOf(withMaliciousPackages(one), request);
    const { corrected, coverage } = one.outcome;
    undecided.push(result);
    asked.push({ ...withoutUnaskedSystem(result, request), ...(corrected && { corrected }) });
    rows.push(...coverage);
  }
  const coverage = uniqueCoverage(rows);
  const { warnings } = request;
  const trust = await trustOf(undecided, request, isGate(policy));
  const input = {
    ...{ results: asked, advisories, coverage },
    ...(trust !== undefined && { trust }),
    judgesOrigins: request.trustFile !== undefined || request.judgesOrigins === true,
    ...(warnings !== undefined && { warnings }),
  };
  const decided = await runComputation(async () => {
    const decision = await decisionOn({ input, request }, policy, context.now());
    const report = buildReport({ results: undecided, advisories, coverage }, decision, policy);
    return withRemediation(report, policy.command);
  });
  return {
    ...decided,
    tool: { name: 'assay', version: toolVersion() },
    startedAt,
    durationMs: Math.round(performance.now() - startedMs),
  };
}

/** Reads the trust outcome; the code that knows the trust file is loaded only if there is one. */
async function trustOf(
  results: readonly UndecidedResult[],
  { trust, judgeClaims, trustFile }: EvaluationRequest,
  hasGate: boolean,
): Promise<TrustOutcome | undefined> {
  const artifacts = results.map(({ artifact }) => artifact);
  const checked = joinOutcomes(trust, await judgeClaims?.(artifacts), hasGate);
  if (trustFile === undefined) return checked;
  const { sourceOutcome } = await import('./trusted-sources.ts');
  const sources = sourceOutcome(artifacts, trustFile);
  return withTrustWarning(results, joinOutcomes(checked, sources, hasGate), trustFile);
}

type UndecidedResult = Omit<ArtifactResult, 'suppressed'>;

function resultOf(
  { subject, outcome }: MatchedArtifact,
  request: EvaluationRequest,
): UndecidedResult {
  const { artifact, layerDigests, inventory, diagnostics, rules = [] } = subject;
  const scanners = scanParts(subject, request);
  return {
    artifact,
    ...(layerDigests !== undefined && { layerDigests }),
    ...(scanners.length > 0 && { scanners }),
    inventory,
    findings: [...integrityFindings(inventory), ...outcome.findings, ...rules],
    diagnostics: [...diagnostics, ...outcome.diagnostics],
    notShown: NO_FINDINGS,
  };
}

/** Returns the parts of a scan with rules. Empty if rules have no part in it. */
function scanParts(
  { scanners = [] }: ScannedArtifact,
  { advisories, joined }: EvaluationRequest,
): readonly ScanPart[] {
  if (scanners.length === 0 && joined === undefined) return [];
  const isMatched = advisories !== undefined && scanners.includes('packages');
  const parts = new Set<ScanPart>([
    ...scanners,
    ...(isMatched ? ['vuln' as const] : []),
    ...(joined === undefined ? [] : ['sarif' as const]),
  ]);
  return SCAN_PARTS.filter((part) => parts.has(part));
}

/** Decides; the code that judges findings is loaded only if a decision is requested. */
async function decisionOn(
  { input, request }: { readonly input: DecisionInput; readonly request: EvaluationRequest },
  options: PolicyOptions,
  now: number,
): Promise<Decision> {
  const isJudged = input.trust !== undefined || hasOriginCauses(input);
  const isPlain = !isJudged && !asksForDecision(options) && !hasComments(input, options);
  if (isPlain) return plainDecision(input, options, now);
  const { decide } = await import('../policy/decide.ts');
  return decide({ ...input, ruleScanners: await ruleScanners(options, request) }, options, now);
}

/** Returns the scanners of rules; the rules are loaded only if a condition names some. */
async function ruleScanners(
  { failOn }: PolicyOptions,
  { detectorSettings }: EvaluationRequest,
): Promise<DecisionInput['ruleScanners']> {
  if (!failOn.some(({ tests = [] }) => tests.some(({ of }) => of === 'rule' || of === 'id'))) {
    return undefined;
  }
  const { ruleScannersOf } = await import('./rule-scanners.ts');
  return ruleScannersOf(failOn, detectorSettings?.code?.rules);
}

/** Returns whether a comment in a file could set a finding aside. */
function hasComments(
  { results }: DecisionInput,
  { inlineComments }: Pick<PolicyOptions, 'inlineComments'>,
): boolean {
  if (inlineComments === undefined) return false;
  return results.some(({ findings }) =>
    findings.some((finding) => finding.kind === 'rule' && finding.comments !== undefined),
  );
}

/** Adds the remediation; the code that knows package managers is loaded only if a cure upgrades something. */
async function withRemediation<One extends Pick<Report, 'results' | 'advisories' | 'verdict'>>(
  decided: One,
  command: string,
): Promise<One> {
  const { status } = decided.verdict;
  if (status !== 'fail' && status !== 'incomplete') return decided;
  const { withCure } = await import('../remediation/cure.ts');
  const cured = withCure(decided, command);
  if ((cured.verdict.cure?.upgrades.length ?? 0) === 0) return cured;
  const { withActions } = await import('../remediation/actions.ts');
  return withActions(cured);
}

/** More than the largest public images have, with their findings some hundred megabytes. */
const MANY_PACKAGES = 10_000;

/**
 * Returns the packages of a subject, with those that were left out and have a finding: they are
 * malicious.
 */
function withMaliciousPackages<One extends MatchedArtifact>(one: One): One {
  const { subject, outcome } = one;
  const { leftOut = [], inventory } = subject;
  if (leftOut.length === 0) return one;
  const ids = new Set(outcome.findings.map(({ packageId }) => packageId));
  const added = leftOut.filter(({ id }) => ids.has(id));
  if (added.length === 0) return one;
  const packages = withoutDanglingDependencies([...inventory.packages, ...added]);
  return { ...one, subject: { ...subject, inventory: { ...inventory, packages } } };
}

/** Matches the subjects; the code that matches is loaded only if there are advisories. */
async function matchedOf(
  subjects: readonly ScannedArtifact[],
  request: EvaluationRequest,
  context: Context,
): Promise<MatchedArtifacts> {
  if (request.advisories === undefined) {
    const matched = subjects.map((subject) => ({ subject, outcome: unmatched(subject.inventory) }));
    return { matched, advisories: new Map() };
  }
  context.progress({ kind: 'phase', name: 'matching' });
  const cached = await getMatches(subjects, request, context);
  if (cached?.matches !== undefined) {
    const outcome = cached.matches;
    return {
      matched: subjects.map((subject) => ({ subject, outcome })),
      advisories: outcome.advisories,
    };
  }
  const { matchArtifacts } = await import('./match-artifacts.ts');
  const { advisories } = request;
  return matchArtifacts(subjects, { ...request, advisories, prepared: cached?.prepared }, context);
}

/** Adds what other analyzers found. */
function withJoined(subject: ScannedArtifact, { joined }: EvaluationRequest): ScannedArtifact {
  if (joined === undefined) return subject;
  const { diagnostics } = subject;
  const replaced = new Set(joined.areNewer === true ? joined.rules.map(placeKey) : []);
  const rules = (subject.rules ?? []).filter((rule) => !replaced.has(placeKey(rule)));
  return {
    ...subject,
    rules: [...rules, ...joined.rules],
    diagnostics: [...diagnostics, ...joined.diagnostics],
  };
}

function placeKey({ rule, fingerprint, location }: RuleFinding): string {
  return JSON.stringify([rule, fingerprint, location.path]);
}

/** Leaves out what was not asked for; a note says how much. */
function choosePackages(subject: ScannedArtifact, request: EvaluationRequest): ScannedArtifact {
  const { inventory } = subject;
  const types = request.packageTypes ?? PACKAGE_TYPES;
  const chosen: Package[] = [];
  const leftOut: Package[] = [];
  let hasSystemPackage = false;
  for (const pkg of inventory.packages) {
    const type = packageType(pkg);
    hasSystemPackage ||= type === 'os';
    if (!types.includes(type)) continue;
    const isLeftOut = pkg.scope === 'development' && request.includeDevDependencies !== true;
    (isLeftOut ? leftOut : chosen).push(pkg);
  }
  const packages =
    chosen.length === inventory.packages.length ? chosen : withoutDanglingDependencies(chosen);
  // Where packages of languages were not asked for, manifests of projects hide nothing that was.
  const diagnostics = types.includes('library')
    ? [...subject.diagnostics]
    : subject.diagnostics.filter(({ gap }) => gap !== 'unpinned');
  if (leftOut.length > 0) {
    diagnostics.push({
      stage: 'catalog',
      message: `${developmentText(leftOut.length)} left out; --include-dev-deps adds ${leftOut.length === 1 ? 'it' : 'them'}`,
    });
  }
  if (inventory.distro !== undefined && !hasSystemPackage && types.includes('os')) {
    diagnostics.push(...missingPackageDatabaseGaps(subject));
  }
  return {
    ...subject,
    inventory: { ...inventory, packages },
    ...(leftOut.length > 0 && { leftOut }),
    diagnostics,
  };
}

function packageType(pkg: Package): 'os' | 'library' {
  return ECOSYSTEMS[pkg.ecosystem].kind === 'os' ? 'os' : 'library';
}

/** Removes the system's end of life from a result if packages of the system were not requested: it hides nothing then. */
function withoutUnaskedSystem<Result extends { readonly inventory: Inventory }>(
  result: Result,
  { packageTypes = PACKAGE_TYPES }: EvaluationRequest,
): Result {
  if (packageTypes.includes('os')) return result;
  const { inventoryVersion, packages, projects, emptyManifests } = result.inventory;
  return {
    ...result,
    inventory: {
      inventoryVersion,
      packages,
      ...(projects && { projects }),
      ...(emptyManifests && { emptyManifests }),
    },
  };
}

/** A target without packages, gaps, deleted records and empty manifests must not look like a clean result. */
function refuseEmpty(
  { artifact, inventory, diagnostics, rules = [] }: ScannedArtifact,
  whole: ScannedArtifact,
): void {
  if (!isEmptyResult({ artifact, inventory, findings: rules, diagnostics })) return;
  if ((inventory.contradictions ?? []).length > 0) return;
  const found = whole.inventory.packages.filter((pkg) => !isRootProject(pkg));
  const { problem, hint } = emptyText(artifact, found);
  throw new AssayError('NOTHING_TO_SCAN', `"${artifact.reference}" ${problem}`, {
    hint: `${hint} --allow-empty accepts a target without packages.`,
  });
}

/** Returns whether nothing was scanned: no rule examined the artifact, it has no package but the project itself, no finding of a rule, no gap, and no manifest or lockfile that was read in full and requests nothing. The subject of an SBOM is stated to be judged, so it counts as a package. */
export function isEmptyResult({
  artifact,
  inventory,
  findings,
  diagnostics,
  scanners,
}: Pick<
  ArtifactResult,
  'artifact' | 'inventory' | 'findings' | 'diagnostics' | 'scanners'
>): boolean {
  if (scanners !== undefined) return false;
  const { packages, emptyManifests = [] } = inventory;
  if (emptyManifests.length > 0) return false;
  if (diagnostics.some(({ gap }) => gap !== undefined)) return false;
  if (findings.some(({ kind }) => kind === 'rule')) return false;
  return artifact.kind === 'sbom' ? packages.length === 0 : packages.every(isRootProject);
}

/** Returns the reason for an empty result. */
function emptyText(
  artifact: Artifact,
  found: readonly Package[],
): { readonly problem: string; readonly hint: string } {
  if (found.length === 0) {
    return { problem: 'holds no packages that Assay can read', hint: rightTarget(artifact) };
  }
  if (found.every(({ scope }) => scope === 'development')) {
    return {
      problem: `holds nothing to assess: ${developmentText(found.length)} left out`,
      hint: `--include-dev-deps scans ${found.length === 1 ? 'it' : 'them'} too.`,
    };
  }
  return {
    problem: `holds nothing to assess: ${pluralize(found.length, 'package')} left out`,
    hint: '--pkg-types says which types are scanned, --include-dev-deps adds development dependencies.',
  };
}

function developmentText(count: number): string {
  const what = pluralize(count, 'development dependency', 'development dependencies');
  return `${what} ${count === 1 ? 'was' : 'were'}`;
}

/** Returns a hint at the right command. Scanned as a single file, an image shows nothing of its content. */
function rightTarget({ kind, reference }: Artifact): string {
  return kind === 'file'
    ? `An image in a file is scanned with assay image --input ${reference}.`
    : 'Check that this is the right target.';
}

function unmatched(inventory: Inventory): Matches {
  return {
    findings: [],
    advisories: new Map(),
    diagnostics: [],
    coverage: [],
    coveredPackageCount: 0,
    packageCount: inventory.packages.length,
  };
}

/** Returns each feed of an ecosystem once, as long as it is of one state. */
export function uniqueCoverage(coverage: readonly Coverage[]): readonly Coverage[] {
  const key = (row: Coverage): string =>
    JSON.stringify([
      ...[row.feed, row.ecosystem, row.release],
      ...[row.recordCount, row.dataAt, row.fetchedAt],
    ]);
  return [...new Map(coverage.map((row) => [key(row), row])).values()];
}
