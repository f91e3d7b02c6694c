/**
 * Edits of conditions that say something else than they seem to. All of them change when a job or a
 * step runs.
 */

import { contextPaths } from '../../../../formats/text/github-expression/context-paths.ts';
import {
  expressionParts,
  type Expression,
  type LiteralExpression,
} from '../../../../formats/text/github-expression/expression.ts';
import type { YamlScalar } from '../../../../formats/text/yaml/yaml-node.ts';
import { unsafeFixBy, type HitFix } from '../checks/check.ts';
import type { ExpressionText, PipelineSubject, PlacedExpression } from '../subject.ts';

/** Events whose payload has the pull request. */
const PULL_REQUESTS = new Set(['pull_request', 'pull_request_target']);

/** Compares who opened the pull request, in the place of who acted last. */
export function byAuthor(
  { workflow }: PipelineSubject,
  placed: PlacedExpression,
  comparison: Expression,
): HitFix | undefined {
  const events = workflow?.triggers ?? [];
  const isPullRequest = events.length > 0 && events.every(({ event }) => PULL_REQUESTS.has(event));
  const actor = [...expressionParts(comparison)]
    .flatMap((part) => contextPaths(part).filter(({ expression }) => expression === part))
    .find(({ parts }) => /^github\.(?:triggering_)?actor$/u.test(parts.join('.')));
  if (!isPullRequest || actor === undefined) return undefined;
  const range = placed.rangeOf(actor.expression.range);
  if (range.start === placed.scalar.range.start && range.end === placed.scalar.range.end) {
    return undefined;
  }
  return unsafeFixBy('Compare who opened the pull request.', {
    range,
    text: 'github.event.pull_request.user.login',
  });
}

/** Removes the line break behind an expression, which is the whole condition but for that. */
export function withoutBreak(
  { block, value, range }: YamlScalar,
  { expressions: [first, ...others] }: ExpressionText,
): HitFix | undefined {
  if (block === undefined || first === undefined || others.length > 0) return undefined;
  if (first.start > 0 || !/^\n+$/u.test(value.slice(first.end))) return undefined;
  const mark = /^[|>][+-]?/u.exec(block.header)?.[0];
  if (mark === undefined) return undefined;
  return unsafeFixBy('Let the expression decide.', {
    range: { start: range.start, end: range.start + mark.length },
    text: `${mark.charAt(0)}-`,
  });
}

/** A list of the words of a text. Words with characters that JSON or YAML would escape stay. */
export function byList(placed: PlacedExpression, list: LiteralExpression): HitFix | undefined {
  const words = typeof list.value === 'string' ? list.value.split(/[\s,]+/u) : [];
  const isPlain = placed.scalar.style === 'plain' || placed.scalar.style === 'literal';
  if (!isPlain || words.length < 2 || !words.every((word) => /^[\w./-]+$/u.test(word))) {
    return undefined;
  }
  const range = placed.rangeOf(list.range);
  if (range.start === placed.scalar.range.start && range.end === placed.scalar.range.end) {
    return undefined;
  }
  const items = words.map((word) => `"${word}"`).join(', ');
  return unsafeFixBy('Compare whole names.', { range, text: `fromJSON('[${items}]')` });
}
