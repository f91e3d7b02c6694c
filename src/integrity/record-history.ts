/**
 * Records of the system's packages against their own past, where layers show it. A package manager that installs another
 * version writes its records and files anew; whoever edits a database changes that alone.
 *
 * What is the same above and below proves nothing where layers are made of differences: a file that is equal in both
 * versions, with an equal time, may be left out. So an old file contradicts a new version only where builds never give
 * it the same time: dpkg's list of files, and shared libraries.
 */

import type { CatalogedPackage, OwnedFile } from '../model/catalog.ts';
import { recordContentMismatch } from './content.ts';
import { classifyFile } from './file-class.ts';
import { contradictVersion } from './version-claims.ts';
import type { IntegrityInput, Subject, Subjects } from './input.ts';
import { packageLabel } from './package-label.ts';
import type { FileOwners } from './file-owners.ts';

/** Compares every package with what the layers below said of it. */
export function compareRecordHistory(
  input: IntegrityInput,
  subjects: Subjects,
  owners: FileOwners,
): void {
  const moved = movedRecords(input);
  for (const subject of subjects.all) {
    const [entry, ...others] = subject.entries;
    if (entry === undefined || others.length > 0) continue;
    for (const kept of entry.kept ?? []) compareFilesWithPast(input, subject, kept, owners);
    if (!subject.isSystem) continue;
    const replaced = entry.replaced ?? moved.get(keyOf(subject.pkg.ecosystem, entry.cataloged));
    if (replaced !== undefined) compareVersionWithPast(subject, replaced);
    for (const kept of entry.kept ?? []) {
      compareSourceWithPast(subject, kept);
      compareMaintainerWithPast(subject, kept);
    }
  }
}

/** The newest state of each package in databases that are no longer where they were. */
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

function compareVersionWithPast(subject: Subject, replaced: CatalogedPackage): void {
  const { entries, findings, pkg } = subject;
  const [entry] = entries;
  if (entry === undefined || replaced.version === pkg.version) return;
  const why = whyOnlyTheRecord(subject, entry.introducedIn, replaced);
  if (why === undefined) return;
  contradictVersion(subject, {
    found: replaced.version,
    by: `the layers below: ${why}`,
    at: { path: entry.location.path, layer: entry.introducedIn },
  });
  findings.evidenced.push(replaced.version);
}

/** What tells that nothing but the record changed; `undefined` where nothing does. */
function whyOnlyTheRecord(
  { findings, entries }: Subject,
  introducedIn: number,
  replaced: CatalogedPackage,
): string | undefined {
  const { newestLayer, hasCode, ownManifest, oldestLibrary } = findings.files;
  if (hasCode && newestLayer < introducedIn) {
    return 'only the database changed, and no program of the package';
  }
  if (ownManifest !== undefined && ownManifest < introducedIn) {
    return 'the list of its files is still that of the other version';
  }
  if (ownManifest !== undefined && oldestLibrary !== undefined && oldestLibrary < introducedIn) {
    return 'a library of the package is still that of the other version';
  }
  const digests = entries[0]?.cataloged.digests ?? [];
  return digests.some((digest) => replaced.digests?.includes(digest) === true)
    ? 'the checksum of the package is still that of the other version'
    : undefined;
}

/** The source package is what advisories are looked up by. */
function compareSourceWithPast({ pkg, entries, findings }: Subject, kept: CatalogedPackage): void {
  const [before, now] = [kept.source?.name ?? kept.name, pkg.source?.name ?? pkg.name];
  const [entry] = entries;
  if (before === now || entry === undefined) return;
  const found = `built from ${before} by the layers below, in the same version`;
  if (findings.contradictions.some((row) => row.found === found)) return;
  findings.contradictions.push({
    kind: 'version',
    claimed: `${packageLabel(pkg)}, built from ${now}`,
    found,
    location: entry.location,
    isSevere: true,
  });
  findings.isContradicted = true;
}

/** One version has one builder: whoever changes that line alone gives the package to somebody else. */
function compareMaintainerWithPast(
  { pkg, entries, findings }: Subject,
  kept: CatalogedPackage,
): void {
  const [before, now] = [kept.maintainer, entries[0]?.cataloged.maintainer];
  const [entry] = entries;
  if (before === now || entry === undefined) return;
  const found = `maintained by ${before ?? 'nobody'} in the layers below, in the same version`;
  if (findings.contradictions.some((row) => row.found === found)) return;
  findings.contradictions.push({
    kind: 'version',
    claimed: `${packageLabel(pkg)}, maintained by ${now ?? 'nobody'}`,
    found,
    location: entry.location,
    isSevere: true,
  });
  findings.isContradicted = true;
}

/** Of packagings whose record lists the files: one version has one list, but for files that others have taken over. */
function compareFilesWithPast(
  input: IntegrityInput,
  subject: Subject,
  kept: CatalogedPackage,
  owners: FileOwners,
): void {
  const [entry] = subject.entries;
  const [past, now] = [[...(kept.ownedFiles ?? [])], [...(entry?.cataloged.ownedFiles ?? [])]];
  if (entry === undefined || past.length === 0 || isSameList(past, now)) return;
  const [before, after] = [digestsOf(past), digestsOf(now)];
  for (const owned of [...now, ...past.filter(({ path }) => !after.has(path))]) {
    const { path, kind } = owned;
    if (kind !== 'file' || (after.has(path) && before.get(path) === after.get(path))) continue;
    if (!isCodeOf(input, owned, after.has(path) ? undefined : owners)) continue;
    recordContentMismatch(subject, {
      claimed: `${before.get(path) ?? 'nothing'} for ${path} by the record below, of the same version`,
      found: after.has(path) ? (after.get(path) ?? 'no digest') : 'no line',
      location: { path: entry.location.path, layer: entry.location.layer },
      isSevere: true,
    });
    subject.findings.isContradicted = true;
  }
}

/** Whether it is there, as code; with `owners`, as code of nobody else. */
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
