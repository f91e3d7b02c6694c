import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startCpuClock } from '../../../test/support/cpu-time.ts';
import { hashBaseName, FileTableBuilder, NO_ROW, type IndexedPath } from './file-table-builder.ts';

const FOLDERS = ['', '/usr', '/usr/bin'];

function placeOf(folder: number, name: string): IndexedPath {
  const path = `${FOLDERS[folder] ?? ''}/${name}`;
  const nameStart = path.length - name.length;
  return { folder, path, nameStart, nameHash: hashBaseName(path, nameStart) };
}

const factOf = (sizeBytes: number): Parameters<FileTableBuilder['add']>[1] => ({
  mode: 0o640,
  sizeBytes,
  isExecutable: sizeBytes % 2 === 1,
});

const steps = fc.array(
  fc.record({
    folder: fc.nat({ max: FOLDERS.length - 1 }),
    // Small ones meet; others need two bytes a unit, or are not text in order.
    name: fc.oneof(
      fc.constantFrom('a', 'b', 'aa', 'é', '\u{1f4e6}', 'long-name-of-a-file.txt'),
      fc.constantFrom('ü', '\ud800', '名'),
    ),
    isDropped: fc.boolean(),
  }),
  { maxLength: 60 },
);

describe('KeptFiles', () => {
  it('keeps what a map by path would keep, in its order', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const files = new FileTableBuilder();
        const known = new Map<string, number>();
        for (const [at, { folder, name, isDropped }] of list.entries()) {
          const place = placeOf(folder, name);
          expect(files.find(place) !== NO_ROW).toBe(known.has(place.path));
          known.delete(place.path);
          if (isDropped) {
            const row = files.find(place);
            if (row !== NO_ROW) files.drop(row);
          } else {
            files.add(place, factOf(at), at);
            known.set(place.path, at);
          }
          expect(files.size).toBe(known.size);
        }
        const table = files.toTable(FOLDERS);
        expect([...table].map(({ path, sizeBytes, mode }) => [path, sizeBytes, mode])).toEqual(
          [...known].map(([path, at]) => [path, at, 0o640]),
        );
        expect([...table].map((fact) => fact.isExecutable)).toEqual(
          [...known.values()].map((at) => at % 2 === 1),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('gives what was found of bodies to their files', () => {
    const files = new FileTableBuilder();
    const rows = ['a', 'b', 'a', 'c'].map((name, at) => files.add(placeOf(1, name), factOf(0), at));
    for (const row of rows) {
      if (files.isKept(row))
        files.setBody(row, row + 10, row === 3 ? [] : [`md5:${row}0`, 'sha1:ab']);
    }
    expect(
      [...files.toTable(FOLDERS)].map(({ path, sizeBytes, digests }) => [path, sizeBytes, digests]),
    ).toEqual([
      ['/usr/b', 11, ['md5:10', 'sha1:ab']],
      ['/usr/a', 12, ['md5:20', 'sha1:ab']],
      ['/usr/c', 13, []],
    ]);
  });

  it.each([
    ['one path that is stored again and again', () => 'a', true],
    ['one path that is dropped and stored again', () => 'a', false],
    ['many names of one folder', (at: number) => `name-${at}`, true],
  ])('takes time that grows with its entries: %s', (_, nameOf, isKept) => {
    const files = new FileTableBuilder();
    const cpuMs = startCpuClock();
    for (let at = 0; at < 200_000; at += 1) {
      const row = files.add(placeOf(2, nameOf(at)), factOf(at), at);
      if (!isKept) files.drop(row);
    }
    expect(files.toTable(FOLDERS).length).toBe(isKept ? (nameOf(1) === 'a' ? 1 : 200_000) : 0);
    expect(cpuMs()).toBeLessThan(5000);
  });
});
