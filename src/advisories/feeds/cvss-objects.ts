/** CVSS as CVE records and NVD hold it: the objects of FIRST's JSON schemas, one a version. */

import type { Rating } from '../../core/model/advisory/advisory.ts';
import { severityOfScore } from '../../core/model/severity/severity.ts';
import { textOf, type Fields } from './fields.ts';
import { ratingOfVector, severityOfWord } from './ratings.ts';

/**
 * Returns the rating of one object; by its score and word where the vector cannot be read or is
 * absent.
 */
export function ratingOfCvss(by: string, cvss: Fields | undefined): readonly Rating[] {
  if (cvss === undefined) return [];
  const vector = textOf(cvss['vectorString']);
  if (vector !== undefined) {
    const rating = ratingOfVector(by, withoutBrackets(vector));
    if (rating.score !== undefined) return [rating];
  }
  const score = scoreOf(cvss['baseScore']);
  const severity = severityOfWord(textOf(cvss['baseSeverity']) ?? '') ?? severityOf(score);
  if (severity === undefined) return [];
  return [{ by, severity, ...(vector && { vector }), ...(score !== undefined && { score }) }];
}

/** Returns the vector without brackets: vectors of version 2.0 are also written in parentheses. */
function withoutBrackets(vector: string): string {
  return vector.startsWith('(') && vector.endsWith(')') ? vector.slice(1, -1) : vector;
}

function scoreOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= 10 ? value : undefined;
}

function severityOf(score: number | undefined): Rating['severity'] | undefined {
  return score === undefined ? undefined : severityOfScore(score);
}

/** Returns the ratings that differ, each once. */
export function uniqueRatings(ratings: readonly Rating[]): readonly Rating[] {
  const byKey = new Map(ratings.map((rating) => [JSON.stringify(rating), rating]));
  return [...byKey.values()];
}
