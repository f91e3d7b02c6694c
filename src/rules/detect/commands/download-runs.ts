/** Commands that run what was downloaded, over the scripts of one build. */

import { baseName } from '../../../core/base/artifact-path.ts';
import { SHELLS } from './commands.ts';
import { verifiedFiles } from './download-verification.ts';
import {
  beginsWithValue,
  carriedFrom,
  downloadsAndRuns,
  isSocket,
  movedFiles,
  redirectTargets,
  writtenFiles,
  type DownloadedFiles,
} from './downloads.ts';
import { pathText, type Argument, type RunCommand, type WrittenFiles } from './run-command.ts';
import { scriptArgument } from './wrappers.ts';

const INTERPRETER =
  /^(?:python[\d.]*|pypy[\d.]*|node|nodejs|perl[\d.]*|ruby[\d.]*|php[\d.]*|lua[\d.]*|luajit|pwsh|powershell|bun|deno|tsx|ts-node|fish|csh|tcsh|elvish|Rscript|tclsh|expect|groovy|jshell|source|\.)$/u;
/** Options of interpreters behind which, or in which, the program stands. */
const PROGRAM_OPTION: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:python|pypy)/u, /^-[a-zA-Z]*[cm]/u],
  [/^perl/u, /^-[a-zA-Z0-9]*[eE]/u],
  [/^ruby/u, /^-[a-zA-Z0-9]*e/u],
  [/^(?:node|nodejs|bun|tsx|ts-node)$/u, /^(?:-[a-z]*[ep]|--eval|--print)/u],
  [/^php/u, /^-[a-z]*r/u],
  [/^lua/u, /^-[a-z]*e/u],
  [/^Rscript$/u, /^-e$/u],
];

/** Functions that call functions are followed this deep. */
const MAX_CALLS = 3;

/** A check whose failure keeps only some commands from running. */
interface Guard {
  readonly names: readonly string[];
  readonly groups: readonly number[];
}

/** A script with the texts of the files that are known there. */
export interface RunScript {
  readonly commands: readonly RunCommand[];
  readonly files: WrittenFiles;
}

/** A command that runs a download, and what it runs, as in `what curl downloads`. */
export interface DownloadRun {
  readonly command: RunCommand;
  readonly source: string;
}

/** Follows downloads through scripts that run one after another. */
export class DownloadRuns {
  readonly #files: DownloadedFiles;
  #guards: Guard[] = [];

  /** @param files what was downloaded before; it is added to */
  constructor(files: DownloadedFiles) {
    this.#files = files;
  }

  /**
   * Yields the downloads that a script runs, and that no command compares with a hash or a
   * signature before.
   */
  *find(script: RunScript): Generator<DownloadRun> {
    this.#guards = [];
    for (const command of script.commands) {
      this.#takeFiles(command);
      this.#takeChecks(command, script);
      const source = this.#runBy(command);
      if (source !== undefined) yield { command, source };
    }
  }

  #takeFiles(command: RunCommand): void {
    const paths = [...writtenFiles(command, this.#files), ...movedFiles(command, this.#files)];
    for (const path of paths) {
      this.#files.add(path);
      const name = baseName(path);
      this.#guards = this.#guards.map((guard) => ({
        ...guard,
        names: guard.names.filter((one) => one !== name),
      }));
    }
  }

  #takeChecks(command: RunCommand, { files: texts }: RunScript): void {
    const inside = command.called.flatMap((one) => verifiedFiles(one, this.#files, texts));
    const names = [...verifiedFiles(command, this.#files, texts), ...inside];
    if (names.length === 0) return;
    const { isFatal, isOfFunction = false, groups } = command.failure;
    if (isFatal && !isOfFunction) for (const name of names) this.#files.delete(name);
    else if (groups.length > 0) this.#guards.push({ names, groups });
  }

  #isTaken(path: string, { failure }: RunCommand): boolean {
    if (!this.#files.has(path)) return false;
    const name = baseName(path);
    return !this.#guards.some(
      ({ names, groups }) =>
        names.includes(name) && groups.some((group) => failure.groups.includes(group)),
    );
  }

  /** Returns the downloaded text that a command runs. */
  #runBy(command: RunCommand, depth = 0): string | undefined {
    const { name, program, pipedFrom, args } = command;
    if (name === undefined) return this.#unknownProgram(command);
    if (isInterpreter(name)) return this.#interpreted(command);
    if (name === 'eval') return this.#argumentOf(args.filter(beginsWithValue));
    if (name === 'xargs') return undefined;
    for (const one of command.called) {
      const inner = { ...one, pipedFrom: [...pipedFrom, ...one.pipedFrom] };
      const isFirst = one.pipedFrom.length === 0 && pipedFrom.length > 0;
      const mayRun = isFirst && one.name !== name && depth < MAX_CALLS;
      const found = mayRun ? this.#runBy(inner, depth + 1) : undefined;
      if (found !== undefined) return found;
    }
    const path = program === undefined ? '' : pathText(program);
    const isRun = path.includes('/') ? this.#files.has(path) : this.#files.isProgram(path);
    return isRun && this.#isTaken(path, command) ? `the downloaded file "${path}"` : undefined;
  }

  /** Returns the unknown program that reads a download, as in `curl … | "$PROGRAM"`. */
  #unknownProgram({ pipedFrom, args, program }: RunCommand): string | undefined {
    const path = program === undefined ? '' : pathText(program);
    if (this.#files.has(path)) return `the downloaded file "${path}"`;
    const isBare = args.every(({ value }) => value?.startsWith('-') === true);
    const origin = isBare ? this.#carried(pipedFrom) : undefined;
    const given = program?.origins === undefined ? undefined : this.#carried(program.origins);
    if (given !== undefined) return `what ${given} downloads`;
    return origin === undefined
      ? undefined
      : `what ${origin} downloads by "${path}", a program that the file does not name`;
  }

  #interpreted(command: RunCommand): string | undefined {
    const { name = '', args, pipedFrom, wrappers } = command;
    const isRemote = name === 'deno' && args.some(({ value = '' }) => /^https?:\/\//iu.test(value));
    if (isRemote || downloadsAndRuns(command)) return 'what it downloads';
    const read = readsInput(command) ? this.#fromInput(command) : undefined;
    if (read !== undefined) return read;
    const script = scriptArgument(name, args);
    const isFromInput = wrappers.includes('xargs') && /^(?:\{\}|%|@)$/u.test(script?.value ?? '');
    const fed = isFromInput ? this.#carried(pipedFrom) : undefined;
    if (fed !== undefined) return `what ${fed} downloads`;
    const words = SHELLS.has(name) ? (script === undefined ? firstWord(command) : [script]) : args;
    return (
      this.#argumentOf(words.filter(beginsWithValue)) ??
      this.#file(firstWord(command).map(pathText), command)
    );
  }

  #fromInput(command: RunCommand): string | undefined {
    const { pipedFrom, inputs } = command;
    if (inputs.some(isSocket)) return 'what a socket gives';
    const given = inputs.filter(({ text }) => beginsInput(text));
    const origin =
      this.#carried(pipedFrom) ?? this.#carried(given.flatMap((one) => one.origins ?? []));
    if (origin !== undefined) return `what ${origin} downloads`;
    return this.#file(redirectTargets(command, '<'), command);
  }

  #file(paths: readonly string[], command: RunCommand): string | undefined {
    const path = paths.find((one) => this.#isTaken(one, command));
    return path === undefined ? undefined : `the downloaded file "${path}"`;
  }

  #argumentOf(args: readonly Argument[]): string | undefined {
    const origin = this.#carried(args.flatMap((one) => one.origins ?? []));
    return origin === undefined ? undefined : `what ${origin} downloads`;
  }

  #carried(commands: readonly RunCommand[]): string | undefined {
    for (const one of commands) {
      const read = [...one.args.map(pathText), ...redirectTargets(one, '<')];
      // What was compared with a hash in front of this command is no download any more.
      if (read.some((path) => this.#files.has(path) && !this.#isTaken(path, one))) continue;
      const found = carriedFrom(one, this.#files);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function isInterpreter(name: string): boolean {
  return SHELLS.has(name) || INTERPRETER.test(name);
}

/**
 * Returns whether a here-document or a string for the input of an interpreter has commands from a
 * value: `$(…)`, `$V`.
 */
function beginsInput(text: string): boolean {
  if (!text.startsWith('<<')) return true;
  if (text.startsWith('<<<')) return /^<<<["']?\s*(?:\$|`|<\()/u.test(text);
  return /^(?:<<-?)?\s*(?:\$\(|`|<\(|"?\$\{?\w+\}?"?\s*$)/mu.test(text);
}

const INPUT_WORDS: ReadonlySet<string> = new Set([
  '-',
  '-s',
  '/dev/stdin',
  '/dev/fd/0',
  '/proc/self/fd/0',
]);

/** Returns whether an interpreter runs what it reads from its input. */
function readsInput(command: RunCommand): boolean {
  const { name = '' } = command;
  const words = interpreterWords(command).map(({ value, text }) => value ?? text);
  if (words.some((word) => INPUT_WORDS.has(word))) return true;
  const option = PROGRAM_OPTION.find(([programs]) => programs.test(name))?.[1];
  if (option !== undefined && words.some((word) => option.test(word))) return false;
  if (name === '.' || name === 'source') return false;
  return words.every((word) => /^[-+]/u.test(word));
}

/** The words of an interpreter, without the names behind `-o` of shells, as in `-euo pipefail`. */
function interpreterWords({ name = '', args }: RunCommand): readonly Argument[] {
  if (!SHELLS.has(name)) return args;
  return args.filter((_, at) => {
    const before = args[at - 1]?.value ?? '';
    return !/^[-+][a-zA-Z]*[oO]$|^--(?:rcfile|init-file)$/u.test(before);
  });
}

/** Returns the file that an interpreter runs: its first argument that is no option. */
function firstWord(command: RunCommand): readonly Argument[] {
  const words = interpreterWords(command);
  const [first] = words.filter((word) => !/^[-+]/u.test(pathText(word)));
  return first === undefined ? [] : [first];
}
