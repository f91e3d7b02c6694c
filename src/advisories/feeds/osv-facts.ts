/**
 * OSV records of a CVE that name no package: they only describe and rate it. Fields of the OSV
 * schema 1.7.5 are read, and `database_specific.cwe_ids`, which GitHub's records have.
 */

import type { VulnerabilityFacts } from '../../core/model/advisory/advisory.ts';
import { cveIdOf, cweIdsOf } from './cve-id.ts';
import { fieldsOf, instantOf, listOf, textOf, textsOf, type Fields } from './fields.ts';
import { OSV_ID, ratingsOf } from './osv-affected.ts';
import { withdrawnAtOf } from './osv-withdrawal.ts';

/** Returns `undefined` for a record of something else than a CVE, or one that names packages. */
export function factsOfRecord(record: Fields): VulnerabilityFacts | undefined {
  if (listOf(record['affected']).length > 0) return undefined;
  const specific = fieldsOf(record['database_specific']) ?? {};
  const id = cveIdOf(record['id']);
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
    ratings: ratingsOf(OSV_ID, listOf(record['severity'])),
    references: textsOf(listOf(record['references']).map((value) => fieldsOf(value)?.['url'])),
    cwes: cweIdsOf(listOf(specific['cwe_ids'])),
    ...(publishedAt !== undefined && { publishedAt }),
    ...(modifiedAt !== undefined && { modifiedAt }),
    ...(withdrawnAt !== undefined && { withdrawnAt }),
  };
}
