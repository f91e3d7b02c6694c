/**
 * The detectors of one artifact's scan, loaded: they look at wanted files and at texts while layers
 * are read, and at an image once its layers are merged. Scans without a scanner of rules do not
 * load this file.
 */

import { AssayError, ParseError } from '../../../core/base/errors.ts';
import { groupBy } from '../../../core/base/maps.ts';
import { detectEncoding } from '../../../core/base/text-encoding.ts';
import type { CollectorOptions } from '../../collect/collector.ts';
import { DiagnosticLimiter } from '../../collect/diagnostic-limiter.ts';
import { overLimitGap } from '../../collect/record-budget.ts';
import type { SelectorRow } from '../../collect/selector.ts';
import { withIgnoreComments } from '../../../rules/detect/comments-at-findings.ts';
import type { DetectorSettings } from '../../../rules/detect/detector-settings.ts';
import type {
  DetectionNote,
  DetectorRow,
  FileDetector,
  ImageDetector,
  ImageSubject,
  TextDetector,
} from '../../../rules/detect/detector.ts';
import { shownInstructionOf } from '../../../rules/detect/instruction.ts';
import type { Analysis } from '../../../core/model/layer/analysis.ts';
import type { Layer } from '../../../core/model/artifact/artifact.ts';
import type { CatalogFile } from '../../../core/model/catalog/catalog.ts';
import type { EntryCriteria } from '../../../core/model/layer/entry-notes.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import type { LayerRecord } from '../../../core/model/layer/layer-record.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import { identifyRuleFindings } from '../../../core/model/rule/rule-identity.ts';
import type { TextPiece } from '../../../core/model/layer/text-piece.ts';
import { locateRules } from '../../rootfs/placed-rules.ts';
import type { MergedView } from '../../rootfs/merge-layers.ts';
import { visibleNotes } from '../../rootfs/visible-notes.ts';
import type { OpenArtifact } from '../../source/source.ts';
import { countUnasked, unaskedNote } from './unasked-note.ts';
import type { FileResult, FileResults } from '../cache/file-results.ts';
import { detectLinked } from './linked-files.ts';
import { fixtureSeverity } from './fixture-severity.ts';
import { unionOfCriteria } from './entry-criteria.ts';
import { TreeDetection } from './tree-detection.ts';

/** Layers that were merged, and their records. */
interface MergedRecords {
  readonly records: readonly LayerRecord[];
  readonly rootfs: MergedView;
}

/** The detectors of one artifact. */
export class RuleDetection {
  /** The files that detectors select. */
  readonly selectors: readonly SelectorRow[];
  /** The detectors that look at the directory as a whole. */
  readonly trees: TreeDetection;
  readonly #notes: EntryCriteria | undefined;
  readonly #rows: readonly DetectorRow[];
  readonly #loaded: LoadedDetectors;
  readonly #options: DetectionOptions;
  /** Ids of the detectors that a file was given to in this run. */
  readonly #used = new Set<string>();

  private constructor(
    rows: readonly DetectorRow[],
    loaded: LoadedDetectors,
    options: DetectionOptions,
  ) {
    this.trees = loaded.trees;
    this.selectors = [...rows.filter((row) => row.kind === 'file'), ...loaded.trees.selectors];
    this.#notes = unionOfCriteria(rows);
    this.#rows = rows;
    this.#loaded = loaded;
    this.#options = options;
  }

  /** Loads the detectors of some rows. A layer has `maxFindings` at most; more are a gap. */
  static async load(
    rows: readonly DetectorRow[],
    options: DetectionOptions,
  ): Promise<RuleDetection> {
    const files = new Map<string, FileDetector>();
    const texts: TextDetector[] = [];
    const images: ImageDetector[] = [];
    const { maskedDraft: masked } = await import('../../../rules/detect/secret/masked-draft.ts');
    for (const row of rows) {
      if (row.kind === 'file') files.set(row.id, await row.load());
      else if (row.kind === 'text') texts.push(await row.load(options.settings?.secrets));
      else if (row.kind === 'image') images.push(await row.load(options.settings?.secrets));
    }
    const trees = await TreeDetection.load(rows);
    const costly = new Set(
      rows.flatMap((row) => (row.kind === 'file' && row.isCostly === true ? [row.id] : [])),
    );
    return new RuleDetection(rows, { files, costly, texts, images, trees, masked }, options);
  }

  /** Begins a layer. */
  beginLayer(layer: number): LayerDetection {
    return new LayerDetection(layer, this.#loaded, {
      ...this.#options,
      notes: this.#notes,
      used: this.#used,
    });
  }

  /**
   * Returns all findings in an artifact whose layers are merged. `readings` has one element for
   * each way in which they can be unpacked: what one of them shows is reported.
   */
  async merged(opened: OpenArtifact, readings: readonly MergedRecords[]): Promise<RuleAnalysis> {
    const { artifact } = opened;
    const { settings } = this.#options;
    const linked = await detectLinked(artifact.kind, readings[0]?.rootfs, {
      rows: this.#rows.filter(({ kind }) => kind !== 'tree' || opened.isRepositoryRoot === true),
      read: settings?.pipeline?.read ?? settings?.origin?.read,
      detection: this.beginLayer(0),
    });
    const tree = this.#detectTree(opened);
    await this.#options.fileResults?.save();
    const files = locateRules(...readings.map(({ rootfs }) => rootfs.rules));
    const drafts = [
      ...(artifact.kind === 'image' ? withInstructions(files, artifact.layers) : files),
      ...linked.rules,
      ...tree.drafts.map(this.#loaded.masked),
      ...(await this.#detectImage(opened, readings)).map(this.#loaded.masked),
    ];
    return {
      rules: identifyRuleFindings(drafts.map((draft) => fixtureSeverity(draft, artifact.kind))),
      diagnostics: [
        ...(this.#options.settings?.code?.unread ?? []),
        ...linked.diagnostics,
        ...tree.diagnostics,
        ...readings.flatMap(({ rootfs }) => this.#linkGaps(rootfs)),
        ...(artifact.kind === 'image' ? [] : this.#idleNotes()),
      ],
    };
  }

  /**
   * Returns a note for each scanner that selects files and was given none. Records of single layers
   * may come from the cache, so that nothing is known about images.
   */
  #idleNotes(): readonly Diagnostic[] {
    const rows = [...groupBy(this.#rows, ({ scanner }) => scanner)];
    return rows
      .filter(([, ofScanner]) =>
        ofScanner.every(
          ({ kind, id }) => (kind === 'file' || kind === 'tree') && !this.#used.has(id),
        ),
      )
      .map(([scanner]) => ({
        stage: 'detect',
        message: `the scanner ${scanner} has looked at no file: none is of a kind that it has rules for`,
      }));
  }

  #detectTree({ isRepositoryRoot = false }: OpenArtifact): ReturnType<TreeDetection['detect']> {
    if (isRepositoryRoot) for (const { id } of this.trees.selectors) this.#used.add(id);
    const { settings, isSkipped = () => false } = this.#options;
    return this.trees.detect({ isRepositoryRoot, isSkipped, ...(settings && { settings }) });
  }

  async #detectImage(
    opened: OpenArtifact,
    readings: readonly MergedRecords[],
  ): Promise<readonly RuleDraft[]> {
    const { image, layers } = opened.artifact;
    const { images } = this.#loaded;
    if (image === undefined || images.length === 0) return [];
    const configuration = await opened.configuration?.();
    if (configuration === undefined) return [];
    const found = new Map<string, RuleDraft>();
    for (const { records, rootfs } of readings) {
      const subject: ImageSubject = {
        ...{ configuration, layers, tags: image.tags, os: image.platform.os },
        ...visibleNotes(records, rootfs),
      };
      for (const draft of images.flatMap((detector) => detector.detect(subject))) {
        const { rule, fingerprint, location } = draft;
        found.set(JSON.stringify([rule, fingerprint, location.path, location.layer]), draft);
      }
    }
    return [...found.values()];
  }

  /** A file that is selected by its path may be a symlink, whose target has another path. */
  #linkGaps({ root }: MergedView): readonly Diagnostic[] {
    const rows = this.#rows.filter((row) => row.kind === 'file');
    const paths = new Set(rows.flatMap(({ files }) => files.paths ?? []));
    return [...paths].flatMap((path) => {
      const entry = root.lookUp(path, false);
      if (entry.kind !== 'link') return [];
      const message = `"${path}" is a symlink to "${entry.target}", which rules have not looked at`;
      const location = { path, layer: entry.layer };
      return [{ stage: 'detect', message, location, gap: 'unread' } as const];
    });
  }
}

/** Adds the instruction that made the layer of each finding; findings that have one keep it. */
function withInstructions(
  drafts: readonly RuleDraft[],
  layers: readonly Layer[],
): readonly RuleDraft[] {
  const instructions = layers.map(({ createdBy }) => shownInstructionOf(createdBy));
  return drafts.map((draft) => {
    const instruction = draft.instruction ?? instructions[draft.location.layer];
    return instruction === undefined ? draft : { ...draft, instruction };
  });
}

/** The findings in one artifact, and what hides some. */
export type RuleAnalysis = Pick<Analysis, 'rules' | 'diagnostics'>;

/** The options of detection beside the detectors. */
interface DetectionOptions {
  /** More findings of a layer are a gap. */
  readonly maxFindings: number;
  readonly settings?: DetectorSettings;
  /** The cache of results for single files; absent: none. */
  readonly fileResults?: FileResults;
  /** Returns whether the user leaves out a path; absent: none. */
  readonly isSkipped?: (path: string) => boolean;
}

interface LayerDetectionOptions extends DetectionOptions {
  readonly notes: EntryCriteria | undefined;
  /** Takes the ids of the detectors that a file is given to. */
  readonly used: Set<string>;
}

interface LoadedDetectors {
  /** By the ids of their rows. */
  readonly files: ReadonlyMap<string, FileDetector>;
  /** Ids of those whose results for single files are cached. */
  readonly costly: ReadonlySet<string>;
  readonly texts: readonly TextDetector[];
  readonly images: readonly ImageDetector[];
  readonly trees: TreeDetection;
  /** Masks secrets in a finding. */
  readonly masked: (draft: RuleDraft) => RuleDraft;
}

/** Files that a detector does not look at, for one reason. */
interface LeftOutFiles {
  readonly id: string;
  readonly reason: string;
  readonly isPartly?: boolean;
  readonly count: number;
  readonly first: string;
}

/** Detectors' results for the files of one layer. */
export class LayerDetection {
  readonly #layer: number;
  readonly #loaded: LoadedDetectors;
  readonly #options: LayerDetectionOptions;
  readonly #rules: RuleDraft[] = [];
  readonly #gaps: DiagnosticLimiter;
  readonly #leftOutFiles = new Map<string, LeftOutFiles>();
  readonly #unasked = new Map<string, number>();
  #leftOutCount = 0;

  constructor(layer: number, loaded: LoadedDetectors, options: LayerDetectionOptions) {
    this.#layer = layer;
    this.#loaded = loaded;
    this.#options = options;
    this.#gaps = new DiagnosticLimiter(layer);
  }

  /** Returns the collector's options for detectors. */
  get walkOptions(): Pick<CollectorOptions, 'notes' | 'takeText'> {
    const { notes } = this.#options;
    const takeText = this.#takeText();
    return { ...(notes && { notes }), ...(takeText && { takeText }) };
  }

  /** In stored order. */
  get rules(): readonly RuleDraft[] {
    return this.#rules;
  }

  /** Gaps for files that could not be read, and for findings beyond the limit. */
  gaps(): readonly Diagnostic[] {
    return [
      ...this.#gaps.all(),
      ...[...this.#leftOutFiles.values()].map((one) => this.#leftOutNote(one)),
      ...unaskedNote(this.#unasked),
      ...overLimitGap(this.#leftOutCount, 'rule finding', { layer: this.#layer, key: 'findings' }),
    ];
  }

  /** Files that no rule is for hide nothing, and are counted. */
  #leftOutNote({ id, reason, isPartly, count, first }: LeftOutFiles): Diagnostic {
    const files = count === 1 ? '1 file' : `${count} files`;
    const verb = count === 1 && isPartly !== true ? 'is' : 'are';
    const what = isPartly === true ? `findings in ${files}` : files;
    const message = `${id}: ${what} ${verb} left out as ${reason}, the first is "${first}"`;
    return { stage: 'detect', message, location: { path: first, layer: this.#layer } };
  }

  /** Returns what takes the texts of files; `undefined` where no detector looks at texts. */
  #takeText(): CollectorOptions['takeText'] {
    const { texts } = this.#loaded;
    if (texts.length === 0) return undefined;
    return (file) => {
      const scans = texts
        .map((detector) => detector.begin(file))
        .filter((one) => one !== undefined);
      if (scans.length === 0) return undefined;
      const piece = (one: TextPiece): void => {
        for (const scan of scans) {
          const drafts = scan.piece(one);
          if (drafts.length === 0 || one.encoding === 'binary') this.#take(drafts);
          else {
            const { text, startLine } = one;
            this.#take(withIgnoreComments(drafts, { path: file.path, text, startLine }));
          }
        }
      };
      return { piece };
    };
  }

  /** Runs the detector with an id on a file. Returns false if no detector has it. */
  async detect(
    id: string,
    file: Pick<CatalogFile, 'path' | 'sizeBytes' | 'bytes'>,
  ): Promise<boolean> {
    const detector = this.#loaded.files.get(id);
    if (detector === undefined) return this.#loaded.trees.take(id, file);
    this.#options.used.add(id);
    const { path } = file;
    const { settings, fileResults } = this.#options;
    try {
      const bytes = await file.bytes();
      const judge = async (): Promise<FileResult> => {
        await detector.prepare?.(path);
        const notes: DetectionNote[] = [];
        const subject = { path, bytes, ...(settings && { settings }) };
        const found = detector.detect(subject, (one) => notes.push(one));
        // The cache is on disk, and has no secrets.
        return { drafts: found.map(this.#loaded.masked), notes };
      };
      const isCached = this.#loaded.costly.has(id) && fileResults !== undefined;
      const { drafts, notes } = await (isCached
        ? fileResults.of({ id, path, bytes }, judge)
        : judge());
      for (const one of notes) this.#note(id, path, one);
      const text = drafts.length === 0 ? '' : new TextDecoder(detectEncoding(bytes)).decode(bytes);
      this.#take(withIgnoreComments(drafts, { path, text }));
    } catch (error) {
      const gap = gapOf(error);
      if (gap === undefined) throw error;
      const message = `${id}: ${(error as Error).message}`;
      this.#gaps.push({ stage: 'detect', message, location: { path, layer: this.#layer }, gap });
    }
    return true;
  }

  #note(id: string, path: string, note: DetectionNote): void {
    if (note.kind === 'left-out') {
      const key = `${id} ${note.reason}`;
      const known = this.#leftOutFiles.get(key);
      const first = known?.first ?? path;
      this.#leftOutFiles.set(key, { id, ...note, first, count: (known?.count ?? 0) + 1 });
    } else if (note.kind === 'not-asked') {
      countUnasked(this.#unasked, note.audits);
    } else {
      const message = `${id}: ${note.message}`;
      const location = { path, layer: this.#layer };
      this.#gaps.push({ stage: 'detect', message, location, gap: note.gap });
    }
  }

  #take(drafts: readonly RuleDraft[]): void {
    for (const draft of drafts) {
      // What an analyzer itself is not sure of would bury the rest, unless it is asked for.
      const { minConfidence } = this.#options.settings ?? {};
      if (draft.confidence === 'low' && minConfidence !== 'low') continue;
      if (draft.confidence === 'medium' && minConfidence === 'high') continue;
      if (this.#rules.length < this.#options.maxFindings)
        this.#rules.push(this.#loaded.masked(draft));
      else this.#leftOutCount += 1;
    }
  }
}

/** Returns the gap for what is a fault of the file; `undefined` for every other error. */
function gapOf(error: unknown): 'unreadable' | 'limit' | undefined {
  if (error instanceof ParseError) return 'unreadable';
  return error instanceof AssayError && error.code === 'LIMIT_EXCEEDED' ? 'limit' : undefined;
}
