/**
 * The second match: what a package manager wrote is cataloged and matched as any directory is, and
 * compared with before.
 */

import type { Context } from '../../core/base/context.ts';
import { indexBy } from '../../core/base/maps.ts';
import type { Location } from '../../core/model/artifact/artifact.ts';
import type { VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import { isMalicious } from '../../core/model/advisory/malicious.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { ArtifactResult, Report } from '../../core/model/report/report.ts';
import { severityRank } from '../../core/model/severity/severity.ts';
import { runScan, type RunRequest } from '../../scan/pipeline/run-scan.ts';
import type { ProjectCopy } from './copy.ts';
import type { Step } from './plan.ts';

/** The result of matching one state of a copy. */
export interface Match {
  readonly result: Pick<ArtifactResult, 'inventory' | 'diagnostics'>;
  readonly findings: readonly NamedFinding[];
}

/** A finding with the name of its package. */
export interface NamedFinding {
  readonly finding: VulnerabilityFinding;
  readonly name: string;
  readonly version: string;
}

/** The result of a second match. */
export interface Proof {
  /** The steps that clear something, with the findings that they were seen to clear. */
  readonly steps: readonly Step[];
  /** Reason for the failure of a step, by its id; absent for the steps that hold. */
  readonly problems: ReadonlyMap<string, string>;
  /** Ids of all findings that the old state has and the new one does not. */
  readonly cleared: readonly string[];
  /**
   * Findings that the new state has and the old one does not, in another version of the package
   * neither.
   */
  readonly added: readonly NamedFinding[];
}

/**
 * Scans the files of a project in a copy by the rules of the run. @throws AssayError as `runScan`
 */
export async function matchCopy(
  copy: ProjectCopy,
  { paths, scan: request }: { readonly paths: ReadonlySet<string>; readonly scan: RunRequest },
  context: Context,
): Promise<Match> {
  const report: Report = await runScan(
    {
      ...request,
      targets: [{ ...request.targets[0], reference: copy.folder, kind: 'directory' }],
      policy: {},
      allowEmpty: true,
    },
    context,
  );
  const [result] = report.results;
  if (result === undefined) throw new RangeError('a scan of a directory has one result');
  const packages = packagesIn(result.inventory.packages, paths);
  const byId = indexBy<Package, 'id'>(packages, 'id');
  const findings = result.findings.flatMap((finding): readonly NamedFinding[] => {
    if (finding.kind !== 'vulnerability') return [];
    const pkg = byId.get(finding.packageId);
    return pkg === undefined ? [] : [{ finding, name: pkg.name, version: pkg.version }];
  });
  const diagnostics = result.diagnostics.filter(
    ({ location }) => location === undefined || paths.has(location.path.replace(/^\//u, '')),
  );
  return { result: { diagnostics, inventory: { ...result.inventory, packages } }, findings };
}

/** Returns the packages of some files, located in these files alone. Paths are relative. */
export function packagesIn(
  packages: readonly Package[],
  paths: ReadonlySet<string>,
): readonly Package[] {
  const isIn = ({ path }: Location): boolean =>
    paths.has(path.startsWith('/') ? path.slice(1) : path);
  return packages.flatMap((pkg) => {
    // Large lockfiles are usually the only ones that have their packages.
    if (pkg.locations.every(isIn)) return [pkg];
    const [location, ...others] = pkg.locations.filter(isIn);
    return location === undefined ? [] : [{ ...pkg, locations: [location, ...others] as const }];
  });
}

/**
 * Compares two matches, and returns which steps hold. Nothing is cleared that the second match
 * still finds.
 */
export function proveSteps(steps: readonly Step[], before: Match, after: Match): Proof {
  const old = new Map(before.findings.map((one) => [one.finding.id, one]));
  const fresh = after.findings.filter(({ finding }) => !old.has(finding.id));
  const present = new Set(after.findings.map(({ finding }) => finding.id));
  const moved = new Set(fresh.map(keyOf));
  const isCleared = (id: string): boolean => {
    const was = old.get(id);
    return was !== undefined && !present.has(id) && !moved.has(keyOf(was));
  };
  // A package that moves can keep a flaw that it had: another version of it has the finding, and no
  // more copies do.
  const [oldCounts, newCounts] = [countsOf(before), countsOf(after)];
  const added = fresh.filter(
    (one) => (newCounts.get(keyOf(one)) ?? 0) > (oldCounts.get(keyOf(one)) ?? 0),
  );
  const problems = new Map<string, string>();
  const proven: Step[] = [];
  for (const step of steps) {
    const clears = step.clears.filter(isCleared);
    const worse = added.find((one) => isWorse(one, clears, old));
    const [{ name, to }] = step.moves;
    if (clears.length === 0) {
      const what = to === undefined ? 'without it' : `with ${name} ${to}`;
      problems.set(step.id, `tried ${what}, and the second match still finds it`);
    } else if (worse !== undefined) {
      const { finding } = worse;
      const text = `${worse.name} ${worse.version} has ${finding.advisoryId} (${finding.severity})`;
      problems.set(step.id, `tried, and the second match finds more: ${text}`);
    } else {
      proven.push({ ...step, clears, adds: added.map(({ finding }) => finding.id) });
    }
  }
  return { steps: proven, problems, cleared: [...old.keys()].filter(isCleared), added };
}

function keyOf({ name, finding }: NamedFinding): string {
  return `${name}\0${finding.advisoryId}`;
}

/** Returns the number of versions of a package for each advisory. */
function countsOf({ findings }: Match): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of findings) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
}

/** Returns whether a new finding is as severe as one that is cleared, or malicious. */
function isWorse(
  { finding }: NamedFinding,
  clears: readonly string[],
  old: ReadonlyMap<string, NamedFinding>,
): boolean {
  if (isMalicious(finding)) return true;
  const rank = severityRank(finding.severity);
  return clears.some((id) => rank >= severityRank(old.get(id)?.finding.severity ?? 'unknown'));
}
