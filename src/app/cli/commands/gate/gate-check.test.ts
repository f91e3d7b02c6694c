/** The command behind a gate is in no verdict and in no report: its words may be secrets. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';

let folder: CommandFolder;

beforeAll(async () => {
  folder = new CommandFolder();
  folder.project('app', { lodash: '4.17.20' });
  await folder.load({ id: 'GHSA-xvch-5gv4-984h', name: 'lodash', fixed: '4.17.21' });
  await folder.run('fs', 'app', '-o', 'json=report.json');
});

afterAll(() => {
  folder[Symbol.dispose]();
});

describe('the line that checks a gate again', () => {
  it.each([
    ['docker login -p s3cret'],
    ['docker login --password s3cret'],
    ['env TOKEN=s3cret deploy'],
    ['curl -u ci:s3cret example.com'],
    ['sh -c s3cret -- s3cret'],
    ['s3cret'],
  ])('does not name %s', async (command) => {
    const gate = ['gate', 'report.json', '--fail-on', 'high'];
    const { exitCode, stdout, stderr } = await folder.assay(...gate, '--', ...command.split(' '));
    expect(exitCode).toBe(1);
    expect(`${stdout}${stderr}`).toContain('  Check    assay gate report.json --fail-on high\n');
    expect(`${stdout}${stderr}`).not.toContain('s3cret');

    await folder.assay(...gate, '-o', 'json=gate.json', '--', ...command.split(' '));
    expect(folder.read('gate.json')).not.toContain('s3cret');
  });
});
