/** Findings of rules of source code, with their places and steps. */

import { compareText } from '../../../core/base/compare.ts';
import { redact } from '../../../core/base/redact.ts';
import type { Span } from '../../flow/form.ts';
import type { FlowKind } from '../../flow/value/kinds.ts';
import type { RuleHit } from '../../flow/rules.ts';
import type { Trail } from '../../flow/value/value.ts';
import type { Severity } from '../../../core/model/advisory/advisory.ts';
import type { FlowStep, RuleDraft, TextRange } from '../../../core/model/rule/rule-finding.ts';
import { draftOf } from '../rule-draft.ts';
import type { Rule } from '../rule.ts';
import { ruleOf } from './code-rule.ts';
import { isExampleFile, isStandIn, isTestFile } from './judge-file.ts';
import { uniteFlows, type FlowHit } from './one-flow.ts';
import type { OwnRule } from './own-rules.ts';
import { CODE_RULES } from './rules/list.ts';
import { ownRuleOf } from './with-own-rules.ts';

const RULES: ReadonlyMap<string, Rule> = new Map(
  CODE_RULES.map((rule) => [rule.name, ruleOf(rule)]),
);
const KINDS: ReadonlyMap<string, FlowKind | undefined> = new Map(
  CODE_RULES.map(({ name, kind }) => [name, kind]),
);
/** Kinds of harm by which an attacker runs code or statements. */
const RUNNING: ReadonlySet<FlowKind> = new Set([
  ...(['command', 'code', 'sql', 'nosql', 'template', 'deserialize', 'import'] as const),
]);
const MAX_EXCERPT = 200;
/** Rules whose places contain the secret itself. */
const SECRETS: ReadonlySet<string> = new Set(['hard-coded-secret', 'fixed-initialization-vector']);

/** A file whose findings are made, and the rules of the user. */
export interface JudgedFile {
  readonly path: string;
  readonly text: string;
  readonly own: readonly OwnRule[];
}

/** Returns the findings in a file in the order of their places. */
export function draftsOf(
  { path, text, own }: JudgedFile,
  hits: readonly RuleHit[],
): readonly RuleDraft[] {
  const places = new Places(text);
  const owned = new Map(own.map((rule) => [rule.id as string, rule]));
  return uniteFlows(hits)
    .toSorted((a, b) => a.span.start - b.span.start || compareText(a.rule, b.rule))
    .flatMap((hit) => {
      const mine = owned.get(hit.rule);
      const rule = mine === undefined ? RULES.get(hit.rule) : ownRuleOf(mine);
      return rule === undefined ? [] : [findingOf(path, places, { hit, rule })];
    });
}

function findingOf(
  path: string,
  places: Places,
  { hit, rule }: { readonly hit: FlowHit; readonly rule: Rule },
): RuleDraft {
  const range = places.rangeOf(hit.span);
  const shown = shownName(hit.name);
  const source = hit.taint?.source;
  const message =
    source === undefined
      ? `${capital(rule.title)}: "${shown}".`
      : `Untrusted data (${source}) reaches "${shown}"${elsewhere(places, hit)}.`;
  const draft = draftOf(isTestFile(path) ? { ...rule, severity: lower(rule.severity) } : rule, {
    message,
    location: { path, layer: 0, line: range.startLine },
    range,
    excerpt: places.excerptOf(hit.span, SECRETS.has(hit.rule)),
    names: [hit.within, shown, ...(source === undefined ? [] : [source])],
  });
  const steps =
    hit.taint && stepsOf(path, places, { trail: hit.taint.trail, end: hit.span, shown });
  const isOfTest = RULES.get(hit.rule) === rule && isHarmlessInTests(path, hit);
  return { ...draft, confidence: isOfTest ? 'low' : hit.confidence, ...(steps && { steps }) };
}

/** The lines of the other places that the data reaches in the same function. */
function elsewhere(places: Places, { others, span }: FlowHit): string {
  const first = places.rangeOf(span).startLine;
  const lines = [...new Set(others.map((one) => places.rangeOf(one).startLine))];
  const more = lines.filter((line) => line !== first);
  if (more.length === 0) return '';
  return `, and other calls in line${more.length > 1 ? 's' : ''} ${more.join(', ')}`;
}

/**
 * Returns whether a finding means little in a test or an example. Certificates and passwords there
 * protect nothing, and pages and addresses are those of the test. A command that a test server runs
 * is run on the computer of a developer.
 */
function isHarmlessInTests(path: string, { rule, taint }: RuleHit): boolean {
  const isAside = isTestFile(path) || isExampleFile(path);
  if (taint === undefined) return isAside || isStandIn(path);
  return isAside && !RUNNING.has(KINDS.get(rule) ?? 'html');
}

function stepsOf(
  path: string,
  places: Places,
  { trail, end, shown }: { readonly trail: Trail; readonly end: Span; readonly shown: string },
): readonly FlowStep[] {
  const steps: FlowStep[] = [];
  const add = (span: Span, message: string): void => {
    const range = places.rangeOf(span);
    steps.push({ location: { path, layer: 0, line: range.startLine }, range, message });
  };
  const way: Trail[] = [];
  for (let at: Trail | undefined = trail; at !== undefined; at = at.before) way.push(at);
  for (const { span, message } of way.toReversed()) add(span, plainNames(message));
  add(end, `reaches "${shown}"`);
  return steps;
}

/** Removes the groups of types, such as `flask:Request`, from the names in a message. */
function plainNames(message: string): string {
  return message.replaceAll(/"[a-z]+:(?=[A-Z])/gu, '"');
}

/** A qualified name as people write it. */
function shownName(ref: string): string {
  const name = ref.replace(/^.*:/u, '').replace(/^\?\./u, '');
  return name.length > 80 ? `…${name.slice(-80)}` : name;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

const LOWER: Readonly<Record<Severity, Severity>> = {
  critical: 'high',
  high: 'medium',
  medium: 'low',
  low: 'low',
  unknown: 'unknown',
};

function lower(severity: Severity): Severity {
  return LOWER[severity];
}

/** Places of a text in lines and columns. */
class Places {
  readonly #text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#text = text;
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
      starts.push(at + 1);
    this.#starts = starts;
  }

  rangeOf({ start, end }: Span): TextRange {
    const from = this.#placeOf(start);
    const to = this.#placeOf(end);
    return {
      startLine: from.line,
      startColumn: from.column,
      endLine: to.line,
      endColumn: to.column,
    };
  }

  excerptOf({ start, end }: Span, isSecret: boolean): string {
    const piece = this.#text.slice(start, Math.min(end, start + 4 * MAX_EXCERPT));
    const hidden = isSecret ? piece.replaceAll(/"[^"\n]*"?|'[^'\n]*'?|`[^`]*`?/gu, '"***"') : piece;
    const line = redact(hidden).replaceAll(/\s+/gu, ' ').trim();
    return line.length > MAX_EXCERPT ? `${line.slice(0, MAX_EXCERPT - 1)}…` : line;
  }

  #placeOf(offset: number): { readonly line: number; readonly column: number } {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}
