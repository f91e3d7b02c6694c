import { describe, expect, it } from 'vitest';

import { sourceCode } from '../../src/rules/detect/code/source.ts';
import { featurePairs } from './flow/generate.ts';

/** Ways on which the data is lost, or becomes harmless, whatever is chosen. */
const LOST: ReadonlySet<string> = new Set([
  ...['length', 'number', 'allowed values', 'pattern check', 'digits', 'while that never runs'],
  'local that hides a global',
]);

describe.each(['javascript', 'python'] as const)('features of %s', async (language) => {
  const path = language === 'javascript' ? '/app.js' : '/app.py';
  await sourceCode.prepare?.(path);

  function rulesIn(text: string): readonly string[] {
    return sourceCode
      .detect({ path, bytes: Buffer.from(text) })
      .flatMap(({ rule, confidence }) => (confidence === 'low' ? [] : [rule]));
  }

  it.each(featurePairs(language).map((pair) => [pair.feature, pair] as const))(
    'data is followed through: %s',
    (feature, { text, twin }) => {
      expect(rulesIn(text)).toEqual(LOST.has(feature) ? [] : ['code/command-injection']);
      expect(rulesIn(twin)).toEqual([]);
    },
  );
});
