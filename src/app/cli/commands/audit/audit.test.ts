import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ask, type Asked } from '../../../../../test/support/command-line.ts';
import { runScan } from '../../../../scan/pipeline/run-scan.ts';

let cwd: string;

const LINE = '  eval(input); // here\n';

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-audit-'));
  mkdirSync(join(cwd, 'app/src'), { recursive: true });
  writeFileSync(join(cwd, 'app/src/a.js'), `\n${LINE}`);
  symlinkSync('loop', join(cwd, 'app/loop'));
  symlinkSync('..', join(cwd, 'app/src/up'));
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function run(...args: readonly string[]): Promise<Asked> {
  const env = { ASSAY_CACHE_DIR: join(cwd, 'cache') };
  // Directories are read from the working directory of the process.
  const absolute = args.map((arg) => (/^app\b/u.test(arg) ? join(cwd, arg) : arg));
  return ask(absolute, { cwd, env, scan: runScan });
}

interface Place {
  readonly uri?: string;
  readonly line?: number;
  readonly level?: string;
  readonly suppressions?: readonly unknown[];
}

/** Writes a document of an analyzer with one result for each place. */
function analyze(tool: string, ...places: readonly Place[]): string {
  const results = places.map(({ uri = 'src/a.js', line = 2, level = 'error', suppressions }) => ({
    ruleId: 'no-eval',
    level,
    suppressions,
    message: { text: 'eval can be harmful.' },
    locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: line } } }],
  }));
  const runs = [{ tool: { driver: { name: tool } }, results }];
  const file = `${tool}.sarif`;
  writeFileSync(join(cwd, file), JSON.stringify({ version: '2.1.0', runs }));
  return file;
}

interface Finding {
  readonly id: string;
  readonly kind: string;
  readonly rule: string;
  readonly tool?: string;
}

function findingsOf({ stdout }: Asked): readonly Finding[] {
  const report = JSON.parse(stdout) as { results: readonly { findings: readonly Finding[] }[] };
  return report.results.flatMap(({ findings }) => findings);
}

describe('assay audit', () => {
  it('reports what several analyzers found, named by tool, and decides once', async () => {
    const files = ['--sarif', analyze('Lint', {}), '--sarif', analyze('Other', { level: 'note' })];
    const json = await run('audit', 'app', ...files, '-f', 'json');
    expect([json.exitCode, findingsOf(json).map(({ rule, tool }) => [rule, tool])]).toEqual([
      0,
      [
        ['lint/no-eval', 'Lint'],
        ['other/no-eval', 'Other'],
      ],
    ]);
    const failed = await run('audit', 'app', ...files, '--fail-on', 'high');
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toMatch(/lint\/no-eval/u);
    expect((await run('audit', 'app', ...files, '--fail-on', 'critical')).exitCode).toBe(0);
    expect((await run('audit', 'app', ...files, '--exit-code', '9')).exitCode).toBe(9);
  });

  it('passes where an analyzer has found nothing', async () => {
    const asked = await run('audit', 'app', '--sarif', analyze('Lint'), '--fail-on', 'low');
    expect([asked.exitCode, asked.stderr]).toEqual([0, '']);
    expect(asked.stdout).toMatch(/Verdict: PASS/u);
  });

  it('keeps ids after edits above, and in a renamed file; one more finding is one new id', async () => {
    const idsOf = async (...places: readonly Place[]): Promise<readonly string[]> => {
      const args = ['--sarif', analyze('Lint', ...places), '-f', 'json'];
      return findingsOf(await run('audit', 'app', ...args)).map(({ id }) => id);
    };
    const known = await idsOf({});
    writeFileSync(join(cwd, 'app/src/a.js'), `\n${'// more\n'.repeat(200)}${LINE}`);
    renameSync(join(cwd, 'app/src/a.js'), join(cwd, 'app/src/b.js'));
    const place = { uri: 'src/b.js', line: 202 };
    expect(await idsOf(place)).toEqual(known);
    writeFileSync(join(cwd, 'app/src/c.js'), LINE);
    const added = await idsOf(place, { uri: 'src/c.js', line: 1 });
    expect(added.filter((id) => !known.includes(id))).toHaveLength(1);
  });

  it('finds nothing new against a report, whatever was moved; one more finding is new', async () => {
    await run('audit', 'app', '--sarif', analyze('Lint', {}), '-o', 'json=base.json');
    const gate = ['--baseline', join(cwd, 'base.json'), '--fail-on', 'low+new'];
    writeFileSync(join(cwd, 'app/src/a.js'), `\n${'// more\n'.repeat(200)}${LINE}`);
    renameSync(join(cwd, 'app/src/a.js'), join(cwd, 'app/src/b.js'));
    const place = { uri: 'src/b.js', line: 202 };
    const moved = await run('audit', 'app', '--sarif', analyze('Lint', place), ...gate);
    expect(moved.exitCode).toBe(0);
    writeFileSync(join(cwd, 'app/src/c.js'), LINE);
    const more = { uri: 'src/c.js', line: 1 };
    const added = await run('audit', 'app', '--sarif', analyze('Lint', place, more), ...gate);
    expect(added.exitCode).toBe(1);
    expect(added.stdout).toMatch(/: 1 finding /u);
  });

  it('sets results aside that the document suppresses, without -c alone, and lists them', async () => {
    const file = analyze('Lint', { suppressions: [{ kind: 'inSource', justification: 'a test' }] });
    const args = ['audit', 'app', '--sarif', file, '--fail-on', 'high'];
    const asked = await run(...args);
    expect(asked.exitCode).toBe(0);
    const { stdout } = await run(...args, '-f', 'json');
    const report = JSON.parse(stdout) as { results: readonly { suppressed: readonly unknown[] }[] };
    expect(report.results[0]?.suppressed).toMatchObject([{ by: 'comment', reason: 'a test' }]);
    writeFileSync(join(cwd, 'named.yaml'), '');
    expect((await run(...args, '-c', 'named.yaml')).exitCode).toBe(1);
  });

  it('compares a baseline that it scans without the results of other analyzers', async () => {
    const gate = ['--baseline', 'app', '--fail-on', 'low+new'];
    const asked = await run('audit', 'app', '--sarif', analyze('Lint', {}), ...gate);
    expect(asked.exitCode).toBe(1);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['--scanners license', ['app', '--scanners', 'license'], /license is not available yet/u],
    ['--scanners vuln', ['app', '--scanners', 'misconfig,vuln'], /cannot be "vuln"/u],
    [
      '--scanners with another word',
      ['app', '--scanners', 'everything'],
      /cannot be "everything"/u,
    ],
    ['a document that is not there', ['app', '--sarif', 'gone.sarif'], /there is no such file/u],
    [
      'a file in place of a directory',
      ['app/src/a.js', '--sarif', 'Lint.sarif'],
      /needs a directory/u,
    ],
    ['no path', [], /no path given/u],
  ])('is refused with 2: %s', async (_, args, message) => {
    analyze('Lint', {});
    const asked = await run('audit', ...args);
    expect([asked.exitCode, asked.request]).toEqual([2, undefined]);
    expect(asked.stderr).toMatch(message);
  });

  it.each<[string, Place, RegExp]>([
    [
      'a file outside',
      { uri: '../cache/x' },
      /runs\[0\]\.results\[0\].*artifactLocation: "\.\.\/cache\/x" is outside of ".*\/app"/u,
    ],
    ['an unknown level', { level: 'fatal' }, /runs\[0\]\.results\[0\]: "level" is "fatal"/u],
  ])('is refused with 2 and the place: %s', async (_, place, message) => {
    const asked = await run('audit', 'app', '--sarif', analyze('Lint', place), '--exit-code', '5');
    expect([asked.exitCode, asked.request]).toEqual([2, undefined]);
    expect(asked.stderr).toMatch(message);
  });

  it('ends with 3 for a directory that is not there', async () => {
    const asked = await run('audit', 'app/gone', '--sarif', analyze('Lint', {}));
    expect(asked.exitCode).toBe(3);
    expect(asked.stderr).toMatch(/there is no directory ".*\/app\/gone"/u);
  });

  it('finds untrusted data in programs with its steps, and lists what is left out', async () => {
    const request =
      "const { exec } = require('child_process');\nmodule.exports = (req, res) => {\n";
    writeFileSync(join(cwd, 'app/src/run.js'), `${request}  exec('ls ' + req.query.name);\n};\n`);
    mkdirSync(join(cwd, 'app/node_modules/x'), { recursive: true });
    writeFileSync(join(cwd, 'app/node_modules/x/a.py'), 'import os\nos.system(input())\n');
    const asked = await run('audit', 'app', '--scanners', 'code', '--fail-on', 'high');
    expect(asked.exitCode).toBe(1);
    expect(asked.stdout).toMatch(/code\/command-injection/u);
    const { stdout } = await run('audit', 'app', '--scanners', 'code', '-f', 'json');
    const report = JSON.parse(stdout) as { results: readonly { findings: readonly unknown[] }[] };
    expect(report.results[0]?.findings).toMatchObject([
      {
        rule: 'code/command-injection',
        confidence: 'medium',
        steps: [
          { message: 'untrusted: request query', location: { line: 3 } },
          { message: 'reaches "child_process.exec"', location: { line: 3 } },
        ],
      },
    ]);
  });

  it('finds faults of Dockerfiles, and decides about them', async () => {
    writeFileSync(join(cwd, 'app/Dockerfile'), 'FROM debian\nRUN curl -k https://x/i | sh\n');
    const asked = await run('audit', 'app', '--fail-on', 'high');
    expect(asked.exitCode).toBe(1);
    expect(asked.stdout).toMatch(/dockerfile\/downloaded-script/u);
    const ignored = join(cwd, 'cache-ignore');
    writeFileSync(ignored, 'dockerfile/downloaded-script\ndockerfile/disabled-verification\n');
    const excepted = await run('audit', 'app', '--fail-on', 'high', '--ignorefile', ignored);
    expect(excepted.exitCode).toBe(0);
  });
});

describe('assay audit -', () => {
  const audit = (text: string, ...flags: readonly string[]): Promise<Asked> =>
    ask(['audit', '-', ...flags], {
      ...{ cwd, env: { ASSAY_CACHE_DIR: join(cwd, 'cache') } },
      scan: (request, context) => {
        const stdin = (): AsyncIterable<Uint8Array> => Readable.from([Buffer.from(text)]);
        const targets = request.targets.map((target) => ({ ...target, stdin }));
        return runScan({ ...request, targets }, context);
      },
    });
  const added = `+++ b/a.env\n@@ -1 +1 @@\n+DB_PASSWORD=${['Zq7', 'mfLw2', 'xVbT'].join('-')}\n`;

  it('finds secrets in a text on standard input, and decides about them', async () => {
    const json = await audit(added, '-f', 'json');
    expect(findingsOf(json)).toMatchObject([
      { rule: 'secret/generic-password', location: { path: '/stdin', line: 3 } },
    ]);
    expect(json.request).toMatchObject({ scanners: ['secret'], readsPackages: false });
    const gated = await audit(added, '--fail-on', 'low');
    expect([gated.exitCode, gated.stdout]).toEqual([1, expect.stringContaining('stdin:3')]);
    expect(gated.stdout).not.toContain('mfLw2');
  });

  it('passes with a note if standard input is empty', async () => {
    const asked = await audit('', '--fail-on', 'low');
    expect(asked.exitCode).toBe(0);
    expect(asked.stdout).toContain('standard input was empty');
  });

  it.each([
    ...[['--git-history'], ['--staged'], ['--fix'], ['--diff'], ['--sarif', 'a.sarif']],
    ...[
      ['--skip-dirs', 'a'],
      ['--skip-files', 'a'],
      ['--trust', 'a'],
    ],
    ...[
      ['--scanners', 'code'],
      ['--scanners', 'secret,misconfig'],
    ],
  ])('refuses flags about a directory: %s', async (...flags) => {
    const asked = await audit(added, ...flags);
    expect([asked.exitCode, asked.request]).toEqual([2, undefined]);
    expect(asked.stderr).toContain(flags[0]);
  });

  it('does not care about flags of a configuration file, which are for directories', async () => {
    writeFileSync(join(cwd, 'assay.yaml'), 'scan:\n  skip-dirs: [stdin]\n');
    const { exitCode, stderr } = await audit(added, '--fail-on', 'low');
    expect([exitCode, stderr]).toEqual([1, '']);
  });
});

describe('what is not there', () => {
  it.each(['--git-history', '--staged'])('is a repository for %s: two lines', async (flag) => {
    const { exitCode, stderr } = await run('audit', 'app', flag);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/app": not a git repository/u);
    expect(stderr).toContain('Name a directory of a git repository');
    expect(stderr.trim().split('\n').length).toBe(2);
  });

  it('is the file of --secret-config', async () => {
    const { exitCode, stderr } = await run('audit', 'app', '--secret-config', 'none.yaml');
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('there is no file "none.yaml"'),
    ]);
  });
});

describe('assay config', () => {
  it.each(['config', 'conf'])('looks for misconfiguration alone: %s', async (name) => {
    const asked = await run(name, 'app', '--exit-code', '1');
    expect(asked.request).toMatchObject({ scanners: ['misconfig'], readsPackages: false });
    expect(asked.request?.advisories).toBeUndefined();
    expect([asked.exitCode, asked.stderr]).toEqual([0, '']);
    writeFileSync(join(cwd, 'app/Dockerfile'), 'FROM debian\n');
    expect((await run(name, 'app', '--exit-code', '1')).exitCode).toBe(1);
  });
});

describe('a directory without findings', () => {
  const stored = (...flags: readonly string[]): Promise<Asked> =>
    run(...flags, '-o', 'json=stored.json', '-q');

  function lookedFor(): readonly unknown[] {
    const { results } = JSON.parse(readFileSync(join(cwd, 'stored.json'), 'utf8')) as {
      readonly results: readonly { readonly scanners?: readonly string[] }[];
    };
    return results.map(({ scanners }) => scanners);
  }

  it('is judged again from its report, which lists what was looked for', async () => {
    writeFileSync(join(cwd, 'app/Dockerfile'), 'FROM scratch\nUSER 1000\nHEALTHCHECK NONE\n');
    expect((await stored('config', 'app', '--severity', 'critical')).exitCode).toBe(0);
    const gated = await run('gate', 'stored.json', '--fail-on', 'critical');
    expect([gated.exitCode, gated.stderr]).toEqual([0, '']);
    expect(lookedFor()).toEqual([['misconfig']]);
  });

  it('lists other analyzers among what was looked for', async () => {
    await stored('audit', 'app', '--scanners', 'misconfig', '--sarif', analyze('Lint'));
    expect(lookedFor()).toEqual([['misconfig', 'sarif']]);
    expect((await run('gate', 'stored.json', '--fail-on', 'low')).exitCode).toBe(0);
  });

  it('passes with a note where a scanner has looked at no file', async () => {
    const asked = await run('config', 'app', '--exit-code', '1');
    expect(asked.exitCode).toBe(0);
    expect(asked.stdout).toMatch(/app \(misconfiguration\)\n=+\nMisconfiguration: 0 /u);
    expect(asked.stdout).toContain('the scanner misconfig has looked at no file');
    writeFileSync(join(cwd, 'app/Dockerfile'), 'FROM scratch\n');
    expect((await run('config', 'app')).stdout).not.toContain('has looked at no file');
  });
});

describe('assay audit rules', () => {
  it('lists all rules', async () => {
    const { exitCode, stdout } = await run('audit', 'rules');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^RULE +SCANNER +SEVERITY +ALIASES +TITLE\n/u);
    expect(stdout).toMatch(/^image\/root-user +misconfig +HIGH/mu);
  });

  it.each(['image/root-user', 'CIS-DI-0001', 'cis-di-0001', 'AVD-DS-0002'])(
    'explains a rule by its id or an alias: %s',
    async (id) => {
      const { exitCode, stdout } = await run('audit', 'rules', id);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^image\/root-user: .*\nSeverity: high\n/mu);
      expect(stdout).toMatch(/\nWhy: .*\nRemedy: .*\n\nReported:\n {2}FROM /u);
    },
  );

  it('writes JSON', async () => {
    const { stdout } = await run('audit', 'rules', 'image/root-user', '-f', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      rules: [{ id: 'image/root-user', scanner: 'misconfig', cwe: [250] }],
    });
  });

  it('ends with 3 for a rule that is not there, and names the nearest', async () => {
    const { exitCode, stderr } = await run('audit', 'rules', 'image/root-usr');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/assay audit rules image\/root-user/u);
  });
});
