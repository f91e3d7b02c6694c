/** What the checks are given, and what they share. */

import type { Digest } from '../model/artifact.ts';
import type {
  Diversion,
  OwnedFile,
  OwnedFiles,
  SelfCheck,
  VersionClaim,
} from '../model/catalog.ts';
import type { FileFact } from '../model/layer-record.ts';
import type {
  WhitedOutReading,
  RecordOnlyChange,
  PackageOccurrence,
  Reading,
} from '../model/package-occurrence.ts';
import type { Contradiction, Inventory, Package } from '../model/package.ts';
import type { RootfsView } from '../model/rootfs-view.ts';

export interface IntegrityInput {
  readonly inventory: Inventory;
  /** By package id; the strongest first. */
  readonly entries: ReadonlyMap<string, readonly PackageOccurrence[]>;
  /** All that is visible, for externalClaims and diversions. */
  readonly readings: readonly Reading[];
  /** What lower layers said in files that are gone; the highest first. */
  readonly erased?: readonly WhitedOutReading[];
  /** Records that a layer changed without the files beside them. */
  readonly lone?: readonly RecordOnlyChange[];
  readonly root: RootfsView;
  /** `manifests`: nothing is known of the bytes. */
  readonly depth: 'full' | 'manifests';
  /** Digests that a second walk took besides those of the facts. */
  readonly moreDigests?: ReadonlyMap<FileFact, readonly Digest[]>;
  /** Variables of the image's configuration, `NAME=value`. */
  readonly environment?: readonly string[];
  /** Whether to account for all that can be run: images and root filesystems. */
  readonly accounts: boolean;
}

/** Where a statement stands. */
export interface ClaimLocation {
  readonly path: string;
  readonly layer: number;
}

/** One list of files that a package owns. */
export interface Manifest {
  readonly files: OwnedFiles;
  readonly at: ClaimLocation;
}

export interface LocatedClaim extends VersionClaim {
  readonly at: ClaimLocation;
}

export interface LocatedCheck extends SelfCheck {
  readonly at: ClaimLocation;
}

export interface LocatedDigest {
  readonly digest: Digest;
  readonly at: ClaimLocation;
}

/** A package with everything that is said of it, and what was found out so far. */
export interface Subject {
  readonly pkg: Package;
  /** Those that say that it is present; empty for a package that is only declared. */
  readonly entries: readonly PackageOccurrence[];
  readonly isSystem: boolean;
  readonly manifests: Manifest[];
  readonly claims: LocatedClaim[];
  readonly checks: LocatedCheck[];
  /** Of the archives that it was unpacked from, as its installer remembers them. */
  readonly archives: LocatedDigest[];
  readonly findings: CheckResults;
}

/** What the checks found about one package. */
export interface CheckResults {
  readonly reasons: string[];
  readonly contradictions: Contradiction[];
  /** Changed files, severe and not, whether or not they are among the contradictions. */
  severeCount: number;
  slightCount: number;
  /** Statements of another version, whether or not they are among the contradictions. */
  versionCount: number;
  /** Versions that contradict the claimed one, the most certain first. */
  readonly evidenced: string[];
  /** Contradictions that change the level; configuration that somebody edited does not. */
  isContradicted: boolean;
  /** Independent statements that agree with its version. */
  agreeing: number;
  /** A statement disagrees without proving anything. */
  isDoubted: boolean;
  readonly files: FileCounts;
}

export interface FileCounts {
  matchedCount: number;
  mismatchedCount: number;
  missingCount: number;
  excludedCount: number;
  /** Executables among the missing. */
  missingCode: OwnedFile[];
  /** Named without a digest, or where records do not keep every file. */
  uncheckedCount: number;
  /** Code among them that the manifest names without a digest. */
  bareCodeCount: number;
  /** Highest layer that holds code of the package or its own manifest, and whether there is code: when it was installed. */
  newestLayer: number;
  hasCode: boolean;
  /** Highest layer that holds code of the package; absent without any. */
  newestCode?: number;
  /** Lowest layer that holds a shared library of the package, and that of its own manifest; absent without one. */
  oldestLibrary?: number;
  ownManifest?: number;
}

/** All packages, and where to find them. */
export interface Subjects {
  readonly all: readonly Subject[];
  readonly byId: ReadonlyMap<string, Subject>;
  readonly diversions: ReadonlyMap<string, Diversion>;
  /** Statements of files about their owners, to be given to them once owners are known. */
  readonly ofOwners: readonly OwnerClaim[];
  /** Manifests of packages that no database has. */
  readonly orphans: readonly OrphanedManifest[];
  /** Packages that a list of what is installed names, and whose own record names none. */
  readonly nameless: readonly UnnamedClaim[];
}

export interface OwnerClaim {
  readonly at: ClaimLocation;
  readonly products: readonly string[];
  readonly claims: readonly VersionClaim[];
}

export interface UnnamedClaim {
  readonly claim: VersionClaim;
  readonly record: string;
  readonly at: ClaimLocation;
}

export interface OrphanedManifest {
  readonly name: string;
  readonly manifest: Manifest;
  /** Where the package's record would be, of packages that are recorded in a file of their own. */
  readonly record?: string;
}
