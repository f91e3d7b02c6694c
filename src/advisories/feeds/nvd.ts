/**
 * NVD: ratings, weaknesses and texts of vulnerabilities, one file a year, and which programs they
 * are in.
 *
 * Source: nvd.nist.gov/vuln/data-feeds, JSON 2.0 feeds, and its CVE API 2.0 schema. Beside each
 * file a `.meta` states the SHA-256 of its unpacked content; where it is there, a file with another
 * digest is refused.
 */

import { createHash } from 'node:crypto';
import type { Context } from '../../core/base/context.ts';
import { ParseError } from '../../core/base/errors.ts';
import type { Advisory, Rating, VulnerabilityFacts } from '../../core/model/advisory/advisory.ts';
import type {
  Feed,
  FeedDocument,
  FeedOrigin,
  FeedReading,
  FeedRequest,
  OriginFile,
} from './feed.ts';
import { gunzipFile, gunzipIfCompressed, type ReadContent } from './reading/gunzip.ts';
import { JsonElementSplitter } from './reading/json-element-splitter.ts';
import { readOriginFile } from './reading/single-file.ts';
import { wholeDocument } from './reading/whole-document.ts';
import { cveIdOf, cweIdsOf } from './cve-id.ts';
import { ratingOfCvss, uniqueRatings } from './cvss-objects.ts';
import { utcInstantOf } from './dates.ts';
import { fieldsOf, objectsOf, parseObject, textOf, textsOf, type Fields } from './fields.ts';
import { affectedOfNvd } from './nvd-affected.ts';
import { programAdvisory } from './program-affected.ts';

const ID = 'nvd';
/** Its first file has all before 2003 as well. */
const FIRST_YEAR = 2002;
const FOLDER = 'feeds/json/cve/2.0';
const MAX_META_BYTES = 4096;
/** A year had 160 MB in 2025. */
const MAX_YEAR_BYTES = 4 * 1024 * 1024 * 1024;
const MAX_RECORD_BYTES = 32 * 1024 * 1024;

export const nvd: Feed = {
  id: ID,
  license: 'LicenseRef-NVD-public-domain',

  recognizes: [
    {
      label: 'a year of NVD',
      isPart: true,
      evidence: { kind: 'start', pattern: /^\s*\{[^[]*"format"\s*:\s*"NVD_CVE"/ },
      documents: (file) => nvdRecords(file, undefined, gunzipIfCompressed),
    },
  ],

  async *fetch({ origin, need }: FeedRequest, context: Context) {
    if (need !== undefined) return;
    const lastYear = new Date(context.now()).getUTCFullYear();
    for (let year = FIRST_YEAR; year <= lastYear; year += 1) {
      const read = async function* (file: OriginFile): AsyncIterable<FeedDocument> {
        yield* nvdRecords(file, await statedDigest(origin, year, context));
      };
      yield* readOriginFile({ origin, path: nvdYearPath(year), read }, context);
    }
  },

  /** Reads a document, which is one element of `vulnerabilities`. */
  read(document: FeedDocument): FeedReading {
    const { id, record } = recordIn(document);
    const facts = factsOf(id, record);
    return { advisories: programsOf(facts, record), facts: [facts], rejected: [], skipped: [] };
  },
};

const SHA256_LINE = /^sha256:(?<digest>[0-9a-f]{64})\s*$/im;

const PACKED_SIZE_LINE = /^gzSize:(?<bytes>\d{1,12})\s*$/im;

/** The data that a `.meta` file states about the file of a year. */
export interface NvdMeta {
  /** SHA-256 of the unpacked file, in lower case. */
  readonly digest: string;
  /** Size of the packed file in bytes; absent where it is not stated. */
  readonly packedBytes?: number;
}

/**
 * Returns the path of a year's file, relative to the base of the feed; with `meta` of what
 * describes it.
 */
export function nvdYearPath(year: number, suffix: 'json.gz' | 'meta' = 'json.gz'): string {
  return `${FOLDER}/nvdcve-2.0-${year}.${suffix}`;
}

async function statedDigest(
  origin: FeedOrigin,
  year: number,
  context: Context,
): Promise<string | undefined> {
  const file = await origin.open(nvdYearPath(year, 'meta'), context);
  if (file === undefined) return undefined;
  try {
    return (await readNvdMeta(file)).digest;
  } finally {
    await file.close();
  }
}

/** Reads a `.meta`; the file stays open. @throws ParseError where it states no digest */
export async function readNvdMeta(file: OriginFile): Promise<NvdMeta> {
  const { bytes } = await wholeDocument(file, MAX_META_BYTES);
  const text = Buffer.from(bytes).toString('latin1');
  const digest = SHA256_LINE.exec(text)?.groups?.['digest'];
  if (digest === undefined) throw new ParseError(file.path, 'no "sha256" line');
  const packedBytes = PACKED_SIZE_LINE.exec(text)?.groups?.['bytes'];
  return {
    digest: digest.toLowerCase(),
    ...(packedBytes !== undefined && { packedBytes: Number(packedBytes) }),
  };
}

/**
 * Returns the facts of a vulnerability in a document, without the programs. @throws ParseError
 * where it is no record
 */
export function nvdFacts(document: FeedDocument): VulnerabilityFacts {
  const { id, record } = recordIn(document);
  return factsOf(id, record);
}

function recordIn(document: FeedDocument): { readonly id: string; readonly record: Fields } {
  const record = fieldsOf(parseObject(document.name, document.bytes)['cve']);
  const id = cveIdOf(record?.['id']);
  if (record === undefined || id === undefined) {
    throw new ParseError(document.name, 'a record without a CVE id');
  }
  return { id, record };
}

/**
 * Yields the records of a year's file, one by one; it stays open.
 * @throws ParseError where it is no such file, or at its end where its unpacked content has another
 * SHA-256 than `digest`
 */
export async function* nvdRecords(
  file: OriginFile,
  digest: string | undefined,
  unpack: ReadContent = gunzipFile,
): AsyncIterable<FeedDocument> {
  const { path: name, changedAt } = file;
  const elements = new JsonElementSplitter(name, MAX_RECORD_BYTES);
  const hash = createHash('sha256');
  for await (const piece of unpack(file, MAX_YEAR_BYTES)) {
    hash.update(piece);
    for (const bytes of elements.push(piece)) {
      yield changedAt === undefined ? { name, bytes } : { name, bytes, changedAt };
    }
  }
  elements.end();
  if (digest !== undefined && hash.digest('hex') !== digest) {
    throw new ParseError(name, 'its content does not have the SHA-256 that its ".meta" states');
  }
}

function factsOf(id: string, record: Fields): VulnerabilityFacts {
  const details = englishOf(record['descriptions']);
  const publishedAt = utcInstantOf(record['published']);
  const modifiedAt = utcInstantOf(record['lastModified']);
  const isRejected = record['vulnStatus'] === 'Rejected';
  const weaknesses = objectsOf(record['weaknesses']).flatMap((weakness) =>
    objectsOf(weakness['description']),
  );
  return {
    id,
    feed: ID,
    summary: '',
    ...(details !== undefined && { details }),
    ratings: ratingsOf(fieldsOf(record['metrics']) ?? {}),
    references: textsOf(objectsOf(record['references']).map((reference) => reference['url'])),
    cwes: cweIdsOf(weaknesses.map((weakness) => weakness['value'])),
    ...(publishedAt !== undefined && { publishedAt }),
    ...(modifiedAt !== undefined && { modifiedAt }),
    ...(isRejected && { withdrawnAt: modifiedAt ?? publishedAt ?? '1970-01-01' }),
  };
}

/** Returns the statements about programs, which are identified by vendor and product only. */
function programsOf(facts: VulnerabilityFacts, record: Fields): readonly Advisory[] {
  const affected = affectedOfNvd(record);
  return affected.length === 0 ? [] : [programAdvisory(facts, affected)];
}

function englishOf(descriptions: unknown): string | undefined {
  const english = objectsOf(descriptions).find(({ lang }) => lang === 'en');
  return textOf(english?.['value']);
}

/** Newest first; of one version NVD's own before those that it passes on. */
const METRICS = ['cvssMetricV40', 'cvssMetricV31', 'cvssMetricV30', 'cvssMetricV2'] as const;

function ratingsOf(metrics: Fields): readonly Rating[] {
  const ratings = METRICS.flatMap((key) => {
    const rows = objectsOf(metrics[key]);
    const ordered = [...rows.filter(isPrimary), ...rows.filter((row) => !isPrimary(row))];
    return ordered.flatMap((row) => ratingOfCvss(ID, cvssOf(row)));
  });
  return uniqueRatings(ratings);
}

function isPrimary(row: Fields): boolean {
  return row['type'] === 'Primary';
}

/** Returns the CVSS object; in version 2.0 the word stands beside the object, not in it. */
function cvssOf(row: Fields): Fields | undefined {
  const cvss = fieldsOf(row['cvssData']);
  if (cvss === undefined || row['baseSeverity'] === undefined) return cvss;
  const { vectorString, baseScore, baseSeverity = row['baseSeverity'] } = cvss;
  return { vectorString, baseScore, baseSeverity };
}
