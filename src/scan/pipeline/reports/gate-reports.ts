/**
 * Judges stored reports: the same decision as after a scan, over findings that are there already.
 * Nothing is matched again, so advisories that came later are not asked; `rematch` does that.
 */

import { FEEDS } from '../../../advisories/feeds/list.ts';
import { AssayError } from '../../../core/base/errors.ts';
import type { Context } from '../../../core/base/context.ts';
import { joinAdvisories } from '../../match/merge-advisories.ts';
import type { Coverage, Severity } from '../../../core/model/advisory/advisory.ts';
import { ECOSYSTEMS } from '../../../core/model/package/ecosystem.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import type { MatchCorrections } from '../../../core/model/advisory/matches.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import { SEVERITIES, severityRank } from '../../../core/model/severity/severity.ts';
import { decide } from '../../policy/decide.ts';
import { isExitCodeGate, isGate } from '../../policy/gate.ts';
import type { PolicyOptions } from '../../policy/options.ts';
import type { DecisionInput } from '../../policy/plain-decision.ts';
import { withActions } from '../../remediation/actions.ts';
import { withCure } from '../../remediation/cure.ts';
import { buildReport } from './build-report.ts';
import { isEmptyResult } from '../chosen-packages.ts';
import { uniqueCoverage } from '../evaluate.ts';
import { fullPolicy } from '../request.ts';
import { requireConsistent } from './report-consistency.ts';
import { sourceOutcome, type ScanTrust } from '../trusted-sources.ts';

/** The policy that stored reports are evaluated with. */
export interface GateRequest {
  readonly policy: Partial<PolicyOptions>;
  /** `--db-max-age`: refuses reports whose advisory data is older by now. */
  readonly maxAgeMs?: number;
  /** `--allow-empty`. */
  readonly allowEmpty?: boolean;
  /** The trust file, by which the sources of images are judged; absent: they are not. */
  readonly trustFile?: ScanTrust;
  /** The result of `ruleScannersOf` for the conditions of the policy. */
  readonly ruleScanners?: DecisionInput['ruleScanners'];
}

/** A report, and how it is called in messages. */
export interface StoredReport {
  readonly name: string;
  readonly report: Report;
}

/**
 * Returns one verdict over all artifacts of all reports, by the clock of the context. Suppressions
 * and verdicts of the reports count for nothing; what they found does.
 *
 * @throws AssayError `DAMAGED` for a report that does not hold together, `ADVISORY_DATA_MISSING`
 * for one in which nothing was matched, `ADVISORY_DATA_STALE`, `NOTHING_TO_SCAN`
 */
export function gateReports(
  stored: readonly StoredReport[],
  request: GateRequest,
  context: Pick<Context, 'now'>,
): Report {
  const policy = fullPolicy(request.policy);
  const [first] = stored;
  if (first === undefined) throw new AssayError('USAGE', 'no report given');
  for (const one of stored) refuse(one, policy, request, context.now());
  const reports = stored.map(({ report }) => report);
  const advisories = joinAdvisories(reports.map((report) => report.advisories));
  const coverage = uniqueCoverage(reports.flatMap((report) => report.coverage));
  const found = reports.flatMap((report) =>
    report.results.map((result) => ({
      result: asFound(result, report, policy),
      corrected: correctedOf(result),
    })),
  );
  const results = found.map(({ result }) => result);
  const asked = found.map(({ result, corrected }) => ({
    ...withoutHarmlessSystem(result),
    corrected,
  }));
  const { trustFile, ruleScanners } = request;
  const artifacts = results.map(({ artifact }) => artifact);
  const trust = trustFile && sourceOutcome(artifacts, trustFile);
  const input = {
    ...{ results: asked, advisories, coverage, ruleScanners },
    ...(trust !== undefined && { trust }),
    judgesOrigins: trustFile !== undefined,
  };
  const decision = decide(input, policy, context.now());
  const decided = buildReport({ results, advisories, coverage }, decision, policy);
  return {
    ...withActions(withCure(decided, policy.command)),
    tool: first.report.tool,
    startedAt: new Date(context.now()).toISOString(),
    durationMs: 0,
  };
}

function refuse(
  { name, report }: StoredReport,
  policy: PolicyOptions,
  { maxAgeMs, allowEmpty }: GateRequest,
  now: number,
): void {
  requireConsistent(report, `the report "${name}"`);
  for (const result of report.results) {
    const { artifact } = result;
    if (isEmptyResult(result) && allowEmpty !== true) {
      throw new AssayError(
        'NOTHING_TO_SCAN',
        `"${artifact.reference}" of "${name}" has no packages`,
        {
          hint: '--allow-empty accepts an artifact without packages.',
        },
      );
    }
  }
  if (policy.failOnTamper === true) refuseUnverified(name, report);
  if (asksFindings(policy)) refuseUnmatched(name, report);
  if (maxAgeMs !== undefined) refuseStale(name, report.coverage, maxAgeMs, now);
}

function asksFindings(policy: PolicyOptions): boolean {
  return policy.failOn.length > 0 || isExitCodeGate(policy);
}

/** Refuses a report whose content was not verified: nothing can contradict it. */
function refuseUnverified(name: string, { results }: Report): void {
  for (const { artifact, inventory } of results) {
    const system = inventory.packages.filter(
      ({ ecosystem, presence }) => ECOSYSTEMS[ecosystem].kind === 'os' && presence === 'installed',
    );
    const isVerified =
      inventory.accountability !== undefined ||
      system.some(({ evidence }) => evidence.level !== 'claimed');
    if (artifact.kind === 'sbom' || (system.length > 0 && !isVerified)) {
      throw new AssayError(
        'USAGE',
        `--fail-on-tamper has nothing to decide on: nobody verified the content in "${name}"`,
        { hint: 'Scan the thing itself, without --verify none and --lazy.' },
      );
    }
  }
}

/** A list of packages without a single finding must not pass for a clean one. */
function refuseUnmatched(name: string, { coverage, results }: Report): void {
  if (coverage.length > 0 || results.every(({ inventory }) => inventory.packages.length === 0)) {
    return;
  }
  throw new AssayError(
    'ADVISORY_DATA_MISSING',
    `in the report "${name}" no advisories were asked, so it says nothing of vulnerabilities`,
    { hint: 'Scan without --scanners packages.' },
  );
}

/** Optional feeds lend texts and ratings, and withhold no finding. */
function refuseStale(
  name: string,
  coverage: readonly Coverage[],
  maxAgeMs: number,
  now: number,
): void {
  for (const { feed, dataAt, currentAt } of coverage) {
    if (FEEDS.find(({ id }) => id === feed)?.optional === true) continue;
    const asOf = currentAt ?? dataAt;
    // What is not an instant is not known to be new.
    if (now - Date.parse(asOf) <= maxAgeMs) continue;
    throw new AssayError(
      'ADVISORY_DATA_STALE',
      `the report "${name}" was made with data of ${feed} of ${asOf}, older than --db-max-age allows`,
      { hint: 'Scan again, with data that "assay db update" loaded.' },
    );
  }
}

/**
 * Returns the findings that corrections of the user removed when they were matched. They count
 * again, unless the corrections of now name them.
 */
function correctedOf({ suppressed }: ArtifactResult): MatchCorrections {
  const removed = suppressed.filter(({ by }) => by === 'override');
  return { removedIds: removed.map(({ findingId }) => findingId), changedCount: 0 };
}

/** Returns a result as its scan found it; omissions of its report are gaps if they may decide. */
function asFound(result: ArtifactResult, report: Report, policy: PolicyOptions): ArtifactResult {
  const diagnostics = result.diagnostics.filter(({ stage }) => stage !== 'policy');
  const added = [leftOutDiagnostic(result, report, policy), unreadDiagnostic(result, policy)];
  return {
    ...result,
    suppressed: [],
    diagnostics: [...diagnostics, ...added.filter((one) => one !== undefined)],
  };
}

/**
 * A scan with a gate compares every layer with its digest; one without may have taken an archive's
 * word.
 */
function unreadDiagnostic(
  { layerDigests, artifact, diagnostics }: ArtifactResult,
  policy: PolicyOptions,
): Diagnostic | undefined {
  const isSaid = diagnostics.some(({ gap }) => gap === 'lazy');
  if (layerDigests !== 'notChecked' || isSaid || !isGate(policy)) return undefined;
  const message = `layers of "${artifact.reference}" were not compared with their digests: scan with a gate, or with --verify full`;
  return { stage: 'layers', message, gap: 'lazy' };
}

function leftOutDiagnostic(
  { notShown, artifact }: ArtifactResult,
  { shownOrigin }: Report,
  policy: PolicyOptions,
): Diagnostic | undefined {
  const hidden = SEVERITIES.filter((severity) => notShown[severity] > 0);
  if (hidden.length === 0) return undefined;
  const list = hidden.map((one) => `${one.toUpperCase()}: ${notShown[one]}`).join(', ');
  const filters = shownOrigin === undefined ? '--severity' : '--severity or --only';
  const message = `the report on "${artifact.reference}" leaves out findings because of ${filters} (${list})`;
  const mayDecide = isGate(policy) && hidden.some((severity) => asksAbout(severity, policy));
  return { stage: 'source', message, ...(mayDecide && { gap: 'filtered' as const }) };
}

/** Returns whether a finding of a severity could decide. */
function asksAbout(severity: Severity, options: PolicyOptions): boolean {
  const { failOn, policy, severities, failOnTamper } = options;
  if (failOnTamper === true) return true;
  if (failOn.length > 0 || policy !== undefined) {
    return failOn.some(
      ({ atLeast }) => atLeast === undefined || severityRank(atLeast) <= severityRank(severity),
    );
  }
  return isExitCodeGate(options) && severities.includes(severity);
}

/**
 * Removes the system from a result without packages of the system: its end of life hides nothing.
 */
function withoutHarmlessSystem(result: ArtifactResult): ArtifactResult {
  const { distro, ...inventory } = result.inventory;
  const hasSystem = inventory.packages.some(({ ecosystem }) => ECOSYSTEMS[ecosystem].kind === 'os');
  return distro === undefined || hasSystem || hasGap(result) ? result : { ...result, inventory };
}

function hasGap({ diagnostics }: ArtifactResult): boolean {
  return diagnostics.some(({ gap }) => gap !== undefined);
}
