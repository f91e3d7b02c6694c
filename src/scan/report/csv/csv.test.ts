import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { reports } from '../../../../test/support/arbitraries.ts';
import { csvCells, csvRows } from '../../../../test/support/csv-rows.ts';
import {
  completeReport,
  HOSTILE_TEXTS,
  hostileReport,
} from '../../../../test/support/hostile-report.ts';
import { rendered, UNSAFE } from '../../../../test/support/rendered.ts';
import { fullReport } from '../../../../test/support/reports.ts';
import { missingTool, needs } from '../../../../test/support/tools.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { terminalText } from '../text/terminal-text.ts';

const csv = (report: Report): Promise<string> => rendered(report, 'csv');

const cellsOf = async (report: Report): Promise<readonly Readonly<Record<string, string>>[]> =>
  csvCells(csvRows([await csv(report)])[0] ?? []);

const noPython = missingTool('python3');

describe.skipIf(noPython !== undefined)(`Python's csv${needs(noPython)}`, () => {
  it('reads 300 reports: a row for each finding and gap, all of one width', async () => {
    const all = fc.sample(reports, 300);
    const read = csvRows(await Promise.all(all.map(csv)));
    for (const [index, { results }] of all.entries()) {
      const rows = read[index] ?? [];
      const expected = results.flatMap(({ findings, diagnostics }) => [
        ...findings,
        ...diagnostics.filter(({ gap }) => gap !== undefined),
      ]);
      expect(rows).toHaveLength(expected.length + 1);
      expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    }
  });

  it('reads the findings of the report', async () => {
    expect(
      (await cellsOf(fullReport())).map((row) => [
        row['kind'],
        row['severity'],
        row['id'],
        row['package'],
        row['installed'],
        row['fixed'],
        row['setAsideBy'],
        row['decides'],
      ]),
    ).toEqual([
      ['vulnerability', 'medium', 'CVE-2019-9999', 'openssl', '1.1.1a-r0', '', '', 'no'],
      ['vulnerability', 'high', 'CVE-2019-1543', 'openssl', '1.1.1a-r0', '1.1.1b-r1', '', 'yes'],
      [
        'vulnerability',
        'critical',
        'GHSA-35jh-r3h4-6jhm',
        'lodash',
        '4.17.20',
        '4.17.21',
        '',
        'yes',
      ],
      ['vulnerability', 'low', 'CVE-2018-20679', 'busybox', '1.29.3-r10', '', 'ignore file', 'no'],
      ['gap', '', 'unreadable', '', '', '', '', ''],
    ]);
  });

  describe('texts', () => {
    /** Of all, by one start of Python. */
    let read: ReturnType<typeof csvRows> = [];
    beforeAll(async () => {
      read = csvRows(await Promise.all(HOSTILE_TEXTS.map(([, text]) => csv(hostileReport(text)))));
    });

    it.each(HOSTILE_TEXTS.map(([name, text], index) => [name, text, index] as const))(
      'reads %s as it is, and no cell begins like a formula',
      (_name, text, index) => {
        const rows = read[index] ?? expect.fail();
        for (const row of rows.slice(1))
          for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
        const findings = csvCells(rows).filter(({ kind }) => kind !== 'gap');
        expect(findings.map((row) => row['package'])).toEqual(packageNames(hostileReport(text)));
      },
    );
  });
});

/** The package of each finding, as the report writes its name. */
function packageNames({ results }: Report): readonly string[] {
  return results.flatMap(({ inventory, findings }) =>
    findings.map((finding) => {
      const isOf = ({ id }: { readonly id: string }): boolean =>
        finding.kind !== 'rule' && id === finding.packageId;
      return terminalText(inventory.packages.find(isOf)?.name ?? '', 2000);
    }),
  );
}

describe('lines', () => {
  it('end as RFC 4180 says, and nowhere else', async () => {
    for (const [, text] of HOSTILE_TEXTS) {
      const written = await csv(hostileReport(text));
      expect(written.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      expect(written.split('\r\n')).toHaveLength(
        (await csv(completeReport())).split('\r\n').length,
      );
      expect(written.replaceAll('\r\n', '')).not.toMatch(UNSAFE);
    }
  });

  it.each([
    ['a scoped package', '@babel/core', "'@babel/core"],
    ['a negative number', '-1', "'-1"],
    ['an apostrophe', "'90s", "''90s"],
    ['a comma', 'a,b', '"a,b"'],
    ['a quote', 'a"b', '"a""b"'],
    ['an ordinary name', 'lodash', 'lodash'],
    ['a formula with a comma', '=a,b', '"\'=a,b"'],
  ])('have %s', async (_name, name, cell) => {
    const report = fullReport();
    const [result] = report.results;
    if (result === undefined) return expect.fail('no artifact');
    const packages = result.inventory.packages.map((pkg) => ({ ...pkg, name }));
    const inventory = { ...result.inventory, packages };
    const text = await csv({ ...report, results: [{ ...result, inventory }] });
    expect(text).toContain(`,alpine,${cell},1.1.1a-r0,`);
  });
});
