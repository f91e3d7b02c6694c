import { describe, expect, it } from 'vitest';

import { markdownRows, markdownTables } from '../../../test/support/markdown-tables.ts';
import { rendered } from '../../../test/support/rendered.ts';
import { testFinding, testPackage, testReport, testResult } from '../../../test/support/reports.ts';
import { onlyRun, sarifText } from '../../../test/support/sarif-of.ts';
import { sarifValidator } from '../../../test/support/sarif-tools.ts';
import { workflowCommands } from '../../../test/support/workflow-commands.ts';
import type { Report } from '../../core/model/report/report.ts';
import type { RuleFinding } from '../../core/model/rule/rule-finding.ts';
import { REPORTERS } from './list.ts';

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

/** The finding in a checkout, where annotations name files. */
function checkoutWith(change: Partial<RuleFinding> = {}): Report {
  const artifact = { kind: 'directory', reference: 'web', layers: [{}] } as const;
  const findings = [{ ...FULL, ...change }];
  return testReport({ results: [testResult({ artifact, findings })] });
}

describe('a rule finding in workflow commands', () => {
  it('names lines and columns, the last of which GitHub includes, and has a line for each fact', async () => {
    const [, command] = workflowCommands(await rendered(checkoutWith(), 'github'));
    expect(command?.properties).toEqual({
      ...{ file: 'web/build/Dockerfile', line: '3', endLine: '3', col: '1', endColumn: '9' },
      title: 'build/Dockerfile (high)',
    });
    expect(command?.data.split('\n')).toEqual([
      'dockerfile/root-user: USER names root.',
      'Title: The image runs as root.',
      'Remedy: Name another user.',
      'Place: web/build/Dockerfile:3',
      'Range: 3:1 to 3:10',
      'Text: USER root',
      'Instruction: USER root',
      'Deleted in: layer 5',
      'Step: web/build/a.sh:3:1 to 3:10: The value is read.',
      'Step: web/build/b.sh:7: The value is used.',
      'Fix: Writes another user.',
      'Fix: web/build/Dockerfile, bytes 20 to 24: "app"',
      'Fix: web/build/other, bytes 5 to 5: "x\\n"',
      'Fix: web/build/Dockerfile, bytes 30 to 31: ""',
      'Category: misconfiguration',
      'Weaknesses: CWE-250, CWE-269',
      'Aliases: DL3002, CIS-DI-0001',
      'Help: https://example.org/root-user',
      'Reported by: other-linter',
      'Confidence: medium',
      'Comment: hadolint in line 2, for DL3002, because a test',
      `Fingerprint: ${FULL.fingerprint}`,
      'Id: rule-id',
    ]);
  });

  it.each([
    ['several lines', { ...RANGE, endLine: 5 }, { line: '3', endLine: '5' }],
    ['no text', { ...RANGE, endColumn: 1 }, { line: '3', endLine: '3', col: '1', endColumn: '1' }],
    ['an end before its start', { ...RANGE, endLine: 1 }, { line: '3', endLine: '3' }],
  ])('has a range of %s', async (_name, range, expected) => {
    const [, command] = workflowCommands(await rendered(checkoutWith({ range }), 'github'));
    expect(command?.properties).toMatchObject(expected);
  });

  it('names no file of an image, which the checkout does not have', async () => {
    const [, command] = workflowCommands(await rendered(reportWith(), 'github'));
    expect(Object.keys(command?.properties ?? {})).toEqual(['title']);
    expect(command?.data).toContain('\nPlace: build/Dockerfile:3 (layer 1)\n');
  });
});

describe('a rule finding in tables', () => {
  it('is a failure of JUnit with a line for each fact', async () => {
    const text = await rendered(reportWith(), 'junit');
    expect(text).toContain('<failure type="high" message="dockerfile/root-user (high)">');
    expect(text).toContain('\nRemedy: Name another user.\n');
    expect(text).toContain(`\nFingerprint: ${FULL.fingerprint}\n`);
  });

  it('is a row of Markdown in a table of its own', async () => {
    const rows = markdownRows(await rendered(reportWith(), 'markdown'));
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual(['Place', 'Rule', 'Severity', 'Finding', 'Remedy', 'Details']);
    expect(rows[1]?.slice(0, 5)).toEqual([
      ...['build/Dockerfile', 'dockerfile/root-user', 'HIGH', 'USER names root.'],
      'Name another user.',
    ]);
    expect(rows[1]?.[5]).toContain('Weaknesses: CWE-250, CWE-269; Aliases: DL3002, CIS-DI-0001;');
  });

  it('has half of the room of Markdown beside many vulnerabilities, and counts the rest', async () => {
    const pkg = testPackage('openssl', '1.1.1a-r0');
    const inventory = { inventoryVersion: 1, packages: [pkg] };
    const vulnerabilities = Array.from({ length: 3000 }, (_, index) =>
      testFinding(pkg, `CVE-2024-${index}`, 'critical', { id: `v-${index}` }),
    );
    const rules = Array.from({ length: 500 }, (_, index) => ({ ...FULL, id: `r-${index}` }));
    const findings = [...vulnerabilities, ...rules];
    const text = await rendered(
      testReport({ results: [testResult({ inventory, findings })] }),
      'markdown',
    );
    expect(text.length).toBeLessThanOrEqual(65_536);
    const [packages = [], ofRules = []] = markdownTables(text).map(({ rows }) => rows.slice(1));
    expect(packages.length).toBeGreaterThan(100);
    expect(ofRules.length).toBeGreaterThan(15);
    const cut = /Cut here:\*\* (?<count>\d+) findings/u.exec(text)?.groups?.['count'];
    expect(Number(cut) + packages.length + ofRules.length).toBe(3500);
  });

  it('is a row of CSV with a column for each field', async () => {
    const [head = '', row = ''] = (await rendered(reportWith(), 'csv')).split('\r\n');
    const cells = Object.fromEntries(
      head.split(',').map((name, at) => [name, plainCells(row)[at]]),
    );
    expect(cells).toMatchObject({
      ...{ kind: 'rule', severity: 'high', id: 'dockerfile/root-user', path: '/build/Dockerfile' },
      ...{ aliases: 'DL3002 CIS-DI-0001', title: 'The image runs as root.', line: '3', layer: '1' },
      ...{ findingId: 'rule-id', cwe: 'CWE-250 CWE-269', category: 'misconfiguration' },
      ...{ message: 'USER names root.', range: '3:1 to 3:10', excerpt: 'USER root' },
      ...{ remedy: 'Name another user.', help: 'https://example.org/root-user' },
      ...{ tool: 'other-linter', confidence: 'medium', instruction: 'USER root' },
      ...{ deletedIn: 'layer 5', fingerprint: FULL.fingerprint },
      steps:
        'build/a.sh:3:1 to 3:10 (layer 1): The value is read. | build/b.sh:7 (layer 1): The value is used.',
    });
  });
});

/** Cells of a row in which quoted cells have no line ends. */
function plainCells(row: string): readonly string[] {
  return [...row.matchAll(/(?:^|,)(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^,]*))/gu)].map(
    ({ groups }) => groups?.['quoted'] ?? groups?.['plain'] ?? '',
  );
}

describe('the verdict of a report with vulnerabilities and rule findings', () => {
  const pkg = testPackage('openssl', '1.1.1a-r0');
  const vulnerability = testFinding(pkg, 'CVE-2024-1', 'critical', { id: 'v' });
  const both = testReport({
    results: [
      testResult({
        inventory: { inventoryVersion: 1, packages: [pkg] },
        findings: [vulnerability, FULL],
      }),
    ],
    verdict: {
      status: 'fail',
      exitCode: 4711,
      causes: [{ rule: '--fail-on high', findingIds: ['v', 'rule-id'], message: 'two findings' }],
    },
  });
  /** Formats that have no place for a verdict, as the page about them says. */
  const without = [...['csv', 'cyclonedx', 'spdx-json', 'gitlab-codequality']];

  it.each(REPORTERS)('is the same in $id, or $id has none', async ({ id }) => {
    const text = await rendered(both, id);
    expect([text.includes('4711'), /\bfail\b/iu.test(text)]).toEqual(
      without.includes(id) ? [false, false] : [true, true],
    );
  });

  it.each(['junit', 'github', 'verdict'])('has both kinds of findings in %s', async (format) => {
    const text = await rendered(both, format);
    expect(text).toContain('CVE-2024-1');
    expect(text).toContain('dockerfile/root-user');
  });
});
