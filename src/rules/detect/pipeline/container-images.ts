/**
 * The images of containers, also where an expression or a matrix names them.
 *
 * Source: docs.github.com, "Workflow syntax for GitHub Actions", `jobs.<job_id>.container` and
 * `jobs.<job_id>.strategy.matrix`.
 */

import type { ByteRange } from '../../../formats/bytes/byte-range.ts';
import type { Expression } from '../../../formats/text/github-expression/expression.ts';
import type { YamlNode, YamlScalar } from '../../../formats/text/yaml/yaml-node.ts';
import {
  asScalar,
  itemsOf,
  pairsOf,
  keyOf,
  resolveAlias,
} from '../../../formats/text/yaml/yaml-walk.ts';
import { textOf } from './subject.ts';
import type { Job } from './workflow.ts';

/** An image that a container may have. */
export interface ContainerImage {
  /** As it is written; absent where only a run decides. */
  readonly image: string | undefined;
  /** The place of the image, or of the expression that names it. */
  readonly range: ByteRange;
  /** Whether the image stands as a whole where the range is, so that it can be pinned there. */
  readonly isWritten: boolean;
}

/** Most values of a matrix that are looked at; real ones have some dozens. */
const MAX_VALUES = 1000;

/** Returns the images that a value of `image` or `container` stands for. */
export function containerImages(
  scalar: YamlScalar,
  job: Job | undefined,
): readonly ContainerImage[] {
  const text = scalar.value.trim();
  if (text === '') return [];
  const { expressions } = textOf(scalar, false);
  const [only] = expressions;
  if (only === undefined) return [{ image: text, range: scalar.range, isWritten: true }];
  const isWhole = expressions.length === 1 && text.startsWith('${{') && text.endsWith('}}');
  if (!isWhole || only.expression === undefined) {
    return [{ image: text, range: scalar.range, isWritten: false }];
  }
  return resultsOf(only.expression).flatMap((part): readonly ContainerImage[] => {
    const place = { range: scalar.range, isWritten: false };
    if (part.kind === 'literal') {
      if (part.value === null || part.value === '' || typeof part.value === 'boolean') return [];
      return [{ image: String(part.value), ...place }];
    }
    const values = matrixValues(part, job);
    if (values === undefined) return [{ image: undefined, ...place }];
    return values.flatMap((image) => (image === '' ? [] : [{ image, ...place }]));
  });
}

/** The parts of an expression that can be its result: not conditions and compared values. */
function resultsOf(expression: Expression): readonly Expression[] {
  if (expression.kind !== 'chain') return [expression];
  const { operator, operands } = expression;
  const parts = operator === '&&' ? operands.slice(-1) : operands;
  return parts.flatMap(resultsOf);
}

/** Returns the values of `matrix.a.b` in the file; `undefined` for others, and computed ones. */
function matrixValues(part: Expression, job: Job | undefined): readonly string[] | undefined {
  const path = pathOf(part);
  const [context, key, ...rest] = path ?? [];
  const matrix = job?.matrix === undefined ? undefined : resolveAlias(job.matrix);
  if (context !== 'matrix' || key === undefined || matrix?.kind !== 'mapping') return undefined;
  const of = (node: YamlNode | undefined, name: string): readonly YamlNode[] =>
    pairsOf(node).flatMap((pair) => (keyOf(pair)?.toLowerCase() === name ? [pair.value] : []));
  const included = of(matrix, 'include');
  if (included.some((one) => asScalar(one) !== undefined)) return undefined;
  const axes = of(matrix, key);
  if (axes.some((one) => asScalar(one) !== undefined)) return undefined;
  let nodes: readonly YamlNode[] = [
    ...axes.flatMap((one) => [...itemsOf(one)]),
    ...included.flatMap((one) => [...itemsOf(one)].flatMap((item) => of(item, key))),
  ].slice(0, MAX_VALUES);
  for (const name of rest) nodes = nodes.flatMap((node) => of(node, name));
  const texts = nodes.flatMap((node) => {
    const scalar = asScalar(node);
    return scalar === undefined ? [] : [scalar.value.trim()];
  });
  if (texts.length === 0) return rest.length === 0 && nodes.length > 0 ? [] : undefined;
  return [...new Set(texts)];
}

/** Returns the names of a path such as `matrix.a.b`. */
function pathOf(part: Expression): readonly string[] | undefined {
  if (part.kind === 'context') return [part.name.toLowerCase()];
  if (part.kind !== 'index' || part.index === '*' || part.index.kind !== 'literal')
    return undefined;
  const of = pathOf(part.of);
  return of && [...of, String(part.index.value).toLowerCase()];
}
