/** The request of a run of `assay fix`. */

import type { DiffFile } from '../../formats/text/diff/unified-diff.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';
import type { RunRequest } from '../../scan/pipeline/run-scan.ts';
import type { Allowance } from './allowance.ts';
import type { Narrowing } from './targets.ts';

/** The project to fix, and the options. */
export interface FixRequest {
  /** A directory, as the user named it. */
  readonly target: string;
  readonly cwd: string;
  readonly env: Environment;
  readonly mode: 'plan' | 'apply';
  /** The options for scanning and judging the target; its only target is the directory. */
  readonly scan: RunRequest;
  readonly narrowing: Pick<Narrowing, 'ids' | 'packages'>;
  readonly allowance: Allowance;
  /**
   * `--test`: a command of the shell that must end with 0 after the files are written. Absent:
   * none.
   */
  readonly testCommand?: string;
  /** `--force-dirty`: files that are not committed are written over. */
  readonly isDirtyAllowed: boolean;
  /** Makes the diff of one file. Absent: one with all that stands in the file. */
  readonly diffFile?: DiffFile;
}
