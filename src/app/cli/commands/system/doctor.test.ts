import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { runCommandLine } from '../../shell/run.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-doctor-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function doctor(args: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  let [stdout, stderr] = ['', ''];
  const io = {
    stdout: {
      write: (text: string, done?: () => void): boolean => {
        stdout += text;
        done?.();
        return true;
      },
    },
    stderr: {
      write: (text: string): boolean => {
        stderr += text;
        return true;
      },
    },
    env: { XDG_CACHE_HOME: join(cwd, 'cache'), PATH: process.env['PATH'], ...env },
    cwd,
  };
  const exitCode = await runCommandLine(['doctor', ...args.split(' ').filter(Boolean)], io);
  return { exitCode, stdout, stderr };
}

describe('assay doctor', () => {
  it('has nothing to tell of settings where none is made', async () => {
    const { exitCode, stdout } = await doctor('');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('All settings have their defaults.');
    expect(stdout).toMatch(/^note {2}advisory data +none is loaded/mu);
  });

  it('shows each setting and where it came from', async () => {
    writeFileSync(
      join(cwd, 'assay.yaml'),
      'severity: [HIGH, CRITICAL]\nignore-unfixed: true\nquiet: false\npolicies:\n  prod:\n    description: what may run\n    fail-on: kev\n    min-evidence: consistent\n  dev: {fail-on: critical}\n',
    );
    const env = {
      ASSAY_EXIT_CODE: '3',
      TRIVY_SKIP_DIRS: 'a,b',
      ASSAY_PASSWORD: 'secret',
      ASSAY_USERNAME: 'me',
    };
    const { exitCode, stdout } = await doctor('--policy prod --ignore-unfixed=false', env);
    expect(exitCode).toBe(0);
    const rows = stdout.split('\n').map((line) => line.split(/ {2,}/u));
    for (const row of [
      ['exit-code', '3', 'ASSAY_EXIT_CODE'],
      ['fail-on', 'kev', 'assay.yaml:7'],
      ['ignore-unfixed', 'off', '--ignore-unfixed'],
      ['min-evidence', 'consistent', 'assay.yaml:8'],
      ['password', '***', 'ASSAY_PASSWORD'],
      ['policy', 'prod', '--policy'],
      ['quiet', 'off', 'assay.yaml:3'],
      ['severity', 'HIGH, CRITICAL', 'assay.yaml:1'],
      ['skip-dirs', 'a,b', 'TRIVY_SKIP_DIRS'],
      ['prod', 'asked', 'what may run'],
    ]) {
      expect(rows).toContainEqual(row);
    }
    expect(stdout).not.toContain('secret');
  });

  it('answers programs', async () => {
    writeFileSync(join(cwd, 'assay.yaml'), 'format: cyclonedx\n');
    const { stdout } = await doctor('-f json --severity LOW');
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      config: 'assay.yaml',
      settings: [
        { flag: 'format' },
        { flag: 'severity', values: ['LOW'], from: 'flag', where: '--severity' },
      ],
    });
    expect((await doctor('')).stdout).toContain('cyclonedx');
  });

  it.each([
    [
      'a value that no scan takes',
      'severity: HIHG',
      /^bad {3}settings +--severity cannot be "HIHG"/mu,
    ],
    [
      'an ignore file that is not there',
      'ignorefile: none',
      /^bad {3}settings +there is no ignore file "none"/mu,
    ],
    ['a cache folder that cannot be', 'cache-dir: assay.yaml/none', /^bad {3}cache folder/mu],
  ])('tells of %s', async (_name, text, expected) => {
    writeFileSync(join(cwd, 'assay.yaml'), text);
    const { exitCode, stdout } = await doctor('');
    expect(stdout).toMatch(expected);
    expect(exitCode).toBe(2);
  });
});
