/** References that an expression, a variable or a template computes. */

import { shownText } from './shown-text.ts';
import type { TextReader, TextReading } from './yaml-references.ts';

/** The notation of a format for values that are computed. */
export interface Notation {
  readonly pattern: RegExp;
  /** With its article: `an expression`. */
  readonly name: string;
}

/** `${{ … }}` of GitHub and Azure. */
export const EXPRESSION: Notation = { pattern: /\$\{\{/u, name: 'an expression' };
/** `$NAME` and `${NAME}`. */
export const VARIABLE: Notation = { pattern: /\$/u, name: 'a variable' };
/** `{{ … }}` of Go templates and Jinja. */
export const TEMPLATE: Notation = { pattern: /\{\{/u, name: 'a template' };

/** Returns a reader of texts that are a reference as they are, unless a notation computes them. */
export function textOrComputed(notations: readonly Notation[]): TextReader {
  return (text) => {
    const found = notations.find(({ pattern }) => pattern.test(text));
    if (found === undefined) return { value: text };
    const message = `${found.name} computes "${shownText(text)}"`;
    return { value: text, obstacle: { id: 'computed-name', message } };
  };
}

/**
 * Returns a reader that takes a prefix off the text, in any case of letters, and leaves the rest to
 * another reader.
 */
export function behindPrefix(prefix: string, read: TextReader): TextReader {
  return (text) => {
    if (!text.toLowerCase().startsWith(prefix)) return undefined;
    const reading = read(text.slice(prefix.length));
    return reading && written(reading, (rest) => text.slice(0, prefix.length) + rest);
  };
}

/** Returns a reading whose text stands in a longer text. */
export function written(reading: TextReading, around: (text: string) => string): TextReading {
  const { write } = reading;
  return { ...reading, write: (value) => around(write === undefined ? value : write(value)) };
}
