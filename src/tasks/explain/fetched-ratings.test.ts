/**
 * Ratings that a scan fetched, in `assay cve` and `assay explain`. A server on loopback serves
 * single CVE records and NVD.
 */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { zip } from '../../../test/support/zip.ts';
import { cveRecordPath } from '../../advisories/base/ratings/cve-records.ts';
import { runCommandLine } from '../../app/cli/shell/run.ts';

const CRITICAL = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const MEDIUM = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N';
const MODULE = 'pkg:golang/example.test/a@v1.0.0';
const IDS = {
  byCna: 'CVE-2024-1001',
  byCisa: 'CVE-2024-1002',
  byNvd: 'CVE-2024-1003',
  byNone: 'CVE-2024-1004',
  byWord: 'CVE-2024-1005',
};

const containers = new Map<string, object>([
  [
    IDS.byCna,
    { cna: { title: 'a flaw of a', metrics: [{ cvssV3_1: { vectorString: CRITICAL } }] } },
  ],
  [
    IDS.byCisa,
    {
      cna: {},
      adp: [
        {
          providerMetadata: { shortName: 'CISA-ADP' },
          metrics: [{ cvssV3_1: { vectorString: MEDIUM } }],
        },
      ],
    },
  ],
  [IDS.byNvd, { cna: {} }],
  [IDS.byNone, { cna: {} }],
  [IDS.byWord, { cna: { metrics: [{ other: { type: 'x', content: { text: 'important' } } }] } }],
]);

function served(): ReadonlyMap<string, string | Buffer> {
  const records = Object.values(IDS).map((id, index) => ({
    name: `GO-2024-${String(index)}.json`,
    body: JSON.stringify({
      id: `GO-2024-${String(index)}`,
      aliases: [id],
      modified: '2024-01-01T00:00:00Z',
      affected: [
        {
          package: { ecosystem: 'Go', name: 'example.test/a' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.0.1' }] }],
        },
      ],
    }),
  }));
  const cvssData = { vectorString: MEDIUM };
  const metrics = { cvssMetricV31: [{ type: 'Primary', cvssData }] };
  const year = JSON.stringify({ vulnerabilities: [{ cve: { id: IDS.byNvd, metrics } }] });
  const nvd = 'nvd/feeds/json/cve/2.0/nvdcve-2.0-2024';
  const digest = createHash('sha256').update(year).digest('hex');
  const packed = gzipSync(year);
  return new Map<string, string | Buffer>([
    ['osv/Go/all.zip', Buffer.from(zip(records))],
    ...[...containers].map(([cveId, said]): [string, string] => [
      `cve/${cveRecordPath(cveId)}`,
      JSON.stringify({ cveMetadata: { cveId, state: 'PUBLISHED' }, containers: said }),
    ]),
    [`${nvd}.json.gz`, packed],
    [`${nvd}.meta`, `gzSize:${String(packed.length)}\r\nsha256:${digest}\r\n`],
  ]);
}

let cwd = '';
let server: Server;
let url = '';

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-fetched-'));
  const files = served();
  server = createServer((request, response) => {
    const file = files.get((request.url ?? '').slice(1));
    if (file === undefined) response.writeHead(404).end();
    else response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  const scanned = await assay(['purl', MODULE, '--mirror', url, '--fail-on', 'low']);
  expect(scanned.exitCode).toBe(1);
  writeFileSync(path.join(cwd, 'all.zip'), files.get('osv/Go/all.zip') ?? '');
  await assay(['db', 'import', 'all.zip', '--cache-dir', 'plain']);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  rmSync(cwd, { recursive: true, force: true });
});

async function assay(
  args: readonly string[],
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string, done?: () => void): boolean => {
      texts[name] += text;
      done?.();
      return true;
    },
  });
  const io = { stdout: stream('stdout'), stderr: stream('stderr'), env: {}, cwd };
  const cache = args.includes('--cache-dir') ? [] : ['--cache-dir', 'cache'];
  return { exitCode: await runCommandLine([...args, ...cache], io), ...texts };
}

interface Rated {
  readonly title: string;
  readonly severity: { readonly severity: string; readonly by?: string };
  readonly ratings: readonly { readonly by: string; readonly score?: number }[];
}

async function asked<T>(...args: readonly string[]): Promise<T> {
  const { stdout } = await assay([...args, '-f', 'json', '--offline']);
  return JSON.parse(stdout) as T;
}

const ROWS: readonly (readonly [string, string, string, string])[] = [
  ['the CNA', IDS.byCna, 'critical', 'cna'],
  ['CISA', IDS.byCisa, 'medium', 'cisa'],
  ['NVD', IDS.byNvd, 'medium', 'nvd'],
  ['the CNA, a word', IDS.byWord, 'high', 'cna'],
];

describe('ratings that a scan fetched', () => {
  it.each(ROWS)('count in assay cve: %s', async (_by, id, severity, by) => {
    const { vulnerabilities } = await asked<{
      readonly vulnerabilities: readonly (Rated & {
        readonly records: readonly { readonly feed: string }[];
      })[];
    }>('cve', id);
    const [one] = vulnerabilities;
    expect(one?.severity).toMatchObject({ severity, by });
    expect(one?.ratings.map((rating) => rating.by)).toContain(by);
    expect(one?.records.map(({ feed }) => feed)).toContain(by === 'nvd' ? 'nvd' : 'cve');
  });

  it.each(ROWS)('count in assay explain of a package URL: %s', async (_by, id, severity, by) => {
    const { explanations } = await asked<{
      readonly explanations: readonly { readonly vulnerability: Rated }[];
    }>('explain', id, MODULE);
    expect(explanations[0]?.vulnerability.severity).toMatchObject({ severity, by });
  });

  it('are the same as those of the scan', async () => {
    const { stdout } = await assay(['purl', MODULE, '-f', 'json', '--offline']);
    const { results } = JSON.parse(stdout) as {
      readonly results: readonly {
        readonly findings: readonly { readonly advisoryId: string; readonly severity: string }[];
      }[];
    };
    const found = results.flatMap(({ findings }) => findings);
    expect(found).toHaveLength(Object.keys(IDS).length);
    for (const { advisoryId, severity } of found) {
      const { vulnerabilities } = await asked<{ readonly vulnerabilities: readonly Rated[] }>(
        'cve',
        advisoryId,
      );
      expect([advisoryId, vulnerabilities[0]?.severity.severity]).toEqual([advisoryId, severity]);
    }
  });

  it('name their source and title in the text', async () => {
    const { stdout } = await assay(['cve', IDS.byCna, '--offline']);
    expect(stdout).toContain('CRITICAL');
    expect(stdout).toContain('a flaw of a');
  });

  it.each([
    ['no source rates the id', 'cache', IDS.byNone],
    ['nothing was fetched', 'plain', IDS.byCna],
  ])('are unknown where %s', async (_name, cache, id) => {
    const { vulnerabilities } = await asked<{ readonly vulnerabilities: readonly Rated[] }>(
      'cve',
      id,
      '--cache-dir',
      cache,
    );
    expect(vulnerabilities[0]?.severity.severity).toBe('unknown');
  });

  it('do not count in a base that was loaded with keys', async () => {
    const marker = path.join(cwd, 'cache/advisories', LAST_VERIFIED);
    writeFileSync(marker, '{}');
    try {
      const { stdout } = await assay(['cve', IDS.byCna, '-f', 'json', '--offline']);
      const { vulnerabilities } = JSON.parse(stdout) as { readonly vulnerabilities: Rated[] };
      expect(vulnerabilities[0]?.severity.severity).toBe('unknown');
    } finally {
      rmSync(marker);
    }
  });
});

const LAST_VERIFIED = 'last-verified.json';
