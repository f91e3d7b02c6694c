/**
 * Tries the plan of one project until it holds: all steps at once, and one after the other if
 * something is wrong. A step that does not hold is given up, and the plan is made anew without it.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { RunRequest } from '../../scan/pipeline/run-scan.ts';
import { chooseSteps } from './choose-steps.ts';
import { createCopy, type ProjectCopy } from './copy.ts';
import type { FixProject } from './manager.ts';
import type { Step } from './plan.ts';
import type { ProjectFile } from './project-files.ts';
import { matchCopy, proveSteps, type Match } from './prove.ts';

/** The plan of a project that was tried. */
export interface SettledProject {
  readonly steps: readonly Step[];
  /** Reasons for steps that were given up, by their ids. */
  readonly givenUp: ReadonlyMap<string, string>;
  /** The new content of the files that change. */
  readonly changed: readonly ProjectFile[];
  /**
   * The last match: of the changed files, or of the files as they are. Absent: the copy reads
   * differently.
   */
  readonly match?: Match;
}

/** The input of settling a project. */
export interface SettleRequest {
  readonly project: FixProject;
  readonly steps: readonly Step[];
  /** Ids of the findings that are to be cleared. */
  readonly wanted: readonly string[];
  readonly scan: RunRequest;
  /** Ids of the packages that the files have where they are. */
  readonly packageIds: readonly string[];
}

/** Each round gives up at least one step; a plan that needs more rounds is not worth more time. */
const MAX_ROUNDS = 12;

/**
 * Tries a plan until it holds. @throws AssayError `USAGE` if the project cannot be fixed as it is;
 * as scans do; `INTERRUPTED`, `TIMEOUT`
 */
export async function settleProject(
  request: SettleRequest,
  context: Context,
): Promise<SettledProject> {
  const { project, wanted } = request;
  const givenUp = new Map<string, string>();
  const copy = await createCopy(project.files);
  try {
    await project.check(copy);
    await copy.write(project.files);
    const before = await matchCopy(copy, matchRequest(request), context);
    const missing = project.isResolved ? undefined : missingIn(before, request.packageIds);
    if (missing !== undefined) {
      // A match of the copy would call a finding cleared that the copy never had.
      const reason = `"${missing}" is not found in a copy of the manifests alone, so that no edit of them can be confirmed`;
      return {
        steps: [],
        givenUp: new Map(request.steps.map(({ id }) => [id, reason])),
        changed: [],
      };
    }
    const state = { copy, before, request };
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const left = request.steps.filter(({ id }) => !givenUp.has(id));
      const steps = chooseSteps(left, wanted);
      if (steps.length === 0) break;
      const trial = await trySteps(steps, state, context);
      if (trial.problems.size === 0) {
        const proven = trial.steps.map((step) => withDependents(step, project));
        return { steps: proven, givenUp, changed: trial.changed, match: trial.match };
      }
      await giveUp(steps, state, { givenUp, trial }, context);
    }
    return { steps: [], givenUp, changed: [], match: before };
  } finally {
    await copy.remove();
  }
}

function missingIn({ result }: Match, listed: readonly string[]): string | undefined {
  const found = new Set(result.inventory.packages.map(({ id }) => id));
  return listed.find((id) => !found.has(id));
}

function withDependents(step: Step, project: FixProject): Step {
  const found = project.dependentsOf?.(step) ?? [];
  return { ...step, dependents: [...new Set([...step.dependents, ...found])] };
}

function matchRequest({ project, scan }: SettleRequest): Parameters<typeof matchCopy>[1] {
  return { paths: new Set(project.files.map(({ path }) => path)), scan };
}

/** The initial state of every trial of a project. */
interface TrialState {
  readonly copy: ProjectCopy;
  readonly before: Match;
  readonly request: SettleRequest;
}

interface Trial {
  readonly steps: readonly Step[];
  readonly problems: ReadonlyMap<string, string>;
  readonly changed: readonly ProjectFile[];
  readonly match: Match;
}

async function trySteps(
  steps: readonly Step[],
  { copy, before, request }: TrialState,
  context: Context,
): Promise<Trial> {
  const { project } = request;
  try {
    await project.carryOut(copy, steps);
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'USAGE') throw error;
    const problems = new Map(steps.map(({ id }) => [id, error.message]));
    return { steps: [], problems, changed: [], match: before };
  }
  const match = await matchCopy(copy, matchRequest(request), context);
  const proof = proveSteps(steps, before, match);
  const changed: ProjectFile[] = [];
  for (const { path, bytes } of project.files) {
    const now = await copy.read(path);
    if (now !== undefined && Buffer.compare(now, bytes) !== 0) changed.push({ path, bytes: now });
  }
  const proven = withSideEffects(proof.steps, proof.cleared, request.wanted);
  return { steps: proven, problems: proof.problems, changed, match };
}

/**
 * A package manager can move more packages than the steps name. Findings that are cleared so, and
 * by no step alone, belong to the first step.
 */
function withSideEffects(
  [first, ...others]: readonly Step[],
  cleared: readonly string[],
  wanted: readonly string[],
): readonly Step[] {
  if (first === undefined) return [];
  const named = new Set([first, ...others].flatMap(({ clears }) => clears));
  const more = cleared.filter((id) => wanted.includes(id) && !named.has(id));
  return [{ ...first, clears: [...first.clears, ...more] }, ...others];
}

/** Adds the steps that do not hold: each is tried with those before it that do. */
async function giveUp(
  steps: readonly Step[],
  state: TrialState,
  { givenUp, trial }: { readonly givenUp: Map<string, string>; readonly trial: Trial },
  context: Context,
): Promise<void> {
  if (steps.length === 1) {
    for (const [id, reason] of trial.problems) givenUp.set(id, reason);
    return;
  }
  const kept: Step[] = [];
  for (const step of steps) {
    const { problems } = await trySteps([...kept, step], state, context);
    const problem = problems.get(step.id) ?? [...problems.values()][0];
    if (problem === undefined) kept.push(step);
    else givenUp.set(step.id, problem);
  }
  // Together they failed and one by one they hold: the last one is given up, so that the plan ends.
  const last = steps.at(-1);
  if (kept.length === steps.length && last !== undefined) {
    givenUp.set(
      last.id,
      trial.problems.get(last.id) ?? 'it does not hold together with the other steps',
    );
  }
}
