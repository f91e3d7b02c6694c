/**
 * Contracts between walking a layer and merging layers: what a walk collects, which paths it looks
 * for, and the questions that send a scan back to a layer.
 */

import type { CatalogFile } from '../catalog/catalog.ts';
import type { Diagnostic } from '../finding/finding.ts';
import type { LayerRecord, SecondWalkRecord } from './layer-record.ts';

/** Something that the record of a layer leaves open, so that the layer is walked again. */
export type LayerQuestion = PathQuestion | SymlinkQuestion | DigestQuestion;

/** A question about which of some paths a layer stores as files, and in which order. */
export interface PathQuestion {
  readonly kind: 'paths';
  readonly layer: number;
  /** Absolute; a path that ends in `/` stands for all files directly in that directory. */
  readonly paths: readonly string[];
}

/** The body that a wanted path leads to through links, read by the catalogers that want it. */
export interface SymlinkQuestion {
  readonly kind: 'symlink';
  readonly layer: number;
  readonly link: UnresolvedSymlink;
}

/** Digests of a file that the first walk took others of, or none. */
export interface DigestQuestion {
  readonly kind: 'digests';
  readonly layer: number;
  /** The path as stored in the layer. */
  readonly path: string;
  readonly algorithms: readonly string[];
}

/** Result of a second walk over a layer for questions of one kind. */
export interface LayerAnswer {
  readonly layer: number;
  /** All questions to this layer that the walk answered, in the order in which they were asked. */
  readonly questions: readonly LayerQuestion[];
  readonly found: SecondWalkRecord;
}

/**
 * One kind of question: when it comes up, and how the answers complete the records. Both functions
 * are pure.
 */
export interface QuestionRules<Rootfs> {
  /**
   * Returns the questions that the records leave open. Those that were answered before may be among
   * them.
   */
  ask(
    records: readonly LayerRecord[],
    rootfs: Rootfs,
    /** All answers so far, by the id of the kind. */
    answers: AnswersByKind,
  ): readonly LayerQuestion[] | Promise<readonly LayerQuestion[]>;
  /**
   * Returns the records with the facts of the answers; a record that gains nothing is returned
   * as it is. Absent if the answers are evidence that is stored beside the records.
   */
  complete?(
    records: readonly LayerRecord[],
    answers: readonly LayerAnswer[],
  ): readonly LayerRecord[];
  /** Returns what no walk can find out. `answers` are all answers of this kind so far. */
  unanswered?(
    records: readonly LayerRecord[],
    rootfs: Rootfs,
    answers: readonly LayerAnswer[],
  ): readonly Diagnostic[];
}

/** Answers by the id of their kind, in the order in which they were given. */
export type AnswersByKind = ReadonlyMap<string, readonly LayerAnswer[]>;

/** A wanted path that leads through links to a body that is not read yet. */
export interface UnresolvedSymlink {
  /**
   * The wanted path; catalogers see the body under it. One that ends in `/` wants every file
   * directly in the directory.
   */
  readonly path: string;
  /**
   * The path of the body as stored in the layers, for the collector's `extraPaths`; ends in `/` as
   * `path` does. The same as `path` for a hard link to itself, and for links that are
   * {@link UnresolvedSymlink.endless}.
   */
  readonly target: string;
  /**
   * Layers that hold the body, or that may hold it if the records do not decide. Ascending; empty
   * for none.
   */
  readonly layers: readonly number[];
  /** Ids of the rows that want it and have not read it. */
  readonly wantedBy: readonly string[];
  /** A link of either kind is at the wanted path itself, and not only in a directory above it. */
  readonly isLink?: true;
  /**
   * More symlinks are in the way than a system follows, or one leads to itself, so that no system
   * finds anything at the path.
   */
  readonly endless?: 'long' | 'circle';
  /** The hard link that the reading belongs to; absent when it belongs to the body's own path. */
  readonly place?: { readonly layer: number; readonly path: string };
}

/** A wanted file with its body in memory. */
export interface CollectedFile extends CatalogFile {
  readonly mode: number;
  /** Ids of the rows that read it; empty for companions and for extra paths. */
  readonly wantedBy: readonly string[];
}

/** The files that a walk over a layer collected. */
export interface CollectedFiles {
  /** In stored order; at most one for a path. */
  readonly files: readonly CollectedFile[];
  /** Returns a file by path, companions and extra paths too: the `Siblings` of the catalogers. */
  get(path: string): CollectedFile | undefined;
}

/** The files that catalogers request, as far as the merged root filesystem has to know them. */
export interface PathSelectors {
  /**
   * Returns the ids of the rows that want the file for its name, in the order of the rows; empty
   * for most files. `path` is absolute. Rows that look at first bytes are not among them.
   */
  wantedBy(path: string): readonly string[];
  /**
   * Returns the same for a path that is a link or lies behind one: without what wants excerpts,
   * because the program or library that the link leads to has a name of its own.
   */
  wantedByLink(path: string): readonly string[];
  /**
   * Returns whether a link in a folder above could make the path a wanted one: its base name is
   * that of an exact path or of a suffix with a folder in it, or its folder is named like a wanted
   * one.
   */
  isWantedThroughLinks(path: string): boolean;
  /** All exact paths, absolute; those that end in `/` want the files directly in them. */
  readonly rootedPaths: readonly string[];
  /**
   * Returns the paths that a suffix with a folder in it would want below `path`, if `path` were a
   * folder.
   */
  wantedBelow(path: string): readonly string[];
  /**
   * Returns true only if no row requests the path for its name, as a companion, or through links: a
   * quick answer for most files.
   */
  readonly isPlain: (path: string) => boolean;
}
