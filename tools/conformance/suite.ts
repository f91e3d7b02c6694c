/** What a conformance suite is. */

export interface SuiteResult {
  readonly suite: string;
  readonly passed: number;
  readonly total: number;
  readonly misses: readonly { readonly case: string; readonly reason: string }[];
  /** Cases of formats that Assay does not read yet; they are not in `total`. */
  readonly notCovered?: readonly string[];
}

export interface Suite {
  readonly id: string;
  /**
   * `undefined` when the folder holds no cases for it. `feedsFolder` has advisory data as its
   * publishers lay it out.
   */
  run(suitesFolder: string, feedsFolder: string): Promise<SuiteResult | undefined>;
}
