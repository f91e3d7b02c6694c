/** Limits of reading commands, and what is said where one is reached. */

/** Commands of one instruction that are read, those of scripts in scripts included. */
export const MAX_COMMANDS = 20_000;

/** Said for an instruction with more commands. */
export const TOO_MANY = `The instruction has more than ${MAX_COMMANDS} commands; the rest was not read.`;

/** Said where a text has no tree. */
export const FAILURES = {
  'too-long': 'The command is longer than 1 MiB, so it was not read.',
  timeout: 'Reading took more than 5 seconds, so a command was not read.',
  aborted: 'The grammar of the shell was aborted, so the command was not read.',
} as const;

/** Said where the rest of a file is not read. */
export const READING_TOO_LONG =
  'Reading the file took more than 5 seconds, so the rest was not read.';

const LIMITS: ReadonlySet<string> = new Set([
  ...Object.values(FAILURES),
  ...[TOO_MANY, READING_TOO_LONG],
]);

/** Whether a part was not read because of a limit. */
export function isLimit(message: string): boolean {
  return LIMITS.has(message);
}
