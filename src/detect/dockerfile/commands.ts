/**
 * The commands of a shell text, each with what is known of its words, where it stands, and what becomes of its failure. Programs that
 * run another command, as `sudo` and `sh -c`, are looked through.
 */

import { baseName } from '../../base/artifact-path.ts';
import type { ByteRange } from '../../format/byte-range.ts';
import type {
  ShellCommand,
  ShellPart,
  ShellReader,
  ShellSequence,
  ShellStatement,
  ShellSubstitution,
  ShellWord,
  TextSpan,
} from '../../format/shell.ts';
import type { RunText } from './run-text.ts';

/** A word of a command. */
export interface Argument {
  /** As it is written. */
  readonly text: string;
  /** What the command gets; absent where the file does not decide it. */
  readonly value: string | undefined;
  readonly range: ByteRange;
}

/** One command that is run. */
export interface RunCommand {
  /** Without its folder, as in `apt-get` for `/usr/bin/apt-get`; absent where the file does not decide it. */
  readonly name: string | undefined;
  /** Behind the name. */
  readonly args: readonly Argument[];
  readonly range: ByteRange;
  /** The commands of the pipeline in front of it, the nearest one last. */
  readonly pipedFrom: readonly RunCommand[];
  /** Programs that run it, the outer one first: `sudo`, `xargs`. */
  readonly wrappers: readonly string[];
  /** Variables that are set for it alone, as in `DEBIAN_FRONTEND=noninteractive apt-get`. */
  readonly assignments: ReadonlyMap<string, string | undefined>;
  readonly shell: ShellCommand | undefined;
}

/** What was read of an instruction. */
export interface RunCommands {
  readonly commands: readonly RunCommand[];
  readonly body: ShellSequence | undefined;
  /** Why a part was not read, in complete sentences. */
  readonly unread: readonly string[];
}

/** Programs that run the command behind their own options, with the options that take a value. */
const WRAPPERS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['sudo', new Set(['-u', '-g', '-h', '-p', '-C', '-r', '-t', '-T', '-U', '-D', '-R'])],
  ['doas', new Set(['-u', '-C'])],
  ['env', new Set(['-u', '-C', '-S', '--unset', '--chdir'])],
  ['command', new Set<string>()],
  ['builtin', new Set<string>()],
  ['exec', new Set(['-a'])],
  ['nice', new Set(['-n', '--adjustment'])],
  ['nohup', new Set<string>()],
  ['time', new Set(['-f', '-o'])],
  ['timeout', new Set(['-k', '-s', '--kill-after', '--signal'])],
  ['xargs', new Set(['-n', '-P', '-I', '-L', '-d', '-s', '-a', '-E', '--max-args', '--max-procs'])],
  ['gosu', new Set<string>()],
  ['su-exec', new Set<string>()],
  ['eatmydata', new Set<string>()],
  ['stdbuf', new Set(['-i', '-o', '-e'])],
  ['setpriv', new Set(['--reuid', '--regid'])],
  ['chroot', new Set<string>()],
  ['busybox', new Set<string>()],
  ['toybox', new Set<string>()],
]);
/** Wrappers whose first argument is their own: a user, a duration, a folder. */
const OWN_ARGUMENT: ReadonlySet<string> = new Set(['gosu', 'su-exec', 'timeout', 'chroot']);

/** Programs that run a text as shell commands. */
export const SHELLS: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'dash',
  'ash',
  'zsh',
  'ksh',
  'mksh',
]);

/** Programs that are given a script as an argument. */
const SCRIPT_PROGRAMS: ReadonlySet<string> = new Set([...SHELLS, 'eval', 'su', 'runuser']);

/** How deep `sh -c 'sh -c …'` is read. */
const MAX_SCRIPT_DEPTH = 8;

/** Reads the commands of a text. */
export function commandsOf(run: RunText, reader: ShellReader, depth = 0): RunCommands {
  const result = reader.read(run.text);
  if ('failure' in result) {
    return { commands: [], body: undefined, unread: [FAILURES[result.failure]] };
  }
  const collector = new CommandCollector(run, reader, depth);
  collector.sequence(result.body, []);
  const unread = result.problems.map(({ message }) => message);
  return {
    commands: collector.commands,
    body: result.body,
    unread: [...unread, ...collector.unread],
  };
}

const FAILURES = {
  'too-long': 'The command is longer than 1 MiB, so it was not read.',
  timeout: 'Reading the command took more than 5 seconds, so it was not read.',
  aborted: 'The grammar of the shell was aborted, so the command was not read.',
} as const;

class CommandCollector {
  readonly commands: RunCommand[] = [];
  readonly unread: string[] = [];
  readonly #run: RunText;
  readonly #reader: ShellReader;
  readonly #depth: number;

  constructor(run: RunText, reader: ShellReader, depth: number) {
    this.#run = run;
    this.#reader = reader;
    this.#depth = depth;
  }

  sequence({ statements }: ShellSequence, pipedFrom: readonly RunCommand[]): void {
    for (const statement of statements) this.#statement(statement, pipedFrom);
  }

  /** Returns the commands whose output the statement writes. */
  #statement(statement: ShellStatement, pipedFrom: readonly RunCommand[]): readonly RunCommand[] {
    const before = this.commands.length;
    switch (statement.kind) {
      case 'command':
        this.#command(statement, pipedFrom);
        break;
      case 'chain':
        this.#statement(statement.first, pipedFrom);
        for (const { statement: next } of statement.rest) this.#statement(next, pipedFrom);
        break;
      case 'pipeline': {
        let from = pipedFrom;
        for (const stage of statement.stages) from = [...from, ...this.#statement(stage, from)];
        break;
      }
      case 'compound':
        this.#words(statement.words);
        this.#redirects(statement);
        for (const inner of statement.conditions) this.#statement(inner, pipedFrom);
        for (const inner of statement.statements) this.#statement(inner, pipedFrom);
    }
    return this.commands.slice(before);
  }

  #command(command: ShellCommand, pipedFrom: readonly RunCommand[]): void {
    const { assignments, words, span } = command;
    const args = words.map((word) => this.#argument(word));
    const set = new Map(assignments.map(({ name, value }) => [name, value?.value]));
    const range = this.#run.rangeOf(span);
    const shape = { range, pipedFrom, wrappers: [], assignments: set, shell: command };
    if (args.length > 0) this.#take(args, shape);
    this.#inputScript(command, pipedFrom);
    for (const { value } of assignments) if (value !== undefined) this.#parts(value.parts);
    this.#words(words);
    this.#redirects(command);
  }

  /** Takes a command, and what it runs. */
  #take(words: readonly Argument[], shape: Omit<RunCommand, 'name' | 'args'>): void {
    const [first, ...args] = words;
    const name = first?.value === undefined ? undefined : baseName(first.value);
    this.commands.push({ ...shape, name, args });
    if (name === undefined) return;
    const wrapped = wrappedBy(name, args);
    if (wrapped !== undefined && wrapped.length > 0) {
      this.#take(wrapped, { ...shape, wrappers: [...shape.wrappers, name], shell: undefined });
    }
    const script = SCRIPT_PROGRAMS.has(name) ? scriptOf(name, args) : undefined;
    if (script !== undefined) this.#script(script, shape);
  }

  /** As in `bash <<EOF`: the here-document is the script of a shell that is given no other. */
  #inputScript({ words, redirects }: ShellCommand, pipedFrom: readonly RunCommand[]): void {
    const [name, ...args] = words.map(({ value }) => value ?? '');
    const isShell = name !== undefined && SHELLS.has(baseName(name));
    if (!isShell || args.some((value) => !value.startsWith('-')) || this.#depth >= MAX_SCRIPT_DEPTH)
      return;
    for (const { hereDocument } of redirects) {
      if (hereDocument === undefined) continue;
      const { text, span } = hereDocument;
      const rangeOf = ({ start, end }: TextSpan): ByteRange =>
        this.#run.rangeOf({ start: span.start + start, end: span.start + end });
      const { commands, unread } = commandsOf({ text, rangeOf }, this.#reader, this.#depth + 1);
      for (const one of commands)
        this.commands.push({ ...one, pipedFrom: [...pipedFrom, ...one.pipedFrom] });
      this.unread.push(...unread);
    }
  }

  /** The characters of a script in quotes have no places of their own: its commands have the place of its word. */
  #script({ value, range }: Argument, shape: Omit<RunCommand, 'name' | 'args'>): void {
    if (value === undefined || this.#depth >= MAX_SCRIPT_DEPTH) {
      this.unread.push('A script in an argument is not known, so it was not read.');
      return;
    }
    const run = { text: value, rangeOf: () => range };
    const { commands, unread } = commandsOf(run, this.#reader, this.#depth + 1);
    for (const one of commands) {
      this.commands.push({ ...one, pipedFrom: [...shape.pipedFrom, ...one.pipedFrom] });
    }
    this.unread.push(...unread);
  }

  #argument({ text, value, span }: ShellWord): Argument {
    return { text, value, range: this.#run.rangeOf(span) };
  }

  #words(words: readonly ShellWord[]): void {
    for (const { parts } of words) this.#parts(parts);
  }

  #parts(parts: readonly ShellPart[]): void {
    for (const part of parts) {
      if (part.kind === 'substitution') this.sequence(part.body, []);
      else if (part.kind !== 'text') this.#substitutions(part.substitutions);
    }
  }

  #substitutions(substitutions: readonly ShellSubstitution[]): void {
    for (const { body } of substitutions) this.sequence(body, []);
  }

  #redirects({ redirects }: Pick<ShellCommand, 'redirects'>): void {
    for (const { target, hereDocument } of redirects) {
      if (target !== undefined) this.#parts(target.parts);
      if (hereDocument !== undefined) this.#substitutions(hereDocument.substitutions);
    }
  }
}

/** The words of the command that a wrapper runs. */
function wrappedBy(name: string, args: readonly Argument[]): readonly Argument[] | undefined {
  const withValue = WRAPPERS.get(name);
  if (withValue === undefined) return undefined;
  let at = 0;
  while (at < args.length) {
    const value = args[at]?.value;
    if (value === '--') {
      at += 1;
      break;
    }
    const isAssignment = name !== 'xargs' && value !== undefined && /^\w+=/u.test(value);
    if (value === undefined || (!isAssignment && !/^-./u.test(value))) break;
    at += withValue.has(value) ? 2 : 1;
  }
  return args.slice(OWN_ARGUMENT.has(name) ? at + 1 : at);
}

/** The script of `sh -c SCRIPT`; `eval` joins its arguments. */
function scriptOf(name: string, args: readonly Argument[]): Argument | undefined {
  const [first, last] = [args[0], args.at(-1)];
  if (name === 'eval') {
    if (first === undefined || last === undefined) return undefined;
    const values = args.map(({ value }) => value);
    const value = values.includes(undefined) ? undefined : values.join(' ');
    return { text: value ?? '', value, range: { start: first.range.start, end: last.range.end } };
  }
  const at = args.findIndex(({ value }) => value !== undefined && /^-[a-zA-Z]*c$/u.test(value));
  return at < 0 ? undefined : args[at + 1];
}
