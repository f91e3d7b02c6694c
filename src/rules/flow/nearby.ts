/** Names and texts near a place of a program, which say what a value is for. */

import type { Span } from './form.ts';
import type { FlowEvent, Machine } from './machine.ts';

/**
 * Returns whether the name of the function, the statement or another one with the variable that it
 * sets matches.
 */
export function isNear(m: Machine, near: RegExp, { within, span }: FlowEvent): boolean {
  // `id: Math.random()` says itself what the number is.
  const before = m.text.slice(Math.max(0, span.start - 60), span.start);
  const key = /[{,]\s*(?<key>[\w$]+)\s*:\s*$/u.exec(before)?.groups?.['key'];
  if (key !== undefined) return near.test(`${within} ${key}`);
  const line = lineOf(m.text, span);
  if (DURATION.test(before.slice(before.lastIndexOf('\n') + 1))) return false;
  // A time: `setTimeout(f, random() * 9)`.
  if (/\b(?:set_?timeout|sleep|delay|backoff)\b[^\n]*$/iu.test(lineBefore(m.text, span.start)))
    return false;
  // A chance: `random() < 0.1`.
  if (/^\s*[<>]/u.test(m.text.slice(span.end, span.end + 10))) return false;
  if (near.test(`${within} ${line}`)) return true;
  if (m.program.language !== 'python') return isNearby(m.text, within, near);
  const statement = statementOf(m.text, span);
  if (near.test(statement)) return true;
  const name = /^\s*(?:\w+\.)*(?<name>\w+)\s*(?::[^=\n]*)?=[^=]/u.exec(statement)?.groups?.['name'];
  const around = m.activation.code?.span;
  if (name === undefined || around === undefined) return false;
  const uses = new RegExp(`^.*[=(:,]\\s*${name}\\b.*$`, 'gmu');
  const text = m.text.slice(span.end, Math.min(around.end, span.end + 4000));
  return (text.match(uses) ?? []).some((line) => near.test(line));
}

/** Returns the line of a place with the lines above it that open brackets around it. */
export function statementOf(text: string, { start, end }: Span): string {
  let first = text.lastIndexOf('\n', start - 1) + 1;
  for (let count = 0; count < 8 && first > 0; count += 1) {
    const above = text.lastIndexOf('\n', first - 2) + 1;
    const line = text.slice(above, first).trimEnd();
    if (!/[([{,]$/u.test(line) && !/^\s*(?:for|if|else)\b/u.test(text.slice(first, start))) break;
    first = above;
  }
  return text.slice(Math.max(first, start - 600), end);
}

/** Returns the beginning of the line of a place, at most 300 characters. */
function lineBefore(text: string, at: number): string {
  return text.slice(Math.max(text.lastIndexOf('\n', at - 1) + 1, at - 300), at);
}

/** Times to wait, ports and places in lists are no secrets, whatever stands around them. */
const DURATION =
  /(?<![a-z])(?:sleep|delay|interval|jitter|timeout|backoff|wait|port|index)(?:_?(?:time|ms|seconds|for))?\s*(?:=(?!=)|\()[^,;=]*$/iu;

const MAX_CALLS = 20;

/** Returns whether one of the first lines with calls of the function matches. */
function isNearby(text: string, within: string, near: RegExp): boolean {
  if (within.length < 2) return false;
  let at = text.indexOf(`${within}(`);
  for (let count = 0; count < MAX_CALLS && at !== -1; count += 1) {
    if (near.test(lineOf(text, { start: at, end: at }))) return true;
    at = text.indexOf(`${within}(`, at + 1);
  }
  return false;
}

/**
 * Returns the line of a place, and the one before if it goes on; at most 300 characters on each
 * side.
 */
function lineOf(text: string, { start, end }: Span): string {
  let from = text.lastIndexOf('\n', start - 1) + 1;
  if (/[=(:+?[]\s*$/u.test(text.slice(Math.max(0, from - 3), from))) {
    from = text.lastIndexOf('\n', from - 2) + 1;
  }
  const until = text.indexOf('\n', end);
  return text.slice(
    Math.max(from, start - 300),
    Math.min(until === -1 ? text.length : until, end + 300),
  );
}
