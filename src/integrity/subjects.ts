/** Joins packages with what other files say of them. */

import { appendTo } from '../base/maps.ts';
import type { Diversion, ExternalClaimSubject, ExternalClaim } from '../model/catalog.ts';
import { ECOSYSTEMS } from '../model/ecosystem.ts';
import type { WhitedOutReading, PackageOccurrence, Reading } from '../model/package-occurrence.ts';
import { listsMoreThanConfig } from '../model/owned-file-table.ts';
import type { Package } from '../model/package.ts';
import type { RootfsView } from '../model/rootfs-view.ts';
import type {
  FileCounts,
  CheckResults,
  IntegrityInput,
  UnnamedClaim,
  OrphanedManifest,
  OwnerClaim,
  ClaimLocation,
  Subject,
  Subjects,
} from './input.ts';

export function subjectsOf(input: IntegrityInput): Subjects {
  const all = input.inventory.packages.map((pkg) =>
    subjectOf(pkg, input.entries.get(pkg.id) ?? []),
  );
  const index = new SubjectIndex(all, input.root);
  const diversions = new Map<string, Diversion>();
  const ofOwners: OwnerClaim[] = [];
  const orphans: OrphanedManifest[] = [];
  const nameless: UnnamedClaim[] = [];
  for (const reading of input.readings) {
    for (const diversion of reading.result.diversions ?? []) {
      diversions.set(diversion.path, diversion);
    }
    for (const testimony of reading.result.externalClaims ?? []) {
      if (!isAtExpectedPath(testimony, reading.path, input.root)) continue;
      const at = { path: reading.path, layer: reading.layer };
      if (testimony.of.kind === 'owner') {
        const { products } = testimony.of;
        ofOwners.push({ at, products, claims: testimony.versionClaims ?? [] });
        continue;
      }
      const subjects = index.named(testimony, reading);
      for (const subject of subjects) {
        take(subject, testimony, at);
        for (const digest of testimony.digests ?? []) subject.archives.push({ digest, at });
      }
      if (subjects.length > 0) continue;
      orphans.push(...orphanOf(testimony, at));
      nameless.push(...namelessOf(testimony, at));
    }
  }
  for (const reading of input.erased ?? []) takeErased(index, reading);
  return {
    all,
    byId: new Map(all.map((subject) => [subject.pkg.id, subject])),
    diversions,
    ofOwners,
    orphans,
    nameless,
  };
}

/** Whether a list of files lies where the package manager finds it. */
export function isAtExpectedPath({ of }: ExternalClaim, path: string, root: RootfsView): boolean {
  if (of.kind !== 'name' || of.soughtAt === undefined) return true;
  return root.lookUp(of.soughtAt, true).path === path;
}

/** Whether only links could make it count. */
export function hasExpectedPath(of: ExternalClaimSubject): boolean {
  return of.kind === 'name' && of.soughtAt !== undefined;
}

/** A list of files that was deleted still tells what the package had, where it is of the version that is installed. */
function takeErased(index: SubjectIndex, reading: WhitedOutReading): void {
  for (const testimony of reading.result.externalClaims ?? []) {
    const { of, ownedFiles: ownedFiles = [] } = testimony;
    // Of what was deleted elsewhere nobody knows whether a link led there.
    if (of.kind === 'owner' || hasExpectedPath(of) || ownedFiles.length === 0) continue;
    for (const subject of index.named(testimony, reading)) {
      const { entries } = subject;
      const isOfThisVersion = entries.every(({ introducedIn }) => introducedIn <= reading.layer);
      if (!isOfThisVersion || hasFileList(subject)) continue;
      subject.manifests.push({
        files: ownedFiles,
        at: { path: reading.path, layer: reading.layer },
      });
    }
  }
}

/** Whether its files are listed. dpkg's database lists configuration alone; everything else stands in a list of its own. */
export function hasFileList({ manifests, pkg }: Pick<Subject, 'manifests' | 'pkg'>): boolean {
  if (!pkg.foundBy.startsWith('debian/')) return manifests.length > 0;
  return manifests.some(({ files }) => listsMoreThanConfig(files));
}

function subjectOf(pkg: Package, entries: readonly PackageOccurrence[]): Subject {
  const present = entries.filter(({ presence }) => presence !== 'declared');
  const subject: Subject = {
    pkg,
    entries: present,
    isSystem: ECOSYSTEMS[pkg.ecosystem].kind === 'os',
    manifests: [],
    claims: [],
    checks: [],
    archives: [],
    findings: newFindings(),
  };
  for (const { cataloged, location } of present) {
    take(subject, cataloged, { path: location.path, layer: location.layer });
  }
  return subject;
}

function take(
  { manifests, claims, checks }: Subject,
  said: Pick<ExternalClaim, 'ownedFiles' | 'versionClaims' | 'selfChecks'>,
  at: ClaimLocation,
): void {
  if (said.ownedFiles !== undefined && said.ownedFiles.length > 0)
    manifests.push({ files: said.ownedFiles, at });
  for (const claim of said.versionClaims ?? []) claims.push({ ...claim, at });
  for (const check of said.selfChecks ?? []) checks.push({ ...check, at });
}

/** One or none. */
function orphanOf(
  { of, ownedFiles: ownedFiles = [] }: ExternalClaim,
  at: ClaimLocation,
): readonly OrphanedManifest[] {
  if (ownedFiles.length === 0) return [];
  const manifest = { files: ownedFiles, at };
  if (of.kind === 'name') return [{ name: of.name, manifest }];
  return of.kind === 'record' ? [{ name: of.name ?? of.path, manifest, record: of.path }] : [];
}

/** One or none. */
function namelessOf(
  { of, versionClaims = [] }: ExternalClaim,
  at: ClaimLocation,
): readonly UnnamedClaim[] {
  const claim = versionClaims.find(({ name }) => name !== undefined);
  return of.kind === 'record' && claim !== undefined ? [{ claim, record: of.path, at }] : [];
}

/** Finds the packages that externalClaims name. */
class SubjectIndex {
  readonly #byName = new Map<string, Subject[]>();
  readonly #byRecord = new Map<string, Subject[]>();
  readonly #root: RootfsView;

  constructor(subjects: readonly Subject[], root: RootfsView) {
    this.#root = root;
    for (const subject of subjects) {
      if (subject.entries.length === 0) continue;
      if (subject.isSystem) appendTo(this.#byName, subject.pkg.name, subject);
      const paths = new Set(subject.entries.map(({ location }) => location.path));
      for (const path of paths) appendTo(this.#byRecord, path, subject);
    }
  }

  named({ of }: ExternalClaim, reading: Reading): readonly Subject[] {
    switch (of.kind) {
      case 'name': {
        const named = this.#byName.get(of.name) ?? [];
        return of.architecture === undefined
          ? named
          : named.filter(({ pkg }) => isFor(pkg, of.architecture ?? ''));
      }
      case 'record': {
        const recorded =
          this.#byRecord.get(of.path) ??
          this.#byRecord.get(this.#root.lookUp(of.path, true).path) ??
          [];
        return of.name === undefined
          ? recorded
          : recorded.filter(({ pkg }) => pkg.name === of.name);
      }
      case 'owner':
        throw new Error(`the owner of "${reading.path}" is looked up later`);
    }
  }
}

/** dpkg files what is for all architectures under the native one. */
function isFor(pkg: Package, architecture: string): boolean {
  const own = pkg.qualifiers.get('arch');
  return own === undefined || own === architecture || own === 'all';
}

function newFindings(): CheckResults {
  return {
    reasons: [],
    contradictions: [],
    severeCount: 0,
    slightCount: 0,
    versionCount: 0,
    evidenced: [],
    isContradicted: false,
    agreeing: 0,
    isDoubted: false,
    files: newCounts(),
  };
}

function newCounts(): FileCounts {
  return {
    matchedCount: 0,
    mismatchedCount: 0,
    missingCount: 0,
    excludedCount: 0,
    missingCode: [],
    uncheckedCount: 0,
    bareCodeCount: 0,
    newestLayer: -1,
    hasCode: false,
  };
}
