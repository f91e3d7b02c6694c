/**
 * Checks patterns and regular expressions of the user's rules, so that none is accepted that could
 * never report anything.
 */

import { RE2JS } from 're2js';

import { AssayError, errorMessage } from '../../../core/base/errors.ts';
import {
  parseName,
  parsePattern,
  type Pattern,
  type ValuePattern,
} from '../../flow/pattern/pattern.ts';
import type { TextTest } from '../../flow/rules.ts';

/**
 * Longer ones are no code that people write. Longer texts in programs are not kept whole either.
 */
const MAX_PATTERN = 400;
const SINK = 'SINK';

/**
 * Reads a pattern of a sink, of a search, or one that excludes calls. Returns the names with a `$`
 * in it.
 *
 * @throws AssayError `CONFIG_INVALID` with the reason
 */
export function checkPattern(text: string, role: 'sink' | 'search' | 'other'): ReadonlySet<string> {
  if (text.length > MAX_PATTERN) throw bad(`has more than ${MAX_PATTERN} characters`);
  const pattern = readOr(text, parsePattern);
  checkTarget(pattern);
  const names = namesIn(pattern);
  if (isOfReceiver(text)) names.add(SINK);
  if (role === 'sink' && !names.has(SINK)) {
    throw bad(`has no $${SINK}, which stands for what must not be untrusted`);
  }
  if (role === 'search' && names.has(SINK)) {
    throw bad(`has $${SINK}, which only patterns of "sinks" have`);
  }
  return names;
}

/** Whether the object of the method must not be untrusted, as in `$SINK.render()`. */
export function isOfReceiver(pattern: string): boolean {
  return /^\s*\$SINK\s*\./u.test(pattern);
}

/**
 * Reads the qualified name of a function or member; one of any object has a single name behind
 * `$X`.
 *
 * @throws AssayError `CONFIG_INVALID` with the reason alone
 */
export function checkName(text: string): string {
  if (text.length > MAX_PATTERN) throw bad(`has more than ${MAX_PATTERN} characters`);
  const name = readOr(text, parseName);
  checkRef(name);
  if (/^\*\..*\./u.test(name)) throw bad('has more than one name behind $X');
  return name;
}

/**
 * Returns a test that takes linear time (RE2). @throws AssayError `CONFIG_INVALID` with the reason
 * alone
 */
export function linearTest(source: string): TextTest {
  if (source.length > MAX_PATTERN) throw bad(`has more than ${MAX_PATTERN} characters`);
  try {
    const compiled = RE2JS.compile(source);
    return { source, test: (text) => compiled.matcher(text).find() };
  } catch (error) {
    throw bad(`is not a regular expression of RE2: ${errorMessage(error)}`);
  }
}

/** The caller names the text, so that the reason is left of the message. */
function readOr<T>(text: string, read: (text: string) => T): T {
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    throw bad(
      `is not a pattern: ${error.message.slice(error.message.indexOf(': ', text.length) + 2)}`,
    );
  }
}

function bad(reason: string): AssayError {
  return new AssayError('CONFIG_INVALID', reason);
}

function checkTarget(pattern: Pattern): void {
  if (pattern.kind === 'return') return;
  // Only a constructor may be of any name: a call of any function whatever would be every call.
  if (pattern.ref === '*' && pattern.kind === 'call' && pattern.isNew) return;
  checkRef(pattern.ref);
}

function checkRef(ref: string): void {
  if (ref === '*' || ref.startsWith('*(')) {
    throw bad('names no function or member: $X alone is any of them');
  }
  const unknown = /\.(?<name>\$[A-Z]\w*)/u.exec(ref)?.groups?.['name'];
  if (unknown !== undefined) {
    throw bad(`has "${unknown}" behind a dot, where a name of the program stands`);
  }
}

function namesIn(pattern: Pattern): Set<string> {
  const names = new Set<string>();
  const values = pattern.kind === 'call' ? pattern.args.map(({ value }) => value) : [pattern.value];
  for (const value of values) addNames(value, names);
  return names;
}

function addNames(value: ValuePattern, names: Set<string>): void {
  switch (value.kind) {
    case 'any':
      names.add(value.name);
      return;
    case 'list':
      for (const item of value.items) addNames(item, names);
      return;
    case 'record':
      for (const entry of value.entries) addNames(entry.value, names);
      return;
    case 'rest':
    case 'literal':
    case 'some-text':
    case 'ref':
  }
}
