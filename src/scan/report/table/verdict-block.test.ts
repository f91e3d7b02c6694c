import { describe, expect, it } from 'vitest';

import {
  aFinding,
  anInventory,
  aPackage,
  aResult,
  aRuleFinding,
} from '../../../../test/support/model.ts';
import { testReport } from '../../../../test/support/reports.ts';
import type { Severity } from '../../../core/model/advisory/advisory.ts';
import type { Report, Verdict } from '../../../core/model/report/report.ts';
import { verdictLines } from './verdict-block.ts';

const LEFT = aPackage('left', '1.0.0');

/** A failing report with findings of these severities, some of them new since a baseline. */
function report(
  severities: readonly Severity[],
  newOnes?: readonly number[],
  fields: Partial<Verdict> = {},
): Report {
  const findings = severities.map((severity, index) =>
    aFinding(`f${index}`, { severity, advisoryId: `CVE-${index}` }),
  );
  const ids = findings.map(({ id }) => id);
  return testReport({
    results: [aResult(findings, { inventory: anInventory([LEFT]) })],
    verdict: {
      status: 'fail',
      exitCode: 1,
      causes: [{ rule: '--fail-on low', message: 'many', findingIds: ids }],
      ...fields,
    },
    ...(newOnes && {
      baseline: {
        name: 'last.json',
        reference: 'app',
        judgedAt: '2025-01-01T00:00:00Z',
        newIds: newOnes.map((index) => `f${index}`),
        unchangedCount: severities.length - newOnes.length,
        fixed: [],
      },
    }),
  });
}

/**
 * The lines of the block, without the one that repeats the counts; with a width those of a
 * terminal.
 */
function named(one: Report, width?: number): readonly string[] {
  const terminal = width === undefined ? {} : { width, isTerminal: true };
  return verdictLines(one, { color: false, ...terminal })
    .map((line) => line.trim().replaceAll(/ {2,}/gu, ' '))
    .filter((line) => !line.startsWith('Found '));
}

const MANY = ['critical', 'critical', 'high', 'high', 'high', 'medium', 'low', 'low'] as const;

describe('findings that decide', () => {
  it('are the most severe first, without a baseline', () => {
    const lines = named(report(['low', 'critical', 'high']));
    expect(lines.slice(2, 5).map((line) => line.split(' ')[0])).toEqual([
      'CRITICAL',
      'HIGH',
      'LOW',
    ]);
  });

  it.each<[string, readonly Severity[], readonly number[], readonly string[]]>([
    ['one of two', ['critical', 'low'], [1], ['new LOW CVE-1', 'CRITICAL CVE-0']],
    ['none', ['critical', 'low'], [], ['CRITICAL CVE-0', 'LOW CVE-1']],
    ['all', ['low', 'critical'], [0, 1], ['CRITICAL CVE-1', 'LOW CVE-0']],
    [
      'the least severe of many',
      MANY,
      [6, 7],
      [
        'new LOW CVE-6',
        'new LOW CVE-7',
        'CRITICAL CVE-0',
        'CRITICAL CVE-1',
        'HIGH CVE-2',
        'and 3 more (0 new, 3 in the baseline)',
      ],
    ],
    [
      'more than are named',
      MANY,
      [0, 2, 3, 4, 5, 6],
      [
        'new CRITICAL CVE-0',
        'new HIGH CVE-2',
        'new HIGH CVE-3',
        'new HIGH CVE-4',
        'new MEDIUM CVE-5',
        'and 3 more (1 new, 2 in the baseline)',
      ],
    ],
  ])('are new ones first, where of them are new: %s', (_name, severities, newOnes, lines) => {
    const shown = named(report(severities, newOnes)).slice(2);
    expect(shown.map((line) => line.replace(/ left 1\.0\.0 .*$/u, ''))).toEqual(lines);
  });
});

describe('findings of several kinds', () => {
  const location = { path: '/Dockerfile', layer: 0, line: 4 };
  const rule = aRuleFinding('f-rule', { severity: 'critical', location });
  const one = report(['high']);
  const findings = [...(one.results[0]?.findings ?? []), rule];
  const all = {
    ...one,
    results: [aResult(findings, { inventory: anInventory([LEFT]) })],
    verdict: {
      ...one.verdict,
      causes: [{ rule: '--fail-on low', message: 'two', findingIds: findings.map(({ id }) => id) }],
    },
  };

  it('are named together, with the place of each that is in no package', () => {
    const [, , first = '', second = ''] = named(all);
    expect(first).toBe('CRITICAL dockerfile/unpinned-base Base image is not pinned Dockerfile:4');
    expect(second).toContain('HIGH CVE-0 left 1.0.0');
  });

  it.each([
    ['image', 'image-config', 'image configuration'],
    ['image', '/Dockerfile', 'Dockerfile:4'],
    ['directory', 'image-config', 'image-config:4'],
  ] as const)('name the place in an artifact (%s) at %s', (kind, path, shown) => {
    const placed = { ...rule, location: { ...location, path } };
    const artifact = { kind, reference: 'app', layers: [{}] };
    const results = [aResult([placed], { artifact, inventory: anInventory([LEFT]) })];
    const [, , row = ''] = named({ ...all, results });
    expect(row).toBe(`CRITICAL dockerfile/unpinned-base Base image is not pinned ${shown}`);
  });

  it('are counted together', () => {
    const text = verdictLines(all, { color: false }).join('\n');
    expect(text).toContain('2 findings (1 vulnerability, 1 misconfiguration): ');
  });

  it('name the files whose comments set findings aside', () => {
    const implicitFiles = [1, 2, 3, 4].map((number) => ({
      ...{ path: `/src/${number}.py`, removedCount: number },
      kind: 'comments' as const,
    }));
    const lines = named({ ...all, verdict: { ...all.verdict, implicitFiles } });
    expect(lines).toContain(
      'Read comments in /src/1.py, /src/2.py, /src/3.py and 1 more remove 10 findings',
    );
  });
});

describe('a cure', () => {
  const command = (index: number): { command: string; place?: string } => ({
    command: `npm install p${index}@1.0.1 ${'q@1.0.1 '.repeat(20).trim()}`,
  });
  const cure = { change: 'upgrade', clears: [], upgrades: [], command: 'assay fs .' };

  it('has its commands in one line each, whatever the width', () => {
    const lines = named(
      report(['low'], undefined, { cure: { ...cure, commands: [command(0)] } }),
      60,
    );
    expect(lines).toContain(`Run ${command(0).command}`);
  });

  it('names a place once, and edits behind the commands', () => {
    const place = 'in the image app:1';
    const commands = [
      { command: 'apt-get update', place },
      { command: 'pip install a', place },
      command(1),
    ];
    const edits = ['in pom.xml, line 3: <version>2</version> for a:b'];
    const lines = named(report(['low'], undefined, { cure: { ...cure, commands, edits } }));
    expect(lines.slice(4)).toEqual([
      'Run in the image app:1:',
      'apt-get update',
      'pip install a',
      `Run ${command(1).command}`,
      `Edit ${edits[0] ?? ''}`,
      'Check assay fs .',
    ]);
  });

  it('is complete in a pipe, and counts in a terminal', () => {
    const commands = Array.from({ length: 12 }, (_, index) => command(index));
    const one = report(['low'], undefined, { cure: { ...cure, commands, edits: ['a', 'b'] } });
    expect(named(one).filter((line) => /^(?:Run|Edit)/u.test(line))).toHaveLength(14);
    const shown = named(one, 100);
    expect(shown.filter((line) => line.startsWith('Run'))).toHaveLength(8);
    expect(shown).toContain('and 6 more, all in -o verdict=FILE');
  });

  it('shows warnings of the verdict, also of one that passes', () => {
    const lines = named(report([], undefined, { status: 'pass', warnings: ['old \u001B[2Jdata'] }));
    expect(lines[1]).toBe('Warning old \uFFFD[2Jdata');
  });
});
