/** What the code around says about an answer of HTTP, and what is known of the values in it. */

import type { FunctionCode } from './form.ts';
import type { FlowEvent, Machine } from './machine.ts';
import { constantOf, HOLE, TRUSTED, type Taint, type Trail, type Value } from './value/value.ts';

/**
 * Returns the place where the handler begins that an answer belongs to: the innermost function
 * around with a parameter of the name of the answer. A callback in it may write the answer.
 */
export function handlerStart(m: Machine, { span }: FlowEvent): number {
  const own = m.activation.code?.span.start ?? span.start;
  const root = /^[A-Za-z_$][\w$]*/u.exec(m.text.slice(span.start, span.start + 60))?.[0];
  if (root === undefined) return own;
  let found: FunctionCode | undefined;
  for (const code of m.followed) {
    const isAround = code.span.start <= span.start && span.end <= code.span.end;
    if (!isAround || !hasParameter(code, root)) continue;
    if (found === undefined || code.span.start > found.span.start) found = code;
  }
  return Math.min(own, found?.span.start ?? own);
}

function hasParameter({ parameters }: FunctionCode, name: string): boolean {
  return parameters.some(({ target }) => target.kind === 'variable' && target.name === name);
}

/** Steps that resolve `..` in a path. */
const JOINED = /"(?:path(?:\.posix)?\.)?(?:join|resolve|normalize)"$/u;

/**
 * Returns whether a path can lead out of a directory although the function that sends the file
 * refuses `..`: it is resolved before, or begins with the data.
 */
export function leadsOut({ text, taints }: Value): boolean {
  if (text === undefined || (text.startsWith(HOLE) && !text.startsWith(`${HOLE}${TRUSTED}`)))
    return true;
  return taints.some(isJoined);
}

function isJoined({ trail }: Taint): boolean {
  for (let at: Trail | undefined = trail; at !== undefined; at = at.before) {
    if (JOINED.test(at.message)) return true;
  }
  return false;
}

/** Elements whose content is text to browsers: HTML Living Standard, section 13.2.6.4. */
const TEXT_ELEMENTS = String.raw`createElement\(\s*['"](?:style|textarea|title|noscript)['"]`;

/** Returns whether what gets the content is an element whose content runs no script. */
export function isTextElement(m: Machine, { span }: FlowEvent): boolean {
  const root = /^[A-Za-z_$][\w$]*(?=\.)/u.exec(m.text.slice(span.start, span.end))?.[0];
  if (root === undefined) return false;
  const start = m.activation.code?.span.start ?? 0;
  const before = m.text.slice(Math.max(start, span.start - 3000), span.start);
  return new RegExp(`\\b${root.replaceAll('$', '\\$')}\\s*=[^;\\n]*${TEXT_ELEMENTS}`, 'u').test(
    before,
  );
}

/** Returns whether a format gets values that may have something to hide, and no constants alone. */
export function getsValues(event: FlowEvent): boolean {
  return event.kind !== 'call' || event.args.some(({ value }) => constantOf(value) === undefined);
}
