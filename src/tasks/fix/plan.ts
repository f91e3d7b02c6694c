/** The plan of a fix: its steps, what each one changes, and why findings stay. */

import { compareText } from '../../core/base/compare.ts';
import type { Ecosystem } from '../../core/model/package/ecosystem.ts';

/**
 * How a step changes a project, from safe to bold. `update`: a newer version in the ranges that are
 * there; `widen`: another range of a direct dependency; `override`: a version that the project
 * imposes on requests of other packages; `remove`: a direct dependency goes.
 */
export type StepKind = 'update' | 'widen' | 'override' | 'remove';

/** The largest part of a version that changes. */
export type ChangeLevel = 'patch' | 'minor' | 'major';

/** One package of a lockfile that gets another version. */
export interface Move {
  readonly name: string;
  readonly from: string;
  /** The new version. Absent: the package goes. */
  readonly to?: string;
  readonly level: ChangeLevel;
  /** The place of `to` among the versions that were considered, from 0 for the lowest. */
  readonly rank: number;
}

/** A request of a version that a step brings, for a package that was there before. */
export interface Limit {
  readonly name: string;
  /** The version that the request finds as long as no step moves it. */
  readonly from: string;
  readonly range: string;
}

/** One request of a manifest that a step writes. */
export interface ManifestEdit {
  /** Path of the manifest, relative to the target. */
  readonly manifest: string;
  /** The member, table or element that holds the request, as in `dependencies` or `overrides`. */
  readonly section: string;
  readonly name: string;
  /** The request as it is written. Absent: there is none yet. */
  readonly from?: string;
  /** The new request. Absent: the request is removed. */
  readonly to?: string;
}

/** One step of a plan. */
export interface Step {
  /** The same project and advisories give the same id. */
  readonly id: string;
  readonly kind: StepKind;
  readonly ecosystem: Ecosystem;
  /**
   * Path of the lockfile, relative to the target; of a manifest that has no lockfile, its own path.
   */
  readonly lockfile: string;
  /** The packages that change; the first one is the vulnerable one. */
  readonly moves: readonly [Move, ...Move[]];
  /**
   * The requests that change, each in the manifest that owns it; empty for an update inside the
   * ranges.
   */
  readonly edits: readonly ManifestEdit[];
  /** Ids of the findings that it clears; never empty. */
  readonly clears: readonly string[];
  /** Ids of the findings that its new versions are predicted to have. */
  readonly adds: readonly string[];
  /**
   * Requests of its new versions for other packages of the lockfile. A step that moves such a
   * package out of the range cannot be carried out together with this one. Absent: they are not
   * known.
   */
  readonly limits?: readonly Limit[];
  /** What requests the vulnerable package: packages as `name version`, and paths of manifests. */
  readonly dependents: readonly string[];
}

/** A finding that no step clears, and why. */
export interface Staying {
  readonly findingId: string;
  /** One reason for each way that was considered; never empty. */
  readonly reasons: readonly string[];
}

const BOLDNESS: Readonly<Record<StepKind, number>> = {
  update: 0,
  widen: 1,
  override: 2,
  remove: 3,
};

/** Orders steps from safe to bold, then by lockfile and name. */
export function compareSteps(a: Step, b: Step): number {
  const text = ({ lockfile, moves, id }: Step): string => `${lockfile}\0${moves[0].name}\0${id}`;
  return BOLDNESS[a.kind] - BOLDNESS[b.kind] || compareText(text(a), text(b));
}

/** Whether a step changes the first number of a version, or removes a package. */
export function isMajorStep({ kind, moves }: Pick<Step, 'kind' | 'moves'>): boolean {
  return kind === 'remove' || moves.some(({ level }) => level === 'major');
}
