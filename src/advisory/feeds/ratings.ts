/** Ratings as publishers write them: a CVSS vector, a score, or a word. */

import type { Rating, Severity } from '../../model/advisory.ts';
import { CvssError, cvssScores, severityOfScores, type CvssScores } from '../../model/cvss.ts';

/** A hundred thousand records share a few thousand vectors; a feed of odd ones must not fill the memory. */
const MAX_REMEMBERED = 20_000;
const REMEMBERED = new Map<string, Omit<Rating, 'by'>>();

/** A vector that cannot be read stays visible, with the severity `unknown`. */
export function ratingOfVector(by: string, vector: string): Rating {
  return { by, ...readVector(vector) };
}

/** Whether a vector has a score. */
export function isReadableVector(vector: string): boolean {
  return readVector(vector).score !== undefined;
}

function readVector(vector: string): Omit<Rating, 'by'> {
  const known = REMEMBERED.get(vector);
  if (known !== undefined) return known;
  const scores = scoresOf(vector);
  const read: Omit<Rating, 'by'> =
    scores === undefined
      ? { severity: 'unknown', vector }
      : { severity: severityOfScores(scores), vector, score: scores.base };
  if (REMEMBERED.size < MAX_REMEMBERED) REMEMBERED.set(vector, read);
  return read;
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

/** A publisher's word for a severity, in any case. */
export function severityOfWord(word: string): Severity | undefined {
  return WORDS.get(word.toLowerCase());
}

/** A rating of a word; none for a word that says nothing. */
export function ratingOfWord(by: string, word: string | undefined): readonly Rating[] {
  const severity = word === undefined ? undefined : severityOfWord(word);
  return severity === undefined ? [] : [{ by, severity }];
}
