/**
 * The import rule catches what it forbids: one planted violation of each kind, in a copy of the
 * rule's own set-up.
 */

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
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
  'src/core/base/a.ts': 'export const a = 1;',
  'src/core/base/maps.ts': 'export const map = 1;',
  'src/core/model/m.ts': "export { map as m } from '../base/maps.ts'; export type M = number;",
  'src/scan/pipeline/s.ts': 'export const s = 1;',
  'src/scan/catalog/npm/lock.ts':
    "import { m } from '../../../core/model/m.ts'; export const lock = m;",
  'src/index.ts': "export { s } from './scan/pipeline/s.ts';",
  'test/t.ts': 'export const t = 1;',
};

/** Rule, planted file, its text. */
const PLANTED: readonly (readonly [rule: string, file: string, text: string])[] = [
  [
    'only-pure-helpers-in-the-model',
    'src/core/version/b.ts',
    "import type { A } from '../base/p.ts'; export type P = A;",
  ],
  [
    'pure-helpers-import-nothing',
    'src/core/base/compare.ts',
    "import path from 'node:path'; export const p = path;",
  ],
  ['unknown-room', 'src/utils/p.ts', "export { a } from '../core/base/a.ts';"],
  ['unknown-room', 'src/core/utils/p.ts', "export { a } from '../base/a.ts';"],
  ['unknown-room', 'src/core/p.ts', "export { a } from './base/a.ts';"],
  ['public-entry', 'src/index.ts', "export { a } from './core/base/a.ts';"],
  ['public-model', 'src/model.ts', "export { a } from './core/base/a.ts';"],
  ['nobody-imports-the-public-entry', 'src/app/cli/p.ts', "export { s } from '../../index.ts';"],
  ['no-cycles', 'src/core/base/c1.ts', "import { c2 } from './c2.ts'; export const c1 = () => c2;"],
  [
    'one-ecosystem-never-imports-another',
    'src/scan/catalog/pypi/p.ts',
    "export { lock } from '../npm/lock.ts';",
  ],
  [
    'network-only-at-the-doors',
    'src/clients/oci/p.ts',
    "import http from 'node:http'; export const p = http;",
  ],
  [
    'processes-only-where-needed',
    'src/formats/text/p.ts',
    "import { spawn } from 'node:child_process'; export const p = spawn;",
  ],
  ['no-test-code-in-the-product', 'src/core/base/t.ts', "export { t } from '../../../test/t.ts';"],
  [
    'no-development-dependency-in-the-product',
    'src/core/base/d.ts',
    "import fc from 'fast-check'; export const d = fc;",
  ],
  ['resolvable', 'src/core/base/r.ts', "export { gone } from './gone.ts';"],
];

/** A rule of the tables, the place that it is about, and a place that its files may not import. */
interface Row {
  readonly rule: string;
  readonly place: string;
  /** Absent: the room may import all that its box may, and all other rooms of the box. */
  readonly forbidden?: string | undefined;
}

interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string };
  readonly to: { readonly path?: string; readonly pathNot?: string };
}

/** One row for each rule of a box or room: the first place that the rule forbids, by this rule alone if there is one. */
function rows(): readonly Row[] {
  const require = createRequire(import.meta.url);
  const { forbidden } = require('../../.dependency-cruiser.cjs') as { forbidden: readonly Rule[] };
  const rules = forbidden.filter(({ name }) => /^(?:box|room|less)-/u.test(name));
  const placeOf = ({ from }: Rule): string => /^\^src\/(.+)\/$/u.exec(from.path ?? '')?.[1] ?? '';
  const rooms = rules.filter(({ name }) => name.startsWith('room-')).map(placeOf);
  const boxes = rules.filter(({ name }) => name.startsWith('box-')).map(placeOf);
  const places = [
    ...rooms,
    ...boxes.filter((box) => !rooms.some((room) => room.startsWith(`${box}/`))),
  ];
  const forbids = ({ to }: Rule, place: string): boolean =>
    new RegExp(to.path ?? '$.', 'u').test(`src/${place}/`) &&
    !new RegExp(to.pathNot ?? '$.', 'u').test(`src/${place}/`);
  return rules.map((rule) => {
    const own = placeOf(rule);
    // The rule of a box is about its rooms.
    const place = places.find((room) => room === own || room.startsWith(`${own}/`)) ?? '';
    const others = rules.filter(
      (other) =>
        other !== rule && (place === placeOf(other) || place.startsWith(`${placeOf(other)}/`)),
    );
    const found = places.filter((other) => forbids(rule, other));
    const alone = found.find((other) => !others.some((also) => forbids(also, other)));
    return { rule: rule.name, place, forbidden: alone ?? found[0] };
  });
}

/** Companions of planted files; not violations by themselves. */
const COMPANIONS: Readonly<Record<string, string>> = {
  'src/core/base/c2.ts': "import { c1 } from './c1.ts'; export const c2 = () => c1;",
  'src/core/base/p.ts': 'export type A = number;',
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
    const table = rows().filter(({ forbidden }) => forbidden !== undefined);
    expect(table.length).toBeGreaterThan(60);
    for (const [index, { place, forbidden }] of table.entries()) {
      const up = '../'.repeat(place.split('/').length);
      write({
        [`src/${forbidden}/exported.ts`]: 'export const exported = 1;',
        [`src/${place}/row-${index}.ts`]: `export { exported } from '${up}${forbidden}/exported.ts';`,
      });
    }
    const found = new Set(violations());
    for (const [index, { rule, place }] of table.entries()) {
      expect(found).toContain(`${rule} src/${place}/row-${index}.ts`);
    }
  }, 120_000);
});

describe('the table of rooms', () => {
  const require = createRequire(import.meta.url);
  const table = readFileSync(path.join(ROOT, '.dependency-cruiser.cjs'), 'utf8');

  it('has a row for every directory of src', () => {
    const { ROOMS, BOXES } = tables();
    const directories = (at: string): string[] =>
      readdirSync(path.join(ROOT, at), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name);
    expect(BOXES).toEqual(expect.arrayContaining(directories('src')));
    for (const [box, rooms] of Object.entries(ROOMS)) {
      if (!existsSync(path.join(ROOT, 'src', box))) continue;
      expect(rooms).toEqual(expect.arrayContaining(directories(`src/${box}`)));
    }
  });

  it.each([
    ['an import of a higher box', 'formats: [', "formats: ['rules', ", /rules.*not below/],
    ['an import of a higher room', 'oci: [', "oci: ['git', ", /git.*not below/],
    [
      'an import between stations',
      'map((station) => [station, []])',
      "map((station) => [station, ['match']])",
      /station/,
    ],
    ['an unknown room', 'codec: [', "codec: ['utils', ", /utils.*no room/],
    ['an unknown box', 'formats: [', "formats: ['utils', ", /utils.*no box/],
    [
      'fewer imports for an unknown room',
      "'trust/names': [",
      "'trust/name': [",
      /trust\/name.*no room/,
    ],
    ['more imports than the box has', "'trust/names': [", "'trust/names': ['scan', ", /scan/],
  ])('refuses %s', (what, row, wrong, message) => {
    expect(table).toContain(row);
    const file = path.join(folder, `${what.replaceAll(' ', '-')}.cjs`);
    writeFileSync(file, table.replace(row, wrong));
    expect(() => require(file) as unknown).toThrow(message);
  });
});

/** The names in the tables of the rule, by which its rules are named. */
function tables(): {
  BOXES: readonly string[];
  ROOMS: Readonly<Record<string, readonly string[]>>;
} {
  const names = rows().map(({ rule }) => rule);
  const BOXES = names.filter((name) => name.startsWith('box-')).map((name) => name.slice(4));
  const ROOMS: Record<string, string[]> = {};
  for (const box of BOXES) {
    const rooms = names.filter((name) => name.startsWith(`room-${box}-`));
    if (rooms.length > 0) ROOMS[box] = rooms.map((name) => name.slice(`room-${box}-`.length));
  }
  return { BOXES, ROOMS };
}

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
