import { readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import type { Difference } from '../../../../core/model/report/difference.ts';

const SCHEMA = new URL('../../../../../schema/assay-diff-1.schema.json', import.meta.url);
const validate = new Ajv2020({ strict: true, allErrors: true, strictTypes: false }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
);

let folder: CommandFolder;

beforeAll(async () => {
  folder = new CommandFolder();
  await folder.load(
    { id: 'GHSA-aaaa-aaaa-aaaa', aliases: ['CVE-2024-0001'], name: 'lodash', fixed: '4.17.21' },
    { id: 'GHSA-bbbb-bbbb-bbbb', name: 'minimist', fixed: '1.2.6' },
    { id: 'GHSA-cccc-cccc-cccc', name: 'axios', fixed: '0.21.2', severity: 'CRITICAL' },
  );
  folder.project('a', { lodash: '4.17.20', minimist: '1.2.5', left: '1.0.0', same: '1.0.0' });
  folder.project('b', { lodash: '4.17.19', minimist: '1.2.8', axios: '0.21.1', same: '1.0.0' });
  for (const name of ['a', 'b']) {
    await folder.run('fs', name, '-o', `json=${name}.json`, '-o', `cyclonedx=${name}.cdx.json`);
  }
});

afterAll(() => folder[Symbol.dispose]());

async function difference(...args: readonly string[]): Promise<Difference> {
  const { stdout } = await folder.run('diff', ...args, '-f', 'json');
  const data = JSON.parse(stdout) as Difference;
  validate(data);
  expect(validate.errors).toBeNull();
  return data;
}

describe('assay diff', () => {
  it.each([
    ['folders', './a', './b'],
    ['reports', 'a.json', 'b.json'],
    ['bills of materials', 'a.cdx.json', 'b.cdx.json'],
    ['a report and a folder', 'a.json', './b'],
  ])('tells packages and findings apart: %s', async (_, a, b) => {
    const { packages, findings } = await difference(a, b);
    expect(packages).toEqual({
      added: [{ ecosystem: 'npm', name: 'axios', version: '0.21.1' }],
      removed: [{ ecosystem: 'npm', name: 'left', version: '1.0.0' }],
      changed: [
        { ecosystem: 'npm', name: 'lodash', from: '4.17.20', to: '4.17.19', direction: 'down' },
        { ecosystem: 'npm', name: 'minimist', from: '1.2.5', to: '1.2.8', direction: 'up' },
      ],
      unchangedCount: 1,
    });
    expect(findings).toMatchObject({
      added: [{ name: 'GHSA-cccc-cccc-cccc', severity: 'critical', package: 'axios' }],
      fixed: [{ name: 'GHSA-bbbb-bbbb-bbbb', package: 'minimist', version: '1.2.5' }],
      changed: [],
      unchangedCount: 1,
    });
  });

  it('says it to people', async () => {
    const { stdout } = await folder.run('diff', './a', './b');
    expect(stdout).toBe(`A: ./a (4 packages, 2 findings of 2025-06-01)
B: ./b (4 packages, 2 findings of 2025-06-01)

Packages: 1 added, 1 removed, 2 changed, 1 unchanged
  added  npm  axios  0.21.1
  removed  npm  left  1.0.0
  changed  npm  lodash    4.17.20 -> 4.17.19  (older)
  changed  npm  minimist  1.2.5 -> 1.2.8

Findings: 1 new, 1 fixed, 0 of another severity, 1 unchanged (new: CRITICAL: 1)
  new  CRITICAL  GHSA-cccc-cccc-cccc  axios 0.21.1 -> 0.21.2
  fixed  HIGH  GHSA-bbbb-bbbb-bbbb  minimist 1.2.5 -> 1.2.6
`);
  });

  it('names what is of another severity, and one side against itself as the same', async () => {
    const report = folder.read('a.json');
    const { vector, raised } = { vector: 'AV:N/AC:L/PR:H/UI:N', raised: 'AV:N/AC:L/PR:N/UI:N' };
    const record = folder.read('osv/GHSA-aaaa-aaaa-aaaa.json').replace(vector, raised);
    folder.write('osv2/GHSA-aaaa-aaaa-aaaa.json', record.replace('2024-01-01T', '2024-02-01T'));
    await folder.run('db', 'import', 'osv2');
    folder.write('old.json', report);
    const { findings, packages } = await difference('old.json', './a');
    expect(findings).toMatchObject({
      added: [],
      fixed: [],
      changed: [{ name: 'CVE-2024-0001', fromSeverity: 'high', severity: 'critical' }],
      unchangedCount: 1,
    });
    expect(packages).toMatchObject({ added: [], removed: [], changed: [], unchangedCount: 4 });
    await folder.run('db', 'import', 'osv');
  });

  it('compares packages alone without advisories', async () => {
    const flags = ['--scanners', 'packages', '--cache-dir', 'empty'];
    const { packages, findings } = await difference('a.cdx.json', 'b.cdx.json', ...flags);
    expect(packages.changed).toHaveLength(2);
    expect(findings).toEqual({ added: [], fixed: [], changed: [], unchangedCount: 0 });
  });

  it.each<[string, readonly string[], number, string]>([
    ['one thing', ['a'], 2, 'two things are needed to compare, and 1 given'],
    ['three things', ['a', 'b', 'c'], 2, 'two things are needed to compare, and 3 given'],
    ['what is not there', ['./a', './no-such'], 3, 'no-such'],
    ['a report that was edited', ['./a', 'edited.json'], 3, 'does not hold together'],
  ])('refuses %s', async (_, args, exitCode, message) => {
    folder.write(
      'edited.json',
      folder.read('a.json').replace('"severity": "high"', '"severity": "low"'),
    );
    const outcome = await folder.assay('diff', ...args);
    expect([outcome.exitCode, outcome.stderr]).toEqual([
      exitCode,
      expect.stringContaining(message),
    ]);
  });
});
