/** What `assay cve` answers: one vulnerability as all loaded feeds tell it. `schema/assay-cve-1.schema.json` describes it. */

import type {
  Affected,
  AffectedStatus,
  Rating,
  Severity,
  VersionRange,
} from '../model/advisory.ts';

/** Plain data, ready for `JSON.stringify`. */
export interface VulnerabilityView {
  /** The CVE id where there is one, else the best known other id. */
  readonly id: string;
  readonly aliases: readonly string[];
  /** Other vulnerabilities that its records name without being the same. */
  readonly related: readonly string[];
  /** Records that gather it with others, as a DSA does. */
  readonly gatheredIn: readonly string[];
  /** One line; empty where no feed says anything. */
  readonly title: string;
  readonly description?: string;
  /** The severity that stands for it, and who said it; `none` where nobody did. */
  readonly severity: { readonly severity: Severity; readonly by: string };
  /** Ids of the records that report malicious versions; absent for an ordinary vulnerability. */
  readonly malicious?: readonly string[];
  readonly ratings: readonly RatingView[];
  /** Estimated probability of exploitation within 30 days, 0 to 1. */
  readonly epss?: number;
  readonly exploited?: { readonly since: string; readonly ransomware: boolean };
  readonly cwes: readonly string[];
  readonly references: readonly string[];
  readonly publishedAt?: string;
  readonly modifiedAt?: string;
  /** Set where every advisory was taken back, so that it matches no package. */
  readonly withdrawnAt?: string;
  readonly affected: readonly AffectedView[];
  /** Who says all this. */
  readonly records: readonly RecordView[];
}

export interface RatingView extends Rating {
  /** The record that has it. */
  readonly record: string;
  /** Where it speaks of some packages only: ecosystem, release, name. */
  readonly of?: string;
}

export interface AffectedView {
  readonly ecosystem: Affected['ecosystem'];
  readonly release?: string;
  readonly name: string;
  readonly status: AffectedStatus;
  readonly ranges: readonly VersionRange[];
  readonly versions: readonly string[];
  /** All fixing versions that the ranges name. */
  readonly fixed: readonly string[];
  /** Architecture, module and the like, where it speaks of one only. */
  readonly qualifiers?: Readonly<Record<string, string>>;
  readonly feed: string;
  readonly record: string;
  /** False where scans listen to another feed that decides there, or where the record was taken back. */
  readonly isUsed: boolean;
}

/** One record of one feed. */
export interface RecordView {
  readonly id: string;
  readonly feed: string;
  readonly license: string;
  /** `advisory`: names packages. `facts`: speaks of the vulnerability itself, whatever it is in. */
  readonly gives: 'advisory' | 'facts';
  /** Instant that the feed's data speaks of. */
  readonly dataAt: string;
  readonly fetchedAt: string;
  readonly publishedAt?: string;
  readonly modifiedAt?: string;
  readonly withdrawnAt?: string;
}
