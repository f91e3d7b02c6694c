/**
 * The answer of `assay explain`: why an advisory affects a package or does not, and what would
 * clear it.
 */

import type { VersionCheck } from '../../scan/match/explain.ts';
import type { AdvisoryNeed, AffectedStatus, Severity } from '../../core/model/advisory/advisory.ts';
import type { RatingView, RecordView } from './vulnerability-view.ts';

/** The answer of `assay explain` for one vulnerability and one package. */
export interface Explanation {
  readonly vulnerability: {
    readonly id: string;
    readonly aliases: readonly string[];
    readonly title: string;
    readonly severity: { readonly severity: Severity; readonly by: string };
    /** Present where the version is known to be malicious: the records that report it. */
    readonly malicious?: readonly string[];
    readonly ratings: readonly Partial<RatingView>[];
    readonly references: readonly string[];
    readonly exploited?: { readonly since: string; readonly ransomware: boolean };
    readonly epss?: number;
    /** Set where every record was taken back, so that it matches nothing. */
    readonly withdrawnAt?: string;
  };
  readonly package: PackageView;
  /** The version, the ranges, and each comparison. */
  readonly check: VersionCheck;
  /** Absent where the two were named without a report. */
  readonly finding?: FindingView;
  readonly origin?: OriginView;
  /** The records of the loaded data; empty where none is loaded that knows the vulnerability. */
  readonly records: readonly RecordView[];
  readonly clears: RemediationView;
}

/** The package that is explained. */
export interface PackageView extends AdvisoryNeed {
  /** Package URL of the package in its report, else as it was typed. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** The package that advisories were looked up for: for distributions the source package. */
  readonly lookedUp: { readonly name: string; readonly version: string };
  readonly isBySource: boolean;
}

/** The finding of a report that is explained. */
export interface FindingView {
  readonly id: string;
  readonly status: AffectedStatus;
  readonly matchedBy: string;
  /** Reason for the suppression in the report. */
  readonly suppressed?: { readonly by: string; readonly reason: string; readonly until?: string };
}

/** The package's place in a report. */
export interface OriginView {
  readonly artifact: string;
  /**
   * Whether the base of the image or the layers above it have the package; absent unless the base
   * is known.
   */
  readonly of?: 'app' | 'base' | 'base and app';
  /**
   * Packages on the shortest way to it, as `name version`, first one that the project asks for.
   * Empty for what the project asks for itself; absent where that is not known.
   */
  readonly pulledInBy?: readonly string[];
  /** Packages that depend on it, as `name version`; absent for none. */
  readonly dependents?: readonly string[];
  /** For an image: the first layer with this name and version, counted from 1, and its origin. */
  readonly layer?: {
    readonly number: number;
    readonly digest?: string;
    readonly instruction?: string;
    /** The image's history suggests that the layer comes from a base image. */
    readonly isHintedBase?: true;
  };
  readonly locations: readonly {
    readonly path: string;
    readonly line?: number;
    readonly layer: number;
  }[];
  readonly presence: string;
  readonly scope?: string;
  readonly foundBy: string;
  readonly evidence: {
    readonly level: string;
    readonly reasons: readonly string[];
    readonly contradictions: readonly {
      readonly kind: string;
      readonly claimed: string;
      readonly found: string;
      readonly path: string;
    }[];
  };
}

/** The remedies for the finding. */
export interface RemediationView {
  /** The lowest first that fixes the installed line; empty where none is known. */
  readonly fixedVersions: readonly string[];
  /**
   * A line for `.trivyignore`, of a malicious version for `.assayignore`, with the day until which
   * it counts.
   */
  readonly exception: string;
  /**
   * The command that adds an exception, ready to be pasted; absent where no plain words name the
   * finding.
   */
  readonly command?: string;
}
