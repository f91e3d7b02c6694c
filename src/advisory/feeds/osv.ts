/**
 * Advisories in the OSV format: one zip of records for each ecosystem.
 *
 * Source: OSV schema 1.7.3 (ossf.github.io/osv-schema); google.github.io/osv.dev/data for the bucket's layout.
 */

import type { Context } from '../../base/context.ts';
import { ParseError } from '../../base/errors.ts';
import { openZip } from '../../format/zip.ts';
import type { Advisory, Affected, Rating } from '../../model/advisory.ts';
import { ECOSYSTEM_IDS, osvNameOf } from '../../model/ecosystem.ts';
import type {
  Feed,
  FeedDocument,
  FeedReading,
  FeedRequest,
  OriginFile,
  Rejected,
} from '../feed.ts';
import { zipDocuments } from '../zip-document.ts';
import {
  fieldsOf,
  instantOf,
  listOf,
  parseObject,
  textOf,
  textsOf,
  type Fields,
} from './fields.ts';
import { osvChanges } from './osv-changes.ts';
import { OSV_ID, ratingsOf, readAffected } from './osv-affected.ts';
import {
  affectedOfErratum,
  ALMALINUX_ID,
  cvesOfErratum,
  isErratum,
  isNoVulnerability,
  wordOfErratum,
} from './osv-almalinux.ts';
import { factsOfRecord } from './osv-facts.ts';
import { unreadWithdrawals, withdrawnAtOf } from './osv-withdrawal.ts';
import { ratingOfWord } from './ratings.ts';

/** The largest record seen has 600 KB; the largest archive holds 250,000 records in 1 GB. */
const MAX_RECORD_BYTES = 32 * 1024 * 1024;
const MAX_ARCHIVE_BYTES = 16 * 1024 * 1024 * 1024;
const MAX_RECORDS = 3_000_000;

export const osv: Feed = {
  id: OSV_ID,
  license: 'CC-BY-4.0',

  async *fetch(request: FeedRequest, context: Context) {
    for await (const documents of fetchTogether(request, context)) yield* documents;
  },

  fetchTogether,

  changes: osvChanges,

  read(document: FeedDocument): FeedReading {
    return readRecord(document.name, parseObject(document.name, document.bytes));
  },
};

async function* fetchTogether(
  { origin, need }: FeedRequest,
  context: Context,
): AsyncIterable<readonly FeedDocument[]> {
  const ecosystems = need === undefined ? ECOSYSTEM_IDS : [need.ecosystem];
  for (const ecosystem of ecosystems) {
    const name = osvNameOf(ecosystem);
    if (name === undefined) continue;
    const file = await origin.open(`${name}/all.zip`, context);
    if (file === undefined) continue;
    try {
      yield* osvArchiveMembers(file);
    } finally {
      await file.close();
    }
  }
}

/**
 * The records of an archive, many at once; a member that cannot be unpacked is given with its fault.
 * @throws ParseError where it is no zip archive
 */
export async function* osvArchiveMembers(file: OriginFile): AsyncIterable<readonly FeedDocument[]> {
  const archive = await openZip(file, {
    maxEntries: MAX_RECORDS,
    maxEntryBytes: MAX_RECORD_BYTES,
    maxTotalBytes: MAX_ARCHIVE_BYTES,
  });
  const records = archive.entries.filter((entry) => entry.name.endsWith('.json'));
  yield* zipDocuments(archive, records, file);
}

/** @throws ParseError where it is no OSV record */
function readRecord(name: string, record: Fields): FeedReading {
  const id = idOf(record);
  if (id === undefined) throw new ParseError(name, 'no "id"');
  const modifiedAt = instantOf(record['modified']);
  if (modifiedAt === undefined) throw new ParseError(name, 'no "modified" instant');
  const facts = factsOfRecord(record);
  if (facts !== undefined) {
    return {
      advisories: [],
      facts: [facts],
      rejected: unreadWithdrawals(id, record),
      skipped: [],
      record: { id, modifiedAt },
    };
  }
  if (isNoVulnerability(id, record)) {
    const skipped = ['AlmaLinux: bug fixes and enhancements'];
    return { advisories: [], rejected: [], skipped, record: { id, modifiedAt } };
  }
  const affected: Affected[] = [];
  const skipped = new Set<string>();
  const rejected: Rejected[] = [];
  for (const value of listOf(record['affected'])) {
    const reading = readAffected(value, raterOf(id));
    if ('affected' in reading) affected.push(reading.affected);
    else if ('skipped' in reading) skipped.add(reading.skipped);
    else rejected.push({ what: id, reason: reading.rejected });
  }
  if (affected.length === 0 && skipped.size === 0 && rejected.length === 0) {
    rejected.push({ what: id, reason: 'no package is named' });
  }
  const advisories =
    affected.length === 0 ? [] : [advisoryOf(record, { id, modifiedAt, affected })];
  rejected.push(...unreadWithdrawals(id, record));
  for (const { ratings } of advisories) {
    if (ratings.some((rating) => rating.vector !== undefined && rating.score === undefined)) {
      rejected.push({ what: id, reason: 'a CVSS vector that cannot be read (the record is used)' });
    }
  }
  return { advisories, rejected, skipped: [...skipped], record: { id, modifiedAt } };
}

function advisoryOf(
  record: Fields,
  known: { readonly id: string; readonly modifiedAt: string; readonly affected: Affected[] },
): Advisory {
  const details = textOf(record['details']);
  const publishedAt = instantOf(record['published']);
  const withdrawnAt = withdrawnAtOf(record);
  const specific = fieldsOf(record['database_specific']);
  const { aliases, related } = identityOf(known.id, record);
  return {
    id: known.id,
    aliases,
    ...(related.length === 0 ? {} : { related }),
    summary: textOf(record['summary']) ?? '',
    ...(details === undefined ? {} : { details }),
    ratings: [
      ...ratingsOf(raterOf(known.id), listOf(record['severity'])),
      ...wordRating(known.id, record, specific),
    ],
    affected: isErratum(known.id) ? affectedOfErratum(record, known.affected) : known.affected,
    references: referencesOf(record),
    cwes: cwesOf(specific),
    ...(publishedAt === undefined ? {} : { publishedAt }),
    modifiedAt: known.modifiedAt,
    ...(withdrawnAt === undefined ? {} : { withdrawnAt }),
    feed: OSV_ID,
  };
}

/** Ids are shown, compared and used as keys: one line of moderate length. */
const ID = /^[^\p{Cc}]{1,200}$/u;

function idOf(record: Fields): string | undefined {
  const id = textOf(record['id']);
  return id !== undefined && ID.test(id) ? id : undefined;
}

/**
 * A distribution's own record of one vulnerability (`DEBIAN-CVE-2024-1` of `CVE-2024-1`) names it in `upstream`: an
 * alias. One that gathers several (a DSA) is none of them. `related` says nothing about identity and is left out, but
 * for the errata of AlmaLinux, which name their CVEs there and have no record for each of them.
 */
function identityOf(
  id: string,
  record: Fields,
): { readonly aliases: readonly string[]; readonly related: readonly string[] } {
  const upstream = textsOf(record['upstream']);
  const twins = upstream.filter((other) => id.endsWith(`-${other}`));
  const fixed = isErratum(id) ? cvesOfErratum(record) : [];
  const aliases = new Set(
    [...textsOf(record['aliases']), ...twins, ...fixed].filter((other) => other !== id),
  );
  return {
    aliases: [...aliases],
    related: upstream.filter((other) => other !== id && !aliases.has(other)),
  };
}

/** Whose opinion the ratings of a record are, as `--vuln-severity-source` names it. */
function raterOf(id: string): string {
  if (id.startsWith('GHSA-')) return GITHUB_ID;
  return isErratum(id) ? ALMALINUX_ID : OSV_ID;
}

const GITHUB_ID = 'ghsa';

/** The publisher's own word, as in GHSA records and errata. */
function wordRating(id: string, record: Fields, specific: Fields | undefined): readonly Rating[] {
  const word = isErratum(id) ? wordOfErratum(record) : textOf(specific?.['severity']);
  return ratingOfWord(raterOf(id), word);
}

function referencesOf(record: Fields): readonly string[] {
  return textsOf(listOf(record['references']).map((value) => fieldsOf(value)?.['url']));
}

const CWE = /^CWE-\d+$/;

/** GHSA lists ids, CVE-made records objects. */
function cwesOf(specific: Fields | undefined): readonly string[] {
  const listed = textsOf(specific?.['cwe_ids']);
  const objects = textsOf(listOf(specific?.['cwes']).map((value) => fieldsOf(value)?.['cweId']));
  return [...new Set([...listed, ...objects])].filter((cwe) => CWE.test(cwe));
}
