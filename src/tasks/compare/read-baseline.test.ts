import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../test/support/command-folder.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';
import type { Report } from '../../core/model/report/report.ts';

const noGit = missingTool('git');

let folder: CommandFolder;

beforeAll(async () => {
  folder = new CommandFolder();
  await folder.load(
    { id: 'GHSA-aaaa-aaaa-aaaa', aliases: ['CVE-2024-0001'], name: 'lodash', fixed: '4.17.21' },
    { id: 'GHSA-bbbb-bbbb-bbbb', name: 'minimist', fixed: '1.2.6' },
    { id: 'GHSA-cccc-cccc-cccc', name: 'axios', fixed: '0.21.2', severity: 'CRITICAL' },
    { id: 'GHSA-dddd-dddd-dddd', name: 'qs', fixed: '6.9.7', severity: 'LOW' },
  );
  folder.project('before', { lodash: '4.17.19', minimist: '1.2.5' });
  // lodash is another version with the same flaw, minimist is repaired, axios brings a new flaw.
  folder.project('after', { lodash: '4.17.20', minimist: '1.2.8', axios: '0.21.1' });
  folder.project('same', { lodash: '4.17.20', minimist: '1.2.8' });
  await folder.run('fs', 'before', '-o', 'json=before.json');
  await folder.run('fs', 'after', '-o', 'json=after.json');
  await folder.run('fs', 'before', '-o', 'cyclonedx=before.cdx.json');
});

afterAll(() => folder[Symbol.dispose]());

describe('a baseline made before an upgrade, judged after it', () => {
  it.each([
    ['a report', 'before.json'],
    ['a bill of materials', 'before.cdx.json'],
    ['a folder', './before'],
  ])('fails on the new finding alone: %s', async (_, baseline) => {
    const flags = ['--baseline', baseline, '-o', 'table', '-o', 'json=out.json'];
    const { exitCode, stdout } = await folder.assay('fs', 'after', ...flags);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(': 1 new, 1 fixed, 1 unchanged\n');
    expect(stdout).toContain('  new    CRITICAL  GHSA-cccc-cccc-cccc  axios 0.21.1\n');
    expect(stdout).toContain('  fixed  HIGH      GHSA-bbbb-bbbb-bbbb  minimist 1.2.5\n');
    expect(stdout).toContain(`Rule     --baseline ${baseline}: 1 new finding of any severity\n`);
    const report = folder.json('out.json') as Report;
    expect(report.baseline).toMatchObject({ name: baseline, unchangedCount: 1 });
    expect(report.verdict.causes.flatMap(({ findingIds }) => findingIds)).toEqual(
      report.baseline?.newIds,
    );
    expect(report.verdict.cure?.change).toBe('upgrade axios 0.21.1 to 0.21.2');
    const passed = await folder.assay('fs', 'same', '--baseline', baseline);
    expect(passed.exitCode).toBe(0);
    expect(passed.stdout).toContain(
      `Rule     --baseline ${baseline}: no new finding of any severity`,
    );
  });

  it('does so through the stored report', async () => {
    const failed = await folder.assay('gate', 'after.json', '--baseline', 'before.json');
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toContain('1 new, 1 fixed, 1 unchanged');
    expect(failed.stdout).toContain('GHSA-cccc-cccc-cccc  axios 0.21.1');
    expect(failed.stdout).not.toContain('CVE-2024-0001');
    await folder.run('fs', 'same', '-o', 'json=same.json');
    const passed = await folder.assay('gate', 'same.json', '--baseline', 'before.json');
    expect(passed.exitCode).toBe(0);
  });

  it.each<[string, readonly string[], number]>([
    ['a number of its own', ['--exit-code', '9'], 9],
    ['a trial', ['--exit-code', '0'], 0],
    ['severities that the new one has not', ['-s', 'LOW,MEDIUM'], 0],
    ['conditions that do not ask for what is new', ['--fail-on', 'high'], 1],
    ['conditions on what is new', ['--fail-on', 'new'], 1],
    ['conditions on what is new and critical', ['--fail-on', 'critical+new'], 1],
    ['conditions on what is new and exploited', ['--fail-on', 'new+package=lodash'], 0],
  ])('with %s', async (_, flags, exitCode) => {
    const outcome = await folder.assay('fs', 'after', '--baseline', 'before.json', ...flags);
    expect(outcome.exitCode).toBe(exitCode);
    const stored = await folder.assay('gate', 'after.json', '--baseline', 'before.json', ...flags);
    expect(stored.exitCode).toBe(exitCode);
  });

  it('says how many of those that fail are not new', async () => {
    const flags = ['--baseline', 'before.json', '--fail-on', 'high'];
    const { stdout } = await folder.assay('fs', 'after', ...flags);
    expect(stdout).toContain(
      '2 findings meet "high", 1 of them in the baseline ("new" leaves these out)\n',
    );
  });

  it('lets an exception hide the new one, and never calls a hidden one fixed', async () => {
    folder.write('own.txt', 'GHSA-cccc-cccc-cccc\nCVE-2024-0001\n');
    const flags = ['--baseline', 'before.json', '--ignorefile', 'own.txt'];
    const { exitCode, stdout } = await folder.assay('fs', 'after', ...flags);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('0 new, 1 fixed, 0 unchanged');
  });
});

describe.skipIf(noGit !== undefined)(`a git revision${needs(noGit)}`, () => {
  const git = (...args: readonly string[]): void => {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
    execFileSync('git', ['-C', folder.path('repo'), ...identity, ...args], { stdio: 'ignore' });
  };

  beforeAll(() => {
    folder.project('repo', { lodash: '4.17.19', minimist: '1.2.5' });
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-q', '-m', 'one');
    git('tag', 'v1');
    folder.project('repo', { lodash: '4.17.20', minimist: '1.2.8', axios: '0.21.1' });
    git('checkout', '-q', '-b', 'work');
    git('commit', '-q', '-a', '-m', 'two');
  });

  it.each([
    ['a branch', 'main'],
    ['a tag', 'v1'],
    ['a commit before', 'HEAD~1'],
  ])('of the scanned folder: %s', async (_, revision) => {
    const { exitCode, stdout } = await folder.assay('fs', 'repo', '--baseline', revision);
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('1 new, 1 fixed, 1 unchanged')]);
    const repo = await folder.assay('repo', 'repo', '--commit', 'HEAD', '--baseline', revision);
    expect(repo.exitCode).toBe(1);
    const guessed = await folder.assay('./repo', '--baseline', revision);
    expect([guessed.exitCode, guessed.stdout]).toEqual([
      1,
      expect.stringContaining('1 new, 1 fixed, 1 unchanged'),
    ]);
  });

  it('is of the scanned folder alone where that lies in the repository', async () => {
    folder.project('repo/app', { lodash: '4.17.19' });
    git('add', 'app');
    git('commit', '-q', '-m', 'three');
    folder.project('repo/app', { lodash: '4.17.19', minimist: '1.2.5' });
    const { exitCode, stdout } = await folder.assay('fs', 'repo/app', '--baseline', 'HEAD');
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('1 new, 0 fixed, 1 unchanged')]);
    // The folder was not there then.
    const first = await folder.assay('fs', 'repo/app', '--baseline', 'v1');
    expect([first.exitCode, first.stdout]).toEqual([
      1,
      expect.stringContaining('2 new, 0 fixed, 0 unchanged'),
    ]);
    git('reset', '-q', '--hard', 'HEAD~1');
  });

  it('is of a web project, which has a manifest of its own', async () => {
    writeFileSync(folder.path('repo/manifest.json'), '{"name":"page"}');
    const { exitCode, stdout } = await folder.assay('./repo', '--baseline', 'main');
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('1 new, 1 fixed, 1 unchanged')]);
    rmSync(folder.path('repo/manifest.json'));
  });

  it('is what changed since the last commit', async () => {
    const { exitCode, stdout } = await folder.assay('fs', 'repo', '--baseline', 'HEAD');
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('0 new, 0 fixed, 2 unchanged')]);
  });

  it.each([
    ['none of that name', 'repo', 'no-such', 'there is no "no-such"'],
    ['a folder that is not a repository', 'after', 'main', '--baseline: there is no "main"'],
  ])('%s', async (_, target, revision, message) => {
    const { exitCode, stderr } = await folder.assay('fs', target, '--baseline', revision);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining(message)]);
  });
});

describe('a baseline that says little', () => {
  it('is of something else', async () => {
    folder.project('other', { qs: '6.9.0' });
    await folder.run('fs', 'other', '-o', 'json=other.json');
    const { exitCode, stdout } = await folder.assay('fs', 'after', '--baseline', 'other.json');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('it shares 0 of 1 packages with what was scanned');
  });

  it('leaves findings out', async () => {
    await folder.run('fs', 'before', '-s', 'CRITICAL', '-o', 'json=brief.json');
    const { exitCode, stdout } = await folder.assay('fs', 'after', '--baseline', 'brief.json');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('2 new, 0 fixed, 0 unchanged');
    expect(stdout).toContain('it leaves out findings because of --severity or --only');
  });

  it.each<[string, () => string, number, string]>([
    [
      'was made without advisories',
      () => 'packages.json',
      4,
      'no advisories were asked, so everything would be new',
    ],
    [
      'was edited',
      () =>
        folder.write(
          'bad.json',
          folder.read('before.json').replace(/"severity": "high"/, '"severity": "low"'),
        ),
      3,
      'does not hold together',
    ],
    [
      'is cut off',
      () => folder.write('cut.json', folder.read('before.json').slice(0, 2000)),
      3,
      'is not a report',
    ],
    ['is not a report at all', () => folder.write('x.json', '{}'), 8, '"x.json"'],
  ])('is refused where it %s', async (_, make, exitCode, message) => {
    await folder.run('fs', 'before', '--scanners', 'packages', '-o', 'json=packages.json');
    const name = make();
    const outcome = await folder.assay('fs', 'after', '--baseline', name);
    expect([outcome.exitCode, outcome.stderr]).toEqual([
      exitCode,
      expect.stringContaining(message),
    ]);
  });

  it('is asked for where a condition needs it, and where findings are', async () => {
    const without = await folder.assay('fs', 'after', '--fail-on', 'new');
    expect([without.exitCode, without.stderr]).toEqual([
      2,
      expect.stringContaining('"new" needs something to be newer than'),
    ]);
    const packages = ['--scanners', 'packages', '--baseline', 'before.json'];
    expect((await folder.assay('fs', 'after', ...packages)).exitCode).toBe(2);
    const sbom = await folder.assay('gate', 'after.json', '--baseline', 'before.cdx.json');
    expect([sbom.exitCode, sbom.stderr]).toEqual([
      2,
      expect.stringContaining('is not a JSON report'),
    ]);
  });
});
