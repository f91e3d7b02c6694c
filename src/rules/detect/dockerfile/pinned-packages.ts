/**
 * Whether a package that is installed has a version. Sources: the manuals of the package managers.
 */

import type { Argument } from '../commands/commands.ts';
import { hasOption, type InstallCommand } from './install-commands.ts';
import type { ManagerName } from './package-managers.ts';

type Test = (name: string, command: InstallCommand) => boolean;

const FILE = /^(?:(?:\.{0,2}|~)\/|[a-z][a-z+]*:\/\/)|^\.{1,2}$/iu;

/** Tests for a version in a package name, or for a thing that has one. */
const PINNED: Readonly<Record<ManagerName, Test>> = {
  apt: (name) =>
    /=/u.test(name) ||
    /^[^=]+\/[^/]/u.test(name) ||
    name.endsWith('.deb') ||
    /^(?:\.|\/)/u.test(name) ||
    (/[-+]$/u.test(name) && !/\+\+$/u.test(name)),
  apk: (name) => /[=<>~]/u.test(name) || name.startsWith('.') || name.endsWith('.apk'),
  yum: (name, command) => isRpmPinned(name, command),
  dnf: (name, command) => isRpmPinned(name, command),
  zypper: (name) => /[=<>~]/u.test(name) || name.endsWith('.rpm') || FILE.test(name),
  pip: (name, command) => isPipPinned(name, command),
  pipx: (name, command) => isPipPinned(name, command),
  npm: (name) => isNpmPinned(name),
  gem: (name, { options }) =>
    /:\d/u.test(name) ||
    name.endsWith('.gem') ||
    options.some((one) => one.name === '-v' || one.name === '--version' || /^-v\S/u.test(one.name)),
  go: (name) =>
    FILE.test(name) ||
    /\.go$/u.test(name) ||
    (/@./u.test(name) && !/@(?:latest|upgrade|patch|none|main|master)$/u.test(name)),
  cargo: (name, command) =>
    name.includes('@') || hasOption(command, '--version', '--vers', '--path', '--rev', '--locked'),
  yarn: (name) => isNpmPinned(name),
};

/**
 * Returns whether a package is pinned. One whose name the file does not decide counts as pinned:
 * nothing is known of it.
 */
export function isPinned({ value, text }: Argument, command: InstallCommand): boolean {
  const name = value ?? text.replaceAll(/["']/gu, '');
  if (value === undefined && /^\$/u.test(name)) return true;
  return PINNED[command.manager](name, command);
}

/**
 * A name and a version are joined by a hyphen, and versions have a digit behind it; modules have a
 * stream.
 */
function isRpmPinned(name: string, { isModule }: InstallCommand): boolean {
  if (isModule) return /:./u.test(name);
  return (
    /-\d/u.test(name) ||
    /^[^:]+:[\w.]+/u.test(name) ||
    /[=<>]/u.test(name) ||
    name.endsWith('.rpm') ||
    FILE.test(name) ||
    name.startsWith('@')
  );
}

function isPipPinned(name: string, command: InstallCommand): boolean {
  const ofFile = hasOption(
    command,
    '-r',
    '--requirement',
    '-c',
    '--constraint',
    '-e',
    '--editable',
  );
  if (ofFile && command.options.some((one) => one.name === '-c' || one.name === '--constraint'))
    return true;
  if (FILE.test(name) || /^\.(?:\[.*\])?$/u.test(name) || name.includes('/'))
    return !/^git\+/u.test(name) || /@[^@/]+$/u.test(name);
  if (/\.(?:whl|tar\.gz|zip)$/u.test(name)) return true;
  return /[=<>~!]=|[<>]|@/u.test(name);
}

/** Addresses and folders are pinned by what they name; a repository needs a commit or tag. */
function isNpmPinned(name: string): boolean {
  if (/^(?:git\+|git:|github:|gitlab:|bitbucket:|ssh:)/u.test(name) || /\.git$/u.test(name))
    return name.includes('#');
  if (FILE.test(name) || /\.(?:tgz|tar\.gz|tar)$/u.test(name) || name.startsWith('file:'))
    return true;
  if (/^[^@/]+\/[^/]+$/u.test(name)) return name.includes('#');
  const version = /^(?:@[^/]+\/)?[^@]+@(?<version>.+)$/u.exec(name)?.groups?.['version'];
  return version !== undefined && !/^(?:latest|next|\*|x)$/u.test(version);
}
