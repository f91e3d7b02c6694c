/**
 * The cache of analyses of directories and files on this disk, keyed by path. They have no digest
 * that can be trusted, so every entry and every byte that the cached run read is read and hashed
 * again. The cached analysis is used only if nothing differs; the cache saves the work on the
 * content.
 *
 * A path has one entry. An analysis of another state of the same directory replaces it.
 *
 * Source of the rules: `docs/decisions/0008-layer-cache.md`.
 */

import path from 'node:path';

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import type { RecordStore } from '../../../core/base/record-store.ts';
import type { Analysis } from '../../../core/model/layer/analysis.ts';
import {
  encodeCachedAnalysis,
  encodeCachedTree,
  reviveCachedAnalysis,
  reviveCachedTree,
} from '../../../core/codec/cache-codec.ts';
import { FileTable } from '../../../core/model/layer/file-table.ts';
import type { GapKind } from '../../../core/model/finding/finding.ts';
import type { LayerRecord } from '../../../core/model/layer/layer-record.ts';
import type { Distro } from '../../../core/model/package/package.ts';
import type { OpenArtifact } from '../../source/source.ts';
import type { AnalysisCache } from './analysis-cache.ts';
import { cacheKeys, type AnalysisPlan } from './cache-key.ts';
import { getJson, putJson } from './cached-json.ts';
import type { MatchCacheSlot } from '../request.ts';
import { TreeDigest, type RecordedFile } from './tree-digest.ts';

/** Trees with more files are not cached, because listing them takes as long as reading them. */
const MAX_LISTED = 100_000;

/** Gaps that depend on more than the files: on the time limit, or on the memory of the machine. */
const PASSING: ReadonlySet<GapKind | undefined> = new Set(['limit', 'timeout', 'lazy']);

/** An artifact whose entries can be listed in advance. */
export type ProbedArtifact = OpenArtifact & Required<Pick<OpenArtifact, 'probe'>>;

/**
 * The cached analysis of a directory or file of this machine, used only for content of the same
 * digest.
 */
export class TreeCache implements AnalysisCache {
  /** The artifact for the reader to walk, so that the walk is added to the digest. */
  readonly watched: OpenArtifact;
  readonly #opened: ProbedArtifact;
  readonly #store: RecordStore;
  readonly #place: string;
  readonly #context: Context;
  readonly #seen = new TreeDigest();
  #walkCount = 0;
  #files: FileTable | undefined;
  /** Digest of the tree, once it is known. */
  #digest: string | undefined;

  constructor(
    opened: ProbedArtifact,
    { store, plan }: { readonly store: RecordStore; readonly plan: AnalysisPlan },
    context: Context,
  ) {
    this.#opened = opened;
    this.#store = store;
    this.#place = cacheKeys(plan).place(path.resolve(opened.artifact.reference));
    this.#context = context;
    this.watched = {
      artifact: opened.artifact,
      isRepositoryRoot: opened.isRepositoryRoot === true,
      walk: (layer, visit, walkContext) => {
        this.#walkCount += 1;
        const seen = this.#walkCount === 1 ? this.#seen.watching(visit) : visit;
        return opened.walk(layer, seen, walkContext);
      },
      diagnostics: () => opened.diagnostics(),
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  }

  async getAnalysis(distro: Distro | undefined): Promise<Analysis | undefined> {
    const tree = await getJson(this.#store, this.#key('tree', distro), reviveCachedTree);
    if (tree === undefined) return undefined;
    const digest = await this.#probe(new Set(tree.read), new Set(tree.noted));
    if (digest !== tree.digest) return undefined;
    const cached = await getJson(this.#store, this.#key('analysis', distro), reviveCachedAnalysis);
    // Two runs may have put one record each.
    if (cached?.tree !== digest) return undefined;
    this.#digest = digest;
    return cached.analysis;
  }

  async putAnalysis(distro: Distro | undefined, analysis: Analysis): Promise<boolean> {
    if (this.#walkCount !== 1 || this.#files === undefined) return false;
    if (this.#opened.diagnostics().length > 0) return false;
    if (analysis.diagnostics.some(({ gap }) => PASSING.has(gap))) return false;
    const noted = notedFiles(this.#files, new Set(this.#seen.read));
    if (this.#seen.read.length + noted.length > MAX_LISTED) return false;
    const digest = this.#seen.done(noted);
    if (digest === undefined) return false;
    this.#digest = digest;
    const tree = { digest, read: this.#seen.read, noted: noted.map((file) => file.path) };
    await putJson(this.#store, this.#key('analysis', distro), () =>
      encodeCachedAnalysis({ tree: digest, analysis }),
    );
    await putJson(this.#store, this.#key('tree', distro), () => encodeCachedTree(tree));
    return true;
  }

  matchSlot(distro: Distro | undefined): MatchCacheSlot | undefined {
    if (this.#digest === undefined) return undefined;
    return { store: this.#store, key: this.#key('matches', distro), content: this.#digest };
  }

  getRecord(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  putRecord(_layer: number, { files }: LayerRecord): Promise<void> {
    this.#files = FileTable.from(files);
    return Promise.resolve();
  }

  /** Results of second walks are not cached by themselves. */
  getAnswer(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  putAnswer(): Promise<void> {
    return Promise.resolve();
  }

  #key(what: string, distro: Distro | undefined): string {
    return JSON.stringify([what, this.#place, distro ?? null]);
  }

  /**
   * Returns the digest that a walk has now if it reads these files; `undefined` if there is none.
   */
  async #probe(read: ReadonlySet<string>, noted: ReadonlySet<string>): Promise<string | undefined> {
    const seen = new TreeDigest();
    const visit = seen.reading(read);
    const found: RecordedFile[] = [];
    try {
      const isReadable = await this.#opened.probe((entry) => {
        if (entry.type === 'file' && noted.has(entry.path)) found.push(entry);
        return visit(entry);
      }, this.#context);
      return isReadable ? seen.done(found) : undefined;
    } catch (error) {
      // The walk itself reports it.
      if (error instanceof AssayError && error.code === 'LIMIT_EXCEEDED') return undefined;
      throw error;
    }
  }
}

/** Returns the recorded files that were not read, in the order of the walk. */
function notedFiles(files: FileTable, read: ReadonlySet<string>): readonly RecordedFile[] {
  const noted: RecordedFile[] = [];
  for (let row = 0; row < files.length; row += 1) {
    const path = files.path(row);
    if (read.has(path)) continue;
    noted.push({ path, mode: files.mode(row), sizeBytes: files.sizeBytes(row) });
  }
  return noted;
}
