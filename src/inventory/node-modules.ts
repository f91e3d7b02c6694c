/**
 * Finds installed Node packages as Node does.
 *
 * Source: Node.js documentation, "Modules: CommonJS modules", "Loading from node_modules folders": from the real
 * directory of the asking package upward, each directory that is not itself called `node_modules` is asked for
 * `node_modules/NAME`. The name is that of the directory, which need not be the name of the package in it (aliases).
 */

import { directoryOf } from '../base/artifact-path.ts';
import { appendTo } from '../base/maps.ts';
import type { PackageOccurrence } from '../model/package-occurrence.ts';
import type { PackageDraft } from './merge-packages.ts';

/** A package, and the places it was merged from. */
export interface MergedPackage {
  readonly pkg: PackageDraft;
  readonly claims: readonly PackageOccurrence[];
}

/** Follows symbolic links. Returns `undefined` after too many. */
export type ResolvePath = (path: string) => string | undefined;

const NODE_PACKAGE = 'npm/node-package';
const MANIFEST = '/package.json';
const NODE_MODULES = '/node_modules';
/** A deeper place asks this many directories upward; the deepest real trees have some thirty. */
const MAX_STEPS = 200;
const NONE: readonly never[] = [];

/** The directories of the installed Node packages of an inventory. */
export class NodeModules {
  readonly #byDirectory = new Map<string, PackageDraft[]>();
  readonly #resolvePath: ResolvePath;
  /** What a directory of that name in `node_modules` holds, links followed. */
  readonly #found = new Map<string, readonly PackageDraft[]>();

  constructor(merged: readonly MergedPackage[], resolvePath: ResolvePath) {
    this.#resolvePath = resolvePath;
    for (const { pkg, claims } of merged) {
      for (const claim of claims) {
        if (!this.has(claim)) continue;
        const directory = packageDirectory(claim);
        appendTo(this.#byDirectory, directory, pkg);
      }
    }
  }

  /** Whether the place is one of an installed Node package. */
  has(claim: PackageOccurrence): boolean {
    return claim.foundBy === NODE_PACKAGE && claim.presence === 'installed';
  }

  /** The package that `require(name)` in the directory of the place loads. Empty where there is none. */
  find(name: string, claim: PackageOccurrence): readonly PackageDraft[] {
    let directory = packageDirectory(claim);
    for (let step = 0; step < MAX_STEPS; step += 1) {
      if (!directory.endsWith(NODE_MODULES)) {
        const found = this.#at(`${directory}${NODE_MODULES}/${name}`);
        if (found.length > 0) return found;
      }
      if (directory === '') return NONE;
      directory = directoryOf(directory);
    }
    return NONE;
  }

  #at(path: string): readonly PackageDraft[] {
    const known = this.#byDirectory.get(path) ?? this.#found.get(path);
    if (known !== undefined) return known;
    const real = this.#resolvePath(path);
    const found = (real === undefined ? undefined : this.#byDirectory.get(real)) ?? NONE;
    this.#found.set(path, found);
    return found;
  }
}

function packageDirectory({ location }: PackageOccurrence): string {
  return location.path.slice(0, -MANIFEST.length);
}
