/**
 * Statements of files about the sources of packages, images and actions: plain data, before the
 * trust file judges it.
 */

import type { Ecosystem } from '../../../core/model/package/ecosystem.ts';

/**
 * The origin of a package. `unnamed`: the file leaves the source to the configuration of the
 * package manager.
 */
export type Obtained = 'registry' | 'archive' | 'git' | 'unnamed';

/** A package that a lockfile or a manifest names. */
export interface PackageUse {
  readonly kind: 'package';
  readonly ecosystem: Ecosystem;
  readonly name: string;
  /** Absent in manifests. */
  readonly version?: string;
  /** 1-based. */
  readonly line: number;
  readonly from: Obtained;
  /**
   * Addresses that may answer for the package, without credentials. Several: the package manager
   * chooses. Empty: unknown.
   */
  readonly addresses: readonly string[];
  /**
   * The first of the addresses that has the package answers; absent: the package manager takes the
   * highest version of all.
   */
  readonly isOrdered?: true;
  /**
   * The default source of the package manager answers as well, behind the addresses, and nothing
   * names it.
   */
  readonly mayBeDefault?: true;
  /**
   * Whether an archive or a repository has a digest or a commit, so that its content cannot change.
   * Absent for registries.
   */
  readonly isPinned?: boolean;
  /**
   * Digests as the file writes them; empty where the format has a place for one and it is missing.
   * Absent: it has no place.
   */
  readonly integrity?: readonly string[];
  /** The name under which the package is installed, where it is another one. */
  readonly alias?: string;
  /**
   * Whether a change of the lockfile makes the package manager ask the addresses again. Manifests
   * alone.
   */
  readonly isRequest?: true;
  /** A lockfile beside the manifest or above it names the source. */
  readonly isAnsweredByLock?: true;
  /** The package that the address names, where it is another one. */
  readonly addressNames?: string;
}

/** An index or a registry that a configuration names. */
export interface IndexUse {
  readonly kind: 'index';
  readonly ecosystem: Ecosystem;
  readonly address: string;
  readonly line: number;
  /** `extra`: it answers beside others for any name; `scoped`: for some names alone. */
  readonly role: 'default' | 'extra' | 'scoped';
  /** The key that names it, as in `extra-index-url`. */
  readonly key: string;
}

/** A check of a package manager that a configuration switches off. */
export interface DisabledCheckUse {
  readonly kind: 'disabled-check';
  readonly line: number;
  readonly setting: string;
  /** The effect, as a sentence without a full stop. */
  readonly effect: string;
}

/** An image that something is built on or runs in. */
export interface ImageUse {
  readonly kind: 'image';
  readonly reference: string;
  readonly line: number;
  /** Whether others are built on it. */
  readonly isBase: boolean;
}

/** A lockfile that does not answer its manifest. */
export interface DifferenceUse {
  readonly kind: 'difference';
  readonly name: string;
  readonly line: number;
  /** A sentence without a full stop. */
  readonly message: string;
}

/** One statement. */
export type SourceUse = PackageUse | IndexUse | DisabledCheckUse | ImageUse | DifferenceUse;

/** A file that is read, with access to others of the same directory tree. */
export interface OriginFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly text: string;
  /**
   * Returns the text of another file of the tree by its path; `undefined` where it is not there or
   * nothing else can be read.
   */
  readonly read: (path: string) => string | undefined;
  /** Records something that could not be judged. */
  readonly gap: (message: string) => void;
}

/**
 * Reads the statements of one kind of file. @throws ParseError for a file that is not of its format
 */
export type OriginReader = (file: OriginFile) => readonly SourceUse[];
