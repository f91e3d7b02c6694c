/**
 * Converted records, rewritten to forms that publishers write, so that the product reads no field
 * that only test data has.
 *
 * A bulletin of Red Hat whose CVEs have different words becomes one record for each CVE.
 * `cve_severity` of a record becomes the word `severity` when all its CVEs have the same;
 * `declared_severity` of a bulletin becomes that word of the bulletin's own record. A record of a
 * CVE without packages (`severity_by_source`, `cvss_by_source`) becomes a record of NVD (JSON 2.0)
 * with the ratings of `nvd`. Ratings of other sources are dropped: their publishers write them in
 * records of their own packages. `published-affected.ts` rewrites the packages.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { openZip, type ZipSource } from '../../src/formats/archive/zip/zip.ts';
import { zip } from '../../test/support/zip.ts';
import { withPublishedPackages } from './published-affected.ts';

const LIMITS = {
  maxEntries: 100_000,
  maxEntryBytes: 64 * 1024 * 1024,
  maxTotalBytes: 1024 * 1024 * 1024,
};
const CVE = /^CVE-\d{4}-\d+$/;

type Fields = Readonly<Record<string, unknown>>;

/** A member of an archive, read as an object. */
interface Member {
  readonly name: string;
  readonly record: Fields;
}

/**
 * Writes the archives to `folder` in published forms, and the records of NVD among them as one
 * file. Returns the paths to import. `architecture` is that of the case's packages.
 */
export async function asPublished(
  archives: readonly string[],
  folder: string,
  architecture?: string,
): Promise<readonly string[]> {
  const read = await Promise.all(
    archives.map(async (path) => ({ path, members: await membersOf(path) })),
  );
  const all = read.flatMap(({ members }) => members.map(({ record }) => record));
  const words = declaredWords(all);
  const paths: string[] = [];
  for (const { path, members } of read) {
    const kept = publishedMembers(members, words, architecture);
    if (kept.length === 0) continue;
    const target = join(folder, basename(path));
    const bodies = kept.map(({ name, record }) => ({ name, body: JSON.stringify(record) }));
    await writeFile(target, zip(bodies));
    paths.push(target);
  }
  const years = all.filter(isFactsOnly).flatMap((record) => nvdRecordOf(record) ?? []);
  if (years.length === 0) return paths;
  const target = join(folder, 'nvdcve-2.0.json');
  await writeFile(target, JSON.stringify({ format: 'NVD_CVE', vulnerabilities: years }));
  return [...paths, target];
}

/**
 * Records that name packages, in published forms. `words` has the words that are declared for
 * bulletins, by id.
 */
export function publishedMembers(
  members: readonly Member[],
  words: ReadonlyMap<unknown, unknown>,
  architecture?: string,
): readonly Member[] {
  const kept = members.filter(({ record }) => !isFactsOnly(record));
  const ids = new Set(kept.map(({ record }) => record['id']));
  return kept
    .flatMap((member) => splitByCve(member, ids))
    .map(({ name, record }) => ({
      name,
      record: withPublishedPackages(withWord(record, words), architecture),
    }));
}

async function membersOf(path: string): Promise<readonly Member[]> {
  const bytes = await readFile(path);
  const source: ZipSource = {
    path,
    sizeBytes: bytes.length,
    readAt: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
  const archive = await openZip(source, LIMITS);
  const members: Member[] = [];
  for (const entry of archive.entries) {
    if (!entry.name.endsWith('.json')) continue;
    const text = Buffer.from(await archive.read(entry)).toString('utf8');
    members.push({ name: entry.name, record: JSON.parse(text) as Fields });
  }
  return members;
}

function isFactsOnly(record: Fields): boolean {
  return !Array.isArray(record['affected']) || record['affected'].length === 0;
}

/** The words that records without packages declare for bulletins, by id. */
function declaredWords(records: readonly Fields[]): ReadonlyMap<unknown, unknown> {
  return new Map(
    records
      .filter((record) => isFactsOnly(record) && !CVE.test(String(record['id'])))
      .map((record) => [record['id'], fieldsOf(record['database_specific'])['declared_severity']]),
  );
}

/**
 * A bulletin of Red Hat whose CVEs have different words becomes one record for each CVE, as Red Hat
 * rates CVEs and not bulletins. A record of the CVE that is there already is not replaced.
 */
function splitByCve(member: Member, ids: ReadonlySet<unknown>): readonly Member[] {
  const { record } = member;
  const specific = fieldsOf(record['database_specific']);
  const words = Object.entries(fieldsOf(specific['cve_severity']));
  const isSplit =
    new Set(words.map(([, word]) => word)).size > 1 &&
    words.every(([cve]) => !ids.has(`REDHAT-${cve}`)) &&
    String(record['id']).startsWith('RH');
  if (!isSplit) return [member];
  return words.map(([cve, word]) => ({
    name: `REDHAT-${cve}.json`,
    record: {
      ...record,
      id: `REDHAT-${cve}`,
      upstream: [cve],
      database_specific: { ...specific, cve_severity: { [cve]: word } },
    },
  }));
}

function withWord(record: Fields, words: ReadonlyMap<unknown, unknown>): Fields {
  const { cve_severity: byCve, ...specific } = fieldsOf(record['database_specific']);
  const ofCves = new Set(Object.values(fieldsOf(byCve)));
  const { severity, ...rest } = specific;
  const word =
    ofCves.size === 0
      ? (severity ?? words.get(record['id']))
      : ofCves.size === 1
        ? [...ofCves][0]
        : undefined;
  return {
    ...record,
    database_specific: { ...rest, ...(word !== undefined && { severity: word }) },
  };
}

/** A record of NVD's JSON 2.0 feeds; `undefined` of what is no CVE or has no rating of NVD's. */
export function nvdRecordOf(record: Fields): Fields | undefined {
  const id = String(record['id']);
  const vectors = fieldsOf(
    fieldsOf(fieldsOf(record['database_specific'])['cvss_by_source'])['nvd'],
  );
  const [v2, v3] = [vectors['V2Vector'], vectors['V3Vector']];
  if (!CVE.test(id) || (v2 === undefined && v3 === undefined)) return undefined;
  const metric = (version: string, vectorString: unknown): readonly Fields[] => [
    { source: 'nvd@nist.gov', type: 'Primary', cvssData: { version, vectorString } },
  ];
  const version = String(v3).startsWith('CVSS:3.0') ? '3.0' : '3.1';
  return {
    cve: {
      id,
      published: record['published'],
      lastModified: record['modified'],
      descriptions: [{ lang: 'en', value: record['details'] ?? record['summary'] ?? '' }],
      metrics: {
        ...(v3 !== undefined && {
          [version === '3.0' ? 'cvssMetricV30' : 'cvssMetricV31']: metric(version, v3),
        }),
        ...(v2 !== undefined && { cvssMetricV2: metric('2.0', v2) }),
      },
    },
  };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
