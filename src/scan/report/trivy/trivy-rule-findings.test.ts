import { describe, expect, it } from 'vitest';

import { testImage, testReport, testResult } from '../../../../test/support/reports.ts';
import { written } from '../../../../test/support/trivy-document.ts';
import type { ArtifactResult } from '../../../core/model/report/report.ts';
import type { RuleFinding } from '../../../core/model/rule/rule-finding.ts';

const FINDING: RuleFinding = {
  id: 'rule-id',
  kind: 'rule',
  severity: 'high',
  category: 'misconfiguration',
  rule: 'dockerfile/root-user',
  title: 'The image runs as root.',
  message: 'USER names root.',
  location: { path: '/build/Dockerfile', layer: 0, line: 3 },
  range: { startLine: 3, startColumn: 1, endLine: 4, endColumn: 10 },
  excerpt: 'USER root',
  cwe: [250],
  aliases: ['DL3002', 'AVD-DS-0002'],
  remedy: 'Name another user.',
  helpUri: 'https://example.org/root-user',
  fingerprint: '0123456789abcdef0123456789abcdef',
  whitedOutIn: 1,
};

async function ruleResults(
  findings: readonly RuleFinding[],
  suppressed: ArtifactResult['suppressed'] = [],
): Promise<Awaited<ReturnType<typeof written>>['Results']> {
  const report = testReport({
    results: [testResult({ artifact: testImage(), findings, suppressed })],
  });
  const { Results: results } = await written(report);
  return results.filter(({ Class: name }) => !name.endsWith('-pkgs'));
}

describe('findings of rules in the JSON of trivy', () => {
  it('are misconfigurations of the file, with every field', async () => {
    const [result, ...others] = await ruleResults([FINDING]);
    expect(others).toEqual([]);
    expect(result).toMatchObject({
      Target: 'build/Dockerfile',
      Class: 'config',
      Type: 'dockerfile',
      Misconfigurations: [
        {
          Type: 'dockerfile',
          ID: 'dockerfile/root-user',
          AVDID: 'AVD-DS-0002',
          Title: 'The image runs as root.',
          Message: 'USER names root.',
          Resolution: 'Name another user.',
          Severity: 'HIGH',
          PrimaryURL: 'https://example.org/root-user',
          References: ['https://example.org/root-user'],
          Status: 'FAIL',
          CauseMetadata: {
            Provider: 'dockerfile',
            StartLine: 3,
            EndLine: 4,
            Code: {
              Lines: [{ Number: 3, Content: 'USER root', Highlighted: 'USER root', IsCause: true }],
            },
          },
          Assay: FINDING,
        },
      ],
    });
    expect(result).not.toHaveProperty('ExperimentalModifiedFindings');
  });

  it('are secrets with the masked text', async () => {
    const masked = 'token = ****';
    const finding: RuleFinding = {
      ...FINDING,
      category: 'secret',
      rule: 'secret/token',
      excerpt: masked,
    };
    const results = await ruleResults([finding]);
    expect(results).toMatchObject([
      {
        Target: '/build/Dockerfile',
        Class: 'secret',
        Secrets: [
          {
            RuleID: 'secret/token',
            Category: 'secret',
            Severity: 'HIGH',
            Title: FINDING.title,
            StartLine: 3,
            EndLine: 4,
            Match: masked,
          },
        ],
      },
    ]);
  });

  it('are modified findings where an exception sets them aside', async () => {
    const aside = { findingId: 'rule-id', by: 'comment', reason: 'a test' } as const;
    const [result] = await ruleResults([FINDING], [aside]);
    expect(result).not.toHaveProperty('Misconfigurations');
    expect(result?.ExperimentalModifiedFindings).toMatchObject([
      {
        Type: 'misconfiguration',
        Status: 'ignored',
        Statement: 'a test',
        Finding: { ID: 'dockerfile/root-user' },
      },
    ]);
  });

  it('are one result for each file and each group of rules', async () => {
    const location = { path: '/other', layer: 0 };
    const results = await ruleResults([
      FINDING,
      { ...FINDING, id: 'b', location },
      { ...FINDING, id: 'c', rule: 'image/root-user' },
      { ...FINDING, id: 'd' },
    ]);
    expect(
      results.map(({ Target: target, Type: type, Misconfigurations: list }) => [
        target,
        type,
        list?.length,
      ]),
    ).toEqual([
      ['build/Dockerfile', 'dockerfile', 2],
      ['build/Dockerfile', 'image', 1],
      ['other', 'dockerfile', 1],
    ]);
  });

  it('of the image configuration have the name of the image', async () => {
    const location = { path: 'image-config', layer: 0 };
    const [result] = await ruleResults([{ ...FINDING, location }]);
    expect(result?.Target).toBe('app:1.2');
  });

  it('name a layer by its history command, and by a digest that readers can cut', async () => {
    const layers = [
      { createdBy: 'COPY . /app', diffId: `sha256:${'ab'.repeat(32)}` },
      { diffId: 'sha256:ab' },
    ] as const;
    const second = { ...FINDING, id: 'b', location: { path: '/x', layer: 1 } };
    const report = testReport({
      results: [testResult({ artifact: { ...testImage(), layers }, findings: [FINDING, second] })],
    });
    const { Results: results } = await written(report);
    expect(results.map(({ Misconfigurations: list }) => list?.[0]?.['Layer'])).toEqual([
      { DiffID: layers[0].diffId, CreatedBy: 'COPY . /app' },
      {},
    ]);
  });

  it('have texts of one printable line beside the fields as they were read', async () => {
    const message = '\u001b[31mtwo\nlines';
    const [result] = await ruleResults([{ ...FINDING, message }]);
    expect(result?.Misconfigurations).toMatchObject([
      { Message: '\ufffd[31mtwo lines', Assay: { message } },
    ]);
  });

  it.each(['code', 'origin', 'license'] as const)(
    'have no result of the category %s, and stand under Assay',
    async (category) => {
      expect(await ruleResults([{ ...FINDING, category }])).toEqual([]);
      const report = testReport({
        results: [testResult({ findings: [{ ...FINDING, category }] })],
      });
      const { Assay: own } = await written(report);
      expect(own.artifacts[0]?.['findings']).toMatchObject([{ id: 'rule-id', category }]);
    },
  );
});
