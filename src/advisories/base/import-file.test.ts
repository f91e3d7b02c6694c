import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sharedPath } from '../../../test/support/shared.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';
import { zip } from '../../../test/support/zip.ts';
import { quietContext } from '../../core/base/context.ts';
import { BundleReader, isBundle } from './bundle/bundle-reader.ts';
import { importIntoBase, type BaseUpdateOutcome } from './index.ts';
import { readOverrides } from './overrides.ts';
import { readUserAdvisories } from './user-advisories.ts';

const noPipes = missingTool('mkfifo');

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-import-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

let fileCount = 0;

/** A file whose name says nothing. */
function put(content: string | Uint8Array, suffix = '.bin'): string {
  fileCount += 1;
  const path = join(root, `${String(fileCount)}${suffix}`);
  writeFileSync(path, content);
  return path;
}

function importing(...paths: readonly string[]): Promise<BaseUpdateOutcome> {
  return importIntoBase({ folder: join(root, 'base'), paths }, quietContext());
}

function counts({ sets }: BaseUpdateOutcome): unknown {
  return sets.map((set) => [set.feed, set.recordCount]);
}

const KEV = JSON.stringify({
  title: 'CISA Catalog of Known Exploited Vulnerabilities',
  catalogVersion: '2025.08.25',
  vulnerabilities: [{ cveID: 'CVE-2024-0001', dateAdded: '2024-01-01' }],
});
const EPSS_HEADER = 'cve,epss,percentile\n';
const EPSS_ROW = 'CVE-2024-0001,0.5,0.9\n';
const EPSS = `#model_version:v2025.03.14,score_date:2026-03-28T12:55:00Z\n${EPSS_HEADER}${EPSS_ROW}`;
const CVE = JSON.stringify({
  dataType: 'CVE_RECORD',
  cveMetadata: { cveId: 'CVE-2024-0001', state: 'PUBLISHED' },
  containers: { cna: { title: 'x' } },
});
const NODE = JSON.stringify({ '1': { cve: ['CVE-2024-0001'], vulnerable: '8.x' } });
const OSV = JSON.stringify({
  id: 'CVE-2024-0001',
  modified: '2024-01-01T00:00:00Z',
  affected: [{ package: { ecosystem: 'npm', name: 'left' }, versions: ['1.0.0'] }],
});

function year(...ids: readonly string[]): Uint8Array {
  const vulnerabilities = ids.map((id) => ({ cve: { id } }));
  const head = { resultsPerPage: ids.length, format: 'NVD_CVE', version: '2.0' };
  return gzipSync(JSON.stringify({ ...head, vulnerabilities }));
}

function rolling(urlprefix: string, isFirst: boolean): string {
  const packages = [{ pkg: { name: 'zlib', secfixes: { '1-r0': ['CVE-2024-0001'] } } }];
  return JSON.stringify(isFirst ? { urlprefix, packages } : { packages, urlprefix });
}

describe('readImportFile', () => {
  it.each<[string, string, string | Uint8Array]>([
    ['the catalog of KEV', 'kev', KEV],
    ['the scores of EPSS', 'epss', gzipSync(EPSS)],
    ['scores without their comment', 'epss', gzipSync(EPSS_HEADER + EPSS_ROW)],
    ['scores that were unpacked', 'epss', EPSS],
    ['a year of NVD', 'nvd', year('CVE-2024-0001')],
    ['a year of NVD that was unpacked', 'nvd', gunzipSync(year('CVE-2024-0001'))],
    ['the CVE list', 'cve', zip([{ name: 'm/cves/2024/0xxx/CVE-2024-0001.json', body: CVE }])],
    ['OSV records named by CVEs', 'osv', zip([{ name: 'records/CVE-2024-0001.json', body: OSV }])],
    ['the list of Node.js', 'nodejs-core', NODE],
    ['Wolfi', 'wolfi', rolling('https://packages.wolfi.dev', true)],
    ['Wolfi, its address last', 'wolfi', rolling('https://packages.wolfi.dev', false)],
    ['Chainguard', 'chainguard', rolling('https://packages.cgr.dev/chainguard', true)],
  ])('knows %s by its content', async (_title, feed, content) => {
    expect(counts(await importing(put(content)))).toEqual([[feed, 1]]);
  });

  it.each<[string, string | Uint8Array]>([
    ['a secdb of nobody', rolling('https://packages.wolfi.dev.example', true)],
    ['other gzip files', gzipSync('{"vulnerabilities":[]}')],
    ['a damaged gzip file', gzipSync(EPSS).fill(0, 10, 40)],
    ['numbered things', '{"1":{"name":"x"}}'],
  ])('does not know %s', async (_title, content) => {
    await expect(importing(put(content))).rejects.toMatchObject({
      code: 'ADVISORY_DATA_IMPLAUSIBLE',
      message: expect.stringContaining('is not advisory data of a known format') as string,
    });
  });

  it('refuses a file that is cut off', async () => {
    const whole = gzipSync(EPSS);
    await expect(importing(put(whole.subarray(0, -8)))).rejects.toMatchObject({
      code: 'ADVISORY_DATA_IMPLAUSIBLE',
    });
  });

  it('keeps the other years of NVD', async () => {
    await importing(put(year('CVE-2023-0001', 'CVE-2023-0002', 'CVE-2023-0003')));
    expect(counts(await importing(put(year('CVE-2024-0001'))))).toEqual([['nvd', 4]]);
  });

  it('finds packed files in folders', async () => {
    put(year('CVE-2024-0001'), '.json.gz');
    put(gzipSync(EPSS), '.csv.gz');
    expect(counts(await importing(root))).toEqual([
      ['epss', 1],
      ['nvd', 1],
    ]);
  });
});

describe.skipIf(noPipes !== undefined)(`a named pipe${needs(noPipes)}`, () => {
  it('is waited for by nobody', async () => {
    const path = join(root, 'pipe.json');
    execFileSync('sh', ['-c', 'mkfifo pipe.json'], { cwd: root });
    const folder = join(root, 'base');
    const noFile = {
      code: 'ACCESS_DENIED',
      message: `cannot read "${path}": it is not a regular file`,
    };
    await expect(importing(path)).rejects.toMatchObject(noFile);
    await expect(importing(root)).rejects.toMatchObject(noFile);
    const verifying = BundleReader.open(path, quietContext());
    await expect(verifying).rejects.toMatchObject(noFile);
    await expect(readOverrides({ file: path, path })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    await expect(readUserAdvisories([path], quietContext())).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `cannot use the advisories in "${path}": it is not a regular file`,
    });
    expect(await isBundle(path)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });
});

const feeds = sharedPath('feeds');

describe.skipIf(feeds === undefined)('readImportFile of real files (needs ../shared)', () => {
  it.each([
    ['kev', 'kev/known_exploited_vulnerabilities.json'],
    ['epss', 'epss/epss_scores-current.csv.gz'],
    ['cve', 'cve/main.zip'],
    ['wolfi', 'wolfi/security.json'],
    ['nodejs-core', 'nodejs-core/index.json'],
    ['nvd', 'nvd/feeds/json/cve/2.0/nvdcve-2.0-2021.json.gz'],
  ])('knows %s', async (feed, path) => {
    const { sets } = await importing(join(feeds ?? '', path));
    expect([...new Set(sets.map((set) => set.feed))]).toEqual([feed]);
  });
});
