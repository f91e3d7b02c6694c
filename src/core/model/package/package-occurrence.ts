/**
 * Input of `integrity/` beside the inventory: the rows that packages were merged from, and all
 * readings.
 */

import type { Location } from '../artifact/artifact.ts';
import type { CatalogedPackage, CatalogResult } from '../catalog/catalog.ts';
import type { Package } from './package.ts';

/** One row of one file that a package was merged from. */
export interface PackageOccurrence {
  readonly cataloged: CatalogedPackage;
  readonly presence: Package['presence'];
  readonly location: Location;
  readonly foundBy: string;
  /** Lowest layer from which on every state of the file has held this name and version. */
  readonly introducedIn: number;
  /**
   * The row of the same package with another version in the state below; absent if the state has
   * none.
   */
  readonly replaced?: CatalogedPackage;
  /** The rows of the same package and version in states below, the highest first. */
  readonly kept?: readonly CatalogedPackage[];
}

/** One cataloger's reading of one visible file. */
export interface Reading {
  readonly path: string;
  readonly layer: number;
  readonly foundBy: string;
  readonly result: CatalogResult;
  /** The same cataloger's readings of the file's states in lower layers, the highest first. */
  readonly earlier?: readonly { readonly layer: number; readonly result: CatalogResult }[];
}

/** One cataloger's reading of a file of a lower layer that is no longer visible. */
export interface WhitedOutReading extends Reading {
  /** The layer that deleted it, or put something else in its place. */
  readonly erasedIn: number;
}

/**
 * A record of a package that a layer removed or rewrote by itself, while the files beside it are
 * those of a lower layer.
 */
export interface RecordOnlyChange {
  readonly path: string;
  /** The directory of the package's files, with a slash at its end. */
  readonly folder: string;
  readonly changedIn: number;
  /** The package by the record of the lower layer. */
  readonly before: { readonly name: string; readonly version: string };
  /** The package by the record that took its place; absent where it was removed. */
  readonly now?: { readonly name: string; readonly version: string };
}
