/** The configuration of zizmor: its values, and what it changes in an audit and its verdict. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ParseError } from '../../../core/base/errors.ts';
import { ask, type Asked } from '../../../../test/support/command-line.ts';
import { loadShell, pipelineFindings } from '../../../rules/detect/pipeline/pipeline.ts';
import { runScan } from '../../../scan/pipeline/run-scan.ts';
import { readZizmorFile } from './zizmor-file.ts';

await loadShell();

const AUDITS = [
  ...['unpinned-uses', 'forbidden-uses', 'dependabot-cooldown', 'secrets-outside-env'],
  'template-injection',
];

function read(text: string): ReturnType<typeof readZizmorFile> {
  return readZizmorFile('zizmor.yml', Buffer.from(text), AUDITS);
}

describe('a configuration of zizmor', () => {
  it('names places to ignore', () => {
    const text =
      'rules:\n  template-injection:\n    ignore:\n      - a.yml\n      - b.yaml:10\n      - c.yml:10:5\n  unpinned-uses:\n    disable: true\n';
    const ofInjection = { audit: 'template-injection', from: 'zizmor.yml:3' };
    expect(read(text).ignored).toEqual([
      { ...ofInjection, paths: ['**/a.yml'] },
      { ...ofInjection, paths: ['**/b.yaml'], line: 10 },
      { ...ofInjection, paths: ['**/c.yml'], line: 10, column: 5 },
      { audit: 'unpinned-uses', from: 'zizmor.yml:8' },
    ]);
  });

  it.each([
    ['[]', 'no mapping at the top'],
    ['rules: []', '"rules" is not a mapping'],
    ['rules: {unpinned-uses: {ignore: a.yml}}', '"rules.unpinned-uses.ignore" is not a list'],
    ['rules: {unpinned-uses: {ignore: [a]}}', '"a" matches no file'],
    ['rules: {unpinned-uses: {ignore: ["a.yml:0"]}}', '"a.yml:0" matches no file'],
    ['rules: {unpinned-uses: {ignore: ["../a.yml"]}}', '"../a.yml" matches no file'],
    [
      'rules: {unpinned-uses: {disable: perhaps}}',
      '"rules.unpinned-uses.disable" is neither true nor false',
    ],
    [
      'rules: {unpinned-uses: {config: {policies: []}}}',
      '"rules.unpinned-uses.config.policies" is not a mapping',
    ],
    [
      'rules: {unpinned-uses: {config: {policies: {"a/": any}}}}',
      '"a/" is not a pattern of repositories',
    ],
    [
      'rules: {unpinned-uses: {config: {policies: {"a/*": none}}}}',
      'the policy "none" of "a/*" is none of hash-pin, ref-pin, any',
    ],
    [
      'rules: {forbidden-uses: {config: {forbid: ["*"]}}}',
      '"rules.forbidden-uses.config" has to have either "allow" or "deny"',
    ],
    [
      'rules: {forbidden-uses: {config: {allow: ["*"], deny: ["*"]}}}',
      '"rules.forbidden-uses.config" has to have either "allow" or "deny"',
    ],
    [
      'rules: {forbidden-uses: {config: {deny: ["a/b/**"]}}}',
      '"a/b/**" is not a pattern of repositories',
    ],
    [
      'rules: {dependabot-cooldown: {config: {days: 0}}}',
      '"rules.dependabot-cooldown.config.days" is not a number of days',
    ],
    [
      'rules: {dependabot-cooldown: {config: {days: -1}}}',
      '"rules.dependabot-cooldown.config.days" is not a number of days',
    ],
    [
      'rules: {secrets-outside-env: {config: {allow: a}}}',
      '"rules.secrets-outside-env.config.allow" is not a list',
    ],
    [
      'rules: {unpinned-uses: {remap: {severity: urgent}}}',
      '"rules.unpinned-uses.remap.severity" is none of informational, low, medium, high',
    ],
    [
      'rules: {unpinned-uses: {config: {policies: {"foo/bar@v1": any}}}}',
      'the policy of "foo/bar@v1" names a version',
    ],
  ])('notes what has no effect in %j', (text, message) => {
    const { notes, ignored, settings } = read(text);
    expect(notes.join('\n')).toContain(message);
    expect(notes[0]).toMatch(/^zizmor\.yml(?::\d+)?: /u);
    expect(ignored).toEqual([]);
    expect(settings.pins ?? []).toEqual([]);
  });

  it('compares places with a directory from the root and from .github', () => {
    const text =
      'rules: {unpinned-uses: {ignore: [".github/workflows/checks.yml", "actions/gate/action.yaml:27", ./ci.yml]}}';
    expect(read(text).ignored.map(({ paths, line }) => [paths, line])).toEqual([
      [['/.github/workflows/checks.yml', '/.github/.github/workflows/checks.yml'], undefined],
      [['/actions/gate/action.yaml', '/.github/actions/gate/action.yaml'], 27],
      [['**/ci.yml'], undefined],
    ]);
  });

  it('never ends the run, whatever is changed in it', () => {
    const text =
      'rules:\n  unpinned-uses:\n    ignore: [ci.yml, a/b.yml:3]\n    disable: false\n    config: {policies: {"*": hash-pin, "a/*": any}}\n  forbidden-uses: {config: {deny: ["a/b"]}}\n  dependabot-cooldown: {config: {days: 3}}\n  template-injection: {remap: {severity: low}}\n';
    const values = ['[]', '{}', 'x', '0', '-1', 'null', '"', '[[', '&a', '*b', '!!binary x', '~'];
    const marks = [...text.matchAll(/[a-z0-9"*.\-/]+/gu)].map(({ index, 0: word }) => ({
      index,
      word,
    }));
    let count = 0;
    for (const [at, { index, word }] of marks.entries()) {
      for (const step of [0, 4, 7]) {
        const value = values[(at + step) % values.length] ?? '';
        const changed = text.slice(0, index) + value + text.slice(index + word.length);
        count += 1;
        try {
          expect(Array.isArray(read(changed).notes)).toBe(true);
        } catch (error) {
          // The caller makes a note of a file that is no YAML.
          expect(error).toBeInstanceOf(ParseError);
        }
      }
    }
    expect(count).toBeGreaterThan(60);
  });

  it('notes what it does not know, with the nearest name', () => {
    const { notes, ignored } = read(
      'rule: {}\nrules:\n  unpinned-use: {disable: true}\n  unpinned-uses: {ignored: []}\n',
    );
    expect(notes).toEqual([
      'zizmor.yml:1: the key "rule" is not known; perhaps "rules" is meant',
      'zizmor.yml:3: the key "unpinned-use" is not known; perhaps "unpinned-uses" is meant',
      'zizmor.yml:4: the key "ignored" is not known; perhaps "ignore" is meant',
    ]);
    expect(ignored).toEqual([]);
  });

  it('notes the audit whose findings are vulnerabilities', () => {
    const { notes, ignored } = read(
      'rules: {known-vulnerable-actions: {ignore: [ci.yml], disable: true}}\n',
    );
    expect(notes).toEqual([
      expect.stringMatching(
        /^zizmor\.yml:1: "known-vulnerable-actions" has no effect here, .*\.assayignore/u,
      ),
    ]);
    expect(ignored).toEqual([]);
  });
});

/** The actions that a rule reports in a workflow with these actions. */
function reported(config: string, rule: string, ...uses: readonly string[]): readonly string[] {
  const steps = uses.map((one) => `      - uses: ${one}`);
  const text = ['on: push', 'permissions: {}', 'jobs:', '  a:', '    steps:', ...steps, ''];
  const found = pipelineFindings('/.github/workflows/a.yml', Buffer.from(text.join('\n')), {
    ...read(config).settings,
    persona: 'auditor',
  });
  return found.flatMap(({ rule: one, excerpt = '' }) =>
    one === `pipeline/${rule}` ? [excerpt] : [],
  );
}

const COMMIT = '11bd71901bbe5b1630ceea73d27597364c9af683';

describe('patterns of repositories', () => {
  it.each<[string, readonly string[]]>([
    ['"*"', ['a/b@v1', 'a/b/c@v1', 'a/B/d@v2', 'e/f@v1']],
    ['a/*', ['a/b@v1', 'a/b/c@v1', 'a/B/d@v2']],
    ['a/b/*', ['a/b@v1', 'a/b/c@v1', 'a/B/d@v2']],
    ['A/B', ['a/b@v1']],
    ['a/b/c', ['a/b/c@v1']],
    ['a/b/d@v2', ['a/B/d@v2']],
    ['a/b/d@v1', []],
    ['b/*', []],
  ])('%s', (pattern, expected) => {
    const all = ['a/b@v1', 'a/b/c@v1', 'a/B/d@v2', 'e/f@v1'];
    const config = (mode: string): string =>
      `rules: {forbidden-uses: {config: {${mode}: [${pattern}]}}}`;
    expect(reported(config('deny'), 'forbidden-uses', ...all)).toEqual(expected);
    expect(reported(config('allow'), 'forbidden-uses', ...all)).toEqual(
      all.filter((one) => !expected.includes(one)),
    );
  });

  it.each<[string, readonly string[]]>([
    ['{}', ['a/b@v1', 'a/c@main', 'd/e@v1']],
    ['{"*": ref-pin}', []],
    ['{"a/*": ref-pin}', ['d/e@v1']],
    ['{"a/*": ref-pin, a/b: hash-pin}', ['a/b@v1', 'd/e@v1']],
    ['{a/b: hash-pin, "a/*": ref-pin}', ['a/b@v1', 'd/e@v1']],
    ['{"*": any, "d/*": hash-pin}', ['d/e@v1']],
  ])('policies %s', (policies, expected) => {
    const all = ['a/b@v1', 'a/c@main', 'd/e@v1', `d/e@${COMMIT}`];
    const config = `rules: {unpinned-uses: {config: {policies: ${policies}}}}`;
    expect(reported(config, 'unpinned-uses', ...all)).toEqual(expected);
  });
});

describe('an audit with a configuration of zizmor', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'assay-zizmor-'));
    write(
      '.github/workflows/a.yml',
      'on: push\npermissions: {}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: a/b@v1\n      - uses: a/c@v1\n',
    );
  });

  afterEach(() => {
    rmSync(cwd, { recursive: true });
  });

  function write(name: string, text: string): void {
    mkdirSync(join(cwd, name, '..'), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }

  function audit(...args: readonly string[]): Promise<Asked> {
    const env = { ASSAY_CACHE_DIR: join(cwd, 'cache'), HOME: join(cwd, 'home') };
    return ask(['config', cwd, '--fail-on', 'low', ...args], { cwd, env, scan: runScan });
  }

  it('ignores one place, and the verdict lists the file', async () => {
    write('.github/zizmor.yml', 'rules:\n  unpinned-uses:\n    ignore: [a.yml:7:15]\n');
    const one = await audit();
    expect(one.exitCode).toBe(1);
    expect(one.stdout).toMatch(/a\.yml:8\b/u);
    expect(one.stdout).not.toMatch(/a\.yml:7\b/u);
    expect(one.stdout).toMatch(/\.github\/zizmor\.yml/u);
    write('.github/zizmor.yml', 'rules:\n  unpinned-uses:\n    ignore: [a.yml:7, a.yml:8:15]\n');
    expect((await audit()).exitCode).toBe(0);
  });

  it.each([
    ['rules:\n  unpinned-uses:\n    ignore: [.github/workflows/a.yml]\n', 0],
    ['rules:\n  unpinned-uses:\n    ignore: [workflows/a.yml:7, workflows/a.yml:8]\n', 0],
    ['rules:\n  unpinned-uses:\n    ignore: [other/a.yml]\n', 1],
    ['rules:\n  unpinned-uses:\n    ignore: [../a.yml]\n', 1],
    ['rules: [\n', 1],
    ['- rules\n', 1],
  ])('goes on with %j', async (text, exitCode) => {
    write('zizmor.yml', text);
    expect((await audit()).exitCode).toBe(exitCode);
  });

  it('is found in the audited directory', async () => {
    write('zizmor.yml', 'rules:\n  unpinned-uses:\n    ignore: [a.yml]\n');
    const elsewhere = join(cwd, 'elsewhere');
    mkdirSync(elsewhere);
    const env = { ASSAY_CACHE_DIR: join(cwd, 'cache'), HOME: join(cwd, 'home') };
    const asked = await ask(['config', cwd, '--fail-on', 'low'], {
      cwd: elsewhere,
      env,
      scan: runScan,
    });
    expect(asked.exitCode).toBe(0);
  });

  it('is not read with a named configuration, which is said', async () => {
    write('zizmor.yml', 'rules:\n  unpinned-uses:\n    disable: true\n');
    expect((await audit()).exitCode).toBe(0);
    write('assay.yaml', 'quiet: false\n');
    const { exitCode, stderr } = await audit('-c', join(cwd, 'assay.yaml'));
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/not read, as -c names the configuration: zizmor\.yml/u);
  });

  it('shows more to other personas', async () => {
    write('zizmor.yml', 'rules: {unpinned-uses: {config: {policies: {"*": ref-pin}}}}\n');
    const { exitCode, stdout } = await audit();
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/zizmor\.yml:1/u)]);
    expect((await audit('--persona', 'Pedantic')).stdout).toMatch(/concurrency-limits/u);
    const { exitCode: bad, stderr } = await audit('--persona', 'all');
    expect([bad, stderr]).toEqual([2, expect.stringMatching(/regular, pedantic, auditor/u)]);
  });
});
