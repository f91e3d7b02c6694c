/** The tables of Markdown: one of packages with their findings, one of findings of rules. */

import type { ArtifactResult } from '../../../core/model/report/report.ts';
import type { RuleFinding } from '../../../core/model/rule/rule-finding.ts';
import { fixedText, severityName } from '../findings/finding-rows.ts';
import { findingSubject, findingTitle } from '../findings/finding-text.ts';
import { findingName, findingVersion, type ListedFinding } from '../findings/listed-findings.ts';
import { markdownCode, markdownText } from './markdown-text.ts';
import { originText } from '../table/origin-text.ts';
import type { RuleField } from '../reporter.ts';
import { factLines, ruleFacts } from '../findings/rule-facts.ts';

/** A table, and the findings that it has rows for. */
export interface MarkdownTable {
  readonly heads: readonly string[];
  readonly accepts: (isRule: boolean) => boolean;
  /** Bytes that a row has as a rule, for the share of the text that a table gets. */
  readonly usualRowBytes: number;
  readonly cellsOf: (listed: ListedFinding, row: RowFacts) => readonly string[];
}

/** The data of a row beside its finding. */
export interface RowFacts {
  readonly result: ArtifactResult;
  /** Findings that decide are bold. */
  readonly decides: boolean;
}

const MAX_TITLE = 160;
const MAX_TEXT = 300;
/** Values of a field of a rule finding, such as the steps of a flow. */
const MAX_COUNT = 5;

/** In the order in which a text has them. */
export const MARKDOWN_TABLES: readonly MarkdownTable[] = [
  {
    heads: 'Library,Vulnerability,Severity,Evidence,Installed,Fixed,Origin,Title'.split(','),
    accepts: (isRule) => !isRule,
    usualRowBytes: 200,
    cellsOf: packageCells,
  },
  {
    heads: 'Place,Rule,Severity,Finding,Remedy,Details'.split(','),
    accepts: (isRule) => isRule,
    usualRowBytes: 600,
    cellsOf: (listed, row) =>
      listed.finding.kind === 'rule' ? ruleCells(listed.finding, listed, row) : [],
  },
];

function packageCells(listed: ListedFinding, { result, decides }: RowFacts): readonly string[] {
  const { finding, pkg } = listed;
  const fixed = finding.kind === 'vulnerability' ? fixedText(finding) : '';
  return [
    markdownCode(pkg?.name ?? findingSubject(listed), 120),
    markdownCode(findingName(finding), 120),
    severityCell(listed, decides),
    pkg?.evidence.level ?? '',
    markdownCode(findingVersion(listed), 60),
    fixed.startsWith('(') ? markdownText(fixed) : markdownCode(fixed),
    pkg === undefined ? '' : markdownCode(originText(pkg, result.artifact), 200),
    markdownText(findingTitle(listed), MAX_TITLE),
  ];
}

/** Fields that have a cell of their own. */
const OWN_CELLS: readonly RuleField[] = ['rule', 'severity', 'message', 'remedy'];

function ruleCells(
  finding: RuleFinding,
  listed: ListedFinding,
  { result, decides }: RowFacts,
): readonly string[] {
  const facts = ruleFacts(finding, result.artifact, {
    without: OWN_CELLS,
    maxText: MAX_TEXT,
    maxCount: MAX_COUNT,
  });
  return [
    markdownCode(findingSubject(listed), 120),
    markdownCode(findingName(finding), 120),
    severityCell(listed, decides),
    markdownText(findingTitle(listed), MAX_TEXT),
    markdownText(finding.remedy, MAX_TEXT),
    factLines(facts)
      .map((line) => markdownText(line, MAX_TEXT + 20))
      .join('; '),
  ];
}

function severityCell({ finding }: ListedFinding, decides: boolean): string {
  const severity = severityName(finding.severity);
  return decides ? `**${severity}**` : severity;
}
