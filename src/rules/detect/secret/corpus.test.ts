/**
 * One secret of each format in each carrier, and all decoys. The measured rates are in
 * `docs/secrets.md`.
 */

import { describe, expect, it } from 'vitest';

import { corpusOf } from '../../../../test/support/secret-corpus/corpus.ts';
import { decoysOf } from '../../../../test/support/secret-corpus/decoys.ts';
import { foundSecrets } from '../../../../test/support/secret-corpus/found-secrets.ts';
import { randomOf } from '../../../../test/support/secret-corpus/random-text.ts';

const LEAST_RECALL = 0.95;
const LEAST_RECALL_OF_A_FORMAT = 0.8;
const MOST_DECOYS = 0.02;

describe('secrets of all formats', () => {
  const found = [...corpusOf(randomOf(11), 1)].map(({ path, bytes, format, secret }) => {
    const drafts = foundSecrets(path, bytes);
    return { format, secret, drafts, isFound: drafts.length > 0 };
  });

  it('are found', () => {
    const share = found.filter(({ isFound }) => isFound).length / found.length;
    expect(found.length).toBeGreaterThan(3000);
    expect(share).toBeGreaterThan(LEAST_RECALL);
  });

  it('are found whatever the format is', () => {
    const poor = [...new Set(found.map(({ format }) => format))].filter((format) => {
      const cases = found.filter((one) => one.format === format);
      return (
        cases.filter(({ isFound }) => isFound).length / cases.length < LEAST_RECALL_OF_A_FORMAT
      );
    });
    expect(poor).toEqual([]);
  });

  it('stand in no finding', () => {
    for (const { secret, drafts } of found) {
      const texts = JSON.stringify(drafts);
      // The public beginning may be shown, and 12 more characters of the value may not.
      const tail = secret.replace(/\s/gu, '').slice(-12);
      expect(texts).not.toContain(tail);
    }
  });
});

describe('decoys', () => {
  it('are left alone', () => {
    const decoys = decoysOf(randomOf(12));
    expect(decoys.length).toBeGreaterThanOrEqual(3000);
    const flagged = decoys.filter(({ path, bytes }) => foundSecrets(path, bytes).length > 0);
    expect(flagged.length / decoys.length).toBeLessThan(MOST_DECOYS);
  });
});
