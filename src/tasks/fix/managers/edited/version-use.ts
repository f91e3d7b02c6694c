/** Versions that manifests name, and the places where they are written. */

import { appendTo } from '../../../../core/base/maps.ts';
import type { TextRange } from '../../../../formats/text/xml/xml-places.ts';

/** A place of a manifest where a version is written. */
export interface VersionPlace {
  /** Path of the manifest. */
  readonly path: string;
  /** The range of the version alone. */
  readonly range: TextRange;
  /** The part of the manifest, as in `dependencies` or `properties`. */
  readonly section: string;
  /** The name of the request or of the property. */
  readonly name: string;
  /** The whole value that contains the version. */
  readonly written: string;
}

/** A version that has no safe place, and why. */
export interface NoPlace {
  readonly blocked: string;
}

/** A version that is stated in another place, which counts more than the place that has none. */
export interface Override {
  readonly path: string;
  readonly section: string;
  readonly name: string;
  /** The change that adds it; changes for the same place of a file are made together. */
  readonly row: object;
}

/** A request of a manifest for one version of a package. */
export interface VersionUse {
  /** The name as the inventory has it, in the form of {@link useKey}. */
  readonly name: string;
  readonly version: string;
  /** Path of the manifest for which the version counts. */
  readonly manifest: string;
  readonly source: VersionPlace | NoPlace;
  /** The whole request, for its removal. Absent: it has no place of its own. */
  readonly request?: VersionPlace;
  /** Absent: nothing counts more than the source. */
  readonly override?: Override;
}

/** All uses of a project. */
export interface VersionUses {
  readonly byPackage: ReadonlyMap<string, readonly VersionUse[]>;
  readonly byPlace: ReadonlyMap<string, readonly VersionUse[]>;
}

/**
 * Returns the key of a package and its version. Names of all four ecosystems differ in more than
 * their case.
 */
export function useKey({ name, version }: Pick<VersionUse, 'name' | 'version'>): string {
  return `${name.toLowerCase()}\0${version}`;
}

/** Returns the key of a place. */
export function placeKey({ path, range }: Pick<VersionPlace, 'path' | 'range'>): string {
  return `${path}\0${range.start}`;
}

/** Returns whether a source is a place. */
export function hasPlace(source: VersionUse['source']): source is VersionPlace {
  return 'range' in source;
}

/** Returns the uses by package and by place. */
export function indexUses(uses: readonly VersionUse[]): VersionUses {
  const byPackage = new Map<string, VersionUse[]>();
  const byPlace = new Map<string, VersionUse[]>();
  for (const use of uses) {
    appendTo(byPackage, useKey(use), use);
    if (hasPlace(use.source)) appendTo(byPlace, placeKey(use.source), use);
  }
  return { byPackage, byPlace };
}
