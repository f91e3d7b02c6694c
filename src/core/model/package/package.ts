/** Packages of the merged view, and how far each can be believed. */

import type { Digest, Location } from '../artifact/artifact.ts';
import type { Contents } from '../artifact/contents.ts';
import type { Ecosystem } from './ecosystem.ts';

/** The trust in a package's name and version; only `integrity/` raises or refutes it. */
export type EvidenceLevel = 'claimed' | 'consistent' | 'verified' | 'proven' | 'contradicted';

/**
 * Reasons for the level. An unchecked package, or one that is only declared in a lockfile, is
 * `claimed`.
 */
export interface Evidence {
  readonly level: EvidenceLevel;
  /** Independent facts that agree, as in `md5sums: 212 of 212 files`. */
  readonly reasons: readonly string[];
  readonly contradictions: readonly Contradiction[];
  readonly files: {
    readonly matchedCount: number;
    readonly mismatchedCount: number;
    readonly missingCount: number;
    /** Missing by a documented exclusion, such as manual pages in slim images. */
    readonly excludedCount: number;
  };
  /**
   * Version that the content gives, where it contradicts the claim or makes it doubtful; matched as
   * well as the claimed one.
   */
  readonly evidencedVersion?: string;
}

/** The evidence of an unchecked package. */
export const NO_EVIDENCE: Evidence = {
  level: 'claimed',
  reasons: [],
  contradictions: [],
  files: { matchedCount: 0, mismatchedCount: 0, missingCount: 0, excludedCount: 0 },
};

/** One disagreement between a claim and the content. */
export interface Contradiction {
  readonly kind:
    'content' | 'version' | 'header' | 'ownership' | 'reference' | 'hidden' | 'missing';
  readonly claimed: string;
  readonly found: string;
  readonly location: Location;
  /**
   * True for executables, versions, signatures and what was hidden: these are tampering. False for
   * data, for what is missing, and for configuration that people edit; the last leaves the
   * package's level as it is.
   */
  readonly isSevere: boolean;
}

/** One package of the merged view. */
export interface Package {
  /** The package URL, made unique within its inventory; findings refer to it. */
  readonly id: string;
  readonly ecosystem: Ecosystem;
  /** In the ecosystem's own normal form. */
  readonly name: string;
  /** Exactly as recorded, never rewritten. */
  readonly version: string;
  /** Source package it was built from; distribution advisories are keyed by it. */
  readonly source?: { readonly name: string; readonly version: string };
  /**
   * Mailbox of the maintainer in lower case, as the record of dpkg or apk names it. It is a claim
   * of the builder.
   */
  readonly maintainer?: string;
  /** Architecture, module stream, distribution, vendor: what matching and purls need besides. */
  readonly qualifiers: ReadonlyMap<string, string>;
  /**
   * `installed` is present on disk; `declared` is only named, as in a lockfile; `embedded` is
   * compiled in.
   */
  readonly presence: 'installed' | 'declared' | 'embedded';
  readonly scope?: 'runtime' | 'development' | 'optional' | 'peer';
  readonly relationship?: 'root' | 'direct' | 'indirect';
  /** Ids of the packages of the same inventory that it depends on, sorted. */
  readonly dependsOn: readonly string[];
  readonly licenses: readonly string[];
  readonly evidence: Evidence;
  readonly locations: readonly [Location, ...Location[]];
  readonly digests: readonly Digest[];
  /**
   * First layer in which this name and version appears; package databases are rewritten whole by
   * later layers.
   */
  readonly introducedIn: number;
  /** Id of the cataloger that found it. */
  readonly foundBy: string;
  /**
   * Id of the system's package that ships this one and whose digest of its record agrees with the
   * bytes. Ownership alone changes no finding; see `docs/ownership.md`.
   */
  readonly ownedBy?: string;
}

/** An executable that no package's manifest names. */
export interface UnexplainedFile {
  readonly location: Location;
  readonly sizeBytes: number;
  /** Id of the program that it says it is; anybody can write a text into a file. */
  readonly program?: string;
}

/** The share of executables that packages with verified content explain. */
export interface Accountability {
  readonly executableCount: number;
  readonly executableBytes: number;
  readonly explainedCount: number;
  readonly explainedBytes: number;
  /**
   * The explained files by the kind of their package, without kinds that explain none; absent in
   * older reports.
   */
  readonly explainedBy?: readonly ExplainedFiles[];
  /** Executables that no package's manifest names, biggest first; at most a thousand. */
  readonly unexplained: readonly UnexplainedFile[];
}

/**
 * The kind of packages that explain files. `vendor`: packages of the system with the marks of
 * another archive.
 */
export type Explainer = 'distribution' | 'vendor' | 'language';

/** Executables that packages account for, counted by how they are accounted for. */
export interface ExplainedFiles {
  readonly by: Explainer;
  readonly count: number;
  readonly bytes: number;
}

/** An operating system as it names itself. */
export interface Distro {
  /** `ID` of os-release, lower case. */
  readonly id: string;
  /**
   * The fullest version known, as in `12.5` or `3.19.4`; empty for rolling releases that give none.
   */
  readonly versionId: string;
  readonly codename?: string;
}

/**
 * Everything cataloged in one artifact; with an advisory reader it can be matched again years
 * later.
 */
export interface Inventory {
  /**
   * Raised whenever catalogers change meaning, so that an old inventory is scanned again and not
   * misread.
   */
  readonly inventoryVersion: number;
  readonly distro?: Distro;
  readonly packages: readonly Package[];
  /**
   * Projects that lockfiles and bills of materials name as containing their packages, by package
   * URL: the module of a `go.mod`, the subject of an SBOM. They are not matched; VEX statements on
   * a product use these names.
   */
  readonly projects?: readonly { readonly purl: string; readonly location: Location }[];
  /**
   * Lockfiles and manifests that were read in full and request nothing, where the inventory holds
   * no package but the project itself: something was scanned, and there is nothing to list.
   */
  readonly emptyManifests?: readonly Location[];
  /**
   * Contradictions that belong to no package: records that were deleted, an os-release that the
   * packages contradict.
   */
  readonly contradictions?: readonly Contradiction[];
  /** Absent where content was not verified. */
  readonly accountability?: Accountability;
  /** Only images and root filesystems have them; absent in reports of earlier versions. */
  readonly contents?: Contents;
}
