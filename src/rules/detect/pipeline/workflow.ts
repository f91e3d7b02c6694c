/**
 * Workflows, actions and settings of Dependabot as GitHub reads them, with the nodes of the file
 * that they come from. Merge keys are not followed, as GitHub refuses them; aliases are.
 *
 * Source: docs.github.com, "Workflow syntax for GitHub Actions" and "Metadata syntax for GitHub
 * Actions".
 *
 * Reads: `.github/workflows/`, `action.yml`, `action.yaml`, `.github/dependabot.yml`.
 */

import type {
  YamlMapping,
  YamlNode,
  YamlPair,
  YamlScalar,
} from '../../../formats/text/yaml/yaml-node.ts';
import {
  asMapping,
  asScalar,
  itemsOf,
  keyOf,
  pairsOf,
  resolveAlias,
  valueOf,
} from '../../../formats/text/yaml/yaml-walk.ts';
import { usesOf, type Uses } from './uses.ts';

/** A workflow file. */
export interface Workflow {
  readonly root: YamlMapping;
  readonly triggers: readonly Trigger[];
  /** The pair `on`, absent in broken workflows. */
  readonly on?: YamlPair;
  readonly permissions?: YamlPair;
  readonly env: readonly YamlPair[];
  readonly shell?: YamlScalar;
  readonly jobs: readonly Job[];
}

/** An event that starts a workflow. */
export interface Trigger {
  /** The event, as in `pull_request_target`. */
  readonly event: string;
  readonly node: YamlNode;
  /** Filters, types, inputs and secrets. */
  readonly settings?: YamlNode;
}

/** A job of a workflow. */
export interface Job {
  readonly id: string;
  readonly pair: YamlPair;
  readonly node: YamlMapping;
  readonly name?: YamlScalar | undefined;
  readonly condition?: YamlScalar | undefined;
  readonly permissions?: YamlPair | undefined;
  readonly env: readonly YamlPair[];
  readonly environment?: YamlNode | undefined;
  readonly runsOn?: YamlNode | undefined;
  readonly shell?: YamlScalar | undefined;
  readonly matrix?: YamlNode | undefined;
  /** The reusable workflow that it calls. */
  readonly uses?: Uses | undefined;
  readonly secrets?: YamlPair | undefined;
  readonly containers: readonly Container[];
  readonly steps: readonly Step[];
}

/** The container of a job, or of a service beside it. */
export interface Container {
  readonly node: YamlNode;
  readonly image?: YamlScalar;
  readonly credentials?: YamlNode;
}

/** A step of a job or of a composite action. */
export interface Step {
  readonly node: YamlMapping;
  readonly job: Job | undefined;
  readonly name?: YamlScalar | undefined;
  readonly id?: YamlScalar | undefined;
  readonly condition?: YamlScalar | undefined;
  readonly uses?: Uses | undefined;
  readonly with: readonly YamlPair[];
  /** The node of `with`, also where it is no mapping. */
  readonly withNode?: YamlNode | undefined;
  readonly run?: YamlScalar | undefined;
  readonly shell?: YamlScalar | undefined;
  readonly env: readonly YamlPair[];
}

/** The file `action.yml` of an action. */
export interface Action {
  readonly root: YamlMapping;
  readonly name?: YamlScalar;
  readonly inputs: readonly YamlPair[];
  /** The runtime, as in `composite`, `node20` and `docker`. */
  readonly using?: string;
  /** The image of a Docker action. */
  readonly image?: YamlScalar;
  readonly steps: readonly Step[];
}

/** Reads a document as a workflow; `undefined` if it has no jobs. */
export function workflowOf(root: YamlNode): Workflow | undefined {
  const mapping = asMapping(root);
  if (mapping === undefined || asMapping(valueOf(mapping, 'jobs')) === undefined) return undefined;
  const on = pairOf(mapping, 'on');
  return {
    root: mapping,
    triggers: triggersOf(on?.value),
    ...optional('on', on),
    ...optional('permissions', pairOf(mapping, 'permissions')),
    env: pairsOf(valueOf(mapping, 'env')),
    ...optional('shell', defaultShell(mapping)),
    jobs: pairsOf(valueOf(mapping, 'jobs')).flatMap(jobOf),
  };
}

/** Reads a document as the metadata of an action; `undefined` if it does not say how it runs. */
export function actionOf(root: YamlNode): Action | undefined {
  const mapping = asMapping(root);
  const runs = asMapping(valueOf(mapping, 'runs'));
  if (mapping === undefined || runs === undefined) return undefined;
  return {
    root: mapping,
    ...optional('name', scalarAt(mapping, 'name')),
    inputs: pairsOf(valueOf(mapping, 'inputs')),
    ...optional('using', scalarAt(runs, 'using')?.value),
    ...optional('image', scalarAt(runs, 'image')),
    steps: stepsOf(valueOf(runs, 'steps'), undefined),
  };
}

function triggersOf(on: YamlNode | undefined): readonly Trigger[] {
  const node = on && resolveAlias(on);
  if (node?.kind === 'scalar') return [{ event: node.value, node }];
  if (node?.kind === 'sequence') {
    return node.items.flatMap((item) => {
      const event = asScalar(item)?.value;
      return event === undefined ? [] : [{ event, node: item }];
    });
  }
  return pairsOf(node).flatMap((pair) => {
    const event = keyOf(pair);
    return event === undefined ? [] : [{ event, node: pair.key, settings: pair.value }];
  });
}

function jobOf(pair: YamlPair): readonly Job[] {
  const [id, node] = [keyOf(pair), asMapping(pair.value)];
  if (id === undefined || node === undefined) return [];
  const at = firstPairs(node);
  const uses = asScalar(at.get('uses')?.value);
  const job: Writable<Job> = {
    id,
    pair,
    node,
    name: asScalar(at.get('name')?.value),
    condition: asScalar(at.get('if')?.value),
    permissions: at.get('permissions'),
    env: pairsOf(at.get('env')?.value),
    environment: at.get('environment')?.value,
    runsOn: at.get('runs-on')?.value,
    shell: shellIn(at.get('defaults')?.value),
    matrix: valueOf(at.get('strategy')?.value, 'matrix'),
    uses: uses && usesOf(uses),
    secrets: at.get('secrets'),
    containers: containersOf(at.get('container')?.value, at.get('services')?.value),
    steps: [],
  };
  job.steps = stepsOf(at.get('steps')?.value, job);
  return [job];
}

/** Returns the first pair with each key. */
function firstPairs({ pairs }: YamlMapping): ReadonlyMap<string, YamlPair> {
  const first = new Map<string, YamlPair>();
  for (const pair of pairs) {
    const key = keyOf(pair);
    if (key !== undefined && !first.has(key)) first.set(key, pair);
  }
  return first;
}

function containersOf(
  own: YamlNode | undefined,
  services: YamlNode | undefined,
): readonly Container[] {
  const beside = pairsOf(services).map(({ value }) => value);
  return [...(own === undefined ? [] : [own]), ...beside].map((node) => ({
    node,
    ...optional('image', asScalar(node) ?? scalarAt(node, 'image')),
    ...optional('credentials', valueOf(node, 'credentials')),
  }));
}

function stepsOf(steps: YamlNode | undefined, job: Job | undefined): readonly Step[] {
  const read: Step[] = [];
  for (const item of itemsOf(steps)) {
    const node = asMapping(item);
    if (node !== undefined) read.push(stepOf(node, job));
  }
  return read;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads a step in one pass over its pairs, because files have more steps than all else. Of equal
 * keys the first counts. All steps have the same fields in the same order, which engines read
 * faster.
 */
function stepOf(node: YamlMapping, job: Job | undefined): Step {
  const step: Writable<Step> = {
    node,
    job,
    name: undefined,
    id: undefined,
    condition: undefined,
    uses: undefined,
    with: [],
    withNode: undefined,
    run: undefined,
    shell: undefined,
    env: [],
  };
  for (let at = node.pairs.length - 1; at >= 0; at -= 1) {
    const pair = node.pairs[at];
    if (pair !== undefined) setPart(step, keyOf(pair), pair.value);
  }
  return step;
}

function setPart(step: Writable<Step>, key: string | undefined, value: YamlNode): void {
  if (key === 'with') {
    step.withNode = value;
    step.with = pairsOf(value);
  } else if (key === 'env') {
    step.env = pairsOf(value);
  } else if (key === 'uses') {
    const scalar = asScalar(value);
    step.uses = scalar && usesOf(scalar);
  } else if (key === 'if') {
    step.condition = asScalar(value);
  } else if (key === 'run' || key === 'name' || key === 'id' || key === 'shell') {
    step[key] = asScalar(value);
  }
}

function defaultShell(of: YamlMapping): YamlScalar | undefined {
  return shellIn(valueOf(of, 'defaults'));
}

function shellIn(defaults: YamlNode | undefined): YamlScalar | undefined {
  return scalarAt(valueOf(defaults, 'run'), 'shell');
}

/** Returns the first pair with a key. */
export function pairOf(node: YamlNode | undefined, key: string): YamlPair | undefined {
  return pairsOf(node).find((pair) => keyOf(pair) === key);
}

/** Returns the first scalar with a key. */
export function scalarAt(node: YamlNode | undefined, key: string): YamlScalar | undefined {
  return asScalar(valueOf(node, key));
}

/** Returns an input of a step; the names of inputs ignore case. */
export function inputOf(step: Step, name: string): YamlScalar | undefined {
  const found = step.with.find((pair) => keyOf(pair)?.toLowerCase() === name);
  return asScalar(found?.value);
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}
