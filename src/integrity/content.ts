/**
 * Compares the files that packages own with the bytes in the merged root.
 *
 * A path that several manifests name is right as soon as one of them agrees: packages may replace each other's files
 * (Debian Policy 7.6.1), and the manifest of the one that was replaced keeps its line.
 */

import { createHash } from 'node:crypto';
import { baseName, directoryOf } from '../base/artifact-path.ts';
import type { Digest } from '../model/artifact.ts';
import type { Diversion, LayerManifestMatch, OwnedFile, OwnedFileRows } from '../model/catalog.ts';
import type { FileFact } from '../model/layer-record.ts';
import type { Contradiction } from '../model/package.ts';
import type { RootfsEntry, RootfsFile, RootfsDirectory } from '../model/rootfs-view.ts';
import {
  classifyFile,
  classifyMissingFile,
  isPythonBytecode,
  isLockedRootAccount,
  isSharedLibrary,
  mayBeMissing,
} from './file-class.ts';
import type { FileCounts, IntegrityInput, Manifest, Subject, Subjects } from './input.ts';
import { fileListKey, fileListsOf, MatchedBodyOwners, type FileOwners } from './file-owners.ts';

/** A digest that no walk has taken yet. */
export interface MissingDigest {
  readonly fact: FileFact;
  readonly stored: RootfsFile['stored'];
  readonly algorithm: string;
}

export interface ContentOutcome {
  readonly owners: FileOwners;
  /** Not empty: a second walk over these layers would tell more. */
  readonly missing: readonly MissingDigest[];
}

/** A contradiction of a file, kept apart until all packages were looked at. */
interface Mismatch {
  readonly subject: Subject;
  readonly owned: OwnedFile;
  readonly file: RootfsFile;
  readonly found: string;
}

/**
 * Compares all files of all packages and counts them in the findings of each; where base names are given only files with
 * these, and their findings are worth nothing.
 */
export function compareContents(
  input: IntegrityInput,
  subjects: Subjects,
  onlyNames?: ReadonlySet<string>,
): ContentOutcome {
  const run = new Comparison(input, subjects, onlyNames);
  for (const subject of subjects.all) {
    for (const manifest of subject.manifests) run.compare(subject, manifest);
  }
  return run.finish();
}

class Comparison {
  readonly #input: IntegrityInput;
  readonly #diversions: ReadonlyMap<string, Diversion>;
  /** Where paths that are diverted lie. */
  readonly #divertedFolders: ReadonlySet<string>;
  readonly #onlyNames: ReadonlySet<string> | undefined;
  readonly #matched: MatchedBodyOwners;
  /** Lists of their layers that have a file at a path that is diverted. */
  readonly #divertedLists: ReadonlySet<string>;
  readonly #mismatched = new Map<number, Subject>();
  readonly #named = new Map<number, Subject>();
  readonly #mismatches: Mismatch[] = [];
  readonly #missing: MissingDigest[] = [];
  /** Paths of files that packages were cataloged from: whoever changes one changes what is matched. */
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
    const { files } = subject.findings;
    // A manifest of its own is written whenever the package is; one in the database is as new as the database.
    if (subject.entries.every(({ location }) => location.path !== manifest.at.path)) {
      files.newestLayer = Math.max(files.newestLayer, manifest.at.layer);
      files.ownManifest = Math.max(files.ownManifest ?? 0, manifest.at.layer);
    }
    const { rows } = manifest.files;
    if (rows === undefined) {
      for (const owned of manifest.files) this.#compareOne(subject, owned);
    } else if (!this.#takeLayerMatch(subject, rows, manifest.at.layer)) {
      this.#compareRows(subject, rows);
    }
  }

  /** Uses the comparison with the manifest's own layer; false if it may not hold for the merged root. */
  #takeLayerMatch(subject: Subject, rows: OwnedFileRows, layer: number): boolean {
    const match = rows.layerMatch;
    if (match === undefined || this.#onlyNames !== undefined) return false;
    const place = { layer, list: match.list };
    if (this.#input.depth !== 'full' || this.#divertedLists.has(fileListKey(place))) return false;
    if (!this.#input.root.isUnchanged(layer, match.list)) return false;
    const { files } = subject.findings;
    files.matchedCount += match.count;
    if (match.count > 0) this.#matched.addList(place, subject);
    if (match.hasCode) sawCode(files, layer, match.hasLibrary);
    this.#compareOthers(subject, rows, match);
    return true;
  }

  /** Compares the files that the manifest does not share with the files of its layer, in their order. */
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
        const isLeftOut =
          row === slimRow && !isDiverted && (place.isEmpty || !place.mayHave(rows.name(row)));
        if (isLeftOut) subject.findings.files.excludedCount += 1;
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

  finish(): ContentOutcome {
    for (const row of this.#mismatches) {
      const { subject, file } = row;
      if (this.#mayReplace(this.#matched.get(file.body), subject, file)) {
        subject.findings.files.excludedCount += 1;
        continue;
      }
      subject.findings.files.mismatchedCount += 1;
      this.#mismatched.set(file.body, subject);
      contradict(row, this.#isRecord(subject, file));
    }
    const owners = { matched: this.#matched, mismatched: this.#mismatched, named: this.#named };
    return { owners, missing: this.#missing };
  }

  /**
   * Whether packages were cataloged from the file. Where one of the system ships it, that is said of the packages, as of
   * `ownership`.
   */
  #isRecord({ entries, isSystem }: Subject, { path }: RootfsFile): boolean {
    if (entries.some(({ location }) => location.path === path)) return true;
    return !isSystem && this.#records.has(path);
  }

  /**
   * Whether a package whose manifest agrees may have put its file in the place of another's. Packages of the system may,
   * where they say so in packagings that ask for it. Those of a language may where they replace what the system brought
   * of the same language, as `pip install -U pip` does on Alpine: the system's package has files in the folder of
   * packages too. Else a list of files that anybody can write would excuse a changed program.
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
    const { files } = subject.findings;
    if (seen.kind !== 'file') {
      if (!this.#compareMoved(subject, owned, seen)) countMissing(subject, owned, seen);
      return;
    }
    const { digest } = owned;
    if (digest === undefined || this.#input.depth !== 'full') {
      this.#named.set(seen.body, subject);
      files.uncheckedCount += 1;
      if (digest === undefined && this.#isBare(owned, seen)) files.bareCodeCount += 1;
      return;
    }
    if (classifyFile(owned, seen) === 'code') {
      sawCode(files, seen.layer, isSharedLibrary(seen.path));
    }
    if (seen.hasDigest(digest) || this.#more(seen).includes(digest)) {
      files.matchedCount += 1;
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
    subject.findings.files.uncheckedCount += 1;
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
      subject.findings.files.excludedCount += 1;
      return;
    }
    this.#mismatches.push({ subject, owned, file, found });
  }

  /**
   * A file that a link now stands for, which leads to where records do not keep every file: what is there cannot be
   * compared, and is not what the package brought. False where it is no such thing.
   */
  #compareMoved(subject: Subject, owned: OwnedFile, seen: RootfsEntry): boolean {
    if (seen.kind !== 'nothing' || seen.isCertain || owned.digest === undefined) return false;
    const link = this.#input.root.lookUp(owned.path, false);
    if (link.kind !== 'link' || classifyMissingFile(owned) !== 'code') return false;
    subject.findings.files.mismatchedCount += 1;
    recordContentMismatch(subject, {
      claimed: `${owned.digest} by the manifest of ${subject.pkg.name}`,
      found: `a link to ${link.target}`,
      location: { path: link.path, layer: link.layer },
      isSevere: true,
    });
    subject.findings.isContradicted = true;
    return true;
  }

  #compareLink(subject: Subject, owned: OwnedFile, path: string): void {
    const seen = this.#input.root.lookUp(path, false);
    const { files } = subject.findings;
    if (seen.kind !== 'link') {
      // What a link was made for may have been made a file, as alternatives and usr-merge do; nothing is hidden by it.
      if (seen.kind === 'nothing') countMissing(subject, owned, seen);
      else files.uncheckedCount += 1;
      return;
    }
    if (!isSameTarget(owned, seen.target)) files.uncheckedCount += 1;
    else if (owned.digest !== undefined || owned.target !== undefined) files.matchedCount += 1;
  }
}

function sawCode(files: FileCounts, layer: number, isLibrary: boolean): void {
  files.hasCode = true;
  files.newestLayer = Math.max(files.newestLayer, layer);
  files.newestCode = Math.max(files.newestCode ?? 0, layer);
  if (isLibrary) files.oldestLibrary = Math.min(files.oldestLibrary ?? layer, layer);
}

/** dpkg refuses a package that ships another's file and does not say that it replaces it. */
function saysItReplaces(by: Subject, replaced: Subject): boolean {
  return by.entries.some(
    ({ cataloged }) => cataloged.replaces?.includes(replaced.pkg.name) !== false,
  );
}

const NO_DIGESTS: readonly Digest[] = [];

/** Where nothing is recorded, nothing differs. */
function isSameTarget({ digest, target }: OwnedFile, found: string): boolean {
  if (target !== undefined) return target === found;
  if (digest === undefined) return true;
  const algorithm = digest.slice(0, digest.indexOf(':'));
  return digest === `${algorithm}:${createHash(algorithm).update(found).digest('hex')}`;
}

function countMissing(subject: Subject, owned: OwnedFile, seen: RootfsEntry): void {
  const { files } = subject.findings;
  if (mayBeMissing(owned)) files.excludedCount += 1;
  else if (seen.kind === 'nothing' && !seen.isCertain) files.uncheckedCount += 1;
  else {
    files.missingCount += 1;
    if (isRecorded(owned) && classifyMissingFile(owned) === 'code') files.missingCode.push(owned);
  }
}

/** Of links, only where the manifest says where they lead: others are made and removed by scripts. */
function isRecorded({ kind, target, digest }: OwnedFile): boolean {
  return kind !== 'link' || target !== undefined || digest !== undefined;
}

function contradict({ subject, owned, file, found }: Mismatch, isRecord: boolean): void {
  const { findings, pkg } = subject;
  const kind = isRecord ? 'code' : classifyFile(owned, file);
  recordContentMismatch(subject, {
    claimed: `${owned.digest ?? ''} by the manifest of ${pkg.name}`,
    found,
    location: { path: file.path, layer: file.layer },
    isSevere: kind === 'code',
  });
  if (kind !== 'config') findings.isContradicted = true;
}

/** Tells a difference in content, unless too many of its weight were told. */
export function recordContentMismatch(
  { findings }: Subject,
  what: Omit<Contradiction, 'kind'>,
): void {
  const known = what.isSevere ? findings.severeCount++ : findings.slightCount++;
  if (known < MAX_NAMED) findings.contradictions.push({ kind: 'content', ...what });
}

/**
 * How many changed files of one package are named, of each weight: nobody may hide a program behind a thousand changed
 * texts. The counts are of all.
 */
const MAX_NAMED = 200;
