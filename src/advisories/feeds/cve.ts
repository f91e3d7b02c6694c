/**
 * CVE records: data of the assigning organization (CNA) and additions of CISA; for programs also
 * the affected versions.
 *
 * Source: CVE record format 5.1 (github.com/CVEProject/cve-schema), published as one archive of
 * cvelistV5. Ratings of the CNA's container are labelled `cna`, those of the CISA-ADP container
 * `cisa`. A rejected id keeps its reason as details, with the date of the rejection.
 */

import { ParseError } from '../../core/base/errors.ts';
import { openZip, type ZipArchive, type ZipEntry } from '../../formats/archive/zip/zip.ts';
import type { Advisory, Rating, VulnerabilityFacts } from '../../core/model/advisory/advisory.ts';
import type { Feed, FeedDocument, FeedReading, OriginFile } from './feed.ts';
import { jsonMembers } from './reading/json-members.ts';
import { singleFileFetch } from './reading/single-file.ts';
import { zipDocument } from './reading/zip-document.ts';
import { affectedOfCve } from './cve-affected.ts';
import { cveIdOf, cweIdsOf } from './cve-id.ts';
import { ratingOfCvss, uniqueRatings } from './cvss-objects.ts';
import { utcInstantOf } from './dates.ts';
import { fieldsOf, objectsOf, parseObject, textOf, textsOf, type Fields } from './fields.ts';
import { programAdvisory } from './program-affected.ts';
import { ratingOfWord } from './ratings.ts';

const ID = 'cve';
const PATH = 'main.zip';
/** The largest record has 2 MB; the archive held 320,000 in 3 GB in 2026. */
const LIMITS = {
  maxEntries: 2_000_000,
  maxEntryBytes: 32 * 1024 * 1024,
  maxTotalBytes: 32 * 1024 * 1024 * 1024,
};

export const cve: Feed = {
  id: ID,
  license: 'LicenseRef-CVE-terms-of-use AND CC0-1.0',

  recognizes: [
    {
      label: 'a CVE archive',
      evidence: { kind: 'zip', matches: isCveArchive },
      documents: cveArchiveMembers,
    },
  ],

  fetch: singleFileFetch({ path: PATH, documents: cveArchiveMembers }),

  read(document: FeedDocument): FeedReading {
    const record = parseObject(document.name, document.bytes);
    const facts = factsOf(document.name, record);
    return { advisories: programsOf(facts, record), facts: [facts], rejected: [], skipped: [] };
  },
};

const RECORD_NAME = /\/CVE-\d{4}-\d+\.json$/;

/**
 * Yields the records of the archive, one by one. @throws ParseError where it is not a zip archive
 */
export async function* cveArchiveMembers(file: OriginFile): AsyncIterable<FeedDocument> {
  const { archive, records } = await openCveArchive(file);
  for (const entry of records) yield await zipDocument(archive, entry, file);
}

/**
 * Returns the archive, and those of its members that are named as records are. @throws ParseError
 * where it is not a zip archive
 */
export async function openCveArchive(
  file: OriginFile,
): Promise<{ readonly archive: ZipArchive; readonly records: readonly ZipEntry[] }> {
  const archive = await openZip(file, LIMITS);
  return { archive, records: archive.entries.filter(({ name }) => RECORD_NAME.test(name)) };
}

/**
 * Returns whether the first record of an archive is a CVE record. Records of OSV can also be named
 * by CVE ids.
 * @throws ParseError if the archive is damaged
 */
async function isCveArchive(file: OriginFile): Promise<boolean> {
  const { archive, records } = await openCveArchive(file);
  const [first] = records;
  if (first === undefined) return false;
  try {
    const record = jsonMembers(first.name, await archive.read(first));
    for (const { key } of record) if (key === 'cveMetadata') return true;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
  return false;
}

/** @throws ParseError where it is no CVE record */
function factsOf(name: string, record: Fields): VulnerabilityFacts {
  const metadata = fieldsOf(record['cveMetadata']) ?? {};
  const containers = fieldsOf(record['containers']);
  const cna = fieldsOf(containers?.['cna']);
  const id = cveIdOf(metadata['cveId']);
  if (id === undefined || cna === undefined) throw new ParseError(name, 'no CVE record');
  const isRejected = metadata['state'] === 'REJECTED';
  const others = objectsOf(containers?.['adp']);
  const cisa = others.filter(isCisa);
  const details = englishOf(isRejected ? cna['rejectedReasons'] : cna['descriptions']);
  const publishedAt = utcInstantOf(metadata['datePublished']);
  const modifiedAt = utcInstantOf(metadata['dateUpdated']);
  const exploited = exploitationOf(cisa);
  return {
    id,
    feed: ID,
    summary: textOf(cna['title']) ?? '',
    ...(details !== undefined && { details }),
    ratings: uniqueRatings([
      ...ratingsOf('cna', cna),
      ...cisa.flatMap((container) => ratingsOf('cisa', container)),
    ]),
    references: referencesOf([cna, ...others]),
    cwes: cwesOf([cna, ...cisa]),
    ...(exploited !== undefined && { exploited }),
    ...(publishedAt !== undefined && { publishedAt }),
    ...(modifiedAt !== undefined && { modifiedAt }),
    ...(isRejected && { withdrawnAt: rejectedAt(metadata) }),
  };
}

/** Returns the statements about programs, which are identified by vendor and product only. */
function programsOf(facts: VulnerabilityFacts, record: Fields): readonly Advisory[] {
  const containers = fieldsOf(record['containers']);
  const cna = fieldsOf(containers?.['cna']) ?? {};
  const affected = affectedOfCve([cna, ...objectsOf(containers?.['adp'])]);
  return affected.length === 0 ? [] : [programAdvisory(facts, affected)];
}

/** Returns the date of a rejection; the oldest rejected records have none. */
function rejectedAt(metadata: Fields): string {
  const dates = ['dateRejected', 'dateUpdated', 'datePublished', 'dateReserved'];
  const [first = '1970-01-01'] = dates.flatMap((key) => utcInstantOf(metadata[key]) ?? []);
  return first;
}

function isCisa(container: Fields): boolean {
  return fieldsOf(container['providerMetadata'])?.['shortName'] === 'CISA-ADP';
}

const ENGLISH = /^en\b/i;

/** Returns the first text in English; every record has one. */
function englishOf(descriptions: unknown): string | undefined {
  const english = objectsOf(descriptions).find(({ lang }) => ENGLISH.test(textOf(lang) ?? ''));
  return textOf(english?.['value']);
}

/** Newest first. */
const CVSS_KEYS = ['cvssV4_0', 'cvssV3_1', 'cvssV3_0', 'cvssV2_0'] as const;

function ratingsOf(by: string, container: Fields): readonly Rating[] {
  const metrics = objectsOf(container['metrics']);
  const scored = CVSS_KEYS.flatMap((key) =>
    metrics.flatMap((metric) => ratingOfCvss(by, fieldsOf(metric[key]))),
  );
  return [...scored, ...metrics.flatMap((metric) => wordOf(by, fieldsOf(metric['other'])))];
}

/**
 * Returns the word of publishers without a vector: `content.value` of Red Hat
 * (`{"type": "Red Hat severity rating", "content": {"value": "Low"}}`), `content.text` or
 * `content.other` of Apache.
 */
function wordOf(by: string, other: Fields | undefined): readonly Rating[] {
  const { value, text, other: word } = fieldsOf(other?.['content']) ?? {};
  return ratingOfWord(by, textOf(value) ?? textOf(text) ?? textOf(word));
}

function exploitationOf(containers: readonly Fields[]): VulnerabilityFacts['exploited'] {
  for (const container of containers) {
    for (const metric of objectsOf(container['metrics'])) {
      const other = fieldsOf(metric['other']);
      const since = utcInstantOf(fieldsOf(other?.['content'])?.['dateAdded']);
      if (other?.['type'] === 'kev' && since !== undefined) return { since, ransomware: false };
    }
  }
  return undefined;
}

function referencesOf(containers: readonly Fields[]): readonly string[] {
  return textsOf(
    containers
      .flatMap((container) => objectsOf(container['references']))
      .map((reference) => reference['url']),
  );
}

function cwesOf(containers: readonly Fields[]): readonly string[] {
  const types = containers.flatMap((container) => objectsOf(container['problemTypes']));
  const descriptions = types.flatMap((type) => objectsOf(type['descriptions']));
  return cweIdsOf(descriptions.map((description) => description['cweId']));
}
