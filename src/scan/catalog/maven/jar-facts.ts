/** Facts read from one Java archive, before conclusions are drawn. */

import type { JarFileName } from './jar-file-name.ts';
import type { Pom } from './pom-model.ts';

/**
 * One folder `META-INF/maven/GROUP/ARTIFACT`, which Maven leaves for the project and for everything
 * shaded in.
 */
export interface MavenDescriptor {
  /** Path of `pom.properties`, or of `pom.xml` where that is all. */
  readonly path: string;
  readonly properties?: ReadonlyMap<string, string>;
  readonly pom?: Pom;
  /**
   * Versions that further members of the same name give; readers of archives differ in which they
   * take.
   */
  readonly rivals: readonly string[];
}

/** The facts of one Java archive from which its Maven coordinates are derived. */
export interface JarFacts {
  /** For people: that of the file, with those of the members it lies in. */
  readonly path: string;
  readonly fileName: JarFileName;
  /** Main attributes of the manifest, by name in lower case; empty where there is none. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly descriptors: readonly MavenDescriptor[];
}
