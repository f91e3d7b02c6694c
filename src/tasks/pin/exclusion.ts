/**
 * `--exclude GLOB`: what is left out. A pattern matches the path of a file or directory, relative
 * to the target. With a kind in front, as in `action:acme/*`, it matches the name of references of
 * that kind.
 */

import { compileGlobs } from '../../core/base/glob.ts';
import type { ReferenceKind } from './finder.ts';
import { nameOf } from './reference-value.ts';

const BY_KIND = /^(?<kind>image|action|git-repository|requirement):(?<glob>.+)$/su;

/** The tests of all patterns. */
export interface Exclusion {
  isPathExcluded(path: string): boolean;
  isReferenceExcluded(kind: ReferenceKind, value: string): boolean;
}

/**
 * Reads the patterns of `--exclude`.
 * @throws AssayError `USAGE` for a pattern that cannot be used
 */
export function compileExclusion(patterns: readonly string[]): Exclusion {
  const paths: string[] = [];
  const globs = new Map<string, string[]>();
  for (const pattern of patterns) {
    const { kind, glob } = BY_KIND.exec(pattern)?.groups ?? {};
    if (kind === undefined || glob === undefined) paths.push(pattern);
    else globs.set(kind, [...(globs.get(kind) ?? []), glob]);
  }
  const isPathExcluded = compileGlobs(paths);
  const byKind = new Map([...globs].map(([kind, list]) => [kind, compileGlobs(list)]));
  return {
    isPathExcluded,
    isReferenceExcluded: (kind, value) => byKind.get(kind)?.(nameOf(kind, value)) === true,
  };
}
