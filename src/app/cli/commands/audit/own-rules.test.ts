/** `assay audit --rules`, `assay audit rules test`, and the page about them. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ask, type Asked } from '../../../../../test/support/command-line.ts';
import { readRules } from '../../../../tasks/audit/own-rules/read-rules.ts';
import { OWN_CONDITIONS, OWN_KINDS } from '../../../../rules/detect/code/own-rules.ts';
import { runScan } from '../../../../scan/pipeline/run-scan.ts';

const RULES = `rules:
  - id: acme/run
    title: a title
    severity: high
    remedy: Do it.
    python:
      sinks: [acme.run($SINK)]
sources: [{ language: python, name: acme.get() }]
`;
const PROGRAM = 'import acme\nacme.run(acme.get())\n';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-own-rules-'));
  mkdirSync(join(cwd, 'app'));
  writeFileSync(join(cwd, 'app/a.py'), PROGRAM);
  writeFileSync(join(cwd, 'rules.yaml'), RULES);
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function audit(...args: readonly string[]): Promise<Asked> {
  const env = { ASSAY_CACHE_DIR: join(cwd, 'cache') };
  const scanners = args.includes('--scanners') ? [] : ['--scanners', 'code'];
  return ask(['audit', join(cwd, 'app'), ...scanners, ...args], {
    ...{ cwd, env, scan: runScan },
  });
}

function rulesIn({ stdout }: Asked): readonly string[] {
  const { results } = JSON.parse(stdout) as {
    results: readonly { findings: readonly { rule: string }[] }[];
  };
  return results.flatMap(({ findings }) => findings.map(({ rule }) => rule));
}

describe('assay audit --rules', () => {
  it('reports findings of the rules, also after they change', async () => {
    const gate = ['--rules', 'rules.yaml', '--fail-on', 'high'];
    const first = await audit(...gate, '-f', 'json');
    expect([first.exitCode, rulesIn(first)]).toEqual([1, ['acme/run']]);
    writeFileSync(join(cwd, 'rules.yaml'), RULES.replace('acme.run(', 'acme.walk('));
    const second = await audit(...gate, '-f', 'json');
    expect([second.exitCode, rulesIn(second)]).toEqual([0, []]);
  });

  it('leaves out a rule with an unknown operator, which no gate passes', async () => {
    writeFileSync(join(cwd, 'rules.yaml'), RULES.replace('sinks:', 'inside:'));
    expect((await audit('--rules', 'rules.yaml')).exitCode).toBe(0);
    const gate = await audit('--rules', 'rules.yaml', '--fail-on', 'high');
    expect(gate.exitCode).toBe(6);
    expect(gate.stdout).toMatch(/rules\.yaml:7: "inside" is not known/u);
  });

  it.each<[string, readonly string[], RegExp]>([
    [
      'a file that is not there',
      ['--rules', 'none.yaml'],
      /"none\.yaml": there is no such file or directory/u,
    ],
    ['a directory without rules', ['--rules', 'app'], /"app" has no file with rules/u],
    ['scanners that read no code', ['--rules', 'rules.yaml', '--scanners', 'secret'], /--rules/u],
    ['the index', ['--rules', 'rules.yaml', '--staged'], /--rules/u],
  ])('refuses %s', async (_, args, message) => {
    const { exitCode, stderr } = await audit(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('takes no rules from files or variables', async () => {
    writeFileSync(join(cwd, 'assay.yaml'), 'rules: rules.yaml\n');
    writeFileSync(join(cwd, 'app/rules.yaml'), RULES);
    const { stdout, stderr } = await ask(
      ['audit', join(cwd, 'app'), '--scanners', 'code', '-f', 'json'],
      { cwd, env: { ASSAY_RULES: 'rules.yaml', ASSAY_NO_CACHE: '1' }, scan: runScan },
    );
    expect(rulesIn({ stdout } as Asked)).toEqual([]);
    expect(stderr).toMatch(/unknown key "rules"/u);
  });
});

describe('assay audit rules test', () => {
  it('ends with 1 if something differs from the annotations', async () => {
    const test = (): Promise<Asked> => ask(['audit', 'rules', 'test', '.'], { cwd });
    const failed = await test();
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toMatch(/^app\/a\.py:2: .*no annotation says so$/mu);
    writeFileSync(
      join(cwd, 'app/a.py'),
      PROGRAM.replace('acme.run', '# ruleid: acme/run\nacme.run'),
    );
    expect(await test()).toMatchObject({
      ...{ exitCode: 0, stdout: 'PASS: 1 rule, 1 example, 1 annotation\n' },
    });
    writeFileSync(join(cwd, 'app/a.py'), '# ruleid: \u{1b}[31m\n');
    expect((await test()).stdout).not.toContain('\u{1b}');
    expect((await ask(['audit', 'rules', 'test'], { cwd })).exitCode).toBe(2);
    expect((await ask(['audit', 'rules', 'test', 'a', 'b'], { cwd })).exitCode).toBe(2);
  });
});

describe('the page about rules', () => {
  const page = readFileSync(
    join(import.meta.dirname, '../../../../../docs/writing-rules.md'),
    'utf8',
  );
  const blocks = [...page.matchAll(/^```(?<language>\w+)\n(?<text>[\s\S]*?)^```/gmu)].map(
    ({ groups }) => ({ language: groups?.['language'] ?? '', text: groups?.['text'] ?? '' }),
  );
  const textsIn = (language: string): readonly string[] =>
    blocks.flatMap((block) => (block.language === language ? [block.text] : []));

  it('has examples that are read, and a first rule that passes its test', async () => {
    const [first = '', conditions = '', models = ''] = textsIn('yaml');
    const head = first.slice(0, first.indexOf('    python:'));
    const indented = conditions.replaceAll(/^(?=.)/gmu, '    ');
    for (const text of [first, head + indented, models])
      expect(() => readRules([{ path: 'page', bytes: Buffer.from(text) }])).not.toThrow();
    writeFileSync(join(cwd, 'rules.yaml'), first);
    writeFileSync(join(cwd, 'app/a.py'), textsIn('python')[0] ?? '');
    const { exitCode, stdout } = await ask(['audit', 'rules', 'test', '.'], { cwd });
    expect([stdout, exitCode]).toEqual(['PASS: 1 rule, 1 example, 2 annotations\n', 0]);
  });

  it('names all kinds and conditions', () => {
    for (const one of [...OWN_KINDS, ...OWN_CONDITIONS]) expect(page).toContain(`\`${one}\``);
  });
});

describe('assay audit rules --rules', () => {
  function list(...args: readonly string[]): Promise<Asked> {
    return ask(['audit', 'rules', ...args], { cwd, env: {}, scan: runScan });
  }

  it('lists the rules of the user beside those of Assay, and explains one', async () => {
    const all = await list('--rules', 'rules.yaml');
    expect(all.exitCode).toBe(0);
    expect(all.stdout).toMatch(/^acme\/run +code +HIGH +a title$/mu);
    expect(all.stdout).toContain('code/sql-injection');
    const one = await list('acme/run', '--rules', 'rules.yaml');
    expect(one.stdout).toContain('Remedy: Do it.');
    expect((await list('acme/run')).exitCode).toBe(3);
  });

  it('names what is left out, and refuses what an audit refuses', async () => {
    const text = RULES.replace('[acme.run($SINK)]', '[{ pattern: acme.run($SINK), focus: x }]');
    writeFileSync(join(cwd, 'rules.yaml'), text);
    const left = await list('--rules', 'rules.yaml', '-f', 'json');
    expect(left.stderr).toContain('rules.yaml:7: "focus" is not known');
    const { unread } = JSON.parse(left.stdout) as { readonly unread: readonly string[] };
    expect(unread).toHaveLength(1);
    expect((await list('--rules', 'none.yaml')).exitCode).toBe(2);
  });
});
