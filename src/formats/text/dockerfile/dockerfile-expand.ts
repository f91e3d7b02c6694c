/**
 * The values of words: quotes and escapes removed, variables replaced. A value is unknown if it
 * depends on something that the file does not contain, such as a build argument without a default
 * or the environment of a base image.
 */

import {
  GlobBudgetError,
  compileGlob,
  withReplaced,
  withoutPrefix,
  withoutSuffix,
  type GlobBudget,
} from './dockerfile-glob.ts';
import { parseWord, type ParsedWord, type VariablePart, type WordPart } from './dockerfile-word.ts';

/**
 * The value of a variable: a text, `unknown` if the file does not decide it, or `undefined` if it
 * is not set.
 */
export type VariableValue = string | typeof UNKNOWN | undefined;

/** Stands for a value that the file does not decide. */
export const UNKNOWN: unique symbol = Symbol('unknown');

/** Looks up a variable by its name. */
export type Lookup = (name: string) => VariableValue;

/** A word that was expanded. */
export interface Expansion {
  /** Absent if the value is unknown or builders refuse the word. */
  readonly value: string | undefined;
  /** The variables of the word, in their order, those inside of others included. */
  readonly names: readonly string[];
  /** Variables that are not set, or that have no known value, where it matters. */
  readonly unresolved: readonly string[];
  /** Reason for the builders' refusal of the word: a full sentence. */
  readonly problem: string | undefined;
}

/**
 * Longer values are unknown: variables that double themselves would fill the memory. Real ones stay
 * below 4 KiB.
 */
const MAX_VALUE_LENGTH = 16 * 1024;
/** Steps of matching patterns for one file; a real file needs some hundreds. */
const MAX_GLOB_STEPS = 5_000_000;

/** Bounds the work on one file; share it between the expansions of the file. */
export function expansionBudget(): GlobBudget {
  return { steps: MAX_GLOB_STEPS };
}

/** Expands a word or its parts. */
export function expandWord(
  word: string | ParsedWord,
  lookup: Lookup,
  options: { readonly escape?: '\\' | '`'; readonly budget?: GlobBudget } = {},
): Expansion {
  const parsed = typeof word === 'string' ? parseWord(word, options.escape) : word;
  if (parsed.parts === undefined) {
    return { value: undefined, names: [], unresolved: [], problem: parsed.problem };
  }
  const expander = new Expander(lookup, options.budget ?? expansionBudget());
  const value = expander.expand(parsed.parts);
  const { names, unresolved, problem } = expander;
  const isKnown = value !== UNKNOWN && problem === undefined;
  return { value: isKnown ? value : undefined, names, unresolved, problem };
}

/** Returns the variables of a word in all depths. */
export function variablesOf(parts: readonly WordPart[]): readonly VariablePart[] {
  return parts.flatMap((part) => {
    if (part.kind === 'text') return [];
    if (part.kind === 'quoted') return variablesOf(part.parts);
    return [part, ...variablesOf(part.word), ...variablesOf(part.replacement)];
  });
}

type Value = string | typeof UNKNOWN;

class Expander {
  readonly names: string[] = [];
  readonly unresolved: string[] = [];
  problem: string | undefined;
  readonly #lookup: Lookup;
  readonly #budget: GlobBudget;

  constructor(lookup: Lookup, budget: GlobBudget) {
    this.#lookup = lookup;
    this.#budget = budget;
  }

  expand(parts: readonly WordPart[]): Value {
    let whole = '';
    let isUnknown = false;
    for (const part of parts) {
      const value = this.#expandPart(part);
      if (value === UNKNOWN || whole.length + value.length > MAX_VALUE_LENGTH) isUnknown = true;
      else whole += value;
    }
    return isUnknown ? UNKNOWN : whole;
  }

  #expandPart(part: WordPart): Value {
    switch (part.kind) {
      case 'text':
        return part.text;
      case 'quoted':
        return this.expand(part.parts);
      case 'variable':
        return this.#expandVariable(part);
    }
  }

  #expandVariable(part: VariablePart): Value {
    const { name, operator } = part;
    this.names.push(name);
    const value = this.#lookup(name);
    if (value === UNKNOWN) {
      this.unresolved.push(name);
      for (const { name: inner } of variablesOf([...part.word, ...part.replacement])) {
        this.names.push(inner);
      }
      return UNKNOWN;
    }
    const isSet = value !== undefined && (value !== '' || !operator.startsWith(':'));
    switch (operator) {
      case '-':
      case ':-':
        return isSet ? value : this.expand(part.word);
      case '+':
      case ':+':
        return isSet ? this.expand(part.word) : '';
      case '?':
      case ':?':
        return isSet ? value : this.#refuse(part);
      case '':
        return this.#plain(name, value);
      case '#':
      case '##':
      case '%':
      case '%%':
      case '/':
      case '//':
        return this.#matched(part, operator, this.#plain(name, value));
    }
  }

  #plain(name: string, value: string | undefined): string {
    if (value === undefined) this.unresolved.push(name);
    return value ?? '';
  }

  #refuse({ name, word }: VariablePart): Value {
    const message = this.expand(word);
    this.unresolved.push(name);
    this.problem ??=
      message === UNKNOWN || message === ''
        ? `The variable ${name} has to be set.`
        : `The variable ${name} has to be set: ${message}`;
    return UNKNOWN;
  }

  #matched(
    { word, replacement }: VariablePart,
    operator: '#' | '##' | '%' | '%%' | '/' | '//',
    value: string,
  ): Value {
    const pattern = this.expand(word);
    const text = this.expand(replacement);
    if (pattern === UNKNOWN || text === UNKNOWN) return UNKNOWN;
    const glob = compileGlob(pattern);
    if (glob === undefined) {
      this.problem ??= `The pattern "${pattern}" has a backslash before a character that needs none.`;
      return UNKNOWN;
    }
    try {
      if (operator === '/' || operator === '//') {
        const match = { glob, takes: 'longest', budget: this.#budget } as const;
        return withReplaced(value, match, { text, isEach: operator === '//' });
      }
      const takes = operator.length === 2 ? 'longest' : 'shortest';
      const match = { glob, takes, budget: this.#budget } as const;
      return operator.startsWith('#') ? withoutPrefix(value, match) : withoutSuffix(value, match);
    } catch (error) {
      if (error instanceof GlobBudgetError) return UNKNOWN;
      throw error;
    }
  }
}
