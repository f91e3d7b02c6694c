/** The difference between two reports, as data. */

import type { Ecosystem } from '../package/ecosystem.ts';
import type { Finding } from '../finding/finding.ts';
import type { Severity } from '../advisory/advisory.ts';

/** One side. */
export interface DifferenceSide {
  /** The name that the user gave. */
  readonly name: string;
  /** The artifacts, as they name themselves. */
  readonly reference: string;
  /** When its findings were made. */
  readonly judgedAt: string;
  /** `debian 12.5`; absent where there is no system. */
  readonly system?: string;
  readonly packageCount: number;
  readonly findingCount: number;
  readonly layerCount: number;
  /** Stored size of the layers; absent if it is not known for all of them. */
  readonly sizeBytes?: number;
}

/** A package that is on one side only. */
export interface PackageRow {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly version: string;
  readonly architecture?: string;
}

/** A package that both sides have in different versions. */
export interface PackageChange extends Omit<PackageRow, 'version'> {
  readonly from: string;
  readonly to: string;
  /** `unknown` where the versions cannot be ordered. */
  readonly direction: 'up' | 'down' | 'unknown';
}

/** A finding that is on one side only. */
export interface FindingRow {
  readonly kind: Finding['kind'];
  /** Id of the advisory or rule; of contradicted content what contradicts. */
  readonly name: string;
  readonly severity: Severity;
  /** Name of the package; else the path. */
  readonly package: string;
  readonly version: string;
  readonly fixedVersions: readonly string[];
  /** Present for a known malicious package. */
  readonly isMalicious?: true;
}

/** Differences between A and B: an item that is only in B was added, and so on. */
export interface Difference {
  readonly a: DifferenceSide;
  readonly b: DifferenceSide;
  /** Layers at the beginning of both that are the same. */
  readonly sharedLayerCount: number;
  readonly packages: {
    readonly added: readonly PackageRow[];
    readonly removed: readonly PackageRow[];
    readonly changed: readonly PackageChange[];
    readonly unchangedCount: number;
  };
  readonly findings: {
    readonly added: readonly FindingRow[];
    readonly fixed: readonly FindingRow[];
    /** Findings whose severity changed. */
    readonly changed: readonly (FindingRow & { readonly fromSeverity: Severity })[];
    readonly unchangedCount: number;
  };
}
