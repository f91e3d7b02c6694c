/**
 * Every format agrees with the others about findings, as the scan writes it and after the report
 * was converted.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import { FORMAT_READERS } from '../../../../../test/support/format-readers.ts';
import { isVulnerability, type Row } from '../../../../../test/support/report-rows.ts';
import { missingTool, needs } from '../../../../../test/support/tools.ts';
import { REPORT_FORMATS } from '../../../../scan/report/index.ts';

let folder: CommandFolder;

/** A record without a fix. */
const UNFIXED = {
  id: 'GHSA-dddd-dddd-dddd',
  modified: '2024-01-01T00:00:00Z',
  affected: [
    {
      package: { ecosystem: 'npm', name: 'left' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
    },
  ],
};
const VEX = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://example.com/vex',
  author: 'security',
  timestamp: '2024-01-01T00:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: 'CVE-2024-0001' },
      products: [{ '@id': 'pkg:npm/lodash@4.17.20' }],
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
    },
  ],
};

beforeAll(async () => {
  folder = new CommandFolder();
  folder.write('osv/unfixed.json', JSON.stringify(UNFIXED));
  await folder.load(
    { id: 'GHSA-aaaa-aaaa-aaaa', aliases: ['CVE-2024-0001'], name: 'lodash', fixed: '4.17.21' },
    { id: 'GHSA-bbbb-bbbb-bbbb', name: 'minimist', fixed: '1.2.6', severity: 'LOW' },
    { id: 'GHSA-cccc-cccc-cccc', name: 'axios', fixed: '0.21.2', severity: 'CRITICAL' },
  );
  folder.project('before', { minimist: '1.2.4' });
  folder.project('app', { lodash: '4.17.20', minimist: '1.2.5', axios: '0.21.1', left: '1.0.0' });
  folder.write('ignore', 'GHSA-cccc-cccc-cccc\n');
  folder.write('vex.json', JSON.stringify(VEX));
  await folder.run('fs', 'before', '-o', 'json=before.json');
  await folder.run('fs', 'app', '-o', 'json=app.json');
});

afterAll(() => folder[Symbol.dispose]());

/** Runs a command that writes every format, and returns the texts by format. */
async function written(...args: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const outputs = REPORT_FORMATS.flatMap((format) => ['-o', `${format}=out.${format}`]);
  const { exitCode } = await folder.assay(...args, ...outputs);
  expect([0, 1]).toContain(exitCode);
  return new Map(REPORT_FORMATS.map((format) => [format, folder.read(`out.${format}`)]));
}

/** Formats that have no place of their own for the version of a package. */
const WITHOUT_ROWS = new Set(['junit', 'gitlab-codequality']);

/** Vulnerabilities in each format that lists all of them or all that were not set aside. */
function rowsIn(texts: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...texts].flatMap(([format, text]) => {
      const rows = FORMAT_READERS[format]?.([text])[0]?.rows.filter(isVulnerability);
      return rows === undefined || WITHOUT_ROWS.has(format)
        ? []
        : [[format, rows.map(lineOf).sort()]];
    }),
  );
}

const lineOf = ({ id, subject, version, severity, aside }: Row): string =>
  [id, subject, version, severity, aside].join(' ');

/** Formats that leave out what was set aside. */
const OPEN_ONLY = new Set(['table', 'gitlab', 'markdown']);

const LODASH = 'CVE-2024-0001 lodash 4.17.20 high';
const MINIMIST = 'GHSA-bbbb-bbbb-bbbb minimist 1.2.5 low';
const AXIOS = 'GHSA-cccc-cccc-cccc axios 0.21.1 critical';
const LEFT = 'GHSA-dddd-dddd-dddd left 1.0.0 unknown';

describe.skipIf(missingTool('python3'))(`formats agree${needs(missingTool('python3'))}`, () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['no filter', [], [`${LODASH} `, `${MINIMIST} `, `${AXIOS} `, `${LEFT} `]],
    ['--severity', ['--severity', 'HIGH,CRITICAL'], [`${LODASH} `, `${AXIOS} `]],
    ['--only app', ['--only', 'app'], [`${LODASH} `, `${MINIMIST} `, `${AXIOS} `, `${LEFT} `]],
    ['--only base', ['--only', 'base'], []],
    [
      '--ignore-unfixed',
      ['--ignore-unfixed'],
      [`${LODASH} `, `${MINIMIST} `, `${AXIOS} `, `${LEFT} unfixed`],
    ],
    [
      '--ignore-status',
      ['--ignore-status', 'affected'],
      [`${LODASH} `, `${MINIMIST} `, `${AXIOS} `, `${LEFT} status`],
    ],
    [
      'an ignore file',
      ['--ignorefile', 'ignore'],
      [`${LODASH} `, `${MINIMIST} `, `${AXIOS} ignore`, `${LEFT} `],
    ],
    ['VEX', ['--vex', 'vex.json'], [`${LODASH} vex`, `${MINIMIST} `, `${AXIOS} `, `${LEFT} `]],
    [
      'all of them',
      ['--vex', 'vex.json', '--ignorefile', 'ignore', '--ignore-unfixed', '-s', 'LOW,HIGH'],
      [`${LODASH} vex`, `${MINIMIST} `],
    ],
    [
      'a gate, and what is hidden decides',
      ['--exit-code', '1', '--vex', 'vex.json', '-s', 'CRITICAL,HIGH'],
      [`${LODASH} vex`, `${AXIOS} `],
    ],
  ];

  it.each(cases)(
    'with %s, in the scan and in its conversion',
    async (_name, flags, expected) => {
      const scanned = rowsIn(await written('fs', 'app', ...flags));
      const converted = rowsIn(await written('convert', 'app.json', ...flags));
      for (const rows of [scanned, converted]) {
        expect(rows.size).toBe(9);
        for (const [format, lines] of rows) {
          const wanted = expected.filter((line) => line.endsWith(' ') || !OPEN_ONLY.has(format));
          expect(lines, format).toEqual(wanted.toSorted());
        }
      }
    },
    60_000,
  );

  it.each<[string, readonly string[]]>([
    ['a baseline', ['--baseline', 'before.json']],
    ['a baseline and a gate', ['--baseline', 'before.json', '--fail-on', 'high,new']],
    ['filters', ['--severity', 'LOW', '--ignore-unfixed', '--vex', 'vex.json']],
    [
      'an exception and a gate',
      ['--ignorefile', 'ignore', '--fail-on', 'critical', '--only', 'app'],
    ],
  ])(
    'and a scan with %s is converted to the same texts',
    async (_name, flags) => {
      const scanned = await written('fs', 'app', ...flags);
      folder.write('stored.json', scanned.get('json') ?? '');
      const converted = await written('convert', 'stored.json');
      for (const format of REPORT_FORMATS) {
        expect(converted.get(format), format).toBe(scanned.get(format));
      }
    },
    60_000,
  );
});
