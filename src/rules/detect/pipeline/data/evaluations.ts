/**
 * Places of shell scripts where the value of a variable is read as code once more: `eval`, `bash
 * -c`, programs of other languages in an argument, here-documents and pipes to interpreters, the
 * name of a command.
 *
 * Sources: POSIX.1-2017, Shell Command Language; the manuals of bash and of the programs.
 */

import { baseName } from '../../../../core/base/artifact-path.ts';
import type { ByteRange } from '../../../../formats/bytes/byte-range.ts';
import { redirectTargets } from '../../commands/downloads.ts';
import type { Argument, RunCommand } from '../../commands/run-command.ts';
import { pathText } from '../../commands/run-command.ts';
import { SCRIPT_PROGRAMS, scriptArgument, SHELLS } from '../../commands/wrappers.ts';
import type { Freedom } from './context-values.ts';
import type { DataVariables } from './data-sources.ts';
import { filterProgram, inlineProgram, readsProgram } from './interpreters.ts';
import { cleansData, readsEvent } from './shell-data.ts';

/** A value that is evaluated. */
export interface Evaluation {
  readonly range: ByteRange;
  /** The name of the variable. */
  readonly variable: string;
  readonly freedom: Freedom;
  /** The evaluating command, as in `eval`. */
  readonly by: string;
  /** Whether a shell reads it, and not a filter such as `sed`. */
  readonly isShell: boolean;
}

type Found = Pick<Evaluation, 'variable' | 'freedom'>;

/** Yields the values that the commands of a script evaluate: one for each command. */
export function* evaluationsIn(
  commands: readonly RunCommand[],
  variables: DataVariables,
): Generator<Evaluation> {
  const data = new Data(variables);
  for (const command of commands) {
    const found = evaluationOf(command, data);
    if (found !== undefined) yield { range: command.range, isShell: true, ...found };
    data.note(command);
  }
}

type Evaluated = Found & Pick<Evaluation, 'by'> & Partial<Pick<Evaluation, 'isShell'>>;

/** The data in a script, up to a command. */
class Data {
  readonly #variables: DataVariables;
  /** Files by their names without folders that a command has written data to. */
  readonly #files = new Map<string, Found>();

  constructor(variables: DataVariables) {
    this.#variables = variables;
  }

  /**
   * Returns the freest variable that is expanded in an argument; `undefined` where there is none,
   * or the value is known.
   */
  in(argument: Argument | undefined): Found | undefined {
    if (argument === undefined || argument.value !== undefined) return undefined;
    return this.inText(argument.text);
  }

  inText(text: string): Found | undefined {
    if (cleansData(text)) return undefined;
    if (readsEvent(text)) return { variable: 'GITHUB_EVENT_PATH', freedom: 'free' };
    let found: Found | undefined;
    for (const variable of expandedNames(text)) {
      const freedom = this.#variables.get(variable);
      if (freedom === 'free') return { variable, freedom };
      if (freedom !== undefined) found ??= { variable, freedom };
    }
    return found;
  }

  any(args: readonly Argument[]): Found | undefined {
    return first(args, (one) => this.in(one));
  }

  file(path: string): Found | undefined {
    return this.#files.get(baseName(path));
  }

  note(command: RunCommand): void {
    const { name = '', args, inputs, pipedFrom } = command;
    const paths = redirectTargets(command, '>', '>>', '>|', '&>');
    const isTee = name === 'tee';
    const copied = isTee ? args.map(pathText).filter((one) => !one.startsWith('-')) : [];
    if (paths.length === 0 && copied.length === 0) return;
    const found = isTee ? this.piped(pipedFrom) : (writtenBy(command, this) ?? this.any(inputs));
    if (found === undefined) return;
    for (const path of [...paths, ...copied]) {
      if (!/GITHUB_|^&/u.test(path)) this.#files.set(baseName(path), found);
    }
  }

  /** Returns the output of the commands in front of a pipe. */
  piped(commands: readonly RunCommand[]): Found | undefined {
    const last = commands.at(-1);
    if (last !== undefined && cleansData([last.name, ...last.args.map(pathText)].join(' '))) {
      return undefined;
    }
    return first(commands, (one) => writtenBy(one, this));
  }
}

/** Commands that write their arguments or their input. */
const WRITERS: ReadonlySet<string> = new Set([
  ...['echo', 'printf', 'cat', 'tee', 'sed', 'tr', 'envsubst', 'jq', 'yq'],
]);

function writtenBy({ name = '', args, inputs }: RunCommand, data: Data): Found | undefined {
  return WRITERS.has(name) ? data.any([...args, ...inputs]) : undefined;
}

function first<T, R>(of: readonly T[], find: (one: T) => R | undefined): R | undefined {
  for (const one of of) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

function evaluationOf(command: RunCommand, data: Data): Evaluated | undefined {
  const { name, program } = command;
  if (name === undefined) {
    if (program === undefined || !/^["']?\$/u.test(program.text)) return undefined;
    const found = data.in(program);
    return found && { ...found, by: 'the name of a command' };
  }
  return (
    ofScript(command, data) ??
    ofFile(command, data) ??
    ofInput(command, data) ??
    ofNames(command, data) ??
    ofInterpreter(command, data) ??
    ofInnerShell(command, data)
  );
}

/** Programs that hand the words of an argument to a shell, and these words. */
const WORDS_RUN: ReadonlyMap<string, (args: readonly Argument[]) => readonly Argument[]> = new Map([
  ['trap', (args: readonly Argument[]) => args.slice(0, 1)],
  ['let', (args: readonly Argument[]) => args],
  ['ssh', remoteCommand],
  ['watch', watchedCommand],
]);
/** Programs that are given a script behind an option, besides shells. */
const OPTION_RUN: ReadonlySet<string> = new Set(['flock', 'script']);

/**
 * Returns the script in an argument: `eval`, `bash -c`, `trap`, `ssh HOST COMMAND`,
 * `watch COMMAND`.
 */
function ofScript({ name = '', args, pipedFrom, wrappers }: RunCommand, data: Data) {
  const words = WORDS_RUN.get(name);
  if (words !== undefined) {
    const found = data.any(words(args));
    return found && { ...found, by: name };
  }
  if (!SCRIPT_PROGRAMS.has(name) && !OPTION_RUN.has(name)) return undefined;
  const script = scriptArgument(name, args);
  if (script === undefined) return undefined;
  const found = data.in(script);
  if (found !== undefined) return { ...found, by: name };
  // xargs -I{} writes its input into the script.
  const isFilled = wrappers.includes('xargs') && /\{\}|%/u.test(script.text);
  const filled = isFilled ? data.piped(pipedFrom) : undefined;
  return filled && { ...filled, by: `xargs ${name}` };
}

/** With `-x` watch starts the command without a shell. */
function watchedCommand(args: readonly Argument[]): readonly Argument[] {
  return args.some(({ value }) => /^(?:-\w*x|--exec)$/u.test(value ?? '')) ? [] : args;
}

/** Options of ssh with a value. */
const SSH_VALUES = /^-[a-zA-Z0-9]*[BbcDEeFIiJLlmOoPpQRSWw]$/u;

/** Returns the words behind the host, which ssh joins for the shell there. */
function remoteCommand(args: readonly Argument[]): readonly Argument[] {
  let at = 0;
  while (at < args.length) {
    const value = args[at]?.value;
    if (value === undefined || !value.startsWith('-')) break;
    at += SSH_VALUES.test(value) ? 2 : 1;
  }
  return args.slice(at + 1);
}

/**
 * Returns a file that the script itself has written, by its path, or as the script of an
 * interpreter.
 */
function ofFile({ program, name = '', args }: RunCommand, data: Data): Evaluated | undefined {
  if (!readsScripts(name)) {
    const path = program?.value ?? '';
    const found = path.includes('/') ? data.file(path) : undefined;
    return found && { ...found, by: `the file ${path}` };
  }
  const path = scriptPath(args);
  if (path === undefined) return undefined;
  const isSubstitution = /^["']?<\(/u.test(path.text);
  const found = isSubstitution ? data.inText(path.text) : data.file(pathText(path));
  return found && { ...found, by: name };
}

/** Returns a script or a program that an interpreter reads from its input. */
function ofInput({ name = '', args, inputs, pipedFrom }: RunCommand, data: Data) {
  if (!readsScripts(name) || scriptPath(args) !== undefined) return undefined;
  if (SHELLS.has(name) && scriptArgument(name, args) !== undefined) return undefined;
  const found = data.any(inputs) ?? data.piped(pipedFrom);
  return found && { ...found, by: name };
}

function readsScripts(name: string): boolean {
  return name === '.' || name === 'source' || SHELLS.has(name) || readsProgram(name);
}

/** Returns the file that an interpreter is given; `undefined` where it reads its input. */
function scriptPath(args: readonly Argument[]): Argument | undefined {
  const path = args.find(({ value, text }) => !/^[-+]./u.test(value ?? text));
  return path === undefined || /^(?:-|\/dev\/(?:stdin|fd.*))$/u.test(path.text) ? undefined : path;
}

/** Builtins that evaluate the index of a name that they are given. */
function ofNames({ name = '', args }: RunCommand, data: Data): Evaluated | undefined {
  const at = ['printf', 'test', '['].includes(name)
    ? args.findIndex(({ value }) => value === '-v') + 1
    : 0;
  if (at === 0 && !['read', 'unset'].includes(name)) return undefined;
  const given = at === 0 ? args : args.slice(at, at + 1);
  const found = first(given, (one) => (/^["']?\$/u.test(one.text) ? data.in(one) : undefined));
  return found && { ...found, by: name };
}

/** Returns a program of another language in an argument. */
function ofInterpreter({ name = '', args }: RunCommand, data: Data): Evaluated | undefined {
  const inline = data.any(inlineProgram(name, args));
  if (inline !== undefined) return { ...inline, by: name };
  const filter = data.any(filterProgram(name, args));
  return filter && { ...filter, by: name, isShell: false };
}

/**
 * Returns the evaluated script, as in `docker run IMAGE sh -c SCRIPT` and
 * `npx sh -c SCRIPT`.
 */
function ofInnerShell({ name = '', args }: RunCommand, data: Data): Evaluated | undefined {
  if (!INNER_SHELLS.has(name)) return undefined;
  for (const [at, { value }] of args.entries()) {
    if (value === undefined || !SHELLS.has(baseName(value))) continue;
    const found = data.in(scriptArgument('sh', args.slice(at + 1)));
    if (found !== undefined) return { ...found, by: `${name} ${value}` };
  }
  return undefined;
}

/** Programs that run a command among their arguments. */
const INNER_SHELLS: ReadonlySet<string> = new Set([
  ...['docker', 'podman', 'nerdctl', 'kubectl', 'oc', 'docker-compose', 'lxc', 'incus', 'vagrant'],
  ...['flock', 'watch', 'parallel', 'nsenter', 'unshare', 'machinectl', 'systemd-run'],
  ...['nix-shell', 'nix', 'conda', 'mamba', 'micromamba', 'poetry', 'pipenv', 'npx', 'bundle'],
  ...['dotenv', 'doppler', 'op', 'vault', 'aws-vault', 'xvfb-run', 'dbus-run-session', 'script'],
]);

/**
 * Yields the variables that a shell expands in a text, which is not between single quotes. Longer
 * texts are cut.
 */
function* expandedNames(text: string): Generator<string> {
  let isDouble = false;
  const end = Math.min(text.length, MAX_TEXT);
  for (let at = 0; at < end; at += 1) {
    const one = text[at];
    if (one === '\\') at += 1;
    else if (one === '"') isDouble = !isDouble;
    else if (one === "'" && !isDouble) {
      const close = text.indexOf("'", at + 1);
      if (close < 0) return;
      at = close;
    } else if (one === '$') {
      VARIABLE.lastIndex = at;
      const name = VARIABLE.exec(text)?.groups?.['name'];
      if (name !== undefined) yield name;
    }
  }
}

const MAX_TEXT = 100_000;
/** Neither the length of a value nor its quoted form. */
const VARIABLE = /\$(?:\{!?)?(?<name>[A-Za-z_]\w*)(?!\w|@Q\})/uy;
