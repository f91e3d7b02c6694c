import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Digest } from '../artifact/artifact.ts';
import { CodecError } from '../../codec/codec-error.ts';
import { decode } from '../../codec/decode.ts';
import { encode } from '../../codec/encode.ts';
import { LAYER_FILES } from '../../codec/file-shapes.ts';
import { revive } from '../../codec/revive.ts';
import { FileTable } from './file-table.ts';
import type { FileFact } from './layer-record.ts';

const digest = fc.constantFrom<Digest>('md5:00ff', 'sha1:ab', 'sha256:0123456789abcdef');
const facts: fc.Arbitrary<FileFact[]> = fc.uniqueArray(
  fc.record({
    path: fc
      .array(fc.constantFrom('a', 'b', 'ü', '名', ' '), { minLength: 1, maxLength: 3 })
      .map((names) => `/${names.join('/')}`),
    mode: fc.constantFrom(0, 0o644, 0o4755, 0o7777),
    sizeBytes: fc.maxSafeNat(),
    digests: fc.array(digest, { maxLength: 2 }),
    isExecutable: fc.boolean(),
  }),
  { selector: (fact) => fact.path, maxLength: 12 },
);

const fact = (path: string, sizeBytes = 1): FileFact => ({
  ...{ path, mode: 0o644, sizeBytes, digests: [], isExecutable: false },
});

describe('FileTable', () => {
  it('tells which files can be run', () => {
    fc.assert(
      fc.property(facts, (list) => {
        const ends = (name: string): boolean => name.endsWith('b') || name.endsWith('名');
        const rows = [...list.keys()].filter((row) => {
          const { path = '', isExecutable = false } = list[row] ?? {};
          return isExecutable || ends(path);
        });
        expect(FileTable.from(list).runnable(/[b名]\//gu)).toEqual(rows);
      }),
    );
  });

  it('tells of a row what its fact tells, and which paths it has', () => {
    fc.assert(
      fc.property(facts, digest, (list, other) => {
        const table = FileTable.from(list);
        const paths = new Set(list.map(({ path }) => path));
        for (const [row, one] of list.entries()) {
          expect(table.sizeBytes(row)).toBe(one.sizeBytes);
          expect(table.isExecutable(row)).toBe(one.isExecutable);
          expect(table.digests(row)).toEqual(one.digests);
          for (const asked of [...one.digests, other]) {
            expect(table.hasDigest(row, asked)).toBe(one.digests.includes(asked));
          }
          expect(table.fact(row)).toBe(table.fact(row));
          for (const path of [one.path, `${one.path}/a`, `${one.path}a`]) {
            expect(table.has(path)).toBe(paths.has(path));
          }
        }
      }),
    );
  });

  it('gives back every list of facts, also after it was written and read', () => {
    fc.assert(
      fc.property(facts, (list) => {
        const table = FileTable.from(list);
        expect(table.length).toBe(list.length);
        expect([...table]).toEqual(list);
        const written = JSON.stringify(encode(LAYER_FILES, table));
        expect([...decode(LAYER_FILES, JSON.parse(written))]).toEqual(list);
        expect([...revive(LAYER_FILES, JSON.parse(written))]).toEqual(list);
      }),
    );
  });

  it('gives one object for one file', () => {
    const table = FileTable.from([fact('/a'), fact('/b')]);
    expect(table.fact(1)).toBe(table.fact(1));
    expect([...table][1]).toBe(table.fact(1));
    expect(table.where((path) => path === '/b')).toEqual([table.fact(1)]);
    expect(FileTable.from(table)).toBe(table);
  });

  it('keeps the later of two facts of one path, in the place of the first', () => {
    const table = FileTable.from([fact('/a', 1), fact('/b', 2), fact('/a', 3)]);
    expect([...table].map((row) => [row.path, row.sizeBytes])).toEqual([
      ['/a', 3],
      ['/b', 2],
    ]);
  });

  it('knows which files of a folder follow each other', () => {
    const table = FileTable.from(['/u/a', '/u/b', '/c', '/u/d'].map((path) => fact(path)));
    expect([0, 1, 2, 3].map((row) => table.endOfFolder(row))).toEqual([2, 2, 3, 4]);
    expect([0, 1, 2, 3].map((row) => table.folder(row))).toEqual(['/u', '/u', '', '/u']);
    expect([...table.paths()]).toEqual(['/u/a', '/u/b', '/c', '/u/d']);
  });
});

describe('columns that are read', () => {
  const whole = {
    folders: ['', '/u'],
    runs: [1, 2],
    names: 'a/b/',
    sizes: [1, 2],
    modes: [840, 840],
  };

  it('may have digests or none', () => {
    expect([...decode(LAYER_FILES, whole)].map((row) => row.path)).toEqual(['/u/a', '/u/b']);
    const [first, second] = decode(LAYER_FILES, { ...whole, digests: 'md5:00 sha1:11\n' });
    expect([first?.digests, second?.digests]).toEqual([['md5:00', 'sha1:11'], []]);
  });

  it.each([
    ['too few sizes', { sizes: [1] }],
    ['too few modes', { modes: [1] }],
    ['too few names', { names: 'a/' }],
    ['a name without an end', { names: 'a/b/c' }],
    ['a folder that is not there', { runs: [2, 2] }],
    ['too long a run', { runs: [1, 3] }],
    ['half a run', { runs: [1, 2, 0] }],
    ['too many digests', { digests: '\n\n' }],
    ['a digest that is none', { digests: 'md5:zz\n' }],
    ['a size that is none', { sizes: [1, -2] }],
    ['no names', { names: undefined }],
  ])('are refused with %s', (_, change) => {
    expect(() => decode(LAYER_FILES, { ...whole, ...change })).toThrow(CodecError);
  });
});
