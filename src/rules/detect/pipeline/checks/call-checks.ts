/**
 * Checks of calls of workflows of the same repository, across files.
 *
 * Source: docs.github.com, "Reusing workflow configurations": a called workflow may lower the
 * permissions of its caller and never raise them, workflows are called through ten levels at most,
 * and no workflow calls itself.
 */

import { calledPath, workflowAt } from '../called-workflow.ts';
import type { Hit, PipelineCheck } from './check.ts';
import { ruleOf } from './check.ts';
import type { PipelineSubject } from '../subject.ts';
import { exceeding, permissionsOf, type TokenPermissions } from '../token-permissions.ts';
import type { Job, Workflow } from '../workflow.ts';

/** Levels of workflows that GitHub runs. */
const MAX_LEVELS = 10;
/** Workflows that are read for one file; real ones call some. */
const MAX_READ = 200;
const CALLED =
  'on: workflow_call\npermissions: {contents: read}\njobs: {b: {runs-on: x, steps: [{run: make}]}}\n';

const CALLS: PipelineCheck = {
  rule: ruleOf({
    name: 'call-permissions',
    isOwn: true,
    severity: 'low',
    title: 'called workflow whose permissions do not fit its caller',
    cwe: [272],
    why: 'A called workflow has at most the permissions of its caller. GitHub refuses to run one that asks for more, and one that calls itself. What it does not ask for is a permission that the caller gives for nothing.',
    remedy:
      'Give the calling job the permissions that the called workflow asks for, and no others.',
    failing: 'on: push\npermissions: {}\njobs: {a: {uses: $/.github/workflows/called.yml}}\n',
    passing:
      'on: push\npermissions: {}\njobs: {a: {permissions: {contents: read}, uses: $/.github/workflows/called.yml}}\n',
    settings: { read: (path) => (path.endsWith('/called.yml') ? Buffer.from(CALLED) : undefined) },
  }),
  *find(subject) {
    if (subject.workflow === undefined || subject.settings.read === undefined) return;
    const reader = new CalledWorkflows(subject);
    for (const job of subject.jobs) yield* reader.check(job);
  },
};

class CalledWorkflows {
  readonly #subject: PipelineSubject;
  readonly #known = new Map<string, Workflow | undefined>();
  readonly #depths = new Map<string, number>();

  constructor(subject: PipelineSubject) {
    this.#subject = subject;
  }

  *check(job: Job): Generator<Hit> {
    const path = this.#pathOf(job);
    const called = path === undefined ? undefined : this.#workflow(path);
    if (path === undefined || called === undefined || job.uses === undefined) return;
    const { scalar } = job.uses;
    const cycle = this.#refusal(path);
    if (cycle !== undefined) {
      yield {
        range: scalar.range,
        message: `GitHub does not run the workflow: ${cycle}.`,
        names: [job.id, 'cycle'],
      };
      return;
    }
    const given = permissionsOf(job, this.#subject.workflow);
    yield* this.#compare(job, given, called);
  }

  *#compare(job: Job, given: TokenPermissions, called: Workflow): Generator<Hit> {
    const asked = called.jobs.map((one) => permissionsOf(one, called));
    const range = job.uses?.scalar.range ?? job.node.range;
    const more = new Set(asked.flatMap((one) => exceeding(one, given)));
    if (more.size > 0) {
      yield {
        range,
        message: `GitHub does not run the workflow: it asks for more than the job "${job.id}" gives (${[...more].sort().join(', ')}).`,
        names: [job.id, 'less'],
      };
      return;
    }
    const surplus = asked.map((one) => (one.isDefault ? [] : exceeding(given, one)));
    const unused = (surplus[0] ?? []).filter((scope) =>
      surplus.every((one) => one.includes(scope)),
    );
    if (unused.length === 0) return;
    yield {
      range,
      message: `The job "${job.id}" gives permissions that no job of the called workflow asks for (${[...unused].sort().join(', ')}).`,
      names: [job.id, 'more'],
      persona: 'pedantic',
    };
  }

  /** Returns the reason why a chain of calls is refused; `undefined` if it is not. */
  #refusal(path: string): string | undefined {
    const depth = this.#depth(path, [this.#subject.path]);
    if (typeof depth === 'string') return depth;
    return depth + 1 > MAX_LEVELS
      ? `workflows call each other through more than ${MAX_LEVELS} levels`
      : undefined;
  }

  /**
   * Returns the number of levels from a workflow on, or the text of a cycle. Each workflow is
   * walked once.
   */
  #depth(path: string, above: readonly string[]): number | string {
    if (above.includes(path))
      return [...above.slice(above.indexOf(path)), path].map(nameOf).join(' calls ');
    const known = this.#depths.get(path);
    if (known !== undefined) return known;
    let depth = 1;
    for (const job of this.#workflow(path)?.jobs ?? []) {
      const next = this.#pathOf(job);
      const below = next === undefined ? 0 : this.#depth(next, [...above, path]);
      if (typeof below === 'string') return below;
      depth = Math.max(depth, below + 1);
    }
    this.#depths.set(path, depth);
    return depth;
  }

  #pathOf({ uses }: Job): string | undefined {
    return uses === undefined ? undefined : calledPath(this.#subject, uses);
  }

  #workflow(path: string): Workflow | undefined {
    if (this.#known.has(path) || this.#known.size >= MAX_READ) return this.#known.get(path);
    const workflow = workflowAt(this.#subject, path);
    this.#known.set(path, workflow);
    return workflow;
  }
}

function nameOf(path: string): string {
  return path.replace(/^.*\//u, '');
}

/** Checks of calls. */
export const CALL_CHECKS: readonly PipelineCheck[] = [CALLS];
