/**
 * Compares the files that packages own with the bytes in the merged root.
 *
 * A path that several manifests name is right as soon as one of them agrees: packages may replace
 * each other's files (Debian Policy 7.6.1), and the manifest of the one that was replaced keeps its
 * line.
 */

import { baseName, directoryOf } from '../../core/base/artifact-path.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type {
  Diversion,
  LayerManifestMatch,
  OwnedFile,
  OwnedFileRows,
} from '../../core/model/catalog/catalog.ts';
import type { FileFact } from '../../core/model/layer/layer-record.ts';
import type {
  RootfsEntry,
  RootfsFile,
  RootfsDirectory,
} from '../../core/model/layer/rootfs-view.ts';
import {
  classifyFile,
  classifyMissingFile,
  isPythonBytecode,
  isLockedRootAccount,
  isSameTarget,
  isSharedLibrary,
} from './file-class.ts';
import {
  countCode,
  countManifest,
  countMissing,
  newCounts,
  type FileCounts,
  type FileCountsDraft,
} from './file-counts.ts';
import type { IntegrityInput, Manifest, Subject, Subjects } from './input.ts';
import { fileListKey, fileListsOf, MatchedBodyOwners, type FileOwners } from './file-owners.ts';
import { contradictContent, type ContradictionStatement } from './statement.ts';

/** A digest that no walk has taken yet. */
export interface MissingDigest {
  readonly fact: FileFact;
  readonly stored: RootfsFile['stored'];
  readonly algorithm: string;
}

/** Result of comparing all files. */
export interface ContentComparison {
  readonly owners: FileOwners;
  /** Returns the counts of a package's files. */
  readonly countsOf: (subject: Subject) => FileCounts;
  /** Contradictions of changed files, in the order of manifests. */
  readonly statements: readonly ContradictionStatement[];
  /**
   * Digests that a second walk over their layers can take; the comparison is complete if there are
   * none.
   */
  readonly missing: readonly MissingDigest[];
}

/**
 * A file whose digest is not the manifest's. Whether that is a contradiction depends on all other
 * packages.
 */
interface Mismatch {
  readonly subject: Subject;
  readonly owned: OwnedFile;
  readonly file: RootfsFile;
  readonly found: string;
}

/**
 * Compares the files of all packages. If base names are given, it compares files of these names,
 * and only `owners` is valid.
 */
export function compareContents(
  input: IntegrityInput,
  subjects: Subjects,
  onlyNames?: ReadonlySet<string>,
): ContentComparison {
  const run = new Comparison(input, subjects, onlyNames);
  for (const subject of subjects.all) {
    for (const manifest of subject.manifests) run.compare(subject, manifest);
  }
  return run.finish();
}

class Comparison {
  readonly #input: IntegrityInput;
  readonly #diversions: ReadonlyMap<string, Diversion>;
  /** Directories of diverted paths. */
  readonly #divertedFolders: ReadonlySet<string>;
  readonly #onlyNames: ReadonlySet<string> | undefined;
  readonly #matched: MatchedBodyOwners;
  /** Lists of their layers that have a file at a path that is diverted. */
  readonly #divertedLists: ReadonlySet<string>;
  readonly #mismatched = new Map<number, Subject>();
  readonly #named = new Map<number, Subject>();
  readonly #counts = new Map<Subject, FileCountsDraft>();
  readonly #mismatches: Mismatch[] = [];
  readonly #statements: ContradictionStatement[] = [];
  readonly #missing: MissingDigest[] = [];
  /**
   * Paths of files that packages were cataloged from: a change of one changes the matched packages.
   */
  readonly #records: ReadonlySet<string>;
  /** Whether a package has files in a folder, by both. */
  readonly #sharing = new Map<string, boolean>();

  constructor(
    input: IntegrityInput,
    { all, diversions }: Pick<Subjects, 'all' | 'diversions'>,
    onlyNames: ReadonlySet<string> | undefined,
  ) {
    this.#input = input;
    this.#records = new Set(all.flatMap(({ entries }) => entries.map((it) => it.location.path)));
    this.#diversions = diversions;
    this.#divertedFolders = new Set([...diversions.keys()].map(directoryOf));
    this.#onlyNames = onlyNames;
    this.#matched = new MatchedBodyOwners(input.root);
    this.#divertedLists = fileListsOf(input, diversions.keys());
  }

  compare(subject: Subject, manifest: Manifest): void {
    // A manifest of its own is written whenever the package is; one in the database is as new as
    // the database.
    if (subject.entries.every(({ location }) => location.path !== manifest.at.path)) {
      countManifest(this.#countsOf(subject), manifest.at.layer);
    }
    const { rows } = manifest.files;
    if (rows === undefined) {
      for (const owned of manifest.files) this.#compareOne(subject, owned);
    } else if (!this.#takeLayerMatch(subject, rows, manifest.at.layer)) {
      this.#compareRows(subject, rows);
    }
  }

  #countsOf(subject: Subject): FileCountsDraft {
    let counts = this.#counts.get(subject);
    if (counts === undefined) this.#counts.set(subject, (counts = newCounts()));
    return counts;
  }

  /**
   * Uses the comparison with the manifest's own layer; false if it may not hold for the merged
   * root.
   */
  #takeLayerMatch(subject: Subject, rows: OwnedFileRows, layer: number): boolean {
    const match = rows.layerMatch;
    if (match === undefined || this.#onlyNames !== undefined) return false;
    const place = { layer, list: match.list };
    if (this.#input.depth !== 'full' || this.#divertedLists.has(fileListKey(place))) return false;
    if (!this.#input.root.isUnchanged(layer, match.list)) return false;
    const counts = this.#countsOf(subject);
    counts.matchedCount += match.count;
    if (match.count > 0) this.#matched.addList(place, subject);
    if (match.hasCode) countCode(counts, layer, match.hasLibrary);
    this.#compareOthers(subject, rows, match);
    return true;
  }

  /**
   * Compares the files that the manifest does not share with the files of its layer, in their
   * order.
   */
  #compareOthers(subject: Subject, rows: OwnedFileRows, { slim, rest }: LayerManifestMatch): void {
    let slimAt = 0;
    let restAt = 0;
    for (const { folder, end } of rows.runs()) {
      if ((slim[slimAt] ?? end) >= end && (rest[restAt] ?? end) >= end) continue;
      const place = this.#input.root.folder(folder);
      const isDiverted = this.#divertedFolders.has(folder);
      for (;;) {
        const slimRow = slim[slimAt] ?? end;
        const restRow = rest[restAt] ?? end;
        const row = Math.min(slimRow, restRow);
        if (row >= end) break;
        if (row === slimRow) slimAt += 1;
        else restAt += 1;
        const isLeftOut = row === slimRow && !isDiverted && !place.mayHave(rows.name(row));
        if (isLeftOut) this.#countsOf(subject).excludedCount += 1;
        else this.#compareRow(subject, rows, { folder, row, place });
      }
    }
  }

  /** Compares all files, directory by directory. */
  #compareRows(subject: Subject, rows: OwnedFileRows): void {
    for (const { folder, start, end } of rows.runs()) {
      const place = this.#input.root.folder(folder);
      for (let row = start; row < end; row += 1) {
        this.#compareRow(subject, rows, { folder, row, place });
      }
    }
  }

  #compareRow(
    subject: Subject,
    rows: OwnedFileRows,
    { folder, row, place }: { folder: string; row: number; place: RootfsDirectory },
  ): void {
    const name = rows.name(row);
    const owned = rows.file(row, `${folder}/${name}`);
    if (owned.kind === 'link' || this.#divertedFolders.has(folder)) {
      this.#compareOne(subject, owned);
    } else if (this.#onlyNames?.has(name) !== false) {
      this.#compareFile(subject, owned, place.lookUp(name, true));
    }
  }

  #compareOne(subject: Subject, owned: OwnedFile): void {
    const path = this.#diverted(owned.path, subject.pkg.name);
    if (this.#onlyNames?.has(baseName(path)) === false) return;
    if (owned.kind === 'link') this.#compareLink(subject, owned, path);
    else this.#compareFile(subject, owned, this.#input.root.lookUp(path, true));
  }

  finish(): ContentComparison {
    for (const row of this.#mismatches) {
      const { subject, file } = row;
      if (this.#mayReplace(this.#matched.get(file.body), subject, file)) {
        this.#countsOf(subject).excludedCount += 1;
        continue;
      }
      this.#countsOf(subject).mismatchedCount += 1;
      this.#mismatched.set(file.body, subject);
      this.#statements.push(contradict(row, this.#isRecord(subject, file)));
    }
    const counts = this.#counts;
    return {
      owners: { matched: this.#matched, mismatched: this.#mismatched, named: this.#named },
      countsOf: (subject) => counts.get(subject) ?? newCounts(),
      statements: this.#statements,
      missing: this.#missing,
    };
  }

  /**
   * Returns whether packages were cataloged from the file. Where one of the system ships it, that
   * is said of the packages, as of `ownership`.
   */
  #isRecord({ entries, isSystem }: Subject, { path }: RootfsFile): boolean {
    if (entries.some(({ location }) => location.path === path)) return true;
    return !isSystem && this.#records.has(path);
  }

  /**
   * Returns whether a package whose manifest agrees may have put its file in the place of
   * another's. Packages of the system may, where they say so in packagings that ask for it. Those
   * of a language may where they replace what the system brought of the same language, as
   * `pip install -U pip` does on Alpine: the system's package has files in the folder of packages
   * too. Else a list of files that anybody can write would excuse a changed program.
   */
  #mayReplace(by: Subject | undefined, replaced: Subject, file: RootfsFile): boolean {
    // A second line for the same file is no other package.
    if (by === undefined || by === replaced) return false;
    if (by.isSystem && replaced.isSystem) return saysItReplaces(by, replaced);
    if (by.isSystem || !replaced.isSystem) return true;
    return by.manifests.some(({ at }) => {
      const folder = directoryOf(directoryOf(at.path));
      if (folder === '') return false;
      return file.path.startsWith(`${folder}/`) || this.#hasFileIn(replaced, `${folder}/`);
    });
  }

  #hasFileIn(subject: Subject, folder: string): boolean {
    const key = `${subject.pkg.id} ${folder}`;
    const known = this.#sharing.get(key);
    if (known !== undefined) return known;
    const has = subject.manifests.some(({ files }) =>
      [...files].some(({ path }) => path.startsWith(folder)),
    );
    this.#sharing.set(key, has);
    return has;
  }

  #diverted(path: string, packageName: string): string {
    if (this.#diversions.size === 0) return path;
    const diversion = this.#diversions.get(path);
    return diversion === undefined || diversion.by === packageName ? path : diversion.to;
  }

  #compareFile(subject: Subject, owned: OwnedFile, seen: RootfsEntry): void {
    const counts = this.#countsOf(subject);
    if (seen.kind !== 'file') {
      if (!this.#compareMoved(subject, owned, seen)) countMissing(counts, owned, seen);
      return;
    }
    const { digest } = owned;
    if (digest === undefined || this.#input.depth !== 'full') {
      this.#named.set(seen.body, subject);
      counts.uncheckedCount += 1;
      if (digest === undefined && this.#isBare(owned, seen)) counts.bareCodeCount += 1;
      return;
    }
    if (classifyFile(owned, seen) === 'code') {
      countCode(counts, seen.layer, isSharedLibrary(seen.path));
    }
    if (seen.hasDigest(digest) || this.#more(seen).includes(digest)) {
      counts.matchedCount += 1;
      this.#matched.add(seen.body, subject);
      return;
    }
    const algorithm = digest.slice(0, digest.indexOf(':') + 1);
    const other = [...seen.digests, ...this.#more(seen)].find((it) => it.startsWith(algorithm));
    if (other === undefined) this.#ask(subject, seen, algorithm);
    else this.#differ(subject, owned, { file: seen, found: other });
  }

  /** Python writes compiled files by itself, so no list of files has their digests. */
  #isBare(owned: OwnedFile, seen: RootfsFile): boolean {
    if (this.#records.has(seen.path)) return true;
    return !isPythonBytecode(owned.path) && classifyFile(owned, seen) === 'code';
  }

  #more(file: RootfsFile): readonly Digest[] {
    return this.#input.moreDigests?.get(file.fact) ?? NO_DIGESTS;
  }

  #ask(subject: Subject, { body, fact, stored }: RootfsFile, algorithm: string): void {
    this.#countsOf(subject).uncheckedCount += 1;
    this.#named.set(body, subject);
    this.#missing.push({ fact, stored, algorithm: algorithm.slice(0, -1) });
  }

  #differ(
    subject: Subject,
    owned: OwnedFile,
    { file, found }: { readonly file: RootfsFile; readonly found: string },
  ): void {
    // Python writes compiled files anew; the locked root account of Alpine is meant.
    if (isPythonBytecode(owned.path) || isLockedRootAccount(owned.path, subject.pkg.name)) {
      this.#countsOf(subject).excludedCount += 1;
      return;
    }
    this.#mismatches.push({ subject, owned, file, found });
  }

  /**
   * Handles a file that a link now replaces, which leads to a place where records do not keep every
   * file: its content cannot be compared, and is not the package's. Returns false for other files.
   */
  #compareMoved(subject: Subject, owned: OwnedFile, seen: RootfsEntry): boolean {
    if (seen.kind !== 'nothing' || seen.isCertain || owned.digest === undefined) return false;
    const link = this.#input.root.lookUp(owned.path, false);
    if (link.kind !== 'link' || classifyMissingFile(owned) !== 'code') return false;
    this.#countsOf(subject).mismatchedCount += 1;
    const statement = contradictContent(subject, {
      claimed: `${owned.digest} by the manifest of ${subject.pkg.name}`,
      found: `a link to ${link.target}`,
      location: { path: link.path, layer: link.layer },
      isSevere: true,
    });
    this.#statements.push(statement);
    return true;
  }

  #compareLink(subject: Subject, owned: OwnedFile, path: string): void {
    const seen = this.#input.root.lookUp(path, false);
    const counts = this.#countsOf(subject);
    if (seen.kind !== 'link') {
      // What a link was made for may have been made a file, as alternatives and usr-merge do;
      // nothing is hidden by it.
      if (seen.kind === 'nothing') countMissing(counts, owned, seen);
      else counts.uncheckedCount += 1;
      return;
    }
    if (!isSameTarget(owned, seen.target)) counts.uncheckedCount += 1;
    else if (owned.digest !== undefined || owned.target !== undefined) counts.matchedCount += 1;
  }
}

/** dpkg refuses a package that ships another's file and does not say that it replaces it. */
function saysItReplaces(by: Subject, replaced: Subject): boolean {
  return by.entries.some(
    ({ cataloged }) => cataloged.replaces?.includes(replaced.pkg.name) !== false,
  );
}

const NO_DIGESTS: readonly Digest[] = [];

function contradict(
  { subject, owned, file, found }: Mismatch,
  isRecord: boolean,
): ContradictionStatement {
  const kind = isRecord ? 'code' : classifyFile(owned, file);
  const statement = contradictContent(subject, {
    claimed: `${owned.digest ?? ''} by the manifest of ${subject.pkg.name}`,
    found,
    location: { path: file.path, layer: file.layer },
    isSevere: kind === 'code',
  });
  return kind === 'config' ? { ...statement, keepsLevel: true } : statement;
}
