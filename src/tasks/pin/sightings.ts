/** First sights of digests: what `--min-age` counts from. The ledger stores them between runs. */

/** A digest that a tag had. */
export interface Sighting {
  /** Digest or commit. */
  readonly digest: string;
  /** Milliseconds since the Unix epoch. */
  readonly firstSeenAt: number;
}

/** The digests that were seen of each reference. */
export interface Sightings {
  /** Returns what was seen of a reference, in the order of first sights. */
  of(ledgerKey: string): readonly Sighting[];
  /** Records a digest that is seen now. A digest that is known keeps its first sight. */
  record(ledgerKey: string, digest: string, source: string | undefined): void;
}
