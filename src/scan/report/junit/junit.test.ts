import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { reports } from '../../../../test/support/arbitraries.ts';
import {
  completeReport,
  HOSTILE_TEXTS,
  hostileReport,
  seedReport,
} from '../../../../test/support/hostile-report.ts';
import {
  junitCases,
  junitSchemaErrors,
  missingJunitparser,
  missingJunitSchema,
  type ReadCase,
} from '../../../../test/support/junit-tools.ts';
import { rendered, UNSAFE } from '../../../../test/support/rendered.ts';
import {
  fullReport,
  testFinding,
  testPackage,
  testReport,
  testResult,
} from '../../../../test/support/reports.ts';
import { needs } from '../../../../test/support/tools.ts';
import type { Report } from '../../../core/model/report/report.ts';

const noSchema = missingJunitSchema();
const noParser = missingJunitparser();

const junit = (report: Report): Promise<string> => rendered(report, 'junit');

describe.skipIf(noSchema !== undefined)(`the schema of Apache Ant${needs(noSchema)}`, () => {
  it('accepts 300 reports', async () => {
    const texts = await Promise.all(fc.sample(reports, 300).map(junit));
    expect(junitSchemaErrors(texts)).toEqual([]);
  });

  it('accepts hostile texts in every field', async () => {
    const texts = await Promise.all(HOSTILE_TEXTS.map(([, text]) => junit(hostileReport(text))));
    expect(junitSchemaErrors(texts)).toEqual([]);
  });

  it('refuses what is not of it', () => {
    expect(junitSchemaErrors(['<testsuites><testsuite/></testsuites>'])).not.toEqual([]);
  });
});

async function casesOf(report: Report): Promise<readonly ReadCase[]> {
  return junitCases([await junit(report)])[0] ?? [];
}

const outcomes = (cases: readonly ReadCase[]): unknown =>
  cases.map(({ classname, name, result }) => [classname, name, result]);

describe.skipIf(noParser !== undefined)(`junitparser${needs(noParser)}`, () => {
  it('reads 300 reports, each count that of its cases', async () => {
    const texts = await Promise.all(fc.sample(reports, 300).map(junit));
    expect(junitCases(texts)).toHaveLength(300);
  });

  it('reads a case for each package: failures are what decides', async () => {
    const cases = await casesOf(fullReport());
    expect(outcomes(cases)).toEqual([
      ['alpine', 'openssl 1.1.1a-r0', 'Failure'],
      ['npm', 'lodash 4.17.20', 'Failure'],
      ['alpine', 'busybox 1.29.3-r10', 'Skipped'],
    ]);
    expect(cases[0]).toMatchObject({
      suite: 'app:1.2',
      message: 'CVE-2019-1543 (high)',
      text: expect.stringContaining('Fixed: 1.1.1b-r1') as string,
    });
    // It is shown, and it does not decide.
    expect(cases[0]?.text).not.toContain('CVE-2019-9999');
    expect(cases[2]?.message).toBe(
      'CVE-2018-20679 set aside by ignore file: not reachable (.trivyignore:3, web)',
    );
  });

  it('reads failures for what is shown without a gate', async () => {
    const report = {
      ...fullReport(),
      verdict: { status: 'notAsked', exitCode: 0, causes: [] },
    } as const;
    const [openssl] = await casesOf(report);
    expect(openssl?.message).toBe('CVE-2019-1543 (high), CVE-2019-9999 (medium)');
  });

  it('reads no failure where the gate passes', async () => {
    const report = {
      ...fullReport(),
      verdict: { status: 'pass', exitCode: 0, causes: [] },
    } as const;
    expect((await casesOf(report)).map(({ result }) => result)).toEqual([null, null, 'Skipped']);
  });

  it('reads a case for each finding about a file', async () => {
    const report = {
      ...seedReport(),
      verdict: { status: 'notAsked', exitCode: 0, causes: [] },
    } as const;
    const files = (await casesOf(report)).filter(({ classname }) => classname === 'files');
    expect(outcomes(files)).toEqual([
      ['files', 'usr/bin/openssl', 'Failure'],
      ['files', 'app/.env', 'Failure'],
    ]);
  });

  it.each<[string, Report['verdict'], string]>([
    ['gaps', gate(6, 'gaps', []), 'gaps'],
    ['an end of life', gate(7, '--exit-on-eol', []), '--exit-on-eol'],
    ['a rule in a dry run', { ...gate(1, 'min-packages', []), isDryRun: true }, 'min-packages'],
  ])('reads a failure for %s, which no package has', async (_name, verdict, rule) => {
    const failed = (await casesOf({ ...fullReport(), verdict })).filter(
      ({ result }) => result === 'Failure',
    );
    expect(outcomes(failed)).toEqual([['gate', rule, 'Failure']]);
  });

  it('reads a failure for packages that a rule names', async () => {
    const report = fullReport();
    const id = report.results[0]?.inventory.packages[2]?.id ?? '';
    const cases = await casesOf({ ...report, verdict: gate(1, '--min-evidence', [id]) });
    expect(cases.map(({ result }) => result)).toEqual([null, null, 'Failure']);
  });

  it('has no two cases of one name, which readers take for one', async () => {
    const packages = [1, 2, 3].map((number) =>
      testPackage('a', '1.0', {
        id: `pkg:npm/a@1.0#${number}`,
        ecosystem: 'npm',
        locations: [{ path: number === 3 ? '/x' : '/y', layer: 0 }],
      }),
    );
    const findings = packages
      .slice(1)
      .map((pkg) => testFinding(pkg, 'CVE-1', 'high', { id: pkg.id }));
    const inventory = { inventoryVersion: 1, packages };
    const cases = await casesOf(testReport({ results: [testResult({ inventory, findings })] }));
    expect(outcomes(cases)).toEqual([
      ['npm', 'a 1.0', null],
      ['npm', 'a 1.0 (/y)', 'Failure'],
      ['npm', 'a 1.0 (/x)', 'Failure'],
    ]);
  });

  it('reads as many cases with hostile texts', async () => {
    const texts = await Promise.all(HOSTILE_TEXTS.map(([, text]) => junit(hostileReport(text))));
    const count = (await casesOf(completeReport())).length;
    for (const cases of junitCases(texts)) expect(cases).toHaveLength(count);
  });
});

describe('hostile text', () => {
  it.each(HOSTILE_TEXTS)('%s is no element and no sequence', async (_name, text) => {
    const xml = await junit(hostileReport(text));
    expect(xml).not.toMatch(UNSAFE);
    expect(xml.match(/<(?!\/)[^?>\s]+/g)?.sort()).toEqual(
      (await junit(completeReport())).match(/<(?!\/)[^?>\s]+/g)?.sort(),
    );
  });
});

function gate(exitCode: number, rule: string, packageIds: readonly string[]): Report['verdict'] {
  const cause = { rule, findingIds: [], message: `${rule} is not met`, exitCode, packageIds };
  return { status: 'fail', exitCode, causes: [cause] };
}
