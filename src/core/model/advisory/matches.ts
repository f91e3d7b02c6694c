/** Matches between one inventory and the advisories. */

import type { Advisory, AdvisoryNeed, Coverage } from './advisory.ts';
import type { Diagnostic, VulnerabilityFinding } from '../finding/finding.ts';

/** The findings of one artifact with all that was found out while matching. */
export interface Matches {
  /** By package id, then advisory id. */
  readonly findings: readonly VulnerabilityFinding[];
  /**
   * Merged advisories, under the id that findings use: the CVE, else GitHub's id, else the feed's
   * own. What they say of packages that the inventory does not have is left out.
   */
  readonly advisories: ReadonlyMap<string, Advisory>;
  readonly diagnostics: readonly Diagnostic[];
  /** The consulted data: for each need in turn, then for vulnerabilities by id. */
  readonly coverage: readonly Coverage[];
  /**
   * Packages for which advisory data is loaded; 0 of more than 0 means that the run cannot answer.
   */
  readonly coveredPackageCount: number;
  readonly packageCount: number;
  /** The effects of the user's corrections; absent: no correction applied here. */
  readonly corrected?: MatchCorrections;
}

/** The effect of a user's corrections on the findings of one inventory. */
export interface MatchCorrections {
  /**
   * Ids of the findings that the data has without them; they stay among the findings, to be set
   * aside.
   */
  readonly removedIds: readonly string[];
  /** Findings whose severity, status or fixed versions are others without them. */
  readonly changedCount: number;
}

/** Cached matches, with the names of the data that they were made from. */
export interface CachedMatches {
  /** The inventory's queries to the advisory base. */
  readonly needs: readonly AdvisoryNeed[];
  /** Name of the data that answered: `AdvisoryReader.state`. */
  readonly state: string;
  /** Digest of the artifact's content, if the key of the cache does not determine it. */
  readonly content?: string;
  readonly matches: Matches;
}
