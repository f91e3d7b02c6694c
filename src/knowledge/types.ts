/** What the commands of the advisory base are asked and answer. */

import type { AdvisoryNeed } from '../model/advisory.ts';
import type { Ecosystem } from '../model/ecosystem.ts';

export interface UpdateRequest {
  /** The base's own folder, made if need be. */
  readonly folder: string;
  /** A folder or an `http(s)` URL laid out as the public feeds are; absent: the publishers themselves. */
  readonly mirror?: string | URL;
  /** Absent or empty: everything that Assay can use. */
  readonly needs?: readonly AdvisoryNeed[];
}

export interface ImportRequest {
  /** The base's own folder. */
  readonly folder: string;
  /** Mirror folders, OSV zips, folders of OSV records, single OSV records, Alpine secdb and Debian tracker files. */
  readonly paths: readonly string[];
}

/** One set of advisories: what one feed says of one ecosystem or release. */
export interface SetStatus {
  readonly feed: string;
  readonly license: string;
  readonly ecosystem: Ecosystem;
  readonly release?: string;
  /** Records of the publisher that speak of it. */
  readonly recordCount: number;
  /** Records that were there before this change; absent for a new set. */
  readonly previousCount?: number;
  /** Packages named. */
  readonly packageCount: number;
  readonly dataAt: string;
  readonly fetchedAt: string;
  readonly sizeBytes: number;
}

/** Records that could not be used, by cause. */
export interface RejectedCount {
  readonly reason: string;
  readonly count: number;
  /** The first few. */
  readonly examples: readonly string[];
}

/** How one feed was read. */
export interface FeedSummary {
  readonly feed: string;
  readonly license: string;
  /** Documents read: members of a zip, files, or source packages. */
  readonly documentCount: number;
  /** Records used. */
  readonly recordCount: number;
  readonly rejected: readonly RejectedCount[];
  /** Records of ecosystems and releases that Assay does not know, by the publisher's name for them. */
  readonly skipped: readonly { readonly ecosystem: string; readonly count: number }[];
}

/** Outcome of an update or import. */
export interface BaseChange {
  readonly sets: readonly SetStatus[];
  readonly feeds: readonly FeedSummary[];
  /** What the mirror or publisher does not have, as `feed ecosystem`. */
  readonly absent: readonly string[];
  /** Size of the members read, unpacked. */
  readonly bytesRead: number;
  readonly durationMs: number;
}

export interface BaseStatus {
  readonly folder: string;
  /** Sorted by feed, ecosystem and release; empty where nothing is loaded. */
  readonly sets: readonly SetStatus[];
  readonly sizeBytes: number;
}
