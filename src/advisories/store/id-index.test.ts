import { describe, expect, it } from 'vitest';
import { hashKey, IdIndexWriter, recordsAmong } from './id-index.ts';
import { recordsOfBlock, SectionWriter } from './section.ts';

/** The rows of the section by their keys. */
function written(index: IdIndexWriter): ReadonlyMap<string, unknown> {
  const rows = new Map<string, unknown>();
  const section = new SectionWriter(1024, (bytes) => {
    for (const record of recordsOfBlock(Buffer.from(bytes))) {
      if (record !== null) rows.set(record[0], JSON.parse(record[1].toString()));
    }
    return { offset: 0, packedBytes: 0, sizeBytes: 0, sum: 0 };
  });
  index.writeTo(section);
  section.finish();
  return rows;
}

function lookUp(rows: ReadonlyMap<string, unknown>, id: string): unknown {
  return [...(recordsAmong(rows.get(hashKey(id)) ?? [], id) ?? [])];
}

describe('the index of ids', () => {
  it('finds records by id and alias, in any case', () => {
    const index = new IdIndexWriter();
    index.add('GHSA-1', ['CVE-2024-1', 'cve-2024-1', 'GHSA-1'], ['left', 'right']);
    index.add('GHSA-2', ['CVE-2024-1'], ['left']);
    index.add('GHSA-3', [], ['other']);
    const rows = written(index);
    expect(lookUp(rows, 'ghsa-1')).toEqual([['GHSA-1', ['left', 'right']]]);
    expect(lookUp(rows, 'CVE-2024-1')).toEqual([
      ['GHSA-1', ['left', 'right']],
      ['GHSA-2', ['left']],
    ]);
    expect(lookUp(rows, 'GHSA-3')).toEqual([['GHSA-3', ['other']]]);
    expect(lookUp(rows, 'GHSA-4')).toEqual([]);
  });

  it('grows, and keeps its keys in their order', () => {
    const index = new IdIndexWriter();
    for (let number = 0; number < 5000; number += 1)
      index.add(`A-${number}`, [`B-${number}`], ['x']);
    const rows = written(index);
    expect(lookUp(rows, 'B-4321')).toEqual([['A-4321', ['x']]]);
    expect([...rows.keys()]).toEqual([...rows.keys()].sort());
  });

  it('tells apart what has the same hash', () => {
    const rows = [
      [0, 'A-1', 'x'],
      ['B-1', 'A-2', 'y'],
      [0, 'a-1', 'z'],
    ];
    expect([...(recordsAmong(rows, 'A-1') ?? [])]).toEqual([
      ['A-1', ['x']],
      ['a-1', ['z']],
    ]);
    expect([...(recordsAmong(rows, 'b-1') ?? [])]).toEqual([['A-2', ['y']]]);
  });

  it.each<[string, unknown]>([
    ['no list', 7],
    ['a row that is none', [7]],
    ['a row without an id', [[0, 7]]],
  ])('refuses %s', (_title, rows) => {
    expect(recordsAmong(rows, 'A-1')).toBeUndefined();
  });
});
