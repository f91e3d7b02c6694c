/** The values of contexts that an expression reads. */

import { evaluate, UNKNOWN } from './evaluate.ts';
import { childrenOf, type Expression } from './expression.ts';
import { EvaluationError } from './functions.ts';
import { isPrimitive, toText } from './value.ts';

/**
 * A part of a path: a name in lower case, or `*` for each item, also where the index is computed.
 */
export type PathPart = string;

/** A value of a context. */
export interface ContextPath {
  /** The path, as in `['github', 'event', 'issue', 'title']`. */
  readonly parts: readonly PathPart[];
  readonly expression: Expression;
  /** Whether an index was computed by something that only a run decides. */
  readonly isComputed: boolean;
}

/**
 * Returns the longest path of each access to a context, those inside of calls, operators and
 * indices included. An index of a choice, as in `(a || b).c`, is one of each operand.
 */
export function contextPaths(root: Expression): readonly ContextPath[] {
  let paths = KNOWN.get(root);
  if (paths === undefined) {
    paths = pathsIn(root, [], false);
    KNOWN.set(root, paths);
  }
  return paths;
}

/** Many checks look at the same expressions. */
const KNOWN = new WeakMap<Expression, readonly ContextPath[]>();

function pathsIn(
  root: Expression,
  behind: readonly PathPart[],
  isComputed: boolean,
): readonly ContextPath[] {
  switch (root.kind) {
    case 'literal':
      return [];
    case 'context':
      return [{ parts: [root.name.toLowerCase(), ...behind], expression: root, isComputed }];
    case 'index': {
      const name = root.index === '*' ? '*' : constantName(root.index);
      const inner = pathsIn(root.of, [name ?? '*', ...behind], isComputed || name === undefined);
      const own = inner.map((path) =>
        path.expression === root.of ? { ...path, expression: root } : path,
      );
      return root.index === '*' ? own : [...own, ...pathsIn(root.index, [], false)];
    }
    case 'chain':
      return root.operands.flatMap((operand) => pathsIn(operand, behind, isComputed));
    default:
      return childrenOf(root).flatMap((child) => pathsIn(child, [], false));
  }
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
