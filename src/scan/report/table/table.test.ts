import { describe, expect, it } from 'vitest';

import { rendered } from '../../../../test/support/rendered.ts';
import {
  fullReport,
  testAdvisory,
  testFinding,
  testImage,
  testPackage,
  testReport,
  testResult,
} from '../../../../test/support/reports.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import { NO_FINDINGS } from '../../../core/model/severity/severity.ts';
import type { Report } from '../../../core/model/report/report.ts';
import type { ReportView } from '../reporter.ts';

const render = (report: Report, view: Partial<ReportView> = {}): Promise<string> =>
  rendered(report, 'table', view);

const DIGEST = 'ab'.repeat(32);

describe('table, piped', () => {
  it('shows title, total, rows, gaps, notes, data and the verdict last', async () => {
    expect(await render(fullReport())).toBe(`app:1.2@sha256:${DIGEST}  linux/amd64

app:1.2 (alpine 3.19.4)
=======================
Total: 3 (UNKNOWN: 0, LOW: 0, MEDIUM: 1, HIGH: 1, CRITICAL: 1)

Library      Vulnerability        Severity  Installed  Fixed           Origin                                 Title
lodash       GHSA-35jh-r3h4-6jhm  CRITICAL  4.17.20    4.17.21         …/package-lock.json:345 +1 (layer 3)   [exploited] Command injection…
openssl (2)  CVE-2019-1543        HIGH      1.1.1a-r0  1.1.1b-r1       layer 2                                ChaCha20-Poly1305 with long…
             CVE-2019-9999        MEDIUM               (will_not_fix)

Every row: evidence claimed
Layers:
  layer 2  RUN apk add openssl
Details of a row: assay explain VULNERABILITY LIBRARY@INSTALLED

Set aside: 1 (ignore file: 1), listed with --show-suppressed

Gaps, which could hide findings: 1
  unreadable         lib/apk/db/installed:99: a package without a version

Notes: 2
  a package.json without a name and 1 more like it

Advisory data:
  alpine-secdb (Alpine 3.19)  1234 records of 2025-05-30 (2 days old)

Verdict: FAIL (exit code 1)
  Found    3 findings: 1 critical, 1 high, 1 medium
  Rule     --fail-on high+fixable: 2 findings are at least high and have a fix
           CRITICAL  GHSA-35jh-r3h4-6jhm  lodash 4.17.20     -> 4.17.21
           HIGH      CVE-2019-1543        openssl 1.1.1a-r0  -> 1.1.1b-r1
  Cure     lodash 4.17.20 -> 4.17.21, openssl 1.1.1a-r0 -> 1.1.1b-r1 (clears 2 findings)
  Check    assay image --input app.tar --fail-on high+fixable
`);
  });

  it('lists what was set aside when it is asked for', async () => {
    const text = await render(fullReport(), { showSuppressed: true });
    expect(text).toContain(`Set aside: 1 (ignore file: 1)

Library  Vulnerability   Severity  By              Owner  Until       Reason
busybox  CVE-2018-20679  LOW       .trivyignore:3  web    2025-12-31  not reachable
`);
  });

  it('says in its head where nobody compared the layers with their digests', async () => {
    const report = testReport();
    const heads = (['checked', 'byManifest', 'notChecked'] as const).map(async (layerDigests) => {
      const results = report.results.map((result) => ({ ...result, layerDigests }));
      return (await render({ ...report, results })).split('\n')[0]?.replace(/^.*amd64/, '');
    });
    expect(await Promise.all(heads)).toEqual(['', '', '  layers not compared with their digests']);
  });

  it('still has title and total without a finding, and says that nothing was asked', async () => {
    expect(await render(testReport())).toBe(`app:1.2@sha256:${DIGEST}  linux/amd64

app:1.2 (alpine 3.19.4)
=======================
Total: 0 (UNKNOWN: 0, LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0)

Advisory data:
  alpine-secdb (Alpine 3.19)  1234 records of 2025-05-30 (2 days old)

Verdict: no gate asked (exit code 0)
  Found    0 findings
  Ask      for a verdict with --fail-on high+fixable, or with --exit-code 1
`);
  });

  it('says what each feed covers', async () => {
    const row = {
      recordCount: 1,
      dataAt: '2025-05-30T00:00:00Z',
      fetchedAt: '2025-05-30T00:00:00Z',
    };
    const text = await render(
      testReport({
        coverage: [
          { feed: 'osv', ecosystem: 'npm', ...row },
          { feed: 'debian-tracker', ecosystem: 'debian', release: '12', ...row },
          { feed: 'nodejs-core', ecosystem: 'node', ...row },
          { feed: 'kev', ...row },
        ],
      }),
    );
    expect(text).toContain(`Advisory data:
  osv (npm)                      1 record of 2025-05-30 (2 days old)
  debian-tracker (Debian 12)     1 record of 2025-05-30 (2 days old)
  nodejs-core (Node.js runtime)  1 record of 2025-05-30 (2 days old)
  kev                            1 record of 2025-05-30 (2 days old)
`);
  });

  it.each([
    ['fetched by the run itself', '2025-06-01T00:00:09Z', '0 days old'],
    ['of the day before', '2025-05-31T23:59:59Z', '0 days old'],
    ['of a later day', '2025-06-03T00:00:00Z', 'newer than the clock of this run'],
  ])('tells the age of data %s', async (_, dataAt, age) => {
    const coverage = [{ feed: 'kev', recordCount: 1, dataAt, fetchedAt: dataAt }];
    const startedAt = '2025-06-01T00:00:00Z';
    const text = await render(testReport({ coverage, startedAt }));
    expect(text).toContain(`1 record of ${dataAt.slice(0, 10)} (${age})`);
  });

  it('leaves hidden severities out of the parentheses and counts what it does not show', async () => {
    const pkg = testPackage('musl', '1.1.20-r2');
    const text = await render(
      testReport({
        shownSeverities: ['high', 'critical'],
        results: [
          testResult({
            inventory: { inventoryVersion: 1, packages: [pkg] },
            findings: [testFinding(pkg, 'CVE-1', 'high')],
            notShown: { ...NO_FINDINGS, low: 525, unknown: 5 },
          }),
        ],
      }),
    );
    expect(text).toContain('\nTotal: 1 (HIGH: 1, CRITICAL: 0)\n');
    expect(text).toContain('\nNot shown because of --severity: 530 (UNKNOWN: 5, LOW: 525)\n');
  });

  it('counts a hidden severity that decides, so that the numbers add up', async () => {
    const pkg = testPackage('musl', '1.1.20-r2');
    const finding = testFinding(pkg, 'CVE-1', 'low');
    const text = await render(
      testReport({
        shownSeverities: ['critical'],
        results: [
          testResult({ inventory: { inventoryVersion: 1, packages: [pkg] }, findings: [finding] }),
        ],
      }),
    );
    expect(text).toContain('\nTotal: 1 (LOW: 1, CRITICAL: 0)\n');
  });

  it('does not call an inventory without matching a total of zero', async () => {
    const text = await render(
      testReport({
        coverage: [],
        results: [
          testResult({
            artifact: { kind: 'directory', reference: '.', layers: [{}] },
            inventory: {
              inventoryVersion: 1,
              packages: [
                testPackage('lodash', '4.17.20', {
                  ecosystem: 'npm',
                  locations: [{ path: '/package-lock.json', layer: 0, line: 7 }],
                }),
              ],
            },
          }),
        ],
      }),
    );
    expect(text).not.toContain('Total:');
    expect(text).toContain(`. (npm)
=======
Packages: 1 (no advisories were asked)

Library  Installed  Type  Evidence  Origin
lodash   4.17.20    npm   claimed   package-lock.json:7
`);
    // A gate would have nothing to decide on, so none is offered.
    expect(text).toMatch(/\nVerdict: no gate asked \(exit code 0\)\n$/u);
  });

  it('titles a target without a system by its ecosystems, in the order of the table', async () => {
    const packages = [
      testPackage('requests', '2.0', { ecosystem: 'pypi' }),
      testPackage('lodash', '4.17.20', { ecosystem: 'npm' }),
    ];
    const artifact = { kind: 'directory', reference: '/src/app', layers: [{}] } as const;
    const result = testResult({ artifact, inventory: { inventoryVersion: 1, packages } });
    expect(await render(testReport({ results: [result] }))).toMatch(
      /^\/src\/app \(npm, pypi\)\n=/u,
    );
  });
});

describe('hostile text', () => {
  const EVIL = '\u001B[2Jevil\u202E\u0007\n| fake row';
  const pkg = testPackage(EVIL, `1.0${EVIL}`, {
    locations: [{ path: `/app/${EVIL}/package-lock.json`, layer: 0, line: 1 }],
    ecosystem: 'npm',
  });
  const finding = testFinding(pkg, `CVE-1${EVIL}`, 'high', { fixedVersions: [EVIL] });
  const report = testReport({
    results: [
      testResult({
        artifact: testImage({ reference: EVIL, layers: [{ createdBy: EVIL }] }),
        inventory: {
          inventoryVersion: 1,
          distro: { id: EVIL, versionId: EVIL },
          packages: [pkg],
        },
        findings: [finding],
        suppressed: [{ findingId: 'x', by: 'ignore', reason: EVIL }],
        diagnostics: [
          { stage: 'catalog', message: EVIL, gap: 'unreadable' },
          { stage: 'catalog', message: EVIL, location: { path: EVIL, layer: 0 } },
        ],
      }),
    ],
    advisories: new Map([[finding.advisoryId, testAdvisory(finding.advisoryId, EVIL)]]),
    verdict: {
      status: 'fail',
      exitCode: 1,
      causes: [{ rule: EVIL, findingIds: [finding.id], message: EVIL }],
      cure: { change: EVIL, clears: [EVIL], upgrades: [], command: EVIL },
    },
  });

  it.each([
    ['piped', {}],
    ['in a terminal', { width: 100, showSuppressed: true, listPackages: true }],
  ])('is harmless %s', async (_name, view) => {
    const text = await render(report, view);
    expect(text).not.toMatch(/[\p{Cf}\u0000-\u0009\u000B-\u001F\u007F-\u009F]/u);
    expect(text).not.toMatch(/^\| fake row/mu);
    expect(text).toContain('evil');
  });

  it('keeps a name of a megabyte short', async () => {
    const long = testPackage('x'.repeat(1_000_000), '1');
    const result = testResult({
      inventory: { inventoryVersion: 1, packages: [long] },
      findings: [testFinding(long, 'CVE-1', 'high')],
    });
    expect((await render(testReport({ results: [result] }))).length).toBeLessThan(3000);
  });
});

describe('table in a terminal', () => {
  it('wraps gaps and notes below their labels', async () => {
    const message = 'word '.repeat(20).trim();
    const diagnostics: readonly Diagnostic[] = [
      { stage: 'layers', message, gap: 'limit' },
      { stage: 'layers', message },
    ];
    const text = await render(testReport({ results: [testResult({ diagnostics })] }), {
      width: 80,
    });
    const words = (number: number): string => 'word '.repeat(number).trim();
    expect(text).toContain(`Gaps, which could hide findings: 1
  limit              ${words(12)}
                     ${words(8)}

Notes: 1
  ${words(15)}
  ${words(5)}
`);
  });

  it('says equal gaps once, with their number', async () => {
    const cut: Diagnostic = { stage: 'layers', message: 'cut off', gap: 'unreadable' };
    const other: Diagnostic = { ...cut, location: { path: '/a', layer: 0 } };
    const text = await render(
      testReport({ results: [testResult({ diagnostics: [cut, other, cut, cut] })] }),
    );
    expect(text).toContain(`Gaps, which could hide findings: 4
  unreadable         cut off (3 times)
  unreadable         a: cut off
`);
  });

  it('says which columns it left out', async () => {
    expect(await render(fullReport(), { width: 80 })).toContain(
      'No room for: Origin, Title. A larger --width shows more',
    );
  });

  it('writes the title bold and without a rule below', async () => {
    const text = await render(fullReport(), { color: true });
    expect(text).toContain(
      '\u001B[1m\u001B[4mapp:1.2 (alpine 3.19.4)\u001B[24m\u001B[22m\nTotal: 3',
    );
    expect(text).toContain('\u001B[31mHIGH\u001B[39m');
  });
});

describe('verdict block', () => {
  it('names five deciding findings and counts the rest', async () => {
    const pkg = testPackage('openssl', '1.1.1a-r0');
    const findings = Array.from({ length: 8 }, (_, index) =>
      testFinding(pkg, `CVE-2024-000${index}`, 'high'),
    );
    const text = await render(
      testReport({
        results: [testResult({ inventory: { inventoryVersion: 1, packages: [pkg] }, findings })],
        verdict: {
          status: 'fail',
          exitCode: 1,
          causes: [
            {
              rule: '--fail-on high',
              findingIds: findings.map(({ id }) => id),
              message: '8 findings',
            },
          ],
        },
      }),
    );
    expect(text).toContain('CVE-2024-0004');
    expect(text.match(/^ {11}HIGH/gmu)).toHaveLength(5);
    expect(text).toMatch(/ {11}and 3 more\n$/u);
  });

  it.each([
    ['pass', 'Verdict: PASS (exit code 0)'],
    ['incomplete', 'Verdict: INCOMPLETE (exit code 6)'],
  ] as const)('says %s', async (status, line) => {
    const exitCode = status === 'pass' ? 0 : 6;
    const text = await render(testReport({ verdict: { status, exitCode, causes: [] } }));
    expect(text.trimEnd().split('\n').at(-2)).toBe(line);
  });
});

describe('what only a package of the distribution ships', () => {
  const report = (count: number, causes: Report['verdict']['causes'] = []): Report => {
    const pkg = testPackage('urllib3', '1.26.12');
    const findings = Array.from({ length: count }, (_, index) =>
      testFinding(pkg, `CVE-2024-${index}`, 'high', {
        id: `owned-${index}`,
        ownedBy: 'pkg:deb/debian/python3-pip@23.0.1%2Bdfsg-1?arch=all',
      }),
    );
    const inventory = { inventoryVersion: 1, packages: [pkg] };
    const full = testReport({ results: [testResult({ findings, inventory })] });
    return { ...full, verdict: { ...full.verdict, status: 'pass', causes } };
  };

  it.each([
    [1, 'Owned    1 finding is in what'],
    [2, 'Owned    2 findings are in what'],
  ])('%i: named with its owner, and counted in the verdict', async (count, line) => {
    const text = await render(report(count));
    expect(text).toContain(', owned by python3-pip');
    expect(text).toContain(line);
  });

  it('is not counted again where a condition counts it', async () => {
    const cause = { rule: '--fail-on owned', findingIds: ['owned-0'], message: 'it meets it' };
    expect(await render(report(1, [cause]))).not.toContain('Owned    ');
  });
});
