import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { CHECKSUM, POSITION } from '../../../../test/support/chunked-layer.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { chunkedPosition, readChunkedTable } from './zstd-chunked.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

function position(text: string, checksum = DIGEST): ReturnType<typeof chunkedPosition> {
  const annotations = new Map([
    [CHECKSUM, checksum],
    [POSITION, text],
  ]);
  return chunkedPosition(annotations, 1000, 'layer 1');
}

describe('chunkedPosition', () => {
  it('reads where a table lies', () => {
    expect(position('900:100:5000:1')).toEqual({
      checksum: DIGEST,
      start: 900,
      lengthBytes: 100,
      unpackedBytes: 5000,
    });
  });

  it.each([CHECKSUM, POSITION])('knows no table without %s', (key) => {
    const all = new Map([
      [CHECKSUM, DIGEST],
      [POSITION, '900:100:5000:1'],
    ]);
    all.delete(key);
    expect(chunkedPosition(all, 1000, 'layer 1')).toBeUndefined();
  });

  it.each([
    ['a negative offset', '-1:100:5000:1'],
    ['a fourth number that nobody knows', '900:100:5000:2'],
    ['too few numbers', '900:100:5000'],
    ['numbers beyond all exactness', `900:${'9'.repeat(20)}:5000:1`],
    ['a table behind the end', '901:100:5000:1'],
    ['a table of nothing', '900:0:0:1'],
  ])('refuses %s', (_, text) => {
    expect(() => position(text)).toThrow(ParseError);
  });

  it('refuses a checksum that is not a digest', () => {
    expect(() => position('900:100:5000:1', 'md5:1')).toThrow(ParseError);
  });
});

const FILE = { type: 'reg', name: 'a', size: 10, mode: 0o644, digest: DIGEST };
const PLACED = { ...FILE, offset: 100, endOffset: 130 };

function table(...entries: unknown[]): ReturnType<typeof readChunkedTable> {
  const json = Buffer.from(JSON.stringify({ version: 1, entries }));
  return readChunkedTable(json, 1000, 'table');
}

describe('readChunkedTable', () => {
  it('reads files with their chunks, folders, links and what else a tar holds', () => {
    const chunk = { type: 'chunk', name: 'b', chunkDigest: DIGEST };
    const entries = table(
      { type: 'dir', name: 'etc/', mode: 0o40755 },
      { type: 'reg', name: 'etc/.wh.gone' },
      PLACED,
      { ...PLACED, name: 'b', offset: 130, endOffset: 200, chunkSize: 4, chunkDigest: DIGEST },
      { ...chunk, offset: 150, chunkOffset: 4, chunkSize: 6, chunkType: 'zeros' },
      { type: 'symlink', name: 'c', linkName: '../b' },
      { type: 'hardlink', name: 'd', linkName: 'b' },
      { type: 'char', name: 'e' },
      { type: 'socket', name: 'f' },
    );
    expect(entries.map(({ type, path }) => [type, path])).toEqual([
      ['directory', 'etc/'],
      ['file', 'etc/.wh.gone'],
      ['file', 'a'],
      ['file', 'b'],
      ['symlink', 'c'],
      ['hardlink', 'd'],
      ['characterDevice', 'e'],
      ['unknown', 'f'],
    ]);
    expect(entries[0]?.mode).toBe(0o755);
    expect(entries[1]).toMatchObject({ sizeBytes: 0 });
    expect(entries[1]?.body).toBeUndefined();
    expect(entries[2]?.body).toEqual({
      start: 100,
      end: 130,
      sizeBytes: 10,
      digest: DIGEST,
      chunks: [],
    });
    expect(entries[3]?.body?.chunks.map(({ sizeBytes }) => sizeBytes)).toEqual([4, 6]);
    expect(entries[4]?.linkPath).toBe('../b');
  });

  const chunk = { type: 'chunk', name: 'a', chunkOffset: 4, chunkSize: 6, chunkDigest: DIGEST };
  const begun = { ...PLACED, chunkSize: 4, chunkDigest: DIGEST };
  it.each<[string, readonly unknown[], string]>([
    ['a negative size', [{ ...PLACED, size: -1 }], 'unusable size'],
    ['a size that is a text', [{ ...PLACED, size: '10' }], 'unusable size'],
    ['a size beyond all exactness', [{ ...PLACED, size: 2 ** 60 }], 'unusable size'],
    ['a negative offset', [{ ...PLACED, offset: -5 }], 'unusable offset'],
    ['an end before the start', [{ ...PLACED, endOffset: 100 }], 'ends before it begins'],
    ['a file without place', [FILE], 'ends before it begins'],
    ['a file beyond the table', [{ ...PLACED, endOffset: 1001 }], 'outside of its layer'],
    ['files that share bytes', [PLACED, { ...PLACED, name: 'b' }], 'overlaps'],
    ['a file without digest', [{ ...PLACED, digest: undefined }], 'no usable digest'],
    ['a digest that is none', [{ ...PLACED, digest: 'sha256:x' }], 'no usable digest'],
    ['a chunk without its file', [chunk], 'stands alone'],
    ['a chunk of another file', [PLACED, { ...chunk, name: 'b' }], 'stands alone'],
    ['a missing chunk', [begun], 'do not add up'],
    ['a gap between chunks', [begun, { ...chunk, chunkOffset: 5 }], 'do not add up'],
    ['a chunk too large', [begun, { ...chunk, chunkSize: 7 }], 'do not add up'],
    ['an empty chunk', [begun, { ...chunk, chunkSize: 0 }], 'do not add up'],
    ['a row that is not an object', [5], 'not an object'],
    ['a row without name', [{ type: 'dir' }], 'without type or name'],
  ])('refuses %s', (_, rows, reason) => {
    expect(() => table(...rows)).toThrow(ParseError);
    expect(() => table(...rows)).toThrow(reason);
  });

  it('refuses a file that takes far more room than it has bytes', () => {
    const json = JSON.stringify({ version: 1, entries: [{ ...PLACED, endOffset: 1e6 }] });
    expect(() => readChunkedTable(Buffer.from(json), 1e7, 'table')).toThrow('more room');
  });

  it.each(['{"version":2,"entries":[]}', '{"version":1}', '[]', 'x', ''])(
    'refuses what is not a table of version 1: %s',
    (json) => {
      expect(() => readChunkedTable(Buffer.from(json), 1000, 'table')).toThrow(ParseError);
    },
  );

  it('never throws anything else, and gives spans that lie in order', () => {
    const value = fc.oneof(
      fc.integer({ min: -5, max: 2000 }),
      fc.constantFrom(DIGEST, 'a', 'reg', 'chunk', 'dir', '__proto__', null, 2 ** 60),
    );
    const keys = [
      ...['type', 'name', 'size', 'mode', 'offset', 'endOffset', 'digest', 'linkName'],
      ...['chunkSize', 'chunkOffset', 'chunkDigest', '__proto__'],
    ];
    const change = fc.record({ row: fc.nat(3), key: fc.constantFrom(...keys), value });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (changes) => {
        const rows: Record<string, unknown>[] = [
          { ...PLACED },
          { ...begun, name: 'b', offset: 200, endOffset: 250 },
          { ...chunk, name: 'b' },
          { type: 'dir', name: 'x' },
        ];
        for (const { row, key, value: found } of changes) {
          Object.defineProperty(rows[row], key, {
            ...{ value: found, enumerable: true },
            ...{ configurable: true, writable: true },
          });
        }
        try {
          let end = 0;
          for (const { body } of table(...rows)) {
            if (body === undefined) continue;
            expect(body.start).toBeGreaterThanOrEqual(end);
            expect(body.end).toBeGreaterThan(body.start);
            end = body.end;
          }
          expect(end).toBeLessThanOrEqual(1000);
        } catch (error) {
          if (!(error instanceof ParseError)) throw error;
        }
      }),
    );
  });
});
