/** `verdict.json`: the verdict by itself, as `schema/` describes it. */

import { jsonText } from '../base/json-text.ts';
import { encodeVerdict } from '../model/verdict-document.ts';
import type { Reporter } from './reporter.ts';

export const verdict: Reporter = {
  id: 'verdict',
  mediaType: 'application/json',
  async *render(report) {
    yield await Promise.resolve(jsonText(encodeVerdict(report)));
  },
};
