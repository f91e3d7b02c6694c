/** Assay's own JSON: the whole decided report, as `schema/` describes it. */

import { streamReport } from '../codec/codec.ts';
import { jsonDocument } from './json-document.ts';
import type { Reporter } from './reporter.ts';

export const json: Reporter = {
  id: 'json',
  mediaType: 'application/json',
  render: (report) => jsonDocument(streamReport(report)),
};
