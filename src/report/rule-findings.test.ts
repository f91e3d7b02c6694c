import { describe, expect, it } from 'vitest';

import { rendered } from '../../test/support/rendered.ts';
import { testReport, testResult } from '../../test/support/reports.ts';
import { onlyRun, sarifText } from '../../test/support/sarif-of.ts';
import { sarifValidator } from '../../test/support/sarif-tools.ts';
import type { Report } from '../model/report.ts';
import type { RuleFinding } from '../model/rule-finding.ts';

const RANGE = { startLine: 3, startColumn: 1, endLine: 3, endColumn: 10 };

/** A finding that has every field. */
const FULL: RuleFinding = {
  id: 'rule-id',
  kind: 'rule',
  severity: 'high',
  category: 'misconfiguration',
  rule: 'dockerfile/root-user',
  title: 'The image runs as root.',
  message: 'USER names root.',
  location: { path: '/build/Dockerfile', layer: 0, line: 3 },
  range: RANGE,
  excerpt: 'USER root',
  cwe: [250, 269],
  aliases: ['DL3002', 'CIS-DI-0001'],
  remedy: 'Name another user.',
  helpUri: 'https://example.org/root-user',
  fingerprint: '0123456789abcdef0123456789abcdef',
  tool: 'other-linter',
  confidence: 'medium',
  steps: [
    { location: { path: '/build/a.sh', layer: 0 }, range: RANGE, message: 'The value is read.' },
    { location: { path: '/build/b.sh', layer: 0, line: 7 }, message: 'The value is used.' },
  ],
  fix: {
    description: 'Writes another user.',
    edits: [
      { path: '/build/Dockerfile', startOffset: 20, endOffset: 24, replacement: 'app' },
      { path: '/build/other', startOffset: 5, endOffset: 5, replacement: 'x\n' },
      { path: '/build/Dockerfile', startOffset: 30, endOffset: 31, replacement: '' },
    ],
  },
  instruction: 'USER root',
  comments: [{ syntax: 'hadolint', line: 2, rules: ['DL3002'], reason: 'a test' }],
  whitedOutIn: 4,
};

function reportWith(change: Partial<RuleFinding> = {}, isAside = false): Report {
  const finding = { ...FULL, ...change };
  const suppressed = isAside
    ? [{ findingId: finding.id, by: 'comment', reason: 'a test' } as const]
    : [];
  return testReport({ results: [testResult({ findings: [finding], suppressed })] });
}

const validate = sarifValidator();

async function expectValid(report: Report): Promise<void> {
  validate?.(JSON.parse(await sarifText(report)));
  expect(validate?.errors ?? null).toBeNull();
}

describe('a rule finding in json', () => {
  it('has every field', async () => {
    const document = JSON.parse(await rendered(reportWith(), 'json')) as {
      results: { findings: unknown[] }[];
    };
    expect(document.results[0]?.findings[0]).toEqual(FULL);
  });
});

describe('a rule finding in SARIF', () => {
  it('has the rule with its help, weaknesses, severity and precision', async () => {
    const { tool } = await onlyRun(reportWith());
    expect(tool.driver.rules).toMatchObject([
      {
        id: 'dockerfile/root-user',
        shortDescription: { text: 'The image runs as root.' },
        helpUri: 'https://example.org/root-user',
        help: {
          text: 'Name another user.\nAliases: DL3002, CIS-DI-0001\nWeaknesses: CWE-250, CWE-269\nReported by: other-linter',
        },
        properties: {
          'security-severity': '8.0',
          precision: 'medium',
          tags: ['security', 'misconfiguration', 'external/cwe/cwe-250', 'external/cwe/cwe-269'],
        },
      },
    ]);
  });

  it('has the region with columns and text, the flow, the fix and the fingerprint', async () => {
    const report = reportWith();
    await expectValid(report);
    const { results } = await onlyRun(report);
    expect(results[0]).toMatchObject({
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'build/Dockerfile' },
            region: { ...RANGE, snippet: { text: 'USER root' } },
          },
        },
      ],
      partialFingerprints: { 'assayRuleFingerprint/v1': FULL.fingerprint },
      codeFlows: [
        {
          threadFlows: [
            {
              locations: [
                {
                  location: {
                    physicalLocation: {
                      artifactLocation: { uri: 'build/a.sh' },
                      region: RANGE,
                    },
                    message: { text: 'The value is read.' },
                  },
                },
                {
                  location: {
                    physicalLocation: {
                      artifactLocation: { uri: 'build/b.sh' },
                      region: { startLine: 7 },
                    },
                    message: { text: 'The value is used.' },
                  },
                },
              ],
            },
          ],
        },
      ],
      fixes: [
        {
          description: { text: 'Writes another user.' },
          artifactChanges: [
            {
              artifactLocation: { uri: 'build/Dockerfile' },
              replacements: [
                {
                  deletedRegion: { byteOffset: 20, byteLength: 4 },
                  insertedContent: { text: 'app' },
                },
                {
                  deletedRegion: { byteOffset: 30, byteLength: 1 },
                  insertedContent: { text: '' },
                },
              ],
            },
            {
              artifactLocation: { uri: 'build/other' },
              replacements: [
                {
                  deletedRegion: { byteOffset: 5, byteLength: 0 },
                  insertedContent: { text: 'x\n' },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('has everything else in its properties', async () => {
    const { results } = await onlyRun(reportWith());
    const { category, rule, title, excerpt, cwe, aliases, remedy, helpUri } = FULL;
    const { tool, confidence, instruction, comments, whitedOutIn } = FULL;
    expect(results[0]?.properties).toEqual({
      ...{ findingId: 'rule-id', severity: 'high', layer: 0 },
      ...{ category, rule, title, excerpt, cwe, aliases, remedy, helpUri },
      ...{ tool, confidence, instruction, comments, whitedOutIn },
    });
  });

  it('is suppressed in source where a comment sets it aside', async () => {
    const { results } = await onlyRun(reportWith({}, true));
    expect(results[0]?.suppressions).toMatchObject([{ kind: 'inSource', status: 'accepted' }]);
  });

  it.each<[string, Partial<RuleFinding>]>([
    ['a link in the message', { message: '[a](https://evil.example)' }],
    ['a link in the title', { title: '[a](https://evil.example)' }],
    ['a link in the remedy', { remedy: '[a](https://evil.example)' }],
    ['control characters in the excerpt', { excerpt: 'a\u001B[31m\u0000b\r\nc' }],
    ['an address of help that is none', { helpUri: 'data:text/html,x' }],
    ['an address of help with a line end', { helpUri: 'https://a.example/\n::error::' }],
    ['a path with reserved characters', { location: { path: '/a:b%0A\nc#d?e', layer: 0 } }],
    ['an empty title and remedy', { title: '', remedy: '' }],
    ['empty lists', { steps: [], fix: { description: '', edits: [] } }],
  ])('stays valid and harmless with %s', async (_name, change) => {
    const report = reportWith(change);
    await expectValid(report);
    const { tool, results } = await onlyRun(report);
    const [rule] = tool.driver.rules;
    expect(`${rule?.help.text} ${results[0]?.message.text}`).not.toContain('](');
    expect(rule?.helpUri ?? 'https://').toMatch(/^https:\/\/[!-~]*$/);
    expect(results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/^[\w/.%~-]+$/);
    expect(await sarifText(report)).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/);
  });
});
