/**
 * The contract of a package manager: how it reads a project, which steps it offers, and how it
 * carries them out.
 */

import type { Context } from '../../core/base/context.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';
import type { VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { Allowance } from './allowance.ts';
import type { ProjectCopy } from './copy.ts';
import type { Step } from './plan.ts';
import type { ProjectFile } from './project-files.ts';

/** A package manager whose lockfiles or manifests are fixed. */
export interface Manager {
  /**
   * Returns the path by which the project of a file is opened, such as that of the manifest at its
   * top. Absent: the file's own path. All findings of one project belong to one plan.
   */
  projectOf?(place: ProjectPlace): Promise<string>;
  /**
   * Reads the project of a lockfile.
   *
   * @throws AssayError `USAGE` for a project that cannot be fixed, with the reason and the way out
   */
  openProject(place: ProjectPlace, context: Context): Promise<FixProject>;
}

/** The location of a project. */
export interface ProjectPlace {
  /** The target; absolute, without symlinks. */
  readonly root: string;
  /** Path of the lockfile or manifest, relative to the root, with `/`. */
  readonly path: string;
  readonly env: Environment;
  /** Paths of all files in which packages were found, relative to the root. */
  readonly listed: readonly string[];
}

/** One opened project. */
export interface FixProject {
  /** The path that it was opened by. */
  readonly path: string;
  /**
   * The manifests and lockfiles: all that a step may change, and all that the second match reads. A
   * manager can write more into the copy, such as manifests that it only reads.
   */
  readonly files: readonly ProjectFile[];
  /** Registries that are asked, for people. */
  readonly registries: readonly string[];
  /** Parts of the project that are not used, for people. */
  readonly notes: readonly string[];
  /**
   * Whether the package manager itself writes the lockfile. If not, files are edited and nothing is
   * resolved.
   */
  readonly isResolved: boolean;
  /** Returns the steps that clear findings of one package, and why there are not more. */
  stepsFor(subject: Subject): Promise<StepOffer>;
  /**
   * Checks, before anything is changed, that the package manager is there and would leave the
   * lockfile as it is.
   *
   * @throws AssayError `USAGE` if the manager is missing or would rewrite the lockfile
   */
  check(copy: ProjectCopy): Promise<void>;
  /**
   * Returns what requests the vulnerable package of a step, if only {@link FixProject.check} finds
   * it out.
   */
  dependentsOf?(step: Step): readonly string[];
  /**
   * Carries out steps in a copy that has the files of {@link FixProject.files}.
   *
   * @throws AssayError `USAGE` with the last lines of the package manager if it fails
   */
  carryOut(copy: ProjectCopy, steps: readonly Step[]): Promise<void>;
}

/** A vulnerable package of a project. */
export interface Subject {
  readonly pkg: Package;
  /** The findings that are to be cleared. */
  readonly findings: readonly VulnerabilityFinding[];
  /**
   * Whether publishers list the version as malicious: only its removal, or its absence, clears it.
   */
  readonly isMalicious: boolean;
  /** Versions that advisories name as fixes, lowest first. */
  readonly fixedVersions: readonly string[];
  /** Returns the ids of the findings that a version does not have. */
  clearedBy(version: string): readonly string[];
  readonly allowance: Allowance;
}

/** The steps for one package. */
export interface StepOffer {
  readonly steps: readonly Step[];
  /** Reasons against other ways, for people; each once. */
  readonly reasons: readonly string[];
}
