/**
 * The fields of a rule finding in words, for formats that show them as text. A field has one row
 * here, so that a format that shows all facts has every field.
 */

import type { Artifact, Location } from '../../../core/model/artifact/artifact.ts';
import type {
  FlowStep,
  IgnoreComment,
  RuleFinding,
  TextRange,
} from '../../../core/model/rule/rule-finding.ts';
import { isOfConfiguration, placePath } from './artifact-identity.ts';
import type { RuleField } from '../reporter.ts';
import { terminalText } from '../text/terminal-text.ts';

/** The fact in a field of a finding. */
export interface RuleFact {
  readonly field: RuleField;
  readonly label: string;
  /** Harmless lines, as many as the field has values; never empty. */
  readonly texts: readonly string[];
}

/** The choice of facts. */
export interface RuleFactChoice {
  /** Fields that the format shows in places of their own. */
  readonly without?: readonly RuleField[];
  /** Characters of a value. Default: 1,000. */
  readonly maxText?: number;
  /** Values of a field, of which a flow has many. Default: 50. */
  readonly maxCount?: number;
}

const MAX_TEXT = 1000;
/** The limit for steps of a SARIF document. */
const MAX_COUNT = 50;

interface FactRow {
  readonly label: string;
  readonly textsOf: (finding: RuleFinding, artifact: Artifact) => readonly string[];
}

/** In the order in which people read them. */
const ROWS: Readonly<Record<RuleField, FactRow>> = {
  rule: { label: 'Rule', textsOf: ({ rule }) => [rule] },
  severity: { label: 'Severity', textsOf: ({ severity }) => [severity] },
  title: { label: 'Title', textsOf: ({ title }) => [title] },
  message: { label: 'Message', textsOf: ({ message }) => [message] },
  remedy: { label: 'Remedy', textsOf: ({ remedy }) => [remedy] },
  location: {
    label: 'Place',
    textsOf: ({ location }, artifact) => [placeText(location, '', artifact)],
  },
  range: {
    label: 'Range',
    textsOf: ({ range }) => (range === undefined ? [] : [rangeText(range)]),
  },
  excerpt: { label: 'Text', textsOf: ({ excerpt = '' }) => [excerpt] },
  instruction: { label: 'Instruction', textsOf: ({ instruction = '' }) => [instruction] },
  whitedOutIn: {
    label: 'Deleted in',
    textsOf: ({ whitedOutIn }) => (whitedOutIn === undefined ? [] : [`layer ${whitedOutIn + 1}`]),
  },
  steps: {
    label: 'Step',
    textsOf: ({ steps = [] }, artifact) => steps.map((step) => stepText(step, artifact)),
  },
  fix: { label: 'Fix', textsOf: ({ fix }, artifact) => fixTexts(fix, artifact) },
  category: { label: 'Category', textsOf: ({ category }) => [category] },
  cwe: {
    label: 'Weaknesses',
    textsOf: ({ cwe }) => [cwe.map((number) => `CWE-${number}`).join(', ')],
  },
  aliases: { label: 'Aliases', textsOf: ({ aliases }) => [aliases.join(', ')] },
  helpUri: { label: 'Help', textsOf: ({ helpUri = '' }) => [helpUri] },
  tool: { label: 'Reported by', textsOf: ({ tool = '' }) => [tool] },
  confidence: { label: 'Confidence', textsOf: ({ confidence = '' }) => [confidence] },
  comments: { label: 'Comment', textsOf: ({ comments = [] }) => comments.map(commentText) },
  fingerprint: { label: 'Fingerprint', textsOf: ({ fingerprint }) => [fingerprint] },
  id: { label: 'Id', textsOf: ({ id }) => [id] },
};

/** All fields, in the order in which people read them. */
export const RULE_FIELDS = Object.keys(ROWS) as readonly RuleField[];

/** Returns the facts of a finding; fields without a value have none. */
export function ruleFacts(
  finding: RuleFinding,
  artifact: Artifact,
  { without = [], maxText, maxCount }: RuleFactChoice = {},
): readonly RuleFact[] {
  return RULE_FIELDS.flatMap((field): readonly RuleFact[] => {
    if (without.includes(field)) return [];
    const texts = ruleFieldTexts(field, { finding, artifact }, { maxText, maxCount });
    return texts.length === 0 ? [] : [{ field, label: ROWS[field].label, texts }];
  });
}

/** Returns facts as lines with a label each. */
export function factLines(facts: readonly RuleFact[]): readonly string[] {
  return facts.flatMap(({ label, texts }) => texts.map((text) => `${label}: ${text}`));
}

/** Returns the values of one field as harmless lines; empty where it has none. */
export function ruleFieldTexts(
  field: RuleField,
  { finding, artifact }: { readonly finding: RuleFinding; readonly artifact: Artifact },
  bounds: { readonly maxText?: number | undefined; readonly maxCount?: number | undefined } = {},
): readonly string[] {
  const { maxText = MAX_TEXT, maxCount = MAX_COUNT } = bounds;
  const all = ROWS[field].textsOf(finding, artifact);
  const texts = all
    .slice(0, maxCount)
    .map((text) => terminalText(text, maxText))
    .filter((text) => text !== '');
  return all.length > maxCount ? [...texts, `and ${all.length - maxCount} more`] : texts;
}

/**
 * Returns `build/Dockerfile:3`, or with a range in place of the line, and with the layer for an
 * image.
 */
function placeText(location: Location, range: string, artifact: Artifact): string {
  const lines = range === '' ? (location.line?.toString() ?? '') : range;
  const path = isOfConfiguration(artifact, location)
    ? 'image configuration'
    : placePath(artifact, location);
  const place = path + (lines === '' ? '' : `:${lines}`);
  return artifact.kind === 'image' ? `${place} (layer ${location.layer + 1})` : place;
}

/** The end is exclusive, as in the JSON report. */
function rangeText({ startLine, startColumn, endLine, endColumn }: TextRange): string {
  return `${startLine}:${startColumn} to ${endLine}:${endColumn}`;
}

function stepText({ location, range, message }: FlowStep, artifact: Artifact): string {
  const lines = range === undefined ? '' : rangeText(range);
  return `${placeText(location, lines, artifact)}: ${message}`;
}

function fixTexts(fix: RuleFinding['fix'], artifact: Artifact): readonly string[] {
  if (fix === undefined) return [];
  const edits = fix.edits.map(({ path, startOffset, endOffset, replacement }) => {
    const file = placePath(artifact, { path, layer: 0 });
    return `${file}, bytes ${startOffset} to ${endOffset}: ${JSON.stringify(replacement)}`;
  });
  return [fix.description, ...edits];
}

function commentText({ syntax, line, rules, reason, until }: IgnoreComment): string {
  return [
    `${syntax} in line ${line}`,
    ...(rules.length > 0 ? [`for ${rules.join(' ')}`] : []),
    ...(until === undefined ? [] : [`until ${until}`]),
    ...(reason === undefined ? [] : [`because ${reason}`]),
  ].join(', ');
}
