/** What `integrity/` is told besides the inventory: the rows that packages were merged from, and all readings. */

import type { Location } from './artifact.ts';
import type { Cataloged, CatalogResult } from './catalog.ts';
import type { Package } from './package.ts';

/** One row of one file that a package was merged from. */
export interface PackageEntry {
  readonly cataloged: Cataloged;
  readonly presence: Package['presence'];
  readonly location: Location;
  readonly foundBy: string;
  /** Lowest layer from which on every state of the file has held this name and version. */
  readonly introducedIn: number;
  /** The version that the file gave the same package in the state below; absent where it did not have it. */
  readonly replacedVersion?: string;
}

/** What one cataloger read from one visible file. */
export interface Reading {
  readonly path: string;
  readonly layer: number;
  readonly foundBy: string;
  readonly result: CatalogResult;
  /** What the same cataloger read from the states of the file in lower layers, the highest first. */
  readonly earlier?: readonly { readonly layer: number; readonly result: CatalogResult }[];
}
