import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { reports } from '../../../../test/support/arbitraries.ts';
import {
  HOSTILE_TEXTS,
  hostileReport,
  seedReport,
} from '../../../../test/support/hostile-report.ts';
import { fullReport, testImage } from '../../../../test/support/reports.ts';
import { onlyRun, reportOf, sarifText } from '../../../../test/support/sarif-of.ts';
import {
  missingMultitool,
  multitoolErrors,
  sarifValidator,
  type SarifLog,
  type SarifResult,
} from '../../../../test/support/sarif-tools.ts';
import { needs } from '../../../../test/support/tools.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { Report } from '../../../core/model/report/report.ts';
import type { Severity } from '../../../core/model/advisory/advisory.ts';
import { MAX_RUNS } from './sarif-limits.ts';

const validate = sarifValidator();
const noSchema = validate === undefined ? '../shared' : undefined;
const whyNoTool = missingMultitool();

function errorsOf(text: string): unknown {
  validate?.(JSON.parse(text));
  return validate?.errors ?? null;
}

describe.skipIf(noSchema)(`the published schema of SARIF 2.1.0${needs(noSchema)}`, () => {
  it('accepts every report', async () => {
    await fc.assert(
      fc.asyncProperty(reports, async (report) => {
        expect(errorsOf(await sarifText(report))).toBeNull();
      }),
      { numRuns: 120 },
    );
  });

  it.each(HOSTILE_TEXTS)('accepts %s in every field', async (_name, text) => {
    expect(errorsOf(await sarifText(hostileReport(text)))).toBeNull();
  });
});

describe.skipIf(whyNoTool)(`the validator of code scanning${needs(whyNoTool)}`, () => {
  // It is started once, because it takes seconds to start.
  it('finds no error in 120 reports, in hostile texts and in ordinary ones, and one where there is one', async () => {
    const all = [
      ...fc.sample(reports, 120),
      fullReport(),
      seedReport(),
      ...HOSTILE_TEXTS.map(([, text]) => hostileReport(text)),
    ];
    const logs = joined(await Promise.all(all.map(sarifText)));
    const wrong = { tool: { driver: { name: 'x' } }, results: [{}] };
    const errors = multitoolErrors([...logs, JSON.stringify({ version: '2.1.0', runs: [wrong] })]);
    const isOfWrong = (line: string): boolean => line.includes(`/${logs.length}.sarif`);
    expect(errors.filter((line) => !isOfWrong(line))).toEqual([]);
    expect(errors).not.toEqual([]);
  });
});

/** The runs of many logs in few, because the validator takes a second for each file. */
function joined(texts: readonly string[]): readonly string[] {
  const all = texts.map((text) => JSON.parse(text) as SarifLog);
  const runs = all.flatMap((log) => log.runs);
  const logs = Array.from({ length: Math.ceil(runs.length / MAX_RUNS) }, (_, index) =>
    runs.slice(index * MAX_RUNS, (index + 1) * MAX_RUNS),
  );
  return logs.map((some) => JSON.stringify({ ...all[0], runs: some }));
}

describe('results', () => {
  it('stand at lockfile and line, at the path in the image, or at the package database', async () => {
    const { results } = await onlyRun(seedReport());
    const places = results.map(({ locations }) =>
      locations.map(({ physicalLocation: { artifactLocation, region } }) =>
        [artifactLocation.uri, region.startLine].join(':'),
      ),
    );
    expect(places).toEqual([
      ['lib/apk/db/installed:12'],
      ['lib/apk/db/installed:12'],
      ['app/package-lock.json:345', 'app/node_modules/lodash/package.json:1'],
      ['lib/apk/db/installed:12'],
      ['usr/bin/openssl:1'],
      ['usr/bin/openssl:1'],
      ['app/.env:3'],
    ]);
  });

  it('have the exceptions of the report, with who and why', async () => {
    const { results } = await onlyRun(fullReport());
    expect(
      results.map(({ suppressions = [] }) => suppressions.map((one) => one.justification)),
    ).toEqual([[], [], [], ['ignore file (.trivyignore:3), web, until 2025-12-31: not reachable']]);
  });

  it('have no suppressions where nothing was set aside', async () => {
    const [result] = fullReport().results;
    const report = { ...fullReport(), results: result ? [{ ...result, suppressed: [] }] : [] };
    for (const one of (await onlyRun(report)).results)
      expect(one).not.toHaveProperty('suppressions');
  });

  it('are new or unchanged with a baseline, and neither without', async () => {
    const states = (results: readonly SarifResult[]): unknown =>
      results.map((one) => one.baselineState);
    expect(states((await onlyRun(seedReport())).results)).toEqual([
      'new',
      ...Array<string>(6).fill('unchanged'),
    ]);
    expect(states((await onlyRun(fullReport())).results)).toEqual(Array(4).fill(undefined));
  });

  it('have gaps and notes as notifications', async () => {
    const { invocations } = await onlyRun(fullReport());
    expect(
      invocations[0].toolExecutionNotifications.map(({ level, descriptor }) => [
        level,
        descriptor?.id,
      ]),
    ).toEqual([
      ['warning', 'assay/gap/unreadable'],
      ['note', 'assay/note/catalog'],
      ['note', 'assay/note/catalog'],
    ]);
  });
});

describe('rules', () => {
  it('have one entry for each vulnerability, whatever number of findings it has', async () => {
    const report = reportOf([
      ['CVE-1', 'low'],
      ['CVE-2', 'high'],
      ['CVE-1', 'critical'],
    ]);
    const { results, tool } = await onlyRun(report);
    expect(tool.driver.rules.map(({ id }) => id)).toEqual(['CVE-1', 'CVE-2']);
    expect(results.map(({ ruleIndex }) => ruleIndex)).toEqual([0, 1, 0]);
  });

  it.each<[Severity, number | undefined, string]>([
    ['critical', undefined, '9.5'],
    ['high', undefined, '8.0'],
    ['medium', undefined, '5.5'],
    ['low', undefined, '2.0'],
    ['unknown', undefined, '0.0'],
    ['high', 7.2, '7.2'],
    ['high', 9.8, '8.0'],
    ['low', 0, '2.0'],
    ['critical', 10, '10.0'],
  ])(
    'have a number in the band of the severity: %s with score %s',
    async (severity, score, expected) => {
      const base = reportOf([['CVE-1', severity]]);
      const report = {
        ...base,
        advisories: new Map(
          [...seedReport().advisories].slice(0, 1).map(([, advisory]) => [
            'CVE-1',
            {
              ...advisory,
              ratings: [{ by: 'nvd', severity, ...(score !== undefined && { score }) }],
            },
          ]),
        ),
      };
      const { tool } = await onlyRun(report);
      expect(tool.driver.rules[0]?.properties['security-severity']).toBe(expected);
    },
  );

  it('has at most 20 tags', async () => {
    const report = seedReport();
    const cwes = Array.from({ length: 50 }, (_, index) => `CWE-${index + 1}`);
    const advisories = new Map(
      [...report.advisories].map(([id, advisory]) => [id, { ...advisory, cwes }]),
    );
    const { tool } = await onlyRun({ ...report, advisories });
    for (const { properties } of tool.driver.rules) {
      expect(properties.tags.length).toBeLessThanOrEqual(20);
    }
  });
});

describe('fingerprints', () => {
  const prints = async (report: Report): Promise<readonly string[]> =>
    (await onlyRun(report)).results.map(
      ({ partialFingerprints }) => partialFingerprints['primaryLocationLineHash'] ?? '',
    );

  it.each<[string, (report: Report) => Report]>([
    ['another tag', (report) => withArtifact(report, { reference: 'app:1.3' })],
    ['another digest', (report) => withArtifact(report, { image: imageOf('cd') })],
    ['another version of the package', (report) => withVersions(report, '9.9.9')],
    ['another line of the lockfile', (report) => withLines(report, 7)],
    ['another layer', (report) => withLines(report, 12, 2)],
    ['another day', (report) => ({ ...report, startedAt: '2026-01-01T00:00:00.000Z' })],
  ])('stay the same with %s', async (_name, change) => {
    expect(await prints(change(fullReport()))).toEqual(await prints(fullReport()));
    expect((await onlyRun(change(fullReport()))).automationDetails).toEqual(
      (await onlyRun(fullReport())).automationDetails,
    );
  });

  it('tell findings of one run apart', async () => {
    const all = await prints(
      reportOf([
        ['CVE-1', 'low'],
        ['CVE-1', 'low'],
        ['CVE-2', 'low'],
      ]),
    );
    expect(new Set(all).size).toBe(3);
  });
});

describe('places in a checkout', () => {
  it.each<[string, Partial<Artifact>, string]>([
    ['the current directory', { kind: 'directory', reference: '.' }, 'x/yarn.lock'],
    [
      'a directory below it',
      { kind: 'directory', reference: './services/api/' },
      'services/api/x/yarn.lock',
    ],
    ['a directory above it', { kind: 'directory', reference: '../other' }, 'x/yarn.lock'],
    ['an absolute path', { kind: 'directory', reference: '/home/me/src' }, 'x/yarn.lock'],
    ['one file', { kind: 'file', reference: 'api/x/yarn.lock' }, 'api/x/x/yarn.lock'],
    ['a checkout', { kind: 'repository', reference: 'sub' }, 'sub/x/yarn.lock'],
    [
      'a repository by address',
      { kind: 'repository', reference: 'https://git.example/a.git' },
      'x/yarn.lock',
    ],
    ['a commit', { kind: 'repository', reference: 'sub', source: { kind: 'git' } }, 'x/yarn.lock'],
    ['a root filesystem', { kind: 'rootfs', reference: 'root' }, 'x/yarn.lock'],
  ])('%s', async (_name, artifact, expected) => {
    const report = reportOf([['CVE-1', 'low']], '/x/yarn.lock');
    const [result] = report.results;
    const { results } = await onlyRun({
      ...report,
      results: result
        ? [{ ...result, artifact: { kind: 'directory', reference: '', layers: [{}], ...artifact } }]
        : [],
    });
    expect(results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(expected);
  });
});

describe('hostile text', () => {
  it.each(HOSTILE_TEXTS)(
    '%s is no link, no command of a terminal and no line of its own',
    async (_, text) => {
      const written = await sarifText(hostileReport(text));
      expect(written).not.toMatch(
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/,
      );
      const { runs } = JSON.parse(written) as SarifLog;
      for (const { results, tool } of runs) {
        for (const { message, locations } of results) {
          expect(message.text).not.toContain('](');
          for (const { physicalLocation } of locations) {
            expect(physicalLocation.artifactLocation.uri).toMatch(/^[\w!'()*.~%/-]+$/);
          }
        }
        for (const { help, helpUri } of tool.driver.rules) {
          expect(help.text).not.toContain('](');
          if (helpUri !== undefined) expect(helpUri).toMatch(/^https?:\/\/[\x21-\x7e]+$/);
        }
      }
    },
  );

  it('keeps names exactly, for programs', async () => {
    const { results } = await onlyRun(hostileReport('\u001b[2J'));
    expect(results[0]?.properties['package']).toBe('\u001b[2Jopenssl');
  });
});

function withArtifact(report: Report, changes: Partial<Artifact>): Report {
  return {
    ...report,
    results: report.results.map((result) => ({
      ...result,
      artifact: { ...result.artifact, ...changes },
    })),
  };
}

function imageOf(byte: string): NonNullable<Artifact['image']> {
  const { image } = testImage();
  if (image === undefined) return expect.fail('no image');
  const digest = `sha256:${byte.repeat(32)}` as const;
  return { ...image, manifestDigest: digest, configDigest: digest };
}

function withVersions(report: Report, version: string): Report {
  return changedPackages(report, (pkg) => ({ ...pkg, version }));
}

function withLines(report: Report, line: number, layer = 1): Report {
  return changedPackages(report, (pkg) => {
    const [first, ...others] = pkg.locations;
    return { ...pkg, locations: [{ ...first, line, layer }, ...others] };
  });
}

type Packages = Report['results'][number]['inventory']['packages'];

function changedPackages(
  report: Report,
  change: (pkg: Packages[number]) => Packages[number],
): Report {
  return {
    ...report,
    results: report.results.map((result) => ({
      ...result,
      inventory: { ...result.inventory, packages: result.inventory.packages.map(change) },
    })),
  };
}
