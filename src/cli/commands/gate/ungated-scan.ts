/** The scan of a command that compares and does not judge. */

import type { Report } from '../../../model/report.ts';
import type { Session } from '../command.ts';
import { openLayerCache } from '../../shell/options/layer-cache-folder.ts';
import { readUngatedOptions } from '../../shell/options/scan-options.ts';
import { openOverrides } from '../../../config/override-file.ts';
import { openAdvisories } from '../scan/scan-command.ts';
import type { Target } from '../../../scan/target.ts';

/** The report of one target, without gate and exceptions, as `assay diff` compares it. @throws AssayError as `scan()` */
export async function scanUngated(session: Session, target: Target): Promise<Report> {
  const options = await readUngatedOptions(session, [target]);
  const { wantsAdvisories, ...asked } = options;
  const corrections = wantsAdvisories ? await openOverrides(session) : undefined;
  const request = {
    ...asked,
    ...(corrections && { policy: { overrides: corrections.entries } }),
    allowEmpty: true,
    cache: openLayerCache(session),
  };
  return session.services.scan(
    wantsAdvisories
      ? { ...request, advisories: await openAdvisories(session, {}, corrections?.overrides) }
      : request,
    session.context,
  );
}
