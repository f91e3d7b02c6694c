/** `verdict.json`: the verdict by itself, as `schema/` describes it. */

import { streamVerdict } from '../codec/verdict-document.ts';
import { jsonDocument } from './json-document.ts';
import type { Reporter } from './reporter.ts';

export const verdict: Reporter = {
  id: 'verdict',
  mediaType: 'application/json',
  render: (report) => jsonDocument(streamVerdict(report)),
};
