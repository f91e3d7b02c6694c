/** Words that a text must have for a pattern to match in it. */

import type { Pattern, ValuePattern } from './pattern.ts';
import { WORD } from './words.ts';

/**
 * The words that a text must have to match: the last name, those of arguments and keys, and those
 * of texts.
 */
export function wordsOf(pattern: Pattern, nameWord: string): readonly string[] {
  const words = new Set([nameWord]);
  const values = pattern.kind === 'call' ? pattern.args.map(({ value }) => value) : [pattern.value];
  if (pattern.kind === 'call') {
    for (const { name = '' } of pattern.args) if (name !== '*') words.add(name);
  }
  for (const value of values) {
    addKeys(value, words);
    addTexts(value, words);
  }
  words.delete('');
  return [...words];
}

/** The word at the end of the name of a pattern; empty if there is none. */
export function nameWordOf(pattern: Pattern): string {
  const name = lastName(pattern)
    .replace(/(?:\(\))+$/u, '')
    .replace(/^.*[/@:-]/u, '');
  return name === '*' ? '' : name;
}

function addKeys(value: ValuePattern, words: Set<string>): void {
  if (value.kind !== 'record') return;
  for (const entry of value.entries) {
    if (/^[\w$]+$/u.test(entry.key)) words.add(entry.key);
    addKeys(entry.value, words);
  }
}

/** A text without escapes has its words in the file, also where the file puts it together. */
function addTexts(value: ValuePattern, words: Set<string>): void {
  if (value.kind !== 'literal' || typeof value.value !== 'string') return;
  for (const [word] of value.value.matchAll(WORD)) words.add(word);
}

/** Returns the last name of what a pattern is about. */
export function lastName(pattern: Pattern): string {
  if (pattern.kind === 'return') return 'return';
  return pattern.ref.slice(pattern.ref.lastIndexOf('.') + 1);
}
