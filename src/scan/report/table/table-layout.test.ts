/**
 * The layout of the table at the widths of terminals and logs, on stored reports (golden files) and
 * on generated ones.
 */

import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { missingAbility } from '../../../../test/support/abilities.ts';
import { rendered } from '../../../../test/support/rendered.ts';
import { storedReport, tallReports } from '../../../../test/support/table-reports.ts';
import { needs } from '../../../../test/support/tools.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { displayWidth } from '../text/terminal-text.ts';
import type { ReportView } from '../reporter.ts';

const COUNTS = [10, 100, 400] as const;
const WIDTHS = [60, 80, 120, 140, 200] as const;
const TERMINAL = { color: true, hasLinks: true, isTerminal: true, rows: 20 } as const;
const SEQUENCES = /\u001B\]8;;[^\u001B]*\u001B\\|\u001B\[\d*m/gu;
/** Lines that programs look for or people copy; they are never broken. */
const WHOLE = /^(?:Total: |app:1\.2 \(|\S+@sha256:| {2}Check )/u;
const NAMES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'];

describe.each(COUNTS)('%i findings', (count) => {
  const report = storedReport(count);

  it.each(WIDTHS)('at %i columns, piped', async (width) => {
    const text = await rendered(report, 'table', { width });
    await expect(text).toMatchFileSnapshot(`testdata/table/${count}-at-${width}.txt`);
    checkLayout(text, width, count);
    await checkWords(text, report);
  });

  it.each(WIDTHS)('at %i columns, in a terminal', async (width) => {
    const text = await rendered(report, 'table', { ...TERMINAL, width });
    await expect(text).toMatchFileSnapshot(`testdata/table/${count}-at-${width}.ansi`);
    const shown = text.replaceAll(SEQUENCES, '');
    const deciding = report.verdict.causes.flatMap(({ findingIds }) => findingIds).length;
    const rows = Math.min(count, Math.max(20, deciding));
    checkLayout(shown, width, rows);
    await checkWords(shown, report);
    if (rows < count) expect(shown).toContain(`${count - rows} more findings, not shown here: `);
  });
});

/**
 * No line is wider than asked, the worst package comes first, and nearly all findings take one
 * line.
 */
function checkLayout(text: string, width: number, count: number): void {
  for (const line of text.split('\n')) {
    if (!WHOLE.test(line)) expect([line, displayWidth(line) <= width]).toEqual([line, true]);
  }
  expect(text.match(/^Total: /gmu)).toHaveLength(1);
  const table = tableOf(text);
  const severities = table.flatMap((line) => NAMES.findIndex((name) => line.includes(` ${name}`)));
  expect(severities.filter((one) => one >= 0)).toHaveLength(count);
  expect(severities.find((one) => one >= 0)).toBe(
    Math.min(...severities.filter((one) => one >= 0)),
  );
  if (count < 10) return;
  if (width >= 200) expect(table.length).toBeLessThanOrEqual(count * 1.1);
  else if (width >= 120) expect(table.length).toBeLessThanOrEqual(count * 1.3);
}

/** The lines of the table with its head. */
function tableOf(text: string): readonly string[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^ *(?:Library|Vulnerability) .*Severity/u.test(line));
  return lines.slice(start, lines.indexOf('', start));
}

/** Each word stands in the text at a width that has room for all, or is shortened visibly. */
async function checkWords(text: string, report: Report): Promise<void> {
  const whole = await rendered(report, 'table', { width: 1000, showSuppressed: true });
  const wide = await rendered(report, 'table', { width: 400, color: false });
  const titles = [...report.advisories.values()].map(({ summary }) => summary).join(' ');
  const words = new Set([whole, wide, titles].join(' ').split(/\s+/u));
  const others = tableOf(text)
    .join(' ')
    .split(/\s+/u)
    .map((word) => word.replace(/…$/u, ''))
    .filter((word) => word !== '' && !words.has(word) && !word.includes('…'));
  expect(others).toEqual([]);
}

describe('generated reports', () => {
  it.each([
    [60, {}],
    [80, {}],
    [100, {}],
    [120, {}],
    [140, {}],
    [200, {}],
    [120, { group: 'cve' }],
    [100, { group: 'origin' }],
    [80, { group: 'fix' }],
    [120, { rows: 20 }],
    [90, { listPackages: true, dependencyTree: true, hasSummary: true, showSuppressed: true }],
  ] as readonly (readonly [number, Partial<ReportView>])[])(
    'fit %i columns, %j',
    async (width, view) => {
      await fc.assert(
        fc.asyncProperty(tallReports, async (report) => {
          const text = await rendered(report, 'table', { ...view, width });
          expectHarmless(text);
          const lines = text.split('\n').filter((line) => !WHOLE.test(line));
          const tooWide = lines.filter((line) => displayWidth(line) > width);
          expect(tooWide).toEqual([]);
          if (Object.keys(view).length > 0 || width < 120) return;
          const count = report.results[0]?.findings.length ?? 0;
          expect(tableOf(text).length).toBeLessThanOrEqual(count * (width >= 200 ? 1.1 : 1.3));
        }),
        { numRuns: 15 },
      );
    },
  );

  it.each(['package', 'cve', 'origin', 'fix'] as const)(
    'list each finding once, grouped by %s',
    async (group) => {
      await fc.assert(
        fc.asyncProperty(tallReports, async (report) => {
          const text = await rendered(report, 'table', { group, width: 140 });
          const count = report.results[0]?.findings.length ?? 0;
          const rows = tableOf(text).filter((line) =>
            NAMES.some((name) =>
              new RegExp(`^ .* {2,}${name}(?: |$)|^\\S.* {2,}${name} {2}`, 'u').test(line),
            ),
          );
          if (group !== 'cve') expect(rows.length).toBeGreaterThanOrEqual(count);
        }),
        { numRuns: 10 },
      );
    },
  );
});

function expectHarmless(text: string): void {
  expect(text).not.toMatch(/[\p{Cf}\u0000-\u0009\u000B-\u001F\u007F-\u009F]/u);
}

const missing = missingAbility('python3/wcwidth');
const WIDTHS_OF_LINES = `
import re, sys, wcwidth
sys.stdin.reconfigure(encoding='utf-8')
for line in sys.stdin.read().split('\\n'): print(wcwidth.wcswidth(line))
`;

describe.skipIf(missing !== undefined)(`the columns that wcwidth counts${needs(missing)}`, () => {
  it.each([60, 80, 120, 140, 200])('fit %i', async (width) => {
    const texts: string[] = [];
    for (const report of fc.sample(tallReports, { numRuns: 5, seed: width })) {
      texts.push(await rendered(report, 'table', { width }));
    }
    const lines = texts.join('').split('\n');
    const { stdout } = spawnSync('python3', ['-c', WIDTHS_OF_LINES], {
      encoding: 'utf8',
      input: lines.join('\n'),
    });
    const widths = stdout.trim().split('\n').map(Number);
    const tooWide = lines.filter((line, at) => !WHOLE.test(line) && (widths[at] ?? 0) > width);
    expect(tooWide).toEqual([]);
  });
});

describe('the heading of a group', () => {
  it.each([
    ['fix', 0],
    ['fix', 3],
    ['origin', 0],
    ['origin', 20],
    ['cve', 0],
    ['cve', 50],
  ] as const)('speaks of all its findings: --group %s --rows %i', async (group, rows) => {
    const report = storedReport(100);
    const view = { group, width: 200 };
    const all = (await rendered(report, 'table', view)).split('\n');
    const limited = (await rendered(report, 'table', { ...view, rows })).split('\n');
    const headings = limited.filter((line) =>
      /^\S.*(?:\(clears |\(\d+: )|^(?:CVE|GHSA)-/u.test(line),
    );
    expect(headings.length).toBeGreaterThan(0);
    for (const heading of headings) expect(all).toContain(heading);
  });
});
