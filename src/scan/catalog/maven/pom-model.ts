/** The content of one `pom.xml` by itself, before parents and properties are applied. */

/** Maven coordinates as a `pom.xml` writes them, before properties are replaced. */
export interface Coordinates {
  readonly groupId?: string;
  readonly artifactId?: string;
  readonly version?: string;
}

/** The `parent` element of a `pom.xml`. */
export interface PomParent extends Coordinates {
  /** Absent: `../pom.xml`. Empty: not to be looked for among the files. */
  readonly relativePath?: string;
}

/** A `dependency` element of a `pom.xml`, before properties are replaced. */
export interface PomDependency extends Coordinates {
  readonly type?: string;
  readonly classifier?: string;
  readonly scope?: string;
  readonly optional?: string;
  /** 1-based, of the element's beginning. */
  readonly line: number;
}

/** The parts that a project and each of its profiles can have. */
export interface PomBody {
  readonly properties: ReadonlyMap<string, string>;
  readonly dependencies: readonly PomDependency[];
  /** Versions for dependencies that give none. */
  readonly managed: readonly PomDependency[];
}

/** A `profile` element of a `pom.xml`. */
export interface PomProfile extends PomBody {
  readonly isActiveByDefault: boolean;
}

/** One `pom.xml` as it is written: nothing is inherited or replaced yet. */
export interface Pom extends Coordinates, PomBody {
  readonly path: string;
  readonly parent?: PomParent;
  readonly profiles: readonly PomProfile[];
  readonly licenses: readonly string[];
}
