/** Ratings as publishers write them: a CVSS vector, a score, or a word. */

import { cacheResults } from '../../core/base/cache-results.ts';
import type { Rating, Severity } from '../../core/model/advisory/advisory.ts';
import {
  CvssError,
  cvssScores,
  severityOfScores,
  type CvssScores,
} from '../../core/model/severity/cvss.ts';

/** A hundred thousand records share a few thousand vectors; the bound is for hostile feeds. */
const MAX_CACHED_VECTORS = 20_000;

const readVector = cacheResults((vector: string): Omit<Rating, 'by'> => {
  const scores = scoresOf(vector);
  return scores === undefined
    ? { severity: 'unknown', vector }
    : { severity: severityOfScores(scores), vector, score: scores.base };
}, MAX_CACHED_VECTORS);

/**
 * Returns the rating of a vector; one that cannot be read stays visible, with the severity
 * `unknown`.
 */
export function ratingOfVector(by: string, vector: string): Rating {
  return { by, ...readVector(vector) };
}

/** Returns whether a vector has a score. */
export function isReadableVector(vector: string): boolean {
  return readVector(vector).score !== undefined;
}

function scoresOf(vector: string): CvssScores | undefined {
  try {
    return cvssScores(vector);
  } catch (error) {
    if (error instanceof CvssError) return undefined;
    throw error;
  }
}

const WORDS: ReadonlyMap<string, Severity> = new Map([
  ['critical', 'critical'],
  ['high', 'high'],
  ['important', 'high'],
  ['moderate', 'medium'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['negligible', 'low'],
]);

/** Returns the severity of a publisher's word, in any case. */
export function severityOfWord(word: string): Severity | undefined {
  return WORDS.get(word.toLowerCase());
}

/** Returns a rating of a word; none for a word that says nothing. */
export function ratingOfWord(by: string, word: string | undefined): readonly Rating[] {
  const severity = word === undefined ? undefined : severityOfWord(word);
  return severity === undefined ? [] : [{ by, severity }];
}
