/**
 * Expressions in scripts as environment variables: the variable stands in the script in the quotes
 * of its shell, and the step sets it to the expression. Places where a shell would not replace it,
 * as between single quotes, and those where the value would be read as code once more, get no edit.
 *
 * Source: docs.github.com, "Script injections"; POSIX.1-2017, Shell Command Language, section 2.2
 * (quoting).
 */

import type { ByteRange } from '../../../../formats/bytes/byte-range.ts';
import type { YamlPair, YamlScalar } from '../../../../formats/text/yaml/yaml-node.ts';
import { asMapping, asScalar, keyOf } from '../../../../formats/text/yaml/yaml-walk.ts';
import { contextPaths } from '../../../../formats/text/github-expression/context-paths.ts';
import { UNKNOWN_SCRIPT } from '../../commands/limits.ts';
import { dataPlaces } from '../data/data-places.ts';
import type { StepScript } from '../scripts.ts';
import type { PipelineSubject, PlacedExpression } from '../subject.ts';
import { textOf } from '../subject.ts';
import { pairOf, type Step } from '../workflow.ts';
import { pairBefore, type Edit } from './yaml-edits.ts';

/**
 * Longer scripts, and those with more expressions, are not edited: each expression is looked for
 * from the beginning.
 */
const MAX_SCRIPT = 50_000;
const MAX_MOVED = 50;

/** Edits of a step, and the expressions that they move. */
export interface ScriptEdits {
  readonly edits: readonly Edit[];
  /** The offsets of the moved expressions in the script. */
  readonly moved: ReadonlySet<number>;
}

/**
 * Returns the edits that move expressions of a script into variables. Those that are evaluated once
 * more stay; so do arguments of programs of which nothing is known, unless `trustsUnknown` is set.
 */
export function scriptEdits(
  subject: PipelineSubject,
  step: Step,
  isMoved: (placed: PlacedExpression) => boolean,
  trustsUnknown = false,
): ScriptEdits | undefined {
  const { run } = step;
  const script = subject.scripts().get(step);
  if (run === undefined || script?.body === undefined || !isEditable(run, script)) return undefined;
  const found = textOf(run, false).expressions.filter(isMoved);
  if (found.length > MAX_MOVED) return undefined;
  const isData = dataPlaces(script.body, script.text, trustsUnknown);
  const names = new VariableNames(subject, step);
  const edits: Edit[] = [];
  const moved = new Set<number>();
  for (const placed of found) {
    const quote = isData(placed.start) ? quoteAt(run.value, placed.start) : undefined;
    const place = quote === undefined ? undefined : placeOf(run, placed);
    const name = place === undefined ? undefined : names.of(placed);
    if (quote === undefined || place === undefined || name === undefined) continue;
    edits.push({ range: place, text: replacement(run, quote, name) });
    moved.add(placed.start);
  }
  if (names.added.length === 0) return { edits, moved };
  const env = environmentEdit(subject, step, names.added);
  return env === undefined ? undefined : { edits: [env, ...edits], moved };
}

function isEditable(run: YamlScalar, { unread }: StepScript): boolean {
  const isRead = unread.every((one) => one === UNKNOWN_SCRIPT);
  // Another step may run the same text without the variable.
  if (run.anchor !== undefined) return false;
  return isRead && run.value.length <= MAX_SCRIPT;
}

function environmentEdit(
  { yaml }: PipelineSubject,
  step: Step,
  added: readonly (readonly [string, string])[],
): Edit | undefined {
  const pair = pairOf(step.node, 'env');
  if (pair === undefined) {
    return pairBefore(yaml, step.node, pairOf(step.node, 'run'), { key: 'env', value: added });
  }
  const env = pair.value.kind === 'mapping' ? asMapping(pair.value) : undefined;
  const first = env?.pairs[0];
  if (env === undefined || first === undefined) return undefined;
  const texts = added.map(([key, value]) => pairBefore(yaml, env, first, { key, value }));
  const [edit] = texts;
  if (edit === undefined) return undefined;
  return { range: edit.range, text: texts.map((one) => one?.text ?? '').join('') };
}

/** Names of variables that the step does not use yet. */
class VariableNames {
  readonly added: (readonly [string, string])[] = [];
  readonly #taken: Set<string>;
  readonly #known = new Map<string, string>();
  readonly #script: string;

  constructor({ workflow }: PipelineSubject, step: Step) {
    const pairs = [workflow?.env ?? [], step.job?.env ?? [], step.env].flat();
    this.#taken = new Set(pairs.map((pair) => keyOf(pair)?.toUpperCase() ?? ''));
    this.#script = step.run?.value ?? '';
    for (const pair of step.env) this.#note(pair);
  }

  #note(pair: YamlPair): void {
    const [name, value] = [keyOf(pair), asScalar(pair.value)?.value.trim()];
    if (name !== undefined && value !== undefined && /^\w+$/u.test(name)) {
      this.#known.set(value, name);
    }
  }

  /** Returns whether the step, its shell or its script has a variable of that name. */
  #isTaken(name: string): boolean {
    return this.#taken.has(name) || isReserved(name) || this.#script.split(/\W+/u).includes(name);
  }

  /**
   * Returns whether the name of a variable stands in the script other than behind a dollar sign, as
   * where it is set.
   */
  #isChanged(name: string): boolean {
    return new RegExp(`(?<![\\w$]|\\$\\{)${name}(?!\\w)`, 'u').test(this.#script);
  }

  /** The name of the variable that holds an expression. */
  of({ scalar, start, end, expression }: PlacedExpression): string | undefined {
    const text = scalar.value.slice(start, end);
    if (/[\r\n]/u.test(text)) return undefined;
    const known = this.#known.get(text);
    if (known !== undefined && !this.#isChanged(known)) return known;
    const [path] = expression === undefined ? [] : contextPaths(expression);
    if (path === undefined) return undefined;
    const parts = path.parts.filter((part) => part !== 'github' && part !== 'event');
    const plain = parts
      .join('_')
      .replaceAll(/\W+/gu, '_')
      .replaceAll(/^_+|_+$/gu, '')
      .toUpperCase();
    const stem = plain === '' ? 'EVENT' : /^\d/u.test(plain) ? `V_${plain}` : plain;
    let name = stem;
    for (let count = 2; this.#isTaken(name); count += 1) name = `${stem}_${count}`;
    this.#taken.add(name);
    this.#known.set(text, name);
    this.added.push([name, text]);
    return name;
  }
}

/** Names with a meaning for shells and runners. */
function isReserved(name: string): boolean {
  return /^(?:PATH|HOME|ENV|IFS|PWD|SHELL|CI|USER|PS[1-4]|BASH\w*|LD_\w+|RUNNER|RANDOM|SECONDS|NODE_OPTIONS)$/u.test(
    name,
  );
}

/** Returns the bytes of an expression; `undefined` where they cannot be replaced alone. */
function placeOf(run: YamlScalar, placed: PlacedExpression): ByteRange | undefined {
  const { start, end, bodyStart } = placed;
  const whole = placed.rangeOf({ start: start - bodyStart, end: end - bodyStart });
  const isScalar = whole.start === run.range.start && whole.end === run.range.end;
  if (isScalar && run.value.length !== end - start) return undefined;
  // There the quote would begin a text of YAML.
  return run.style === 'plain' && start === 0 ? undefined : whole;
}

function replacement(run: YamlScalar, quote: 'double' | 'none', name: string): string {
  if (quote === 'double') return `\${${name}}`;
  const mark = run.style === 'double' ? String.raw`\"` : '"';
  return `${mark}$${name}${mark}`;
}

/**
 * Returns the quotes around an offset, double ones or none; `undefined` where a variable would not
 * be replaced or not known.
 */
function quoteAt(script: string, offset: number): 'double' | 'none' | undefined {
  if (isBehindOther(script.slice(0, offset))) return undefined;
  const documents = documentsOf(script);
  const around = documents.find(({ start, end }) => start <= offset && offset < end);
  // A shell expands a here-document as between double quotes.
  if (around !== undefined) return around.isQuoted ? undefined : 'double';
  // In arithmetic quotes have another meaning.
  const line = script.slice(script.lastIndexOf('\n', offset) + 1, offset);
  if (line.includes('((')) return undefined;
  const isDouble = isInDoubleQuotes(script, offset, documents);
  if (isDouble === undefined) return undefined;
  if (isDouble) return 'double';
  // In conditions, quotes make a text of a pattern.
  return line.includes('[[') ? undefined : 'none';
}

/** Whether an offset is in double quotes; `undefined` in single ones and in comments. */
function isInDoubleQuotes(
  script: string,
  offset: number,
  documents: readonly HereDocument[],
): boolean | undefined {
  // Each `$(` begins anew without quotes.
  const stack: boolean[] = [false];
  for (let at = 0; at < offset; at += 1) {
    const skipped = documents.find(({ start }) => start === at);
    if (skipped !== undefined) {
      at = skipped.end - 1;
      continue;
    }
    const isDouble = stack.at(-1) === true;
    const close = isDouble ? at : skippedTo(script, at);
    if (close >= offset) return undefined;
    at = close;
    const one = script[at];
    if (one === '\\') at += 1;
    else if (script.startsWith('$(', at)) {
      stack.push(false);
      at += 1;
    } else if (one === '"') stack[stack.length - 1] = !isDouble;
    else if (one === ')' && !isDouble && stack.length > 1) stack.pop();
  }
  return stack.at(-1) === true;
}

/** Whether a text ends within backquotes, or has a text such as `$'…'`. */
function isBehindOther(text: string): boolean {
  const plain = text.replaceAll(/\\[\s\S]/gu, '');
  return plain.includes("$'") || (plain.match(/`/gu)?.length ?? 0) % 2 === 1;
}

interface HereDocument {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
}

/** Returns the here-documents of a script, from the line behind the operator to the end mark. */
function documentsOf(script: string): readonly HereDocument[] {
  const documents: HereDocument[] = [];
  for (const { index, groups } of script.matchAll(
    /(?<!<)<<(?<tabs>-?)[ \t]*(?<quote>["'\\]?)(?<mark>[\w.-]+)/gu,
  )) {
    const last = documents.at(-1);
    if (last !== undefined && index < last.end) continue;
    const line = script.indexOf('\n', index);
    if (line < 0) break;
    const lead = groups?.['tabs'] === '-' ? '\\t*' : '';
    const mark = (groups?.['mark'] ?? '').replaceAll(/[.\-]/gu, String.raw`\$&`);
    const end = new RegExp(`^${lead}${mark}$`, 'mu');
    const rest = script.slice(line + 1);
    const at = rest.search(end);
    const start = line + 1;
    documents.push({
      start,
      end: at < 0 ? script.length : start + at,
      isQuoted: groups?.['quote'] !== '',
    });
  }
  return documents;
}

/**
 * Returns the last character of the text between single quotes or of the comment that begins at an
 * offset; the offset itself for others.
 */
function skippedTo(script: string, at: number): number {
  const isQuote = script[at] === "'";
  const isComment = script[at] === '#' && /^$|\s/u.test(script[at - 1] ?? '');
  if (!isQuote && !isComment) return at;
  const close = script.indexOf(isQuote ? "'" : '\n', at + 1);
  return close < 0 ? script.length : close;
}
