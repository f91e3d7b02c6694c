/**
 * From arguments to flag values. commander reads the arguments; around it lie the habits of trivy's
 * users that it does not know (`-f=json`, `--quiet=false`, flags before the command), and the
 * environment.
 */

import { type Command, CommanderError, Option } from 'commander';

import { AssayError } from '../../../core/base/errors.ts';
import type { Flag } from '../../config/flag.ts';
import { counterpartOf } from './grype-flags.ts';
import type { Setting } from '../../config/settings.ts';

/** A parsed command line. */
export interface ParsedArguments {
  readonly args: readonly string[];
  /** The arguments behind `--`, if they are a command line of their own. */
  readonly guarded?: readonly string[];
  /** From the command line and the environment. */
  readonly settings: ReadonlyMap<string, Setting>;
}

/** Text of `--help`, thrown through commander's exit. */
export class HelpRequest extends Error {
  override readonly name = 'HelpRequest';
}

/** The arguments of a command. */
export interface ArgumentForm {
  readonly command: Command;
  readonly flags: readonly Flag[];
  /** Flags that help leaves out. */
  readonly isUnlisted?: (flag: Flag) => boolean;
  /** See {@link CommandModule.takesCommand}. */
  readonly takesCommand?: boolean;
}

/**
 * Parses the arguments of a command, and adds values from the environment.
 *
 * @throws AssayError `USAGE` for an unknown flag, a missing or a malformed value.
 */
export function parseArguments(
  { command, flags, isUnlisted, takesCommand = false }: ArgumentForm,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ParsedArguments {
  const { rest, switchedOff, end } = rewriteArguments(args, flags);
  for (const flag of mentionedFlags(rest, flags))
    addOptions(command, flag, isUnlisted?.(flag) === true);
  const guarded = takesCommand && end !== undefined ? args.slice(end + 1) : undefined;
  runCommander(
    command,
    guarded === undefined && end !== undefined ? [...rest, ...args.slice(end)] : rest,
  );

  const settings = new Map<string, Setting>();
  for (const flag of flags) {
    const setting = settingOf(flag, givenValues(command, flag), switchedOff.has(flag.name), env);
    if (setting !== undefined) settings.set(flag.name, setting);
  }
  const positional = command.args.map((arg) => (arg.startsWith(MARK) ? arg.slice(1) : arg));
  return { args: positional, ...(guarded !== undefined && { guarded }), settings };
}

function settingOf(
  flag: Flag,
  given: readonly string[],
  isSwitchedOff: boolean,
  env: Readonly<Record<string, string | undefined>>,
): Setting | undefined {
  if (given.length > 0 || isSwitchedOff) {
    return { values: given, from: 'flag', where: `--${flag.name}` };
  }
  const variable = findVariable(flag, env);
  if (variable === undefined) return undefined;
  return { values: variableValues(flag, variable), from: variable.from, where: variable.name };
}

/**
 * Matches the notation of standard input in trivy and tar: `-`, and images of an archive in it
 * `-:NAME` and `-@DIGEST`.
 */
const STANDARD_INPUT = /^-(?:[:@]|$)/u;

/** Returns whether an argument names standard input. The name of no flag begins like this. */
export function isStandardInput(arg: string): boolean {
  return STANDARD_INPUT.test(arg);
}

/**
 * Index of the first argument at or after `from` that is neither a flag nor a flag's value; -1
 * where there is none.
 */
export function firstPositional(
  args: readonly string[],
  from: number,
  flags: readonly Flag[],
): number {
  const arity = flagsByDash(flags);
  for (let index = from; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--') return -1;
    if (!arg.startsWith('-') || isStandardInput(arg)) return index;
    if (takesNextArgument(arity.get(arg))) index += 1;
  }
  return -1;
}

/** Keeps commander from taking an argument for a flag; no argument begins with it. */
const MARK = '\0';

const WITH_EQUALS = /^(?<name>-[a-zA-Z]|--[a-z][a-z-]*)=(?<value>.*)$/su;

/**
 * Turns habits that commander does not know into its own, flag by flag, up to `--`, which stands at
 * `end`.
 */
function rewriteArguments(
  args: readonly string[],
  flags: readonly Flag[],
): { rest: readonly string[]; switchedOff: ReadonlySet<string>; end?: number } {
  const byDash = flagsByDash(flags);
  const rest: string[] = [];
  const switchedOff = new Set<string>();
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--') return { rest, switchedOff, end: index };
    if (arg !== '-' && isStandardInput(arg)) {
      rest.push(`${MARK}${arg}`);
      continue;
    }
    const flag = byDash.get(arg);
    if (takesNextArgument(flag)) {
      refuseFlagAsValue(arg, args[index + 1] ?? '', byDash);
      rest.push(...args.slice(index, index + 2));
      index += 1;
    } else if (flag?.valueIfBare !== undefined) {
      rest.push(`${arg}=${flag.valueIfBare}`);
    } else {
      rest.push(...rewriteWithEquals(arg, byDash, switchedOff));
    }
  }
  return { rest, switchedOff };
}

/**
 * A value that was forgotten, or is an empty variable of a script, must not swallow the flag that
 * follows.
 */
function refuseFlagAsValue(name: string, value: string, byDash: ReadonlyMap<string, Flag>): void {
  if (!byDash.has(value)) return;
  throw new AssayError('USAGE', `${name} has no value: "${value}" follows it`, {
    hint: `Give it one. If "${value}" is the value: ${name}=${value}`,
  });
}

/**
 * `-f=json` as two arguments; `--quiet=true` as `--quiet`, and `--quiet=false` as nothing but a
 * note.
 */
function rewriteWithEquals(
  arg: string,
  byDash: ReadonlyMap<string, Flag>,
  switchedOff: Set<string>,
): readonly string[] {
  const { name, value } = WITH_EQUALS.exec(arg)?.groups ?? {};
  const flag = byDash.get(name ?? '');
  if (name === undefined || value === undefined || flag === undefined) return [arg];
  if (flag.value !== undefined) return name.startsWith('--') ? [arg] : [name, value];
  if (readSwitch(`--${flag.name}`, value)) return [name];
  switchedOff.add(flag.name);
  return [];
}

function flagsByDash(flags: readonly Flag[]): ReadonlyMap<string, Flag> {
  const byDash = new Map<string, Flag>();
  for (const flag of flags) {
    if (flag.short !== undefined) byDash.set(`-${flag.short}`, flag);
    for (const name of [flag.name, ...(flag.aliases ?? [])]) byDash.set(`--${name}`, flag);
  }
  return byDash;
}

/**
 * Returns the flags that commander has to know to read the arguments, since each costs time. If an
 * argument is not the plain name of a flag, as a mistyped one or `--help`, these are all flags.
 */
function mentionedFlags(args: readonly string[], flags: readonly Flag[]): Iterable<Flag> {
  const byDash = flagsByDash(flags);
  const mentioned = new Set<Flag>();
  for (const arg of args) {
    if (!arg.startsWith('-') || arg === '-') continue;
    const equals = arg.indexOf('=');
    const flag = byDash.get(equals === -1 ? arg : arg.slice(0, equals));
    if (flag === undefined) return flags;
    mentioned.add(flag);
  }
  return mentioned;
}

/** Returns whether the value of a flag is the next word; `undefined` stands for a word that is no flag. */
export function takesNextArgument(flag: Flag | undefined): boolean {
  return flag?.value !== undefined && flag.valueIfBare === undefined;
}

function addOptions(command: Command, flag: Flag, isUnlisted: boolean): void {
  for (const [index, name] of [flag.name, ...(flag.aliases ?? [])].entries()) {
    const short = index === 0 && flag.short !== undefined ? `-${flag.short}, ` : '';
    const option = new Option(`${short}--${name}${placeholder(flag)}`, flag.help);
    option.helpGroup(`${flag.group}:`);
    if (flag.value !== undefined) option.argParser(collect);
    if (index > 0 || flag.effect !== undefined || isUnlisted) option.hideHelp();
    command.addOption(option);
  }
}

function placeholder(flag: Flag): string {
  if (flag.value === undefined) return '';
  return flag.valueIfBare === undefined ? ` <${flag.value}>` : ` [=${flag.value}]`;
}

function collect(value: string, previous: unknown): readonly string[] {
  return Array.isArray(previous) ? [...(previous as string[]), value] : [value];
}

/** Most columns of help, and those of help that is written elsewhere than to a terminal. */
const HELP_WIDTH = 120;

function helpWidth(): number {
  const { isTTY, columns } = process.stdout;
  return isTTY ? Math.min(columns, HELP_WIDTH) : HELP_WIDTH;
}

function runCommander(command: Command, args: readonly string[]): void {
  let help = '';
  command
    .argument('[arguments...]')
    .addHelpOption(new Option('-h, --help', 'show this help').helpGroup('General:'))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => (help += text),
      writeErr: () => undefined,
      getOutHelpWidth: helpWidth,
    });
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') throw new HelpRequest(help, { cause: error });
    throw usageError(error, command);
  }
}

const COMMANDER_SUGGESTION = /\n\((?<suggestion>[^\n]*)\)$/u;

const UNKNOWN_OPTION = /^unknown option '(?<flag>--[a-z-]+)/u;

function usageError(error: CommanderError, command: Command): AssayError {
  const suggestion = COMMANDER_SUGGESTION.exec(error.message)?.groups?.['suggestion'];
  const message = error.message.replace(COMMANDER_SUGGESTION, '').replace(/^error: /u, '');
  const all = `All flags: ${command.name()} --help`;
  if (error.code === 'commander.optionMissingArgument') return missingValue(message, command, all);
  const replaced = counterpartOf(UNKNOWN_OPTION.exec(message)?.groups?.['flag'] ?? '');
  const name = /^--[a-z-]+/u.exec(replaced ?? '')?.[0];
  if (replaced !== undefined && (name === undefined || hasOption(command, name))) {
    const instead =
      name === undefined ? replaced.replace(/^nothing/u, 'Not needed') : `Use instead: ${replaced}`;
    return new AssayError('USAGE', message, { hint: `${instead}. ${all}` });
  }
  return new AssayError('USAGE', message, {
    hint: suggestion === undefined ? all : `${suggestion} ${all}`,
  });
}

function missingValue(message: string, command: Command, all: string): AssayError {
  const name = /--[a-z-]+/u.exec(message)?.[0] ?? '';
  const help = command.options.find(({ long }) => long === name)?.description ?? '';
  return new AssayError('USAGE', `${name} has no value`, { hint: `What it does: ${help}\n${all}` });
}

function hasOption(command: Command, name: string): boolean {
  return command.options.some(({ long }) => long === name);
}

function givenValues(command: Command, flag: Flag): readonly string[] {
  const values: string[] = [];
  for (const option of command.options) {
    const name = option.long?.slice(2) ?? '';
    if (name !== flag.name && !(flag.aliases ?? []).includes(name)) continue;
    const value: unknown = command.getOptionValue(option.attributeName());
    if (option.negate) {
      if (value === false) values.push('true');
    } else if (Array.isArray(value)) {
      values.push(...value.map(String));
    } else if (value === true) {
      values.push('true');
    }
  }
  return values;
}

interface Variable {
  readonly name: string;
  readonly value: string;
  readonly from: 'ASSAY' | 'TRIVY';
}

function findVariable(
  flag: Flag,
  env: Readonly<Record<string, string | undefined>>,
): Variable | undefined {
  if (flag.isTypedOnly === true) return undefined;
  for (const variable of variableNames(flag)) {
    const value = env[variable.name];
    if (value !== undefined && value !== '') return { ...variable, value };
  }
  return undefined;
}

/** Returns the environment variables of a flag, the strongest first. */
export function variableNames(flag: Flag): readonly Omit<Variable, 'value'>[] {
  return (['ASSAY', 'TRIVY'] as const).flatMap((from) =>
    [flag.name, ...(flag.aliases ?? [])].map((name) => ({
      name: `${from}_${name.toUpperCase().replaceAll('-', '_')}`,
      from,
    })),
  );
}

function variableValues(flag: Flag, variable: Variable): readonly string[] {
  const isSwitch = SWITCH_VALUES.has(variable.value.toLowerCase());
  if (flag.value === undefined || (flag.valueIfBare !== undefined && isSwitch)) {
    return readSwitch(variable.name, variable.value) ? [flag.valueIfBare ?? 'true'] : [];
  }
  return [variable.value];
}

/** The values that Go's `strconv.ParseBool` takes, as trivy's users know them. */
const SWITCH_VALUES = new Map([
  ['1', true],
  ['t', true],
  ['true', true],
  ['0', false],
  ['f', false],
  ['false', false],
]);

function readSwitch(name: string, value: string): boolean {
  const state = SWITCH_VALUES.get(value.toLowerCase());
  if (state !== undefined) return state;
  throw new AssayError('USAGE', `${name} is a switch and cannot be "${value}"`, {
    hint: 'Write true or false.',
  });
}
