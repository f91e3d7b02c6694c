/** The import rule catches what it forbids: one planted violation of each kind, in a copy of the rule's own set-up. */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CRUISE = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

/** Files that break no rule. */
const SOUND: Readonly<Record<string, string>> = {
  'src/base/a.ts': 'export const a = 1;',
  'src/model/m.ts': 'export const m = 1; export type M = number;',
  'src/scan/s.ts': 'export const s = 1;',
  'src/catalog/npm/lock.ts': "import { m } from '../../model/m.ts'; export const lock = m;",
  'src/index.ts': "export { s } from './scan/s.ts';",
  'test/t.ts': 'export const t = 1;',
};

/** Rule, planted file, its text. */
const PLANTED: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['room-match', 'src/match/p.ts', "import { s } from '../scan/s.ts'; export const p = s;"],
  ['room-version', 'src/version/p.ts', "import type { A } from '../base/p.ts'; export type P = A;"],
  ['room-model', 'src/model/p.ts', "export const p = () => import('../base/a.ts');"],
  ['unknown-room', 'src/utils/p.ts', 'import { m } from "../model/m.ts"; export const p = m;'],
  ['public-entry', 'src/index.ts', "export { a } from './base/a.ts';"],
  ['nobody-imports-the-public-entry', 'src/cli/p.ts', "export { s } from '../index.ts';"],
  ['no-cycles', 'src/base/c1.ts', "import { c2 } from './c2.ts'; export const c1 = () => c2;"],
  [
    'one-ecosystem-never-imports-another',
    'src/catalog/pypi/p.ts',
    "export { lock } from '../npm/lock.ts';",
  ],
  [
    'network-only-at-the-doors',
    'src/oci/p.ts',
    "import http from 'node:http'; export const p = http;",
  ],
  [
    'processes-only-where-needed',
    'src/format/p.ts',
    "import { spawn } from 'node:child_process'; export const p = spawn;",
  ],
  ['no-test-code-in-the-product', 'src/base/t.ts', "export { t } from '../../test/t.ts';"],
  [
    'no-development-dependency-in-the-product',
    'src/base/d.ts',
    "import fc from 'fast-check'; export const d = fc;",
  ],
  ['resolvable', 'src/base/r.ts', "export { gone } from './gone.ts';"],
];

/** Companions of planted files; not violations by themselves. */
const COMPANIONS: Readonly<Record<string, string>> = {
  'src/base/c2.ts': "import { c1 } from './c1.ts'; export const c2 = () => c1;",
  'src/base/p.ts': 'export type A = number;',
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-import-rule-'));
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
    cpSync(path.join(ROOT, name), path.join(folder, name));
  }
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  write(SOUND);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the import rule', () => {
  it('accepts sound files', () => {
    expect(violations()).toEqual([]);
  });

  it('catches one planted violation of each kind', () => {
    write(COMPANIONS);
    write(Object.fromEntries(PLANTED.map(([, file, text]) => [file, text])));
    const found = violations();
    for (const [rule, file] of PLANTED) expect(found).toContain(`${rule} ${file}`);
  }, 120_000);
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const target = path.join(folder, name);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, `${text}\n`);
  }
}

/** `rule file` of each violation. */
function violations(): readonly string[] {
  let output: string;
  try {
    output = execFileSync(
      process.execPath,
      [CRUISE, 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
      { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    );
  } catch (error) {
    // The exit code counts the violations; the report is on standard output all the same.
    output = (error as { stdout: string }).stdout;
  }
  const report = JSON.parse(output) as {
    summary: { violations: readonly { from: string; rule: { name: string } }[] };
  };
  return report.summary.violations.map(({ rule, from }) => `${rule.name} ${from}`);
}
