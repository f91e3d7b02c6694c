/** The command that a gate guards: when it runs, and what it passes on. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  builtCommand,
  runBuilt,
  type BuiltCommand,
  type CommandOutcome,
} from '../support/build.ts';

let command: BuiltCommand;
let cwd = '';

beforeAll(async () => {
  command = await builtCommand();
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-e2e-gate-'));
  mkdirSync(path.join(cwd, 'app'));
  const lock = {
    name: 'app',
    lockfileVersion: 3,
    packages: { '': { name: 'app' }, 'node_modules/lodash': { version: '4.17.20' } },
  };
  writeFileSync(path.join(cwd, 'app', 'package-lock.json'), JSON.stringify(lock));
  const record = {
    id: 'GHSA-aaaa-bbbb-cccc',
    modified: '2024-01-01T00:00:00Z',
    affected: [
      {
        package: { ecosystem: 'npm', name: 'lodash' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.21' }] }],
      },
    ],
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H' }],
  };
  writeFileSync(path.join(cwd, 'GHSA.json'), JSON.stringify(record));
  await assay('db', 'import', 'GHSA.json');
  await assay('fs', 'app', '-o', 'json=report.json');
});

afterAll(() => {
  command[Symbol.dispose]();
  rmSync(cwd, { recursive: true });
});

function assay(...args: readonly string[]): Promise<CommandOutcome> {
  return runBuilt(command, args, { cwd, env: { ASSAY_OFFLINE: 'true' } });
}

/** A gate that passes, or that fails. */
const PASSES = ['gate', 'report.json', '--fail-on', 'critical', '--'];
const FAILS = ['gate', 'report.json', '--fail-on', 'high', '--'];

describe('a guarded command', () => {
  it.each<[string, readonly string[], number]>([
    ['runs on PASS', ['sh', '-c', 'exit 0'], 0],
    ['passes its exit code on', ['sh', '-c', 'exit 42'], 42],
    ['passes the signal that ended it on', ['sh', '-c', 'kill -TERM $$'], 143],
    ['is not found', ['no-such-command'], 127],
    ['cannot be run', ['./GHSA.json'], 126],
    [
      'keeps flags of its own',
      ['sh', '-c', 'test "$1 $2" = "--fail-on --"', 'sh', '--fail-on', '--'],
      0,
    ],
  ])('%s', async (_name, words, exitCode) => {
    const outcome = await assay(...PASSES, ...words);
    expect([outcome.exitCode, outcome.stderr]).toEqual([exitCode, expect.stringContaining('PASS')]);
  });

  it('has standard output for itself', async () => {
    const { stdout, stderr } = await assay(...PASSES, 'sh', '-c', 'echo pushed');
    expect(stdout).toBe('pushed\n');
    expect(stderr).toContain('Verdict: PASS');
  });

  it.each<[string, readonly string[], number]>([
    ['on FAIL', FAILS, 1],
    ['on INCOMPLETE', ['gate', 'brief.json', '--fail-on', 'high', '--'], 6],
    ['where the report is damaged', ['gate', 'GHSA.json', '--'], 3],
    ['where a flag is wrong', ['gate', 'report.json', '--fail-on', 'hihg', '--'], 2],
  ])('does not run %s', async (_name, gate, exitCode) => {
    await assay('fs', 'app', '-s', 'CRITICAL', '-o', 'json=brief.json');
    const { exitCode: code, stdout } = await assay(...gate, 'sh', '-c', 'echo ran; touch ran');
    expect([code, stdout]).toEqual([exitCode, '']);
  });

  it('is told of a signal, and its end is waited for', async () => {
    const script = 'trap "echo told; exit 7" TERM; echo up; while :; do sleep 0.05; done';
    const outcome = await runBuilt(command, [...PASSES, 'sh', '-c', script], {
      cwd,
      onStart: (child) => {
        child.stdout?.once('data', () => child.kill('SIGTERM'));
      },
    });
    expect([outcome.exitCode, outcome.stdout]).toEqual([7, 'up\ntold\n']);
  });

  it('judges a report from a pipe', async () => {
    const script = `"$0" "$1" gate --fail-on critical -- sh -c "echo ran" < report.json`;
    const { execFileSync } = await import('node:child_process');
    const stdout = execFileSync('sh', ['-c', script, process.execPath, command.script], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(stdout).toBe('ran\n');
    expect(readFileSync(path.join(cwd, 'report.json'), 'utf8')).toContain('"schemaVersion": 1');
  });
});
