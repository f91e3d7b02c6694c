/** Endings of a script after a failure: `set -e`, and `exit` behind `||`. */

import type { ShellChain, ShellStatement } from '../../format/shell.ts';
import type { Failure, RunCommand } from './run-command.ts';

/** A failure that changes nothing. */
export const IGNORED: Failure = { isFatal: false, groups: [] };

const ENDING: ReadonlySet<string> = new Set(['exit', 'false', 'return', 'kill']);

/** Returns whether a statement ends the script, or fails itself, as in `{ echo bad; exit 1; }`. */
export function endsScript(statement: ShellStatement): boolean {
  switch (statement.kind) {
    case 'command': {
      const [name, status] = statement.words;
      return ENDING.has(name?.value ?? '') && status?.value !== '0';
    }
    case 'pipeline':
      return statement.stages.some(endsScript);
    case 'chain':
      return [statement.first, ...statement.rest.map((one) => one.statement)].some(endsScript);
    case 'compound':
      return statement.statements.some(endsScript);
  }
}

/**
 * Returns the changes of `set`: options that are switched on or off, by one letter as in
 * `set -eux`, or by name as in `set +o pipefail`.
 */
export function setOptions({ name, args }: Pick<RunCommand, 'name' | 'args'>): {
  readonly isErrexit?: boolean;
  readonly isPipefail?: boolean;
} {
  if (name !== 'set') return {};
  const changed: { isErrexit?: boolean; isPipefail?: boolean } = {};
  let sign = '-';
  for (const { value = '' } of args) {
    const letters = /^(?<sign>[-+])(?<letters>[a-zA-Z]+)$/u.exec(value)?.groups;
    sign = letters?.['sign'] ?? sign;
    if (letters?.['letters']?.includes('e') === true || value === 'errexit') {
      changed.isErrexit = sign === '-';
    }
    if (value === 'pipefail') changed.isPipefail = sign === '-';
  }
  return changed;
}

/**
 * Returns whether the options of a shell let a failure end its script, as in
 * `bash -eo pipefail -c`.
 */
export function hasErrexit(options: readonly string[]): boolean {
  return options.some((one) => /^-[a-zA-Z]*e/u.test(one) || one === 'errexit');
}

/**
 * Returns the statements of a chain with the effect of their failure. In `a && b` a failure of `a`
 * keeps `b` from running, and ends a script with `set -e` only as the last statement. In `a || b`
 * it counts only if `b` ends the script.
 */
export function linksOf(
  { first, rest }: ShellChain,
  around: {
    readonly outer: Failure;
    /** Whether the chain is the last statement of its sequence. */
    readonly isLast: boolean;
    readonly newGroup: () => number;
  },
): readonly { readonly statement: ShellStatement; readonly failure: Failure }[] {
  const links = [{ operator: '&&' as const, statement: first }, ...rest];
  const alternatives = nextAlternatives(links);
  let group = around.newGroup();
  return links.map(({ operator, statement }, at) => {
    if (operator === '||') group = around.newGroup();
    const next = alternatives[at];
    const isKept = at === links.length - 1 || around.isLast;
    const outer = next === undefined ? kept(around.outer, isKept) : behind(around.outer, next);
    return { statement, failure: { isFatal: outer.isFatal, groups: [...outer.groups, group] } };
  });
}

/** Returns the next statement behind `||` for each statement of a chain. */
function nextAlternatives(links: ShellChain['rest']): readonly (ShellStatement | undefined)[] {
  const found: (ShellStatement | undefined)[] = [];
  let next: ShellStatement | undefined;
  for (const { operator, statement } of links.toReversed()) {
    found.push(next);
    if (operator === '||') next = statement;
  }
  return found.reverse();
}

function kept(outer: Failure, isKept: boolean): Failure {
  return isKept ? outer : { ...outer, isFatal: false };
}

function behind(outer: Failure, next: ShellStatement): Failure {
  return endsScript(next) ? { ...outer, isFatal: true } : IGNORED;
}
