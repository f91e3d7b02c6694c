/**
 * Programs that run other commands: `sudo`, `env`, `sh -c`. Sources: the manuals of the programs.
 */

import type { Argument } from './run-command.ts';

/** Programs that run the command behind their own options, with the options that take a value. */
const WRAPPERS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['sudo', new Set(['-u', '-g', '-h', '-p', '-C', '-r', '-t', '-T', '-U', '-D', '-R'])],
  ['doas', new Set(['-u', '-C'])],
  ['env', new Set(['-u', '-C', '--unset', '--chdir'])],
  ['coproc', new Set<string>()],
  ['command', new Set<string>()],
  ['builtin', new Set<string>()],
  ['exec', new Set(['-a'])],
  ['nice', new Set(['-n', '--adjustment'])],
  ['ionice', new Set(['-c', '-n', '--class', '--classdata'])],
  ['nohup', new Set<string>()],
  ['setsid', new Set<string>()],
  ['time', new Set(['-f', '-o'])],
  ['timeout', new Set(['-k', '-s', '--kill-after', '--signal'])],
  [
    'xargs',
    new Set([
      ...['-n', '-P', '-I', '-L', '-d', '-s', '-a', '-E', '--max-args', '--max-procs'],
      ...['--arg-file', '--delimiter', '--max-chars', '--process-slot-var'],
    ]),
  ],
  ['gosu', new Set<string>()],
  ['su-exec', new Set<string>()],
  ['eatmydata', new Set<string>()],
  ['stdbuf', new Set(['-i', '-o', '-e'])],
  ['setpriv', new Set(['--reuid', '--regid'])],
  ['chroot', new Set<string>()],
  ['fakeroot', new Set(['-l', '-s', '-i', '-b'])],
  ['catchsegv', new Set<string>()],
  ['unbuffer', new Set<string>()],
  ['busybox', new Set<string>()],
  ['toybox', new Set<string>()],
]);
/** Wrappers whose first argument is their own: a user, a duration, a folder. */
const OWN_ARGUMENT: ReadonlySet<string> = new Set(['gosu', 'su-exec', 'timeout', 'chroot']);

/** Programs that run a text as shell commands. */
export const SHELLS: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'rbash',
  'dash',
  'ash',
  'zsh',
  'ksh',
  'mksh',
  'posh',
  'yash',
]);

/** Programs that are given a script as an argument. */
export const SCRIPT_PROGRAMS: ReadonlySet<string> = new Set([...SHELLS, 'eval', 'su', 'runuser']);

/** A command that another program runs. */
export interface Wrapped {
  readonly words: readonly Argument[];
  /** Set where the program does not pass on the status of the command. */
  readonly isStatusLost?: boolean;
}

/**
 * Returns the commands that a program runs: those of wrappers, and those of the actions `-exec` of
 * `find`.
 */
export function wrappedBy(name: string, args: readonly Argument[]): readonly Wrapped[] {
  if (name === 'find') return [...executedBy(args)];
  const words = wordsBehind(name, args);
  if (words === undefined || words.length === 0) return [];
  return [{ words, isStatusLost: name === 'coproc' }];
}

const EXECUTING = /^-(?:exec|execdir|ok|okdir)$/u;
/** Operators by which the status of a command decides about the rest of an expression. */
const DECIDING = /^(?:!|-not|-o|-or|,|-quit|-exec|-execdir|-ok|-okdir)$/u;

/**
 * Yields the commands that `find` runs. Its own status is that of `-exec … +`; the status of
 * `-exec … ;` is the value of the action, which other actions can ask for.
 *
 * Source: POSIX.1-2017, find; the manual of GNU find, "Exit Status".
 */
function* executedBy(args: readonly Argument[]): Generator<Wrapped> {
  const values = args.map(({ value = '' }) => value);
  for (let at = 0; at < args.length; at += 1) {
    if (!EXECUTING.test(values[at] ?? '')) continue;
    const start = at + 1;
    at = endOfAction(values, start);
    const isAsked =
      DECIDING.test(values[start - 2] ?? '') ||
      values.slice(at + 1).some((one) => DECIDING.test(one));
    yield { words: args.slice(start, at), isStatusLost: values[at] !== '+' && !isAsked };
  }
}

/** Returns the index of the word that ends an action: `;`, or `+` behind `{}`. */
function endOfAction(values: readonly string[], start: number): number {
  const end = values.findIndex(
    (one, at) => at >= start && (one === ';' || (one === '+' && values[at - 1] === '{}')),
  );
  return end < 0 ? values.length : end;
}

function wordsBehind(name: string, args: readonly Argument[]): readonly Argument[] | undefined {
  const withValue = WRAPPERS.get(name);
  if (withValue === undefined) return undefined;
  let at = 0;
  while (at < args.length) {
    const value = args[at]?.value;
    if (name === 'coproc') return coprocess(args);
    if (value === '--') {
      at += 1;
      break;
    }
    const split = name === 'env' ? splitString(args.slice(at)) : undefined;
    if (split !== undefined) return split;
    const isAssignment = name !== 'xargs' && value !== undefined && /^\w+=/u.test(value);
    if (value === undefined || (!isAssignment && !/^-./u.test(value))) break;
    at += withValue.has(value) ? 2 : 1;
  }
  return args.slice(OWN_ARGUMENT.has(name) ? at + 1 : at);
}

/** A group behind `coproc` may have a name: `coproc NAME { make; }`. */
function coprocess(args: readonly Argument[]): readonly Argument[] {
  const isOpening = (one: Argument | undefined): boolean => /^[{(]$/u.test(one?.text ?? '');
  return args.slice(isOpening(args[0]) ? 1 : isOpening(args[1]) ? 2 : 0);
}

/** Splits the string of `env`, as in `env -S "sh -c true"`. */
function splitString([first, ...rest]: readonly Argument[]): readonly Argument[] | undefined {
  const match = /^(?:-[a-zA-Z]*S|--split-string=?)(?<text>.*)$/su.exec(first?.value ?? '');
  if (first === undefined || match === null) return undefined;
  const joined = match.groups?.['text'] ?? '';
  const [text, behind] = joined === '' ? [rest[0]?.value, rest.slice(1)] : [joined, rest];
  if (text === undefined) return undefined;
  const words = text.split(/\s+/u).filter((word) => word !== '' && !/^\w+=/u.test(word));
  return [...words.map((word) => ({ text: word, value: word, range: first.range })), ...behind];
}

/** Returns the script of `sh -c SCRIPT`; `eval` joins its arguments. */
export function scriptArgument(name: string, args: readonly Argument[]): Argument | undefined {
  const [first, last] = [args[0], args.at(-1)];
  if (name === 'eval') {
    if (first === undefined || last === undefined) return undefined;
    const values = args.map(({ value }) => value);
    const value = values.includes(undefined) ? undefined : values.join(' ');
    const origins = args.flatMap((one) => one.origins ?? []);
    const range = { start: first.range.start, end: last.range.end };
    return { text: args.map(({ text }) => text).join(' '), value, range, origins };
  }
  const at = args.findIndex(({ value }) => value !== undefined && isCommandOption(value));
  return at < 0 ? undefined : scriptBehind(args, at);
}

/** `-c`, also among other letters; `su` has `--command`. */
function isCommandOption(value: string): boolean {
  return /^[-+][a-zA-Z]*c[a-zA-Z]*$/u.test(value) || /^--command(?:=|$)/u.test(value);
}

/** Shells read further options between `-c` and the script. */
function scriptBehind(args: readonly Argument[], option: number): Argument | undefined {
  const own = args[option];
  const joined = /^--command=(?<script>.*)$/su.exec(own?.value ?? '')?.groups?.['script'];
  if (own !== undefined && joined !== undefined) return { ...own, value: joined };
  let at = option + 1;
  while (/^[-+](?:[a-zA-Z]+|-)$/u.test(args[at]?.value ?? '')) {
    at += /^[-+][a-zA-Z]*[oO]$/u.test(args[at]?.value ?? '') ? 2 : 1;
  }
  return args[at];
}
