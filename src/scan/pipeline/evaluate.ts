/**
 * From inventories to a decided report: matching, policy, cure. The second half of a scan, and all
 * of a `rematch`.
 */

import { runComputation } from '../../core/base/forced-exit.ts';
import { toolVersion } from '../../core/base/build-info.ts';
import type { Context } from '../../core/base/context.ts';
import { integrityFindings } from '../integrity/findings.ts';
import type { Coverage } from '../../core/model/advisory/advisory.ts';
import { withoutDanglingDependencies } from '../../core/model/package/dependency-ids.ts';
import type { Matches } from '../../core/model/advisory/matches.ts';
import type { Inventory } from '../../core/model/package/package.ts';
import type { ArtifactResult, Report } from '../../core/model/report/report.ts';
import type { RuleFinding } from '../../core/model/rule/rule-finding.ts';
import { SCAN_PARTS, type ScanPart } from '../../core/model/rule/rule-scanner.ts';
import { joinOutcomes, type TrustOutcome } from '../../core/model/report/trust-outcome.ts';
import { NO_FINDINGS } from '../../core/model/severity/severity.ts';
import { isGate } from '../policy/gate.ts';
import type { PolicyOptions } from '../policy/options.ts';
import {
  asksForDecision,
  plainDecision,
  type Decision,
  type DecisionInput,
} from '../policy/plain-decision.ts';
import { buildReport } from './reports/build-report.ts';
import { choosePackages, refuseEmpty, withoutUnaskedSystem } from './chosen-packages.ts';
import type { MatchedArtifacts, MatchedArtifact } from './match-artifacts.ts';
import { getMatches } from './cache/match-cache.ts';
import { hasOriginCauses, withTrustWarning } from './origin-verdict.ts';
import { fullPolicy, type ScannedArtifact, type EvaluationRequest } from './request.ts';

/**
 * Judges inventories.
 *
 * @throws AssayError `NOTHING_TO_SCAN` where an artifact holds no package and nothing that could
 * hide one; `ADVISORY_DATA_MISSING` where nothing is known of any package of an artifact.
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
  const { ruleScannersOf } = await import('./rules/rule-scanners.ts');
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

/**
 * Adds the remediation; the code that knows package managers is loaded only if a cure upgrades
 * something.
 */
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
