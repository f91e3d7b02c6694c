import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { reports } from '../../../test/support/arbitraries.ts';
import {
  completeReport,
  HOSTILE_TEXTS,
  hostileReport,
} from '../../../test/support/hostile-report.ts';
import { rendered, UNSAFE } from '../../../test/support/rendered.ts';
import {
  fullReport,
  testFinding,
  testPackage,
  testReport,
  testResult,
} from '../../../test/support/reports.ts';
import { workflowCommands } from '../../../test/support/workflow-commands.ts';
import type { Report } from '../../core/model/report/report.ts';

const PROPERTIES = ['title', 'file,line,title', 'file,line,endLine,col,endColumn,title'];

const github = (report: Report): Promise<string> => rendered(report, 'github');

describe('workflow commands', () => {
  it('are what every line of 300 reports is, at most ten of a kind', async () => {
    await fc.assert(
      fc.asyncProperty(reports, async (report) => {
        const commands = workflowCommands(await github(report));
        for (const kind of ['error', 'warning', 'notice']) {
          expect(commands.filter((one) => one.kind === kind).length).toBeLessThanOrEqual(10);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each(HOSTILE_TEXTS)('are as many with %s in every field', async (_name, text) => {
    const written = await github(hostileReport(text));
    expect(workflowCommands(written)).toHaveLength(
      workflowCommands(await github(completeReport())).length,
    );
    expect(written).not.toMatch(UNSAFE);
    for (const { properties } of workflowCommands(written)) {
      expect(PROPERTIES).toContain(Object.keys(properties).join(','));
    }
  });

  it('begin with the verdict, then what decides, worst first', async () => {
    expect(workflowCommands(await github(fullReport()))).toEqual([
      {
        kind: 'error',
        properties: { title: 'Assay' },
        data: 'FAIL (exit code 1)\n2 findings are at least high and have a fix\n2 findings decide, at most 10 of a kind are annotated\nCure: lodash 4.17.20 -> 4.17.21, openssl 1.1.1a-r0 -> 1.1.1b-r1',
      },
      {
        kind: 'error',
        properties: { title: 'lodash 4.17.20 (critical)' },
        data: 'GHSA-35jh-r3h4-6jhm: Command injection in lodash\nFixed: 4.17.21',
      },
      {
        kind: 'error',
        properties: { title: 'openssl 1.1.1a-r0 (high)' },
        data: expect.stringContaining('CVE-2019-1543: ChaCha20') as string,
      },
    ]);
  });

  it('name file and line in a checkout', async () => {
    const [result = testResult()] = fullReport().results;
    const artifact = { kind: 'directory', reference: 'web', layers: [{}] } as const;
    const [, lodash] = workflowCommands(
      await github({ ...fullReport(), results: [{ ...result, artifact }] }),
    );
    expect(lodash?.properties).toEqual({
      file: 'web/app/package-lock.json',
      line: '345',
      title: 'lodash 4.17.20 (critical)',
    });
  });

  it.each([
    ['medium', 'warning'],
    ['low', 'notice'],
    ['unknown', 'notice'],
    ['high', 'error'],
    ['critical', 'error'],
  ] as const)('are for %s a %s, ten at most', async (severity, kind) => {
    const pkg = testPackage('a', '1');
    const findings = Array.from({ length: 30 }, (_, i) =>
      testFinding(pkg, `CVE-${i}`, severity, { id: `${i}` }),
    );
    const inventory = { inventoryVersion: 1, packages: [pkg] };
    const commands = workflowCommands(
      await github(testReport({ results: [testResult({ inventory, findings })] })),
    );
    expect(commands.filter((one) => one.kind === kind)).toHaveLength(10);
    expect(commands[0]?.data).toContain('30 findings are shown');
  });

  it.each(['pass', 'incomplete'] as const)(
    'name no finding where the gate says %s',
    async (status) => {
      const commands = workflowCommands(
        await github({ ...fullReport(), verdict: { status, exitCode: 0, causes: [] } }),
      );
      expect(commands.map(({ kind }) => kind)).toEqual([status === 'pass' ? 'notice' : 'error']);
    },
  );
});
