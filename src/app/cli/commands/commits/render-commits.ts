/**
 * The answer of `assay commits` in each of its formats. JSON: `schema/assay-commits-1.schema.json`.
 */

import { jsonText } from '../../../../core/base/json-text.ts';
import { pluralize } from '../../../../core/base/pluralize.ts';
import { stripControl } from '../../../../core/base/strip-control.ts';
import { escapeWorkflowCommands } from '../../../../core/base/workflow-commands.ts';
import type { Verdict } from '../../../../core/model/report/report.ts';
import {
  shortName,
  type CommitsOutcome,
  type StatusCounts,
} from '../../../../tasks/provenance/outcome.ts';
import { markdownCode, markdownText } from '../../../../scan/report/markdown/markdown-text.ts';
import { formatColumns } from '../../../../scan/report/text/plain-columns.ts';
import { trustVerdictLines } from '../../print/trust-verdict-lines.ts';

/** A range with its verdict. */
export interface JudgedRange {
  readonly outcome: CommitsOutcome;
  readonly verdict: Verdict;
  /** In milliseconds since the Unix epoch. */
  readonly judgedAt: number;
}

/** Rows of problems for people; JSON has all. */
const MAX_ROWS = 50;
const CELL_LENGTH = 400;

/** Renders the answer as `table`, `json` or `markdown`. */
export function renderCommits(format: string, judged: JudgedRange): string {
  switch (format) {
    case 'json':
      return jsonText(document(judged));
    case 'markdown':
      return markdown(judged);
    default:
      return escapeWorkflowCommands(table(judged));
  }
}

function document({ outcome, verdict, judgedAt }: JudgedRange): object {
  const { status, exitCode, causes, warnings = [] } = verdict;
  return {
    schemaVersion: 1,
    kind: 'assay-commits',
    judgedAt: new Date(judgedAt).toISOString(),
    ...outcome,
    verdict: { status, exitCode, causes, warnings },
  };
}

const PROBLEM_HEAD = ['status', 'object', 'date', 'committer', 'reason', 'subject'] as const;
const SIGNER_HEAD = ['author', 'signer', 'kind', 'key', 'commits', 'first', 'last'] as const;

function table({ outcome, verdict }: JudgedRange): string {
  const problems = problemRows(outcome);
  const signers = signerRows(outcome);
  return [
    `${stripControl(headline(outcome))}\n`,
    ...(problems.length === 0 ? [] : ['\n', formatColumns([PROBLEM_HEAD, ...problems])]),
    ...moreLines(outcome).map((line) => `${line}\n`),
    ...(signers.length === 0 ? [] : ['\n', formatColumns([SIGNER_HEAD, ...signers])]),
    '\n',
    ...trustVerdictLines(verdict).map((line) => `${stripControl(line)}\n`),
  ].join('');
}

function markdown({ outcome, verdict }: JudgedRange): string {
  const lines = [
    `### ${markdownText(headline(outcome))}`,
    ...markdownTable(PROBLEM_HEAD, problemRows(outcome)),
    ...moreLines(outcome).flatMap((line) => ['', line]),
    ...markdownTable(SIGNER_HEAD, signerRows(outcome)),
    '',
    ...trustVerdictLines(verdict).map((line) => `- ${markdownText(line.trim(), 4000)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function markdownTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map((row) => line(row.map((cell) => markdownCode(String(cell), CELL_LENGTH)))),
  ];
}

function headline({ range, commits, tags, startingPoints }: CommitsOutcome): string {
  const parts = [`${range}: ${countText(commits, 'commit')}`];
  if (tags !== undefined) parts.push(countText(tags, 'tag'));
  for (const { commit, reason } of startingPoints) {
    parts.push(`not verified: ${commit.slice(0, 12)} and its history (${reason})`);
  }
  return parts.join('; ');
}

function countText({ total, allowed, unsigned, refused }: StatusCounts, noun: string): string {
  const counts = [
    `${allowed} allowed`,
    ...(unsigned > 0 ? [`${unsigned} unsigned`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ];
  return `${pluralize(total, noun)} (${counts.join(', ')})`;
}

function problemRows({ problems }: CommitsOutcome): readonly (readonly string[])[] {
  return problems
    .slice(0, MAX_ROWS)
    .map((row) => [
      row.status,
      shortName(row),
      row.at ?? '',
      row.maker?.email ?? '',
      row.reason,
      row.subject ?? '',
    ]);
}

function moreLines({ problems }: CommitsOutcome): readonly string[] {
  const more = problems.length - MAX_ROWS;
  return more > 0 ? [`and ${more} more; -f json lists all`] : [];
}

function signerRows({ signers }: CommitsOutcome): readonly (readonly (string | number)[])[] {
  return signers.map((row) => [
    row.author,
    row.signer,
    row.kind,
    row.fingerprint,
    row.commitCount,
    row.firstAt,
    row.lastAt,
  ]);
}
