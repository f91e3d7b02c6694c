/** The decided report: the document that every reporter renders and the server stores. */

import type { Advisory, Coverage, Severity } from './advisory.ts';
import type { Artifact } from './artifact.ts';
import type { Diagnostic, Finding } from './finding.ts';
import type { Inventory } from './package.ts';
import type { ScanPart } from './rule-scanner.ts';

/** A finding that an exception set aside, with the reason kept. Display filters do not suppress. */
export interface Suppressed {
  readonly findingId: string;
  readonly by: 'unfixed' | 'status' | 'ignore' | 'override' | 'comment' | 'vex' | 'baseline';
  /** Why, in the words of whoever decided it; empty where an exception gives no reason. */
  readonly reason: string;
  /** Date or instant from which on it no longer holds. */
  readonly until?: string;
  /** Where it is written: file and line of the exception, file and number of the statement. */
  readonly from?: string;
  /** Who answers for the exception; of a statement its author. */
  readonly owner?: string;
  /** Of a statement (VEX): the word of its form for the reason, as in `vulnerable_code_not_present`. */
  readonly justification?: string;
}

/**
 * What was done to see that an image's layers are what their digests say. `checked`: this run compared all bytes.
 * `byManifest`: of some layers a run before did, and a manifest names their bytes by that digest, so that whoever gets
 * the image gets these bytes or none. `notChecked`: some layers are known only by what the archive says of itself; their
 * content may be another.
 */
export type LayerDigests = 'checked' | 'byManifest' | 'notChecked';

/** The result for one artifact. */
export interface ArtifactResult {
  readonly artifact: Artifact;
  /** Of images only. */
  readonly layerDigests?: LayerDigests;
  /** What was looked for, if rules were part of it; absent: packages alone, or not known. */
  readonly scanners?: readonly ScanPart[];
  readonly inventory: Inventory;
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Suppressed[];
  /** What could hide findings (those with a `gap`), and notes. */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Findings left out of {@link ArtifactResult.findings} by the display filter, by severity; all zero in a report as
   * decided. A gate must not be asked of a report that leaves out findings.
   */
  readonly notShown: Readonly<Record<Severity, number>>;
}

/** A file that was read because it lies in the working directory, and that changed the outcome. */
export interface ImplicitFile {
  /** Its name, relative to the working directory; of a file with comments its path in the artifact. */
  readonly path: string;
  /** `comments`: the file contains comments that set its findings aside. `trust`: it chose whose signatures count in a push. */
  readonly kind: 'configuration' | 'exceptions' | 'corrections' | 'comments' | 'trust';
  /** Findings that it set aside, or that its settings kept from the gate. */
  readonly removedCount: number;
  /** Findings whose severity, status or fix it changed; absent: none. */
  readonly changedCount?: number;
  /** Of a configuration: its settings that bear on the verdict, each with its line as in `severity (assay.yaml:3)`. */
  readonly settings?: readonly string[];
}

/** What the gate decided, ready for a person and for `verdict.json`. */
export interface Verdict {
  readonly status: 'pass' | 'fail' | 'incomplete' | 'notAsked';
  /** That of the first cause in the order of the exit codes; with {@link Verdict.isDryRun} the run itself ends with 0. */
  readonly exitCode: number;
  /** `--dry-run`: decided to be looked at, and enforced by nobody. */
  readonly isDryRun?: boolean;
  /** The named gate that was asked. */
  readonly policy?: string;
  /** Of a pass: the rules that nothing met, and the gaps that were let pass. */
  readonly causes: readonly {
    readonly rule: string;
    readonly findingIds: readonly string[];
    readonly message: string;
    /** What the run would end with if this were the only cause; absent of a pass. */
    readonly exitCode?: number;
    /** Packages that it is about, where it is about packages and not about findings. */
    readonly packageIds?: readonly string[];
    /** So many of its findings or packages may stay; absent: none. */
    readonly toleratedCount?: number;
  }[];
  /** What makes the verdict less certain and changes no exit code, such as old advisory data; absent: nothing. */
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
      /** Lowest version that clears its findings; of the source package, where it is a distribution's. */
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
      /** Where it runs, as in `in the image app:1.2`; absent: in the working directory of the scan. */
      readonly place?: string;
    }[];
    /** Edits of files that make upgrades, in words; absent: none is needed. */
    readonly edits?: readonly string[];
    readonly command: string;
  };
}

/** A finding that a baseline has, as far as people are told of it. */
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

/** The findings of this run against those of a baseline; what makes two of them the same: `model/finding-identity.ts`. */
export interface BaselineResult {
  /** As the user named it. */
  readonly name: string;
  /** The artifacts that it is of. */
  readonly reference: string;
  readonly judgedAt: string;
  /** Ids of findings that it has not, without those that were set aside. */
  readonly newIds: readonly string[];
  /** Findings that it has, without those that were set aside. */
  readonly unchangedCount: number;
  /** What it has and what is no longer there. */
  readonly fixed: readonly BaselineFinding[];
  /** Why the comparison may say little. */
  readonly doubt?: string;
}

/** Result of one run over one or more artifacts: the document every reporter renders and the server stores. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'assay'; readonly version: string };
  readonly results: readonly ArtifactResult[];
  /** Each advisory once; findings refer by id. */
  readonly advisories: ReadonlyMap<string, Advisory>;
  /** Feeds that were consulted, with the age of each. */
  readonly coverage: readonly Coverage[];
  /** Severities that reporters show besides the findings that decide; see `model/display-filter.ts`. */
  readonly shownSeverities: readonly Severity[];
  /** `--only`: the origin of the findings that reporters show besides those; absent: any. */
  readonly shownOrigin?: 'app' | 'base';
  /** With `--baseline`: what is new, and what is fixed. */
  readonly baseline?: BaselineResult;
  readonly verdict: Verdict;
  /** When the scan began by the wall clock or, with `--as-of`, the instant that it was judged at. */
  readonly startedAt: string;
  readonly durationMs: number;
}
