/** Commands that install packages, and what they install. Sources: the manuals of the programs. */

import type { Argument, RunCommand } from '../commands/commands.ts';
import { packageCommands, type PackageCommand } from '../commands/package-command.ts';
import { MANAGERS, type ManagerName } from './package-managers.ts';

/** An installation. */
export interface InstallCommand {
  readonly manager: ManagerName;
  /** The program as it was named, as in `apt`. */
  readonly program: string;
  readonly command: RunCommand;
  readonly subcommand: string;
  readonly packages: readonly Argument[];
  /** A stream of modules, as in `dnf module install nodejs:22`. */
  readonly isModule: boolean;
  /** Options and their values as they are written, before and behind the subcommand. */
  readonly options: readonly Option[];
}

/** An option of a command. */
export interface Option {
  readonly name: string;
  readonly value: string | undefined;
}

/** A command of a package manager, whether it installs or not. */
export interface ManagerCommand extends InstallCommand {
  readonly isInstall: boolean;
}

/** Many rules ask about each command. */
const read = new WeakMap<RunCommand, { readonly known: ManagerCommand | undefined }>();

/** Reads a command of a package manager; `undefined` for other programs. */
export function managerCommand(command: RunCommand): ManagerCommand | undefined {
  let entry = read.get(command);
  if (entry === undefined) {
    entry = { known: readManagerCommand(command) };
    read.set(command, entry);
  }
  return entry.known;
}

function readManagerCommand(command: RunCommand): ManagerCommand | undefined {
  const { name, args } = pythonModule(command);
  const manager = name === undefined ? undefined : MANAGERS.get(name);
  if (name === undefined || manager === undefined) return undefined;
  const { plain, options } = splitOptions(args, new Set(manager.withValue));
  const shared = sharedCommand(manager.manager, name, command);
  if (shared !== undefined) return shared;
  const [first, second, ...rest] = plain;
  // dnf module install NAME
  const isModule = first?.value === 'module' && second !== undefined;
  const subcommand = (isModule ? second : first)?.value ?? '';
  const packages = isModule ? rest : plain.slice(1);
  const isRun = manager.manager === 'go' && subcommand === 'run';
  return {
    ...{ manager: manager.manager, program: name, command, subcommand, options },
    // The arguments of a program that is run are its own.
    packages: isRun || manager.manager === 'pipx' ? packages.slice(0, 1) : packages,
    isModule,
    isInstall: manager.installs.includes(subcommand),
  };
}

/** Reads a command by the table that pipelines read too. */
function sharedCommand(
  manager: ManagerName,
  program: string,
  command: RunCommand,
): ManagerCommand | undefined {
  if (!SHARED.has(manager)) return undefined;
  const shared = packageCommands(command.name, command.args).find(
    (one) => one.program === manager && one.act !== 'publish',
  );
  if (shared === undefined || !isTaken(manager, shared)) return undefined;
  return {
    ...{ manager, program, command, isModule: false },
    subcommand: shared.path.at(-1) ?? '',
    packages: shared.operands,
    options: shared.options,
    isInstall: !shared.isDry,
  };
}

/** Managers whose commands are those of `commands/program-tables.ts`. */
const SHARED: ReadonlySet<ManagerName> = new Set(['pip', 'pipx', 'npm', 'gem', 'go', 'cargo']);

/** Programs that are run are installed before, besides those of a project. */
function isTaken(manager: ManagerName, { act }: PackageCommand): boolean {
  return act === 'install' || manager === 'go' || manager === 'pipx';
}

/** Whether one of some options is given: `-y` is also found in `-qy`. */
export function hasOption(
  { options }: Pick<InstallCommand, 'options'>,
  ...names: readonly string[]
): boolean {
  return options.some(({ name }) =>
    names.some(
      (wanted) =>
        name === wanted ||
        (/^-\w$/u.test(wanted) && /^-[a-zA-Z]+$/u.test(name) && name.includes(wanted.charAt(1))),
    ),
  );
}

/**
 * Splits words into options and others. Behind `--` there are no options, and the words are for
 * another program.
 */
export function splitOptions(
  args: readonly Argument[],
  withValue: ReadonlySet<string>,
): { readonly plain: readonly Argument[]; readonly options: readonly Option[] } {
  const plain: Argument[] = [];
  const options: Option[] = [];
  let at = 0;
  for (let argument = args[0]; argument !== undefined; argument = args[(at += 1)]) {
    const text = wordOf(argument);
    if (text === '--') break;
    if (!/^-./u.test(text)) {
      plain.push(argument);
      continue;
    }
    const option = optionAt(text, args[at + 1], withValue);
    options.push(option);
    if (option.takesNext) at += 1;
  }
  return { plain, options };
}

function optionAt(
  text: string,
  next: Argument | undefined,
  withValue: ReadonlySet<string>,
): Option & { readonly takesNext: boolean } {
  const equals = withValue.has(text) ? -1 : text.indexOf('=');
  if (equals >= 0) {
    return { name: text.slice(0, equals), value: text.slice(equals + 1), takesNext: false };
  }
  // Options of other programs, which are passed on, have such values.
  const takesNext =
    withValue.has(text) || (text.startsWith('--') && /^(?:true|false)$/u.test(next?.value ?? ''));
  return {
    name: text,
    value: takesNext && next !== undefined ? wordOf(next) : undefined,
    takesNext,
  };
}

function wordOf({ value, text }: Argument): string {
  return value ?? text.replaceAll(/^["']|["']$/gu, '');
}

/** `python -m pip` is `pip`. */
function pythonModule({ name, args }: RunCommand): Pick<RunCommand, 'name' | 'args'> {
  if (name === undefined || !/^python[\d.]*$/u.test(name)) return { name, args };
  const at = args.findIndex(({ value }) => value === '-m');
  const module = at < 0 ? undefined : args[at + 1];
  return module === undefined ? { name, args } : { name: module.value, args: args.slice(at + 2) };
}
