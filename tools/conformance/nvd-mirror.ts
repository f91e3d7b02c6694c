/**
 * Ratings of trivy's cases as NVD publishes them.
 *
 * `details.zip` holds the texts and ratings of vulnerabilities that a scanner joins to advisories by their CVE id. NVD's
 * part is written as a mirror of its yearly feeds (NVD CVE API 2.0 schema), so that it comes in by the public import.
 */

import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { openZip } from '../../src/format/zip.ts';

const BOUNDS = { maxEntries: 10_000, maxEntryBytes: 16 * 1024 * 1024, maxTotalBytes: 2 ** 30 };
const NVD = 'nvd@nist.gov';
const YEAR = /^CVE-(?<year>\d{4})-/;

interface Cvss {
  readonly V2Score?: number;
  readonly V2Vector?: string;
  readonly V3Score?: number;
  readonly V3Vector?: string;
}

/** The parts of an OSV record that are used. */
interface Details {
  readonly id: string;
  readonly summary?: string;
  readonly details?: string;
  readonly published?: string;
  readonly modified: string;
  readonly references?: readonly { readonly url: string }[];
  readonly database_specific?: {
    readonly cwe_ids?: readonly string[];
    readonly nvd_severity?: string;
    readonly cvss_by_source?: { readonly nvd?: Cvss };
  };
}

/** Writes the mirror below `folder`, which is made if need be. */
export async function writeNvdMirror(detailsZip: string, folder: string): Promise<void> {
  const feed = join(folder, 'nvd/feeds/json/cve/2.0');
  await mkdir(feed, { recursive: true });
  const years = new Map<string, unknown[]>();
  for (const details of await readDetails(detailsZip)) {
    const year = YEAR.exec(details.id)?.groups?.['year'];
    if (year !== undefined) years.set(year, [...(years.get(year) ?? []), { cve: toCve(details) }]);
  }
  for (const [year, vulnerabilities] of years) {
    const totalResults = vulnerabilities.length;
    const head = { resultsPerPage: totalResults, startIndex: 0, totalResults, format: 'NVD_CVE' };
    const document = { ...head, version: '2.0', timestamp: TIMESTAMP, vulnerabilities };
    const bytes = Buffer.from(JSON.stringify(document));
    const packed = gzipSync(bytes);
    const digest = createHash('sha256').update(bytes).digest('hex').toUpperCase();
    const meta = [
      `lastModifiedDate:${TIMESTAMP.slice(0, 19)}-00:00`,
      `size:${bytes.length}`,
      `zipSize:${packed.length}`,
      `gzSize:${packed.length}`,
      `sha256:${digest}`,
    ];
    await writeFile(join(feed, `nvdcve-2.0-${year}.json.gz`), packed);
    await writeFile(join(feed, `nvdcve-2.0-${year}.meta`), `${meta.join('\r\n')}\r\n`);
  }
}

const TIMESTAMP = '2024-01-01T00:00:00.000';

async function readDetails(path: string): Promise<readonly Details[]> {
  const bytes = await readFile(path);
  const archive = await openZip(
    {
      path,
      sizeBytes: bytes.length,
      readAt: (offset, lengthBytes) =>
        Promise.resolve(bytes.subarray(offset, offset + lengthBytes)),
    },
    BOUNDS,
  );
  const records: Details[] = [];
  for (const entry of archive.entries) {
    const text = new TextDecoder().decode(await archive.read(entry));
    records.push(JSON.parse(text) as Details);
  }
  return records;
}

const SOURCE = { source: NVD, type: 'Primary' } as const;

function toCve(details: Details): unknown {
  const { id, modified, published = modified, summary = '', references = [] } = details;
  const specific = details.database_specific ?? {};
  return {
    id,
    sourceIdentifier: NVD,
    published: withoutZone(published),
    lastModified: withoutZone(modified),
    vulnStatus: 'Analyzed',
    descriptions: [{ lang: 'en', value: details.details ?? summary }],
    metrics: metricsOf(specific.cvss_by_source?.nvd ?? {}, specific.nvd_severity),
    weaknesses: (specific.cwe_ids ?? []).map((value) => ({
      ...SOURCE,
      description: [{ lang: 'en', value }],
    })),
    references: references.map(({ url }) => ({ url, source: NVD })),
  };
}

/** Scores and words as NVD computed them from its vectors. */
function metricsOf(cvss: Cvss, baseSeverity: string | undefined): Record<string, unknown> {
  const metrics: Record<string, unknown> = {};
  const { V2Vector, V3Vector } = cvss;
  if (V3Vector !== undefined) {
    const version = V3Vector.startsWith('CVSS:3.0/') ? '3.0' : '3.1';
    const cvssData = { version, vectorString: V3Vector, baseScore: cvss.V3Score, baseSeverity };
    metrics[version === '3.0' ? 'cvssMetricV30' : 'cvssMetricV31'] = [{ ...SOURCE, cvssData }];
  }
  if (V2Vector !== undefined) {
    const cvssData = { version: '2.0', vectorString: V2Vector, baseScore: cvss.V2Score };
    metrics['cvssMetricV2'] = [{ ...SOURCE, cvssData }];
  }
  return metrics;
}

function withoutZone(instant: string): string {
  return instant.replace(/Z$/, '.000');
}
