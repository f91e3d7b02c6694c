/**
 * The origins of the values of contexts and variables: `env` of workflow, job and step, outputs of
 * steps and jobs, and the file `$GITHUB_ENV`. An unknown value counts as chosen by a person with
 * rights.
 *
 * Source: docs.github.com, "Contexts reference", "Store information in variables" and "Workflow
 * commands".
 */

import { indexBy } from '../../../../core/base/maps.ts';
import type { ContextPath } from '../../../../formats/text/github-expression/context-paths.ts';
import { findExpressions } from '../../../../formats/text/github-expression/find-expressions.ts';
import type { YamlNode, YamlPair, YamlScalar } from '../../../../formats/text/yaml/yaml-node.ts';
import {
  asMapping,
  asScalar,
  itemsOf,
  keyOf,
  pairsOf,
  resolveAlias,
  valueOf,
} from '../../../../formats/text/yaml/yaml-walk.ts';
import { githubFreedom, injectedPaths, mostFree, type Freedom } from './context-values.ts';
import { outsidersOutput } from './outsider-outputs.ts';
import { assignedVariables, cleansData } from './shell-data.ts';
import { textOf, type PipelineSubject } from '../subject.ts';
import { inputOf, type Job, type Step } from '../workflow.ts';

/** Variables by name, without those whose value is fixed. */
export type DataVariables = ReadonlyMap<string, Freedom>;

/** Variables that runners set to what an outsider has chosen. */
const RUNNER_VARIABLES: DataVariables = new Map([['GITHUB_HEAD_REF', 'free']]);
/** Jobs that need each other, and values that refer to each other, are followed this deep. */
const MAX_DEPTH = 20;
/** Variables that steps set for later ones; real jobs set some. */
const MAX_EXPORTED = 500;
/** Characters of scripts that are looked through for outputs; real files have some thousands. */
const MAX_SEARCHED = 20_000_000;

const KNOWN = new WeakMap<PipelineSubject, DataSources>();

/** Returns the sources of a file; they are computed once. */
export function sourcesOf(subject: PipelineSubject): DataSources {
  let sources = KNOWN.get(subject);
  if (sources === undefined) {
    sources = new DataSources(subject);
    KNOWN.set(subject, sources);
  }
  return sources;
}

/** Judges values of one file. */
class DataSources {
  readonly #subject: PipelineSubject;
  readonly #variables = new Map<Step, DataVariables>();
  readonly #startedJobs = new Set<Job | undefined>();
  readonly #outputs = new Map<Step, Map<string, Freedom>>();
  #depth = 0;
  #searched = 0;

  constructor(subject: PipelineSubject) {
    this.#subject = subject;
  }

  /** Returns the freedom of a context's value at a step. */
  of({ parts: [context = '', ...names] }: ContextPath, step: Step): Freedom {
    if (this.#depth >= MAX_DEPTH) return 'chosen';
    this.#depth += 1;
    const rule = Object.hasOwn(RULES, context) ? RULES[context] : undefined;
    const freedom = rule?.(names, step, { subject: this.#subject, sources: this }) ?? 'fixed';
    this.#depth -= 1;
    return freedom;
  }

  /**
   * Returns the freedom of the expressions in a text at a step; texts around them are constants.
   */
  ofText(text: string, step: Step): Freedom {
    const found = text.includes('${{') ? findExpressions(text) : [];
    return mostFree(
      ...found.flatMap(({ expression }) =>
        expression === undefined
          ? []
          : injectedPaths(expression).map((path) => this.of(path, step)),
      ),
    );
  }

  /** Returns the variables that the script of a step has, with those that it sets itself. */
  variables(step: Step): DataVariables {
    this.#readJob(step.job);
    return this.#variables.get(step) ?? RUNNER_VARIABLES;
  }

  /** Returns the freedom of a step's output; at least that of a person with rights. */
  output(step: Step, name: string): Freedom {
    const outputs = this.#outputs.get(step) ?? new Map<string, Freedom>();
    this.#outputs.set(step, outputs);
    let freedom = outputs.get(name);
    if (freedom === undefined) {
      outputs.set(name, 'chosen');
      freedom = mostFree('chosen', this.#outputOf(step, name));
      outputs.set(name, freedom);
    }
    return freedom;
  }

  #outputOf(step: Step, name: string): Freedom {
    if (step.uses?.kind === 'repository') {
      const script =
        step.uses.action === 'actions/github-script' ? inputOf(step, 'script') : undefined;
      if (script === undefined) return outsidersOutput(step.uses.action, name);
      return this.#written(step, script.value, { name, isScript: true });
    }
    const { run } = step;
    return run === undefined || !/GITHUB_OUTPUT|set-output/u.test(run.value)
      ? 'fixed'
      : this.#written(step, run.value, { name });
  }

  /**
   * Returns the lines that write a value with a name, as in `echo "name=$T" >> "$GITHUB_OUTPUT"`.
   */
  #written(
    step: Step,
    script: string,
    { name, isScript = false }: { readonly name: string; readonly isScript?: boolean },
  ): Freedom {
    this.#searched += script.length;
    if (this.#searched > MAX_SEARCHED) return 'chosen';
    const variables = this.variables(step);
    const lines = script.split('\n');
    const lower = lines.map((line) => line.toLowerCase());
    const isWritten = (line: string): boolean =>
      name === '*' ||
      (isScript
        ? line.includes(`'${name}'`) || line.includes(`"${name}"`) || line.includes('return')
        : line.includes(`${name}=`) || line.includes(`name=${name}::`));
    const isLong = lower.some((line) => line.includes(`${name}<<`));
    return mostFree(
      ...lines.map((line, at) =>
        isLong || isWritten(lower[at] ?? '') ? this.#ofLine(line, step, variables) : 'fixed',
      ),
    );
  }

  #ofLine(line: string, step: Step, variables: DataVariables): Freedom {
    if (cleansData(line)) return 'fixed';
    const used = [...line.matchAll(VARIABLE_USE)].map(
      ({ groups }) => variables.get(groups?.['name'] ?? '') ?? 'fixed',
    );
    return mostFree(
      ...used,
      ...(PAYLOAD.test(line) ? (['free'] as const) : []),
      this.ofText(line, step),
    );
  }

  /** The steps one after another, because each can set variables of later ones. */
  #readJob(job: Job | undefined): void {
    if (this.#startedJobs.has(job) || this.#depth >= MAX_DEPTH) return;
    this.#startedJobs.add(job);
    this.#depth += 1;
    const exported = new Map<string, Freedom>();
    const steps = job === undefined ? this.#subject.steps : job.steps;
    for (const step of steps) {
      this.#variables.set(step, this.#variablesOf(step, exported));
      this.#export(step, exported);
    }
    this.#depth -= 1;
  }

  #variablesOf(step: Step, exported: DataVariables): DataVariables {
    const all = new Map(RUNNER_VARIABLES);
    for (const [name, freedom] of exported) all.set(name, freedom);
    for (const pair of environmentOf(step, this.#subject)) {
      const name = keyOf(pair);
      if (name === undefined) continue;
      // What a step has written to the file counts more than `env` of workflow and job.
      if (exported.has(name) && !step.env.includes(pair)) continue;
      const freedom = this.ofText(asScalar(pair.value)?.value ?? '', step);
      if (freedom === 'fixed') all.delete(name);
      else all.set(name, freedom);
    }
    const script = this.#subject.scripts().get(step);
    if (script?.body === undefined || step.run === undefined) return all;
    if (!MAY_ASSIGN.test(step.run.value)) return all;
    const starts = indexBy(textOf(step.run, false).expressions, 'start');
    return assignedVariables(script.body, all, {
      text: step.run.value,
      expressionAt: (start) => {
        const one = starts.get(start);
        if (one === undefined) return undefined;
        return this.ofText(step.run?.value.slice(one.start, one.end) ?? '', step);
      },
    });
  }

  /** Records the variables that a script writes to `$GITHUB_ENV` for later steps. */
  #export(step: Step, exported: Map<string, Freedom>): void {
    const script = step.run?.value ?? '';
    this.#searched += script.length;
    if (!/GITHUB_ENV/u.test(script) || this.#searched > MAX_SEARCHED) return;
    const variables = this.variables(step);
    const lines = script.split('\n');
    const whole = (): Freedom =>
      mostFree(...lines.map((line) => this.#ofLine(line, step, variables)));
    for (const line of lines) {
      const match = /(?:^|[\s"'])(?<name>[A-Za-z_]\w*)(?<operator>=|<<)/u.exec(line);
      const { name, operator } = match?.groups ?? {};
      if (name === undefined || exported.size >= MAX_EXPORTED) continue;
      const freedom = operator === '<<' ? whole() : this.#ofLine(line, step, variables);
      if (freedom !== 'fixed') exported.set(name, freedom);
    }
  }
}

/**
 * Any text of a script that can set a variable: an assignment, a loop, `read` and its like, and
 * quotes, which can be inside of such a word.
 */
const MAY_ASSIGN = /[="'\\`$]|\b(?:read|readarray|mapfile|for|select)\b/u;

/** Yields the pairs of `env` that a step has: those of the workflow first, its own last. */
function* environmentOf(step: Step, { workflow }: PipelineSubject): Generator<YamlPair> {
  if (workflow !== undefined) yield* workflow.env;
  if (step.job !== undefined) yield* step.job.env;
  yield* step.env;
}

/** A variable in POSIX shells, PowerShell, cmd, JavaScript and Python. */
const VARIABLE_USE =
  /(?:\$\{?(?:env:)?|%|\bprocess\.env\.|\b(?:environ|env)(?:\.get)?[[(]['"]|\bgetenv\(['"])(?<name>[A-Za-z_]\w*)/giu;
/**
 * Parts of the payload of an event that are free texts, as scripts of actions/github-script read
 * them.
 */
const PAYLOAD =
  /\bcontext\.payload\b[\w.?[\]'"]{0,100}\.(?:title|body|message|ref|label|name|description|default_branch|email|page_name|head_branch)\b/u;

interface RuleContext {
  readonly subject: PipelineSubject;
  readonly sources: DataSources;
}

/** Judges the path of a value behind the name of its context. */
type FreedomRule = (names: readonly string[], step: Step, context: RuleContext) => Freedom;

/** By context; those that are not here hold nothing that anybody chooses. */
const RULES: Readonly<Record<string, FreedomRule>> = {
  github: ([first, ...rest]) => githubFreedom(first, rest),
  inputs: ([name = '*'], _step, { subject }) => inputFreedom(name, subject),
  env: ([name = '*'], step, context) => envFreedom(name, step, context),
  matrix: ([key = '*'], step, { sources }) => matrixFreedom(key, step, sources),
  steps: stepsFreedom,
  needs: needsFreedom,
  vars: () => 'chosen',
  // Runners choose ids, and images the ports; a status is one of three words.
  job: ([first = '*']) =>
    /^(?:status|check_run_id|workflow_\w+)$/u.test(first) ? 'fixed' : 'chosen',
};

/**
 * Inputs of an action are texts of its user; those of a workflow are so unless their type bounds
 * them.
 */
function inputFreedom(name: string, { workflow, action }: PipelineSubject): Freedom {
  if (action !== undefined) return 'free';
  const declared = (workflow?.triggers ?? []).flatMap(({ settings }) => {
    const input = pairsOf(valueOf(settings, 'inputs')).find(
      (pair) => keyOf(pair)?.toLowerCase() === name,
    );
    return input === undefined ? [] : [asScalar(valueOf(input.value, 'type'))?.value ?? 'string'];
  });
  if (declared.length === 0) return 'free';
  return declared.every((type) => ['boolean', 'number', 'choice', 'environment'].includes(type))
    ? 'fixed'
    : 'free';
}

/**
 * A variable whose value in the file is a constant is one, unless a step of the job writes
 * variables.
 */
function envFreedom(name: string, step: Step, { subject, sources }: RuleContext): Freedom {
  const scopes = [step.env, step.job?.env ?? [], subject.workflow?.env ?? []];
  const own = ownVariable(name, step, sources);
  for (const scope of scopes) {
    const pair = scope.find((one) => keyOf(one)?.toLowerCase() === name);
    if (pair === undefined) continue;
    if (scope !== step.env && step.job?.steps.some(writesVariables) === true) {
      return mostFree('chosen', own);
    }
    const value = asScalar(pair.value)?.value;
    if (value !== undefined && !value.includes('${{')) return 'fixed';
    return mostFree('chosen', sources.ofText(value ?? '', step));
  }
  return mostFree('chosen', own);
}

/** Returns the freedom of a variable from earlier steps of the job and `env`. */
function ownVariable(name: string, step: Step, sources: DataSources): Freedom {
  for (const [key, freedom] of sources.variables(step)) {
    if (key.toLowerCase() === name) return freedom;
  }
  return 'fixed';
}

function writesVariables({ run }: Step): boolean {
  return run !== undefined && /GITHUB_ENV|github\.env/iu.test(run.value);
}

/** A value of a matrix is a constant unless an expression computes it. */
function matrixFreedom(key: string, step: Step, sources: DataSources): Freedom {
  const matrix = asMapping(step.job?.matrix);
  const included = valueOf(matrix, 'include');
  if (matrix === undefined || asScalar(included) !== undefined) {
    const text = asScalar(step.job?.matrix) ?? asScalar(included);
    return mostFree('chosen', sources.ofText(text?.value ?? '', step));
  }
  const items = itemsOf(included);
  if (items.some((item) => asMapping(item) === undefined)) return 'chosen';
  const values = [matrix, ...items].flatMap((one) =>
    pairsOf(one).flatMap((pair) => {
      const name = keyOf(pair)?.toLowerCase();
      return key === '*' || name === key ? [pair.value] : [];
    }),
  );
  if (values.length === 0) return 'chosen';
  const texts = values.flatMap(expressionTexts);
  return texts.length === 0
    ? 'fixed'
    : mostFree('chosen', ...texts.map((text) => sources.ofText(text, step)));
}

/**
 * Returns the texts of a value that have an expression; one that is empty for an alias to nothing.
 */
function expressionTexts(root: YamlNode): readonly string[] {
  const node = resolveAlias(root);
  if (node === undefined) return [''];
  if (node.kind === 'scalar') return node.value.includes('${{') ? [node.value] : [];
  if (node.kind === 'sequence') return node.items.flatMap(expressionTexts);
  return node.pairs.flatMap(({ value }) => expressionTexts(value));
}

function stepsFreedom(
  names: readonly string[],
  { job }: Step,
  { subject, sources }: RuleContext,
): Freedom {
  const [id = '*', kind = '*', output = '*'] = names;
  if (names.length >= 2 && !names.includes('outputs')) return 'fixed';
  if (id === '*' || kind !== 'outputs') return 'chosen';
  const steps = job?.steps ?? subject.steps;
  const writer = steps.find((one) => one.id?.value.toLowerCase() === id);
  return writer === undefined ? 'chosen' : sources.output(writer, output);
}

function needsFreedom(
  names: readonly string[],
  _step: Step,
  { subject, sources }: RuleContext,
): Freedom {
  const [id = '*', kind = '*', output = '*'] = names;
  if (names.length === 2 && kind === 'result') return 'fixed';
  const job = subject.jobs.find((one) => one.id.toLowerCase() === id);
  if (job === undefined || kind !== 'outputs') return 'chosen';
  const pairs = pairsOf(valueOf(job.node, 'outputs')).filter(
    (pair) => output === '*' || keyOf(pair)?.toLowerCase() === output,
  );
  return mostFree('chosen', ...pairs.map((pair) => outputFreedom(pair, job, sources)));
}

/** An output of a job is computed when its steps have run. */
function outputFreedom({ value }: YamlPair, job: Job, sources: DataSources): Freedom {
  const scalar: YamlScalar | undefined = asScalar(value);
  const place = { node: job.node, job, with: [], env: [] };
  return scalar === undefined ? 'chosen' : sources.ofText(scalar.value, place);
}
