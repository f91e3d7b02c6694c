/**
 * The `pom.xml` files of a directory with their parents, as far as these are in the directory too.
 *
 * Source: Maven, "POM Reference", "Inheritance": without a `relativePath` the parent is
 * `../pom.xml`; an empty one names none; a directory stands for its `pom.xml`. A file counts as the
 * parent if it has the coordinates of the `parent` element.
 */

import { directoryOf, resolvePath } from '../../../../core/base/artifact-path.ts';
import { AssayError, ParseError } from '../../../../core/base/errors.ts';
import { childPlaces } from '../../../../formats/text/xml/xml-places.ts';
import { readProjectFileIfThere } from '../../project-files.ts';
import { readPomFile, type PomFile } from './pom-places.ts';

/** A project with its parents: itself first. */
export type PomChain = readonly [PomFile, ...PomFile[]];

/** Real chains have five. */
const MAX_PARENTS = 16;

/** Reads files once. */
export class PomTree {
  readonly #root: string;
  readonly #files = new Map<string, PomFile | undefined>();

  /** @param root The target; absolute, without symlinks. */
  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Returns a `pom.xml`; `undefined` if it is missing, is not one, leads out of the directory, or
   * cannot be written back.
   */
  async file(path: string): Promise<PomFile | undefined> {
    if (this.#files.has(path)) return this.#files.get(path);
    const read = await this.#read(path);
    this.#files.set(path, read);
    return read;
  }

  async #read(path: string): Promise<PomFile | undefined> {
    try {
      const file = await readProjectFileIfThere(this.#root, path);
      return file === undefined ? undefined : readPomFile(file);
    } catch (error) {
      // A directory, a symlink that leads out, and what is no pom are no parents.
      if (error instanceof ParseError || error instanceof AssayError) return undefined;
      throw error;
    }
  }

  /** Returns the file with its parents; `undefined` as {@link PomTree.file}. */
  async chain(path: string): Promise<PomChain | undefined> {
    const own = await this.file(path);
    if (own === undefined) return undefined;
    const parents: PomFile[] = [];
    const visited = new Set([path]);
    for (let child = own; parents.length < MAX_PARENTS;) {
      const parent = await this.#parentOf(child);
      if (parent === undefined || visited.has(parent.path)) break;
      visited.add(parent.path);
      parents.push(parent);
      child = parent;
    }
    return [own, ...parents];
  }

  async #parentOf(child: PomFile): Promise<PomFile | undefined> {
    if (child.parent === undefined) return undefined;
    const [stated] = childPlaces(child.parent.element, 'relativePath').toReversed();
    const relative = stated?.text ?? '../pom.xml';
    if (relative === '' || relative.includes('${')) return undefined;
    const path = resolvePath(`/${directoryOf(child.path)}`, relative)?.slice(1);
    if (path === undefined) return undefined;
    const places = path.endsWith('.xml')
      ? [path]
      : [path === '' ? 'pom.xml' : `${path}/pom.xml`, path];
    for (const place of places) {
      const found = place === '' ? undefined : await this.file(place);
      if (found !== undefined && isParent(found, child.parent.field)) return found;
    }
    return undefined;
  }
}

/** Maven takes a file for the parent if its coordinates are those of the `parent` element. */
function isParent(found: PomFile, wanted: PomFile['field']): boolean {
  const own = (name: string): string | undefined =>
    (found.field(name) ?? found.parent?.field(name))?.text;
  const versions = [own('version'), wanted('version')?.text];
  return (
    own('groupId') === wanted('groupId')?.text &&
    found.field('artifactId')?.text === wanted('artifactId')?.text &&
    (versions[0] === versions[1] || versions.some((text) => text?.includes('${')))
  );
}
