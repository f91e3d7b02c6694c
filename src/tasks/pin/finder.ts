/**
 * The contract of finders: each reads one format and lists the references of a file, with the place
 * of each. A finder is a pure function over bytes. It resolves nothing, writes nothing and never
 * throws on what a file contains.
 */

import type { ByteRange } from '../../formats/bytes/byte-range.ts';
import type { ObstacleId } from './obstacles.ts';

/**
 * The kind of a reference. `image`: a container image, `name[:tag][@digest]`. `action`:
 * `owner/repository[/path]@ref` of GitHub. `git-repository`: `URL@ref`. `requirement`: a Python
 * requirement `name[extras]==version`, or the package of a command, `name@latest`.
 */
export type ReferenceKind = 'image' | 'action' | 'git-repository' | 'requirement';

/**
 * The reader of a format whose files contain references. Which files it reads is in its row of
 * `finders/list.ts`.
 */
export interface Finder {
  /**
   * Lists the references of a file, in the order of their places. Returns nothing for a file whose
   * content shows that it is of another format, such as YAML that is not a manifest of Kubernetes.
   */
  find(file: PinFile): FileReadings;
}

/** A file that is read for references. */
export interface PinFile {
  /** Relative to the root, with `/` between its parts. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Another file names it, so that it is of its format whatever its name is. */
  readonly isIncluded?: true;
  /**
   * Returns another file by its path relative to the directory of this one, with `/` between its
   * parts; `undefined` if there is none, or if it is outside of the directory that is read. Absent
   * if no other files can be read.
   */
  readonly other?: (path: string) => Uint8Array | undefined;
}

/** A finder's readings of a file. */
export interface FileReadings {
  readonly references: readonly FoundReference[];
  /** Problems of the file, or of a part of it, that cannot be read although it is of the format. */
  readonly problems: readonly ReadingProblem[];
  /** Files that the file names. */
  readonly includes?: readonly IncludedFile[];
}

/**
 * A file that another one names. It is read as one of a format, whatever its name is. Line and
 * column as in references.
 */
export interface IncludedFile {
  /** The path as it is written, with `/` between its parts. For GitLab it can contain `*`. */
  readonly path: string;
  /** The base of the path: the directory of the file that names it, or the root. */
  readonly from: 'directory' | 'root';
  /** The id of a finder. */
  readonly format: string;
  readonly line: number;
  readonly column: number;
}

/** A part of a file that cannot be read. Line and column count from 1; columns in UTF-16 units. */
export interface ReadingProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A reference in a file, whether it can be pinned, is pinned already, or cannot be pinned. */
export interface FoundReference {
  readonly kind: ReferenceKind;
  /**
   * Decoded, with arguments resolved; without `docker://`. If an obstacle leaves it unknown, the
   * text as written.
   */
  readonly value: string;
  /** The edit that writes a new value. */
  readonly edit: ReferenceEdit;
  /** The place of the value, counted from 1; columns in UTF-16 units. */
  readonly line: number;
  readonly column: number;
  /**
   * The place where a comment names the version of a commit. Absent if the syntax has no place for
   * a comment, or the kind needs none.
   */
  readonly comment?: VersionComment;
  /** Another tag cannot be written at the place: it is computed, or stands elsewhere. */
  readonly keepsTag?: true;
  /** The platform that the file itself names, as in `FROM --platform=linux/arm64`. */
  readonly platform?: string;
  /** The place for people: `FROM of stage build`, `jobs.test.container.image`. */
  readonly where: string;
  /** Reason why the reference cannot be pinned at this place. */
  readonly obstacle?: Obstacle;
  /** The reason of an inline `# assay: no-pin REASON`; empty if the comment gives none. */
  readonly noPin?: string;
}

/** The notation of a reference at its place. */
export interface ReferenceEdit {
  readonly range: ByteRange;
  /**
   * Returns the text that replaces the range so that `value` is read there: quotes, escapes and
   * prefixes stay.
   */
  write(value: string): string;
}

/** A comment that names the version of a commit, as in `# v4.2.1`. */
export interface VersionComment {
  /** The bytes that `write` replaces; empty at the place where a new comment can stand. */
  readonly range: ByteRange;
  /** The version that the present comment names. */
  readonly version?: string;
  /**
   * Returns the new text of the range; with the space and `#` of a new comment if there is none.
   */
  write(version: string): string;
}

/** A reason why a reference cannot be pinned, and the advice. */
export interface Obstacle {
  readonly id: ObstacleId;
  /**
   * A sentence without a period at its end that names the value:
   * `the tag of "app:${TAG}" comes from an argument`.
   */
  readonly message: string;
  /** The advice that replaces that of the table. */
  readonly advice?: string;
}
