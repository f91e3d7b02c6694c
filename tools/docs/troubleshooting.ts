/**
 * The parts of the page on troubleshooting that follow from the tables of exit codes and gaps; the
 * rest is written by hand.
 */

import { EXIT_CAUSES, type ExitCause } from '../../src/core/model/report/exit-codes.ts';
import { GAPS } from '../../src/core/model/finding/gap.ts';
import { withPart } from './marked-part.ts';

const PAGE = 'docs/troubleshooting.md';

/**
 * Returns the page with the table of gaps.
 *
 * @throws Error if the page has no place for it, or no section for an exit code.
 */
export function troubleshootingPage(page: string): string {
  const missing = Object.entries<ExitCause>(EXIT_CAUSES)
    .filter(([id, cause]) => id !== 'pass' && !page.includes(`\n## ${headingOf(cause)}: `))
    .map(([, cause]) => `"## ${headingOf(cause)}: ..."`);
  if (missing.length > 0) throw new Error(`${PAGE} has no section ${missing.join(', ')}`);
  return withPart(page, { path: PAGE, name: 'gaps' }, [
    '| gap | what it means | what to do |',
    '| --- | --- | --- |',
    ...Object.values(GAPS).map(
      ({ name, meaning, cure }) => `| [\`${name}\`](gaps.md#${name}) | ${meaning} | ${cure} |`,
    ),
  ]);
}

/** The code of a cause; one that a flag replaces is named by the flag. */
function headingOf({ code, flag }: ExitCause): string {
  return flag === undefined ? String(code) : `N of ${flag.name}`;
}
