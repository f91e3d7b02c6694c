/**
 * The contract of a detector: a cheap row that is always loaded with the list, and a module that is
 * loaded when the detector runs. A detector of files looks at one file, a detector of images at the
 * configuration and the merged root of an image, a detector of inventories at packages, a detector
 * of trees at a directory as a whole.
 */

import type { Artifact, Layer } from '../../core/model/artifact/artifact.ts';
import type { FileSelector } from '../../core/model/catalog/catalog.ts';
import type { EntryCriteria, VisibleNotes } from '../../core/model/layer/entry-notes.ts';
import type { RuleDraft } from '../../core/model/rule/rule-finding.ts';
import type { ImageConfiguration } from '../../core/model/artifact/image-configuration.ts';
import type { Inventory } from '../../core/model/package/package.ts';
import type { RuleScanner } from '../../core/model/rule/rule-scanner.ts';
import type { SecretSettings } from '../../core/model/rule/secret-settings.ts';
import type { TextFile, TextPiece } from '../../core/model/layer/text-piece.ts';
import type { TrustFile } from '../../trust/trust-file/trust-file.ts';
import type { DetectorSettings } from './detector-settings.ts';
import type { Rule } from './rule.ts';

interface RowHead {
  /** `group/detector`, unique; the file of the detector has this path in the room. */
  readonly id: `${string}/${string}`;
  readonly scanner: RuleScanner;
  /** Kinds of artifact that it looks at; absent: all but SBOMs. */
  readonly artifacts?: readonly Artifact['kind'][];
  /** Raised when its findings change, rule data included: part of the cache's key. */
  readonly version: number;
}

/** The row of a detector that reads whole files, which it selects by name. */
export interface FileDetectorRow extends RowHead {
  readonly kind: 'file';
  readonly files: FileSelector;
  /**
   * Its results for single files of a directory are cached. They depend on the path, the bytes and
   * the settings alone.
   */
  readonly isCostly?: boolean;
  load(): Promise<FileDetector>;
}

/** The row of a detector that looks at every file in pieces, whatever its name. */
export interface TextDetectorRow extends RowHead {
  readonly kind: 'text';
  load(settings?: SecretSettings): Promise<TextDetector>;
}

/** The row of a detector that looks at an image as a whole. */
export interface ImageDetectorRow extends RowHead {
  readonly kind: 'image';
  /** Entries of the layers that it looks at; absent: none. */
  readonly entries?: EntryCriteria;
  load(settings?: SecretSettings): Promise<ImageDetector>;
}

/** The row of a detector that looks at packages. */
export interface InventoryDetectorRow extends RowHead {
  readonly kind: 'inventory';
  load(): Promise<InventoryDetector>;
}

/**
 * The row of a detector that looks at a directory as a whole: at the names of all files, and at the
 * content of some. Its result is never cached by a single file.
 */
export interface TreeDetectorRow extends RowHead {
  readonly kind: 'tree';
  /** The files whose content it looks at. */
  readonly files: FileSelector;
  load(): Promise<TreeDetector>;
}

/** A row of the list of detectors. */
export type DetectorRow =
  FileDetectorRow | TextDetectorRow | ImageDetectorRow | InventoryDetectorRow | TreeDetectorRow;

interface WithRules {
  /** All rules that its findings may name. */
  readonly rules: readonly Rule[];
}

/**
 * Looks at one file. Pure and synchronous. @throws ParseError for a file that is not of its format,
 * which is a gap.
 */
export interface FileDetector extends WithRules {
  /**
   * Called before each file. It loads what files at such a path need, and replaces what an earlier
   * file has broken.
   */
  prepare?(path: string): Promise<void>;
  /** Parts that were not looked at, and files that are left out, are passed to `note`. */
  detect(file: DetectedFile, note?: (note: DetectionNote) => void): readonly RuleDraft[];
}

/** Something about the reading of a file that a report lists. */
export type DetectionNote =
  | {
      readonly kind: 'gap';
      readonly gap: 'unreadable' | 'limit' | 'unread';
      /** It depends on time or memory, so that another run may not have it. */
      readonly isPassing?: boolean;
      /** Without the path. */
      readonly message: string;
    }
  | {
      readonly kind: 'left-out';
      /** As in `vendored`; files with the same reason are counted together. */
      readonly reason: string;
      /** Only some findings of the file are left out. */
      readonly isPartly?: boolean;
    }
  | {
      /** Questions that only repositories elsewhere answer, which were not asked. */
      readonly kind: 'not-asked';
      readonly audits: readonly string[];
    };

/** A file with its whole content. */
export interface DetectedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly settings?: DetectorSettings;
}

/** Looks at files of any length piece by piece, binary ones too. Pure and synchronous. */
export interface TextDetector extends WithRules {
  /**
   * Begins a file whose first block was read; `undefined` where the detector does not look at it.
   */
  begin(file: TextFile): TextScan | undefined;
}

/**
 * The search of one text. A match that touches the end of a piece which is not the last one may go
 * on in the next piece, and a match that ends before {@link TextPiece.freshFrom} was complete in an
 * earlier one: `isMatchOf` decides which piece reports it.
 */
export interface TextScan {
  /**
   * Takes the next piece, which is valid only during the call. Returns the findings in it, in the
   * order of their places.
   */
  piece(piece: TextPiece): readonly RuleDraft[];
}

/** Looks at one image. Pure and synchronous. */
export interface ImageDetector extends WithRules {
  detect(image: ImageSubject): readonly RuleDraft[];
}

/** An image as detectors see it. */
export interface ImageSubject extends VisibleNotes {
  readonly configuration: ImageConfiguration;
  readonly tags: readonly string[];
  /** The operating system that the configuration names, as in `linux`. */
  readonly os: string;
  readonly layers: readonly Layer[];
}

/** Looks at the packages of one artifact. Pure and synchronous. */
export interface InventoryDetector extends WithRules {
  detect(inventory: Inventory, trust: TrustFile | undefined): readonly RuleDraft[];
}

/** Looks at a directory. Pure and synchronous. */
export interface TreeDetector extends WithRules {
  /** Parts that were not looked at are passed to `note`, with the path of the file. */
  detect(tree: TreeSubject, note?: (note: TreeNote) => void): readonly RuleDraft[];
}

/** Something that was not looked at. */
export interface TreeNote {
  readonly path: string;
  readonly gap: 'unreadable' | 'limit' | 'unread';
  /** Without the path. */
  readonly message: string;
}

/** A directory as detectors see it. Paths are absolute within it. */
export interface TreeSubject {
  /**
   * The files and symlinks, in the order of their names. Installed packages in `node_modules` are
   * left out.
   */
  readonly paths: readonly string[];
  /** Number of files beyond those of {@link TreeSubject.paths}, which has a limit. */
  readonly unlistedCount: number;
  /** The files that the row selects, by path. */
  readonly files: ReadonlyMap<string, TreeFile>;
  /** Whether it is the root of a repository: only there a missing file means something. */
  readonly isRepositoryRoot: boolean;
  /** Returns whether the user leaves out a path, so that nothing is known of it. */
  readonly isSkipped: (path: string) => boolean;
  readonly settings?: DetectorSettings;
}

/** A file of a directory. */
export interface TreeFile {
  readonly sizeBytes: number;
  /** Absent where the file is too large to be read, see `MAX_TREE_FILE_BYTES`. */
  readonly bytes?: Uint8Array;
}

/**
 * Files that detectors of trees read are smaller: 4 MiB. GitHub does not load a CODEOWNERS of more
 * than 3 MB.
 */
export const MAX_TREE_FILE_BYTES = 4 << 20;
