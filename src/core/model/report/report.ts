/** The decided report: the document that every reporter renders and the server stores. */

import type { Advisory, Coverage, Severity } from '../advisory/advisory.ts';
import type { Artifact } from '../artifact/artifact.ts';
import type { Diagnostic, Finding } from '../finding/finding.ts';
import type { Inventory } from '../package/package.ts';
import type { ScanPart } from '../rule/rule-scanner.ts';

/** A finding that an exception set aside, with the reason kept. Display filters do not suppress. */
export interface Suppressed {
  readonly findingId: string;
  readonly by: 'unfixed' | 'status' | 'ignore' | 'override' | 'comment' | 'vex' | 'baseline';
  /** The reason as its author wrote it; empty if an exception gives none. */
  readonly reason: string;
  /** Date or instant from which on it no longer holds. */
  readonly until?: string;
  /** The source: file and line of the exception, file and number of the statement. */
  readonly from?: string;
  /** The person responsible for the exception; for a statement its author. */
  readonly owner?: string;
  /**
   * For a statement (VEX): the justification in its own form, as in `vulnerable_code_not_present`.
   */
  readonly justification?: string;
}

/**
 * The check of an image's layers against their digests. `checked`: this run compared all bytes.
 * `byManifest`: an earlier run compared some layers, and a manifest names their bytes by that
 * digest, so that a pull gets these bytes or fails. `notChecked`: some layers are known only from
 * the archive's own statements; their content may differ.
 */
export type LayerDigests = 'checked' | 'byManifest' | 'notChecked';

/** The result for one artifact. */
export interface ArtifactResult {
  readonly artifact: Artifact;
  /** For images only. */
  readonly layerDigests?: LayerDigests;
  /** The scanners of the run, if rules were part of it; absent: packages alone, or not known. */
  readonly scanners?: readonly ScanPart[];
  readonly inventory: Inventory;
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Suppressed[];
  /** Conditions that could hide findings (those with a `gap`), and notes. */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Findings left out of {@link ArtifactResult.findings} by the display filter, by severity; all
   * zero in a report as decided. A gate must not be asked of a report that leaves out findings.
   */
  readonly notShown: Readonly<Record<Severity, number>>;
}

/** A file that was read because it lies in the working directory, and that changed the outcome. */
export interface ImplicitFile {
  /**
   * Its name, relative to the working directory; of a file with comments its path in the artifact.
   */
  readonly path: string;
  /**
   * `comments`: the file contains comments that set its findings aside. `trust`: it chose whose
   * signatures count in a push.
   */
  readonly kind: 'configuration' | 'exceptions' | 'corrections' | 'comments' | 'trust';
  /** Findings that it set aside, or that its settings kept from the gate. */
  readonly removedCount: number;
  /** Findings whose severity, status or fix it changed; absent: none. */
  readonly changedCount?: number;
  /**
   * For a configuration: its settings that affect the verdict, each with its line as in
   * `severity (assay.yaml:3)`.
   */
  readonly settings?: readonly string[];
}

/** The gate's decision, ready for a person and for `verdict.json`. */
export interface Verdict {
  readonly status: 'pass' | 'fail' | 'incomplete' | 'notAsked';
  /**
   * That of the first cause in the order of the exit codes; with {@link Verdict.isDryRun} the run
   * itself ends with 0.
   */
  readonly exitCode: number;
  /** `--dry-run`: the verdict is shown and not enforced. */
  readonly isDryRun?: boolean;
  /** The named gate that was asked. */
  readonly policy?: string;
  /** For a pass: the rules without findings, and the gaps that were accepted. */
  readonly causes: readonly {
    readonly rule: string;
    readonly findingIds: readonly string[];
    readonly message: string;
    /** The exit code of the run if this were the only cause; absent for a pass. */
    readonly exitCode?: number;
    /** Packages that it is about, where it is about packages and not about findings. */
    readonly packageIds?: readonly string[];
    /** So many of its findings or packages may stay; absent: none. */
    readonly toleratedCount?: number;
  }[];
  /**
   * Reasons that make the verdict less certain and change no exit code, such as old advisory data;
   * absent: none.
   */
  readonly warnings?: readonly string[];
  /** Files that no flag names and that changed the outcome; absent: none. */
  readonly implicitFiles?: readonly ImplicitFile[];
  /** The shortest change that flips it, where one is known. */
  readonly cure?: {
    readonly change: string;
    /** Ids of the findings that the upgrades remove. */
    readonly clears: readonly string[];
    readonly upgrades: readonly {
      readonly packageId: string;
      /**
       * Lowest version that clears its findings; of the source package, where it is a
       * distribution's.
       */
      readonly version: string;
    }[];
    /** Packages that must go, or be replaced by others. */
    readonly removals?: readonly string[];
    /** Packages that must be installed anew. */
    readonly reinstalls?: readonly string[];
    /** Advisories that no version clears: their packages must go, or they must be accepted. */
    readonly exceptions?: readonly string[];
    /** Commands for a POSIX shell that make upgrades; absent: none is known. */
    readonly commands?: readonly {
      readonly command: string;
      /**
       * The place to run it, as in `in the image app:1.2`; absent: the working directory of the
       * scan.
       */
      readonly place?: string;
    }[];
    /** Edits of files that make upgrades, in words; absent: none is needed. */
    readonly edits?: readonly string[];
    readonly command: string;
  };
}

/** A finding of a baseline, with the fields that are shown. */
export interface BaselineFinding {
  readonly findingId: string;
  /** Id of the advisory or rule. */
  readonly name: string;
  readonly severity: Severity;
  /** Name of the package; of a rule the path. */
  readonly package: string;
  /** The version that matched then; empty for rules. */
  readonly version: string;
}

/**
 * The findings of this run against those of a baseline; what makes two of them the same:
 * `core/model/finding/finding-identity.ts`.
 */
export interface BaselineResult {
  /** The name that the user gave. */
  readonly name: string;
  /** The artifacts that it is of. */
  readonly reference: string;
  readonly judgedAt: string;
  /** Ids of findings that it has not, without those that were set aside. */
  readonly newIds: readonly string[];
  /** Findings that it has, without those that were set aside. */
  readonly unchangedCount: number;
  /** Findings of the baseline that are no longer present. */
  readonly fixed: readonly BaselineFinding[];
  /** A reason for a limited comparison. */
  readonly doubt?: string;
}

/**
 * Result of one run over one or more artifacts: the document every reporter renders and the server
 * stores.
 */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'assay'; readonly version: string };
  readonly results: readonly ArtifactResult[];
  /** Each advisory once; findings refer by id. */
  readonly advisories: ReadonlyMap<string, Advisory>;
  /** Feeds that were consulted, with the age of each. */
  readonly coverage: readonly Coverage[];
  /**
   * Severities that reporters show besides the findings that decide; see `core/model/report/display-filter.ts`.
   */
  readonly shownSeverities: readonly Severity[];
  /** `--only`: the origin of the findings that reporters show besides those; absent: any. */
  readonly shownOrigin?: 'app' | 'base';
  /** With `--baseline`: what is new, and what is fixed. */
  readonly baseline?: BaselineResult;
  readonly verdict: Verdict;
  /**
   * When the scan began by the wall clock or, with `--as-of`, the instant that it was judged at.
   */
  readonly startedAt: string;
  readonly durationMs: number;
}
