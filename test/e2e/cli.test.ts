/** The built command as a user runs it: starting, exit codes, streams and signals. */

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-e2e-'));
  mkdirSync(path.join(cwd, 'app'));
  mkdirSync(path.join(cwd, 'empty'));
  mkdirSync(path.join(cwd, 'broken'));
  writeFileSync(path.join(cwd, 'broken', 'package-lock.json'), '{"lockfileVersion": 3, "pack');
  const lock = JSON.stringify({
    name: 'app',
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', dependencies: { lodash: '4.17.20' } },
      'node_modules/lodash': { version: '4.17.20' },
    },
  });
  writeFileSync(path.join(cwd, 'app', 'package-lock.json'), lock);
  mkdirSync(path.join(cwd, 'mixed'));
  writeFileSync(path.join(cwd, 'mixed', 'package-lock.json'), lock);
  writeFileSync(path.join(cwd, 'mixed', 'bun.lockb'), '#!/usr/bin/env bun\n');
  writeFileSync(path.join(cwd, 'GHSA-test.json'), JSON.stringify(LODASH_ADVISORY));
});

afterAll(() => {
  command[Symbol.dispose]();
  rmSync(cwd, { recursive: true });
});

const LODASH_ADVISORY = {
  id: 'GHSA-aaaa-bbbb-cccc',
  modified: '2024-01-01T00:00:00Z',
  published: '2024-01-01T00:00:00Z',
  summary: 'Command injection in lodash',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'lodash' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.21' }] }],
    },
  ],
};

function assay(...args: readonly string[]): Promise<CommandOutcome> {
  return runBuilt(command, args, { cwd });
}

describe('starting', () => {
  it.each(['--version', '-v', 'version'])('%s prints the version', async (word) => {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(text) as { version: string };
    expect(await assay(word)).toEqual({ exitCode: 0, stdout: `assay ${version}\n`, stderr: '' });
  });

  it('loads almost nothing for the version', () => {
    const bytes = readFileSync(command.script, 'utf8');
    expect(bytes.length).toBeLessThan(2000);
    expect(bytes.startsWith('#!/usr/bin/env node\n')).toBe(true);
    const main = readFileSync(path.join(path.dirname(command.script), 'chunks/main.js'), 'utf8');
    expect(main.length).toBeLessThan(2000);
    // Two that are loaded at once: the version, and the bundler's own helpers.
    expect(main.match(/(?<!=>)\brequire\("\.\//gu)?.length).toBeLessThanOrEqual(2);
  });

  it('helps', async () => {
    const { exitCode, stdout } = await assay('--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('assay image --input app.tar --fail-on high+fixable');
  });
});

describe('exit codes', () => {
  it.each([
    ['2 for an unknown flag', ['fs', 'app', '--no-such-flag'], 2],
    ['3 for a target that is not there', ['fs', 'no-such-folder'], 3],
    ['3 for an archive that is none', ['image', '--input', 'app/package-lock.json'], 3],
    ['4 without advisory data', ['fs', 'app'], 4],
    ['4 for a status without data', ['db', 'status'], 4],
    ['8 for nothing to scan', ['fs', 'empty'], 8],
    ['0 for packages only', ['fs', 'app', '--scanners', 'packages'], 0],
  ] as const)('%s', async (_name, args, exitCode) => {
    const outcome = await assay(...args, '--cache-dir', 'no-data');
    expect(outcome.stderr).not.toContain('Please report');
    expect([outcome.exitCode, outcome.stderr]).toEqual([
      exitCode,
      exitCode === 0 ? '' : expect.stringMatching(/^ERROR /u),
    ]);
  });

  it('0 without a gate, 1 with a failing and 0 with a passing one', async () => {
    const loaded = await assay('db', 'import', 'GHSA-test.json', '--cache-dir', 'data');
    expect(loaded).toMatchObject({ exitCode: 0, stderr: '' });

    const scan = ['fs', 'app', '--cache-dir', 'data', '--as-of', '2025-01-01'];
    const open = await assay(...scan);
    expect(open.stdout).toContain('app (npm)\n=========\nTotal: 1 (');
    expect(open.exitCode).toBe(0);

    const failing = await assay(...scan, '--fail-on', 'high+fixable');
    expect(failing.exitCode).toBe(1);
    expect(failing.stdout).toContain('\nVerdict: FAIL (exit code 1)\n');
    expect(failing.stdout.trimEnd().split('\n').at(-1)).toContain(
      'assay fs app --cache-dir data --as-of 2025-01-01 --fail-on high+fixable',
    );

    expect((await assay(...scan, '--exit-code', '9')).exitCode).toBe(9);
    expect((await assay(...scan, '--exit-code', '9', '-s', 'CRITICAL')).exitCode).toBe(0);
    const passing = await assay(...scan, '--fail-on', 'critical');
    expect(passing.exitCode).toBe(0);
    expect(passing.stdout).toMatch(
      /Verdict: PASS \(exit code 0\)\n {2}Found .*\n {2}Warning {2}the advisory data of osv [^\n]*\n(?: {11}.*\n)* {2}Rule {5}--fail-on critical: no finding meets it\n$/u,
    );
  });

  it('6 for a gate over what cannot be read, and 0 where that is allowed or no gate is asked', async () => {
    await assay('db', 'import', 'GHSA-test.json', '--cache-dir', 'data');
    const scan = ['fs', 'broken', '--cache-dir', 'data'];
    const failing = await assay(...scan, '--fail-on', 'high');
    expect([failing.exitCode, failing.stderr]).toEqual([6, '']);
    expect(failing.stdout).toContain('\nVerdict: INCOMPLETE (exit code 6)\n');
    expect(failing.stdout).toContain('allow it with --allow-incomplete=unreadable\n');
    expect((await assay(...scan, '--exit-code', '1')).exitCode).toBe(6);

    // A lockfile of another tool beside one that is read: packages that nobody looked at.
    const mixed = await assay('fs', 'mixed', '--cache-dir', 'data', '--fail-on', 'critical');
    expect(mixed.exitCode).toBe(6);
    expect(mixed.stdout).toContain(
      '"/bun.lockb": dependencies of Bun are not read yet; bun install ',
    );

    const allowed = await assay(...scan, '--fail-on', 'high', '--allow-incomplete=unreadable');
    expect(allowed.exitCode).toBe(0);
    expect(allowed.stdout).toContain('--allow-incomplete: gaps let pass: unreadable\n');
    expect((await assay(...scan)).exitCode).toBe(0);
  });
});

describe('streams', () => {
  it.skipIf(!existsSync('/dev/full'))(
    'says that a full disk took no report (needs /dev/full)',
    () => {
      for (const line of ['fs app --scanners packages', 'fs --help']) {
        const shell = `"${process.execPath}" "${command.script}" ${line} >/dev/full`;
        const { status, stderr } = spawnSync('sh', ['-c', shell], { cwd, encoding: 'utf8' });
        expect([status, stderr]).toEqual([
          3,
          expect.stringMatching(/^ERROR cannot write to standard output: ENOSPC.*\n$/u),
        ]);
      }
    },
  );

  it('is quiet when the reader goes away, and keeps its exit code', () => {
    const line = `fs app --scanners packages -o json`;
    const takeOne = `const byte = Buffer.alloc(1); fs.readSync(0, byte); process.stdout.write(byte)`;
    const reader = `"${process.execPath}" -e '${takeOne}'`;
    const shell = `{ "${process.execPath}" "${command.script}" ${line}; echo "$?" >code; } | ${reader}`;
    const { stdout, stderr } = spawnSync('sh', ['-c', shell], { cwd, encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['{', '']);
    expect(readFileSync(path.join(cwd, 'code'), 'utf8')).toBe('0\n');
  });

  it('writes a report through a pipe to its end', async () => {
    const { exitCode, stdout } = await assay('fs', 'app', '--scanners', 'packages', '-f', 'json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1 });
  });
});

describe('signals', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends a run with 130', async (signal) => {
    const server = createServer(() => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const args = ['db', 'update', '--mirror', `http://127.0.0.1:${port}/`, '--cache-dir', 'none'];
    const outcome = await runBuilt(command, args, {
      cwd,
      onStart: (child) => void server.once('request', () => child.kill(signal)),
    });
    server.closeAllConnections();
    server.close();
    expect(outcome).toEqual({ exitCode: 130, stdout: '', stderr: `ERROR ended by ${signal}\n` });
  });
});
