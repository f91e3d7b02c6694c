/**
 * Markdown for a comment or a job summary: verdict, totals, then the findings as a table, worst
 * first. The text is cut at a row, and says what was cut.
 *
 * Source: GitHub Flavored Markdown, "Tables". A comment of GitHub has at most 65,536 characters.
 */

import type { Severity } from '../../../core/model/advisory/advisory.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import {
  actionFilter,
  listingOf,
  rankOf,
  RANKS,
  type ListedFinding,
} from '../findings/listed-findings.ts';
import { MARKDOWN_TABLES, type MarkdownTable } from './markdown-rows.ts';
import { markdownBlock, markdownText } from './markdown-text.ts';
import type { Reporter } from '../reporter.ts';
import {
  gapLines,
  headLines,
  notShownLine,
  suppressedLine,
  titleText,
  totalText,
} from '../table/table-sections.ts';
import { textPieces } from '../text/text-pieces.ts';
import { verdictLines } from '../table/verdict-block.ts';
import { terminalText } from '../text/terminal-text.ts';

export const markdown: Reporter = {
  id: 'markdown',
  mediaType: 'text/markdown',
  purpose: 'fits a comment on a pull request: verdict, totals, table',
  findings: {
    listed: 'open',
    vulnerabilities:
      'all that were not set aside, worst first, as far as there is room; the rest counted',
    others: 'as vulnerabilities',
    setAside: 'counted by reason',
  },
  render: (report, view = {}) => textPieces(document(report, new Budget(view.maxBytes))),
};

const MAX_CHARACTERS = 65_536;
/** Room for what was cut, which stands at the end. */
const NOTE_LENGTH = 600;
const MAX_GAP_LINES = 20;

/**
 * The remaining budget of a text of bounded length, in bytes of UTF-8 or else in units of UTF-16,
 * which are at least as many as characters.
 */
class Budget {
  readonly #isBytes: boolean;
  #left: number;

  constructor(maxBytes: number | undefined) {
    this.#isBytes = maxBytes !== undefined;
    this.#left = (maxBytes ?? MAX_CHARACTERS) - NOTE_LENGTH;
  }

  get left(): number {
    return this.#left;
  }

  sizeOf(text: string): number {
    return this.#isBytes ? Buffer.byteLength(text) : text.length;
  }

  /** Takes the room of a text, unless less than `reserve` would be left. */
  takes(text: string, reserve = 0): boolean {
    const size = this.sizeOf(text);
    if (this.#left - size < reserve) return false;
    this.#left -= size;
    return true;
  }
}

function* document(report: Report, budget: Budget): Generator<string> {
  const head = `## Assay\n\n${cutBlock(verdictLines(report, { color: false }), budget)}`;
  if (budget.takes(head)) yield head;
  let leftOut = 0;
  for (const result of report.results) {
    const text = artifactHead(result, report, budget);
    if (budget.takes(text)) yield text;
    else leftOut += 1;
  }
  const isAction = actionFilter(report);
  let cut = 0;
  for (const [index, result] of report.results.entries()) {
    // Each artifact has its share, so that the first does not push the worst findings of the last
    // out.
    const reserve = budget.left - Math.floor(budget.left / (report.results.length - index));
    const table = findingTables(result, { report, isAction, budget, reserve });
    let next = table.next();
    for (; next.done !== true; next = table.next()) yield next.value;
    cut += next.value;
  }
  yield* note(cut, leftOut);
}

function* note(cut: number, leftOut: number): Generator<string> {
  if (cut === 0 && leftOut === 0) return;
  const parts = [
    ...(cut > 0 ? [`${cut} findings, least severe first`] : []),
    ...(leftOut > 0 ? [`the totals of ${leftOut} artifacts`] : []),
  ];
  yield `\n**Cut here:** ${parts.join(' and ')}, because the text would be too long. The JSON report has all.\n`;
}

/** Cuts a block to half of a text at most. */
function cutBlock(lines: readonly string[], budget: Budget): string {
  const kept: string[] = [];
  let size = 0;
  for (const line of lines) {
    const text = plainLine(line);
    size += budget.sizeOf(text) + 1;
    if (size > budget.left / 2) {
      kept.push('...');
      break;
    }
    kept.push(text);
  }
  return markdownBlock(kept);
}

/** Keeps the indentation. */
function plainLine(line: string): string {
  const indent = /^ */u.exec(line)?.[0] ?? '';
  return indent + terminalText(line, 2000);
}

function artifactHead(result: ArtifactResult, report: Report, budget: Budget): string {
  const counts = countsOf(result);
  const gaps = gapLines(result.diagnostics);
  const lines = [
    ...headLines(result),
    ...[suppressedLine(result.suppressed), notShownLine(result, report)].filter(
      (line) => line !== undefined,
    ),
    ...gaps.slice(0, MAX_GAP_LINES),
    ...(gaps.length > MAX_GAP_LINES ? ['  ...'] : []),
  ];
  const block = lines.length === 0 ? '' : `\n${cutBlock(lines, budget)}`;
  const title = markdownText(titleText(result), 500);
  return `\n### ${title}\n\n**${totalText(counts, report.shownSeverities)}**\n${block}`;
}

function countsOf({ findings, suppressed }: ArtifactResult): ReadonlyMap<Severity, number> {
  const aside = new Set(suppressed.map(({ findingId }) => findingId));
  const counts = new Map<Severity, number>();
  for (const { id, kind, severity } of findings) {
    if (kind !== 'vulnerability' || aside.has(id)) continue;
    counts.set(severity, (counts.get(severity) ?? 0) + 1);
  }
  return counts;
}

interface TableFacts {
  readonly report: Report;
  readonly isAction: (listed: ListedFinding) => boolean;
  readonly budget: Budget;
  /** The part of the budget that the tables must leave. */
  readonly reserve: number;
}

/** Yields the rows of an artifact that have room, and returns how many have none. */
function* findingTables(result: ArtifactResult, facts: TableFacts): Generator<string, number> {
  const { report, budget, reserve } = facts;
  const several = report.results.length > 1;
  let heading = several ? `#### ${markdownText(titleText(result), 500)}\n\n` : '';
  let cut = 0;
  for (const [index, table] of MARKDOWN_TABLES.entries()) {
    const later = sizeOf(MARKDOWN_TABLES.slice(index + 1), result);
    // What a later table needs, but no more than half.
    const kept = reserve + Math.min(later, Math.floor((budget.left - reserve) / 2));
    const rows = findingTable(result, { ...facts, reserve: kept, heading, table });
    let next = rows.next();
    for (; next.done !== true; next = rows.next()) {
      heading = '';
      yield next.value;
    }
    cut += next.value;
  }
  return cut;
}

function sizeOf(tables: readonly MarkdownTable[], { findings }: ArtifactResult): number {
  let size = 0;
  for (const { accepts, usualRowBytes } of tables) {
    for (const { kind } of findings) if (accepts(kind === 'rule')) size += usualRowBytes;
  }
  return size;
}

interface OneTable extends TableFacts {
  /** Stands above the table. */
  readonly heading: string;
  readonly table: MarkdownTable;
}

function* findingTable(
  result: ArtifactResult,
  { report, isAction, budget, reserve, heading, table }: OneTable,
): Generator<string, number> {
  const list = listingOf(result, report);
  const rule = table.heads.map(() => '---').join(' | ');
  const head = `\n${heading}| ${table.heads.join(' | ')} |\n| ${rule} |\n`;
  let hasHead = false;
  let isFull = false;
  let cut = 0;
  for (const rank of RANKS) {
    for (const [index, finding] of result.findings.entries()) {
      if (!table.accepts(finding.kind === 'rule') || rankOf(finding) !== rank) continue;
      const listed = list.at(index);
      if (listed === undefined || listed.suppressed !== undefined) continue;
      if (!isFull) {
        const cells = table.cellsOf(listed, { result, decides: isAction(listed) });
        const row = `${hasHead ? '' : head}| ${cells.join(' | ')} |\n`;
        isFull = !budget.takes(row, reserve);
        if (!isFull) {
          hasHead = true;
          yield row;
          continue;
        }
      }
      cut += 1;
    }
  }
  return cut;
}
