/** Advisories, and how matchers read them. */

import type { Ecosystem } from '../package/ecosystem.ts';

/** From least to most severe. */
export type Severity = 'unknown' | 'low' | 'medium' | 'high' | 'critical';

/** One publisher's opinion of how bad it is. */
export interface Rating {
  /**
   * The author of the rating, as `--vuln-severity-source` names it: `cna`, `cisa`, `nvd`, `ghsa`,
   * `almalinux`, or a feed id.
   */
  readonly by: string;
  readonly severity: Severity;
  readonly vector?: string;
  /** CVSS base score, 0 to 10. */
  readonly score?: number;
}

/** A span of versions, ordered by the ecosystem's scheme. */
export interface VersionRange {
  /** First affected version; `'0'` means from the very first. */
  readonly introduced: string;
  readonly fixed?: string;
  readonly lastAffected?: string;
  /** Versions at or above are outside the statement (OSV `limit`). */
  readonly limit?: string;
}

/** A publisher's statement about a package: affected or not, and whether a fix comes. */
export type AffectedStatus =
  | 'affected'
  | 'fixed'
  | 'notAffected'
  | 'willNotFix'
  | 'deferred'
  | 'endOfLife'
  | 'unimportant'
  | 'underInvestigation';

/** One package an advisory names. */
export interface Affected {
  readonly ecosystem: Ecosystem;
  readonly release?: string;
  readonly name: string;
  readonly ranges: readonly VersionRange[];
  /** Versions named one by one (OSV `versions`). */
  readonly versions: readonly string[];
  readonly status: AffectedStatus;
  readonly ratings: readonly Rating[];
  readonly qualifiers?: ReadonlyMap<string, string>;
}

/** A published statement that some versions of some packages are vulnerable. */
export interface Advisory {
  readonly id: string;
  readonly aliases: readonly string[];
  /**
   * Vulnerabilities that it names without being the same one, so that nothing is merged through
   * them: the CVEs gathered in a DSA, the XSA beside a CVE.
   */
  readonly related?: readonly string[];
  readonly summary: string;
  readonly details?: string;
  readonly ratings: readonly Rating[];
  readonly affected: readonly Affected[];
  readonly references: readonly string[];
  readonly cwes: readonly string[];
  /** Exploitation in the wild has been confirmed. */
  readonly exploited?: { readonly since: string; readonly ransomware: boolean };
  /** Estimated probability of exploitation within 30 days, 0 to 1. */
  readonly epss?: number;
  readonly publishedAt?: string;
  readonly modifiedAt: string;
  /** Set when the publisher took it back; such advisories never match. */
  readonly withdrawnAt?: string;
  readonly feed: string;
}

/**
 * The data of one feed for a vulnerability id, independent of packages: CVE records, NVD, KEV,
 * EPSS. They add their facts to the advisories that name the id, and alone make no finding.
 */
export interface VulnerabilityFacts {
  /** Id of a CVE, or of a distribution's bulletin that stands for all that it fixes. */
  readonly id: string;
  readonly feed: string;
  /** One line; empty where the feed gives none. */
  readonly summary: string;
  readonly details?: string;
  readonly ratings: readonly Rating[];
  readonly references: readonly string[];
  readonly cwes: readonly string[];
  readonly exploited?: NonNullable<Advisory['exploited']>;
  /** See {@link Advisory.epss}. */
  readonly epss?: number;
  readonly publishedAt?: string;
  readonly modifiedAt?: string;
  /**
   * Set where the id was rejected by who assigned it; findings that advisories make under it stay.
   */
  readonly withdrawnAt?: string;
}

/** An ecosystem, and the release of a distribution, whose advisories a scan needs. */
export interface AdvisoryNeed {
  readonly ecosystem: Ecosystem;
  readonly release?: string;
}

/** The loaded data for a need, or for vulnerabilities by id, by feed. */
export interface Coverage {
  readonly feed: string;
  /**
   * The ecosystem that the feed was queried for; absent for vulnerabilities by id, and for a user's
   * own records.
   */
  readonly ecosystem?: Ecosystem;
  readonly release?: string;
  readonly recordCount: number;
  readonly dataAt: string;
  readonly fetchedAt: string;
  /**
   * When its publisher was last seen to have nothing newer; absent where it came from a mirror or a
   * file.
   */
  readonly currentAt?: string;
  /**
   * Only what scans have asked for is loaded: single records, or some years. Absent: the whole
   * feed.
   */
  readonly isPartial?: boolean;
}

/** Read side of the advisory store; matchers know nothing more of it. */
export interface AdvisoryReader {
  byPackage(need: AdvisoryNeed, name: string): Iterable<Advisory>;
  /**
   * Yields {@link AdvisoryReader.byPackage} of each name in turn; with a stored base for less than
   * one by one.
   */
  byPackages(need: AdvisoryNeed, names: readonly string[]): Iterable<Iterable<Advisory>>;
  byId(id: string): Advisory | undefined;
  /**
   * Returns the coverage. Empty: nothing is known of the ecosystem or release, which is a gap and
   * never a zero.
   */
  coverage(need: AdvisoryNeed): readonly Coverage[];
  /**
   * Returns the known facts of a vulnerability id, in any case; one for each feed that has it, in
   * no particular order.
   */
  facts(id: string): readonly VulnerabilityFacts[];
  /**
   * Ratings that records of other ecosystems and releases give these vulnerabilities. Ids without
   * any are left out. Absent where there is nothing but what the other methods answer.
   */
  ratingsElsewhere?(ids: readonly string[]): Promise<ReadonlyMap<string, readonly Rating[]>>;
  /**
   * Returns whether a source of ratings (the CVE list, NVD) has answered for this vulnerability,
   * even that it has no rating. Absent where the reader knows of no such source beside
   * {@link AdvisoryReader.factsCoverage}.
   */
  hasRatingSource?(id: string): boolean;
  /**
   * Returns whether fetched ratings of a vulnerability are so old that they are to be fetched
   * again. Absent: never.
   */
  hasOldRatings?(id: string): boolean;
  /**
   * Fetches ratings where that is allowed and due. The answer is a reader that has them;
   * `undefined` where nothing is new. A failure is a note of the reader. Throws AssayError
   * `INTERRUPTED` alone.
   */
  fetchRatings?(request: RatingRequest): Promise<AdvisoryReader | undefined>;
  /** Returns the feeds that {@link AdvisoryReader.facts} asks. */
  factsCoverage(): readonly Coverage[];
  /**
   * Identifies the data behind the answers: with the same build, readers of one state give the same
   * answers. Absent if it cannot be determined, as with a user's own records and corrections.
   */
  readonly state?: string;
  /** The same data without the user's corrections, if there are some. */
  readonly uncorrected?: AdvisoryReader;
  /** Returns notes about the data itself: applied corrections, a failed refresh. */
  notes?(): readonly AdvisoryNote[];
}

/** Vulnerabilities whose severity a source of ratings could change. */
export interface RatingRequest {
  readonly ids: readonly string[];
  /** Returns whether no further source has to be asked for a vulnerability with these ratings. */
  isSettledBy(ratings: readonly Rating[]): boolean;
}

/** A note about advisory data, for the reader of the report. */
export interface AdvisoryNote {
  readonly message: string;
  /** Set if the note's cause may hide findings. */
  readonly gap?: 'noAdvisoryData';
}
