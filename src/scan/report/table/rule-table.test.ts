import { describe, expect, it } from 'vitest';

import { aRuleFinding } from '../../../../test/support/model.ts';
import { rendered, UNSAFE } from '../../../../test/support/rendered.ts';
import { testImage, testReport, testResult } from '../../../../test/support/reports.ts';
import { ruleResult } from '../../../../test/support/rule-results.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { ArtifactResult } from '../../../core/model/report/report.ts';
import type { RuleFinding } from '../../../core/model/rule/rule-finding.ts';
import type { ReportView } from '../reporter.ts';
import { displayWidth } from '../text/terminal-text.ts';

const DIRECTORY: Artifact = { kind: 'directory', reference: 'app', layers: [{}] };
const inventory = { inventoryVersion: 1 as const, packages: [] };

const finding = (id: string, line: number, fields: Partial<RuleFinding> = {}): RuleFinding =>
  aRuleFinding(id, {
    rule: 'dockerfile/apt-unpinned',
    title: 'apt-get install without versions',
    message: `"apt-get" installs "${id}" without a version.`,
    severity: 'medium',
    location: { path: '/Dockerfile', layer: 0, line },
    ...fields,
  });
const TOKEN = finding('token', 7, {
  category: 'secret',
  rule: 'secret/token',
  title: 'token',
  message: 'A token.',
  severity: 'critical',
});

async function table(
  findings: readonly RuleFinding[],
  fields: Partial<ArtifactResult> = {},
  view: Partial<ReportView> = {},
): Promise<string> {
  const result = { artifact: DIRECTORY, inventory, scanners: ['misconfig'] as const, ...fields };
  const report = testReport({ results: [testResult({ ...result, findings })], coverage: [] });
  const text = await rendered(report, 'table', { width: 120, ...view });
  return text.slice(0, text.indexOf('Verdict:')).trimEnd();
}

describe('rule findings in the table', () => {
  it('are grouped by rule, the most severe first, with a row for each place', async () => {
    const latest = finding('x', 1, {
      rule: 'dockerfile/latest-base',
      title: 'base image with the tag latest',
      message: 'The base image "x" has the tag latest.',
      severity: 'high',
    });
    expect(await table([finding('curl', 12), finding('git', 3), latest])).toBe(
      `app (misconfiguration)
======================
Misconfiguration: 3 (UNKNOWN: 0, LOW: 0, MEDIUM: 2, HIGH: 1, CRITICAL: 0)
  HIGH      dockerfile/latest-base: base image with the tag latest
            Dockerfile:1  The base image "x" has the tag latest.
  MEDIUM    dockerfile/apt-unpinned: apt-get install without versions
            Dockerfile:3   "apt-get" installs "git" without a version.
            Dockerfile:12  "apt-get" installs "curl" without a version.`,
    );
  });

  it('have a count for each category, also where nothing was found', async () => {
    const text = await table([TOKEN], { scanners: ['secret', 'misconfig'] });
    expect(text).toContain('app (secrets, misconfiguration)\n');
    expect(text).toContain('\nSecrets: 1 (UNKNOWN: 0, LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 1)\n');
    expect(text).toContain('\nMisconfiguration: 0 (');
    expect(text).not.toContain('Total:');
  });

  it('stand below the total where packages were looked for', async () => {
    const text = await table([TOKEN], { scanners: ['packages', 'vuln', 'secret'] });
    expect(text).toContain('app (no packages)\n');
    expect(text).toMatch(/Total: 0 .*\n\nSecrets: 1 /u);
  });

  it('name the layer and the instruction in images', async () => {
    const user = finding('user', 0, {
      location: { path: 'image-config', layer: 1 },
      instruction: 'USER root',
    });
    const file = finding('file', 0, {
      rule: 'image/setuid',
      location: { path: '/bin/x', layer: 0 },
      whitedOutIn: 2,
    });
    const text = await table([user, file], { artifact: testImage() });
    expect(text).toContain(
      `            image configuration, layer 2  "apt-get" installs "user" without a version.
                                          instruction: USER root
`,
    );
    expect(text).toContain('            /bin/x in layer 1  "apt-get" installs "file"');
    expect(text).toContain('\n                               layer 3 deletes or replaces the file');
  });

  it('name the analyzer that reported them', async () => {
    const text = await table([finding('x', 1, { tool: 'eslint', rule: 'no-eval' })]);
    expect(text).toContain('  MEDIUM    no-eval (eslint): apt-get');
  });

  it('are limited to some rows, those that decide among them', async () => {
    const all = Array.from({ length: 9 }, (_, index) => finding(`p${index}`, index + 1));
    const low = finding('low', 1, { severity: 'low', rule: 'dockerfile/low' });
    const report = testReport({
      results: [testResult({ artifact: DIRECTORY, inventory, findings: [...all, low] })],
      verdict: {
        status: 'fail',
        exitCode: 1,
        causes: [{ rule: 'x', findingIds: ['low'], message: 'x', exitCode: 1 }],
      },
    });
    const text = await rendered(report, 'table', { width: 120, rows: 3 });
    expect(text.match(/^ {12}Dockerfile:\d+ {2}.*$/gmu)).toHaveLength(3);
    expect(text).toContain('dockerfile/low');
    expect(text).toContain('  and 7 more findings of 1 rule (7 medium): --rows all lists them\n');
  });

  it('leave out what is set aside', async () => {
    const suppressed = [{ findingId: 'token', by: 'comment', reason: 'a test' }] as const;
    const text = await table([TOKEN], { suppressed });
    expect(text).not.toContain('secret/token');
    expect(text).toContain('Misconfiguration: 0 (');
  });

  it.each([40, 60, 80, 99, 100, 140, 200])('fit lines of %i columns', async (width) => {
    const many = ruleResult(testImage()).findings.filter((one) => one.kind === 'rule');
    const text = await table(many, { artifact: testImage() }, { width });
    expect(text.replaceAll('\n', '')).not.toMatch(UNSAFE);
    const body = text.split('\n').filter((line) => line.startsWith('  '));
    expect(body.filter((line) => displayWidth(line) > width)).toEqual([]);
    expect(body.length).toBeGreaterThan(many.length);
  });

  it('have colors that take no part in the layout', async () => {
    const all = [finding('curl', 12), TOKEN];
    const plain = await table(all, {}, { width: 60 });
    const colored = await table(all, {}, { width: 60, color: true });
    const bare = colored.replaceAll(/\u001b\[[\d;]*m/gu, '');
    expect(colored).not.toBe(bare);
    const body = (text: string): string => text.slice(text.indexOf('Secrets:'));
    expect(body(bare)).toBe(body(plain));
  });
});
