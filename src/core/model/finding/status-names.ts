/** The names of finding statuses for people. */

import type { AffectedStatus } from '../advisory/advisory.ts';

/**
 * Status names as `--ignore-status` takes them: trivy's names, and `unimportant`. Reports in JSON
 * have {@link AffectedStatus}.
 */
export const STATUS_NAMES: Readonly<Record<AffectedStatus, string>> = {
  affected: 'affected',
  fixed: 'fixed',
  notAffected: 'not_affected',
  underInvestigation: 'under_investigation',
  willNotFix: 'will_not_fix',
  deferred: 'fix_deferred',
  endOfLife: 'end_of_life',
  unimportant: 'unimportant',
};
