/**
 * Annotations of GitHub Actions: a workflow command for each finding that decides the verdict or,
 * without a gate, that is shown.
 *
 * Source: GitHub Docs, "Workflow commands for GitHub Actions". A step has at most ten annotations
 * of a kind, so the worst come first. A run of a workflow obeys any line that begins like a
 * command: foreign text never begins a line, and line ends, percent signs, colons and commas are
 * encoded where they have a meaning.
 */

import { workflowCommand } from '../../core/base/workflow-commands.ts';
import type { Artifact, Location } from '../../core/model/artifact/artifact.ts';
import type { Finding } from '../../core/model/finding/finding.ts';
import type { Report } from '../../core/model/report/report.ts';
import { placePath } from './findings/artifact-identity.ts';
import { fixedText } from './findings/finding-rows.ts';
import { findingMessage, findingSubject } from './findings/finding-text.ts';
import {
  actionFilter,
  findingName,
  findingPlaces,
  listingOf,
  rankOf,
  RANKS,
  type ListedFinding,
  type Rank,
} from './findings/listed-findings.ts';
import type { Reporter } from './reporter.ts';
import { factLines, ruleFacts, type RuleFactChoice } from './findings/rule-facts.ts';
import { textPieces } from './text/text-pieces.ts';
import { VERDICT_WORDS } from './table/verdict-block.ts';
import { terminalText } from './text/terminal-text.ts';

export const github: Reporter = {
  id: 'github',
  mediaType: 'text/plain',
  purpose: 'annotates a run of GitHub Actions, and fills its job summary',
  findings: {
    listed: 'deciding',
    vulnerabilities: 'those that decide, ten annotations of a kind; the job summary is Markdown',
    others: 'as vulnerabilities',
    setAside: 'counted in the job summary',
  },
  render: (report) => textPieces(commands(report)),
};

type Kind = 'error' | 'warning' | 'notice';

/** GitHub drops what is beyond. */
const MAX_OF_KIND = 10;

function* commands(report: Report): Generator<string> {
  const counts: Record<Kind, number> = { error: 0, warning: 0, notice: 0 };
  const kind = verdictKind(report);
  counts[kind] += 1;
  yield command(kind, { title: 'Assay' }, verdictText(report, countActions(report)));
  const isAction = actionFilter(report);
  const listings = report.results.map((result) => ({ result, list: listingOf(result, report) }));
  for (const rank of RANKS) {
    const kindOfRank = KIND_OF[rank];
    for (const { result, list } of listings) {
      for (const [index, finding] of result.findings.entries()) {
        if (counts[kindOfRank] >= MAX_OF_KIND) break;
        if (rankOf(finding) !== rank) continue;
        const listed = list.at(index);
        if (listed === undefined || !isAction(listed)) continue;
        counts[kindOfRank] += 1;
        yield annotation(kindOfRank, listed, result.artifact);
      }
    }
  }
}

const KIND_OF: Readonly<Record<Rank, Kind>> = {
  malicious: 'error',
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
  unknown: 'notice',
};

function countActions(report: Report): number {
  const isAction = actionFilter(report);
  let count = 0;
  for (const result of report.results) {
    for (const listed of listingOf(result, report).all()) if (isAction(listed)) count += 1;
  }
  return count;
}

function verdictKind({ verdict }: Report): Kind {
  switch (verdict.status) {
    case 'fail':
    case 'incomplete':
      return 'error';
    case 'pass':
    case 'notAsked':
      return 'notice';
  }
}

/** Causes that a message names; the job summary has all. */
const MAX_CAUSES = 5;

function verdictText({ verdict }: Report, count: number): string {
  const causes = verdict.causes
    .slice(0, MAX_CAUSES)
    .map((cause) => terminalText(cause.message, 300));
  const what = verdict.status === 'notAsked' ? 'findings are shown' : 'findings decide';
  return [
    `${VERDICT_WORDS[verdict.status]} (exit code ${verdict.exitCode})`,
    ...causes,
    `${count} ${what}, at most ${MAX_OF_KIND} of a kind are annotated`,
    ...(verdict.cure === undefined ? [] : [`Cure: ${terminalText(verdict.cure.change, 500)}`]),
  ].join('\n');
}

function annotation(kind: Kind, listed: ListedFinding, artifact: Artifact): string {
  const { finding } = listed;
  const [place] = findingPlaces(listed);
  // Files of an image are not in the repository.
  const isFile = place !== undefined && artifact.kind !== 'image' && artifact.kind !== 'rootfs';
  const properties = {
    ...(isFile && { file: placePath(artifact, place) }),
    ...(isFile && linesOf(finding, place)),
    title: `${findingSubject(listed)} (${finding.severity})`,
  };
  return command(kind, properties, annotationText(listed, artifact));
}

function annotationText(listed: ListedFinding, artifact: Artifact): string {
  const { finding } = listed;
  const message = findingMessage(listed);
  switch (finding.kind) {
    case 'vulnerability':
      return `${message}\nFixed: ${fixedText(finding)}`;
    case 'integrity':
      return message;
    case 'rule': {
      const facts = ruleFacts(finding, artifact, FACTS);
      return [`${findingName(finding)}: ${message}`, ...factLines(facts)].join('\n');
    }
  }
}

/** An annotation is read in a box beside the line. */
const FACTS = {
  without: ['rule', 'severity', 'message'],
  maxText: 300,
  maxCount: 10,
} as const satisfies RuleFactChoice;

/**
 * The last column of GitHub is part of the range; columns are left out where the range has several
 * lines.
 */
function linesOf(finding: Finding, { line }: Location): Readonly<Record<string, string>> {
  const range = finding.kind === 'rule' ? finding.range : undefined;
  if (range === undefined) return line === undefined ? {} : { line: String(line) };
  const { startLine, startColumn, endLine, endColumn } = range;
  const [first, last] = [Math.max(startLine, 1), Math.max(startLine, endLine, 1)];
  const lines = { line: String(first), endLine: String(last) };
  if (first !== last) return lines;
  const column = Math.max(startColumn, 1);
  return { ...lines, col: String(column), endColumn: String(Math.max(endColumn - 1, column)) };
}

/** Line ends of the message are those between its sentences: foreign text has none. */
function command(kind: Kind, properties: Readonly<Record<string, string>>, text: string): string {
  const entries = Object.entries(properties).map(
    ([name, value]) => [name, terminalText(value, 1000)] as const,
  );
  return workflowCommand(kind, Object.fromEntries(entries), text);
}
