/** How much edits of `--fix` may change. */

/**
 * Which edits are made: those that evidently change nothing but the finding, or also those that can
 * change more.
 */
export const FIX_LEVELS = ['safe', 'all'] as const;

/** See {@link FIX_LEVELS}. */
export type FixLevel = (typeof FIX_LEVELS)[number];
