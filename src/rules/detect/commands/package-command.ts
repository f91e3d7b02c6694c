/**
 * What a command does with packages: it installs, runs or publishes them. Programs that start
 * others, as `npx`, `uv run` and `bundle exec`, are looked through. All rules read this one model.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import {
  PROGRAMS,
  type CommandEntry,
  type PackageAct,
  type ProgramTable,
} from './program-tables.ts';

/** A word of a command. */
export interface CommandWord {
  /** As it is written. */
  readonly text: string;
  /** Absent where the file does not decide it. */
  readonly value: string | undefined;
}

/** An option with its value. */
export interface CommandOption {
  readonly name: string;
  readonly value: string | undefined;
}

/** A command that does something with packages. */
export interface PackageCommand<W extends CommandWord = CommandWord> {
  /** The name by which rules know the program: `pip` for `pip3`. */
  readonly program: string;
  /** The subcommands, as they are written. */
  readonly path: readonly string[];
  readonly act: PackageAct;
  /** Words that are neither options nor their values. */
  readonly operands: readonly W[];
  readonly options: readonly CommandOption[];
  /** Whether an option keeps the command from changing anything, or shows a help page. */
  readonly isDry: boolean;
}

/** Commands in each other; real ones are two or three. */
const MAX_DEPTH = 8;

/** Returns what a command and those that it starts do with packages, the outer one first. */
export function packageCommands<W extends CommandWord>(
  name: string | undefined,
  args: readonly W[],
  depth = 0,
): readonly PackageCommand<W>[] {
  if (name === undefined || depth > MAX_DEPTH) return [];
  const known = programOf(name, args);
  if (known === undefined) return [];
  const { table, rest } = known;
  const found: PackageCommand<W>[] = [];
  const use = readCommand(table, rest);
  if (use.command !== undefined) found.push(use.command);
  if (use.launched !== undefined) {
    const [first, ...others] = use.launched;
    found.push(...packageCommands(launchedName(first), others, depth + 1));
  }
  return found;
}

/** `npm@latest` is `npm`, `twine==6.0` is `twine`. */
function launchedName(word: CommandWord | undefined): string | undefined {
  return word?.value?.replace(/(?!^)(?:@|[=<>~!]=).*$/u, '');
}

/** Returns the table of a program with the words behind its name. */
function programOf<W extends CommandWord>(
  name: string,
  args: readonly W[],
): { readonly table: ProgramTable; readonly rest: readonly W[] } | undefined {
  const plain = baseName(name.replaceAll('\\', '/'))
    .replace(/\.(?:exe|cmd|bat|ps1)$/iu, '')
    .toLowerCase();
  if (/^(?:python|pypy)[\d.]*$|^py$/u.test(plain)) {
    const at = args.findIndex(({ value }) => value === '-m');
    const module = at < 0 ? undefined : args[at + 1]?.value;
    const table = module === undefined ? undefined : PROGRAMS.get(module);
    return table && { table, rest: args.slice(at + 2) };
  }
  if (/^pip[\d.]+$/u.test(plain)) {
    const table = PROGRAMS.get('pip');
    return table && { table, rest: args };
  }
  const table = PROGRAMS.get(plain);
  const isToolchain = plain === 'cargo' && args[0]?.value?.startsWith('+') === true;
  return table && { table, rest: isToolchain ? args.slice(1) : args };
}

interface Reading<W extends CommandWord> {
  readonly command?: PackageCommand<W>;
  /** The words of a program that the command starts. */
  readonly launched?: readonly W[];
}

/** Reads options and subcommands until the operands. */
function readCommand<W extends CommandWord>(table: ProgramTable, words: readonly W[]): Reading<W> {
  const options: CommandOption[] = [];
  const values = new Set(table.values);
  const path: string[] = [];
  let entry: CommandEntry = table;
  let rest = words;
  for (;;) {
    for (const one of entry.values ?? []) values.add(one);
    const behind = skipOptions(rest, values, options);
    const [first] = behind;
    const next = first?.value === undefined ? undefined : commandIn(entry, table, first.value);
    if (next === undefined) {
      rest = behind;
      break;
    }
    path.push(first?.value ?? '');
    entry = next;
    rest = behind.slice(1 + (entry.skips ?? 0));
    // Behind a workspace a command of the program itself follows.
    if (entry.skips !== undefined) entry = { ...entry, commands: table.commands ?? {} };
  }
  const { operands, launched } = operandsOf(rest, values, options, entry);
  if (entry.act === undefined) return entry.isLauncher === true ? { launched } : {};
  const isDry = options.some((option) => isDryOption(option, entry, table));
  const command = { program: table.program, path, act: entry.act, operands, options, isDry };
  return { command, ...(entry.isLauncher === true && { launched }) };
}

function commandIn(
  entry: CommandEntry,
  table: ProgramTable,
  word: string,
): CommandEntry | undefined {
  const { commands } = entry;
  if (commands === undefined) return undefined;
  if (Object.hasOwn(commands, word)) return commands[word];
  if (entry !== table || table.abbreviated === undefined || word.length < 2) return undefined;
  const names = table.abbreviated.filter((name) => name.startsWith(word));
  const [only] = names;
  return names.length === 1 && only !== undefined ? commands[only] : undefined;
}

/** Takes the options at the begin of words. Returns the words behind them. */
function skipOptions<W extends CommandWord>(
  words: readonly W[],
  values: ReadonlySet<string>,
  options: CommandOption[],
): readonly W[] {
  let at = 0;
  while (at < words.length) {
    const text = textOf(words[at]);
    if (!isOption(text)) break;
    at += takeOption(words, at, values, options);
  }
  return words.slice(at);
}

function isOption(text: string): boolean {
  return /^-./u.test(text) && text !== '--';
}

function textOf(word: CommandWord | undefined): string {
  return word === undefined ? '' : (word.value ?? word.text.replaceAll(/^["']|["']$/gu, ''));
}

/** Adds an option, and returns how many words it has. */
function takeOption(
  words: readonly CommandWord[],
  at: number,
  values: ReadonlySet<string>,
  options: CommandOption[],
): number {
  const text = textOf(words[at]);
  const known = values.has(text) || values.has(text.toLowerCase());
  const equals = known ? -1 : text.indexOf('=');
  if (equals >= 0) {
    options.push({ name: text.slice(0, equals), value: text.slice(equals + 1) });
    return 1;
  }
  const next = at + 1 < words.length ? textOf(words[at + 1]) : undefined;
  const isSwitch = text.startsWith('--') && (next === 'true' || next === 'false');
  if ((known || isSwitch) && next !== undefined) {
    options.push({ name: text, value: next });
    return 2;
  }
  const short = /^-[a-zA-Z](?!$)/u.exec(text)?.[0];
  if (short !== undefined && values.has(short)) {
    options.push({ name: short, value: text.slice(2) });
    return 1;
  }
  options.push({ name: text, value: undefined });
  return 1;
}

/** Words behind the subcommand. A launcher leaves all behind its first operand to the program. */
function operandsOf<W extends CommandWord>(
  words: readonly W[],
  values: ReadonlySet<string>,
  options: CommandOption[],
  { isLauncher = false, act, endsAtDashes = false }: CommandEntry,
): { readonly operands: readonly W[]; readonly launched: readonly W[] } {
  const operands: W[] = [];
  let isOnlyOperands = false;
  for (let at = 0; at < words.length;) {
    const word = words[at];
    const text = textOf(word);
    if (text === '--' && endsAtDashes) break;
    if (text === '--' && !isOnlyOperands) {
      isOnlyOperands = true;
      at += 1;
    } else if (!isOnlyOperands && isOption(text)) {
      at += takeOption(words, at, values, options);
    } else {
      if (isLauncher || act === 'execute') {
        const launched = words.slice(at);
        return { operands: launched.slice(0, 1), launched };
      }
      if (word !== undefined) operands.push(word);
      at += 1;
    }
  }
  return { operands, launched: [] };
}

function isDryOption(
  { name, value }: CommandOption,
  entry: CommandEntry,
  table: ProgramTable,
): boolean {
  if (value === 'false') return false;
  if (name === '--help' || (name === '-h' && table.program !== 'gem')) return true;
  const dry = entry.dry ?? [];
  if (dry.includes(name) || dry.includes(`${name}=${value ?? ''}`)) return true;
  // Switches of one letter may be joined, as in `-vn`.
  return (
    /^-[a-zA-Z]{2,}$/u.test(name) &&
    table.program === 'cargo' &&
    dry.some((one) => /^-[a-z]$/u.test(one) && name.includes(one.charAt(1)))
  );
}
