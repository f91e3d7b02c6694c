import { describe, expect, it } from 'vitest';

import { aRuleFinding } from '../../../../test/support/model.ts';
import { rendered } from '../../../../test/support/rendered.ts';
import { testImage, testReport, testResult } from '../../../../test/support/reports.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { RuleFinding } from '../../../core/model/rule/rule-finding.ts';
import type { ReportView } from '../reporter.ts';

const DIRECTORY: Artifact = { kind: 'directory', reference: 'app', layers: [{}] };
const ROOT_USER = aRuleFinding('a', {
  rule: 'dockerfile/root-user',
  title: 'Desc',
  message: 'Msg',
  location: { path: '/f/Dockerfile', layer: 0, line: 3 },
  excerpt: 'USER root',
  helpUri: 'https://e.org/x',
});
const TOKEN = aRuleFinding('b', {
  category: 'secret',
  rule: 'secret/token',
  title: 'Sec title',
  location: { path: '/.env', layer: 0 },
  range: { startLine: 3, startColumn: 1, endLine: 4, endColumn: 2 },
  excerpt: 'A=****',
});

/** Blanks and rules of the expected texts are as trivy 0.44 prints them. */
const DOUBLE = '═'.repeat(40);
const SINGLE = '─'.repeat(40);

async function sections(
  findings: readonly RuleFinding[],
  artifact = DIRECTORY,
  view: Partial<ReportView> = {},
): Promise<string> {
  const report = testReport({ results: [testResult({ artifact, findings })] });
  return rendered(report, 'table', { ...view, compat: 'trivy' });
}

describe("a section of rule findings in trivy's table", () => {
  it('has a block for each misconfiguration', async () => {
    expect(await sections([ROOT_USER])).toBe(
      `
f/Dockerfile (dockerfile)
=========================
Tests: 1 (SUCCESSES: 0, FAILURES: 1, EXCEPTIONS: 0)
Failures: 1 (UNKNOWN: 0, LOW: 0, MEDIUM: 0, HIGH: 1, CRITICAL: 0)

` +
        [
          'HIGH: Msg',
          DOUBLE,
          'Desc',
          '',
          'See https://e.org/x',
          SINGLE,
          ' f/Dockerfile:3',
          SINGLE,
          '   3 [ USER root',
          SINGLE,
          '\r\n\r\n',
        ].join('\r\n'),
    );
  });

  it('has a block for each secret', async () => {
    const { excerpt, ...bare } = TOKEN;
    expect(excerpt).toBeDefined();
    expect(await sections([TOKEN, { ...bare, id: 'c', rule: 'secret/url' }])).toBe(
      `
.env (secrets)
==============
Total: 2 (UNKNOWN: 0, LOW: 0, MEDIUM: 0, HIGH: 2, CRITICAL: 0)

` +
        [
          'HIGH: secret (secret/token)',
          DOUBLE,
          'Sec title',
          SINGLE,
          ' .env:3-4',
          SINGLE,
          '   3 [ A=****',
          SINGLE,
          '',
          '',
          'HIGH: secret (secret/url)',
          DOUBLE,
          'Sec title',
          SINGLE,
          '\r\n\r\n',
        ].join('\r\n'),
    );
  });

  it('names the history command of the layer, cut after 40 bytes', async () => {
    const text = await sections([{ ...TOKEN, location: { path: '/.env', layer: 0 } }], {
      ...testImage(),
      layers: [{ createdBy: `RUN ${'x'.repeat(50)}` }],
    });
    expect(text).toContain(` /.env:3-4 (added by 'RUN ${'x'.repeat(36)}')\r\n`);
  });

  it('is as wide as the terminal', async () => {
    const text = await sections([ROOT_USER], DIRECTORY, { isTerminal: true, width: 23 });
    expect(text).toContain(`\r\n${'─'.repeat(23)}\r\n`);
  });

  it('is as wide as a width that is given, elsewhere 40 columns', async () => {
    const wide = await sections([ROOT_USER], DIRECTORY, { width: 71 });
    expect(wide).toContain(`\r\n${'═'.repeat(71)}\r\n`);
    const usual = await sections([ROOT_USER], DIRECTORY, {});
    expect(usual).toContain(`\r\n${'═'.repeat(40)}\r\n`);
  });

  it('leaves out other categories and findings that are set aside', async () => {
    const report = testReport({
      results: [
        testResult({
          artifact: DIRECTORY,
          findings: [{ ...ROOT_USER, category: 'code' }, TOKEN],
          suppressed: [{ findingId: 'b', by: 'comment', reason: 'a test' }],
        }),
      ],
    });
    expect(await rendered(report, 'table', { compat: 'trivy' })).toBe('');
  });
});
