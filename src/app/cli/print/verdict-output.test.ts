import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { ask, type Asked } from '../../../../test/support/command-line.ts';
import { fullReport, testReport } from '../../../../test/support/reports.ts';
import type { Report } from '../../../core/model/report/report.ts';

const cwd = mkdtempSync(path.join(tmpdir(), 'assay-verdict-'));
afterAll(() => rmSync(cwd, { recursive: true }));

function run(line: string, report: Report, isTerminal = false): Promise<Asked> {
  return ask(['image', 'a.tar', ...line.split(' ').filter(Boolean)], { cwd, report, isTerminal });
}

const PAGE = readFileSync(new URL('../../../../docs/reports.md', import.meta.url), 'utf8');
const ROW = /^\| `(?<flags>[^`]+)` +\| (?<out>[^|]+?) +\| `?(?<err>[^|`]+?)`? +\|$/gmu;
const CASES = PAGE.slice(PAGE.indexOf('<!-- cases of'), PAGE.indexOf('<!-- end of cases'));

/** How the page calls what a stream received. */
function kindOf(text: string, isErrorStream: boolean): string {
  const said = isErrorStream ? text.replaceAll(/^(?:INFO|WARN) [^\n]*\n/gmu, '') : text;
  if (said === '') return 'nothing';
  if (/^Verdict: no gate asked/mu.test(said)) return 'no gate asked';
  if (!/^ *Verdict: FAIL/mu.test(said)) return 'report';
  if (/^ +Check {4}assay image a\.tar/mu.test(said)) {
    return isErrorStream ? 'verdict block' : 'report with verdict block';
  }
  return said.split('\n').length === 2 ? 'one line' : 'a part of the block';
}

describe('the verdict', () => {
  const rows = [...CASES.matchAll(ROW)].map(({ groups = {} }) => groups);

  it('has its cases on the page', () => {
    expect(rows.length).toBeGreaterThan(15);
  });

  it.each(rows)('reaches the reader with $flags', async ({ flags = '', out, err }) => {
    const isAsked = /--fail-on|--exit-code/u.test(flags);
    const full = fullReport();
    const command = `assay image a.tar ${flags}`;
    const cure = full.verdict.cure && { ...full.verdict.cure, command };
    const report = isAsked
      ? { ...full, verdict: { ...full.verdict, ...(cure && { cure }) } }
      : testReport();
    const { stdout, stderr } = await run(flags, report);
    expect([kindOf(stdout, false), kindOf(stderr, true)]).toEqual([out, err]);
  });

  it('names its first rule in the line of a quiet run, without control characters', async () => {
    const full = fullReport();
    const causes = [
      { rule: '--fail-on high', findingIds: [], message: 'one\u001B[31m\nfinding' },
      { rule: 'forbid x', findingIds: [], message: 'two' },
      { rule: 'forbid y', findingIds: [], message: 'three' },
    ];
    const report = { ...full, verdict: { ...full.verdict, causes } };
    const { stderr } = await run('--fail-on high -q -o json=a.json', report);
    expect(stderr).toMatch(
      /^Verdict: FAIL \(exit code 1\): --fail-on high: one[^\n\u001B]*finding, and 2 other rules\n$/u,
    );
  });

  it('is complete in a pipe and has no colors', async () => {
    const full = fullReport();
    const change = `upgrade ${'x'.repeat(80)} `.repeat(60).trim();
    const cure = { change, clears: [], upgrades: [], command: 'assay' };
    const report = { ...full, verdict: { ...full.verdict, cure } };
    const { stderr } = await run('--fail-on high -o json=a.json', report);
    expect(stderr.match(/x{80}/gu)).toHaveLength(60);
    expect(Math.max(...stderr.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(140);
    expect(stderr).not.toContain('\u001B');
  });

  it('is printed after the progress line is gone', async () => {
    const { stderr } = await run('--fail-on high -o json=a.json', fullReport(), true);
    expect(stderr).toMatch(/(?:^|\n|\u001B\[K)(?:\u001B\[\d+m)?Verdict: /u);
  });
});
