/**
 * The detectors that look at a directory as a whole. While its only layer is walked, the names of
 * its files are listed, and the content of the files that a detector selects is put aside. All of
 * it is part of the digest of the walk, so that a cached analysis of the directory is as valid for
 * these detectors as for those of single files.
 */

import { directoryOf, resolvePath } from '../../../core/base/artifact-path.ts';
import { compareText } from '../../../core/base/compare.ts';
import type { SelectorRow } from '../../collect/selector.ts';
import { withIgnoreComments } from '../../../rules/detect/comments-at-findings.ts';
import {
  MAX_TREE_FILE_BYTES,
  type DetectorRow,
  type TreeDetector,
  type TreeDetectorRow,
  type TreeFile,
} from '../../../rules/detect/detector.ts';
import type { DetectorSettings } from '../../../rules/detect/detector-settings.ts';
import type { LayerVisitor } from '../../../core/model/artifact/artifact.ts';
import type { CatalogFile } from '../../../core/model/catalog/catalog.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import { parseOutsideTarget } from '../../../core/model/artifact/outside-link.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';

/** Names that are listed. The largest public repositories have some 400,000 files. */
const MAX_PATHS = 500_000;
/** Content that is put aside: thousands of files of the kinds that are selected. */
const MAX_CONTENT_BYTES = 64 << 20;

/** Symlinks that are followed; real directories have some. */
const MAX_LINKS = 10_000;

/** Installed packages are in no repository. */
const LEFT_OUT = /\/node_modules\//u;

/** The detectors of trees of one artifact, with what they look at. */
export class TreeDetection {
  readonly #detectors = new Map<string, TreeDetector>();
  readonly #rows: readonly TreeDetectorRow[];
  readonly #files = new Map<string, Map<string, TreeFile>>();
  readonly #paths = new Set<string>();
  readonly #directories = new Set<string>();
  /** Targets of symlinks. */
  readonly #links = new Map<string, string>();
  #unlistedCount = 0;
  #contentBytes = 0;

  private constructor(rows: readonly TreeDetectorRow[]) {
    this.#rows = rows;
  }

  /** Loads the detectors of trees among some rows. */
  static async load(rows: readonly DetectorRow[]): Promise<TreeDetection> {
    const trees = new TreeDetection(rows.filter((row) => row.kind === 'tree'));
    for (const row of trees.#rows) {
      trees.#detectors.set(row.id, await row.load());
      trees.#files.set(row.id, new Map());
    }
    return trees;
  }

  /** The files whose content is looked at. */
  get selectors(): readonly SelectorRow[] {
    return this.#rows;
  }

  /** Returns a visitor that passes everything on to `visit` and lists the names of files. */
  watching(visit: LayerVisitor): LayerVisitor {
    if (this.#rows.length === 0) return visit;
    return (entry) => {
      const { type, path } = entry;
      if (type === 'directory' && this.#directories.size < MAX_PATHS) this.#directories.add(path);
      if ((type === 'file' || type === 'symlink' || type === 'hardlink') && !LEFT_OUT.test(path)) {
        if (this.#paths.size < MAX_PATHS) this.#paths.add(path);
        else if (!this.#paths.has(path)) this.#unlistedCount += 1;
        if (type === 'symlink' && this.#links.size < MAX_LINKS) this.#links.set(path, entry.target);
      }
      return visit(entry);
    };
  }

  /** Puts the content of a file aside. Returns false if no detector of trees has the id. */
  async take(
    id: string,
    { path, sizeBytes, bytes }: Pick<CatalogFile, 'path' | 'sizeBytes' | 'bytes'>,
  ): Promise<boolean> {
    const files = this.#files.get(id);
    if (files === undefined) return false;
    const isRead =
      sizeBytes <= MAX_TREE_FILE_BYTES && this.#contentBytes + sizeBytes <= MAX_CONTENT_BYTES;
    if (isRead) this.#contentBytes += sizeBytes;
    files.set(path, { sizeBytes, ...(isRead && { bytes: await bytes() }) });
    return true;
  }

  /** Adds the symlinks that lead to one of the files. */
  #withLinks(files: ReadonlyMap<string, TreeFile>): ReadonlyMap<string, TreeFile> {
    const all = new Map(files);
    for (const [path, target] of this.#links) {
      const file = files.get(resolvePath(directoryOf(path), target) ?? '');
      if (file !== undefined && !all.has(path)) all.set(path, file);
    }
    return all;
  }

  /** A symlink to nothing stands for no file. */
  #isDangling(path: string): boolean {
    const target = this.#links.get(path);
    if (target === undefined || parseOutsideTarget(target) !== undefined || this.#unlistedCount > 0)
      return false;
    const to = resolvePath(directoryOf(path), target);
    if (to === undefined || LEFT_OUT.test(`${to}/`)) return false;
    return !this.#paths.has(to) && !this.#directories.has(to);
  }

  /** Returns what the detectors report. `isSkipped` tells the paths that the user leaves out. */
  detect({ isRepositoryRoot, isSkipped, settings }: TreeFacts): TreeResult {
    const paths = [...this.#paths].filter((path) => !this.#isDangling(path)).sort(compareText);
    const drafts: RuleDraft[] = [];
    const diagnostics: Diagnostic[] = [];
    for (const [id, detector] of this.#detectors) {
      const files = this.#withLinks(this.#files.get(id) ?? new Map<string, TreeFile>());
      const tree = {
        ...{ paths, files, isRepositoryRoot, isSkipped, unlistedCount: this.#unlistedCount },
        ...(settings && { settings }),
      };
      const found = detector.detect(tree, ({ path, gap, message }) => {
        const location = { path, layer: 0 };
        diagnostics.push({ stage: 'detect', message: `${id}: ${message}`, location, gap });
      });
      drafts.push(...found.flatMap((draft) => withComments(draft, files)));
    }
    return { drafts, diagnostics };
  }
}

/** What is known of a directory beside its files. */
interface TreeFacts {
  readonly isRepositoryRoot: boolean;
  readonly isSkipped: (path: string) => boolean;
  readonly settings?: DetectorSettings;
}

/** Findings, and what hides some. */
interface TreeResult {
  readonly drafts: readonly RuleDraft[];
  readonly diagnostics: readonly Diagnostic[];
}

function withComments(
  draft: RuleDraft,
  files: ReadonlyMap<string, TreeFile>,
): readonly RuleDraft[] {
  const { path } = draft.location;
  const bytes = files.get(path)?.bytes;
  if (bytes === undefined) return [draft];
  return withIgnoreComments([draft], { path, text: new TextDecoder().decode(bytes) });
}
