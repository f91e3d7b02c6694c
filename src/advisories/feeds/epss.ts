/**
 * EPSS: how likely it is that a vulnerability is exploited within 30 days.
 *
 * Source: first.org/epss/data_stats, "Data format": a gzipped CSV whose first line is a comment
 * with the date of the scores, then a header, then `cve,epss,percentile`. Refused are lines without
 * a CVE id or a probability.
 */

import { ParseError } from '../../core/base/errors.ts';
import type { VulnerabilityFacts } from '../../core/model/advisory/advisory.ts';
import type { Feed, FeedDocument, FeedReading, OriginFile, RejectedRecord } from './feed.ts';
import { gunzipFile, gunzipIfCompressed, type ReadContent } from './reading/gunzip.ts';
import { singleFileFetch } from './reading/single-file.ts';
import { cveIdOf } from './cve-id.ts';
import { instantOf } from './fields.ts';

const ID = 'epss';
const PATH = 'epss_scores-current.csv.gz';
/** The file had 11 MB in 2026. */
const MAX_BYTES = 512 * 1024 * 1024;
/** Lines are read in documents of about this size, so that their objects do not gather. */
const DOCUMENT_BYTES = 256 * 1024;

export const epss: Feed = {
  id: ID,
  license: 'LicenseRef-FIRST-EPSS',

  recognizes: [
    {
      label: 'the scores of EPSS',
      evidence: { kind: 'start', pattern: /^(?:#model_version:|cve,epss,percentile\s)/ },
      documents: (file) => epssDocuments(file, gunzipIfCompressed),
    },
  ],

  fetch: singleFileFetch({ path: PATH, documents: epssDocuments }),

  read(document: FeedDocument): FeedReading {
    const lines = Buffer.from(document.bytes).toString('utf8').split('\n');
    const facts: VulnerabilityFacts[] = [];
    const rejected: RejectedRecord[] = [];
    let dataAt: string | undefined;
    for (const line of lines) {
      const text = line.trim();
      if (text.startsWith('#')) dataAt = instantOf(SCORE_DATE.exec(text)?.groups?.['date']);
      else if (text !== '' && text !== HEADER) {
        const read = factsOf(text);
        if ('reason' in read) rejected.push(read);
        else facts.push(read);
      }
    }
    if (facts.length === 0 && dataAt === undefined)
      throw new ParseError(document.name, 'no scores');
    return { advisories: [], facts, rejected, skipped: [], ...(dataAt && { dataAt }) };
  },
};

/**
 * Yields the documents of whole lines, in the order of the file, which stays open. @throws
 * ParseError where it is not a gzip file
 */
export async function* epssDocuments(
  file: OriginFile,
  unpack: ReadContent = gunzipFile,
): AsyncIterable<FeedDocument> {
  const { path: name, changedAt } = file;
  const documentOf = (bytes: Uint8Array): FeedDocument =>
    changedAt === undefined ? { name, bytes } : { name, bytes, changedAt };
  let pending = Buffer.alloc(0);
  for await (const piece of unpack(file, MAX_BYTES)) {
    pending = Buffer.concat([pending, piece]);
    const end = pending.lastIndexOf('\n') + 1;
    if (end < DOCUMENT_BYTES) continue;
    yield documentOf(pending.subarray(0, end));
    pending = pending.subarray(end);
  }
  if (pending.length > 0) yield documentOf(pending);
}

const SCORE_DATE = /\bscore_date:(?<date>[^,]+)/;
const HEADER = 'cve,epss,percentile';
const PROBABILITY = /^(?:0(?:\.\d+)?|1(?:\.0+)?|\d(?:\.\d+)?e-\d+)$/i;
/** Characters of the quoted line in a message. */
const MAX_QUOTED = 40;

function factsOf(line: string): VulnerabilityFacts | RejectedRecord {
  const [first, score = ''] = line.split(',', 2);
  const id = cveIdOf(first);
  const what = line.slice(0, MAX_QUOTED);
  if (id === undefined) return { what, reason: 'a line without a CVE id' };
  if (!PROBABILITY.test(score)) return { what, reason: 'a line without a probability' };
  return { id, feed: ID, summary: '', ratings: [], references: [], cwes: [], epss: Number(score) };
}
