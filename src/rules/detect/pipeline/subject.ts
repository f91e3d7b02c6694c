/** A file of a pipeline as checks see it. */

import type { ByteRange } from '../../../formats/bytes/byte-range.ts';
import type {
  PlacedYaml,
  YamlMapping,
  YamlNode,
  YamlScalar,
  YamlSequence,
} from '../../../formats/text/yaml/yaml-node.ts';
import { partsOf, rangeInScalar } from '../../../formats/text/yaml/yaml-parts.ts';
import { resolveAlias } from '../../../formats/text/yaml/yaml-walk.ts';
import {
  findExpressions,
  type FoundExpression,
} from '../../../formats/text/github-expression/find-expressions.ts';
import { readExpression } from '../../../formats/text/github-expression/find-expressions.ts';
import type {
  Expression,
  ExpressionRange,
} from '../../../formats/text/github-expression/expression.ts';
import type { ShellReader } from '../../../formats/text/shell/shell.ts';
import { readScripts, type StepScript } from './scripts.ts';
import type { PipelineSettings } from './settings.ts';
import {
  actionOf,
  workflowOf,
  type Action,
  type Job,
  type Step,
  type Workflow,
} from './workflow.ts';

/** A file of a pipeline. */
export interface PipelineSubject {
  /** The path of the file in what is judged. */
  readonly path: string;
  readonly settings: PipelineSettings;
  readonly yaml: PlacedYaml;
  readonly root: YamlNode;
  readonly workflow?: Workflow;
  readonly action?: Action;
  /** The entries `updates` of the settings of Dependabot. */
  readonly dependabot?: YamlNode;
  /** The settings of pre-commit. */
  readonly preCommit?: YamlNode;
  /** The steps of all jobs, or of the composite action. */
  readonly steps: readonly Step[];
  readonly jobs: readonly Job[];
  /** Returns the commands of scripts in `run`, read when they are asked for first. */
  readonly scripts: () => ReadonlyMap<Step, StepScript>;
  /** All scalars with the expressions in them, in the order of the file. */
  readonly texts: readonly ExpressionText[];
  /** The nodes with a tag that is not one of YAML's core schema, in workflows and actions. */
  readonly tagged: readonly YamlNode[];
}

/** A scalar with expressions. */
export interface ExpressionText {
  readonly scalar: YamlScalar;
  readonly expressions: readonly PlacedExpression[];
  /** Whether it is the text of an `if` without `${{`, which is an expression as a whole. */
  readonly isBare: boolean;
}

/** An expression at its place in the file. */
export interface PlacedExpression extends FoundExpression {
  readonly scalar: YamlScalar;
  /**
   * Returns the range of a part of the expression in the file; that of the scalar where escapes or
   * folded lines are in it.
   */
  rangeOf(part: ExpressionRange): ByteRange;
}

/** The kinds of files. */
export type PipelineKind = 'workflow' | 'action' | 'dependabot' | 'pre-commit';

/**
 * Returns the kind of file that a path names; `undefined` for files of other kinds. No forge runs
 * the workflows and settings of installed packages; their actions can be used by their paths.
 */
export function pipelineKind(path: string): PipelineKind | undefined {
  const kind = kindOf(path);
  const isInstalled = kind !== undefined && /(?:^|\/)node_modules\//u.test(path);
  return isInstalled && kind !== 'action' ? undefined : kind;
}

function kindOf(path: string): PipelineKind | undefined {
  if (/(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/iu.test(path))
    return 'workflow';
  if (/(?:^|\/)action\.ya?ml$/iu.test(path)) return 'action';
  if (/(?:^|\/)\.pre-commit-config\.ya?ml$/u.test(path)) return 'pre-commit';
  return /(?:^|\/)\.github\/dependabot\.ya?ml$/iu.test(path) ? 'dependabot' : undefined;
}

/** Reads a document; `undefined` if it is of none of the kinds. */
export function subjectOf(
  yaml: PlacedYaml,
  root: YamlNode,
  {
    kind,
    path,
    settings,
    reader,
  }: {
    readonly kind: PipelineKind;
    readonly path: string;
    readonly settings: PipelineSettings;
    readonly reader: ShellReader;
  },
): PipelineSubject | undefined {
  const parts = partsOfKind(kind, root);
  if (parts === undefined) return undefined;
  const jobs = parts.workflow?.jobs ?? [];
  const steps = parts.action?.steps ?? jobs.flatMap((job) => job.steps);
  let scripts: ReadonlyMap<Step, StepScript> | undefined;
  const tagged: YamlNode[] = [];
  return {
    ...{ path, settings, yaml, root, ...parts, jobs, steps },
    scripts: () => (scripts ??= readScripts(steps, parts.workflow, reader)),
    texts: kind === 'workflow' || kind === 'action' ? textsOf(root, tagged) : [],
    tagged,
  };
}

type KindParts = Pick<PipelineSubject, 'workflow' | 'action' | 'dependabot' | 'preCommit'>;

/** Returns the parts of a document; `undefined` if it is not of the kind. */
function partsOfKind(kind: PipelineKind, root: YamlNode): KindParts | undefined {
  const isMapping = resolveAlias(root)?.kind === 'mapping';
  switch (kind) {
    case 'workflow': {
      const workflow = workflowOf(root);
      return workflow && { workflow };
    }
    case 'action': {
      const action = actionOf(root);
      return action && { action };
    }
    case 'dependabot':
      return isMapping ? { dependabot: root } : undefined;
    case 'pre-commit':
      return isMapping ? { preCommit: root } : undefined;
  }
}

/**
 * Returns the scalars with expressions in the order of the file. A node with an anchor is taken
 * once. Adds the nodes with tags of their own to `tagged`.
 */
function textsOf(root: YamlNode, tagged: YamlNode[]): readonly ExpressionText[] {
  const texts: ExpressionText[] = [];
  const visited = new Set<YamlNode>();
  const conditions = new Set<YamlNode>();
  const open: YamlNode[] = [root];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const node = resolveAlias(next);
    if (node === undefined) continue;
    // Only nodes with an anchor can be met twice.
    if (node.anchor !== undefined) {
      if (visited.has(node)) continue;
      visited.add(node);
    }
    if (node.tag !== undefined && !CORE_TAG.test(node.tag.text)) tagged.push(node);
    if (node.kind === 'mapping') pushPairs(open, node, conditions);
    else if (node.kind === 'sequence') pushItems(open, node);
    else takeText(texts, node, conditions.size > 0 && conditions.has(next));
  }
  return texts;
}

/** Tags of the core schema, and `!`, which leave a value what it is. */
const CORE_TAG =
  /^(?:!|!!(?:str|bool|int|float|null|map|seq)|!<tag:yaml\.org,2002:(?:str|bool|int|float|null|map|seq)>)$/u;

/** Most scalars are neither conditions nor have an expression, and cost nothing more. */
function takeText(texts: ExpressionText[], scalar: YamlScalar, isCondition: boolean): void {
  if (!isCondition && !scalar.value.includes('${{')) return;
  const text = textOf(scalar, isCondition);
  if (text.expressions.length > 0) texts.push(text);
}

/** Pushes the items so that the first one is on top. */
function pushItems(open: YamlNode[], { items }: YamlSequence): void {
  for (let at = items.length - 1; at >= 0; at -= 1) {
    const item = items[at];
    if (item !== undefined) open.push(item);
  }
}

/** Pushes the keys and values so that the first key is on top, and notes the values of `if`. */
function pushPairs(open: YamlNode[], { pairs }: YamlMapping, conditions: Set<YamlNode>): void {
  for (let at = pairs.length - 1; at >= 0; at -= 1) {
    const pair = pairs[at];
    if (pair === undefined) continue;
    const { key, value } = pair;
    open.push(value, key);
    if (key.kind === 'scalar' && key.value === 'if') conditions.add(value);
  }
}

/** Texts that were read, by whether they are conditions: several checks look at the same ones. */
const READ = [new WeakMap<YamlScalar, ExpressionText>(), new WeakMap<YamlScalar, ExpressionText>()];

/** Returns the expressions of a scalar; of a condition without `${{` the one that it is. */
export function textOf(scalar: YamlScalar, isCondition: boolean): ExpressionText {
  const cache = READ[isCondition ? 1 : 0];
  const known = cache?.get(scalar);
  if (known !== undefined) return known;
  const read = readText(scalar, isCondition);
  cache?.set(scalar, read);
  return read;
}

function readText(scalar: YamlScalar, isCondition: boolean): ExpressionText {
  const { value } = scalar;
  const isBare = isCondition && !value.includes('${{') && value.trim() !== '';
  const found: readonly FoundExpression[] = isBare
    ? [{ start: 0, end: value.length, bodyStart: 0, ...readExpression(value) }]
    : findExpressions(value);
  return {
    scalar,
    isBare,
    expressions: found.map((one) => ({
      ...one,
      scalar,
      rangeOf: ({ start, end }) =>
        rangeInScalar(scalar, partsOf(scalar), {
          start: one.bodyStart + start,
          end: one.bodyStart + end,
        }),
    })),
  };
}

/** Yields each parsed expression with the text that it is in. */
export function* expressionsOf(subject: PipelineSubject): Generator<{
  readonly text: ExpressionText;
  readonly placed: PlacedExpression;
  readonly expression: Expression;
}> {
  for (const text of subject.texts) {
    for (const placed of text.expressions) {
      if (placed.expression !== undefined) yield { text, placed, expression: placed.expression };
    }
  }
}
