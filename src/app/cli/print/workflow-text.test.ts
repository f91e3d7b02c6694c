/**
 * Answers and messages in the log of a workflow of GitHub Actions: no foreign text in them is a
 * command.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../test/support/command-folder.ts';

const ID = 'GHSA-xvch-5gv4-984h';
/** A line that the runner obeys. Source: actions/runner, `ActionCommand`. */
const COMMAND = /^\s*::|##\[/u;

let folder: CommandFolder;

beforeAll(async () => {
  folder = new CommandFolder();
  const record = {
    id: ID,
    modified: '2024-01-01T00:00:00Z',
    summary: '::error::one ##[error]two',
    details: 'Text.\n::error::owned\n\n::stop-commands::two\n##[add-path]/evil\n',
    affected: [
      {
        package: { ecosystem: 'npm', name: 'lodash' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.21' }] }],
      },
    ],
    references: [{ type: 'WEB', url: '::error::reference' }],
  };
  folder.write(`osv/${ID}.json`, JSON.stringify(record));
  await folder.run('db', 'import', 'osv');
  folder.project('app', { lodash: '4.17.20' });
  await folder.run('fs', 'app', '-o', 'json=report.json');
});

afterAll(() => {
  folder[Symbol.dispose]();
});

describe('no foreign text is a command of a workflow', () => {
  it.each([
    [`explain ${ID} lodash@4.17.20`, 'one'],
    [`explain ${ID} --report report.json`, 'one'],
    [`cve ${ID}`, 'owned'],
    ['cve search lodash', 'one'],
    ['db search lodash', 'one'],
    ['fs app', 'one'],
    ['fs ##[error]x', 'x'],
    ['fs app --fail-on ##[error]x', 'x'],
    ['explain ##[error]x y', 'x'],
    ['fs app -o json=##[debug]x.json', 'x'],
  ])('of %s', async (line, word) => {
    const { stdout, stderr } = await folder.assay(...line.split(' '));
    const said = `${stdout}\n${stderr}`;
    expect(said).toContain(word);
    expect(said.split('\n').filter((one) => COMMAND.test(one))).toEqual([]);
  });

  it('and JSON is what it was', async () => {
    const { stdout } = await folder.run('explain', ID, 'lodash@4.17.20', '-f', 'json');
    expect(stdout).toContain('::error::one ##[error]two');
  });
});
