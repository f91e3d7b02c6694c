/**
 * What is known of versions before they are tried: the packages of the steps are matched as if they
 * were installed.
 */

import type { Context } from '../../core/base/context.ts';
import { appendTo } from '../../core/base/maps.ts';
import type { VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import type { Package } from '../../core/model/package/package.ts';
import { purlOf } from '../../core/model/purl/purl.ts';
import type { Report } from '../../core/model/report/report.ts';
import { severityRank } from '../../core/model/severity/severity.ts';
import type { EvaluationRequest } from '../../scan/pipeline/request.ts';
import { rematch } from '../../scan/pipeline/scan.ts';
import type { Move, Step } from './plan.ts';
import { compositeReport } from './composite-report.ts';
import { packagesById } from './packages-by-id.ts';

/** Steps with their predicted findings, and the steps that are refused because of them. */
export interface PredictedSteps {
  readonly steps: readonly Step[];
  /** Why a step is refused, by its id. */
  readonly refused: ReadonlyMap<string, string>;
}

/**
 * Adds to each step what its new versions are found to have. A step that adds a finding as severe
 * as one that it clears is refused.
 */
export async function predictSteps(
  steps: readonly Step[],
  before: Report,
  request: EvaluationRequest,
  context: Context,
): Promise<PredictedSteps> {
  const byPackage = await findingsOf(steps, before, request, context);
  const known = knownFindings(before);
  const severities = new Map(
    before.results.flatMap(({ findings }) =>
      findings.map(({ id, severity }) => [id, severity] as const),
    ),
  );
  const predicted: Step[] = [];
  const refused = new Map<string, string>();
  for (const step of steps) {
    const added = step.moves.flatMap(({ name, from, to }) =>
      to === undefined
        ? []
        : (byPackage.get(`${step.ecosystem}\0${name}\0${to}`) ?? []).filter(
            ({ advisoryId }) => !known.has(`${name}\0${from}\0${advisoryId}`),
          ),
    );
    const bounds = step.clears.map((id) => severityRank(severities.get(id) ?? 'unknown'));
    const worst = added.find(
      ({ severity, malicious }) =>
        malicious !== undefined || bounds.some((bound) => severityRank(severity) >= bound),
    );
    if (worst === undefined) predicted.push({ ...step, adds: added.map(({ id }) => id) });
    else refused.set(step.id, refusal(step, worst));
  }
  return { steps: predicted, refused };
}

function refusal(
  { moves: [{ name, to }] }: Step,
  { advisoryId, severity }: VulnerabilityFinding,
): string {
  return `${name} ${to ?? ''} would add ${advisoryId} (${severity})`;
}

/** The findings of the new versions, by package. */
async function findingsOf(
  steps: readonly Step[],
  before: Report,
  request: EvaluationRequest,
  context: Context,
): Promise<ReadonlyMap<string, readonly VulnerabilityFinding[]>> {
  const packages = new Map<string, Package>();
  const names = new Set(steps.flatMap(({ moves }) => moves.map(({ name }) => name)));
  const models = new Map<string, Package>();
  for (const { inventory } of before.results) {
    for (const pkg of inventory.packages) {
      if (names.has(pkg.name)) models.set(`${pkg.ecosystem}\0${pkg.name}\0${pkg.version}`, pkg);
    }
  }
  for (const { ecosystem, moves } of steps) {
    for (const move of moves) {
      const model = models.get(`${ecosystem}\0${move.name}\0${move.from}`);
      const moved = model === undefined ? undefined : movedPackage(model, move);
      if (moved !== undefined) packages.set(moved.id, moved);
    }
  }
  const found = new Map<string, VulnerabilityFinding[]>();
  if (packages.size === 0) return found;
  const report = await rematch(
    compositeReport(before, [...packages.values()]),
    { ...request, allowEmpty: true },
    context,
  );
  for (const finding of report.results.flatMap(({ findings }) => findings)) {
    if (finding.kind !== 'vulnerability') continue;
    const pkg = packages.get(finding.packageId);
    if (pkg !== undefined)
      appendTo(found, `${pkg.ecosystem}\0${pkg.name}\0${pkg.version}`, finding);
  }
  return found;
}

/** Returns a package at the version of a move; `undefined` if it goes. */
export function movedPackage(pkg: Package, { to }: Move): Package | undefined {
  if (to === undefined) return undefined;
  const { ecosystem, name, qualifiers } = pkg;
  const id = purlOf({ ecosystem, name, version: to, qualifiers });
  return { ...pkg, id, version: to, digests: [], dependsOn: [] };
}

function knownFindings({ results }: Report): ReadonlySet<string> {
  return new Set(
    results.flatMap(({ inventory, findings }) => {
      const byId = packagesById(inventory);
      return findings.flatMap((finding) => {
        if (finding.kind !== 'vulnerability') return [];
        const pkg = byId.get(finding.packageId);
        return pkg === undefined ? [] : [`${pkg.name}\0${pkg.version}\0${finding.advisoryId}`];
      });
    }),
  );
}
