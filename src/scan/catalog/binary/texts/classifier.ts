/**
 * In which texts programs and libraries say what they are and which version: only those that name
 * the product itself, because a bare number may belong to anything. Where a product writes none,
 * the file's own name must name it. Each was seen in the product's own builds, unless its row says
 * otherwise.
 */

import type { VersionClaim } from '../../../../core/model/catalog/catalog.ts';

/** One text. */
export interface VersionPattern {
  /** Bytes to look for; the pattern is tried there. One character a byte. As in `Excerpted`. */
  readonly anchor: string;
  /**
   * Sticky, with a group `version`; a group `release` is the fuller version of a program that no
   * package owns.
   */
  readonly pattern: RegExp;
  /** The part of the owner's version that the text states. Absent: the upstream version. */
  readonly part?: NonNullable<VersionClaim['part']>;
}

/** One product. */
export interface BinaryClassifier {
  /**
   * Name of the program that it is where no package owns the file; absent where that is not to be
   * listed.
   */
  readonly program?: string;
  /** Base names of files. */
  readonly names?: readonly string[];
  /** Beginnings of base names. */
  readonly prefixes?: readonly string[];
  /**
   * Source packages that the files are built from; in any other package the text is not the
   * package's own. None: the text says nothing of a package that owns the file.
   */
  readonly products: readonly string[];
  readonly texts: readonly [VersionPattern, ...VersionPattern[]];
}
