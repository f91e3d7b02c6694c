/** The rooms behind the commands, loaded on first use; tests hand in their own. */

import type { AdvisoryBase } from '../advisory/base.ts';
import type { Context } from '../base/context.ts';
import type { Report } from '../model/report.ts';
import type { ScanRequest } from '../scan/request.ts';

export interface Services {
  scan(request: ScanRequest, context: Context): Promise<Report>;
  /** The advisory data stored in a folder. */
  openAdvisories(folder: string): Promise<AdvisoryBase>;
}
