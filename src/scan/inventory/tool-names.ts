/**
 * Names of the executables that count as tools. A name may be followed by a version, as in
 * `python3.13`, and the name of a compiler may follow that of its target, as in
 * `x86_64-linux-gnu-gcc-14`.
 */

import type { ToolKind } from '../../core/model/artifact/contents.ts';

/** A tool by its plain name. */
export interface NamedTool {
  readonly kind: ToolKind;
  readonly name: string;
  /** The version in the file name, where it is one of the tool. */
  readonly version?: string;
}

/** Kinds of tools that are programs. */
export type ProgramKind = Exclude<ToolKind, 'libc'>;

/** Plain names by kind. */
export const TOOL_NAMES: Readonly<Record<ProgramKind, readonly string[]>> = {
  shells: [
    ...['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'ksh93', 'mksh', 'lksh', 'oksh', 'pdksh'],
    ...['posh', 'yash', 'sash', 'fish', 'csh', 'tcsh', 'elvish', 'xonsh', 'pwsh'],
    ...['busybox', 'toybox'],
  ],
  packageManagers: [
    ...['apt', 'dpkg', 'apk', 'rpm', 'dnf', 'dnf5', 'microdnf', 'tdnf', 'yum', 'zypper', 'pacman'],
    ...['opkg', 'emerge', 'xbps', 'swupd', 'snap', 'flatpak', 'nix', 'guix', 'brew'],
    ...['pip', 'pipx', 'pipenv', 'uv', 'poetry', 'pdm', 'conda', 'mamba', 'micromamba'],
    ...['npm', 'yarn', 'pnpm', 'corepack', 'gem', 'bundler', 'composer', 'cargo', 'luarocks'],
    ...['cpan', 'cpanm', 'mvn', 'gradle', 'nuget'],
  ],
  interpreters: [
    ...['python', 'pypy', 'micropython', 'perl', 'ruby', 'jruby', 'node', 'deno', 'bun', 'php'],
    ...['lua', 'luajit', 'tclsh', 'java', 'dotnet', 'mono', 'R', 'julia', 'erl', 'elixir'],
    ...['guile', 'racket', 'gjs', 'qjs', 'groovy', 'octave', 'expect'],
  ],
  compilers: [
    ...['gcc', 'g++', 'gfortran', 'gnat', 'gdc', 'gccgo', 'clang', 'clang++', 'tcc', 'cc', 'c++'],
    ...['go', 'rustc', 'javac', 'kotlinc', 'scalac', 'ghc', 'ocamlc', 'ocamlopt', 'swiftc'],
    ...['zig', 'nim', 'crystal', 'dmd', 'ldc2', 'fpc'],
  ],
};

/** Other names of the same tools. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['apt-get', 'apt'],
  ['xbps-install', 'xbps'],
  ['nix-env', 'nix'],
  ['bundle', 'bundler'],
  ['yarnpkg', 'yarn'],
  ['nodejs', 'node'],
  ['php-cli', 'php'],
  ['Rscript', 'R'],
  ['rbash', 'bash'],
  ['bash-static', 'bash'],
  ['zsh-static', 'zsh'],
  ['mksh-static', 'mksh'],
]);

const KINDS: ReadonlyMap<string, ProgramKind> = new Map(
  (Object.keys(TOOL_NAMES) as ProgramKind[]).flatMap((kind) =>
    TOOL_NAMES[kind].map((name) => [name, kind] as const),
  ),
);

/**
 * Kinds whose file names carry a version of the tool. The number of `pip3.13` is that of its
 * interpreter.
 */
const VERSIONED: ReadonlySet<ToolKind> = new Set(['interpreters', 'compilers']);

const WITH_VERSION = /^(?<plain>[A-Za-z][A-Za-z+-]*?)-?(?<version>\d+(?:\.\d+)*)$/;
const WITH_TARGET =
  /^[a-z0-9_]+(?:-[a-z0-9_]+){1,3}-(?<compiler>(?:gcc|g\+\+|gfortran|gnat|gdc|gccgo|clang|clang\+\+|cc|c\+\+)(?:-\d+(?:\.\d+)*)?)$/;

/** Dynamic loaders of C libraries, which every dynamically linked program names. */
const LOADERS: readonly (readonly [name: string, form: RegExp])[] = [
  ['glibc', /^ld(?:-linux(?:-[\w-]+)?|64)?\.so\.\d+$/],
  ['musl', /^ld-musl-[\w-]+\.so\.\d+$/],
  ['uclibc', /^ld(?:64)?-uClibc(?:-[\d.]+)?\.so(?:\.\d+)?$/],
];

/** Returns the tool that an executable of this base name is; `undefined` for all others. */
export function toolNamed(base: string): NamedTool | undefined {
  const exact = programNamed(base);
  if (exact !== undefined) return exact;
  if (base.startsWith('ld')) {
    const loader = LOADERS.find(([, form]) => form.test(base));
    if (loader !== undefined) return { kind: 'libc', name: loader[0] };
  }
  const bare = base.includes('-') ? (WITH_TARGET.exec(base)?.groups?.['compiler'] ?? base) : base;
  const { plain, version } = WITH_VERSION.exec(bare)?.groups ?? {};
  const found = programNamed(plain ?? bare);
  if (found === undefined || version === undefined) return found;
  return VERSIONED.has(found.kind) ? { ...found, version } : found;
}

function programNamed(base: string): NamedTool | undefined {
  const name = OTHER_NAMES.get(base) ?? base;
  const kind = KINDS.get(name);
  return kind && { kind, name };
}
