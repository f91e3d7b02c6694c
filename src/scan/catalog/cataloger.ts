/**
 * The contract of a cataloger: a cheap row that is always loaded, and a reader that is loaded when
 * a file is wanted.
 */

import type { Context } from '../../core/base/context.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type {
  CatalogFile,
  CatalogResult,
  FileSelector,
  Siblings,
} from '../../core/model/catalog/catalog.ts';
import type { CatalogerTraits } from '../../core/model/catalog/cataloger-traits.ts';
import type { Package } from '../../core/model/package/package.ts';

/** The head of a plugin: cheap, always loaded. Its code is loaded when a file is wanted. */
export interface CatalogerRow extends CatalogerTraits {
  /** `ecosystem/format`, unique, used on the command line and in reports. */
  readonly id: `${string}/${string}`;
  readonly presence: Package['presence'];
  readonly files: FileSelector;
  readonly companions?: FileSelector;
  /**
   * Kinds of artifact that it reads; absent: all but SBOMs, which are one document and no tree of
   * files.
   */
  readonly artifacts?: readonly Artifact['kind'][];
  /**
   * It only adds to what others find, as changelogs and file lists do: where such a file cannot be
   * read the evidence of a package is less, and no package is hidden. Its gaps are notes.
   */
  readonly isSupplement?: true;
  /**
   * It reads archives, which may hold any number of packages: one that cannot be read is a gap
   * wherever it lies.
   */
  readonly isArchive?: true;
  /**
   * It finds no packages and no owners of files, and what it reads is evidence of what others find:
   * `--verify none` leaves it out.
   */
  readonly isEvidence?: true;
  /**
   * It reads programs and libraries, which are most of an image's bytes: `--lazy` leaves them out,
   * and says so.
   */
  readonly readsPrograms?: true;
  /**
   * It reads UTF-16 with a byte order mark as well as UTF-8, so that finding nothing in it means
   * nothing.
   */
  readonly readsUtf16?: true;
  /**
   * Its files pin the dependencies of the project beside them, so that they resolve its manifest.
   */
  readonly isLockfile?: true;
  /**
   * Its files are scripts, which tools run in an environment of their own: no lockfile and no
   * installation of a project resolves what they request, but only a lockfile of the script itself.
   */
  readonly isScript?: true;
  /** Raised when the output changes: part of the layer cache's key. */
  readonly version: number;
  load(): Promise<Cataloger>;
}

/**
 * Reads one package format. Stateless. @throws ParseError where the file is not of its format at
 * all.
 */
export interface Cataloger {
  read(file: CatalogFile, siblings: Siblings, context: Context): Promise<CatalogResult>;
}
