/** The request of a run of `assay pin`. */

import type { RecordStore } from '../../core/base/record-store.ts';
import type { DiffFile } from '../../formats/text/diff/unified-diff.ts';
import type { Report } from '../../core/model/report/report.ts';
import type { ReferenceKind } from './finder.ts';
import type { FinderRow } from './finders/list.ts';
import type { PinMode } from './outcome.ts';
import type { MakeResolver, ResolverOptions } from './resolvers.ts';
import type { Sightings } from './sightings.ts';

/** The references to pin, and the options. */
export interface PinRequest {
  /** A directory or a file; relative to `cwd`. */
  readonly target: string;
  readonly cwd: string;
  readonly mode: PinMode;
  /** `--update`: newer digests and tags are looked for. */
  readonly isUpdate: boolean;
  /** `--exclude`; see `exclusion.ts`. */
  readonly exclude: readonly string[];
  /** `--allow-empty`: a target without any file to read is not an error. */
  readonly allowEmpty: boolean;
  /** `--platform`: images are pinned to the manifest of this platform, as in `linux/arm64`. */
  readonly platform?: string;
  /** Whether {@link PinOutcome.diff} is wanted. */
  readonly wantsDiff: boolean;
  /** Makes the diff of one file. Absent: one with all that stands in the file. */
  readonly diffFile?: DiffFile;
  readonly resolverOptions: ResolverOptions;
  /** The cache for what `--check` reads. Absent: nothing is cached. */
  readonly cache?: RecordStore;
  /** Replaces the finders; for tests and callers with formats of their own. */
  readonly finders?: readonly FinderRow[];
  /** Replaces the resolvers of kinds; for tests and callers with answers of their own. */
  readonly resolvers?: Partial<Readonly<Record<ReferenceKind, MakeResolver>>>;
  /** First sights of digests. Absent: none are recorded. */
  readonly sightings?: Sightings;
  /** `--min-age` in milliseconds; needs `sightings`. */
  readonly minAgeMs?: number;
  /** Judges a candidate of `--update`. Absent: every candidate is accepted. */
  readonly judge?: JudgeCandidate;
}

/** A newer digest or commit, and what it would replace. */
export interface Candidate {
  readonly kind: ReferenceKind;
  /** `name:tag@sha256:…` or `owner/repository@COMMIT`. */
  readonly pinned: string;
  /** The value in the file. */
  readonly current: string;
  readonly platform?: string;
}

/** Scans a candidate with the pinned reference as its baseline, and returns the decided report. */
export type JudgeCandidate = (candidate: Candidate) => Promise<Report>;
