/**
 * What stands behind `||` and handles the failure of a gate: another gate, a function or a shell
 * that ends with an error, or a text for later steps.
 *
 * Source: POSIX.1-2017, Shell Command Language, section 2.9.3 (OR lists).
 */

import type { RunCommand } from '../../commands/run-command.ts';
import { SHELLS } from '../../commands/commands.ts';

/** Between a command and the next one of its chain: redirects, and the brace of a group. */
const JOINT = /^[^\n|;&]{0,200}(?:[<>]&\d?[^\n|;&]{0,200})?(?<operator>\|\||&&)\s*(?:\{\s*)?$/u;
/** Bytes between two commands of a chain at most. */
export const MAX_BETWEEN = 500;

/** Returns whether a text between two commands is `||`. */
export function isOr(text: string): boolean {
  return JOINT.exec(text)?.groups?.['operator'] === '||';
}

/** Names of functions of libraries whose purpose is to end a script with an error. */
const DYING: ReadonlySet<string> = new Set([
  ...['abort', 'bail', 'croak', 'die', 'fail', 'fatal', 'panic', 'throw'],
]);

/**
 * Returns whether the next command of a chain ends the script with an error after a failure, or
 * notes whether there was one for later steps.
 */
export function handlesFailure(next: RunCommand, between: string): boolean {
  if (!JOINT.test(between)) return false;
  return writesOutput(next) || (isOr(between) && endsWithError(next));
}

function endsWithError({ name = '', args, called }: RunCommand): boolean {
  if (called.length > 0) return called.some(isErrorEnd);
  if (SHELLS.has(name)) return args.some(({ value = '' }) => /\bexit\s+[1-9]/u.test(value));
  return DYING.has(name);
}

function writesOutput({ shell }: RunCommand): boolean {
  return (shell?.redirects ?? []).some(
    ({ operator, target }) =>
      operator.startsWith('>') && /GITHUB_(?:OUTPUT|ENV|STATE)\b/u.test(target?.text ?? ''),
  );
}

/** Returns whether a command ends a script or a function with an error. */
export function isErrorEnd({ name = '', args: [status] }: RunCommand): boolean {
  if (name === 'false') return true;
  if (name !== 'exit' && name !== 'return') return false;
  return (
    status !== undefined && !(/^\d+$/u.test(status.value ?? '') && Number(status.value) % 256 === 0)
  );
}
