import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { reports } from '../../../../test/support/arbitraries.ts';
import {
  codeQualityValidator,
  gitlabFileValidator,
} from '../../../../test/support/gitlab-schema.ts';
import {
  HOSTILE_TEXTS,
  hostileReport,
  seedReport,
} from '../../../../test/support/hostile-report.ts';
import { aRuleFinding } from '../../../../test/support/model.ts';
import { rendered, UNSAFE } from '../../../../test/support/rendered.ts';
import { testReport, testResult } from '../../../../test/support/reports.ts';
import type { Report } from '../../../core/model/report/report.ts';
import type { RuleCategory } from '../../../core/model/rule/rule-finding.ts';

type FileScan = 'gitlab-sast' | 'gitlab-secret-detection';
const SCANS: readonly FileScan[] = ['gitlab-sast', 'gitlab-secret-detection'];

interface FileReport {
  readonly scan: {
    readonly type: string;
    readonly messages: readonly { readonly value: string }[];
  };
  readonly vulnerabilities: readonly {
    readonly id: string;
    readonly identifiers: readonly { readonly type: string; readonly value: string }[];
    readonly location: object;
    readonly details: Readonly<Record<string, { readonly value?: string }>>;
    readonly links?: readonly object[];
  }[];
}

async function readScan(report: Report, format: FileScan): Promise<FileReport> {
  const written = JSON.parse(await rendered(report, format)) as FileReport;
  const validate = gitlabFileValidator(format);
  validate(written);
  expect(validate.errors).toBeNull();
  return written;
}

interface Issue {
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: object;
}

async function readIssues(report: Report): Promise<readonly Issue[]> {
  const written = JSON.parse(await rendered(report, 'gitlab-codequality')) as readonly Issue[];
  codeQualityValidator(written);
  expect(codeQualityValidator.errors).toBeNull();
  return written;
}

function openFindings({ results }: Report): readonly { readonly kind: string; category: string }[] {
  return results.flatMap(({ findings, suppressed }) => {
    const aside = new Set(suppressed.map(({ findingId }) => findingId));
    return findings
      .filter(({ id }) => !aside.has(id))
      .map((one) => ({ kind: one.kind, category: one.kind === 'rule' ? one.category : '' }));
  });
}

/** A directory with a finding of each category. */
const CATEGORIES: readonly RuleCategory[] = ['secret', 'misconfiguration', 'code', 'license'];
const DIRECTORY = testReport({
  results: [
    testResult({
      artifact: { kind: 'directory', reference: './web', layers: [{}] },
      findings: CATEGORIES.map((category, index) =>
        aRuleFinding(`id-${index}`, {
          category,
          rule: `${category}/rule`,
          location: { path: '/src/a b.ts', layer: 0, line: 3 + index },
          range: { startLine: 3 + index, startColumn: 5, endLine: 4 + index, endColumn: 2 },
          ...{ excerpt: 'TOKEN=***', cwe: [798], aliases: ['generic-key'] },
        }),
      ),
    }),
  ],
});

describe('reports of GitLab about files', () => {
  it('accept 200 reports: secrets in one, other findings of rules in the other, the rest counted', async () => {
    await fc.assert(
      fc.asyncProperty(reports, async (report) => {
        const open = openFindings(report);
        for (const format of SCANS) {
          const { vulnerabilities, scan } = await readScan(report, format);
          const own = open.filter(
            ({ kind, category }) =>
              kind === 'rule' && (category === 'secret') === (format === SCANS[1]),
          );
          expect(vulnerabilities).toHaveLength(own.length);
          const others = open.length - own.length;
          const texts = scan.messages.map(({ value }) => value);
          expect(texts.filter((text) => text.startsWith('findings that'))).toEqual(
            others === 0 ? [] : [`findings that this type of report has no place for: ${others}`],
          );
        }
        expect(await readIssues(report)).toHaveLength(open.length);
      }),
      { numRuns: 200 },
    );
  });

  it.each(HOSTILE_TEXTS)('take %s in every field', async (_name, text) => {
    const report = hostileReport(text);
    for (const format of SCANS) {
      await readScan(report, format);
      expect(await rendered(report, format)).not.toMatch(UNSAFE);
    }
    await readIssues(report);
    expect(await rendered(report, 'gitlab-codequality')).not.toMatch(UNSAFE);
  });

  it('name files as the job sees them, with their lines', async () => {
    const { scan, vulnerabilities } = await readScan(DIRECTORY, 'gitlab-sast');
    expect(scan.type).toBe('sast');
    expect(vulnerabilities.map(({ location }) => location)).toEqual([
      { file: 'web/src/a b.ts', start_line: 4, end_line: 5 },
      { file: 'web/src/a b.ts', start_line: 5, end_line: 6 },
      { file: 'web/src/a b.ts', start_line: 6, end_line: 7 },
    ]);
    expect(vulnerabilities[0]?.identifiers).toEqual([
      { type: 'assay', name: 'misconfiguration/rule', value: 'misconfiguration/rule' },
      { type: 'cwe', name: 'CWE-798', value: '798' },
      { type: 'assay_alias', name: 'generic-key', value: 'generic-key' },
    ]);
  });

  it('have a commit for secrets, because GitLab asks for one, and the masked text', async () => {
    const { scan, vulnerabilities } = await readScan(DIRECTORY, 'gitlab-secret-detection');
    expect(scan.type).toBe('secret_detection');
    expect(vulnerabilities).toMatchObject([
      {
        id: 'id-0',
        raw_source_code_extract: 'TOKEN=***',
        location: { file: 'web/src/a b.ts', start_line: 3, commit: { sha: '0000000' } },
        details: { excerpt: { type: 'code', value: 'TOKEN=***' } },
      },
    ]);
  });

  it('have the verdict in a message', async () => {
    const verdict = { status: 'fail', exitCode: 1, causes: [] } as const;
    for (const format of SCANS) {
      const { scan } = await readScan({ ...DIRECTORY, verdict }, format);
      expect(scan.messages[0]?.value).toBe('verdict: fail, exit code 1');
    }
  });

  it('link only addresses of the web', async () => {
    const [result = testResult()] = DIRECTORY.results;
    const links = async (helpUri: string): Promise<unknown> => {
      const findings = [aRuleFinding('a', { helpUri })];
      const report = { ...DIRECTORY, results: [{ ...result, findings }] };
      return (await readScan(report, 'gitlab-sast')).vulnerabilities[0]?.links;
    };
    expect(await links('https://rules.example/a')).toEqual([{ url: 'https://rules.example/a' }]);
    expect(await links('data:text/html,x')).toBeUndefined();
  });
});

describe('code quality', () => {
  it('has an issue for each finding, with positions where they are known', async () => {
    const [first] = await readIssues(DIRECTORY);
    expect(first).toMatchObject({
      check_name: 'secret/rule',
      severity: 'critical',
      fingerprint: 'id-0',
      location: {
        path: 'web/src/a b.ts',
        lines: { begin: 3, end: 4 },
        positions: { begin: { line: 3, column: 5 }, end: { line: 4, column: 2 } },
      },
    });
    const names = (await readIssues(seedReport())).map((issue) => issue.check_name);
    expect(names).toEqual(
      expect.arrayContaining(['CVE-2019-1543', 'contradiction/content', 'secret/token']),
    );
  });

  it('has no two issues of one fingerprint, of which GitLab shows one', async () => {
    const report = { ...DIRECTORY, results: [...DIRECTORY.results, ...DIRECTORY.results] };
    const fingerprints = (await readIssues(report)).map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints).size).toBe(2 * CATEGORIES.length);
  });

  it('is an empty list for a report without findings', async () => {
    expect(await readIssues(testReport())).toEqual([]);
  });
});
