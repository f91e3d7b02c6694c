/** Scanners whose findings are made by rules, by the names that `--scanners` takes. */

/** All of them, whether they are built or not. */
export const RULE_SCANNERS = ['secret', 'misconfig', 'code', 'license', 'origin'] as const;

/** A scanner whose findings are made by rules. */
export type RuleScanner = (typeof RULE_SCANNERS)[number];

/**
 * Parts of a scan with rules: the listing of packages, their matching with advisories, scanners of
 * rules, and SARIF documents of other analyzers.
 */
export const SCAN_PARTS = ['packages', 'vuln', ...RULE_SCANNERS, 'sarif'] as const;

/** One of {@link SCAN_PARTS}. */
export type ScanPart = (typeof SCAN_PARTS)[number];
