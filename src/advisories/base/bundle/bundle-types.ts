/** Requests and results of the commands for bundles. */

import type { BundleFacts, SetStatus } from '../types.ts';

/** The trusted keys and the required number of signatures. */
export interface TrustRequest {
  /** Paths of public keys; empty: signatures are not looked at. */
  readonly verifyKeys: readonly string[];
  /** Number of different keys that must have signed; absent: all given keys. */
  readonly threshold?: number;
}

/** Options of `assay db export`. */
export interface ExportRequest {
  /** The base's own folder. */
  readonly folder: string;
  /** The bundle to write, replaced if it is there. */
  readonly file: string;
  /** Paths of private keys. */
  readonly signKeys: readonly string[];
  /** Opens keys that are encrypted. */
  readonly passphrase?: string;
  /** Absent: made of the instant of the newest data. */
  readonly version?: number;
  /** Absent: never. */
  readonly expires?: Expiry;
}

/** An instant in ISO 8601, or milliseconds after the newest data was loaded. */
export type Expiry = { readonly at: string } | { readonly afterMs: number };

/** A bundle that was written. */
export interface WrittenBundle extends BundleFacts {
  readonly file: string;
  readonly sizeBytes: number;
  readonly sets: readonly SetStatus[];
}

/** A bundle whose bytes and signatures were verified. */
export interface CheckedBundle extends WrittenBundle {
  readonly kind: 'bundle';
}

/** A stored base whose files were compared with their digests. */
export interface CheckedBase {
  readonly kind: 'base';
  readonly folder: string;
  readonly sizeBytes: number;
  readonly sets: readonly SetStatus[];
  /** Absent where no bundle was ever imported with keys. */
  readonly lastVerified?: {
    readonly version: number;
    /** Ids of the keys that were trusted then. */
    readonly keyIds: readonly string[];
    /** Whether the base still holds just that. */
    readonly isUnchanged: boolean;
  };
}
