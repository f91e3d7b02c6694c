/**
 * Policies as people write them, over one image, through the command line and all stations behind
 * it.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AssayError } from '../../src/core/base/errors.ts';
import { decodeReport } from '../../src/core/codec/codec.ts';
import { GAP_NAMES } from '../../src/core/model/finding/gap-names.ts';
import type { GapKind } from '../../src/core/model/finding/finding.ts';
import type { Verdict } from '../../src/core/model/report/report.ts';
import { ask } from '../support/command-line.ts';
import { affects, anAdvisory, below } from '../support/model.ts';
import {
  SCENE_ADVISORIES,
  SCENE_DAY,
  SCENE_PACKAGES,
  sceneScan,
  type SceneChanges,
} from '../support/gate-scene.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-policies-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

interface Judged {
  readonly exitCode: number;
  readonly verdict?: Verdict;
  readonly stderr: string;
}

async function judged(
  policy: string,
  changes: SceneChanges = {},
  more: readonly string[] = [],
): Promise<Judged> {
  writePolicy(policy);
  const words = ['image', 'app.tar', '--policy', 'it', '--as-of', SCENE_DAY, '-o', 'json', ...more];
  const { exitCode, stdout, stderr } = await ask(words, { cwd, scan: sceneScan(changes) });
  if (stdout === '') return { exitCode, stderr };
  return { exitCode, stderr, verdict: decodeReport(JSON.parse(stdout)).verdict };
}

function writePolicy(policy: string): void {
  const indented = policy
    .trim()
    .split('\n')
    .map((line) => `    ${line}`);
  writeFileSync(join(cwd, 'assay.yaml'), ['policies:', '  it:', ...indented, ''].join('\n'));
}

/** Rules of the verdict, without who asks. */
function rulesOf(verdict: Verdict | undefined): readonly string[] {
  return (verdict?.causes ?? []).map(({ rule }) => rule.replace('policy it, ', ''));
}

const { openssl, curl, left, right } = SCENE_PACKAGES;
const OLD = { id: 'debian', versionId: '10' };
const unread = { stage: 'catalog', message: 'cut off', gap: 'unreadable' } as const;

type Case = readonly [name: string, policy: string, exitCode: number, rules: readonly string[]];

/** Policies over the image as it is. */
const POLICIES: readonly Case[] = [
  ['a severity', 'fail-on: critical', 1, ['fail-on critical']],
  ['a severity or worse', 'fail-on: high', 1, ['fail-on high']],
  ['what nothing meets', 'fail-on: critical+kev', 0, ['fail-on critical+kev']],
  [
    'what has a fix',
    'fail-on: medium+fixable+ecosystem=os',
    1,
    ['fail-on medium+fixable+ecosystem=os'],
  ],
  [
    'what has none does not fail it',
    'fail-on: fixable+package=curl',
    0,
    ['fail-on fixable+package=curl'],
  ],
  ['known exploitation', 'fail-on: kev', 1, ['fail-on kev']],
  ['a probability of exploitation', 'fail-on: {epss: 0.4}', 1, ['fail-on epss>=0.4']],
  ['one that nothing has', 'fail-on: {epss: 0.6}', 0, ['fail-on epss>=0.6']],
  ['a score', 'fail-on: {cvss: 9}', 1, ['fail-on cvss>=9']],
  [
    'a score of one package',
    'fail-on: {cvss: 9, package: openssl}',
    0,
    ['fail-on cvss>=9+package=openssl'],
  ],
  [
    'days since publication',
    'fail-on: {severity: medium, age: 30d}',
    1,
    ['fail-on medium+age>30d'],
  ],
  [
    'an age and an origin, which no image proves',
    'fail-on: {severity: medium, age: 30d, origin: app}',
    1,
    ['fail-on medium+age>30d+origin=app'],
  ],
  [
    'days since a fix exists',
    'fail-on: {severity: high, fix-age: 2w}',
    1,
    ['fail-on high+fix-age>2w'],
  ],
  [
    'a fix that is new has time',
    'fail-on: {severity: critical, fix-age: 2w}',
    0,
    ['fail-on critical+fix-age>2w'],
  ],
  [
    'without a date it counts as old',
    'fail-on: {age: 900d, severity: low, path: "/app/**"}',
    1,
    ['fail-on age>900d+low+path=/app/**'],
  ],
  [
    'evidence of a package with findings',
    'fail-on: high+evidence<consistent',
    1,
    ['fail-on high+evidence<consistent'],
  ],
  [
    'evidence that all have',
    'fail-on: high+evidence<consistent+ecosystem=os',
    0,
    ['fail-on high+evidence<consistent+ecosystem=os'],
  ],
  [
    'the app alone, which no image proves',
    'fail-on: high+origin=app',
    1,
    ['fail-on high+origin=app'],
  ],
  [
    'the base alone, which no image proves',
    'fail-on: critical+origin=base',
    1,
    ['fail-on critical+origin=base'],
  ],
  ['a package by pattern', 'fail-on: {package: "@acme/*"}', 1, ['fail-on package=@acme/*']],
  [
    'a path by pattern',
    'fail-on: {severity: medium, path: /app/tools/**}',
    0,
    ['fail-on medium+path=/app/tools/**'],
  ],
  [
    'a package URL by pattern',
    'fail-on: {purl: "pkg:npm/left@*"}',
    1,
    ['fail-on purl=pkg:npm/left@*'],
  ],
  ['an id by pattern', 'fail-on: {id: cve-2025-*}', 1, ['fail-on id=cve-2025-*']],
  [
    'all ecosystems but one',
    'fail-on: {severity: critical, ecosystem: "!=npm"}',
    0,
    ['fail-on critical+ecosystem!=npm'],
  ],
  [
    'a licence of a package with findings',
    'fail-on: {license: AGPL-*}',
    1,
    ['fail-on license=AGPL-*'],
  ],
  ['enough findings', 'fail-on: {severity: low, count: 4}', 1, ['fail-on low+count>=4']],
  ['too few findings', 'fail-on: {severity: low, count: 5}', 0, ['fail-on low+count>=5']],
  ['any of several', 'fail-on: [critical+kev, "kev+fixable"]', 1, ['fail-on kev+fixable']],
  ['a forbidden licence', 'forbid: {license: AGPL-*}', 1, ['forbid license=AGPL-*']],
  ['a licence that need not be chosen', 'forbid: {license: GPL-*}', 0, ['forbid license=GPL-*']],
  [
    'licences that are allowed',
    'forbid: {license: "!=MIT|OpenSSL|curl|unknown|AGPL-3.0-only"}',
    0,
    ['forbid license!=MIT|OpenSSL|curl|unknown|AGPL-3.0-only'],
  ],
  ['a licence that is not stated', 'forbid: {license: unknown}', 1, ['forbid license=unknown']],
  [
    'a forbidden package',
    'forbid: [package=event-stream, {package: libstdc++6}]',
    1,
    ['forbid package="libstdc++6"'],
  ],
  ['evidence of everything present', 'min-evidence: verified', 1, ['--min-evidence verified']],
  ['evidence that everything has', 'min-evidence: consistent', 0, ['--min-evidence consistent']],
  ['an exit code of its own', 'fail-on: critical\nexit-code: 9', 9, ['fail-on critical']],
  ['exit code 0, for a trial', 'fail-on: critical\nexit-code: 0', 0, ['fail-on critical']],
  [
    'what is shown does not decide',
    'fail-on: low+package=@acme/right\nseverity: CRITICAL',
    1,
    ['fail-on low+package=@acme/right'],
  ],
  [
    'what has no fix is set aside',
    'fail-on: medium+package=curl\nignore-unfixed: true',
    0,
    ['fail-on medium+package=curl'],
  ],
  [
    'what will not be fixed is set aside',
    'fail-on: medium+package=curl\nignore-status: will_not_fix',
    0,
    ['fail-on medium+package=curl'],
  ],
];

describe('policies over one image', () => {
  it('are thirty or more', () => {
    expect(POLICIES.length).toBeGreaterThanOrEqual(30);
  });

  it.each(POLICIES)('%s', async (_name, policy, exitCode, rules) => {
    const outcome = await judged(policy);
    expect(outcome.stderr).not.toMatch(/^(?:WARN|ERROR) /mu);
    expect([outcome.exitCode, rulesOf(outcome.verdict)]).toEqual([exitCode, rules]);
    const hasFailed = outcome.verdict?.status === 'fail';
    expect(hasFailed).toBe(exitCode !== 0 || policy.includes('exit-code: 0'));
  });
});

describe('the same policies over the stored report', () => {
  it.each(POLICIES)('%s', async (_name, policy, exitCode, rules) => {
    await ask(['image', 'app.tar', '--as-of', SCENE_DAY, '-o', 'json=report.json'], {
      cwd,
      scan: sceneScan(),
    });
    writePolicy(policy);
    const words = ['gate', 'report.json', '--policy', 'it', '--as-of', SCENE_DAY, '-o', 'json'];
    const outcome = await ask(words, { cwd });
    const { verdict } = decodeReport(JSON.parse(outcome.stdout));
    expect([outcome.exitCode, rulesOf(verdict)]).toEqual([exitCode, rules]);
  });
});

describe('exit codes', () => {
  it.each<readonly [string, string, SceneChanges, readonly [number, Verdict['status']?]]>([
    ['0: nothing meets it', 'fail-on: critical+kev', {}, [0, 'pass']],
    ['1: findings', 'fail-on: high', {}, [1, 'fail']],
    ['N: findings', 'fail-on: high\nexit-code: 42', {}, [42, 'fail']],
    ['2: a policy that nothing can fail', 'severity: HIGH', {}, [2]],
    ['2: a condition that is none', 'fail-on: hihg', {}, [2]],
    [
      '3: the target is not there',
      'fail-on: high',
      { error: new AssayError('NOT_FOUND', 'no image') },
      [3],
    ],
    ['4: no advisory data', 'fail-on: high', { advisories: [] }, [4]],
    ['5: tampering', 'fail-on-tamper: true', { isTampered: true }, [5, 'fail']],
    ['6: a gap', 'fail-on: critical+kev', { diagnostics: [unread] }, [6, 'incomplete']],
    ['8: nothing to scan', 'fail-on: high', { packages: [] }, [8]],
    [
      'N: end of life',
      'fail-on: critical+kev\nexit-on-eol: 7',
      { distro: OLD, packages: [left, right] },
      [7, 'fail'],
    ],
    ['70: a bug', 'fail-on: high', { error: new Error('a bug') }, [70]],
    ['130: interrupted', 'fail-on: high', { error: new AssayError('INTERRUPTED', 'ended') }, [130]],
  ])('%s', async (_name, policy, changes, [exitCode, status]) => {
    const outcome = await judged(policy, changes);
    expect([outcome.exitCode, outcome.verdict?.status], outcome.stderr).toEqual([exitCode, status]);
  });
});

describe('several causes at once', () => {
  const policy = (...lines: readonly string[]): string =>
    ['fail-on: critical', ...lines].join('\n');
  const all: SceneChanges = {
    isTampered: true,
    distro: OLD,
    diagnostics: [unread],
    advisories: SCENE_ADVISORIES.map((one) => ({
      ...one,
      affected: one.affected.map(({ release, ...entry }) => ({
        ...entry,
        ...(release !== undefined && { release: '10' }),
      })),
    })),
  };

  it('are all listed, and the first in the documented order decides', async () => {
    const everything = policy('fail-on-tamper: true', 'exit-on-eol: 7', 'exit-code: 9');
    const { exitCode, verdict } = await judged(everything, all);
    expect([exitCode, verdict?.status]).toEqual([5, 'fail']);
    expect(verdict?.causes.map(({ rule, exitCode: code }) => [rule, code])).toEqual([
      ['--fail-on-tamper', 5],
      ['policy it, fail-on critical', 9],
      ['--exit-on-eol 7', 7],
      ['incomplete/unreadable', 6],
    ]);
  });

  it.each([
    ['findings come before end of life and gaps', policy('exit-on-eol: 7', 'exit-code: 9'), 9],
    ['end of life before gaps', 'fail-on: critical+kev\nexit-on-eol: 7', 7],
    ['gaps last', 'fail-on: critical+kev', 6],
    ['none, where all is let pass', 'fail-on: critical+kev\nallow-incomplete: true', 0],
  ])('%s', async (_name, text, exitCode) => {
    expect((await judged(text, all)).exitCode).toBe(exitCode);
  });

  it('a dry run lists the same causes and ends with 0', async () => {
    const { exitCode, verdict } = await judged(policy('fail-on-tamper: true'), all, ['--dry-run']);
    expect([exitCode, verdict?.exitCode, verdict?.isDryRun]).toEqual([0, 5, true]);
    expect(verdict?.causes).toHaveLength(4);
  });
});

describe('each kind of gap', () => {
  const kinds = Object.entries(GAP_NAMES) as readonly (readonly [GapKind, string])[];

  it.each(kinds)('%s makes a policy incomplete, unless it is let pass', async (gap, name) => {
    const diagnostics = [{ stage: 'catalog', message: `a gap: ${gap}`, gap } as const];
    const alone = await judged('fail-on: critical+kev', { diagnostics });
    expect([alone.exitCode, rulesOf(alone.verdict)]).toEqual([6, [`incomplete/${name}`]]);
    const others = kinds.map(([, other]) => other).filter((other) => other !== name);
    const without = `fail-on: critical+kev\nallow-incomplete: [${others.join(', ')}]`;
    expect((await judged(without, { diagnostics })).exitCode).toBe(6);
    const allowed = await judged(`fail-on: critical+kev\nallow-incomplete: ${name}`, {
      diagnostics,
    });
    expect([allowed.exitCode, rulesOf(allowed.verdict)]).toEqual([
      0,
      ['fail-on critical+kev', '--allow-incomplete'],
    ]);
  });

  it('a condition on what is not loaded is one', async () => {
    const plain = anAdvisory('CVE-2025-0003', {
      ratings: [{ by: 'nvd', severity: 'critical' }],
      affected: [
        affects('left', [below('1.0.1')]),
        affects('none', [below('1')], { ecosystem: 'debian', release: '12' }),
      ],
    });
    const { exitCode, verdict } = await judged('fail-on: critical+epss>=0.5', {
      advisories: [plain],
      isWithoutFacts: true,
    });
    expect([exitCode, rulesOf(verdict)]).toEqual([6, ['incomplete/no-advisory-data']]);
    expect(verdict?.causes[0]?.message).toContain('policy it, fail-on critical+epss>=0.5 asks for');
  });
});

describe('the origin where nothing tells', () => {
  it('passes nothing over', async () => {
    const changes = { packages: [{ ...openssl, introducedIn: 1 }, curl, left] };
    expect((await judged('fail-on: high+origin=base', changes)).exitCode).toBe(1);
    expect((await judged('fail-on: kev+origin=app', changes)).exitCode).toBe(1);
  });
});
