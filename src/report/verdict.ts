/** `verdict.json`: the verdict by itself, as `schema/` describes it. */

import { encodeVerdict } from '../model/verdict-document.ts';
import type { Reporter } from './reporter.ts';

export const verdict: Reporter = {
  id: 'verdict',
  mediaType: 'application/json',
  async *render(report) {
    yield await Promise.resolve(`${JSON.stringify(encodeVerdict(report), undefined, 2)}\n`);
  },
};
