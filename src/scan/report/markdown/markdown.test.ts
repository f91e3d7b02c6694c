import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { reports } from '../../../../test/support/arbitraries.ts';
import {
  HOSTILE_TEXTS,
  hostileReport,
  seedReport,
} from '../../../../test/support/hostile-report.ts';
import {
  markdownMarkup,
  markdownParser,
  markdownRows,
  markdownTables,
} from '../../../../test/support/markdown-tables.ts';
import { rendered, UNSAFE } from '../../../../test/support/rendered.ts';
import {
  fullReport,
  testFinding,
  testPackage,
  testReport,
  testResult,
} from '../../../../test/support/reports.ts';
import type { Finding } from '../../../core/model/finding/finding.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { findingTitle } from '../findings/finding-text.ts';
import { findingName, listedFindings } from '../findings/listed-findings.ts';
import { markdownCode, markdownText } from './markdown-text.ts';
import { terminalText } from '../text/terminal-text.ts';

const markdown = (report: Report): Promise<string> => rendered(report, 'markdown');

const HARMLESS = new Set(['text', 'code_inline', 'strong_open', 'strong_close']);

describe('markdown-it', () => {
  it('reads the findings of 300 reports as cells', async () => {
    await fc.assert(
      fc.asyncProperty(reports, async (report) => {
        const text = await markdown(report);
        expect(shownRows(text).toSorted()).toEqual(expectedRows(report).toSorted());
        for (const type of markdownMarkup(text)) expect(HARMLESS).toContain(type);
      }),
      { numRuns: 300 },
    );
  });

  it.each(HOSTILE_TEXTS)(
    'reads %s in every field as it is, and as no markup',
    async (_name, text) => {
      const report = hostileReport(text);
      const written = await markdown(report);
      expect(shownRows(written).toSorted()).toEqual(expectedRows(report).toSorted());
      for (const { rows } of markdownTables(written)) {
        expect(new Set(rows.map((row) => row.length)).size).toBe(1);
      }
      for (const type of markdownMarkup(written)) expect(HARMLESS).toContain(type);
      expect(written).not.toMatch(UNSAFE);
    },
  );

  it('reads the table of a report, worst first, what decides in bold', async () => {
    const text = await markdown(fullReport());
    expect(markdownRows(text)).toEqual([
      ['Library', 'Vulnerability', 'Severity', 'Evidence', 'Installed', 'Fixed', 'Origin', 'Title'],
      [
        'lodash',
        'GHSA-35jh-r3h4-6jhm',
        'CRITICAL',
        'claimed',
        '4.17.20',
        '4.17.21',
        'app/package-lock.json:345 and 1 more (layer 3)',
        'Command injection in lodash',
      ],
      [
        'openssl',
        'CVE-2019-1543',
        'HIGH',
        'claimed',
        '1.1.1a-r0',
        '1.1.1b-r1',
        'layer 2: RUN apk add openssl',
        expect.stringContaining('ChaCha20') as string,
      ],
      [
        'openssl',
        'CVE-2019-9999',
        'MEDIUM',
        'claimed',
        '1.1.1a-r0',
        '(will_not_fix)',
        'layer 2: RUN apk add openssl',
        '',
      ],
    ]);
    expect(text).toContain('**HIGH**');
    expect(text).not.toContain('**MEDIUM**');
    expect(text).toContain('**Total: 3 (UNKNOWN: 0, LOW: 0, MEDIUM: 1, HIGH: 1, CRITICAL: 1)**');
    expect(text).toContain('Set aside: 1 (ignore file: 1)');
    expect(text).toContain('Verdict: FAIL (exit code 1)');
  });
});

/** Name, severity and title of each finding, in both tables. */
function shownRows(text: string): readonly (readonly (string | undefined)[])[] {
  return markdownTables(text).flatMap(({ rows: [heads = [], ...rows] }) => {
    const title = heads.indexOf(heads.includes('Title') ? 'Title' : 'Finding');
    return rows.map((row) => [row[1], row[2], row[title]]);
  });
}

function expectedRows(report: Report): readonly (readonly string[])[] {
  return report.results.flatMap((result) =>
    [...listedFindings(result, report)()]
      .filter(({ suppressed }) => suppressed === undefined)
      .map((listed) => [
        terminalText(findingName(listed.finding), 120),
        listed.finding.severity.toUpperCase(),
        terminalText(findingTitle(listed), listed.finding.kind === 'rule' ? 300 : 160),
      ]),
  );
}

describe('foreign text', () => {
  it.each([
    'a @user b',
    '@scope/name',
    'fixes #12',
    'org/repo#3',
    'https://evil.example/x',
    'www.evil.example',
    'see (www.evil.example)',
    '(GH-7) and commit:deadbeefdeadbeef,',
    'group/project!12',
    'is %3 or &4 or $5',
    'a ~bug',
    'deadbeefdeadbeef',
    '`code`',
    '``a`` | b',
    'a\\|b',
    '\\',
    '|',
    '<b>x</b>',
    '&lt;',
    '[a](b)',
    '![a](b)',
    '~~a~~',
    '__a__ **b**',
    'a  b',
    '1. a',
    '# a',
    '- a',
    ':tada:',
    '$x$',
  ])('%j is shown as it is, and links nothing', (text) => {
    for (const cell of [markdownText(text), markdownCode(text)]) {
      const table = `| A | B |\n| --- | --- |\n| ${cell} | end |\n`;
      expect(markdownRows(table)[1]).toEqual([text, 'end']);
      for (const type of markdownMarkup(table)) expect(HARMLESS).toContain(type);
    }
  });

  it('names nobody outside of code, where code hosts would send a message', () => {
    const text = markdownParser.render(
      markdownText('thanks @octocat, see #1, (GH-7), !12 and ~bug at https://x.example'),
    );
    expect(text.replaceAll(/<code>[^<]*<\/code>/g, '')).not.toMatch(/[@#!~]|GH-|:\/\//);
  });
});

describe('the length', () => {
  const many = (count: number, name: string): Report => {
    const pkg = testPackage('openssl', '1.1.1a-r0');
    const findings: readonly Finding[] = Array.from({ length: count }, (_, index) =>
      testFinding(pkg, `${name}-${index}`, index === count - 1 ? 'critical' : 'low', {
        id: `f-${index}`,
      }),
    );
    const inventory = { inventoryVersion: 1, packages: [pkg] };
    return testReport({ results: [testResult({ inventory, findings })] });
  };

  it('is that of a comment at most, cut at a row, worst first', async () => {
    const text = await markdown(many(5000, 'CVE-2024'));
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text.length).toBeGreaterThan(60_000);
    const rows = markdownRows(text);
    expect(rows[1]?.[1]).toBe('CVE-2024-4999');
    const cut = /Cut here:\*\* (?<count>\d+) findings/.exec(text)?.groups?.['count'];
    expect(Number(cut) + rows.length - 1).toBe(5000);
  });

  it('is counted in bytes where these are limited', async () => {
    const text = await rendered(many(5000, '\u4e2d\u6587'), 'markdown', { maxBytes: 100_000 });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(100_000);
    expect(Buffer.byteLength(text)).toBeGreaterThan(90_000);
  });

  it('leaves room for the worst of each artifact', async () => {
    const results = [...many(3000, 'A').results, ...many(3000, 'B').results];
    const text = await markdown(testReport({ results }));
    expect(text.length).toBeLessThanOrEqual(65_536);
    const ids = markdownRows(text).map((row) => row[1]);
    expect(ids).toContain('A-2999');
    expect(ids).toContain('B-2999');
  });

  it('holds with 2,000 artifacts, and with long texts', async () => {
    const results = Array.from({ length: 2000 }, () => testResult());
    const artifacts = await markdown(testReport({ results }));
    expect(artifacts.length).toBeLessThanOrEqual(65_536);
    expect(artifacts).toMatch(/the totals of \d+ artifacts/);
    const [, long = ''] = HOSTILE_TEXTS.at(-1) ?? [];
    expect((await markdown(hostileReport(long))).length).toBeLessThanOrEqual(65_536);
  });

  it('says nothing of a cut where there is none', async () => {
    expect(await markdown(seedReport())).not.toContain('Cut here');
  });
});
