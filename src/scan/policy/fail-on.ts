/**
 * Reads the conditions of `--fail-on`: alternatives apart by commas, each of words joined by `+`
 * that must all hold. A word is a severity, a fact, or a property with a sign and a value; see
 * `words.ts`. What stands in double quotes is taken as it is: `package="libstdc++6"`.
 */

import { AssayError } from '../../core/base/errors.ts';
import { didYouMean } from '../../core/base/did-you-mean.ts';
import type { FailCondition } from './options.ts';
import {
  CONDITION_WORDS,
  CONDITION_WORD_BY_NAME,
  type ConditionWord,
  type ConditionPart,
  type ConditionOperator,
} from './condition-words.ts';

/**
 * Limits for a condition: longer ones, or more alternatives, are unreadable, and each is evaluated
 * for each finding.
 */
const MAX_TEXT = 65_536;
const MAX_ALTERNATIVES = 500;

const COMPARISON = /^(?<word>[a-z-]+)(?<sign>>=|<=|!=|=|>|<)(?<value>.*)$/su;

/**
 * Parses the conditions of `--fail-on`: alternatives between commas, each a conjunction.
 *
 * @throws AssayError `USAGE` for an empty, unknown or contradictory condition
 */
export function parseFailOn(text: string): readonly FailCondition[] {
  if (text.length > MAX_TEXT) throw usage(`it is longer than ${MAX_TEXT} characters`, '');
  const alternatives = split(text, ',');
  if (alternatives.length > MAX_ALTERNATIVES) {
    throw usage(`it has more than ${MAX_ALTERNATIVES} alternatives`, '');
  }
  return alternatives.map((alternative) => parseAlternative(alternative.trim(), text));
}

/**
 * Parses as {@link parseFailOn} does, for properties of packages only. @throws AssayError `USAGE`
 */
export function parseForbidden(text: string): readonly FailCondition[] {
  const conditions = parseFailOn(text);
  for (const word of split(text, ',').flatMap((alternative) => split(alternative, '+'))) {
    const name = COMPARISON.exec(word.trim())?.groups?.['word'] ?? word.trim().toLowerCase();
    if (name === '' || CONDITION_WORD_BY_NAME.get(name)?.isOfPackage === true) continue;
    const words = CONDITION_WORDS.filter(({ isOfPackage }) => isOfPackage === true);
    throw usage(
      `"${name}" is about vulnerabilities, and packages are forbidden by what they are`,
      `Possible: ${words.map(({ example }) => example).join(', ')}.`,
    );
  }
  return conditions;
}

/** Returns a value as a condition takes it: in quotes where it would mean something else. */
export function quoteValue(value: string): string {
  return /[,+"\s]/u.test(value) ? `"${value.replaceAll('"', '')}"` : value;
}

function parseAlternative(written: string, whole: string): FailCondition {
  const text = written.replace(/^\+/u, '');
  let condition: FailCondition = { text };
  for (const word of split(text, '+')) {
    const part = parseWord(word.trim(), whole);
    const { tests = [], ...rest } = part;
    const doubled = Object.keys(rest).find((key) => key in condition);
    if (doubled !== undefined) {
      throw usage(
        `"${text}" asks twice for the same thing`,
        'Alternatives are set apart by commas.',
      );
    }
    const allTests = [...(condition.tests ?? []), ...tests];
    condition = { ...condition, ...rest, ...(allTests.length > 0 && { tests: allTests }) };
  }
  return condition;
}

function parseWord(text: string, whole: string): ConditionPart {
  if (text === '') throw usage(`"${whole}" has an empty condition`, listOfWords());
  const parts = COMPARISON.exec(text)?.groups;
  const word = parts?.['word'] ?? text.toLowerCase();
  const row = CONDITION_WORD_BY_NAME.get(word);
  if (row === undefined) {
    const near = didYouMean(word, CONDITION_WORD_BY_NAME.keys());
    const isCategory = CONDITION_WORD_BY_NAME.get('category')?.read(word, '=') !== undefined;
    const meant = isCategory ? `category=${word}` : near;
    const hint = meant === undefined ? '' : `Did you mean "${meant}"? `;
    const page = ' docs/conditions.md explains them.';
    throw usage(`"${text}" is not a condition`, hint + listOfWords() + page);
  }
  const part = readPart(row, parts?.['sign'], unquoted(parts?.['value'] ?? ''));
  if (part !== undefined) return part;
  const what = row.signs === undefined ? 'a word that stands alone' : 'a threshold';
  throw usage(
    row.signs === undefined ? `"${row.word}" is ${what}` : `"${text}" is not ${what}`,
    `It is written as in ${row.example}${row.choices === undefined ? '' : `, with ${row.choices.join(', ')}`}.`,
  );
}

function readPart(
  row: ConditionWord,
  sign: string | undefined,
  value: string,
): ConditionPart | undefined {
  if (row.signs === undefined) return sign === undefined ? row.read('', '=') : undefined;
  const known = row.signs.find((one): one is ConditionOperator => one === sign);
  if (known === undefined || value === '') return undefined;
  return row.read(value, known);
}

/**
 * Returns the pieces between separators that stand outside of double quotes. @throws AssayError
 * `USAGE` for an open quote
 */
function split(text: string, separator: ',' | '+'): readonly string[] {
  const pieces: string[] = [];
  let isQuoted = false;
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '"') isQuoted = !isQuoted;
    else if (text[index] === separator && !isQuoted) {
      pieces.push(text.slice(start, index));
      start = index + 1;
    }
  }
  if (isQuoted) throw usage(`"${text}" has a quote that is not closed`, 'Close it with another ".');
  return [...pieces, text.slice(start)];
}

function unquoted(value: string): string {
  return value.replaceAll('"', '').trim();
}

function listOfWords(): string {
  const examples = CONDITION_WORDS.map(({ example }) => example).join(', ');
  return `Conditions are ${examples}. A value with + or , in it stands in double quotes.`;
}

function usage(message: string, hint: string): AssayError {
  return new AssayError('USAGE', `--fail-on: ${message}`, hint === '' ? {} : { hint });
}
