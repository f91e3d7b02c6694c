/**
 * Whether the packages of a command are fixed with all their dependencies: by a lockfile, by hashes,
 * or because they are files of the job. A version alone fixes no dependencies, besides where a
 * package contains or names them all. Sources: as in `program-tables.ts`.
 */

import type { CommandOption, CommandWord, PackageCommand } from './package-command.ts';

/** Files and directories of the job, and the project itself. */
const LOCAL = /^(?:\.{1,2}(?:$|[/\\[])|\.\[|[/~]|[A-Za-z]:[/\\])/u;
const PYTHON_FILE = /\.(?:whl|tar\.gz|tar\.bz2|zip)$/u;

/** Returns the operands that name packages whose dependencies are chosen when the command runs. */
export function loosePackages<W extends CommandWord>(command: PackageCommand<W>): readonly W[] {
  const { program, operands, options, isDry } = command;
  if (isDry || LOCKED[program]?.(options) === true) return [];
  return operands.filter((one) => !isSwitches(one) && !isFixed(one, command));
}

/** Whether a word is a variable that holds options, as its name says: `$NPM_FLAGS`. */
function isSwitches({ text, value }: CommandWord): boolean {
  return value === undefined && /^\$\{?\w*(?:FLAGS?|OPTS?|OPTIONS?|ARGS?)\}?$/iu.test(text);
}

type Test = (options: readonly CommandOption[]) => boolean;

const has = (options: readonly CommandOption[], ...names: readonly string[]): boolean =>
  options.some(({ name, value }) => names.includes(name) && value !== 'false');

/** Options by which everything that a command installs is fixed. */
const LOCKED: Readonly<Record<string, Test>> = {
  npm: (options) => has(options, '--no', '--no-install', '--no-yes', '--offline'),
  pnpm: (options) => has(options, '--offline'),
  gem: (options) => has(options, '-g', '--file', '-l', '--local'),
  pip: (options) =>
    has(options, '--require-hashes', '--no-index', '-c', '--constraint', '--no-deps'),
  uv: (options) =>
    has(
      options,
      '--require-hashes',
      '--no-index',
      '-c',
      '--constraint',
      '--constraints',
      '--offline',
      '--no-deps',
    ),
  cargo: (options) => has(options, '--locked', '--frozen', '--path', '--offline'),
  dotnet: (options) =>
    options.some(({ name, value = '' }) => name === '--version' && !/[*[(]/u.test(value)),
};

function isFixed({ value }: CommandWord, { program, options, path }: PackageCommand): boolean {
  if (value === undefined) return false;
  switch (program) {
    case 'pip':
    case 'pipx':
    case 'uv':
      return isPythonFixed(value, path);
    case 'go':
      return isGoFixed(value);
    case 'cargo':
      return options.some(({ name }) => name === '--git') && has(options, '--rev', '--locked');
    case 'dotnet':
      return /@\d/u.test(value);
    default:
      return false;
  }
}

function isPythonFixed(value: string, path: readonly string[]): boolean {
  if (LOCAL.test(value) || PYTHON_FILE.test(value)) return true;
  // uvx --from runs a command; a path of the job is no package.
  return path.includes('run') && /^[\w.-]+\.py$/u.test(value);
}

/** A module with a version has the versions of all others in `go.mod`. */
function isGoFixed(value: string): boolean {
  const version = /@(?<version>.+)$/u.exec(value)?.groups?.['version'];
  if (version === undefined) return true;
  return /^v\d+\.\d+\.\d+|^[\da-f]{12,40}$/u.test(version);
}
