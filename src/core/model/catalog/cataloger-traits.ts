/** Facts about a cataloger that later stages need; the rows of `catalog/` have these fields. */

import type { Ecosystem } from '../package/ecosystem.ts';

/** The recording of a cataloger's packages. */
export interface CatalogerTraits {
  /**
   * The ecosystem of its packages; absent for readers that find no packages or packages of several
   * ecosystems.
   */
  readonly ecosystem?: Ecosystem;
  /**
   * Its packages come from documents that anybody can write, such as a bill of materials inside an
   * image. A package database is stronger: see `scan/inventory/untrusted-packages.ts`.
   */
  readonly isClaim?: true;
  /**
   * Its records list configuration files alone. All other files of a package are in a list of its
   * own, as in dpkg's `info/NAME.md5sums`.
   */
  readonly listsFilesApart?: true;
  /**
   * The deletion of its last record is detected by the files that are left. Absent: a deletion is
   * detected only while other packages of the same cataloger are recorded.
   */
  readonly detectsLastDeletion?: true;
}
