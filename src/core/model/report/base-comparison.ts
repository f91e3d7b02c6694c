/**
 * Images side by side, as data: what `assay base` prints and writes as JSON. An absent fact is
 * unknown.
 */

import type { Severity } from '../advisory/advisory.ts';
import type { Digest, Platform } from '../artifact/artifact.ts';
import type { Tool, ToolKind } from '../artifact/contents.ts';
import type { FindingRow, PackageRow } from './difference.ts';
import type { Ecosystem } from '../package/ecosystem.ts';
import type { EvidenceLevel, Distro } from '../package/package.ts';
import type { Verdict } from './report.ts';

/** The quantities that decide which image is better than another one; less is better. */
export const PARETO_DIMENSIONS = [
  'critical',
  'high',
  'findings',
  'exploited',
  'packages',
  'compressedBytes',
  'unpackedBytes',
] as const;

/** One of {@link PARETO_DIMENSIONS}. */
export type ParetoDimension = (typeof PARETO_DIMENSIONS)[number];

/** The free maintenance of an image's system. */
export interface SystemLife {
  /** The last day, `YYYY-MM-DD`; absent where none is announced yet. */
  readonly supportedUntil?: string;
  readonly isOver: boolean;
}

/** Findings of an image, counted without regard to exceptions. */
export interface FindingCounts {
  /** Pairs of package and vulnerability. */
  readonly total: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  /** Findings that name a version with the fix. Absent where a report leaves out findings. */
  readonly fixable?: number;
  /** Findings that are known to be exploited. Absent where no list of them was loaded. */
  readonly exploited?: number;
}

/** A kind of gap, and how many diagnostics of an image are of it. */
export interface GapCount {
  readonly kind: string;
  readonly count: number;
}

/** Facts of one image that was read, or of a stored report on it. */
export interface ImageFactSheet {
  /** The name that the user gave; several images of one name are numbered. */
  readonly name: string;
  readonly reference: string;
  /** `REF@sha256:...`, ready to be pasted. Absent where no manifest digest is known. */
  readonly pinned?: string;
  readonly configDigest?: Digest;
  readonly platform?: Platform;
  readonly system?: Distro;
  /** When its findings were matched, ISO 8601 in UTC. */
  readonly judgedAt: string;
  /** Absent where the image names no date, or one at which it cannot have been made. */
  readonly createdAt?: string;
  /** Whole days from `createdAt` to the comparison. */
  readonly ageDays?: number;
  readonly endOfLife?: SystemLife;
  /** Absent where no advisories were looked up. */
  readonly findings?: FindingCounts;
  readonly packageCount: number;
  /** Absent for what is not an image. */
  readonly layerCount?: number;
  /** Bytes of the layers as a registry stores them. */
  readonly compressedBytes?: number;
  readonly unpackedBytes?: number;
  /** A kind is absent where it is not known whether there is any. */
  readonly tools: Readonly<Partial<Record<ToolKind, readonly Tool[]>>>;
  /** The configured user; `root` if none is configured. */
  readonly user?: string;
  /** Entrypoint and its arguments. */
  readonly command?: readonly string[];
  readonly workingDirectory?: string;
  /** Packages by their level of evidence. */
  readonly evidence: Readonly<Record<EvidenceLevel, number>>;
  /** Gaps that may hide findings or packages: with any of them the counts are lower bounds. */
  readonly gaps: readonly GapCount[];
  /** All findings with their packages, the worst first. */
  readonly vulnerabilities: readonly FindingRow[];
}

/** Packages of a language that an image has without an interpreter for them. */
export interface UnrunnablePackages {
  readonly ecosystem: Ecosystem;
  readonly packageCount: number;
  /** The interpreters of the first image that run such packages. */
  readonly interpreters: readonly string[];
}

/** Tools and packages that one image has and another one has not. */
export interface ImageLosses {
  /**
   * Names with versions as they are listed, by kind. A kind is absent where one of the two sides
   * does not know it.
   */
  readonly tools: Readonly<Partial<Record<ToolKind, readonly Tool[]>>>;
  readonly packages: readonly PackageRow[];
  /** Number of packages that only the other image has. */
  readonly addedPackageCount: number;
  /**
   * Packages of the other image that only the first image has an interpreter for; absent for none.
   */
  readonly unrunnable?: readonly UnrunnablePackages[];
}

/** The standing of an image in the Pareto comparison: whether no other image is better than it. */
export interface ParetoStanding {
  /**
   * `unknown` where its findings are unknown or lower bounds, and no other image is better even so.
   */
  readonly isMember: 'yes' | 'no' | 'unknown';
  /** Names of the images that are better. */
  readonly dominatedBy: readonly string[];
}

/**
 * The verdict of a gate on one image. `unknown`: the gate could not judge it;
 * {@link ImageVerdict.reason} says why.
 */
export interface ImageVerdict {
  readonly status: Verdict['status'] | 'unknown';
  /** The exit code if the image were judged alone; absent where the status is unknown. */
  readonly exitCode?: number;
  /** The deciding causes, the most important first. */
  readonly causes?: readonly { readonly rule: string; readonly message: string }[];
  readonly reason?: string;
}

/** An image that was compared. */
export interface ComparedImage extends ImageFactSheet {
  readonly kind: 'image';
  /** Absent without a gate. */
  readonly verdict?: ImageVerdict;
  readonly pareto: ParetoStanding;
  /** Losses compared with the first image; absent for that one. */
  readonly losses?: ImageLosses;
}

/** An image that could not be had. */
export interface MissingImage {
  readonly kind: 'missing';
  readonly name: string;
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
}

/**
 * The change that a recommendation is. `rebuilt`: the same tag, which leads to another image now.
 * `patch` and `minor`: a newer version of the same variant. `slimmer`: the same release of the
 * distribution with fewer bytes. `distroless`: neither shell nor package manager.
 * `other-distribution`: another distribution, or another release of it.
 */
export type RecommendationKind =
  'rebuilt' | 'patch' | 'minor' | 'slimmer' | 'distroless' | 'other-distribution';

/** An image that is better than the one that one has. */
export interface Recommendation {
  readonly kind: RecommendationKind;
  /** The name that the user gave. */
  readonly name: string;
  /** `REF@sha256:...`; absent where no manifest digest is known. */
  readonly pinned?: string;
  readonly findings: FindingCounts;
  readonly packageCount: number;
  /** The recommended image less the one that one has; negative numbers are gains. */
  readonly difference: {
    /** Absent where the findings of the image that one has are not known. */
    readonly total?: number;
    readonly bySeverity?: Readonly<Record<Severity, number>>;
    readonly packageCount: number;
    readonly unpackedBytes?: number;
    readonly compressedBytes?: number;
  };
  /** False: nothing says how long the system is maintained. */
  readonly isEndOfLifeKnown: boolean;
}

/**
 * A compared image that is not recommended. `same-image`: one has it. `incomplete`: a gap may hide
 * findings. `no-gain`: it has as many findings and is not smaller. `no-kind`: it is older, of
 * another major version, or something else altogether. `gate`: the gate does not pass it.
 * `not-accepted`: the trust file does not accept it as a base.
 */
export interface LeftCandidate {
  readonly name: string;
  readonly reason:
    | 'same-image'
    | 'end-of-life'
    | 'no-findings-known'
    | 'incomplete'
    | 'more-findings'
    | 'no-gain'
    | 'no-kind'
    | 'gate'
    | 'not-accepted';
}

/** Images side by side. */
export interface BaseComparison {
  /** The instant that ages and ends of life are judged at, ISO 8601 in UTC. */
  readonly comparedAt: string;
  readonly images: readonly (ComparedImage | MissingImage)[];
  /** Quantities by which images were compared; see `docs/base-images.md`. */
  readonly paretoDimensions: readonly ParetoDimension[];
  /** Further notes for the reader, in complete sentences. */
  readonly notes: readonly string[];
  /**
   * Improvements over the first image, the smallest change first. Absent if the first image could
   * not be read.
   */
  readonly recommendations?: readonly Recommendation[];
  /** The other compared images, with the reason. */
  readonly notRecommended?: readonly LeftCandidate[];
  /**
   * The verdict on the images that the user named. Absent without a gate, and where they could not
   * be judged.
   */
  readonly verdict?: Verdict;
}
