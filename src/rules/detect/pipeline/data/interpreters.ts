/**
 * Programs that read a program of their language in an argument or from their input. Sources: the
 * manuals of the programs.
 */

import type { Argument } from '../../commands/run-command.ts';

interface Interpreter {
  readonly names: RegExp;
  /** The option in front of the program; joined to it where there is a group `program`. */
  readonly option: RegExp;
}

const INTERPRETERS: readonly Interpreter[] = [
  { names: /^(?:python|pypy)[\d.]*$/u, option: /^-[a-zA-Z]*c$/u },
  { names: /^(?:node|nodejs|tsx|bun)$/u, option: /^(?:-[a-z]*[ep]+|--eval|--print)$/u },
  { names: /^perl[\d.]*$/u, option: /^-[a-zA-Z0-9.]*[eE]$/u },
  { names: /^ruby[\d.]*$/u, option: /^-[a-zA-Z]*e$/u },
  { names: /^php[\d.]*$/u, option: /^-[rBRE]$/u },
  {
    names: /^(?:lua[\d.]*|luajit|Rscript|osascript|groovy|elixir|julia|ocaml|ghc)$/u,
    option: /^-e$/u,
  },
  { names: /^(?:pwsh|powershell)(?:\.exe)?$/iu, option: /^-(?:c|command|cwa)$/iu },
  { names: /^deno$/u, option: /^eval$/u },
  { names: /^cmd(?:\.exe)?$/iu, option: /^\/{1,2}[ck]$/iu },
];

/** Returns the arguments that hold a program, as in `python -c PROGRAM`. */
export function inlineProgram(name: string, args: readonly Argument[]): readonly Argument[] {
  const option = INTERPRETERS.find(({ names }) => names.test(name))?.option;
  if (option === undefined) return [];
  return args.filter((_, at) => {
    const before = args[at - 1]?.value;
    return before !== undefined && option.test(before);
  });
}

/**
 * Returns whether a program reads a program of its language from its input, if no file is given.
 */
export function readsProgram(name: string): boolean {
  return INTERPRETERS.some(({ names }) => names.test(name)) && !/^(?:deno|ghc)$/u.test(name);
}

/**
 * Returns the arguments that hold the program of a filter which can start commands: `awk`, `sed`,
 * and variables of `make`.
 */
export function filterProgram(name: string, args: readonly Argument[]): readonly Argument[] {
  if (/^g?make$/u.test(name)) return args.filter(({ text }) => /^["']?\w+:?=/u.test(text));
  const isAwk = /^[gmn]?awk$/u.test(name);
  if (!isAwk && !/^g?sed$/u.test(name)) return [];
  return scriptsOf(args);
}

const PROGRAM_OPTION = /^(?:-[a-zA-Z]*e|--expression|--source)$/u;
/** -v and -F of awk, and -f of both, have a value that is no program. */
const VALUE_OPTION = /^(?:-[vFf]|--(?:assign|field-separator|file))$/u;

/** Returns the values of the options for programs, else the first argument. */
function scriptsOf(args: readonly Argument[]): readonly Argument[] {
  const values = args.map(({ value, text }) => value ?? text);
  const given = args.filter(
    (_, at) =>
      PROGRAM_OPTION.test(values[at - 1] ?? '') ||
      /^--(?:expression|source)=/u.test(values[at] ?? ''),
  );
  if (given.length > 0 || values.some((value) => /^(?:-f|--file)/u.test(value))) return given;
  const first = args.find(
    (_, at) =>
      values[at] !== '' &&
      values[at]?.startsWith('-') === false &&
      !VALUE_OPTION.test(values[at - 1] ?? ''),
  );
  return first === undefined ? [] : [first];
}
