/** Facts about the files of `unread-names.ts`. */

import { baseName } from '../../../core/base/artifact-path.ts';
import type { UNREAD_ENDINGS, UNREAD_NAMES } from '../unread-names.ts';

/** A lockfile or manifest that is not read, for people. */
interface UnreadLockfile {
  /** The tool that writes it. */
  readonly tool: string;
  /** Instructions for a file that is read; absent if there is none. */
  readonly cure?: string;
  /** Text of a file that names a dependency. Absent: every such file does. */
  readonly requests?: RegExp;
}

const GO_MODULES = 'go mod init takes over what it pins, and go.sum is read';

/**
 * Tools that write the files, by name.
 *
 * Source: the documentation of each tool: Bun, "Lockfile"; Bower, "bower.json specification";
 * rules_jvm_external, "Pinning artifacts"; Elm, "docs/elm.json"; Carthage, "Artifacts"; Zig,
 * "build.zig.zon"; Pixi, "Lock file"; conda-lock; dep, "Gopkg.lock"; Glide; godep; govendor;
 * Packrat; LibMan, "libman.json"; zc.buildout; Crystal, "shard.yml"; DUB, "Package format";
 * cpanfile.
 */
const LOCKFILES: Readonly<Record<(typeof UNREAD_NAMES)[number], UnreadLockfile>> = {
  'bun.lockb': {
    tool: 'Bun',
    cure: 'bun install --save-text-lockfile --frozen-lockfile --lockfile-only writes bun.lock, which is read',
  },
  'bower.json': {
    tool: 'Bower',
    cure: 'package.json with its lockfile is read',
    requests: /"dependencies"\s{0,50}:\s{0,50}\{\s{0,50}"/,
  },
  'maven_install.json': {
    tool: 'Bazel',
    cure: 'scan the archives that the build has left',
    requests: /"artifacts"/,
  },
  'pixi.lock': {
    tool: 'Pixi',
    cure: 'scan the environment, or write pyproject.toml with a lockfile',
    requests: /^- (?:conda|pypi|kind):/m,
  },
  'conda-lock.yml': {
    tool: 'conda-lock',
    cure: 'scan the environment',
    requests: /^\s{0,10}- name:/m,
  },
  'Gopkg.lock': { tool: 'dep', cure: GO_MODULES, requests: /^\[\[projects\]\]/m },
  'glide.lock': { tool: 'Glide', cure: GO_MODULES, requests: /^- name:/m },
  'Godeps.json': {
    tool: 'godep',
    cure: GO_MODULES,
    requests: /"ImportPath"[^]{1,9999}"ImportPath"/,
  },
  'packrat.lock': {
    tool: 'Packrat',
    cure: 'renv::migrate() writes renv.lock, which is read',
    requests: /^Package:/m,
  },
  'libman.json': {
    tool: 'LibMan',
    cure: 'package.json with its lockfile is read',
    requests: /"library"\s{0,50}:/,
  },
  'buildout.cfg': {
    tool: 'Buildout',
    cure: 'a requirements file is read',
    requests: /^\s{0,20}eggs\s{0,20}\+?=/m,
  },
  'shard.lock': { tool: 'Crystal', requests: /^ {2}[\w-]+:/m },
  'shard.yml': { tool: 'Crystal', requests: /^dependencies:\s{0,50}\n\s+\S/m },
  'dub.selections.json': { tool: 'DUB', requests: /"versions"\s{0,50}:\s{0,50}\{\s{0,50}"/ },
  'dub.json': { tool: 'DUB', requests: /"dependencies"\s{0,50}:\s{0,50}\{\s{0,50}"/ },
  cpanfile: { tool: 'CPAN', requests: /^\s{0,50}requires\b/m },
  Cartfile: { tool: 'Carthage', requests: /^(?:github|git|binary) /m },
  'elm.json': { tool: 'Elm', requests: /"direct"\s{0,50}:\s{0,50}\{\s{0,50}"/ },
  'Cartfile.resolved': { tool: 'Carthage', requests: /^(?:github|git|binary) /m },
  'build.zig.zon': { tool: 'Zig', requests: /\.dependencies\s{0,50}=\s{0,50}\.\{\s{0,50}\.[\w@]/ },
};

/**
 * The same for files that only their endings name. Source: LuaRocks, "Rockspec format"; Nimble; the
 * opam manual, "opam files".
 */
const SUFFIXES: Readonly<Record<(typeof UNREAD_ENDINGS)[number], UnreadLockfile>> = {
  '.rockspec': {
    tool: 'LuaRocks',
    requests:
      /^\s{0,20}dependencies\s{0,20}=\s{0,20}\{(?:\s{0,50}["']lua\b[^"'\n]{0,50}["']\s{0,5},?){0,3}\s{0,50}["'](?!lua[\s"'<>=~])/m,
  },
  '.nimble': {
    tool: 'Nimble',
    requests:
      /^\s{0,20}requires\b[ (]{0,5}(?:"nim\b[^"\n]{0,50}"\s{0,5},?\s{0,50}){0,3}"(?!nim[\s"<>=])/m,
  },
  '.opam': {
    tool: 'opam',
    requests:
      /^depends:\s{0,20}\[(?:\s{0,50}"(?:ocaml|dune)"\s{0,5}(?:\{[^}]{0,200}\})?){0,4}\s{0,50}"(?!(?:ocaml|dune)")/m,
  },
};

const BY_NAME: ReadonlyMap<string, UnreadLockfile> = new Map(Object.entries(LOCKFILES));
const BY_ENDING: ReadonlyMap<string, UnreadLockfile> = new Map(Object.entries(SUFFIXES));

/** Returns what a file of a path is; `undefined` where it is none of these. */
export function unreadLockfileAt(path: string): UnreadLockfile | undefined {
  const name = baseName(path);
  const ending = name.slice(name.lastIndexOf('.'));
  return BY_NAME.get(name) ?? BY_ENDING.get(ending);
}
