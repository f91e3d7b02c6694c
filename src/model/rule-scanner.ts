/** Scanners whose findings are made by rules, by the names that `--scanners` takes. */

/** All of them, whether they are built or not. */
export const RULE_SCANNERS = ['secret', 'misconfig', 'code', 'license', 'origin'] as const;

/** A scanner whose findings are made by rules. */
export type RuleScanner = (typeof RULE_SCANNERS)[number];
