import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { testRules } from './test-rules.ts';

const RULES = `rules:
  - id: acme/run
    title: a title
    severity: high
    remedy: Do it.
    kind: command
    python:
      sinks: [acme.run($SINK)]
    javascript:
      search: [acme.go(...)]
`;
const PYTHON = `import acme
from flask import request


def show():
    # ruleid: acme/run
    acme.run(request.args['a'])
    # ok: acme/run
    acme.run('ls')
`;
const JAVASCRIPT = "const acme = require('acme');\n/* ruleid: acme/run */\nacme.go();\n";

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-rules-'));
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, 'r', name)), { recursive: true });
    writeFileSync(join(cwd, 'r', name), text);
  }
}

async function failures(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  write(files);
  const outcome = await testRules('r', cwd);
  return outcome.failures.map(({ where, message }) => `${where}: ${message}`);
}

describe('tests of rules', () => {
  it('pass where all is as annotated', async () => {
    write({ 'a.yaml': RULES, 'a.py': PYTHON, 'below/a.js': JAVASCRIPT });
    expect(await testRules('r', cwd)).toEqual({
      ...{ ruleCount: 1, exampleCount: 2, annotationCount: 3, failures: [] },
    });
  });

  it.each<[string, string, string]>([
    [
      'a missing finding',
      PYTHON.replace("request.args['a']", "'a'"),
      'r/a.py:6: "acme/run" does not report line 7',
    ],
    [
      'an extra finding',
      PYTHON.replace('    # ruleid: acme/run\n', ''),
      'r/a.py:6: "acme/run" reports this line',
    ],
    [
      'a finding below ok',
      PYTHON.replace("'ls'", "request.args['b']"),
      'r/a.py:8: "acme/run" reports line 9, which',
    ],
    [
      'another rule',
      PYTHON.replace('ok: acme/run', 'ok: acme/ru'),
      'r/a.py:8: there is no rule "acme/ru"',
    ],
    [
      'an annotation without a rule',
      PYTHON.replace('ok: acme/run', 'ok:'),
      'r/a.py:8: the annotation is not understood',
    ],
    [
      'an annotation without a colon',
      PYTHON.replace('ruleid:', 'ruleid'),
      'r/a.py:6: the annotation is not understood',
    ],
    ['capital letters', PYTHON.replace('ok:', 'OK:'), 'r/a.py:8: the annotation is not understood'],
    [
      'another word in front',
      PYTHON.replace('ok:', 'todoruleid:'),
      'r/a.py:8: the annotation is not understood',
    ],
    [
      'an annotation beside code',
      PYTHON.replace("('ls')", "('ls')  # ok: acme/run"),
      'r/a.py:9: the annotation stands beside code',
    ],
    [
      'an annotation in a text',
      `${PYTHON}    x = '# ruleid: acme/run'\n`,
      'r/a.py:10: "ruleid:" is no comment',
    ],
    [
      'an annotation in the middle of a comment',
      PYTHON.replace('# ok:', '# see ruleid: a/b, ok:'),
      'r/a.py:8: "ruleid:" is no comment',
    ],
    ['an annotation at the end', `${PYTHON}# ok: acme/run\n`, 'r/a.py:10: no code follows'],
    ['code that does not parse', `${PYTHON}    x = = 1\n`, 'r/a.py: line 10 cannot be parsed'],
  ])('fail with the line: %s', async (_, text, message) => {
    const found = await failures({ 'a.yaml': RULES, 'a.py': text });
    expect(found.some((one) => one.startsWith(message))).toBe(true);
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'a rule without an example',
      {},
      'r/a.yaml:2: no example is annotated with "ruleid: acme/run"',
    ],
    [
      'examples in a directory that is left out',
      { 'vendor/a.py': PYTHON },
      'r/vendor/a.py: rules do not look',
    ],
    [
      'an example that is too large for rules',
      { 'a.py': PYTHON, 'b.js': `${'x();\n'.repeat(9)}//${'y'.repeat(60_000)}` },
      'r/b.js: the example is left out',
    ],
    [
      'an unknown operator',
      { 'b.yaml': RULES.replace('acme/run', 'acme/b').replace('sinks:', 'inside:') },
      'r/b.yaml:8: "inside" is not known',
    ],
  ])('fail: %s', async (_, files, message) => {
    const found = await failures({ 'a.yaml': RULES, ...files });
    expect(found.some((one) => one.startsWith(message))).toBe(true);
  });

  it('refuse a directory without rules, and rules that are no files', async () => {
    write({ 'a.py': PYTHON });
    await expect(testRules('r', cwd)).rejects.toThrow('"r" has no file with rules');
    await expect(testRules('none', cwd)).rejects.toThrow('there is no such file');
    mkdirSync(join(cwd, 'r/d'));
    symlinkSync('d', join(cwd, 'r/link'));
    await expect(testRules('r', cwd)).rejects.toThrow('is a link to a directory');
  });
});
