/**
 * The tools of a merged root filesystem, found by the names of executables and of the symlinks that
 * lead to them. Programs count in directories from which commands are started: `bin`, `sbin` and
 * those of the image's `PATH`. Elsewhere, such as in `/etc/cron.daily`, scripts carry the names of
 * packages. C libraries count wherever their loader is.
 *
 * `docs/base-images.md` describes the rules.
 */

import { appendAll } from '../../core/base/append-all.ts';
import { baseName, splitPath } from '../../core/base/artifact-path.ts';
import { compareText } from '../../core/base/compare.ts';
import {
  isCommandDirectory,
  MAX_TOOL_PATHS,
  unusualCommandDirectories,
  type Contents,
  type Tool,
  type ToolKind,
} from '../../core/model/artifact/contents.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { VisibleLink } from '../../core/model/layer/rootfs-content.ts';
import type { RootfsFile, RootfsView } from '../../core/model/layer/rootfs-view.ts';
import { toolNamed, type NamedTool } from './tool-names.ts';

/** The input for finding the tools of a root filesystem. */
export interface ContentsInput {
  readonly root: Pick<RootfsView, 'runnable' | 'lookUp'>;
  /** All links of the root. */
  readonly links: readonly Pick<VisibleLink, 'path'>[];
  /** They give versions to programs at their paths, and to C libraries. */
  readonly packages: readonly Package[];
  /** Variables of the image's configuration, as `NAME=value`. */
  readonly environment: readonly string[];
  /** Sizes of the layers when unpacked. */
  readonly layerBytes: readonly number[];
}

/** Lists the tools of a root filesystem. */
export function findContents(input: ContentsInput): Contents {
  const tools = new ToolTable(input);
  for (const file of input.root.runnable(NO_NAME)) tools.add(file.path, file);
  for (const { path } of input.links) {
    if (toolNamed(baseName(path)) === undefined) continue;
    const file = input.root.lookUp(path, true);
    if (file.kind === 'file' && file.isExecutable) tools.add(path, file);
  }
  return {
    unpackedBytes: input.layerBytes.reduce((sum, bytes) => sum + bytes, 0),
    libc: tools.listed('libc').filter(({ name }) => name !== 'glibc' || tools.hasGlibc),
    shells: tools.listed('shells'),
    packageManagers: tools.listed('packageManagers'),
    interpreters: tools.listed('interpreters'),
    compilers: tools.listed('compilers'),
  };
}

/** Matches no base name, so that only executables are listed. */
const NO_NAME = /(?!)/g;

/** The library that the loader of glibc loads. Alpine's `gcompat` has the loader alone. */
const GLIBC_LIBRARY = /^libc(?:-2\.\d+\.so|\.so\.6(?:\.1)?)$/;

/** Packages of systems that contain a C library. */
const LIBC_PACKAGES: ReadonlyMap<string, string> = new Map([
  ['libc6', 'glibc'],
  ['libc6.1', 'glibc'],
  ['glibc', 'glibc'],
  ['musl', 'musl'],
  ['uclibc', 'uclibc'],
]);

/** Programs that contain many others. A hard link to one is this program, whatever its name. */
const MULTI_CALL: ReadonlySet<string> = new Set(['busybox', 'toybox']);

/** A program under its names. */
interface FoundTool {
  tool: NamedTool;
  readonly paths: Set<string>;
}

/** The tools that were found, each body once for each kind. */
class ToolTable {
  readonly #commandDirectories: ReadonlySet<string>;
  readonly #known: KnownVersions;
  /** By kind and number of the body. */
  readonly #found = new Map<string, FoundTool>();
  #hasGlibc = false;

  constructor({ packages, environment }: ContentsInput) {
    this.#commandDirectories = new Set(unusualCommandDirectories(environment));
    this.#known = versionsIn(packages);
  }

  /** Returns whether the library that belongs to the loader of glibc is there. */
  get hasGlibc(): boolean {
    return this.#hasGlibc;
  }

  /** Adds an executable under one of its paths, if it is a tool. */
  add(path: string, { path: storedPath, body }: RootfsFile): void {
    const [directory, base] = splitPath(path);
    if (base.startsWith('libc') && GLIBC_LIBRARY.test(base)) this.#hasGlibc = true;
    const own = toolNamed(base);
    if (own === undefined || !this.#isCommand(own, directory)) return;
    const tool = nameOfTarget(own, storedPath);
    const key = `${tool.kind} ${body}`;
    const known = this.#found.get(key);
    if (known === undefined) {
      this.#found.set(key, { tool, paths: new Set([storedPath]) });
      return;
    }
    known.tool = moreTelling(known.tool, tool);
    known.paths.add(storedPath);
  }

  /** Returns the tools of a kind, by name and version. */
  listed(kind: ToolKind): readonly Tool[] {
    const byName = new Map<string, Omit<Tool, 'paths'> & { readonly paths: string[] }>();
    for (const { tool, paths } of this.#found.values()) {
      if (tool.kind !== kind) continue;
      const { name } = tool;
      const version = this.#versionOf(tool, paths);
      const key = `${name} ${version ?? ''}`;
      const one = byName.get(key) ?? { name, ...(version !== undefined && { version }), paths: [] };
      byName.set(key, one);
      appendAll(one.paths, paths);
    }
    return [...byName.values()]
      .map((tool) => ({ ...tool, paths: tool.paths.sort(compareText).slice(0, MAX_TOOL_PATHS) }))
      .sort((a, b) => compareText(a.name, b.name) || compareText(a.version ?? '', b.version ?? ''));
  }

  #versionOf({ kind, name, version }: NamedTool, paths: Iterable<string>): string | undefined {
    if (kind === 'libc') return this.#known.libc.get(name);
    for (const path of paths) {
      const known = this.#known.programs.get(path);
      if (known !== undefined) return known;
    }
    return version;
  }

  #isCommand({ kind }: NamedTool, directory: string): boolean {
    return (
      kind === 'libc' || isCommandDirectory(directory) || this.#commandDirectories.has(directory)
    );
  }
}

/**
 * A link is the tool that it leads to, where that is one of the same kind: `/bin/sh` may be dash.
 */
function nameOfTarget(own: NamedTool, storedPath: string): NamedTool {
  const target = toolNamed(baseName(storedPath));
  return target?.kind === own.kind ? target : own;
}

/**
 * Returns one of two names of one body: that of a program with many names, else the one with the
 * longer version.
 */
function moreTelling(a: NamedTool, b: NamedTool): NamedTool {
  if (MULTI_CALL.has(a.name)) return a;
  if (MULTI_CALL.has(b.name)) return b;
  return (b.version ?? '').length > (a.version ?? '').length ? b : a;
}

/** Versions that packages give. */
interface KnownVersions {
  /** By path. */
  readonly programs: ReadonlyMap<string, string>;
  /** By the name of the C library. */
  readonly libc: ReadonlyMap<string, string>;
}

function versionsIn(packages: readonly Package[]): KnownVersions {
  const programs = new Map<string, string>();
  const libc = new Map<string, string>();
  for (const { ecosystem, name, version, locations } of packages) {
    const { kind } = ECOSYSTEMS[ecosystem];
    if (kind === 'binary') for (const { path } of locations) programs.set(path, version);
    const library = kind === 'os' ? LIBC_PACKAGES.get(name) : undefined;
    if (library !== undefined) libc.set(library, version);
  }
  return { programs, libc };
}
