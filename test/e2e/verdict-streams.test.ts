/**
 * The verdict of the built command: which stream shows it, and what a closed standard error
 * changes.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { builtCommand, runBuilt, type BuiltCommand } from '../support/build.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { missingTool, needs } from '../support/tools.ts';

const noBash = missingTool('bash');

let command: BuiltCommand;
let folder: CommandFolder;

beforeAll(async () => {
  command = await builtCommand();
  folder = new CommandFolder();
  folder.project('app', { lodash: '4.17.20' });
  await folder.load({ id: 'GHSA-aaaa-bbbb-cccc', name: 'lodash', fixed: '4.17.21' });
});

afterAll(() => {
  folder[Symbol.dispose]();
  command[Symbol.dispose]();
});

const FLAGS = 'fs app --offline --cache-dir .cache --fail-on high --exit-code 9 -o json=r.json';

/** Runs the command in a shell, with a redirection. */
function inShell(redirection: string, flags = FLAGS): ReturnType<typeof spawnSync> {
  const script = `rm -f r.json; "$0" "$1" ${flags} ${redirection}`;
  return spawnSync('bash', ['-c', script, process.execPath, command.script], {
    cwd: folder.cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder.cwd },
  });
}

describe.skipIf(noBash !== undefined)(`the verdict${needs(noBash)}`, () => {
  it.each([
    ['without a terminal', '', 9],
    ['without progress', '--no-progress', 9],
    ['with a dry run', '--dry-run', 0],
  ])('is printed on standard error %s', async (_name, flag, exitCode) => {
    const args = [...FLAGS.split(' '), ...(flag === '' ? [] : [flag])];
    const outcome = await runBuilt(command, args, { cwd: folder.cwd });
    expect([outcome.exitCode, outcome.stdout]).toEqual([exitCode, '']);
    expect(outcome.stderr).toMatch(/^Verdict: FAIL \(exit code 9\)/mu);
    expect(outcome.stderr).toMatch(/^ {2}Check {4}assay fs app /mu);
  });

  it('is one line with -q', async () => {
    const outcome = await runBuilt(command, [...FLAGS.split(' '), '-q'], { cwd: folder.cwd });
    expect(outcome.stderr).toBe(
      'Verdict: FAIL (exit code 9): --fail-on high: 1 finding meets "high"\n',
    );
  });

  it.each([
    ['is closed', '2>&-'],
    ['has no reader', '2> >(exit 0)'],
    ['has no reader and warnings to print', '2> >(exit 0) --severity LOW --debug'],
    ['is full', '2>/dev/full'],
    ['is full, in a quiet run', '2>/dev/full -q'],
    ['and standard output are closed', '>&- 2>&-'],
    ['is the null device', '2>/dev/null'],
  ])('is in the exit code and in the report where standard error %s', (_name, redirection) => {
    if (redirection.includes('/dev/full') && !existsSync('/dev/full')) return;
    expect(inShell(redirection).status).toBe(9);
    expect(folder.json('r.json')).toMatchObject({ verdict: { status: 'fail', exitCode: 9 } });
  });

  it('is in the exit code where a usage error cannot be printed', () => {
    expect(inShell('2> >(exit 0)', 'fs app --fail-on hihg').status).toBe(2);
    expect(inShell('2>/dev/full', 'fs no-such-folder').status).toBe(3);
  });
});
