/** The input of verification, and the packages of an inventory with all claims about each. */

import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { CatalogerTraits } from '../../core/model/catalog/cataloger-traits.ts';
import type {
  Diversion,
  OwnedFiles,
  SelfCheck,
  VersionClaim,
} from '../../core/model/catalog/catalog.ts';
import type { FileFact } from '../../core/model/layer/layer-record.ts';
import type {
  WhitedOutReading,
  RecordOnlyChange,
  PackageOccurrence,
  Reading,
} from '../../core/model/package/package-occurrence.ts';
import type { Inventory, Package } from '../../core/model/package/package.ts';
import type { RootfsView } from '../../core/model/layer/rootfs-view.ts';

/** The input of verification. */
export interface IntegrityInput {
  readonly inventory: Inventory;
  /** The rows of each package by its id, the strongest first. */
  readonly entries: ReadonlyMap<string, readonly PackageOccurrence[]>;
  /** Facts about the catalogers by their ids. */
  readonly catalogers: ReadonlyMap<string, CatalogerTraits>;
  /** The readings of all visible files. */
  readonly readings: readonly Reading[];
  /** Readings of files that higher layers removed, the highest first. */
  readonly erased?: readonly WhitedOutReading[];
  /** Records that a layer changed without the files in their directories. */
  readonly lone?: readonly RecordOnlyChange[];
  readonly root: RootfsView;
  /** `manifests`: the contents of files are not compared. */
  readonly depth: 'full' | 'manifests';
  /** Digests that a second walk took in addition to those of the facts. */
  readonly moreDigests?: ReadonlyMap<FileFact, readonly Digest[]>;
  /** Variables of the image's configuration, `NAME=value`. */
  readonly environment?: readonly string[];
  /** Whether to measure which executables are explained: images and root filesystems. */
  readonly accounts: boolean;
}

/** The place of a claim. */
export interface ClaimLocation {
  readonly path: string;
  readonly layer: number;
}

/** A list of the files that a package owns. */
export interface Manifest {
  readonly files: OwnedFiles;
  readonly at: ClaimLocation;
}

/** A version claim with its place. */
export interface LocatedClaim extends VersionClaim {
  readonly at: ClaimLocation;
}

/** A self-check of a cataloger with the place of its file. */
export interface LocatedCheck extends SelfCheck {
  readonly at: ClaimLocation;
}

/** The digest of an archive with the place that records it. */
export interface LocatedDigest {
  readonly digest: Digest;
  readonly at: ClaimLocation;
}

/** A package with its manifests and all claims about it. */
export interface Subject {
  readonly pkg: Package;
  /** The rows that state that it is present; empty for a package that is only declared. */
  readonly entries: readonly PackageOccurrence[];
  /** Whether it is a package of the operating system. */
  readonly isSystem: boolean;
  readonly manifests: readonly Manifest[];
  readonly claims: readonly LocatedClaim[];
  readonly checks: readonly LocatedCheck[];
  /** Digests of the archives that it was unpacked from, as its installer records them. */
  readonly archives: readonly LocatedDigest[];
  /** See {@link CatalogerTraits.listsFilesApart} of the cataloger that found it. */
  readonly listsFilesApart: boolean;
}

/** All packages of an inventory, and the claims that name none of them. */
export interface Subjects {
  readonly all: readonly Subject[];
  readonly diversions: ReadonlyMap<string, Diversion>;
  /** Claims of files about the packages that own them. */
  readonly ofOwners: readonly OwnerClaim[];
  /** Manifests of packages that no database lists. */
  readonly orphans: readonly OrphanedManifest[];
  /** Claims about packages whose own records name no package. */
  readonly nameless: readonly UnnamedClaim[];
}

/** Version claims of a file about the package that owns it, if that is one of the products. */
export interface OwnerClaim {
  readonly at: ClaimLocation;
  readonly products: readonly string[];
  readonly claims: readonly VersionClaim[];
}

/** A version claim about a package whose record exists and names no package. */
export interface UnnamedClaim {
  readonly claim: VersionClaim;
  readonly record: string;
  readonly at: ClaimLocation;
}

/** A manifest of a package that no database lists. */
export interface OrphanedManifest {
  readonly name: string;
  readonly manifest: Manifest;
  /**
   * The path of the package's record; absent for packages that a database of many packages records.
   */
  readonly record?: string;
}
