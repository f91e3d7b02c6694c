/** `verdict.json`: the verdict by itself, as `schema/` describes it. */

import { streamVerdict } from '../../../core/codec/verdict-document.ts';
import { jsonDocument } from '../json/json-document.ts';
import type { Reporter } from '../reporter.ts';

export const verdict: Reporter = {
  id: 'verdict',
  mediaType: 'application/json',
  purpose: 'says why a run passed or failed, and which change would flip it',
  findings: {
    listed: 'deciding',
    vulnerabilities: 'those that decide',
    others: 'those that decide',
    setAside: 'not there',
    ruleFieldsWithout: {
      fields: [
        ...(['location.line', 'location.layer'] as const),
        ...(['title', 'message', 'remedy', 'range', 'excerpt', 'instruction'] as const),
        ...(['whitedOutIn', 'steps', 'fix', 'category', 'cwe', 'aliases', 'helpUri'] as const),
        ...(['tool', 'confidence', 'comments', 'fingerprint'] as const),
      ],
      reason: 'names what decided by id, rule, severity and file; the JSON report has the rest',
    },
  },
  render: (report) => jsonDocument(streamVerdict(report)),
};
