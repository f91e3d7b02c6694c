/** Plans one project, and tries the plan if there is a network. */

import type { Context } from '../../core/base/context.ts';
import { appendTo } from '../../core/base/maps.ts';
import { redact } from '../../core/base/redact.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import { isMalicious } from '../../core/model/advisory/malicious.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { ArtifactResult, Report } from '../../core/model/report/report.ts';
import { clearedBy } from '../../scan/remediation/lowest-fix.ts';
import type { EvaluationRequest } from '../../scan/pipeline/request.ts';
import type { RunRequest } from '../../scan/pipeline/run-scan.ts';
import { compareVersions } from '../../core/version/index.ts';
import { chooseSteps } from './choose-steps.ts';
import type { FixProject, Subject } from './manager.ts';
import { MANAGERS, managerOf } from './managers/list.ts';
import type { ProjectOutcome, ProjectState } from './outcome.ts';
import type { Move, Staying, Step } from './plan.ts';
import { movedPackage, predictSteps } from './predict.ts';
import { packagesIn } from './prove.ts';
import type { FixRequest } from './request.ts';
import { settleProject } from './settle-project.ts';
import type { Target } from './targets.ts';
import type { Replacement } from './write-all.ts';
import { packagesById } from './packages-by-id.ts';

/** Which steps may be taken. */
export interface StepChoice {
  /** Ids of the steps. Absent: all. */
  readonly only?: ReadonlySet<string>;
  /** Why steps were given up before, by their ids. */
  readonly givenUp: ReadonlyMap<string, string>;
}

/** The choice of all steps. */
export const ALL_STEPS: StepChoice = { givenUp: new Map() };

/** A project, and what is done about it. */
export interface ProjectRequest {
  /** Path of the lockfile. */
  readonly path: string;
  /** Absolute, without symlinks. */
  readonly root: string;
  /** As in {@link ProjectPlace.listed}. */
  readonly listed: readonly string[];
  readonly targets: readonly Target[];
  readonly before: Report;
  readonly scan: RunRequest;
  readonly evaluation: EvaluationRequest;
  readonly request: Pick<FixRequest, 'env' | 'allowance'>;
  readonly choice: StepChoice;
}

/** A project after its plan was made and tried. */
export interface FixedProject {
  readonly outcome: ProjectOutcome;
  readonly changed: readonly Replacement[];
  /** Files whose packages {@link FixedProject.match} replaces. */
  readonly replacedPaths: readonly string[];
  readonly match: readonly Pick<ArtifactResult, 'inventory' | 'diagnostics'>[];
}

/**
 * Plans a project, and tries the plan. @throws AssayError as the package manager does, and as scans
 * do
 */
export async function fixProject(
  { path, root, listed, targets, before, scan, evaluation, request, choice }: ProjectRequest,
  context: Context,
): Promise<FixedProject> {
  const row = managerOf(path) ?? MANAGERS[0];
  if (row === undefined) throw new RangeError(`no manager for "${path}"`);
  const place = { root, path, env: request.env, listed };
  const project = await (await row.load()).openProject(place, context);
  // An edit of a file needs no network.
  const isTried = context.fetch !== undefined || !project.isResolved;
  if (isTried && project.registries.length > 0) {
    const registries = project.registries.map(redact).join(', ');
    context.log.info(`${row.name} asks ${registries} for "${path}"`);
  }
  const offers = await offersFor(project, targets, before, request);
  const offered = offers.flatMap(({ steps }) => steps);
  const free = offered.filter(({ id }) => choice.only?.has(id) !== false);
  const predicted = await predictSteps(free, before, evaluation, context);
  const wanted = targets.map(({ finding }) => finding.id);
  const first = chooseSteps(predicted.steps, wanted);
  const paths = new Set(project.files.map((file) => file.path));
  context.log.debug(predictionText(path, first, before, paths));
  const packageIds = (): readonly string[] =>
    before.results.flatMap(({ inventory }) =>
      packagesIn(inventory.packages, paths).map(({ id }) => id),
    );
  const settling = { project, steps: predicted.steps, wanted, scan };
  const settled = isTried
    ? await settleProject({ ...settling, packageIds: packageIds() }, context)
    : undefined;
  const steps = settled?.steps ?? first;
  const problems = new Map([...choice.givenUp, ...predicted.refused, ...(settled?.givenUp ?? [])]);
  const changed = settled?.changed ?? [];
  const originals = new Map(project.files.map((file) => [file.path, file.bytes]));
  return {
    outcome: {
      path,
      manager: row.name,
      state: stateOf(project, isTried),
      steps,
      staying: stayingOf(offers, steps, problems),
      changedPaths: changed.map((file) => file.path),
      notes: project.notes,
    },
    changed: changed.map((file) => ({
      path: file.path,
      old: originals.get(file.path) ?? new Uint8Array(),
      fresh: file.bytes,
    })),
    replacedPaths: project.files.map((file) => file.path),
    match: [settled?.match?.result ?? predictedResult(before, paths, steps)],
  };
}

/**
 * The plan before it is tried, and the findings that it is predicted to leave, each with its
 * package.
 */
function predictionText(
  path: string,
  steps: readonly Step[],
  { results }: Report,
  files: ReadonlySet<string>,
): string {
  const cleared = new Set(steps.flatMap(({ clears }) => clears));
  const own = results.flatMap(({ inventory, findings }) => {
    const staying = findings
      .filter((finding) => finding.kind === 'vulnerability')
      .filter(({ id }) => !cleared.has(id));
    if (staying.length === 0) return [];
    const byId = packagesById(inventory);
    return staying.flatMap((finding) => {
      const pkg = byId.get(finding.packageId);
      if (pkg === undefined || packagesIn([pkg], files).length === 0) return [];
      return [`${finding.advisoryId} of ${pkg.name}`];
    });
  });
  const left = [...new Set([...own, ...steps.flatMap(({ adds }) => adds)])].sort();
  const plan = steps.map(({ id }) => id).join('; ');
  return `plan of "${path}" before it is tried: ${plan}; predicted to leave: ${left.join(', ')}`;
}

function stateOf({ isResolved }: FixProject, isTried: boolean): ProjectState {
  if (!isResolved) return 'edited';
  return isTried ? 'tried' : 'notTried';
}

interface Offer {
  readonly subject: Subject;
  readonly steps: readonly Step[];
  readonly reasons: readonly string[];
}

async function offersFor(
  project: FixProject,
  targets: readonly Target[],
  { results, advisories }: Report,
  { allowance }: Pick<FixRequest, 'allowance'>,
): Promise<readonly Offer[]> {
  const byPackage = new Map<Package, Target[]>();
  for (const target of targets) appendTo(byPackage, target.pkg, target);
  const distro = results[0]?.inventory.distro;
  const offers: Offer[] = [];
  for (const [pkg, own] of byPackage) {
    const findings = own.map(({ finding }) => finding);
    const { scheme } = ECOSYSTEMS[pkg.ecosystem];
    const fixes = new Set(findings.flatMap(({ fixedVersions }) => fixedVersions));
    const patient = { pkg, distro, advisories };
    const subject: Subject = {
      pkg,
      findings,
      isMalicious: findings.some(isMalicious),
      fixedVersions: [...fixes]
        .filter((version) => (compareVersions(scheme, version, pkg.version) ?? 0) > 0)
        .sort((a, b) => compareVersions(scheme, a, b) ?? 0),
      clearedBy: (version) => clearedBy(patient, findings, version),
      allowance,
    };
    offers.push({ subject, ...(await project.stepsFor(subject)) });
  }
  return withSharedMoves(offers);
}

/** A step can move other vulnerable packages too, to versions that clear findings of these. */
function withSharedMoves(offers: readonly Offer[]): readonly Offer[] {
  const subjects = new Map(
    offers.map(({ subject }) => [`${subject.pkg.name}\0${subject.pkg.version}`, subject]),
  );
  const clearedByMove = ({ name, from, to }: Move): readonly string[] => {
    const subject = subjects.get(`${name}\0${from}`);
    if (subject === undefined || to === undefined) return [];
    return subject.clearedBy(to);
  };
  return offers.map(({ subject, steps, reasons }) => ({
    subject,
    reasons,
    steps: steps.map((step) => ({
      ...step,
      clears: [...new Set([...step.clears, ...step.moves.slice(1).flatMap(clearedByMove)])],
    })),
  }));
}

/** Findings that no step of the plan clears, with all that was considered. */
function stayingOf(
  offers: readonly Offer[],
  plan: readonly Step[],
  problems: ReadonlyMap<string, string>,
): readonly Staying[] {
  const cleared = new Set(plan.flatMap(({ clears }) => clears));
  return offers.flatMap(({ subject, steps, reasons }) =>
    subject.findings.flatMap(({ id }): readonly Staying[] => {
      if (cleared.has(id)) return [];
      const own = steps
        .filter(({ clears }) => clears.includes(id))
        .flatMap(
          (step) => problems.get(step.id) ?? 'another step of the plan needs another version',
        );
      const all = [...new Set([...reasons, ...own])];
      return [{ findingId: id, reasons: all.length > 0 ? all : ['no version is known to fix it'] }];
    }),
  );
}

/** The packages of the project's files as the steps would leave them. */
function predictedResult(
  { results: [first] }: Report,
  paths: ReadonlySet<string>,
  steps: readonly Step[],
): Pick<ArtifactResult, 'inventory' | 'diagnostics'> {
  if (first === undefined) throw new RangeError('a scan of a directory has one result');
  const moves = new Map(
    steps.flatMap((step) =>
      step.moves.map((move) => [`${move.name}\0${move.from}`, move] as const),
    ),
  );
  const moved = new Set(steps.flatMap((step) => step.moves.map(({ name }) => name)));
  const unique = new Map<string, Package>();
  for (const old of packagesIn(first.inventory.packages, paths)) {
    const move = moved.has(old.name) ? moves.get(`${old.name}\0${old.version}`) : undefined;
    const pkg = move === undefined ? old : movedPackage(old, move);
    if (pkg === undefined) continue;
    const known = unique.get(pkg.id);
    if (known === undefined) {
      unique.set(pkg.id, pkg);
      continue;
    }
    const locations = [...pkg.locations, ...known.locations] as const;
    unique.set(pkg.id, { ...pkg, locations });
  }
  const diagnostics = first.diagnostics.filter(
    ({ location }) => location !== undefined && paths.has(location.path.replace(/^\//u, '')),
  );
  return { inventory: { ...first.inventory, packages: [...unique.values()] }, diagnostics };
}
