/** The scan of a command that compares and does not judge. */

import type { Report } from '../../../model/report.ts';
import type { Session } from '../command.ts';
import { readUngatedOptions, runRequest } from '../../shell/options/scan-options.ts';
import { openOverrides } from '../../../config/override-file.ts';
import { runScan } from '../../../scan/run.ts';
import type { Target } from '../../../scan/target.ts';

/** The report of one target, without gate and exceptions, as `assay diff` compares it. @throws AssayError as `scan()` */
export async function scanUngated(session: Session, target: Target): Promise<Report> {
  const options = await readUngatedOptions(session, [target]);
  const corrections = options.wantsAdvisories ? await openOverrides(session) : undefined;
  const corrected = corrections && {
    policy: { overrides: corrections.entries },
    overrides: corrections.overrides,
  };
  return runScan(
    runRequest(session, { ...options, ...corrected, allowEmpty: true }),
    session.context,
  );
}
