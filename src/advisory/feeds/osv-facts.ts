/**
 * OSV records of a CVE, or of a distribution's bulletin, that name no package: they only tell about it. Beside the
 * schema's own fields `database_specific.severity_by_source` (a word for each source) and `cvss_by_source` are read, for
 * those who keep several ratings apart, and of bulletins `declared_severity`: they have one word for all that they fix.
 */

import type { Rating, VulnerabilityFacts } from '../../model/advisory.ts';
import { cveIdOf, cweIdsOf } from './cve-id.ts';
import { bulletinIdOf } from './osv-bulletins.ts';
import { fieldsOf, instantOf, listOf, textOf, textsOf, type Fields } from './fields.ts';
import { OSV_ID, ratingsOf } from './osv-affected.ts';
import { withdrawnAtOf } from './osv-withdrawal.ts';
import { ratingOfVector, ratingOfWord } from './ratings.ts';

/** `undefined` for a record of something else than a CVE or a rated bulletin, or one that names packages. */
export function factsOfRecord(record: Fields): VulnerabilityFacts | undefined {
  if (listOf(record['affected']).length > 0) return undefined;
  const specific = fieldsOf(record['database_specific']) ?? {};
  const cve = cveIdOf(record['id']);
  const word = cve === undefined ? textOf(specific['declared_severity']) : undefined;
  const id = cve ?? (word === undefined ? undefined : bulletinIdOf(record['id']));
  if (id === undefined) return undefined;
  const details = textOf(record['details']);
  const publishedAt = instantOf(record['published']);
  const modifiedAt = instantOf(record['modified']);
  const withdrawnAt = withdrawnAtOf(record);
  return {
    id,
    feed: OSV_ID,
    summary: textOf(record['summary']) ?? '',
    ...(details !== undefined && { details }),
    ratings: [
      ...sourceRatings(specific),
      ...ratingsOf(OSV_ID, listOf(record['severity'])),
      ...ratingOfWord(OSV_ID, word),
    ],
    references: textsOf(listOf(record['references']).map((value) => fieldsOf(value)?.['url'])),
    cwes: cweIdsOf(listOf(specific['cwe_ids'])),
    ...(publishedAt !== undefined && { publishedAt }),
    ...(modifiedAt !== undefined && { modifiedAt }),
    ...(withdrawnAt !== undefined && { withdrawnAt }),
  };
}

const VECTOR_KEYS = ['V40Vector', 'V3Vector', 'V2Vector'] as const;

/** Names of sources are shown and compared: short words. */
const SOURCE = /^[a-z][a-z0-9-]{0,39}$/;

function sourceRatings(specific: Fields): readonly Rating[] {
  const words = Object.entries(fieldsOf(specific['severity_by_source']) ?? {});
  const vectors = Object.entries(fieldsOf(specific['cvss_by_source']) ?? {});
  const ratings = [
    ...words.flatMap(([by, word]) => ratingOfWord(by, textOf(word))),
    ...vectors.flatMap(([by, value]) =>
      VECTOR_KEYS.flatMap((key) => {
        const vector = textOf(fieldsOf(value)?.[key]);
        return vector === undefined ? [] : [ratingOfVector(by, vector)];
      }),
    ),
  ];
  return ratings.filter(({ by }) => SOURCE.test(by));
}
