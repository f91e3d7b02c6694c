/**
 * CISA's catalog of vulnerabilities that are known to be exploited.
 *
 * Source: cisa.gov/known-exploited-vulnerabilities-catalog, and the JSON schema beside the catalog.
 * Refused are entries without a CVE id or a date.
 */

import { ParseError } from '../../core/base/errors.ts';
import type { VulnerabilityFacts } from '../../core/model/advisory/advisory.ts';
import type { Feed, FeedDocument, FeedReading, RejectedRecord } from './feed.ts';
import { asOneDocument, singleFileFetch } from './reading/single-file.ts';
import { cveIdOf, cweIdsOf } from './cve-id.ts';
import { fieldsOf, instantOf, listOf, parseObject, textOf } from './fields.ts';

const ID = 'kev';
const PATH = 'known_exploited_vulnerabilities.json';
/** The file has 1.5 MB. */
const MAX_BYTES = 64 * 1024 * 1024;

export const kev: Feed = {
  id: ID,
  license: 'CC0-1.0',

  recognizes: [
    {
      label: 'the list of KEV',
      evidence: {
        kind: 'json',
        matches: (members) => members.has('catalogVersion') && members.has('vulnerabilities'),
      },
      documents: asOneDocument,
    },
  ],

  fetch: singleFileFetch({ path: PATH, documents: (file) => asOneDocument(file, MAX_BYTES) }),

  read(document: FeedDocument): FeedReading {
    const catalog = parseObject(document.name, document.bytes);
    if (!Array.isArray(catalog['vulnerabilities'])) {
      throw new ParseError(document.name, 'no "vulnerabilities"');
    }
    const facts: VulnerabilityFacts[] = [];
    const rejected: RejectedRecord[] = [];
    for (const entry of listOf(catalog['vulnerabilities'])) {
      const read = factsOf(entry);
      if ('reason' in read) rejected.push(read);
      else facts.push(read);
    }
    const dataAt = instantOf(catalog['dateReleased']);
    return { advisories: [], facts, rejected, skipped: [], ...(dataAt && { dataAt }) };
  },
};

const URL_WORD = /^https?:\/\/\S+$/;
const SPACE = /\s+/;

function factsOf(value: unknown): VulnerabilityFacts | RejectedRecord {
  const entry = fieldsOf(value) ?? {};
  const id = cveIdOf(entry['cveID']);
  if (id === undefined) {
    return { what: textOf(entry['cveID']) ?? 'an entry', reason: 'an entry without a CVE id' };
  }
  const since = instantOf(entry['dateAdded']);
  if (since === undefined) return { what: id, reason: 'an entry without a date' };
  const details = textOf(entry['shortDescription']);
  return {
    id,
    feed: ID,
    summary: textOf(entry['vulnerabilityName']) ?? '',
    ...(details !== undefined && { details }),
    ratings: [],
    references: (textOf(entry['notes']) ?? '').split(SPACE).filter((word) => URL_WORD.test(word)),
    cwes: cweIdsOf(listOf(entry['cwes'])),
    exploited: { since, ransomware: entry['knownRansomwareCampaignUse'] === 'Known' },
  };
}
