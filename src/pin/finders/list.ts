/** All finders: one row a format. The code behind a row is loaded when a file is accepted by its name. */

import type { Finder } from '../finder.ts';
import { isDockerfileName } from './dockerfile-name.ts';

/** A finder in the list. */
export interface FinderRow {
  /** Stable id: the name of the file without its ending. */
  readonly id: string;
  /** The format for people, as in `Dockerfile`. */
  readonly name: string;
  /** The files that are recognized, for the documentation. */
  readonly files: string;
  /**
   * Whether the finder reads files of this path: relative to the root, with `/` between its parts. `isAlone` is true for a
   * file that the user named as the target: then a name is accepted that would not be recognized in a directory, if the
   * format is clear. The test is cheap: it runs for each path of a tree.
   */
  accepts(path: string, isAlone: boolean): boolean;
  load(): Promise<Finder>;
}

/** All finders. A file that several accept is read by each of them, in this order. */
export const FINDERS: readonly FinderRow[] = [
  {
    id: 'dockerfile',
    name: 'Dockerfile',
    files: 'Dockerfile, Containerfile, Dockerfile.*, *.dockerfile',
    accepts: isDockerfileName,
    load: async () => (await import('./dockerfile.ts')).dockerfile,
  },
];
