/**
 * Accepts files by the bytes of their headers. Most files of a layer are recorded or counted
 * without their bodies. That is decided by their directories, which are few and whose files mostly
 * follow each other, and by hashes of their names. All other files are left to `collector.ts`,
 * which has the same result for these.
 */

import { baseName } from '../../core/base/artifact-path.ts';
import type { BodySink, RawFileHeader } from '../../core/model/artifact/artifact.ts';
import {
  digestAlgorithms,
  mayRevealPackageDatabase,
  type DigestAlgorithm,
  type PackageDatabase,
} from './digest-plan.ts';
import type { RetainedEntries } from './retained-entries.ts';
import type { PathHashParts } from './retained-entry.ts';
import { FileDigests, type LayerMd5 } from './file-digests.ts';
import { hashBaseNameBytes, NO_ROW } from './file-table-builder.ts';
import { hashPath } from '../../core/model/layer/path-hashes.ts';
import { wantedNamePartsOf } from './unwanted-filter.ts';
import { HeaderNameFilter } from './header-name-filter.ts';
import type { SelectorTable } from './selector.ts';
import { mayBeOwned } from '../../core/model/package/owned-paths.ts';

/** The options of the walk; see `CollectorOptions`. */
export interface HeaderFastPathOptions {
  readonly selectors: Pick<SelectorTable, 'headBytes' | 'isPlain'>;
  readonly extraPaths?: ReadonlySet<string>;
  readonly notedPaths?: ReadonlySet<string>;
  readonly digests: 'full' | 'none' | ReadonlyMap<string, unknown>;
}

/** The walk over the layer, which the fast path adds to. */
export interface HeaderFastPathState extends LayerMd5 {
  readonly entries: RetainedEntries;
  /** The package database of the base, once it is known. */
  readonly packaging: PackageDatabase | undefined;
  /** Files of which only digests are computed, by their numbers in `entries`. */
  readonly digestedFiles: Map<number, FileDigests>;
}

/** The decisions for all files of one directory. */
interface FolderPlan extends PathHashParts {
  /** The hash of the name of the current file. */
  nameHash: number;
  /** Whether only the name of a file can make it wanted. */
  readonly isPlain: boolean;
  /** See `mayBeOwned`. */
  readonly isOwned: boolean;
  /** The digests of files that are recorded. */
  readonly algorithms: readonly DigestAlgorithm[];
}

/** Any of the three execute bits. */
const EXECUTE_BITS = 0o111;
const NO_ALGORITHMS: readonly DigestAlgorithm[] = [];
/** Longer than the name field of any tar. */
const MAX_FOLDER_BYTES = 512;

/** The fast path of one walk. */
export class HeaderFastPath {
  readonly #options: HeaderFastPathOptions;
  readonly #names: HeaderNameFilter;
  /** The names of `extraPaths`, `notedPaths` and the table of digests. */
  readonly #moreNames: HeaderNameFilter | undefined;
  readonly #state: HeaderFastPathState;
  readonly #folderBytes = new Uint8Array(MAX_FOLDER_BYTES);
  #folderLength = -1;
  /** The package database for which the plan of the directory was made. */
  #packaging: PackageDatabase | undefined;
  #plan: FolderPlan | undefined;

  /** `names` is the filter of the selectors. */
  constructor(options: HeaderFastPathOptions, names: HeaderNameFilter, state: HeaderFastPathState) {
    this.#options = options;
    this.#names = names;
    this.#state = state;
    const more = [
      ...(options.extraPaths ?? []),
      ...(options.notedPaths ?? []),
      ...(typeof options.digests === 'object' ? options.digests.keys() : []),
    ].map(baseName);
    if (more.length > 0)
      this.#moreNames = new HeaderNameFilter(wantedNamePartsOf([{ names: more }]), []);
  }

  /** Implements `LayerVisitor.acceptHeader`; the caller counts the entry. */
  accept(file: RawFileHeader): BodySink | boolean {
    const plan = this.#isInFolder(file) ? this.#plan : this.#enter(file);
    if (plan?.isPlain !== true) return false;
    const isExecutable = (file.mode & EXECUTE_BITS) !== 0;
    if (isExecutable && this.#options.selectors.headBytes > 0) return false;
    const nameHash = hashBaseNameBytes(file.bytes, file.nameStart, file.end);
    if (!this.#isPlain(file, plan.folder, nameHash)) return false;
    plan.nameHash = nameHash;
    const { entries, digestedFiles } = this.#state;
    if (!isExecutable && !plan.isOwned) return entries.addUnrecordedHeader(file, plan);
    const row = entries.addHeader(file, plan, isExecutable);
    if (row === NO_ROW) return false;
    if (plan.algorithms.length === 0) return true;
    const digests = new FileDigests(plan.algorithms, this.#state, file.sizeBytes);
    digestedFiles.set(row, digests);
    return digests;
  }

  #isInFolder({ bytes, start, nameStart }: RawFileHeader): boolean {
    const length = nameStart - start;
    if (length !== this.#folderLength || this.#state.packaging !== this.#packaging) return false;
    const known = this.#folderBytes;
    // Directories differ at their ends.
    for (let at = length - 1; at >= 0; at -= 1) if (known[at] !== bytes[start + at]) return false;
    return true;
  }

  #enter({ bytes, start, nameStart }: RawFileHeader): FolderPlan | undefined {
    const length = nameStart - start;
    if (length > MAX_FOLDER_BYTES) {
      this.#folderLength = -1;
      return undefined;
    }
    this.#folderBytes.set(bytes.subarray(start, nameStart));
    this.#folderLength = length;
    const folder = length === 0 ? '' : `/${textOf(bytes, start, nameStart - 1)}`;
    const { digests } = this.#options;
    const { packaging } = this.#state;
    this.#packaging = packaging;
    const isTelling =
      digests === 'full' && packaging === undefined && mayRevealPackageDatabase(folder);
    const path = `${folder}/`;
    this.#plan = {
      folder,
      folderHash: hashPath(path),
      nameHash: 0,
      isPlain:
        !isTelling &&
        this.#names.isPlainFolder(folder) &&
        this.#options.extraPaths?.has(path) !== true &&
        this.#options.notedPaths?.has(path) !== true,
      isOwned: mayBeOwned(path),
      algorithms: digests === 'full' ? digestAlgorithms(path, packaging) : NO_ALGORITHMS,
    };
    return this.#plan;
  }

  #isPlain(file: RawFileHeader, folder: string, nameHash: number): boolean {
    if (this.#moreNames?.isPlain(file, nameHash) === false) return false;
    if (this.#names.isPlain(file, nameHash)) return true;
    return this.#options.selectors.isPlain(
      `${folder}/${textOf(file.bytes, file.nameStart, file.end)}`,
    );
  }
}

/** Decodes bytes that are ASCII. */
function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
