/** Assay's own JSON: the whole decided report, as `schema/` describes it. */

import { jsonText } from '../base/json-text.ts';
import { encodeReport } from '../model/codec.ts';
import type { Report } from '../model/report.ts';
import type { Reporter } from './reporter.ts';

export const json: Reporter = {
  id: 'json',
  mediaType: 'application/json',
  async *render(report: Report) {
    yield await Promise.resolve(jsonText(encodeReport(report)));
  },
};
