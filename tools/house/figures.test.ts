/** Figures about the sources, on small trees made for the test. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FLAT_FILES, houseFigures, importsOf, placesOf } from './figures.ts';

const made: string[] = [];
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

function checkoutOf(sources: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'assay-house-'));
  made.push(directory);
  for (const [name, text] of Object.entries(sources)) {
    const file = path.join(directory, 'src', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return directory;
}

const TWO_LEVELS = {
  'core/base/a.ts': 'export const a = 1; export type A = number;',
  'core/model/b.ts': "import type { A } from '../base/a.ts'; export type B = A;",
  'core/model/c.ts': "export type { B } from './b.ts';",
  'core/model/c.test.ts': "import './b.ts'; import '../base/a.ts';",
  'scan/match/d.ts': "export const d = async () => (await import('../../core/base/a.ts')).a;",
  'scan/match/e.ts': "export type E = import('./d.ts').d; import 'node:fs';",
  'registry/f.ts': "import '../scan/match/e.ts'; import './npm/g.ts';",
  'registry/npm/g.ts': 'export {};',
  'index.ts': "export { d } from './scan/match/d.ts';",
};

describe('figures of the sources', () => {
  it('counts files, importers and arrows of two levels', () => {
    expect(houseFigures(checkoutOf(TWO_LEVELS))).toEqual({
      files: 8,
      // b, e and g.
      oneImporter: 3,
      oneImporterBeside: 1,
      flatDirectories: [],
      conditionalSpreads: 0,
      conditionalSpreadsForUndefined: 0,
      boxes: 3,
      // scan to core, registry to scan.
      boxArrows: 2,
      rooms: 4,
      // model to base, match to base, registry to match.
      roomArrows: 3,
    });
  });

  it('takes the first directory as the room where it has files of its own', () => {
    const files = ['catalog/list.ts', 'catalog/npm/lock.ts', 'core/model/a.ts', 'index.ts'];
    expect([...placesOf(files)].map(([file, { box, room }]) => [file, box, room])).toEqual([
      ['catalog/list.ts', 'catalog', 'catalog'],
      ['catalog/npm/lock.ts', 'catalog', 'catalog'],
      ['core/model/a.ts', 'core', 'core/model'],
    ]);
  });

  it('finds imports of all forms, and none in comments and texts', () => {
    const checkout = checkoutOf({
      'a/b.ts': `import { c } from './c.ts';
import type { D } from '../d.ts';
export * from './e.ts';
export type F = import('./f.ts').F;
export const g = () => import('./g.ts');
// import './no.ts';
export const text = "import './no.ts'";
import fs from 'node:fs';`,
    });
    expect(importsOf(path.join(checkout, 'src'), 'a/b.ts')).toEqual([
      'a/c.ts',
      'd.ts',
      'a/e.ts',
      'a/f.ts',
      'a/g.ts',
    ]);
  });

  it.each([
    ['of an empty object or another', '...(x === 1 ? {} : { x })', 1, 0],
    ['of an object or an empty one', '...(x ? { x } : {})', 1, 0],
    ['by "and"', '...(x && { x })', 1, 0],
    ['by a comparison with undefined', '...(x === undefined ? {} : { x })', 1, 1],
    ['by undefined on the left', '...(undefined !== x && { x })', 1, 1],
    ['by undefined among other conditions', '...(x && (y ?? 0) !== undefined && { x })', 1, 1],
    ['within another', '...(x === undefined ? {} : { ...(y && { y }) })', 2, 1],
    ['of one object or another', '...(x ? { x } : { y })', 0, 0],
    ['without a condition', '...x', 0, 0],
  ])('counts the spread %s', (_, spread, all, forUndefined) => {
    const checkout = checkoutOf({
      'a/b.ts': `export const b = (x: any, y: any) => ({ ${spread} });`,
    });
    const { conditionalSpreads, conditionalSpreadsForUndefined } = houseFigures(checkout);
    expect([conditionalSpreads, conditionalSpreadsForUndefined]).toEqual([all, forUndefined]);
  });

  it('names directories with many product files', () => {
    const many = Array.from({ length: FLAT_FILES + 1 }, (_, index) => [`a/f${index}.ts`, '']);
    const few = Array.from({ length: FLAT_FILES }, (_, index) => [`b/f${index}.ts`, '']);
    const sources = Object.fromEntries([...many, ...few, ['b/more.test.ts', '']]) as object;
    expect(houseFigures(checkoutOf({ ...sources })).flatDirectories).toEqual([
      ['src/a', FLAT_FILES + 1],
    ]);
  });

  it('refuses a directory without sources', () => {
    expect(() => houseFigures(tmpdir())).toThrow('no src/');
  });
});
