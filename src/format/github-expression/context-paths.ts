/** The values of contexts that an expression reads. */

import { evaluate, UNKNOWN } from './evaluate.ts';
import { expressionParts, type Expression } from './expression.ts';
import { EvaluationError } from './functions.ts';
import { isPrimitive, toText } from './value.ts';

/** A part of a path: a name in lower case, or `*` for each item, also where the index is computed. */
export type PathPart = string;

/** A value of a context. */
export interface ContextPath {
  /** As in `['github', 'event', 'issue', 'title']`. */
  readonly parts: readonly PathPart[];
  readonly expression: Expression;
  /** Whether an index was computed by something that only a run decides. */
  readonly isComputed: boolean;
}

/** Returns the longest path of each access to a context, those inside of calls, operators and indices included. */
export function contextPaths(root: Expression): readonly ContextPath[] {
  const inner = new Set<Expression>();
  const paths: ContextPath[] = [];
  for (const part of expressionParts(root)) {
    if (inner.has(part)) continue;
    const path = pathOf(part);
    if (path === undefined) continue;
    paths.push(path);
    for (let of: Expression = part; of.kind === 'index'; of = of.of) inner.add(of.of);
  }
  return paths;
}

/** Returns the path of an expression that only accesses a context; `undefined` for all others. */
function pathOf(expression: Expression): ContextPath | undefined {
  const parts: PathPart[] = [];
  let isComputed = false;
  let of = expression;
  for (; of.kind === 'index'; of = of.of) {
    const name = of.index === '*' ? '*' : constantName(of.index);
    isComputed ||= name === undefined;
    parts.unshift(name ?? '*');
  }
  if (of.kind !== 'context') return undefined;
  return { parts: [of.name.toLowerCase(), ...parts], expression, isComputed };
}

function constantName(index: Expression): string | undefined {
  try {
    const value = evaluate(index);
    return value === UNKNOWN || !isPrimitive(value) ? undefined : toText(value).toLowerCase();
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}
