/** Limits of reading commands, and what is said where one is reached. */

/** Commands of one instruction that are read, those of scripts in scripts included. */
export const MAX_COMMANDS = 20_000;

/** Commands of one pipeline that are followed; an even number. */
export const MAX_PIPELINE = 200;

/** Said for a longer pipeline. */
export const TOO_MANY_PIPED = `A pipeline has more than ${MAX_PIPELINE} commands; not all of them were followed.`;

/** Said for an instruction with more commands. */
export const TOO_MANY = `The instruction has more than ${MAX_COMMANDS} commands; the rest was not read.`;

/** Stages that are read; real files have some dozens. */
export const MAX_STAGES = 500;

/** Said for a file with more stages. */
export const TOO_MANY_STAGES = `The file has more than ${MAX_STAGES} stages; the rest was not read.`;

/** Said where a text has no tree. */
export const FAILURES = {
  'too-long': 'The command is longer than 1 MiB, so it was not read.',
  timeout: 'Reading took more than 5 seconds, so a command was not read.',
  aborted: 'The grammar of the shell was aborted, so the command was not read.',
} as const;

/** Said where the rest of a file is not read. */
export const READING_TOO_LONG =
  'Reading the file took more than 5 seconds, so the rest was not read.';

/** Said for a script that only a run decides. */
export const UNKNOWN_SCRIPT = 'A script in an argument is not known, so it was not read.';

const LIMITS: ReadonlySet<string> = new Set([
  ...Object.values(FAILURES),
  ...[TOO_MANY, TOO_MANY_PIPED, TOO_MANY_STAGES, READING_TOO_LONG],
]);

/** Returns whether a part was not read because of a limit. */
export function isLimit(message: string): boolean {
  return LIMITS.has(message);
}

/** How deep `sh -c 'sh -c …'` is read. */
export const MAX_SCRIPT_DEPTH = 8;
