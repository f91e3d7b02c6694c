/**
 * The dependencies that a project's manifest requests, and the facts of a lockfile that tie the two
 * together.
 */

/** A dependency that a manifest requests from a registry. */
export interface RequestedPackage {
  /** In the normal form of the ecosystem, as lockfiles and installed packages name it. */
  readonly name: string;
  /** The range as written; empty if any version is allowed. */
  readonly range: string;
  /** The only version that the range allows. Absent where it allows several. */
  readonly version?: string;
  /** Directory below `node_modules` where that is another name, as of npm's aliases. */
  readonly folder?: string;
  /** 1-based. */
  readonly line?: number;
  /**
   * `development` requests are never missing; `optional` ones may be absent from an installation.
   * Absent: runtime.
   */
  readonly scope?: 'development' | 'optional';
}

/** A cataloger's reading of a project's manifest. */
export interface DependencyManifest {
  /** The project's own name, in the normal form. */
  readonly name?: string;
  /** Requests for directories of the project, peers and members of its workspace are left out. */
  readonly requests: readonly RequestedPackage[];
  /**
   * Exact versions of the manifest settle nothing of what these packages request in turn (npm,
   * Bundler, Composer).
   */
  readonly leavesIndirect?: boolean;
  /**
   * Exact versions become packages where nothing resolves the manifest; absent: the cataloger
   * listed them.
   */
  readonly addsPins?: boolean;
  /** Reason for requests that the text does not show: the manifest is a program. */
  readonly computed?: string;
  /** Globs of the directories of the workspace's members, relative to the manifest. */
  readonly members?: readonly string[];
  /**
   * The project replaces versions (`overrides`, `resolutions`), so a pinned one may be outside of
   * its range.
   */
  readonly isOverridden?: boolean;
  /**
   * Directory that the installer fills, relative to the manifest, where the project names another
   * than the usual one.
   */
  readonly installsInto?: string;
}

/** The projects that a lockfile belongs to. */
export interface LockedProjects {
  /** Directories of members of the workspace, relative to the lockfile. */
  readonly directories?: readonly string[];
  /** Names of members, where the lockfile lists no directories. */
  readonly names?: readonly string[];
  /** See {@link DependencyManifest.isOverridden}. */
  readonly isOverridden?: boolean;
}
