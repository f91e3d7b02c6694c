/**
 * Comments for zizmor that stand elsewhere in what a finding is about: in the same step, or for
 * permissions of a job in the same job. zizmor reads such a comment anywhere in the span of a
 * finding.
 *
 * Source: docs.zizmor.sh, "Usage", "Ignoring results".
 */

import type { ByteRange } from '../../../formats/bytes/byte-range.ts';
import type { PlacedYaml, YamlNode } from '../../../formats/text/yaml/yaml-node.ts';
import {
  findIgnoreComments,
  type IgnoreCommentsAt,
} from '../../../formats/text/comments/ignore-comments.ts';
import type { IgnoreComment } from '../../../core/model/rule/rule-finding.ts';
import type { Rule } from '../rule.ts';
import type { PipelineSubject } from './subject.ts';

/** Returns the comments that are about a finding and not on its own lines. */
export type CommentsAround = (rule: Rule, range: ByteRange) => readonly IgnoreComment[];

/** Rules whose findings are about a job as a whole. */
const OF_JOBS: ReadonlySet<string> = new Set(['pipeline/excessive-permissions']);

/** Reads the comments of a file. Most files have none. */
export function commentsAround(
  path: string,
  yaml: PlacedYaml,
  { steps, jobs }: Pick<PipelineSubject, 'steps' | 'jobs'>,
): CommentsAround {
  if (!yaml.comments.some(({ text }) => text.includes('zizmor:'))) return () => [];
  let commentsAt: IgnoreCommentsAt | undefined;
  const stepNodes = steps.map(({ node }) => node);
  const lineOf = (offset: number): number => yaml.placeOf(offset).line;
  return (rule, range) => {
    const step = stepNodes.find((node) => isIn(range, node));
    const job = OF_JOBS.has(rule.id)
      ? jobs.find(({ pair }) => pair.key.range.start === range.start)
      : undefined;
    const span = step?.range ?? (job && { start: range.start, end: job.node.range.end });
    if (span === undefined) return [];
    const text = new TextDecoder().decode(yaml.bytes);
    commentsAt ??= findIgnoreComments(path, text);
    const own = new Set(commentsAt(lineOf(range.start), lineOf(range.end)));
    return commentsAt(lineOf(span.start), lineOf(Math.max(span.start, span.end - 1))).filter(
      (comment) => comment.syntax === 'zizmor' && !own.has(comment),
    );
  };
}

function isIn({ start, end }: ByteRange, { range }: YamlNode): boolean {
  return start >= range.start && end <= range.end;
}
