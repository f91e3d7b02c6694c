/**
 * Statements of a shell script that never run: behind an `exit`, behind a condition that is a
 * constant, and in a function without a call.
 *
 * Source: POSIX.1-2017, Shell Command Language, sections 2.9.3 (lists), 2.9.4 (compound commands)
 * and 2.14 (special built-in utilities).
 */

import type {
  ShellChain,
  ShellCompound,
  ShellSequence,
  ShellStatement,
  TextSpan,
} from '../../../formats/text/shell/shell.ts';

/** A word of each script that has such statements, besides functions. */
const MAY_END = /\b(?:exit|exec|return|true|false)\b|(?<![\w:]):(?![\w:])/u;

/**
 * Returns the spans of statements that never run. A script that ends with an error does not count:
 * nothing follows it.
 */
export function unreachedSpans({ statements }: ShellSequence, text: string): readonly TextSpan[] {
  const finder = new Finder(text);
  if (MAY_END.test(text)) finder.sequence(statements, false);
  finder.uncalled(statements);
  return finder.spans;
}

class Finder {
  readonly spans: TextSpan[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Adds the functions whose names stand nowhere else. */
  uncalled(statements: readonly ShellStatement[]): void {
    const functions = statements.filter(isFunction);
    // A name that a variable gives can be any one.
    if (functions.length === 0 || DYNAMIC.test(this.#text)) return;
    const counts = wordCounts(this.#text);
    for (const { name, span } of functions) {
      const own = wordCounts(this.#text.slice(span.start, span.end));
      if (name !== undefined && own.get(name) === counts.get(name)) this.spans.push(span);
    }
  }

  /** Adds what never runs among statements. Returns whether the last of them is never passed. */
  sequence(statements: readonly ShellStatement[], isInFunction: boolean): boolean {
    for (const [at, one] of statements.entries()) {
      if (!this.#ends(one, isInFunction)) continue;
      const rest = statements.slice(at + 1);
      for (const { span } of rest) this.spans.push(span);
      return true;
    }
    return false;
  }

  /** Returns whether a statement ends the script, or the function that it is in. */
  #ends(statement: ShellStatement, isInFunction: boolean): boolean {
    if (statement.isBackground) return false;
    switch (statement.kind) {
      case 'command': {
        const [name, first] = statement.words.map(({ value, text }) => value ?? text);
        if (name === 'exec') return first !== undefined;
        if (name !== 'exit' && (name !== 'return' || !isInFunction)) return false;
        // Eight bits of the number are the status.
        return first === undefined || !/^\d+$/u.test(first) || Number(first) % 256 === 0;
      }
      case 'chain':
        return this.#chainEnds(statement, isInFunction);
      case 'pipeline':
        return false;
      case 'compound':
        return this.#compoundEnds(statement, isInFunction);
    }
  }

  #chainEnds({ first, rest }: ShellChain, isInFunction: boolean): boolean {
    const links = [{ operator: undefined, statement: first }, ...rest];
    let truth: boolean | undefined;
    for (const [at, { operator, statement }] of links.entries()) {
      if (operator !== undefined && truth === (operator === '||')) {
        this.spans.push(statement.span);
        continue;
      }
      const isCertain = operator === undefined || truth !== undefined;
      const ends = this.#ends(statement, isInFunction);
      if (ends && isCertain) {
        for (const one of links.slice(at + 1)) this.spans.push(one.statement.span);
        return true;
      }
      truth = isCertain ? constantOf(statement) : undefined;
    }
    return false;
  }

  #compoundEnds(statement: ShellCompound, isInFunction: boolean): boolean {
    const { form, statements } = statement;
    switch (form) {
      case 'group':
        return this.sequence(statements, isInFunction);
      case 'subshell':
        this.sequence(statements, isInFunction);
        return false;
      case 'function':
        this.sequence(statements, true);
        return false;
      case 'if':
        return this.#ifEnds(statement, isInFunction);
      case 'loop':
        return this.#loopEnds(statement, isInFunction);
      // The arms of a `case` stand one after another without a mark between them.
      case 'case':
      case 'test':
      case 'unknown':
        return false;
    }
  }

  /** The body of a loop is certain to run if its condition holds, or `for` has a value. */
  #loopEnds(statement: ShellCompound, isInFunction: boolean): boolean {
    const { conditions, statements, words, span } = statement;
    if (this.#conditionsEnd(statement, isInFunction)) return true;
    const text = this.#text.slice(span.start, span.end);
    const holds = this.#truthOf(conditions);
    const isEntered =
      conditions.length > 0
        ? holds === !text.startsWith('until')
        : words.some(({ value = '' }) => value !== '');
    if (conditions.length > 0 && holds === text.startsWith('until')) {
      for (const one of statements) this.spans.push(one.span);
      return false;
    }
    const ends = this.sequence(statements, isInFunction);
    return ends && isEntered && !/\b(?:break|continue)\b/u.test(text);
  }

  /** Returns whether the script ends in a condition, so that nothing behind it runs. */
  #conditionsEnd({ conditions, statements }: ShellCompound, isInFunction: boolean): boolean {
    if (!this.sequence(conditions, isInFunction)) return false;
    for (const { span } of statements) this.spans.push(span);
    return true;
  }

  #truthOf([only, ...more]: readonly ShellStatement[]): boolean | undefined {
    return only === undefined || more.length > 0 ? undefined : constantOf(only);
  }

  #ifEnds(statement: ShellCompound, isInFunction: boolean): boolean {
    if (this.#conditionsEnd(statement, isInFunction)) return true;
    const { conditions, statements } = statement;
    const truth = this.#truthOf(conditions);
    const isBranch = ({ span }: ShellStatement): boolean =>
      /^el(?:se|if)\b/u.test(this.#text.slice(span.start, span.start + 5));
    const body = statements.filter((one) => !isBranch(one));
    const others = statements.filter(isBranch);
    if (truth === false) for (const { span } of body) this.spans.push(span);
    if (truth === true) for (const { span } of others) this.spans.push(span);
    const ends = truth !== false && this.sequence(body, isInFunction);
    const othersEnd = others.map((one) => truth !== true && this.#ends(one, isInFunction));
    if (truth === true) return ends;
    const isCovered = others.some(({ span }) => this.#text.startsWith('else', span.start));
    return (ends || truth === false) && isCovered && othersEnd.every(Boolean);
  }
}

/** A command whose name is a variable, or a text that is run. */
const DYNAMIC = /(?:^|[\n;&|(])[ \t]*"?\$|\beval\b/u;

function isFunction(statement: ShellStatement): statement is ShellCompound {
  return statement.kind === 'compound' && statement.form === 'function';
}

function wordCounts(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.split(/[^\w.:-]+/u)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Returns the status of `true`, `:` and `false`. */
function constantOf(statement: ShellStatement): boolean | undefined {
  if (statement.kind === 'pipeline' && statement.isNegated) {
    const [only, ...more] = statement.stages;
    const truth = only === undefined || more.length > 0 ? undefined : constantOf(only);
    return truth === undefined ? undefined : !truth;
  }
  if (statement.kind !== 'command' || statement.isBackground) return undefined;
  const name = statement.words[0]?.value;
  if (name === 'false') return false;
  return name === 'true' || name === ':' ? true : undefined;
}
