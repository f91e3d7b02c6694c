/** Endings of a script after a failure: `set -e`, and `exit` behind `||`. */

import type { ShellChain, ShellStatement, ShellWord } from '../../../formats/text/shell/shell.ts';
import type { Failure, RunCommand } from './run-command.ts';

/** A failure that changes nothing. */
export const IGNORED: Failure = { isFatal: false, groups: [] };

/** A failure that ends a function. */
export const OF_FUNCTION: Failure = { isFatal: true, isOfFunction: true, groups: [] };

const ENDING: ReadonlySet<string> = new Set(['exit', 'false', 'return', 'kill']);

/** Returns whether a statement ends the script, or fails itself, as in `{ echo bad; exit 1; }`. */
function endsScript(statement: ShellStatement, isWell = false): boolean {
  switch (statement.kind) {
    case 'command': {
      const [name, status] = statement.words;
      return ENDING.has(name?.value ?? '') && !isZero(status);
    }
    case 'pipeline':
      return statement.stages.some((one) => endsScript(one));
    case 'chain':
      return [statement.first, ...statement.rest.map((one) => one.statement)].some((one) =>
        endsScript(one),
      );
    case 'compound':
      return endWithError(statement.statements, {
        isBehindTrue: isWell || statement.form === 'if',
      });
  }
}

/**
 * Returns whether statements that run after a failure end the script with an error. `exit` without
 * a status has that of the command before it, as in `{ echo bad; exit; }`. The first one has that
 * of a condition if the statements are behind one: `if ! make; then exit; fi` is no error.
 */
export function endWithError(
  statements: readonly ShellStatement[],
  { isBehindTrue = false }: { readonly isBehindTrue?: boolean } = {},
): boolean {
  return statements.some((one, at) => {
    const before = statements[at - 1];
    const isWell = before === undefined ? isBehindTrue : succeeds(before);
    // The body of a loop is a group; one further behind can be that of `else`.
    return endsScript(one, isWell && at === 0) && !(isBareExit(one) && isWell);
  });
}

function isBareExit(statement: ShellStatement): boolean {
  if (statement.kind !== 'command' || statement.words.length !== 1) return false;
  return /^(?:exit|return)$/u.test(statement.words[0]?.value ?? '');
}

/** Returns whether a statement ends without an error as a rule: it prints, or sets variables. */
function succeeds(statement: ShellStatement): boolean {
  if (statement.kind !== 'command') return false;
  const [name] = statement.words;
  if (name === undefined) return statement.assignments.every(({ value }) => isPlain(value));
  return IDLE.has(name.value ?? '') || name.value === 'cat';
}

/** Returns whether a word has no substitution, whose status would be that of an assignment. */
function isPlain(word: ShellWord | undefined): boolean {
  return word === undefined || word.parts.every(({ kind }) => kind !== 'substitution');
}

/**
 * Returns whether a status is that of success, as in `exit 0` and `exit $((0))`. Eight bits of a
 * number are the status.
 */
function isZero(status: ShellWord | undefined): boolean {
  const text = status?.value ?? status?.text ?? '';
  if (/^\d{1,9}$/u.test(text)) return Number(text) % 256 === 0;
  return /^(?:0+|\$\(\(\s*0+\s*\)\)|"\$\(\(\s*0+\s*\)\)")$/u.test(text);
}

/** Commands that decide nothing by being run or not: they print, wait, or leave a loop. */
const IDLE: ReadonlySet<string> = new Set([
  ...['echo', 'printf', ':', 'true', 'sleep', 'break', 'continue'],
]);

/** Returns whether a statement does something that matters, if it runs or does not run. */
function doesMore(statement: ShellStatement): boolean {
  switch (statement.kind) {
    case 'command': {
      const [name, status] = statement.words;
      if (name === undefined) return false;
      return !IDLE.has(name.value ?? '') && !(name.value === 'exit' && isZero(status));
    }
    case 'pipeline':
      return statement.stages.some(doesMore);
    case 'chain':
      return [statement.first, ...statement.rest.map((one) => one.statement)].some(doesMore);
    case 'compound':
      return [...statement.conditions, ...statement.statements].some(doesMore);
  }
}

/**
 * Returns the effect of a failure of the condition of a loop. The status of the loop is that of its
 * body.
 */
export function loopFailure(
  conditions: readonly ShellStatement[],
  statements: readonly ShellStatement[],
  { isUntil, groups }: { readonly isUntil: boolean; readonly groups: readonly number[] },
): Failure {
  const isFatal = waitsForSuccess(conditions, statements, isUntil);
  return isFatal || statements.some(doesMore) ? { isFatal, groups } : IGNORED;
}

/**
 * Returns whether a loop ends without an error only after its condition has succeeded, as in
 * `until make; do sleep 5; done`.
 */
function waitsForSuccess(
  conditions: readonly ShellStatement[],
  statements: readonly ShellStatement[],
  isUntil: boolean,
): boolean {
  if (endWithError(statements, { isBehindTrue: !isUntil })) return true;
  const last = conditions.at(-1);
  const isNegated = last?.kind === 'pipeline' && last.isNegated;
  return isUntil !== isNegated && !statements.some(leaves);
}

/** Returns whether a statement may leave a loop. */
function leaves(statement: ShellStatement): boolean {
  switch (statement.kind) {
    case 'command':
      return /^(?:break|exit|return)$/u.test(statement.words[0]?.value ?? '');
    case 'pipeline':
      return statement.stages.some(leaves);
    case 'chain':
      return [statement.first, ...statement.rest.map((one) => one.statement)].some(leaves);
    case 'compound':
      return statement.statements.some(leaves);
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
  if (name === 'shopt') return shellOptions(args);
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

/** `shopt -uo errexit` is `set +o errexit`. */
function shellOptions(args: RunCommand['args']): ReturnType<typeof setOptions> {
  const values = args.map(({ value = '' }) => value);
  const letters = values.filter((one) => one.startsWith('-')).join('');
  if (!letters.includes('o') || !/[su]/u.test(letters)) return {};
  const isOn = letters.includes('s');
  return {
    ...(values.includes('errexit') && { isErrexit: isOn }),
    ...(values.includes('pipefail') && { isPipefail: isOn }),
  };
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
  const endings = endingsOf(links);
  let group = around.newGroup();
  return links.map(({ operator, statement }, at) => {
    if (operator === '||') group = around.newGroup();
    const isKept = at === links.length - 1 || around.isLast;
    const outer = behind(endings[at], around.outer, isKept);
    return { statement, failure: { ...outer, groups: [...outer.groups, group] } };
  });
}

/**
 * The end of a chain after a failure of one of its statements: `none` of the statements behind `||`
 * is left, one `succeeds`, one ends the `script`, or the chain `fails`.
 */
type Ending = 'none' | 'succeeds' | 'script' | 'fails';

function endingsOf(links: ShellChain['rest']): readonly Ending[] {
  const endings: Ending[] = [];
  let ending: Ending = 'none';
  for (const { operator, statement } of links.toReversed()) {
    endings.push(ending);
    if (operator !== '||') continue;
    if (!endsScript(statement)) ending = 'succeeds';
    else if (!failsAlone(statement)) ending = 'script';
    else if (ending === 'none') ending = 'fails';
  }
  return endings.reverse();
}

/** Returns whether a statement only fails, so that a later `||` can follow. */
function failsAlone(statement: ShellStatement): boolean {
  if (statement.kind === 'command') return statement.words[0]?.value === 'false';
  return statement.kind === 'compound' && statement.form === 'subshell';
}

function behind(ending: Ending | undefined, outer: Failure, isKept: boolean): Failure {
  switch (ending) {
    case 'succeeds':
      return IGNORED;
    case 'script':
    case 'fails':
      return { isFatal: true, groups: outer.groups };
    case 'none':
    case undefined:
      return isKept ? outer : { ...outer, isFatal: false };
  }
}
