/** Assay's own JSON: the whole decided report, as `schema/` describes it. */

import { streamReport } from '../../../core/codec/codec.ts';
import { jsonDocument } from './json-document.ts';
import type { Reporter } from '../reporter.ts';

export const json: Reporter = {
  id: 'json',
  mediaType: 'application/json',
  purpose: 'keeps everything, for `assay gate`, `assay convert`, `assay diff` and own programs',
  findings: {
    listed: 'all',
    vulnerabilities: 'all',
    others: 'all',
    setAside: '`suppressed`, with the reason',
  },
  render: (report) => jsonDocument(streamReport(report)),
};
