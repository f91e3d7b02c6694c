/**
 * The import rule catches what it forbids: one planted violation of each kind, in a copy of the
 * rule's own set-up.
 */

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CRUISE = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

/** Files that break no rule. */
const SOUND: Readonly<Record<string, string>> = {
  'src/base/a.ts': 'export const a = 1;',
  'src/base/maps.ts': 'export const map = 1;',
  'src/model/m.ts': "export { map as m } from '../base/maps.ts'; export type M = number;",
  'src/scan/s.ts': 'export const s = 1;',
  'src/catalog/npm/lock.ts': "import { m } from '../../model/m.ts'; export const lock = m;",
  'src/index.ts': "export { s } from './scan/s.ts';",
  'test/t.ts': 'export const t = 1;',
};

/** Rule, planted file, its text. */
const PLANTED: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['room-match', 'src/match/p.ts', "import { s } from '../scan/s.ts'; export const p = s;"],
  ['room-version', 'src/version/p.ts', "import type { A } from '../scan/s.ts'; export type P = A;"],
  ['room-model', 'src/model/p.ts', "export const p = () => import('../scan/s.ts');"],
  [
    'only-pure-helpers-in-the-model',
    'src/version/b.ts',
    "import type { A } from '../base/p.ts'; export type P = A;",
  ],
  [
    'pure-helpers-import-nothing',
    'src/base/compare.ts',
    "import path from 'node:path'; export const p = path;",
  ],
  ['unknown-room', 'src/utils/p.ts', 'import { m } from "../model/m.ts"; export const p = m;'],
  ['public-entry', 'src/index.ts', "export { a } from './base/a.ts';"],
  ['public-model', 'src/model.ts', "export { a } from './base/a.ts';"],
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

/** A room of the table, with a room that it may not import. */
interface Row {
  readonly room: string;
  readonly forbidden: string;
}

/** One row for each rule of a room: the first room that its row does not name. */
function rows(): readonly Row[] {
  const require = createRequire(import.meta.url);
  const { forbidden } = require('../../.dependency-cruiser.cjs') as {
    forbidden: readonly { name: string; to: { pathNot?: string } }[];
  };
  const rules = forbidden.filter(({ name }) => name.startsWith('room-'));
  const rooms = rules.map(({ name }) => name.slice('room-'.length));
  return rules.map(({ to }, index) => {
    const allowed = new RegExp(to.pathNot ?? '$.', 'u');
    const other = rooms.find((room) => !allowed.test(`src/${room}/`));
    return { room: rooms[index] ?? '', forbidden: other ?? '' };
  });
}

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

  it('catches a planted violation of each row', () => {
    const table = rows();
    expect(table.length).toBeGreaterThan(30);
    for (const { room, forbidden } of table) {
      write({
        [`src/${room}/exported.ts`]: 'export const exported = 1;',
        [`src/${room}/row.ts`]: `export { exported } from '../${forbidden}/exported.ts';`,
      });
    }
    const found = violations();
    for (const { room } of table) expect(found).toContain(`room-${room} src/${room}/row.ts`);
  }, 120_000);
});

describe('the table of rooms', () => {
  const require = createRequire(import.meta.url);
  const table = readFileSync(path.join(ROOT, '.dependency-cruiser.cjs'), 'utf8');

  it('has a row for every room of src', () => {
    const rooms = rows().map(({ room }) => room);
    const folders = readdirSync(path.join(ROOT, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(rooms).toEqual(expect.arrayContaining(folders));
  });

  it.each([
    ['an import upwards', 'base: [],', "base: ['scan'],", /scan.*above/],
    [
      'an import of a later room on the same floor',
      'oci: [',
      "oci: ['advisory', ",
      /advisory.*above/,
    ],
    ['an import between stations', 'match: [', "match: ['catalog', ", /station/],
    ['a room on no floor', 'match: [', "match: ['utils', ", /utils.*no floor/],
    ['a room without a row', '  oci: [', '  ocis: [', /oci/],
  ])('refuses %s', (what, row, wrong, message) => {
    expect(table).toContain(row);
    const file = path.join(folder, `${what.replaceAll(' ', '-')}.cjs`);
    writeFileSync(file, table.replace(row, wrong));
    expect(() => require(file) as unknown).toThrow(message);
  });
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
