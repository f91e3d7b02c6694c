/**
 * The page on fields of feeds (`docs/feeds.md`) against the readers and against published
 * documents: each field that a reader touches is listed, each field that is listed is read, and
 * occurs in the document of its last column.
 */

import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Feed } from '../../src/advisories/feeds/feed.ts';
import { FEEDS } from '../../src/advisories/feeds/list.ts';
import { openZip, type ZipArchive } from '../../src/formats/archive/zip/zip.ts';
import { ECOSYSTEM_IDS, ecosystemRow } from '../../src/core/model/package/ecosystem.ts';
import { sharedPath } from '../support/shared.ts';

const PAGE = readFileSync(new URL('../../docs/feeds.md', import.meta.url), 'utf8');
const FEEDS_FOLDER = sharedPath('feeds');
const LIMITS = { maxEntries: 1e6, maxEntryBytes: 1e8, maxTotalBytes: 1e10 };

interface Row {
  readonly field: string;
  readonly source: string;
  readonly seenIn: string;
}

/**
 * Rows of the table below a heading; the cells of the first and last column without their marks.
 */
function rowsOf(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = PAGE.split(`\n## ${heading}\n`);
  const [text = ''] = section.split('\n## ', 1);
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

function fieldsOf(heading: string): readonly Row[] {
  return rowsOf(heading).map((cells) => ({
    field: cells[0] ?? '',
    source: cells.at(-2) ?? '',
    seenIn: cells.at(-1) ?? '',
  }));
}

/** A section of the page: the feed that reads it, and what a document of that feed is called. */
interface Section {
  readonly heading: string;
  readonly feed: string;
  /** Paths whose members are named by data. */
  readonly maps: readonly string[];
  /** A document with the fields that only the documentation shows. */
  readonly documented: object;
  readonly name?: string;
}

const RANGE = { type: 'SEMVER', events: [{ introduced: '0' }, { limit: '2' }] };
const MODIFIED = '2024-01-01T00:00:00Z';

const SECTIONS: readonly Section[] = [
  {
    heading: 'OSV',
    feed: 'osv',
    maps: [],
    documented: {
      id: 'MAL-2024-1',
      modified: MODIFIED,
      affected: [
        {
          package: { ecosystem: 'npm', name: 'a' },
          ranges: [RANGE],
          database_specific: { cwes: [{ cweId: 'CWE-506' }] },
        },
      ],
      database_specific: { type: 'malware' },
    },
  },
  {
    heading: 'Debian tracker',
    feed: 'debian-tracker',
    maps: ['', '*.releases'],
    name: 'openssl',
    documented: {
      'CVE-2024-0001': {
        releases: { bookworm: { status: 'open', urgency: 'low', nodsa_reason: 'postponed' } },
      },
    },
  },
  {
    heading: 'Alpine secdb, Wolfi, Chainguard',
    feed: 'alpine-secdb',
    maps: ['packages[].pkg.secfixes'],
    documented: { distroversion: 'v3.19', packages: [] },
  },
  {
    heading: 'Node.js security working group',
    feed: 'nodejs-core',
    maps: [''],
    documented: {},
  },
  {
    heading: 'CISA known exploited vulnerabilities',
    feed: 'kev',
    maps: [],
    documented: { vulnerabilities: [] },
  },
  {
    heading: 'CVE list',
    feed: 'cve',
    maps: [],
    documented: {
      cveMetadata: { cveId: 'CVE-2024-0001', state: 'REJECTED', dateRejected: MODIFIED },
      containers: {
        cna: {
          rejectedReasons: [{ lang: 'en', value: 'a duplicate' }],
          metrics: [{ cvssV3_1: { baseScore: 9.8, baseSeverity: 'CRITICAL' } }],
          affected: [
            {
              vendor: 'f5',
              product: 'nginx',
              versions: [
                { version: '1', lessThan: '*', changes: [{ at: '2', status: 'unaffected' }] },
              ],
            },
          ],
        },
      },
    },
  },
  {
    heading: 'NVD',
    feed: 'nvd',
    maps: [],
    documented: {
      cve: {
        id: 'CVE-2024-0001',
        metrics: { cvssMetricV31: [{ cvssData: { baseScore: 9.8, baseSeverity: 'CRITICAL' } }] },
        configurations: [
          {
            operator: 'AND',
            nodes: [
              {
                negate: false,
                cpeMatch: [
                  {
                    vulnerable: true,
                    criteria: 'cpe:2.3:a:f5:nginx:*:*:*:*:*:*:*:*',
                    versionStartIncluding: '1',
                    versionStartExcluding: '1',
                    versionEndIncluding: '2',
                    versionEndExcluding: '2',
                  },
                ],
              },
            ],
          },
        ],
      },
    },
  },
];

afterEach(() => {
  vi.restoreAllMocks();
});

describe.skipIf(FEEDS_FOLDER === undefined)('fields of feeds (needs ../shared)', () => {
  it.each(SECTIONS)('$heading', { timeout: 120_000 }, async (section) => {
    const rows = fieldsOf(section.heading);
    expect(rows.length).toBeGreaterThan(0);
    const seenIn = [...new Set(rows.map((row) => row.seenIn).filter((text) => text !== ''))];
    const documents = new Map<string, object>();
    for (const path of seenIn) documents.set(path, await documentAt(path));
    for (const row of rows) {
      expect(row.source, row.field).not.toBe('');
      const document = documents.get(row.seenIn) ?? section.documented;
      expect(pathsOf(document, section.maps), `${row.field} in ${row.seenIn}`).toContain(row.field);
    }
    const feed = await FEEDS.find(({ id }) => id === section.feed)?.load();
    if (feed === undefined) throw new Error(`no feed "${section.feed}"`);
    const read = readPaths(feed, [...documents.values(), section.documented], section);
    const listed = new Set(rows.map(({ field }) => field));
    expect(withoutTwins(read, listed).filter((path) => !isListed(path, listed))).toEqual([]);
    expect([...listed].filter((field) => !read.has(field))).toEqual([]);
  });
});

/** Parents of fields are read on the way. */
function isListed(path: string, listed: ReadonlySet<string>): boolean {
  if (listed.has(path)) return true;
  return [...listed].some((field) => field.startsWith(`${path}.`) || field.startsWith(`${path}[`));
}

/**
 * The page lists fields of CISA's container with those of the CNA's, and the score and the word of
 * CVSS once for all versions.
 */
function withoutTwins(read: ReadonlySet<string>, listed: ReadonlySet<string>): readonly string[] {
  const twins = (path: string): string =>
    path
      .replace('containers.adp[]', 'containers.cna')
      .replace(/cvssV\w+\.(base\w+)/, 'cvssV3_1.$1')
      .replace(/cvssMetricV\w+\[\]\.cvssData\.(base\w+)/, 'cvssMetricV31[].cvssData.$1')
      .replace(/cvssMetricV\w+\[\]\.baseSeverity/, 'cvssMetricV2[].baseSeverity');
  return [...read].filter((path) => !isListed(twins(path), listed));
}

/**
 * What a feed reads of documents: `JSON.parse` answers with objects that record which of their
 * fields are asked for.
 */
function readPaths(
  feed: Feed,
  documents: readonly object[],
  { maps, name = 'a.json' }: Section,
): ReadonlySet<string> {
  const read = new Set<string>();
  const parse = JSON.parse;
  vi.spyOn(JSON, 'parse').mockImplementation((...args) =>
    recorded(parse(...args), '', { read, maps }),
  );
  for (const document of documents) {
    feed.read({ name, bytes: Buffer.from(JSON.stringify(document)) });
  }
  vi.restoreAllMocks();
  return read;
}

function recorded(
  value: unknown,
  path: string,
  to: { readonly read: Set<string>; readonly maps: readonly string[] },
): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get: (target, key): unknown => {
      const field = Reflect.get(target, key) as unknown;
      if (typeof key !== 'string' || typeof field === 'function') return field;
      if (Array.isArray(target)) {
        return /^\d+$/.test(key) ? recorded(field, `${path}[]`, to) : field;
      }
      const inner = child(path, key, to.maps);
      to.read.add(inner);
      return recorded(field, inner, to);
    },
  });
}

function child(path: string, key: string, maps: readonly string[]): string {
  const name = maps.includes(path) ? '*' : key;
  return path === '' ? name : `${path}.${name}`;
}

function pathsOf(value: unknown, maps: readonly string[], path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, maps, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => {
    const inner = child(path, key, maps);
    return [inner, ...pathsOf(field, maps, inner)];
  });
}

const archives = new Map<string, Promise<ZipArchive>>();

/** A document of the shared feeds, as the last column names it. */
async function documentAt(path: string): Promise<object> {
  const [feed = '', first = '', ...more] = path.split('/');
  const id = more.join('/');
  const read = async (file: string): Promise<Buffer> => readFile(`${FEEDS_FOLDER}/${file}`);
  const parsed = async (file: string): Promise<Record<string, object>> =>
    JSON.parse((await read(file)).toString()) as Record<string, object>;
  switch (feed) {
    case 'osv':
      return member(`osv/${first}/all.zip`, (name) => name === `${id}.json`);
    case 'cve':
      return member('cve/main.zip', (name) => name.endsWith(`/${first}.json`));
    case 'debian-tracker':
      return found((await parsed('debian-tracker/tracker/data/json'))[first], path);
    case 'nodejs-core': {
      const entry = found((await parsed('nodejs-core/index.json'))[first], path);
      return { [first]: entry };
    }
    case 'kev':
      return parsed('kev/known_exploited_vulnerabilities.json');
    case 'nvd': {
      const year = first.split('-')[1] ?? '';
      const names = await readdir(`${FEEDS_FOLDER}/nvd/feeds/json/cve/2.0`);
      const name = names.find((one) => one === `nvdcve-2.0-${year}.json.gz`) ?? '';
      const file = gunzipSync(await read(`nvd/feeds/json/cve/2.0/${name}`)).toString();
      const { vulnerabilities } = JSON.parse(file) as {
        vulnerabilities: { readonly cve: { readonly id: string } }[];
      };
      return found(
        vulnerabilities.find(({ cve }) => cve.id === first),
        path,
      );
    }
    default:
      return parsed(path);
  }
}

async function member(file: string, isWanted: (name: string) => boolean): Promise<object> {
  const opened = archives.get(file) ?? openArchive(file);
  archives.set(file, opened);
  const archive = await opened;
  const entry = found(
    archive.entries.find(({ name }) => isWanted(name)),
    file,
  );
  return JSON.parse(Buffer.from(await archive.read(entry)).toString()) as object;
}

async function openArchive(file: string): Promise<ZipArchive> {
  const path = `${FEEDS_FOLDER}/${file}`;
  const bytes = await readFile(path);
  const readAt = (offset: number, length: number): Promise<Uint8Array> =>
    Promise.resolve(bytes.subarray(offset, offset + length));
  return openZip({ path, sizeBytes: bytes.length, readAt }, LIMITS);
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`no document "${what}"`);
  return value;
}

describe('which packages distributions name', () => {
  const rows = rowsOf('Which packages distributions name');
  const systems = ECOSYSTEM_IDS.filter((id) => ecosystemRow(id).kind === 'os');

  it.each(systems)('%s is asked as the page says', (id) => {
    const { label, isAdvisedByBoth, isAdvisedByPackage } = ecosystemRow(id);
    const asked = rows.find(([name]) => name === label || name === LONG_LABELS.get(id))?.[1];
    const expected =
      isAdvisedByBoth === true ? 'both' : isAdvisedByPackage === true ? 'package' : 'source';
    expect(asked).toBe(expected);
  });

  it('lists nothing else', () => {
    expect(rows).toHaveLength(systems.length);
  });
});

const LONG_LABELS: ReadonlyMap<string, string> = new Map([['redhat', 'Red Hat']]);
