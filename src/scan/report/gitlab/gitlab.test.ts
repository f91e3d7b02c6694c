import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { reports } from '../../../../test/support/arbitraries.ts';
import { gitlabValidator } from '../../../../test/support/gitlab-schema.ts';
import {
  HOSTILE_TEXTS,
  hostileReport,
  seedReport,
} from '../../../../test/support/hostile-report.ts';
import { rendered, UNSAFE } from '../../../../test/support/rendered.ts';
import { fullReport, testImage, testReport, testResult } from '../../../../test/support/reports.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { Report } from '../../../core/model/report/report.ts';

interface SecurityReport {
  readonly scan: {
    readonly type: string;
    readonly start_time: string;
    readonly end_time: string;
    readonly messages: readonly { readonly level: string; readonly value: string }[];
  };
  readonly vulnerabilities: readonly {
    readonly id: string;
    readonly name: string;
    readonly severity: string;
    readonly solution?: string;
    readonly identifiers: readonly { readonly type: string; readonly value: string }[];
    readonly location: Readonly<Record<string, unknown>>;
  }[];
  readonly dependency_files?: readonly {
    readonly path: string;
    readonly package_manager: string;
    readonly dependencies: readonly unknown[];
  }[];
}

async function read(report: Report): Promise<SecurityReport> {
  const written = JSON.parse(await rendered(report, 'gitlab')) as SecurityReport;
  const validate = gitlabValidator(
    report.results.some(({ artifact }) => artifact.kind === 'image'),
  );
  validate(written);
  expect(validate.errors).toBeNull();
  return written;
}

describe('a security report of GitLab', () => {
  it('has what the documentation requires, for 300 reports', async () => {
    await fc.assert(
      fc.asyncProperty(reports, async (report) => {
        const { vulnerabilities } = await read(report);
        const open = report.results.flatMap(({ findings, suppressed }) => {
          const aside = new Set(suppressed.map(({ findingId }) => findingId));
          return findings.filter(({ id }) => !aside.has(id));
        });
        expect(vulnerabilities).toHaveLength(open.length);
      }),
      { numRuns: 300 },
    );
  });

  it.each(HOSTILE_TEXTS)('takes %s in every field', async (_name, text) => {
    await read(hostileReport(text));
    await read(directoryOf(hostileReport(text)));
    expect(await rendered(hostileReport(text), 'gitlab')).not.toMatch(UNSAFE);
  });

  it('is of container scanning for an image', async () => {
    const { scan, vulnerabilities } = await read(fullReport());
    expect(scan).toMatchObject({
      type: 'container_scanning',
      start_time: '2025-06-01T00:00:00',
      end_time: '2025-06-01T00:00:01',
    });
    expect(vulnerabilities[1]).toMatchObject({
      name: expect.stringContaining('ChaCha20-Poly1305') as string,
      severity: 'High',
      solution: 'Upgrade openssl to 1.1.1b-r1.',
      identifiers: [{ type: 'cve', value: 'CVE-2019-1543' }],
      location: {
        dependency: { package: { name: 'openssl' }, version: '1.1.1a-r0' },
        operating_system: 'alpine:3.19.4',
        image: 'app:1.2',
      },
    });
  });

  it('is of dependency scanning for a directory', async () => {
    const {
      scan,
      vulnerabilities,
      dependency_files: files,
    } = await read(directoryOf(fullReport()));
    expect(scan.type).toBe('dependency_scanning');
    expect(vulnerabilities[2]?.location).toEqual({
      file: 'app/package-lock.json',
      dependency: { package: { name: 'lodash' }, version: '4.17.20' },
    });
    expect(
      files?.map((file) => [file.path, file.package_manager, file.dependencies.length]),
    ).toEqual([
      ['lib/apk/db/installed', 'alpine', 2],
      ['app/package-lock.json', 'npm', 1],
    ]);
  });

  it.each([
    ['./app', 'app/app/package-lock.json'],
    ['services/a b', 'services/a b/app/package-lock.json'],
    ['.', 'app/package-lock.json'],
    ['/srv/app', 'app/package-lock.json'],
    ['../other', 'app/package-lock.json'],
  ])('names files of %s as the job sees them', async (reference, file) => {
    const report = directoryOf(fullReport());
    const results = report.results.map((result) => ({
      ...result,
      artifact: { ...result.artifact, reference },
    }));
    const { vulnerabilities, dependency_files: files } = await read({ ...report, results });
    expect(vulnerabilities[2]?.location).toMatchObject({ file });
    expect(files?.map(({ path }) => path)).toContain(file);
  });

  it('counts what was set aside, and lists gaps, in messages', async () => {
    const { scan, vulnerabilities } = await read(fullReport());
    expect(vulnerabilities).toHaveLength(3);
    expect(scan.messages.map(({ level, value }) => [level, value])).toEqual([
      ['info', 'verdict: fail, exit code 1'],
      ['info', 'app:1.2: Set aside: 1 (ignore file: 1)'],
      ['warn', 'gap unreadable: a package without a version (/lib/apk/db/installed)'],
    ]);
  });

  it.each<[string, Partial<Artifact>, string]>([
    ['a tag', { reference: 'app:1.2' }, 'app:1.2'],
    ['a port and a tag', { reference: 'registry:5000/a/b:1' }, 'registry:5000/a/b:1'],
    ['a digest', { reference: `app@sha256:${'0'.repeat(64)}` }, `app@sha256:${'0'.repeat(64)}`],
    ['an archive with a tag in it', { reference: './app.tar' }, 'app:1.2'],
    [
      'an archive without',
      { reference: 'out/app.tar', image: untagged() },
      `out/app.tar@sha256:${'ab'.repeat(32)}`,
    ],
    ['blanks', { reference: 'my app', image: untagged() }, `my_app@sha256:${'ab'.repeat(32)}`],
  ])('names the image with a tag or a digest: %s', async (_name, artifact, expected) => {
    const [result = testResult()] = fullReport().results;
    const { vulnerabilities } = await read({
      ...fullReport(),
      results: [{ ...result, artifact: testImage(artifact) }],
    });
    expect(vulnerabilities[0]?.location['image']).toBe(expected);
  });

  it('has ids that differ between two platforms of an image', async () => {
    const [result = testResult()] = fullReport().results;
    const { vulnerabilities } = await read({ ...fullReport(), results: [result, result] });
    expect(new Set(vulnerabilities.map(({ id }) => id)).size).toBe(6);
  });

  it('has at most 20 identifiers, the name of the finding first', async () => {
    const aliases = Array.from({ length: 30 }, (_, index) => `CVE-2024-${index}`);
    const advisories = new Map(
      [...seedReport().advisories].map(([id, advisory]) => [id, { ...advisory, aliases }]),
    );
    const { vulnerabilities } = await read({ ...seedReport(), advisories });
    const identifiers = vulnerabilities[2]?.identifiers ?? [];
    expect(identifiers).toHaveLength(20);
    expect(identifiers[0]).toMatchObject({ type: 'ghsa', value: 'GHSA-35jh-r3h4-6jhm' });
  });

  it.each(['', 'yesterday', '9999-12-31T23:59:59Z'])(
    'has instants where the report has %j',
    async (startedAt) => {
      await read(testReport({ startedAt, durationMs: Number.MAX_SAFE_INTEGER }));
    },
  );
});

function untagged(): NonNullable<Artifact['image']> {
  const { image } = testImage();
  return image === undefined ? expect.fail('no image') : { ...image, tags: [] };
}

function directoryOf(report: Report): Report {
  return {
    ...report,
    results: report.results.map((result) => ({
      ...result,
      artifact: { kind: 'directory', reference: '.', layers: [{}] },
    })),
  };
}
