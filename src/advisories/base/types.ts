/** Requests and results of the commands for the advisory base. */

import type { AdvisoryNeed } from '../../core/model/advisory/advisory.ts';
import type { Ecosystem } from '../../core/model/package/ecosystem.ts';
import type { Overrides } from './overrides.ts';

/** Options of an update from publishers or a mirror. */
export interface UpdateRequest {
  /** The base's own folder, made if need be. */
  readonly folder: string;
  /**
   * A folder or an `http(s)` URL laid out as the public feeds are; absent: the publishers
   * themselves.
   */
  readonly mirror?: string | URL;
  /** Absent or empty: everything that Assay can use. */
  readonly needs?: readonly AdvisoryNeed[];
  /**
   * Ids of optional feeds that are loaded too (`--with cve,nvd`). Absent: those that are loaded
   * already.
   */
  readonly with?: readonly string[];
}

/** The sources of a scan's advisory data. */
export interface UpdatingBaseOptions {
  /** The base's own folder. */
  readonly folder: string;
  readonly mirror?: string | URL;
  /**
   * Whether missing and old data is fetched, where the context has a network; `false` with
   * `--skip-db-update`.
   */
  readonly canUpdate?: boolean;
  /** Data that was last asked for longer ago is asked for again. Default one day. */
  readonly refreshAfterMs?: number;
  /** `--db-max-age`: data that is older is refused. */
  readonly maxAgeMs?: number;
  /** `--advisories`: OSV records, archives, and folders of them, for this run only. */
  readonly ownPaths?: readonly string[];
  /** Corrections of the user that count; absent: none. */
  readonly overrides?: Overrides;
  /** Feeds of facts that the run decides by (`kev`, `epss`): fetched where they are missing. */
  readonly wantedFacts?: readonly string[];
}

/** Files to be loaded into the base. */
export interface ImportRequest {
  /** The base's own folder. */
  readonly folder: string;
  /**
   * Mirror folders, OSV zips, folders of OSV records, single OSV records, Alpine secdb and Debian
   * tracker files; or one bundle, which becomes the whole base.
   */
  readonly paths: readonly string[];
  /** Paths of public keys. With any, only a bundle that they have signed is taken. */
  readonly verifyKeys?: readonly string[];
  /** Number of different keys that must have signed; absent: all given keys. */
  readonly threshold?: number;
  /** Take it although the base was loaded with other keys before, or is newer. */
  readonly forgetKeys?: boolean;
}

/** One set: the data of one feed for one ecosystem or release, or for vulnerabilities by id. */
export interface SetStatus {
  readonly feed: string;
  readonly license: string;
  /** Absent for a set of vulnerabilities by id. */
  readonly ecosystem?: Ecosystem;
  readonly release?: string;
  /** Records of the publisher that speak of it. */
  readonly recordCount: number;
  /** Records that were there before this change; absent for a new set. */
  readonly previousCount?: number;
  /** Packages named. */
  readonly packageCount: number;
  readonly dataAt: string;
  readonly fetchedAt: string;
  /**
   * When its publisher was last seen to have nothing newer; absent where it came from a mirror or a
   * file.
   */
  readonly currentAt?: string;
  readonly sizeBytes: number;
}

/** Records that could not be used, by cause. */
export interface RejectedCount {
  readonly reason: string;
  readonly count: number;
  /** The first few. */
  readonly examples: readonly string[];
}

/** The result of reading one feed. */
export interface FeedSummary {
  readonly feed: string;
  readonly license: string;
  /** Documents read: members of a zip, files, or source packages. */
  readonly documentCount: number;
  /** Records used. */
  readonly recordCount: number;
  readonly rejected: readonly RejectedCount[];
  /**
   * Records of ecosystems and releases that Assay does not know, by the publisher's name for them.
   */
  readonly skipped: readonly { readonly ecosystem: string; readonly count: number }[];
}

/** Requests and their answers. */
export interface Transfer {
  readonly requestCount: number;
  /** Answers that said `304 Not Modified`. */
  readonly notModifiedCount: number;
  /** Bodies as they were received, after any content coding. */
  readonly bytes: number;
}

/** The manifest data of a bundle. */
export interface BundleFacts {
  readonly version: number;
  readonly createdAt: string;
  readonly expiresAt?: string;
  /**
   * Ids of the keys that signed it; where keys were given, of those of them whose signatures hold.
   */
  readonly signedBy: readonly string[];
  /** Whether the signatures were verified; else anybody may have made them. */
  readonly isVerified: boolean;
}

/** Outcome of an update or import. */
export interface BaseUpdateOutcome {
  readonly sets: readonly SetStatus[];
  readonly feeds: readonly FeedSummary[];
  /** Data that the mirror or publisher does not have, as `feed ecosystem`. */
  readonly absent: readonly string[];
  /**
   * Data that has not changed since the last request, as `feed ecosystem`; its sets stay and are
   * not in {@link sets}.
   */
  readonly unchanged: readonly string[];
  /** Bytes and requests that went over the network. */
  readonly transfer: Transfer;
  /** Size of the members read, unpacked. */
  readonly bytesRead: number;
  readonly durationMs: number;
  /** The bundle that the base was made of. */
  readonly bundle?: BundleFacts & { readonly file: string };
}

/** The loaded content of a base. */
export interface BaseStatus {
  readonly folder: string;
  /** Sorted by feed, ecosystem and release; empty where nothing is loaded. */
  readonly sets: readonly SetStatus[];
  readonly sizeBytes: number;
}
