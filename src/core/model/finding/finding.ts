/** Findings, and what could hide them. */

import type { AffectedStatus, Severity } from '../advisory/advisory.ts';
import type { Location } from '../artifact/artifact.ts';
import type { Contradiction } from '../package/package.ts';
import type { RuleFinding } from '../rule/rule-finding.ts';

interface FindingBase {
  /** Same content, same id, on every run and machine. */
  readonly id: string;
  readonly severity: Severity;
}

/** Publishers' reports about a malicious version. */
export interface MaliciousVersion {
  /** Ids of the records that list this version as malicious, sorted; never empty. */
  readonly by: readonly string[];
  /**
   * The highest release below the matched version that advisories name and none of them lists as
   * malicious; absent where none is named.
   */
  readonly lastGood?: string;
  /**
   * Releases below this one are not listed as malicious; absent where every lower release is
   * listed.
   */
  readonly goodBelow?: string;
}

/** A package that an advisory affects. */
export interface VulnerabilityFinding extends FindingBase {
  readonly kind: 'vulnerability';
  readonly packageId: string;
  readonly advisoryId: string;
  /** The claimed or the evidenced version, whichever matched. */
  readonly matchedVersion: string;
  readonly status: AffectedStatus;
  /** The source of the severity. */
  readonly severityBy: string;
  /** All fixing versions, lowest that fixes the installed line first. */
  readonly fixedVersions: readonly string[];
  readonly matchedBy: string;
  /**
   * It has no rating or no score, and no source of ratings (the CVE list, NVD) that could supply
   * one is loaded. Absent: it is rated, or a source answered that it has no rating.
   */
  readonly lacksRatingSource?: boolean;
  /**
   * The dependency path: ids of the packages on the shortest way to it, first one that the project
   * requests itself. Absent for what is direct, and if lockfiles do not record it.
   */
  readonly pulledInBy?: readonly string[];
  /**
   * Id of the distribution's package that ships this package, where the distribution's advisories
   * do not name the vulnerability for it. Such a finding meets only conditions that ask for it
   * (`owned`).
   */
  readonly ownedBy?: string;
  /**
   * Present where publishers report this version as malicious. Such a finding is critical, is never
   * owned, fails every gate, and is set aside only by an exception that names one of its ids and
   * the package.
   */
  readonly malicious?: MaliciousVersion;
}

/** A package or file whose content contradicts what is claimed about it. */
export interface IntegrityFinding extends FindingBase {
  readonly kind: 'integrity';
  readonly packageId?: string;
  readonly contradiction: Contradiction;
}

/** Anything that a gate can decide on. */
export type Finding = VulnerabilityFinding | IntegrityFinding | RuleFinding;

/** A reason for possibly hidden findings. A diagnostic without one is only a note. */
export type GapKind = (typeof GAP_KINDS)[number];

/** All of them. */
export const GAP_KINDS = [
  'unreadable',
  'noAdvisoryData',
  'unorderedVersion',
  'unknownSystem',
  'endOfLife',
  'limit',
  'timeout',
  'lazy',
  'filtered',
  'unpinned',
  'unread',
  'unrated',
] as const;

/** A note about the run, or a gap where it could hide findings. */
export interface Diagnostic {
  readonly stage:
    'source' | 'layers' | 'catalog' | 'integrity' | 'detect' | 'advisory' | 'match' | 'policy';
  readonly message: string;
  readonly location?: Location;
  readonly gap?: GapKind;
}
