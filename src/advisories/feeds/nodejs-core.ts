/**
 * Vulnerabilities of the Node.js runtime itself, as its security working group lists them.
 *
 * Source: github.com/nodejs/security-wg, `vuln/core/index.json` and `tools/vuln_valid` for the
 * fields. `vulnerable` and `patched` are npm ranges; what is vulnerable and not patched is
 * affected. An entry without a CVE is named `NODE-CORE-` and its number. Refused are entries whose
 * ranges cannot be read or leave nothing affected.
 */

import type { Advisory, Affected, Rating } from '../../core/model/advisory/advisory.ts';
import type { Feed, FeedDocument, FeedReading, JsonMembers, RejectedRecord } from './feed.ts';
import { firstObject } from './reading/json-members.ts';
import { asOneDocument, singleFileFetch } from './reading/single-file.ts';
import { cveIdOf } from './cve-id.ts';
import { utcInstantOf } from './dates.ts';
import { fieldsOf, listOf, parseObject, textOf, type Fields } from './fields.ts';
import { affectedByRanges } from './npm-ranges.ts';
import { ratingOfVector, ratingOfWord } from './ratings.ts';

const ID = 'nodejs-core';
const PATH = 'index.json';
/** The file has 150 KB. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Name of the runtime among packages. */
const NAME = 'node';

export const nodejsCore: Feed = {
  id: ID,
  license: 'MIT',

  recognizes: [
    {
      label: 'the list of Node.js',
      evidence: { kind: 'json', matches: isIndex },
      documents: asOneDocument,
    },
  ],

  fetch: singleFileFetch({
    path: PATH,
    ecosystem: 'node',
    documents: (file) => asOneDocument(file, MAX_BYTES),
  }),

  read(document: FeedDocument): FeedReading {
    const index = parseObject(document.name, document.bytes);
    const advisories: Advisory[] = [];
    const rejected: RejectedRecord[] = [];
    for (const [number, value] of Object.entries(index)) {
      const read = readEntry(number, fieldsOf(value));
      if (typeof read !== 'string') advisories.push(read);
      else rejected.push({ what: `entry ${number.slice(0, 40)}`, reason: read });
    }
    return { advisories, rejected, skipped: [] };
  },
};

const NUMBER = /^\d{1,9}$/;

/**
 * Returns whether the first member is an entry: its key is a number, and its object has
 * `vulnerable`.
 */
function isIndex(members: JsonMembers): boolean {
  const first = firstObject(members);
  if (first === undefined || !NUMBER.test(first.key)) return false;
  for (const { key } of first.members()) if (key === 'vulnerable') return true;
  return false;
}

/** Answers a reason where the entry cannot be used. */
function readEntry(number: string, entry: Fields | undefined): Advisory | string {
  if (entry === undefined || !NUMBER.test(number)) return 'no entry';
  const affected = affectedOf(entry);
  if (typeof affected === 'string') return affected;
  const own = `NODE-CORE-${number}`;
  const cves = listOf(entry['cve']).flatMap((cve) => cveIdOf(cve) ?? []);
  // One CVE is the vulnerability; several were fixed together, and the entry stands for each.
  const [id = own] = cves.length === 1 ? cves : [];
  const details = textOf(entry['overview']);
  const publishedAt = utcInstantOf(entry['publish_date']);
  const reference = textOf(entry['ref']);
  return {
    id,
    aliases: [...new Set([own, ...cves])].filter((other) => other !== id),
    summary: (textOf(entry['description']) ?? '').trim(),
    ...(details !== undefined && { details }),
    ratings: ratingsOf(entry),
    affected: [affected],
    references: reference === undefined ? [] : [reference],
    cwes: [],
    ...(publishedAt !== undefined && { publishedAt }),
    modifiedAt: '',
    feed: ID,
  };
}

function affectedOf(entry: Fields): Affected | string {
  const vulnerable = textOf(entry['vulnerable']);
  if (vulnerable === undefined) return 'an entry without "vulnerable"';
  const ranges = affectedByRanges(vulnerable, textOf(entry['patched']));
  if (ranges === undefined) return 'a range that cannot be read';
  if (ranges.length === 0) return 'nothing is left affected';
  return {
    ecosystem: 'node',
    name: NAME,
    ranges,
    versions: [],
    status: 'affected',
    ratings: [],
  };
}

const CVSS_VECTOR = /(?:^|CVSS:|\s)(?<vector>3\.[01]\/[A-Z:/]+)/;

/**
 * Returns the ratings; `cvss` contains a vector of version 3, with or without the prefix `CVSS:`.
 */
function ratingsOf(entry: Fields): readonly Rating[] {
  const vector = CVSS_VECTOR.exec(textOf(entry['cvss']) ?? '')?.groups?.['vector'];
  return [
    ...(vector === undefined ? [] : [ratingOfVector(ID, `CVSS:${vector}`)]),
    ...ratingOfWord(ID, textOf(entry['severity'])),
  ];
}
