/**
 * The requirements files that belong together, because one includes another (`-r`) or names it as
 * constraints (`-c`).
 *
 * Files that include a file are looked for in its directory, the one above, and directories of both
 * that are named for requirements.
 */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { directoryOf, resolvePath } from '../../../../core/base/artifact-path.ts';
import { compareText } from '../../../../core/base/compare.ts';
import { appendTo } from '../../../../core/base/maps.ts';
import { exists, isMissing } from '../../../../core/base/exists.ts';
import { pathIn, readProjectFile, type ProjectFile } from '../../project-files.ts';
import { inclusionOf, readRequirementsText, requirementsRows } from './requirements-text.ts';

/** A requirements file. */
export interface RequirementsFile extends ProjectFile {
  readonly text: string;
  /** Paths that it includes or names as constraints, relative to the target. */
  readonly links: readonly { readonly path: string; readonly isConstraint: boolean }[];
}

/** Files that belong together. */
export interface RequirementsSet {
  /** By path. */
  readonly files: ReadonlyMap<string, RequirementsFile>;
  /**
   * Paths of the files that pip is given: no other file includes them. The first one names the
   * project.
   */
  readonly roots: readonly string[];
  /** Paths of files that are constraints alone. */
  readonly constraints: ReadonlySet<string>;
}

const NAMED = /(?:^|\/)[^/]*requirements[^/]*\/[^/]+\.txt$|requirements[^/]*\.txt$/u;
const PLAIN_PATH = /^[\w.@+][\w./@+-]*$/u;
/** More than any project has. */
const MAX_FILES = 200;

/**
 * Returns the files that belong to one of them. @throws AssayError `USAGE` for a file that cannot
 * be read
 */
export async function requirementsSet(root: string, path: string): Promise<RequirementsSet> {
  const all = new Map<string, RequirementsFile>();
  const queue = [path, ...(await candidates(root, directoryOf(path)))];
  for (const one of queue) {
    if (all.has(one) || all.size >= MAX_FILES || !(await exists(join(root, one)))) continue;
    const file = await readFile(root, one);
    all.set(one, file);
    for (const link of file.links) queue.push(link.path);
  }
  const neighbors = new Map<string, string[]>();
  for (const file of all.values()) {
    for (const link of file.links) {
      appendTo(neighbors, file.path, link.path);
      appendTo(neighbors, link.path, file.path);
    }
  }
  const members = new Set([path]);
  for (const one of members) for (const other of neighbors.get(one) ?? []) members.add(other);
  const files = new Map(
    [...all].filter(([one]) => members.has(one)).sort(([a], [b]) => compareText(a, b)),
  );
  const links = [...files.values()].flatMap((file) => file.links);
  const linked = new Set(links.map((link) => link.path));
  const included = new Set(links.filter((link) => !link.isConstraint).map((link) => link.path));
  const roots = [...files.keys()].filter(
    (one) => !linked.has(one) && (NAMED.test(one) || one === path),
  );
  return {
    files,
    // Files that include each other in a circle have no top.
    roots: roots.length > 0 ? roots : [[...files.keys()].find((one) => NAMED.test(one)) ?? path],
    constraints: new Set([...linked].filter((one) => !included.has(one))),
  };
}

async function readFile(root: string, path: string): Promise<RequirementsFile> {
  const file = await readProjectFile(root, path);
  const text = readRequirementsText(path, file.bytes);
  const links = requirementsRows(text).flatMap((row) => {
    const kind = inclusionOf(row);
    const found = kind === undefined ? undefined : linkedPath(path, row.value ?? '');
    return found === undefined ? [] : [{ path: found, isConstraint: kind === 'constraint' }];
  });
  return { ...file, text, links };
}

/**
 * Returns the path of an included file; `undefined` for an address, and for a file outside of the
 * target.
 */
export function linkedPath(from: string, value: string): string | undefined {
  // pip splits the value into words, and takes options among them.
  if (!PLAIN_PATH.test(value)) return undefined;
  return resolvePath(`/${directoryOf(from)}`, value)?.slice(1);
}

async function candidates(root: string, directory: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const place of new Set([directory, directoryOf(directory)])) {
    for (const { name, isDirectory } of await entriesOf(join(root, place))) {
      const path = pathIn(place, name);
      if (!isDirectory) found.add(path);
      else if (name.includes('requirements')) {
        const inside = await entriesOf(join(root, path));
        for (const one of inside) if (!one.isDirectory) found.add(pathIn(path, one.name));
      }
    }
  }
  return [...found].filter((path) => NAMED.test(path)).slice(0, MAX_FILES);
}

async function entriesOf(
  path: string,
): Promise<readonly { readonly name: string; readonly isDirectory: boolean }[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .map((entry) => ({ name: entry.name, isDirectory: entry.isDirectory() }))
      .sort((a, b) => compareText(a.name, b.name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
