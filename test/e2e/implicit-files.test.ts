/**
 * Files of the working directory that no flag names: what they change is listed with the verdict,
 * and never hides.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';

import type { Report } from '../../src/core/model/report/report.ts';
import { runHere, type Outcome } from '../support/run-here.ts';

let cwd = '';

beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-implicit-e2e-'));
  mkdirSync(path.join(cwd, 'app'));
  put('app/package-lock.json', {
    name: 'app',
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', dependencies: { 'left-pad': '1.0.0' } },
      'node_modules/left-pad': { version: '1.0.0' },
    },
  });
  put('GHSA-test.json', {
    id: 'GHSA-2222-3333-4444',
    modified: '2024-01-01T00:00:00Z',
    published: '2024-01-01T00:00:00Z',
    summary: 'Command injection in left-pad',
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [
      {
        package: { ecosystem: 'npm', name: 'left-pad' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
      },
    ],
  });
  return () => rmSync(cwd, { recursive: true });
});

function put(name: string, content: unknown): void {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(path.join(cwd, name), text);
}

function assay(...args: readonly string[]): Promise<Outcome> {
  return runHere(args, { cwd });
}

const SCAN = ['fs', 'app', '--advisories', 'GHSA-test.json', '--offline', '--allow-incomplete=all'];
const OUT = ['-o', 'table', '-o', 'json=report.json', '-o', 'verdict=verdict.json'];

function report(): Report {
  return JSON.parse(readFileSync(path.join(cwd, 'report.json'), 'utf8')) as Report;
}

function correction(change: object): object {
  return { overrides: [{ id: 'GHSA-2222-3333-4444', reason: 'not ours', ...change }] };
}

/** Each lets the gate pass, or looks away; with `-c` none of them does. */
const TRICKS: readonly (readonly [name: string, content: unknown, line: RegExp])[] = [
  ['.trivyignore', 'GHSA-2222-3333-4444\n', /Read +\.trivyignore .* removes 1 finding/u],
  ['.assayignore', 'GHSA-2222-3333-4444\n', /Read +\.assayignore .* removes 1 finding/u],
  [
    '.trivyignore.yaml',
    'vulnerabilities:\n  - id: GHSA-2222-3333-4444\n',
    /Read +\.trivyignore\.yaml .* removes 1 finding/u,
  ],
  [
    '.assayignore.yaml',
    'exceptions:\n  - package: left-pad\n',
    /Read +\.assayignore\.yaml .* removes 1 finding/u,
  ],
  [
    'advisories.override.json',
    correction({ withdraw: true }),
    /Read +advisories\.override\.json .* removes 1 finding/u,
  ],
  [
    'advisories.override.json',
    correction({
      affected: [{ package: { ecosystem: 'npm', name: 'left-pad' }, versions: ['9.9.9'] }],
    }),
    /Read +advisories\.override\.json .* removes 1 finding/u,
  ],
  [
    'advisories.override.json',
    correction({ severity: 'low' }),
    /Read +advisories\.override\.json .* changes 1 finding/u,
  ],
  [
    'assay.yaml',
    'overrides: other.json',
    /Read +assay\.yaml .* sets overrides \(assay\.yaml:1\); removes 1 finding/u,
  ],
  [
    'assay.yaml',
    'ignorefile: other.ignore',
    /Read +assay\.yaml .* sets ignorefile \(assay\.yaml:1\); removes 1 finding/u,
  ],
];

describe.each(TRICKS)('%s', (name, content, line) => {
  it('passes a gate and is listed with the verdict', async () => {
    put('other.json', correction({ withdraw: true }));
    put('other.ignore', 'GHSA-2222-3333-4444\n');
    put(name, content);
    const { exitCode, stdout, stderr } = await assay(...SCAN, ...OUT, '--fail-on', 'high');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(line);
    const [file] = report().verdict.implicitFiles ?? [];
    expect(file?.path).toBe(name);
    const verdict = JSON.parse(readFileSync(path.join(cwd, 'verdict.json'), 'utf8')) as {
      readonly implicitFiles: unknown;
    };
    expect(verdict.implicitFiles).toEqual(report().verdict.implicitFiles);
    // What was removed is still there to be seen.
    expect(report().results[0]?.findings).toHaveLength(1);
  });

  it('is not read where a configuration is named', async () => {
    put(name, content);
    put('ci.yaml', 'fail-on: high\n');
    const { exitCode, stdout } = await assay(...SCAN, ...OUT, '-c', 'ci.yaml');
    expect(exitCode).toBe(1);
    expect(stdout).not.toContain('  Read ');
    expect(report().verdict.implicitFiles).toBeUndefined();
  });
});

describe('what a correction removes', () => {
  it('is among the suppressed, with reason, owner and place', async () => {
    put('advisories.override.json', correction({ withdraw: true, owner: 'web@example.org' }));
    const { stdout } = await assay(...SCAN, ...OUT, '--fail-on', 'high', '--show-suppressed');
    expect(report().results[0]?.suppressed).toMatchObject([
      {
        by: 'override',
        reason: 'not ours',
        owner: 'web@example.org',
        from: 'advisories.override.json:1',
      },
    ]);
    expect(stdout).toContain('Set aside: 1 (correction: 1)');
  });

  it('counts again at a gate that does not know the correction', async () => {
    put('advisories.override.json', correction({ withdraw: true }));
    await assay(...SCAN, ...OUT);
    const gate = ['gate', 'report.json', '--fail-on', 'high', '--allow-incomplete=all'];
    expect((await assay(...gate)).exitCode).toBe(0);
    expect((await assay(...gate, '--overrides', 'none')).exitCode).toBe(1);
    rmSync(path.join(cwd, 'advisories.override.json'));
    expect((await assay(...gate)).exitCode).toBe(1);
  });

  it('fails a policy that asks for an owner', async () => {
    put('advisories.override.json', correction({ withdraw: true }));
    put('assay.yaml', 'policies: {p: {fail-on: high, exceptions: {require: [reason, owner]}}}');
    const { exitCode, stdout } = await assay(...SCAN, '--policy', 'p');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('has no owner, which the policy asks for');
  });

  it('is listed by assay ignore list', async () => {
    put('advisories.override.json', correction({ withdraw: true }));
    const { stdout } = await assay('ignore', 'list');
    expect(stdout).toMatch(/advisories\.override\.json:1 +counts +GHSA-2222-3333-4444/u);
  });

  it('is no longer removed with --overrides none', async () => {
    put('advisories.override.json', correction({ withdraw: true }));
    const { exitCode } = await assay(...SCAN, '--fail-on', 'high', '--overrides', 'none');
    expect(exitCode).toBe(1);
  });
});

describe('what the filters of a configuration keep from a gate', () => {
  it.each([
    ['severity: LOW', 1],
    ['pkg-types: [library]', 0],
    ['skip-files: ["**/test.json"]', 0],
  ])('is listed: %s', async (text, removedCount) => {
    put('assay.yaml', text);
    const { stderr } = await assay(
      ...SCAN,
      ...OUT,
      ...(removedCount > 0 ? ['--exit-code', '1'] : []),
    );
    expect(report().verdict.implicitFiles, stderr).toMatchObject([
      { path: 'assay.yaml', kind: 'configuration', removedCount },
    ]);
  });
});

it('a clean folder has a clean verdict', async () => {
  put('assay.yaml', 'format: table\n');
  put('.trivyignore', '# nothing\n');
  const { stdout } = await assay(...SCAN, ...OUT);
  expect(stdout).not.toContain('  Read ');
  expect(report().verdict.implicitFiles).toBeUndefined();
});
