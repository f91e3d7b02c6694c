/** The result of `assay fix`. */

import type { Report } from '../../core/model/report/report.ts';
import type { Staying, Step } from './plan.ts';
import type { Target } from './targets.ts';

/** The progress of a project. */
export type ProjectState =
  /** The package manager resolved the plan, and the second match confirmed it. */
  | 'tried'
  /** Files were edited without a package manager, and the second match read them as manifests. */
  | 'edited'
  /** Nothing was run: the plan follows from advisories and lockfiles alone. */
  | 'notTried';

/** One project of the target. */
export interface ProjectOutcome {
  /** Path of its lockfile or manifest. */
  readonly path: string;
  /** Name of its package manager. */
  readonly manager: string;
  readonly state: ProjectState;
  readonly steps: readonly Step[];
  readonly staying: readonly Staying[];
  /** Files that the steps change. */
  readonly changedPaths: readonly string[];
  readonly notes: readonly string[];
}

/** The result of a run. */
export interface FixOutcome {
  /** The target as the user named it. */
  readonly target: string;
  readonly mode: 'plan' | 'apply';
  /** The findings that were to be cleared. */
  readonly targets: readonly Target[];
  readonly projects: readonly ProjectOutcome[];
  /** Findings in files that no package manager of the list writes. */
  readonly elsewhere: readonly Staying[];
  readonly before: Report;
  /** The second match, decided by the gate of the run. Without a tried plan it is a prediction. */
  readonly after: Report;
  /** The unified diff of all files that change. */
  readonly diff: string;
}
