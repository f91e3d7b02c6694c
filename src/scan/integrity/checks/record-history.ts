/**
 * Records of the system's packages against their own past in lower layers. A package manager that
 * installs another version writes its records and files anew; an edited database changes alone.
 *
 * Equal files above and below prove nothing, because layers are differences: a file that is equal
 * in both versions, with an equal time, may be left out. An old file contradicts a new version only
 * if builds never give it the same time: dpkg's list of files, and shared libraries.
 */

import type { CatalogedPackage, OwnedFile } from '../../../core/model/catalog/catalog.ts';
import type { Contradiction } from '../../../core/model/package/package.ts';
import type { PackageOccurrence } from '../../../core/model/package/package-occurrence.ts';
import type { ArtifactCheck, CheckInput } from '../check.ts';
import { classifyFile } from '../file-class.ts';
import type { FileCounts } from '../file-counts.ts';
import type { FileOwners } from '../file-owners.ts';
import type { IntegrityInput, Subject } from '../input.ts';
import { packageLabel } from '../package-label.ts';
import {
  contradictContent,
  giveVersion,
  type ContradictionStatement,
  type Statement,
} from '../statement.ts';

/** Compares every package with its records in the layers below. */
export const recordHistory: ArtifactCheck = {
  id: 'record-history',
  needs: ['erased files', 'other records'],
  ofArtifact: compareRecordHistory,
};

function compareRecordHistory(input: CheckInput): readonly Statement[] {
  const moved = movedRecords(input);
  return input.subjects.all.flatMap((subject) => compareWithPast(subject, input, moved));
}

function compareWithPast(
  subject: Subject,
  input: CheckInput,
  moved: ReadonlyMap<string, CatalogedPackage>,
): readonly Statement[] {
  const [entry, ...others] = subject.entries;
  if (entry === undefined || others.length > 0) return [];
  const { kept: states = [], cataloged } = entry;
  const ofFiles = states.flatMap((kept) => compareFilesWithPast(input, subject, kept));
  if (!subject.isSystem) return ofFiles;
  const replaced = entry.replaced ?? moved.get(keyOf(subject.pkg.ecosystem, cataloged));
  return [
    ...ofFiles,
    ...(replaced === undefined ? [] : compareVersionWithPast(subject, replaced, input)),
    ...compareStates(subject, entry),
  ];
}

/** Returns the newest state of each package in databases that a layer removed or moved. */
function movedRecords({
  erased = [],
  inventory,
}: IntegrityInput): ReadonlyMap<string, CatalogedPackage> {
  const records = new Map<string, CatalogedPackage>();
  const finders = new Map(inventory.packages.map(({ foundBy, ecosystem }) => [foundBy, ecosystem]));
  for (const { foundBy, result } of erased) {
    const ecosystem = finders.get(foundBy);
    for (const cataloged of ecosystem === undefined ? [] : result.packages) {
      const key = keyOf(ecosystem ?? '', cataloged);
      if (!records.has(key)) records.set(key, cataloged);
    }
  }
  return records;
}

function keyOf(ecosystem: string, { name, qualifiers }: CatalogedPackage): string {
  return JSON.stringify([ecosystem, name, qualifiers?.get('arch') ?? '']);
}

function compareVersionWithPast(
  subject: Subject,
  replaced: CatalogedPackage,
  { contents }: CheckInput,
): readonly Statement[] {
  const [entry] = subject.entries;
  if (entry === undefined || replaced.version === subject.pkg.version) return [];
  const why = whyOnlyTheRecord(contents.countsOf(subject), entry, replaced);
  if (why === undefined) return [];
  return giveVersion(subject, {
    found: replaced.version,
    by: `the layers below: ${why}`,
    at: { path: entry.location.path, layer: entry.introducedIn },
  });
}

/** Returns why nothing but the record changed; `undefined` if that is not certain. */
function whyOnlyTheRecord(
  { newestLayer, hasCode, ownManifest, oldestLibrary }: FileCounts,
  { introducedIn, cataloged }: PackageOccurrence,
  replaced: CatalogedPackage,
): string | undefined {
  if (hasCode && newestLayer < introducedIn) {
    return 'only the database changed, and no program of the package';
  }
  if (ownManifest !== undefined && ownManifest < introducedIn) {
    return 'the list of its files is still that of the other version';
  }
  if (ownManifest !== undefined && oldestLibrary !== undefined && oldestLibrary < introducedIn) {
    return 'a library of the package is still that of the other version';
  }
  return (cataloged.digests ?? []).some((digest) => replaced.digests?.includes(digest) === true)
    ? 'the checksum of the package is still that of the other version'
    : undefined;
}

/**
 * Compares what one version cannot change: the source package, which advisories name, and the
 * maintainer.
 */
function compareStates(subject: Subject, entry: PackageOccurrence): readonly Statement[] {
  const { pkg } = subject;
  const statements = new Map<string, ContradictionStatement>();
  const contradict = ({ claimed, found }: Pick<Contradiction, 'claimed' | 'found'>): void => {
    if (statements.has(found)) return;
    statements.set(found, {
      kind: 'contradiction',
      subject,
      contradiction: { kind: 'version', claimed, found, location: entry.location, isSevere: true },
    });
  };
  for (const kept of entry.kept ?? []) {
    const [before, now] = [kept.source?.name ?? kept.name, pkg.source?.name ?? pkg.name];
    if (before !== now) {
      contradict({
        claimed: `${packageLabel(pkg)}, built from ${now}`,
        found: `built from ${before} by the layers below, in the same version`,
      });
    }
    const [past, maintainer] = [kept.maintainer, entry.cataloged.maintainer];
    if (past !== maintainer) {
      contradict({
        claimed: `${packageLabel(pkg)}, maintained by ${maintainer ?? 'nobody'}`,
        found: `maintained by ${past ?? 'nobody'} in the layers below, in the same version`,
      });
    }
  }
  return [...statements.values()];
}

/**
 * Compares records that list files: one version has one list, except for files that other packages
 * have taken over.
 */
function compareFilesWithPast(
  input: CheckInput,
  subject: Subject,
  kept: CatalogedPackage,
): readonly Statement[] {
  const [entry] = subject.entries;
  const [past, now] = [[...(kept.ownedFiles ?? [])], [...(entry?.cataloged.ownedFiles ?? [])]];
  if (entry === undefined || past.length === 0 || isSameList(past, now)) return [];
  const [before, after] = [digestsOf(past), digestsOf(now)];
  const { path: record, layer } = entry.location;
  const statements: Statement[] = [];
  for (const owned of [...now, ...past.filter(({ path }) => !after.has(path))]) {
    const { path, kind } = owned;
    if (kind !== 'file' || (after.has(path) && before.get(path) === after.get(path))) continue;
    if (!isCodeOf(input, owned, after.has(path) ? undefined : input.contents.owners)) continue;
    const statement = contradictContent(subject, {
      claimed: `${before.get(path) ?? 'nothing'} for ${path} by the record below, of the same version`,
      found: after.has(path) ? (after.get(path) ?? 'no digest') : 'no line',
      location: { path: record, layer },
      isSevere: true,
    });
    statements.push(statement);
  }
  return statements;
}

/**
 * Returns whether a file is there and is code; with `owners`, whether it also is not that of
 * another package.
 */
function isCodeOf(
  { root }: IntegrityInput,
  owned: OwnedFile,
  owners: FileOwners | undefined,
): boolean {
  const seen = root.lookUp(owned.path, true);
  if (seen.kind !== 'file' || classifyFile(owned, seen) !== 'code') return false;
  return owners?.matched.has(seen.body) !== true;
}

function digestsOf(files: readonly OwnedFile[]): ReadonlyMap<string, OwnedFile['digest']> {
  return new Map(files.map(({ path, digest }) => [path, digest]));
}

function isSameList(a: readonly OwnedFile[], b: readonly OwnedFile[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ path, digest }, at) => path === b[at]?.path && digest === b[at].digest)
  );
}
