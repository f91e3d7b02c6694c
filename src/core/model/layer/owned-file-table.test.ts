import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OwnedFile } from '../catalog/catalog.ts';
import { OwnedFileTable } from './owned-file-table.ts';

const anyFile: fc.Arbitrary<OwnedFile> = fc.record(
  {
    path: fc
      .array(fc.constantFrom('a', 'b', 'ü', '', '..', ' '), { minLength: 1, maxLength: 3 })
      .map((names) => `/${names.join('/')}`),
    kind: fc.constantFrom('file', 'file', 'config', 'link'),
    digest: fc.constantFrom<NonNullable<OwnedFile['digest']>>('md5:00ff', 'sha256:0123'),
    target: fc.string({ maxLength: 3 }),
    mayBeAbsent: fc.constant(true),
  },
  { requiredKeys: ['path', 'kind'] },
);

describe('OwnedTable', () => {
  it('gives back every list of files, and each in its run', () => {
    fc.assert(
      fc.property(fc.array(anyFile, { maxLength: 8 }), (files) => {
        const table = OwnedFileTable.from(files);
        expect([...(table ?? [])]).toEqual(files);
        expect(table?.length).toBe(files.length);
        const paths = [...(table?.runs() ?? [])].flatMap(({ folder, start, end }) =>
          Array.from({ length: end - start }, (_, at) => `${folder}/${table?.name(start + at)}`),
        );
        expect(paths).toEqual(files.map(({ path }) => path));
      }),
    );
  });

  it.each<[string, OwnedFile]>([
    ['a path without a folder', { path: 'a', kind: 'file' }],
    ['a digest of two lines', { path: '/a', kind: 'file', digest: 'md5:0\nmd5:1' }],
    ['a word on what is so anyway', { path: '/a', kind: 'file', mayBeAbsent: false }],
  ])('is not made of %s', (_title, file) => {
    expect(OwnedFileTable.from([file])).toBeUndefined();
  });
});
