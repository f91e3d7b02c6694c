/**
 * Finds installed Node packages as Node does.
 *
 * Source: Node.js documentation, "Modules: CommonJS modules", "Loading from node_modules folders":
 * from the real directory of the asking package upward, each directory that is not itself called
 * `node_modules` is asked for `node_modules/NAME`. The name is that of the directory, which need
 * not be the name of the package in it (aliases).
 */

import { directoryOf } from '../../core/base/artifact-path.ts';
import { appendTo } from '../../core/base/maps.ts';
import type { PackageOccurrence } from '../../core/model/package/package-occurrence.ts';
import type { PackageDraft } from './merge-packages.ts';

/** An installed Node package, and a `package.json` that it was read from. */
export interface InstalledNodePackage {
  readonly pkg: PackageDraft;
  readonly claim: PackageOccurrence;
}

/** Follows symbolic links. Returns `undefined` after too many. */
export type ResolvePath = (path: string) => string | undefined;

const MANIFEST = '/package.json';
const NODE_MODULES = '/node_modules';
/** A deeper place asks this many directories upward; the deepest real trees have some thirty. */
const MAX_STEPS = 200;
const NONE: readonly never[] = [];

/** The directories of the installed Node packages of an inventory. */
export class NodeModules {
  readonly #byDirectory = new Map<string, PackageDraft[]>();
  readonly #resolvePath: ResolvePath;
  /** Packages by a directory in `node_modules`, with links followed. */
  readonly #found = new Map<string, readonly PackageDraft[]>();

  constructor(installed: readonly InstalledNodePackage[], resolvePath: ResolvePath) {
    this.#resolvePath = resolvePath;
    for (const { pkg, claim } of installed) {
      appendTo(this.#byDirectory, packageDirectory(claim), pkg);
    }
  }

  /**
   * Returns the package that `require(name)` loads in the directory of a package. Empty when there
   * is none.
   */
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
