/**
 * The result of a walk over one layer: the facts for its record, and the files that catalogers
 * read. The results of catalogers complete the record.
 */

import { directoryPrefix } from '../../core/base/artifact-path.ts';
import { groupBy } from '../../core/base/maps.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { FileTable } from '../../core/model/layer/file-table.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import type { CollectedFile, CollectedFiles } from '../../core/model/layer/layer-walk.ts';
import type { BodyReader, BodyStorage } from './body-reader.ts';
import { endsWithIgnoreCase } from './case-insensitive-names.ts';
import { toCollectedFile } from './collected-file.ts';
import { DiagnosticLimiter } from './diagnostic-limiter.ts';
import type { FileDigests, LayerMd5 } from './file-digests.ts';
import type { EntryNotesBuilder } from './entry-notes.ts';
import type { LayerBudget } from './layer-budget.ts';
import type { RetainedEntries } from './retained-entries.ts';
import type { RetainedFile } from './retained-entry.ts';
import type { ScriptRule } from './script-candidates.ts';
import { unionOf, type SelectorTable } from './selector.ts';
import { wantedByContent } from './wanted-content.ts';

/** The files and facts that one walk over a layer collected. */
export interface LayerCollection extends CollectedFiles {
  /** Returns the {@link LayerCollection.files} beside a path; see `Siblings`. */
  beside(path: string, ending: string): readonly CollectedFile[];
  readonly facts: Omit<LayerRecord, 'cataloged' | 'rules' | 'diffId' | 'files'> & {
    readonly files: FileTable;
  };
  /** Releases the bodies of the files; the facts stay. */
  close(): void;
}

/** A file whose body is read during the walk. */
export interface FileReading {
  /** Ids of the rows that want the file for its name. */
  readonly wantedBy: readonly string[];
  /**
   * Whether the body is wanted whatever it contains, so that a body that cannot be read is a gap.
   */
  readonly isWanted: boolean;
  readonly reader: BodyReader;
  /** The rule of an executable that may be a script. */
  readonly script?: ScriptRule;
}

/** The state of a walk over one layer. */
export interface LayerWalk extends LayerMd5 {
  /** Index of the layer in its artifact. */
  readonly layer: number;
  readonly selectors: SelectorTable;
  readonly entries: RetainedEntries;
  /** Files whose bodies are read, by their numbers in `entries`. */
  readonly readings: Map<number, FileReading>;
  /** Files of which only digests are computed, by their numbers in `entries`. */
  readonly digestedFiles: Map<number, FileDigests>;
  readonly storage: BodyStorage;
  readonly budget: LayerBudget;
  unpackedBytes: number;
  /** Absent where no entries are noted. */
  readonly notes: EntryNotesBuilder | undefined;
  /** Absent before the first diagnostic. */
  diagnostics: DiagnosticLimiter | undefined;
}

/** Adds diagnostics of the layer, within the limits of {@link DiagnosticLimiter}. */
export function addDiagnostics(walk: LayerWalk, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  walk.diagnostics ??= new DiagnosticLimiter(walk.layer);
  walk.diagnostics.push(...diagnostics);
}

/** Ends a walk whose entries and bodies have all been read. */
export function toLayerCollection(walk: LayerWalk): LayerCollection {
  const { entries, storage } = walk;
  addDiagnostics(walk, walk.budget.gaps(walk.layer));
  const links: LayerRecord['links'][number][] = [];
  const directories: string[] = [];
  entries.forEachRetained((path, entry) => {
    if (entry.kind === 'directory') directories.push(path);
    else links.push({ path, target: entry.target, isHard: entry.isHard });
  });
  const collected = new Map<string, CollectedFile>();
  const endReading = (file: RetainedFile): void => {
    const wanted = endFile(walk, file);
    if (wanted !== undefined) collected.set(wanted.path, wanted);
  };
  const table = entries.files(walk.readings.keys(), endReading, walk.digestedFiles);
  addDiagnostics(walk, entryGaps(walk));
  walk.md5?.close();
  const unrecorded = entries.unrecordedPathHashes();
  const late = entries.late();
  const files = [...collected.values()];
  return {
    files,
    get: (path) => collected.get(path),
    beside: indexSiblingFiles(files),
    close: () => {
      storage.store.close();
      storage.memory.giveBackAll();
    },
    facts: {
      unpackedBytes: walk.unpackedBytes,
      entryCount: walk.budget.entryCount,
      whiteouts: entries.whiteouts(),
      opaques: entries.opaques(),
      links,
      directories,
      files: table,
      ...(unrecorded !== undefined && { unrecordedPathHashes: unrecorded }),
      ...(late.length > 0 && { late }),
      ...(walk.notes !== undefined && { notes: walk.notes.notes() }),
      diagnostics: walk.diagnostics?.all() ?? [],
    },
  };
}

/**
 * Returns a lookup of the files in the directory of a path whose names have an ending, in any case
 * of letters. The index is made at the first lookup, so that a layer without lookups costs nothing.
 */
export function indexSiblingFiles<File extends { readonly path: string }>(
  files: readonly File[],
): (path: string, ending: string) => readonly File[] {
  let byFolder: Map<string, File[]> | undefined;
  // Each of hundreds of assemblies of a directory looks up the same files.
  const last = { folder: '', ending: '', found: NONE as readonly File[] };
  return (path, ending) => {
    const folder = directoryPrefix(path);
    if (last.folder === folder && last.ending === ending) return last.found;
    byFolder ??= filesByFolder(files);
    const inFolder = byFolder.get(folder) ?? NONE;
    last.folder = folder;
    last.ending = ending;
    last.found =
      ending === '' ? inFolder : inFolder.filter((file) => endsWithIgnoreCase(file.path, ending));
    return last.found;
  };
}

/** The results of catalogers for the files of a layer. */
export interface CatalogedLayer {
  readonly diffId?: Digest;
  readonly cataloged: LayerRecord['cataloged'];
  readonly rules?: LayerRecord['rules'];
  /** Added to those of the collection. */
  readonly diagnostics?: LayerRecord['diagnostics'];
}

/**
 * Returns the record of a layer, whose diagnostics are those of the collection and of the
 * catalogers.
 */
export function toLayerRecord(collection: LayerCollection, reading: CatalogedLayer): LayerRecord {
  const { diagnostics, ...facts } = collection.facts;
  return {
    ...(reading.diffId !== undefined && { diffId: reading.diffId }),
    ...facts,
    cataloged: reading.cataloged,
    rules: reading.rules ?? [],
    diagnostics: [...diagnostics, ...(reading.diagnostics ?? [])],
  };
}

const NONE: readonly never[] = [];

/** Ends the reading of a body. Returns the file if catalogers want it. */
function endFile(walk: LayerWalk, file: RetainedFile): CollectedFile | undefined {
  const reading = walk.readings.get(file.number);
  if (reading === undefined) return undefined;
  const { layer, selectors } = walk;
  const { path, mode } = file;
  const { reader, script } = reading;
  const byContent = file.isExecutable ? wantedByContent(reader, selectors, script) : [];
  const { sizeBytes, digests, body, trouble } = reader.outcome();
  file.setBody(sizeBytes, digests);
  if (trouble !== undefined) {
    const isGap = reading.isWanted || byContent.length > 0;
    addDiagnostics(walk, [
      {
        stage: 'layers',
        message: `"${path}": ${trouble.message}`,
        location: { path, layer },
        ...(isGap && { gap: trouble.gap }),
      },
    ]);
  }
  if (body === undefined) return undefined;
  const wantedBy = unionOf(reading.wantedBy, byContent);
  return toCollectedFile(path, { mode, wantedBy, body }, walk.storage.maxFileBytes);
}

/**
 * Returns the gaps for entries that were not retained, or that were changed after a link to them
 * was used.
 */
function entryGaps({ entries, layer, notes }: LayerWalk): readonly Diagnostic[] {
  const gaps: Diagnostic[] = [...(notes?.gaps(layer) ?? [])];
  if (entries.refusedCount > 0) {
    gaps.push({
      stage: 'layers',
      message: `layer ${String(layer)}: too many entries, or paths that are too long: ${String(entries.refusedCount)}`,
      gap: 'limit',
    });
  }
  const retargeted = entries.retargetedLink();
  if (retargeted !== undefined) {
    gaps.push({
      stage: 'layers',
      message: `layer ${String(layer)}: what "${retargeted}" links to is changed after it was used, so what the links of the layer lead to is not known`,
      gap: 'unreadable',
    });
  }
  return gaps;
}

function filesByFolder<File extends { readonly path: string }>(
  files: readonly File[],
): Map<string, File[]> {
  return groupBy(files, (file) => directoryPrefix(file.path));
}
