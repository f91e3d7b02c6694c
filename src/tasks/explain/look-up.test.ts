/**
 * `assay cve`, `cve search`, `db search` and `explain` over hand-made records of different kinds.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeLookupMirror } from '../../../test/support/lookup-mirror.ts';
import { testPackage, testReport, testResult } from '../../../test/support/reports.ts';
import { quietContext } from '../../core/base/context.ts';
import { importIntoBase } from '../../advisories/base/index.ts';
import { findingId } from '../../scan/match/finding-id.ts';
import { encodeReport } from '../../core/codec/codec.ts';
import { runCommandLine } from '../../app/cli/shell/run.ts';

const NOW = '2026-01-01';
let cwd = '';

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-lookup-'));
  writeLookupMirror(path.join(cwd, 'mirror'));
  await importIntoBase(
    { folder: path.join(cwd, 'cache/advisories'), paths: [path.join(cwd, 'mirror')] },
    quietContext({ now: () => Date.parse(NOW) }),
  );
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function assay(args: readonly string[], cache = 'cache'): Promise<Outcome> {
  const texts = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string, done?: () => void): boolean => {
      texts[name] += text;
      done?.();
      return true;
    },
  });
  const io = { stdout: stream('stdout'), stderr: stream('stderr'), env: {}, cwd };
  const all = [...args, '--cache-dir', cache, '--as-of', NOW, '--offline'];
  return { exitCode: await runCommandLine(all, io), ...texts };
}

function line(text: string): readonly string[] {
  return text.split(' ');
}

async function json(text: string): Promise<Record<string, unknown>> {
  const { stdout } = await assay([...line(text), '-f', 'json']);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('corrections in the working folder', () => {
  const file = (): string => path.join(cwd, 'advisories.override.json');
  const put = (...overrides: readonly object[]): void =>
    writeFileSync(file(), JSON.stringify({ overrides }));
  afterEach(() => rmSync(file(), { force: true }));

  it('hold in look-ups as they do in scans', async () => {
    const spec = 'only-github@1.0.0';
    const search = line(`db search --package ${spec} -f json`);
    const before = JSON.parse((await assay(search)).stdout) as Searched;
    const [hit] = before.advisories.filter(({ isAffected }) => isAffected === true);
    const id = hit?.record ?? '';
    put({ id, reason: 'not in use', withdraw: true });

    const { exitCode, stdout, stderr } = await assay(search);
    expect(exitCode).toBe(0);
    const after = JSON.parse(stdout) as Searched;
    expect(after.advisories.find(({ record }) => record === id)).toMatchObject({
      isAffected: false,
      withdrawnAt: expect.any(String) as string,
    });
    const said = `WARN  ${id} is withdrawn by "advisories.override.json": not in use\n`;
    expect(stderr).toBe(said);
    expect((await assay(['cve', id])).stdout).toContain(`${id} (withdrawn)`);
    expect((await assay(['cve', id])).stderr).toBe(said);
    const explained = await assay(['explain', id, spec]);
    expect(explained.stdout).toContain('not affected: withdrawn');
  });

  it('set severities', async () => {
    put({ id: 'CVE-2025-10001', reason: 'local only', severity: 'low' });
    const { stdout } = await assay(['cve', 'CVE-2025-10001', '-f', 'json']);
    const { vulnerabilities } = JSON.parse(stdout) as {
      vulnerabilities: { severity: { severity: string; by: string } }[];
    };
    expect(vulnerabilities[0]?.severity).toMatchObject({ severity: 'low', by: 'override' });
  });

  it('are refused where they cannot be read', async () => {
    writeFileSync(file(), '{}');
    const { exitCode, stderr } = await assay(['cve', 'CVE-2025-10001']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('no list "overrides"');
  });
});

interface Searched {
  readonly advisories: readonly { readonly record: string; readonly isAffected?: boolean }[];
}

describe('assay cve', () => {
  it.each([
    ['several-branches', 'CVE-2025-10001'],
    ['github-only', 'GHSA-3333-3333-3333'],
    ['cvss-4-only', 'cve-2025-10004'],
    ['two-cves-in-one-record', 'GHSA-5555-5555-5555'],
    ['alias-cluster', 'GMS-2025-77'],
    ['withdrawn', 'PYSEC-2025-8'],
    ['distributions', 'CVE-2025-10009'],
    ['no-score', 'CVE-2025-10010'],
    ['dsa', 'DSA-5999-1'],
    ['alpine-only', 'CVE-2025-10011'],
    ['exploited-and-in-no-package', 'CVE-2025-10012'],
  ])('shows %s', async (name, id) => {
    const { exitCode, stdout, stderr } = await assay(['cve', id]);
    expect([exitCode, stderr]).toEqual([0, '']);
    await expect(stdout).toMatchFileSnapshot(`testdata/cve-${name}.txt`);
  });

  it('answers every id in JSON as the schema says', async () => {
    const schema = JSON.parse(
      readFileSync(new URL('../../../schema/assay-cve-1.schema.json', import.meta.url), 'utf8'),
    ) as object;
    const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
    const ids = ['01', '04', '05', '07', '08', '09', '10', '11', '12'].map(
      (n) => `CVE-2025-100${n}`,
    );
    const answer = await json(`cve ${ids.join(' ')} GHSA-3333-3333-3333 DSA-5999-1`);
    validate(answer);
    expect(validate.errors).toBeNull();
    expect(answer['vulnerabilities']).toHaveLength(11);
    expect(answer['unknown']).toEqual([]);
  });

  it('shows what is known and ends with 3 for what is not', async () => {
    const { exitCode, stdout, stderr } = await assay(line('cve CVE-2025-10010 CVE-1999-0001'));
    expect(exitCode).toBe(3);
    expect(stdout).toContain('The printer of bell overflows.');
    expect(stderr).toContain('no loaded feed knows "CVE-1999-0001"');
    expect(stderr).toContain('Asked: alpine-secdb (Alpine), debian-tracker (Debian), kev, osv (');
  });

  it.each([
    ['cve', 'no id given'],
    ['cve openssl', '"openssl" is not the id of a vulnerability'],
    ['cve CVE-2021', 'is not the id'],
    ['cve GHSA-1', 'is not the id'],
    ['cve search', 'no words given'],
    ['cve search a b c d e f g h i', 'more than 8 words given'],
    ['cve search bell --limit 0', '--limit cannot be "0"'],
    ['db search', 'no package named'],
    ['db search bell@1 left', 'more than one package named'],
    ['db search --package bell --ecosystem debain', 'Did you mean debian?'],
    ['db search --package pkg:nothing/x', 'no advisories are known for packages of "pkg:nothing"'],
    ['explain', 'no finding named'],
    ['explain CVE-2025-10001', 'no package named'],
    ['explain CVE-2025-10001 left', '"left" has no version'],
  ])('refuses "%s" as usage', async (text, message) => {
    const { exitCode, stderr, stdout } = await assay(line(text));
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it.each([
    'cve CVE-2025-10001',
    'cve search left',
    'db search --package left',
    'explain CVE-2025-10001 left@1',
  ])('ends "%s" with 4 where nothing is loaded', async (text) => {
    const { exitCode, stderr } = await assay(line(text), 'empty');
    expect(exitCode).toBe(4);
    expect(stderr).toContain('assay db update');
  });
});

describe('assay cve search', () => {
  const ids = async (text: string): Promise<unknown> => {
    const { hits } = (await json(`cve search ${text}`)) as { hits: { id: string }[] };
    return hits.map(({ id }) => id);
  };

  it.each<[string, readonly string[]]>([
    ['PROTOTYPE query', ['CVE-2025-10001']],
    ['left prototype', ['CVE-2025-10001']],
    ['gms-2025-77', ['CVE-2025-10007']],
    ['snake folder', ['CVE-2025-10007']],
    ['bell', ['CVE-2025-10010', 'CVE-2025-10009', 'DSA-5999-1']],
    ['ransom router', []],
  ])('finds "%s"', async (text, expected) => {
    if (expected.length === 0) {
      expect((await assay(line(`cve search ${text}`))).exitCode).toBe(3);
    } else {
      expect(await ids(text)).toEqual(expected);
    }
  });

  it('says how many more there are', async () => {
    const { stdout } = await assay(line('cve search bell --limit 1'));
    expect(stdout).toContain('1 of 3 found');
  });
});

describe('assay db search', () => {
  it.each([
    ['npm', '--package left@1.2.5'],
    ['debian', '--package bell@1:2.0-1 --ecosystem debian'],
    ['purl', 'pkg:pypi/Snake@1.10'],
    ['no-version', '--package bell --release 3.19'],
  ])('lists the advisories of a package: %s', async (name, flags) => {
    const { exitCode, stdout } = await assay(line(`db search ${flags}`));
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot(`testdata/db-search-${name}.txt`);
  });

  it('ends with 3 where nothing names the package', async () => {
    const { exitCode, stderr } = await assay(line('db search --package nobody'));
    expect(exitCode).toBe(3);
    expect(stderr).toContain('source package');
    const other = await assay(line('db search --package bell --ecosystem debian --release 9'));
    expect([other.exitCode, other.stderr]).toEqual([3, expect.stringContaining('Debian 9')]);
  });
});

describe('assay explain', () => {
  it.each([
    ['affected', 'CVE-2025-10001 left@2.1.0'],
    ['not-affected', 'CVE-2025-10001 pkg:npm/left@1.2.6'],
    ['listed', 'GHSA-7777-7777-7777 snake@1.9'],
    ['revision', 'CVE-2025-10009 bell@1:2.0-1 --release 12'],
    ['epoch', 'CVE-2025-10009 bell@2.5-1 --release 12'],
    ['will-not-fix', 'CVE-2025-10009 bell@1.0-1 --release 11'],
    ['no-order', 'CVE-2025-10011 alp@one'],
    ['withdrawn', 'CVE-2025-10008 innocent@1.0'],
  ])('explains a package named by hand: %s', async (name, text) => {
    const { exitCode, stdout, stderr } = await assay(line(`explain ${text}`));
    expect([exitCode, stderr]).toEqual([0, '']);
    await expect(stdout).toMatchFileSnapshot(`testdata/explain-${name}.txt`);
  });

  it('ends with 3 where the advisory does not name the package', async () => {
    const { exitCode, stderr } = await assay(line('explain CVE-2025-10001 right@1.0.0'));
    expect(exitCode).toBe(3);
    expect(stderr).toContain('names no package "right@1.0.0"');
  });

  describe('of a report', () => {
    const pkg = testPackage('libbell', '2.0-r0', { source: { name: 'bell', version: '2.0-r0' } });
    const id = findingId(pkg.id, 'CVE-2025-10009');
    beforeAll(() => {
      const report = testReport({
        results: [
          testResult({
            inventory: {
              inventoryVersion: 1,
              distro: { id: 'alpine', versionId: '3.19.4' },
              packages: [pkg],
            },
            findings: [
              {
                kind: 'vulnerability',
                id,
                packageId: pkg.id,
                advisoryId: 'CVE-2025-10009',
                severity: 'high',
                severityBy: 'nvd',
                matchedVersion: '2.0-r0',
                status: 'fixed',
                fixedVersions: ['2.0-r1'],
                matchedBy: 'distribution/source',
              },
            ],
          }),
        ],
        advisories: new Map([
          [
            'CVE-2025-10009',
            {
              id: 'CVE-2025-10009',
              aliases: [],
              summary: '',
              details: 'The parser overflows. More.',
              ratings: [{ by: 'nvd', severity: 'high', score: 8.1 }],
              affected: [
                {
                  ecosystem: 'alpine',
                  release: '3.19',
                  name: 'bell',
                  ranges: [{ introduced: '0', fixed: '2.0-r1' }],
                  versions: [],
                  status: 'fixed',
                  ratings: [],
                },
              ],
              references: [],
              cwes: [],
              modifiedAt: '2025-01-01T00:00:00Z',
              feed: 'alpine-secdb',
            },
          ],
        ]),
      });
      writeFileSync(path.join(cwd, 'report.json'), JSON.stringify(encodeReport(report)));
    });

    it('tells all, with loaded data and without', async () => {
      const { exitCode, stdout } = await assay(['explain', id, '--report', 'report.json']);
      expect(exitCode).toBe(0);
      await expect(stdout).toMatchFileSnapshot('testdata/explain-report.txt');
      const bare = await assay(['explain', id, '--report', 'report.json'], 'empty');
      expect(bare.exitCode).toBe(0);
      expect(bare.stdout).toContain('The loaded data has no record of it');
    });

    it.each([
      ['the beginning of its id', () => id.slice(0, 8)],
      ['the advisory', () => 'cve-2025-10009'],
      ['the advisory and the package', () => 'CVE-2025-10009 libbell@2.0-r0'],
      ['the advisory and the source package', () => 'CVE-2025-10009 bell'],
    ])('finds it by %s', async (_title, text) => {
      const { explanations } = await json(`explain ${text()} --report report.json`);
      expect(explanations).toMatchObject([
        {
          finding: { id },
          check: { isAffected: true },
          package: { lookedUp: { name: 'bell' }, isBySource: true },
          origin: { layer: { number: 2 }, evidence: { level: 'claimed' } },
          clears: { fixedVersions: ['2.0-r1'] },
        },
      ]);
    });

    it.each([
      ['an unknown finding', 'explain CVE-1999-0001 --report report.json', 3],
      ['another package', 'explain CVE-2025-10009 left --report report.json', 3],
      ['no file', 'explain x --report missing.json', 3],
      ['no report', 'explain x --report mirror/kev/known_exploited_vulnerabilities.json', 3],
    ])('refuses %s', async (_title, text, code) => {
      const { exitCode, stderr } = await assay(line(text));
      expect(exitCode).toBe(code);
      expect(stderr).toContain('ERROR');
    });
  });
});
