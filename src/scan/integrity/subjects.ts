/** Joins packages with the claims of other files about them. */

import { appendTo } from '../../core/base/maps.ts';
import type {
  Diversion,
  ExternalClaimSubject,
  ExternalClaim,
} from '../../core/model/catalog/catalog.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import type { WhitedOutReading, Reading } from '../../core/model/package/package-occurrence.ts';
import { listsMoreThanConfig } from '../../core/model/layer/owned-file-table.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { RootfsView } from '../../core/model/layer/rootfs-view.ts';
import type {
  IntegrityInput,
  LocatedCheck,
  LocatedClaim,
  LocatedDigest,
  Manifest,
  UnnamedClaim,
  OrphanedManifest,
  OwnerClaim,
  ClaimLocation,
  Subject,
  Subjects,
} from './input.ts';

/** Joins the packages of an inventory with the claims about them. */
export function subjectsOf(input: IntegrityInput): Subjects {
  const all = input.inventory.packages.map((pkg) => subjectOf(pkg, input));
  const index = new SubjectIndex(all, input.root);
  const diversions = new Map<string, Diversion>();
  const ofOwners: OwnerClaim[] = [];
  const orphans: OrphanedManifest[] = [];
  const nameless: UnnamedClaim[] = [];
  for (const reading of input.readings) {
    for (const diversion of reading.result.diversions ?? []) {
      diversions.set(diversion.path, diversion);
    }
    for (const claim of reading.result.externalClaims ?? []) {
      if (!isAtExpectedPath(claim, reading.path, input.root)) continue;
      const at = { path: reading.path, layer: reading.layer };
      if (claim.of.kind === 'owner') {
        const { products } = claim.of;
        ofOwners.push({ at, products, claims: claim.versionClaims ?? [] });
        continue;
      }
      const subjects = index.named(claim, reading);
      for (const subject of subjects) {
        addClaims(subject, claim, at);
        for (const digest of claim.digests ?? []) subject.archives.push({ digest, at });
      }
      if (subjects.length > 0) continue;
      orphans.push(...orphanOf(claim, at));
      nameless.push(...namelessOf(claim, at));
    }
  }
  for (const reading of input.erased ?? []) addErased(index, reading);
  return { all, diversions, ofOwners, orphans, nameless };
}

/** Returns whether the package manager finds a claim's file at this path. */
export function isAtExpectedPath({ of }: ExternalClaim, path: string, root: RootfsView): boolean {
  if (of.kind !== 'name' || of.soughtAt === undefined) return true;
  return root.lookUp(of.soughtAt, true).path === path;
}

/** Returns whether a claim counts only if links lead to its file from an expected path. */
export function hasExpectedPath(of: ExternalClaimSubject): boolean {
  return of.kind === 'name' && of.soughtAt !== undefined;
}

/**
 * Returns whether a manifest lists the files of a package; configuration alone is not a list if
 * other files are listed apart.
 */
export function hasFileList({
  manifests,
  listsFilesApart,
}: Pick<Subject, 'manifests' | 'listsFilesApart'>): boolean {
  if (!listsFilesApart) return manifests.length > 0;
  return manifests.some(({ files }) => listsMoreThanConfig(files));
}

/** A subject while claims are added to it. */
interface SubjectDraft extends Subject {
  readonly manifests: Manifest[];
  readonly claims: LocatedClaim[];
  readonly checks: LocatedCheck[];
  readonly archives: LocatedDigest[];
}

/**
 * Adds deleted lists of files to packages without a list, if a list is of the version that is
 * installed.
 */
function addErased(index: SubjectIndex, reading: WhitedOutReading): void {
  for (const claim of reading.result.externalClaims ?? []) {
    const { of, ownedFiles = [] } = claim;
    // Whether links led to a deleted file is not known.
    if (of.kind === 'owner' || hasExpectedPath(of) || ownedFiles.length === 0) continue;
    for (const subject of index.named(claim, reading)) {
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

function subjectOf(pkg: Package, { entries, catalogers }: IntegrityInput): SubjectDraft {
  const present = (entries.get(pkg.id) ?? []).filter(({ presence }) => presence !== 'declared');
  const subject: SubjectDraft = {
    pkg,
    entries: present,
    isSystem: ECOSYSTEMS[pkg.ecosystem].kind === 'os',
    manifests: [],
    claims: [],
    checks: [],
    archives: [],
    listsFilesApart: catalogers.get(pkg.foundBy)?.listsFilesApart === true,
  };
  for (const { cataloged, location } of present) {
    addClaims(subject, cataloged, { path: location.path, layer: location.layer });
  }
  return subject;
}

function addClaims(
  { manifests, claims, checks }: SubjectDraft,
  { ownedFiles, versionClaims, selfChecks }: Omit<ExternalClaim, 'of' | 'digests'>,
  at: ClaimLocation,
): void {
  if (ownedFiles !== undefined && ownedFiles.length > 0) manifests.push({ files: ownedFiles, at });
  for (const claim of versionClaims ?? []) claims.push({ ...claim, at });
  for (const check of selfChecks ?? []) checks.push({ ...check, at });
}

/** Returns the manifest of a claim about a package that no database lists: one or none. */
function orphanOf(
  { of, ownedFiles = [] }: ExternalClaim,
  at: ClaimLocation,
): readonly OrphanedManifest[] {
  if (ownedFiles.length === 0) return [];
  const manifest = { files: ownedFiles, at };
  if (of.kind === 'name') return [{ name: of.name, manifest }];
  return of.kind === 'record' ? [{ name: of.name ?? of.path, manifest, record: of.path }] : [];
}

/** Returns a version claim about a package whose record names no package: one or none. */
function namelessOf(
  { of, versionClaims = [] }: ExternalClaim,
  at: ClaimLocation,
): readonly UnnamedClaim[] {
  const claim = versionClaims.find(({ name }) => name !== undefined);
  return of.kind === 'record' && claim !== undefined ? [{ claim, record: of.path, at }] : [];
}

/** Finds the packages that external claims name. */
class SubjectIndex {
  readonly #byName = new Map<string, SubjectDraft[]>();
  readonly #byRecord = new Map<string, SubjectDraft[]>();
  readonly #root: RootfsView;

  constructor(subjects: readonly SubjectDraft[], root: RootfsView) {
    this.#root = root;
    for (const subject of subjects) {
      if (subject.entries.length === 0) continue;
      if (subject.isSystem) appendTo(this.#byName, subject.pkg.name, subject);
      const paths = new Set(subject.entries.map(({ location }) => location.path));
      for (const path of paths) appendTo(this.#byRecord, path, subject);
    }
  }

  named({ of }: ExternalClaim, reading: Reading): readonly SubjectDraft[] {
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

/** dpkg stores the files of packages for all architectures under the native architecture. */
function isFor(pkg: Package, architecture: string): boolean {
  const own = pkg.qualifiers.get('arch');
  return own === undefined || own === architecture || own === 'all';
}
