/**
 * Rule findings in the table for people: a count for each category, then a block for each rule, the
 * most severe first, with a row for each place. Texts are wrapped, never cut, so that narrow
 * terminals show them whole.
 */

import { createColors } from 'picocolors';

import { compareText } from '../../../core/base/compare.ts';
import { groupBy } from '../../../core/base/maps.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import {
  RULE_CATEGORIES,
  type FlowStep,
  type RuleCategory,
  type RuleFinding,
} from '../../../core/model/rule/rule-finding.ts';
import type { ScanPart } from '../../../core/model/rule/rule-scanner.ts';
import { severityRank } from '../../../core/model/severity/severity.ts';
import { severityName, severityPaints } from '../findings/finding-rows.ts';
import { shortLayerText } from './origin-text.ts';
import { DEFAULT_WIDTH, type ReportView } from '../reporter.ts';
import { countSeverities, isOfRulesAlone, severityCounts, totalText } from './table-sections.ts';
import { displayWidth, lastPart, terminalText, wrap } from '../text/terminal-text.ts';

const CATEGORY_HEADS: Readonly<Record<RuleCategory, string>> = {
  secret: 'Secrets',
  misconfiguration: 'Misconfiguration',
  code: 'Code',
  origin: 'Origins',
  license: 'Licenses',
};

/** The scanner that makes the findings of each category. */
const SCANNER_OF: Readonly<Record<RuleCategory, ScanPart>> = {
  secret: 'secret',
  misconfiguration: 'misconfig',
  code: 'code',
  origin: 'origin',
  license: 'license',
};

/** Columns before the name of a rule: two blanks, the longest severity, two blanks. */
const RULE_INDENT = 12;
const PLACE_INDENT = { wide: RULE_INDENT, narrow: 4 };
/** On narrower lines places begin further to the left. */
const WIDE = 100;
/** A place takes at most this share of a line that its message is on, too. */
const PLACE_SHARE = 0.4;
const COLUMN_GAP = 2;
const MAX_PATH = 400;
const MAX_MESSAGE = 600;
const MAX_INSTRUCTION = 200;
const MAX_STEPS = 8;

type TableView = Pick<ReportView, 'color' | 'rows'> & Pick<Partial<ReportView>, 'width'>;

/** Returns what rules looked for in an artifact, as in `secrets, misconfiguration`. */
export function lookedForText(result: ArtifactResult): string {
  return categoriesOf(result)
    .map((category) => CATEGORY_HEADS[category].toLowerCase())
    .join(', ');
}

/** Returns a line with counts for each category that was looked for, or that has findings. */
export function ruleTotalLines(
  result: ArtifactResult,
  { shownSeverities }: Pick<Report, 'shownSeverities'>,
): readonly string[] {
  const open = openRuleFindings(result);
  const categories = categoriesOf(result);
  // Analyzers of other tools found nothing, or everything is set aside.
  if (categories.length === 0 && isOfRulesAlone(result)) {
    return [totalText(new Map(), shownSeverities, 'Rule findings')];
  }
  return categories.map((category) => {
    const counts = countSeverities(open.filter((finding) => finding.category === category));
    return totalText(counts, shownSeverities, CATEGORY_HEADS[category]);
  });
}

/**
 * Yields the rule findings of an artifact that are not set aside, by category. Each piece ends in a
 * line end.
 */
export function* ruleTable(
  result: ArtifactResult,
  report: Pick<Report, 'shownSeverities' | 'verdict'>,
  view: TableView,
): Generator<string> {
  const open = openRuleFindings(result);
  const shown = new Set(shownFindings(open, report, view.rows));
  const categories = categoriesOf(result);
  if (categories.length === 0 && isOfRulesAlone(result)) {
    yield `${ruleTotalLines(result, report).join('\n')}\n\n`;
  }
  for (const category of categories) {
    const ofCategory = open.filter((finding) => finding.category === category);
    const counts = countSeverities(ofCategory);
    yield `${totalText(counts, report.shownSeverities, CATEGORY_HEADS[category])}\n`;
    const groups = groupBy(
      ofCategory.filter((finding) => shown.has(finding)),
      ruleKey,
    );
    for (const group of groups.values()) yield ruleBlock(group, result.artifact, view);
    const hidden = ofCategory.filter((finding) => !shown.has(finding));
    if (hidden.length > 0) {
      const lines = wrap(
        `and ${pluralize(hidden.length, 'more finding')} of ${pluralize(new Set(hidden.map(({ rule }) => rule)).size, 'rule')} (${countsText(hidden)}): --rows all lists them`,
        (view.width ?? DEFAULT_WIDTH) - COLUMN_GAP,
      );
      yield lines.map((line) => `  ${line}\n`).join('');
    }
    yield '\n';
  }
}

/** Returns the counts, as in `1 high, 2 low`. */
function countsText(findings: readonly RuleFinding[]): string {
  const [, counts = ''] = severityCounts(findings).split(': ');
  return counts;
}

/**
 * Returns the rule findings that are not set aside: the most severe first, then by rule and place.
 */
export function openRuleFindings({
  findings,
  suppressed,
}: Pick<ArtifactResult, 'findings' | 'suppressed'>): readonly RuleFinding[] {
  const aside = new Set(suppressed.map(({ findingId }) => findingId));
  return findings
    .filter((finding) => finding.kind === 'rule')
    .filter(({ id }) => !aside.has(id))
    .sort(
      (a, b) =>
        severityRank(b.severity) - severityRank(a.severity) ||
        compareText(a.rule, b.rule) ||
        compareText(a.tool ?? '', b.tool ?? '') ||
        compareText(a.location.path, b.location.path) ||
        lineOf(a) - lineOf(b) ||
        compareText(a.id, b.id),
    );
}

/** Returns the requested categories, and those that have findings. */
function categoriesOf({
  scanners = [],
  findings,
  suppressed,
}: ArtifactResult): readonly RuleCategory[] {
  const aside = new Set(suppressed.map(({ findingId }) => findingId));
  const found = new Set<RuleCategory>();
  for (const finding of findings) {
    if (finding.kind === 'rule' && !aside.has(finding.id)) found.add(finding.category);
  }
  return RULE_CATEGORIES.filter((one) => found.has(one) || scanners.includes(SCANNER_OF[one]));
}

/** Returns the first findings, and all that decide. */
function shownFindings(
  open: readonly RuleFinding[],
  { verdict }: Pick<Report, 'verdict'>,
  rows = Number.POSITIVE_INFINITY,
): readonly RuleFinding[] {
  if (open.length <= rows) return open;
  const deciding = new Set(verdict.causes.flatMap(({ findingIds }) => findingIds));
  let left = rows - open.filter(({ id }) => deciding.has(id)).length;
  return open.filter(({ id }) => {
    if (deciding.has(id)) return true;
    left -= 1;
    return left >= 0;
  });
}

function ruleKey({ severity, rule, tool = '', title }: RuleFinding): string {
  return JSON.stringify([severity, rule, tool, title]);
}

function lineOf({ range, location }: RuleFinding): number {
  return range?.startLine ?? location.line ?? 0;
}

/** Returns a rule and its places. */
function ruleBlock(
  group: readonly RuleFinding[],
  artifact: Artifact,
  { color, width = DEFAULT_WIDTH }: TableView,
): string {
  const [first] = group;
  if (first === undefined) return '';
  const { bold } = createColors(color);
  const severity = severityName(first.severity);
  const painted = severityPaints(color)[first.severity](severity);
  const label = `  ${painted}${' '.repeat(RULE_INDENT - COLUMN_GAP - severity.length)}`;
  const name = terminalText(
    first.tool === undefined ? first.rule : `${first.rule} (${first.tool})`,
  );
  const title = terminalText(first.title);
  const head = wrap(`${name}: ${title}`, width - RULE_INDENT).map((line, index) => {
    if (index > 0) return `${' '.repeat(RULE_INDENT)}${line}\n`;
    const isWhole = line.startsWith(name);
    return `${label}${isWhole ? bold(name) + line.slice(name.length) : line}\n`;
  });
  const indent = width >= WIDE ? PLACE_INDENT.wide : PLACE_INDENT.narrow;
  const rows = group.map((finding) => ({ finding, place: placeText(finding, artifact) }));
  const widest = rows.reduce((most, { place }) => Math.max(most, displayWidth(place)), 0);
  const layout = { indent, width, placeWidth: widest };
  const isBeside = widest <= (width - indent) * PLACE_SHARE;
  const places = rows.map(({ finding, place }) => {
    const texts = textsOf(finding, artifact);
    return isBeside ? rowBeside(texts, place, layout) : rowBelow(texts, place, layout);
  });
  return head.join('') + places.join('');
}

interface PlaceLayout {
  readonly indent: number;
  readonly width: number;
  readonly placeWidth: number;
}

/** Returns the place with the message behind it. */
function rowBeside(texts: readonly string[], place: string, layout: PlaceLayout): string {
  const { indent, width, placeWidth } = layout;
  const start = indent + placeWidth + COLUMN_GAP;
  const blanks = ' '.repeat(placeWidth + COLUMN_GAP - displayWidth(place));
  return texts
    .flatMap((text) => wrap(text, width - start))
    .map((line, index) =>
      index === 0
        ? `${' '.repeat(indent)}${place}${blanks}${line}\n`
        : `${' '.repeat(start)}${line}\n`,
    )
    .join('');
}

/** Returns the place with the message below it. */
function rowBelow(texts: readonly string[], place: string, { indent, width }: PlaceLayout): string {
  const below = indent + COLUMN_GAP;
  const room = width - indent;
  const first = displayWidth(place) <= room ? place : lastPart(place, room);
  const lines = texts
    .flatMap((text) => wrap(text, width - below))
    .map((line) => `${' '.repeat(below)}${line}\n`);
  return `${' '.repeat(indent)}${first}\n${lines.join('')}`;
}

/**
 * Returns the message, the way of untrusted data, and for images what made the place. In a
 * Dockerfile the line shows its instruction.
 */
function textsOf(
  { message, instruction, whitedOutIn, steps = [], location: { path } }: RuleFinding,
  { kind }: Artifact,
): readonly string[] {
  const texts = [terminalText(message, MAX_MESSAGE), ...stepTexts(steps, path)];
  if (kind !== 'image') return texts;
  if (instruction !== undefined) {
    texts.push(`instruction: ${terminalText(instruction, MAX_INSTRUCTION)}`);
  }
  if (whitedOutIn !== undefined)
    texts.push(`layer ${whitedOutIn + 1} deletes or replaces the file`);
  return texts;
}

/**
 * Returns a step for each line, as in `9:14 untrusted: request.args`; of long flows the first and
 * the last steps.
 */
function stepTexts(steps: readonly FlowStep[], path: string): readonly string[] {
  const texts = steps.map(({ location, range, message }) => {
    const line = range?.startLine ?? location.line;
    const column = range === undefined ? '' : `:${range.startColumn}`;
    const file = location.path === path ? '' : `${location.path.replace(/^\//u, '')}:`;
    const place = line === undefined ? file : `${file}${line}${column}`;
    return terminalText(`${place} ${message}`.trim(), MAX_MESSAGE);
  });
  if (texts.length <= MAX_STEPS) return texts;
  const left = pluralize(texts.length - MAX_STEPS + 1, 'more step');
  return [...texts.slice(0, MAX_STEPS / 2), left, ...texts.slice(1 - MAX_STEPS / 2)];
}

/**
 * Returns `Dockerfile:3`, and for images the layer too. Findings in no file of an image have only
 * the layer.
 */
function placeText(finding: RuleFinding, artifact: Artifact): string {
  const { path, layer } = finding.location;
  const line = lineOf(finding);
  const isImage = artifact.kind === 'image';
  const isInFile = path !== '' && (!isImage || path.startsWith('/'));
  const shown = terminalText(isImage ? path : path.replace(/^\//u, ''), MAX_PATH);
  const file = line === 0 ? shown : `${shown}:${line}`;
  if (!isImage) return file;
  const inLayer = shortLayerText(artifact, layer);
  return isInFile ? `${file} in ${inLayer}` : `image configuration, ${inLayer}`;
}
