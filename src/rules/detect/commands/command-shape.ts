/**
 * How objects of commands are made. Their fields are named one by one, because V8 makes them
 * several times as fast as by spreads.
 */

import type { ByteRange } from '../../../formats/bytes/byte-range.ts';
import type { ShellWord } from '../../../formats/text/shell/shell.ts';
import { IGNORED } from './errexit.ts';
import type { Failure, RunCommand } from './run-command.ts';

/** What surrounds a statement. */
export interface Surroundings {
  readonly pipedFrom: readonly RunCommand[];
  readonly failure: Failure;
  readonly isInTest: boolean;
  /** What follows decides about a failure, be it negated or not. */
  readonly isCondition?: boolean;
  /**
   * Whether others follow the construct that the statements are in. The status of `a && b` at its
   * end is then lost: `set -e` ignores the failure of `a` for what is around, besides a subshell.
   */
  readonly isFollowed?: boolean;
}

/** What surrounds the statements of a script. */
export const TOP: Surroundings = {
  pipedFrom: [],
  failure: { isFatal: true, groups: [] },
  isInTest: false,
};

/** Commands that set the variables behind them. */
export const DECLARATIONS: ReadonlySet<string> = new Set([
  ...['export', 'declare', 'typeset', 'local', 'readonly'],
]);

/**
 * Returns what surrounds the substitutions in words. Their status counts in a test, and in an
 * assignment that stands alone.
 */
export function surroundingsInWords(
  words: readonly ShellWord[],
  around: Surroundings,
): Surroundings {
  return around.isInTest || words.length === 0 ? around : { ...around, failure: IGNORED };
}

/** A command without its words. */
export type Shape = Omit<RunCommand, 'name' | 'args' | 'program' | 'called'>;

/** Returns a command without its words. No program runs it. */
export function shapeIn(
  { pipedFrom, failure, isInTest }: Surroundings,
  range: ByteRange,
  { inputs, assignments, shell }: Pick<Shape, 'inputs' | 'assignments' | 'shell'>,
): Shape {
  const wrappers: readonly string[] = [];
  return { range, pipedFrom, inputs, wrappers, assignments, shell, failure, isInTest };
}

/** Returns a command with its words. */
export function commandIn(
  { range, pipedFrom, inputs, wrappers, assignments, shell, failure, isInTest }: Shape,
  { name, args, program, called }: Omit<RunCommand, keyof Shape>,
): RunCommand {
  return {
    name,
    args,
    range,
    program,
    pipedFrom,
    inputs,
    wrappers,
    assignments,
    shell,
    called,
    failure,
    isInTest,
  };
}
