/**
 * The configuration of hadolint: its places, its values, and what it changes in an audit and its
 * verdict.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ask, type Asked } from '../../../../test/support/command-line.ts';
import { runScan } from '../../../scan/pipeline/run-scan.ts';
import { hadolintPlaces } from './find-hadolint.ts';
import { readHadolintFile } from './hadolint-file.ts';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-hadolint-'));
  mkdirSync(join(cwd, 'app'));
  write('app/Dockerfile', `FROM example.com/debian:13.1@sha256:${'0'.repeat(64)}\nRUN cd /srv\n`);
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function write(name: string, text: string): void {
  mkdirSync(join(cwd, name, '..'), { recursive: true });
  writeFileSync(join(cwd, name), text);
}

function audit(args: readonly string[] = [], env: Record<string, string> = {}): Promise<Asked> {
  const all = { ASSAY_CACHE_DIR: join(cwd, 'cache'), HOME: join(cwd, 'home'), ...env };
  return ask(['audit', join(cwd, 'app'), ...args], { cwd, env: all, scan: runScan });
}

async function severities(env: Record<string, string> = {}): Promise<Record<string, string>> {
  const { stdout } = await audit(['-f', 'json'], env);
  const report = JSON.parse(stdout) as {
    results: { findings: { rule: string; severity: string }[] }[];
  };
  const findings = report.results.flatMap((one) => one.findings);
  return Object.fromEntries(
    findings.map(({ rule, severity }) => [rule.replace('dockerfile/', ''), severity]),
  );
}

describe('a configuration of hadolint', () => {
  it('sets rules aside, and the verdict lists it', async () => {
    const gate = ['--fail-on', 'low'];
    expect((await audit(gate)).exitCode).toBe(1);
    write('.hadolint.yaml', 'ignored:\n  - DL3003\n');
    const { exitCode, stdout } = await audit(gate);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\.hadolint\.yaml/u);
  });

  it('is not read with a named configuration, which is said', async () => {
    write('.hadolint.yaml', 'ignored: [DL3003]\n');
    write('assay.yaml', 'quiet: false\n');
    const { exitCode, stderr } = await audit(['--fail-on', 'low', '-c', join(cwd, 'assay.yaml')]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/not read, as -c names the configuration: \.hadolint\.yaml/u);
  });

  it('changes severities, and the verdict lists it', async () => {
    expect(await severities()).toEqual({ 'cd-instead-of-workdir': 'low' });
    write('.hadolint.yaml', 'override:\n  error:\n    - DL3003\n');
    expect(await severities()).toEqual({ 'cd-instead-of-workdir': 'high' });
    const { exitCode, stdout } = await audit(['--fail-on', 'high']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/override \(\.hadolint\.yaml:1\)/u);
  });

  it.each([
    ['trustedRegistries:\n  - docker.io\n', ['cd-instead-of-workdir', 'untrusted-registry']],
    ['trustedRegistries: "*.com"\n', ['cd-instead-of-workdir']],
    ['label-schema:\n  author: text\n', ['cd-instead-of-workdir', 'missing-label']],
    ['strict-labels: true\n', ['cd-instead-of-workdir']],
  ])('switches rules on: %j', async (text, expected) => {
    write('.hadolint.yaml', text);
    expect(Object.keys(await severities()).sort()).toEqual(expected);
  });

  it.each([
    ['error', 0],
    ['warning', 0],
    ['info', 1],
    ['style', 1],
    ['ignore', 0],
    ['none', 0],
  ])(
    'with failure-threshold %s, a finding of low severity and --exit-code',
    async (level, code) => {
      write('.hadolint.yaml', `ignored: [DL3004]\nfailure-threshold: ${level}\n`);
      const { exitCode, stdout } = await audit(['--exit-code', '1']);
      expect(exitCode).toBe(code);
      expect(stdout).toMatch(/failure-threshold \(\.hadolint\.yaml:2\)/u);
      if (code === 0) expect(stdout).toMatch(/removes 1 finding\b/u);
    },
  );

  it('has a failure-threshold for rules of hadolint only', async () => {
    write('.hadolint.yaml', 'failure-threshold: none\n');
    write('app/Dockerfile', 'FROM scratch\nRUN curl https://example.com/a | sh\n');
    expect((await audit(['--exit-code', '1'])).exitCode).toBe(1);
  });

  it('takes the failure-threshold of the environment first', async () => {
    write('.hadolint.yaml', 'failure-threshold: style\n');
    const env = { HADOLINT_FAILURE_THRESHOLD: 'error' };
    const { exitCode, stdout } = await audit(['--exit-code', '1'], env);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/failure-threshold \(the environment\)/u);
  });

  it('does not move conditions: failure-threshold', async () => {
    write('.hadolint.yaml', 'failure-threshold: error\n');
    const { exitCode, stderr } = await audit(['--fail-on', 'low']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/failure-threshold "error" of \.hadolint\.yaml is not used/u);
    expect(stderr).toMatch(/--fail-on high/u);
  });

  it('counts comments for nothing where it says so', async () => {
    write('app/Dockerfile', 'FROM scratch\n# hadolint ignore=DL3003\nRUN cd /srv\n');
    expect((await audit(['--fail-on', 'low'])).exitCode).toBe(0);
    write('.hadolint.yaml', 'disable-ignore-pragma: true\n');
    expect((await audit(['--fail-on', 'low'])).exitCode).toBe(1);
  });

  it('is found in the home of the user', async () => {
    write('home/.config/hadolint.yaml', 'ignored: [DL3003]\n');
    const { exitCode, stdout } = await audit(['--fail-on', 'low']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/~\/\.config\/hadolint\.yaml/u);
  });

  it('comes from variables too', async () => {
    const { exitCode, stdout } = await audit(['--fail-on', 'low'], { HADOLINT_IGNORE: 'DL3003' });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/the environment/u);
    expect(await severities({ HADOLINT_OVERRIDE_WARNING: 'DL3003,DL3004' })).toEqual({
      'cd-instead-of-workdir': 'medium',
    });
  });

  it.each([
    ['ignored: {a: b}\n', /"ignored" is not a list/u],
    ['- a\n', /no mapping at the top/u],
    ['label-schema:\n  a: number\n', /the form "number" of the label "a"/u],
    ['strict-labels: perhaps\n', /neither true nor false/u],
    ['failure-threshold: high\n', /"high" of "failure-threshold" is none of error, warning/u],
    ['ignored: [\n', /\.hadolint\.yaml/u],
  ])('ends with 2 where it cannot be used: %j', async (text, message) => {
    write('.hadolint.yaml', text);
    const { exitCode, stderr } = await audit();
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('the places', () => {
  it('are those of hadolint, in its order', () => {
    const env = { HOME: '/h', XDG_CONFIG_HOME: '/x' };
    const paths = hadolintPlaces({ cwd: '/w', env }).map(({ path }) => path);
    expect(paths.filter((path) => path.endsWith('.yaml'))).toEqual([
      '/w/.hadolint.yaml',
      '/x/hadolint.yaml',
      '/h/.config/hadolint.yaml',
      '/h/.hadolint/hadolint.yaml',
      '/h/.hadolint/config.yaml',
      '/h/hadolint/config.yaml',
      '/h/.hadolint.yaml',
    ]);
  });
});

describe('a key that is not known', () => {
  it('is a note with the nearest name', () => {
    const { notes } = readHadolintFile('a.yaml', Buffer.from('ignore: [DL3003]\n'));
    expect(notes).toEqual([expect.stringMatching(/a\.yaml:1: .*"ignore".*"ignored"/u)]);
  });
});

describe('the surroundings of a Dockerfile', () => {
  it.each([
    ['app/.dockerignore', false],
    ['app/Dockerfile.dockerignore', false],
    ['app/other', true],
  ])('with %s', async (name, isFound) => {
    write('app/Dockerfile', 'FROM scratch\nCOPY . /\n');
    expect(await severities()).toHaveProperty('missing-dockerignore');
    write(name, 'x\n');
    expect('missing-dockerignore' in (await severities())).toBe(isFound);
  });

  it('name bases past their end of life', async () => {
    write('app/Dockerfile', 'FROM docker.io/library/python:3.7-slim-buster\n');
    expect(await severities()).toHaveProperty('ended-base');
  });

  it('name bases that the trust file does not allow', async () => {
    write('trust.yaml', 'version: 1\nbase-images:\n  allowed: [docker.io/library/**]\n');
    const { stdout, stderr } = await audit([
      '--trust',
      join(cwd, 'trust.yaml'),
      '--fail-on',
      'high',
    ]);
    expect([stdout, stderr]).toEqual([expect.stringMatching(/dockerfile\/untrusted-base/u), '']);
  });
});
