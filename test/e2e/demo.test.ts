/** The demonstration, as the README's first command runs it. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/scan/report/text/terminal-text.ts';
import { verdictPicture } from '../../tools/picture/verdict-picture.ts';
import {
  builtCommand,
  runBuilt,
  type BuiltCommand,
  type CommandOutcome,
} from '../support/build.ts';
import { missingTool, needs, toolPath } from '../support/tools.ts';

const noGit = missingTool('git');

let command: BuiltCommand;
let cwd: string;
/** A run without flags, and one whose folder stays, without npm: a run takes seconds. */
let plain: CommandOutcome;
let kept: CommandOutcome;

beforeAll(async () => {
  command = await builtCommand();
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-demo-test-'));
  plain = await demo();
  const git = toolPath('git') ?? '';
  mkdirSync(path.join(cwd, 'programs'));
  symlinkSync(git, path.join(cwd, 'programs', 'git'));
  kept = await keptDemo();
});

afterAll(() => {
  command[Symbol.dispose]();
  rmSync(cwd, { recursive: true, force: true });
});

describe.skipIf(noGit !== undefined)(`assay demo${needs(noGit)}`, () => {
  it('runs to its end with a failing gate and a passing one', () => {
    const { exitCode, stdout, stderr } = plain;
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(verdicts(stdout)).toEqual([
      ...['FAIL 1', 'FAIL 1', 'FAIL 1', 'PASS 0'],
      // Stored reports by a policy.
      ...['FAIL 1', 'PASS 0'],
      // A vulnerable package, its edited label believed, and looked behind.
      ...['FAIL 1', 'PASS 0', 'FAIL 5'],
      // A malicious package.
      'FAIL 1',
      // A signed image, and one that its tag was moved to.
      ...['PASS 0', 'FAIL 10'],
      // An image that is not pushed, one that is, and its verdict.
      ...['FAIL 1', 'PASS 0', 'PASS 0'],
      // Commits in the name of Ada: signed by her, by Bob, and by nobody.
      'FAIL 12',
      // An image that runs as root.
      'FAIL 1',
      // A key in a file that a layer deletes.
      'FAIL 1',
      // Untrusted data in a shell command, and the corrected program.
      ...['FAIL 1', 'PASS 0'],
      // A title in the script of a workflow, and the fixed workflow.
      ...['FAIL 1', 'PASS 0'],
      // A Dockerfile, and one line of it fixed.
      ...['FAIL 1', 'PASS 0'],
      // What the plan of a fix leaves.
      'PASS 0',
      // Another registry and an imitated name, and the corrected lockfile.
      ...['FAIL 7', 'PASS 0'],
    ]);
    const said = stdout.replaceAll(/\s+/gu, ' ');
    expect(said).toContain('6.0.1 is claimed, but it is 5.3 by directory name');
    expect(said).toContain('malicious: 1 known malicious package: assay-demo-thief 1.0.0');
    expect(said).toContain('remove the malicious package assay-demo-thief 1.0.0');
    expect(said).toContain('demo/base:1 -> demo/base:1@sha256:');
    expect(said).toContain('PASS no mutable reference');
    expect(said).toContain('FAIL 1 update rejected');
    expect(said).toContain('oci:released:1.2 was not pushed: the gate did not pass.');
    expect(said).toContain('oci:released@sha256:');
    expect(said).toContain('HIGH image/root-user');
    expect(said).toContain('/srv/deploy/key.pem:1 in layer 3');
    expect(said).toContain('layer 4 deletes or replaces the file');
    expect(stdout).not.toMatch(/BEGIN|PRIVATE KEY/u);
    expect(said).toContain('layer 4: RUN sed -i s/5.3/6.0.1/');
    expect(said).toContain('+RUN apk add --no-cache curl=8.9.1-r2');
    expect(said).toContain('package-lock.json (npm): not tried');
    expect(said).toContain('override: json5 2.1.3 to 2.2.2 (minor)');
    expect(said).toContain('"lodahs" is nearly "lodash"');
    expect(said).toContain('MAL-0000-assay-demo) exit code 1 $ npm install minimist notice');
    expect(said).toContain('installed: minimist 1.2.6 exit code 0');
    expect(totals(stdout)).toHaveLength(3);
    expect(stdout).toMatch(/^ {3}Interpreters +node, python 3\.11 +node +node$/mu);
  });

  it('asks the registry itself where there is no npm', () => {
    expect(kept.exitCode).toBe(0);
    const said = kept.stdout.replaceAll(/\s+/gu, ' ');
    expect(said).toContain('has no npm');
    expect(said).toContain('GET /assay-demo-thief 403 assay-demo-thief: no version is allowed');
    expect(said).toContain('200 minimist 1.2.6');
    expect(kept.stdout).not.toContain('$ npm install');
  });

  it('fits a terminal of 80 columns but for commands and digests', () => {
    const wide = plain.stdout
      .split('\n')
      .filter((line) => displayWidth(line) > 80)
      .filter((line) => !/^ *(?:\$ assay|Run|npm) |sha256:/u.test(line));
    expect(wide).toEqual([]);
  });

  it('is what the picture of the README shows (otherwise: npm run picture)', () => {
    const picture = readFileSync(new URL('../../docs/verdict.svg', import.meta.url), 'utf8');
    expect(picture).toBe(verdictPicture(plain.stdout));
  });

  it('gives the same output whatever the clock and the day say', async () => {
    const second = await runBuilt(command, ['demo'], { cwd, env: { TZ: 'Asia/Tokyo' } });
    expect(second.stdout).toBe(plain.stdout);
  });

  it('leaves images that the command itself scans to the same verdict', async () => {
    const gate = [
      '--fail-on',
      'high+fixable',
      '--as-of',
      '2025-01-15',
      '--cache-dir',
      'kept/cache',
    ];
    const scan = (image: string): Promise<CommandOutcome> =>
      runBuilt(command, ['image', '--input', `kept/${image}.tar`, ...gate], { cwd });
    expect((await scan('full')).exitCode).toBe(1);
    expect((await scan('alpine-patched')).exitCode).toBe(0);
  });

  it('counts less when a vulnerable package is deleted from the lockfile', async () => {
    const before = totals(kept.stdout);
    const file = path.join(cwd, 'kept/app/package-lock.json');
    const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, object> };
    writeFileSync(
      file,
      JSON.stringify({
        ...lock,
        packages: Object.fromEntries(
          Object.entries(lock.packages).filter(([name]) => name !== 'node_modules/minimist'),
        ),
      }),
    );
    const { stdout } = await keptDemo('--offline');
    expect(stdout).toContain('--offline opens none');
    const after = totals(stdout);
    // CVE-2021-44906 alone speaks of minimist 1.2.5.
    expect(after).toEqual(before.map((count) => count - 1));
  });

  it('names a lockfile that was edited into nonsense, and the way out', async () => {
    writeFileSync(path.join(cwd, 'kept/app/package-lock.json'), '{"packages": ');
    const { exitCode, stderr } = await keptDemo('--offline');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('cannot read "kept/app/package-lock.json"');
  });

  it('never lends its advisories to other scans', async () => {
    const { exitCode, stderr } = await runBuilt(command, ['fs', 'kept/app', '--offline'], { cwd });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('assay db update');
  });
});

function demo(...flags: readonly string[]): Promise<CommandOutcome> {
  return runBuilt(command, ['demo', ...flags], { cwd });
}

/** Runs the demonstration in a folder that stays, with no program but git. */
function keptDemo(...flags: readonly string[]): Promise<CommandOutcome> {
  const env = { PATH: path.join(cwd, 'programs') };
  return runBuilt(command, ['demo', '--dir', 'kept', ...flags], { cwd, env });
}

/** `WORD CODE` of each verdict, in order. */
function verdicts(text: string): readonly string[] {
  return [...text.matchAll(/^ +Verdict: (?<word>\w+) \(exit code (?<code>\d+)\)/gm)].map(
    ({ groups }) => `${groups?.['word'] ?? ''} ${groups?.['code'] ?? ''}`,
  );
}

/** The totals side by side. */
function totals(text: string): readonly number[] {
  const [, cells = ''] = /^ {3}Findings +(.+)$/mu.exec(text) ?? [];
  return cells.split(/ +/u).map((cell) => Number.parseInt(cell, 10));
}
