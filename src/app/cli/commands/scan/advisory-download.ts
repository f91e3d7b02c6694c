/** Fetches advisory data without scanning. */

import { advisoryFolder } from '../../../../core/base/cache-directory.ts';
import { updateBase } from '../../../../advisories/base/index.ts';
import { readMirror } from '../../shell/options/advisory-options.ts';
import { writeChange } from '../../print/result-output.ts';
import type { Session } from '../command.ts';

/** Downloads all data that Assay can use: `--download-db-only` without a target. */
export async function downloadAdvisories(session: Session): Promise<number> {
  const request = { folder: advisoryFolder(session), ...readMirror(session.flags, session.io.cwd) };
  return writeChange(session, 'table', await updateBase(request, session.context));
}
