/**
 * The entry point of `assay fix`: scans, plans, tries the plan in a copy, matches again, and writes
 * the files if asked to.
 */

import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { appendTo } from '../../core/base/maps.ts';
import { plainDiff } from '../../formats/text/diff/unified-diff.ts';
import { isGate } from '../../scan/policy/gate.ts';
import { fullPolicy, type EvaluationRequest } from '../../scan/pipeline/request.ts';
import { runScan, withOpenAdvisories, type RunRequest } from '../../scan/pipeline/run-scan.ts';
import { rematch } from '../../scan/pipeline/scan.ts';
import { withFilesReplaced } from './composite-report.ts';
import { dirtyFiles } from './dirty-files.ts';
import { leftOverFiles } from './left-over.ts';
import { MANAGERS, managerOf, unfixedReason } from './managers/list.ts';
import type { FixOutcome } from './outcome.ts';
import { ALL_STEPS, fixProject, type FixedProject } from './fix-project.ts';
import type { Staying } from './plan.ts';
import type { ProjectPlace } from './manager.ts';
import type { FixRequest } from './request.ts';
import { targetsOf, type Target } from './targets.ts';
import { applyTested, type FixAll } from './apply-tested.ts';
import { writeAll, type Replacement } from './write-all.ts';

/**
 * Fixes a directory.
 *
 * @throws AssayError `USAGE` for a project that cannot be fixed as it is, a package manager that is
 * missing, and files that cannot be written; as scans do
 */
export async function run(request: FixRequest, context: Context): Promise<FixOutcome> {
  const { target, mode } = request;
  const scan = await withOpenAdvisories(request.scan, context);
  const before = await runScan(scan, context);
  const isGated = isGate(fullPolicy(scan.policy));
  const targets = targetsOf(before, { ...request.narrowing, isGated });
  const root = await realpath(resolve(request.cwd, target));
  const listed = listedPaths(before);
  for (const path of await leftOverFiles(root, listed)) {
    context.log.warn(
      `"${path}" was left by a run that was killed while it wrote files: some can be new and others old. Compare them with git diff, then remove it.`,
    );
  }
  const { byProject, elsewhere } = await sortTargets(targets, { root, env: request.env, listed });
  const [unknown] = elsewhere;
  if (byProject.size === 0 && unknown !== undefined) throw noManager(unknown);
  const evaluation = evaluationOf(scan);
  const fixAll: FixAll = (choice) =>
    inTurn([...byProject], ([path, own]) =>
      fixProject(
        { path, root, listed, targets: own, before, scan, evaluation, request, choice },
        context,
      ),
    );
  const planned = await fixAll(ALL_STEPS);
  refuseShared(planned);
  const projects =
    mode === 'apply' ? await applyAll(planned, { root, request, fixAll }, context) : planned;
  const after = await secondMatch(projects, before, evaluation, context);
  const changed = projects.flatMap(({ changed: files }) => files);
  return {
    target,
    mode,
    targets,
    projects: projects.map(({ outcome }) => outcome),
    elsewhere,
    before,
    after,
    diff: changed.map(request.diffFile ?? plainDiff).join(''),
  };
}

/** Returns the paths of the files in which packages were found, relative to the target. */
function listedPaths({ results }: Pick<FixOutcome['before'], 'results'>): readonly string[] {
  const packages = results.flatMap(({ inventory }) => inventory.packages);
  const paths = packages.flatMap(({ locations }) => locations.map(({ path }) => path));
  return [...new Set(paths)].map((path) => path.replace(/^\//u, ''));
}

/** Returns the targets by the project that has them. A package can be in several. */
async function sortTargets(
  targets: readonly Target[],
  where: Pick<ProjectPlace, 'root' | 'env' | 'listed'>,
): Promise<{
  readonly byProject: ReadonlyMap<string, readonly Target[]>;
  readonly elsewhere: readonly Staying[];
}> {
  const byProject = new Map<string, Target[]>();
  const elsewhere: Staying[] = [];
  const projects = new Map<string, string>();
  for (const target of targets) {
    const reasons = new Set<string>();
    const own = new Set<string>();
    for (const { path } of target.pkg.locations) {
      const relative = path.replace(/^\//u, '');
      const row = managerOf(relative);
      if (row === undefined) {
        reasons.add(unfixedReason(relative));
        continue;
      }
      const manager = await row.load();
      const place = { ...where, path: relative };
      const project = projects.get(relative) ?? (await manager.projectOf?.(place)) ?? relative;
      projects.set(relative, project);
      own.add(project);
    }
    for (const project of own) appendTo(byProject, project, target);
    if (reasons.size > 0) elsewhere.push({ findingId: target.finding.id, reasons: [...reasons] });
  }
  return { byProject, elsewhere };
}

/** A plan for nothing would look like a project without findings. */
function noManager({ reasons }: Staying): AssayError {
  const files = MANAGERS.flatMap((row) => row.files);
  return new AssayError('USAGE', `nothing can be fixed: ${reasons.join('; ')}`, {
    hint: `Files that are fixed: ${files.join(', ')}. What to run for other files: assay fs . --fail-on high+fixable`,
  });
}

/**
 * @throws AssayError `USAGE` if two projects change one file, because neither was tried with the
 * change of the other
 */
function refuseShared(projects: readonly FixedProject[]): void {
  const owners = new Map<string, string>();
  for (const { outcome, changed } of projects) {
    for (const { path } of changed) {
      const other = owners.get(path);
      if (other !== undefined) {
        throw new AssayError(
          'USAGE',
          `"${path}" would be changed by the fixes of "${other}" and of "${outcome.path}"`,
          { hint: 'Fix one after the other, each with --package NAME.' },
        );
      }
      owners.set(path, outcome.path);
    }
  }
}

function evaluationOf(scan: RunRequest): EvaluationRequest {
  const { advisories } = scan;
  if (advisories === undefined || !('open' in advisories)) {
    throw new AssayError('USAGE', 'a fix needs advisory data, and --scanners packages has none', {
      hint: 'Leave out --scanners packages.',
    });
  }
  return { ...scan, advisories, allowEmpty: true };
}

/** Judges what is left, by the rules of the first scan. */
function secondMatch(
  projects: readonly FixedProject[],
  before: FixOutcome['before'],
  evaluation: EvaluationRequest,
  context: Context,
): Promise<FixOutcome['after']> {
  const paths = new Set(projects.flatMap(({ replacedPaths }) => replacedPaths));
  const fresh = projects.flatMap(({ match }) => match);
  return rematch(withFilesReplaced(before, paths, fresh), evaluation, context);
}

/** @throws AssayError `USAGE` if a plan was not tried, because nothing can be written then */
function refuseUntried(projects: readonly FixedProject[]): void {
  const untried = projects.find(
    ({ outcome }) => outcome.state === 'notTried' && outcome.steps.length > 0,
  );
  if (untried === undefined) return;
  const { manager, path } = untried.outcome;
  throw new AssayError(
    'USAGE',
    `--apply needs ${manager} for "${path}", and --offline keeps it from its registries`,
    {
      hint: 'Leave out one of the two; --offline alone shows the plan.',
    },
  );
}

/** Runs work for each item, one after the other. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

interface Application {
  readonly root: string;
  readonly request: FixRequest;
  readonly fixAll: FixAll;
}

/**
 * Writes the changes, and runs the test of the project if there is one. Returns what was written in
 * the end.
 */
async function applyAll(
  projects: readonly FixedProject[],
  { root, request, fixAll }: Application,
  context: Context,
): Promise<readonly FixedProject[]> {
  refuseUntried(projects);
  const files = projects.flatMap(({ changed }) => changed);
  await refuseDirty(root, files, request, context);
  const { testCommand, env } = request;
  if (testCommand === undefined || files.length === 0) {
    writeAll(root, files);
    return projects;
  }
  return applyTested(projects, fixAll, { root, env, command: testCommand }, context);
}

async function refuseDirty(
  root: string,
  files: readonly Replacement[],
  { isDirtyAllowed, env }: FixRequest,
  context: Context,
): Promise<void> {
  const own = files.map(({ path, old }) => ({ path, bytes: old }));
  const [dirty] = isDirtyAllowed ? [] : await dirtyFiles(root, own, env, context);
  if (dirty !== undefined) {
    throw new AssayError('USAGE', `"${dirty}" has changes that are not committed`, {
      hint: 'Commit or stash them, or write over them with --force-dirty. No file of the project was changed.',
    });
  }
}
