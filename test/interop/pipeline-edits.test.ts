/**
 * Scripts that `--fix` has edited, run by bash with values of an attacker: none of them becomes a
 * command. The same values do become commands in scripts that are left alone, so that the canary is
 * known to work.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { loadShell, pipelineFindings } from '../../src/rules/detect/pipeline/pipeline.ts';
import { splice } from '../../src/formats/bytes/byte-range.ts';
import { missingForInterop } from '../support/interop.ts';
import { EDITED } from '../support/pipeline-edit-cases.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop('bash');
const NAMES = [
  'pwned-a',
  'pwned-b',
  'pwned-c',
  'pwned-d',
  'pwned-e',
  'pwned-f',
  'pwned-g',
  'pwned-h',
];
/** Each leaves a file of its own where it is run. */
const VALUES = [
  '$(touch pwned-a)',
  '`touch pwned-b`',
  '"; touch pwned-c; "',
  "'; touch pwned-d; '",
  'a[$(touch pwned-e)]',
  'x\ntouch pwned-f\n',
  '-v a[$(touch pwned-g)]',
  ') && touch pwned-h && (',
];
/** Programs that the scripts start, besides those of the system. */
const STUBS = ['git', 'gh', 'curl', 'docker', 'make', 'jq'];

/** The script of the first step after its edits, and whether there were any. */
function fixed(
  script: string,
): { readonly script: string; readonly env: readonly string[] } | undefined {
  const lines = script.split('\n').map((line) => `          ${line}\n`);
  const text = `on: issues\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n${lines.join('')}`;
  const bytes = Buffer.from(text);
  const [edits] = pipelineFindings('/.github/workflows/a.yml', bytes).flatMap(({ rule, fix }) =>
    rule === 'pipeline/template-injection' && fix !== undefined ? [fix.edits] : [],
  );
  if (edits === undefined) return undefined;
  const after = Buffer.from(
    splice(
      bytes,
      edits.map(({ startOffset, endOffset, replacement }) => ({
        range: { start: startOffset, end: endOffset },
        text: replacement,
      })),
    ),
  ).toString();
  const env = [...after.matchAll(/^ {10}(?<name>\w+): \$\{\{/gmu)].map(
    (one) => one.groups?.['name'] ?? '',
  );
  const run = after.slice(after.indexOf('run: |\n') + 'run: |\n'.length);
  return { script: run.replaceAll(/^ {10}/gmu, ''), env };
}

describe.skipIf(missing !== undefined)(`edited scripts in bash${needs(missing)}`, async () => {
  await loadShell();
  const root = mkdtempSync(join(tmpdir(), 'assay-edits-'));
  const bin = join(root, 'bin');
  mkdirSync(bin);
  for (const name of STUBS) {
    writeFileSync(join(bin, name), '#!/bin/sh\nexit 0\n');
    chmodSync(join(bin, name), 0o755);
  }

  function ran(script: string, env: Readonly<Record<string, string>>): readonly string[] {
    const directory = mkdtempSync(join(root, 'run-'));
    const path = join(root, 'script.sh');
    writeFileSync(path, script);
    mkdirSync(join(directory, 'x'));
    spawnSync('bash', ['-e', path], {
      cwd: directory,
      env: {
        PATH: `${bin}:/usr/bin:/bin`,
        HOME: directory,
        GITHUB_STEP_SUMMARY: '/dev/null',
        ...env,
      },
      timeout: 5000,
      input: '',
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    return [...readdirSync(directory), ...readdirSync(join(directory, 'x'))].filter((name) =>
      NAMES.includes(name),
    );
  }

  it('has the shell that it needs', () => {
    expect(execFileSync('bash', ['--version']).toString()).toContain('GNU bash');
    expect(existsSync(bin)).toBe(true);
  });

  it('run no value', () => {
    const wrong: string[] = [];
    let count = 0;
    for (const template of EDITED) {
      const placed = template.replaceAll(
        /(?<![A-Za-z_])E(?![A-Z_])|(?<=\ba)E(?=b\b)/gu,
        '${{ github.event.issue.title }}',
      );
      const edited = fixed(placed);
      if (edited === undefined) {
        wrong.push(`not edited: ${template}`);
        continue;
      }
      // Names are given by the values themselves: `mkdir pwned-a` would be no command of the
      // attacker.
      for (const value of VALUES) {
        count += 1;
        const env = Object.fromEntries(edited.env.map((name) => [name, value]));
        for (const name of ran(edited.script, env)) wrong.push(`${template}: ${name}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBe(EDITED.length * VALUES.length);
  });

  it('are known to run values where a script evaluates them', () => {
    const env = { T: '' };
    const found = new Set(
      [
        'eval "echo $T"',
        'eval "echo \'$T\'"',
        'eval "echo \\"$T\\""',
        'echo $((T))',
        'printf $T x',
      ].flatMap((script) => VALUES.flatMap((value) => ran(script, { ...env, T: value }))),
    );
    rmSync(root, { recursive: true });
    expect([...found].toSorted()).toEqual(NAMES.filter((name) => name !== 'pwned-h'));
  });
});
