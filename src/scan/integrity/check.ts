/**
 * The contract of a check: a pure function from packages and the merged root to statements. A check
 * changes nothing and knows no other check's result; `fold.ts` makes the evidence of all statements
 * together.
 */

import type { ContentComparison } from './content.ts';
import type { IntegrityInput, LocatedClaim, Subject, Subjects } from './input.ts';
import type { Programs } from './programs.ts';
import type { Statement } from './statement.ts';

/**
 * All checks, in the order in which evidence lists their statements; the order in which they run is
 * of no effect.
 */
export const CHECK_IDS = [
  'changed-files',
  'environment',
  'missing-files',
  'self-checks',
  'version-claims',
  'lockfiles',
  'relations',
  'record-history',
  'manifest-history',
  'package-owners',
  'release',
  'orphaned-manifests',
  'deleted-records',
  'record-only-changes',
] as const;

/** The name of a check and of its file in `checks/`. */
export type CheckId = (typeof CHECK_IDS)[number];

/** The input of a check: packages with the claims about them, and the compared files. */
export interface CheckInput extends IntegrityInput {
  readonly subjects: Subjects;
  readonly contents: ContentComparison;
  readonly programs: Programs;
  /** Claims of files about the packages that own them, by these packages. */
  readonly ownerClaims: ReadonlyMap<Subject, readonly LocatedClaim[]>;
}

/** A part of an input that checks look at. */
export type Material =
  | 'a distribution'
  | 'changed files'
  | 'declared packages'
  | 'earlier readings'
  | 'erased files'
  | 'manifests'
  | 'orphaned manifests'
  | 'other records'
  | 'packages of languages'
  | 'packages of the system'
  | 'record-only changes'
  | 'self-checks'
  | 'variables of programs'
  | 'version claims';

/** One check. It has one of `ofPackage` and `ofArtifact`. */
export type Check = PackageCheck | ArtifactCheck;

/** A check that looks at one package at a time. */
export interface PackageCheck extends CheckHead {
  /** Returns statements about the package, in the order of its evidence. */
  ofPackage(subject: Subject, input: CheckInput): readonly Statement[];
}

/**
 * A check that compares packages with each other, or that states something about the whole
 * artifact.
 */
export interface ArtifactCheck extends CheckHead {
  /**
   * Returns statements about any package, in the order of each one's evidence, and about the
   * artifact.
   */
  ofArtifact(input: CheckInput): readonly Statement[];
}

interface CheckHead {
  readonly id: CheckId;
  /**
   * The material that the check needs. If an input has none of it, the check has nothing to state
   * and does not run.
   */
  readonly needs: readonly [Material, ...Material[]];
}
