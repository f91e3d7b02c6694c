import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf, placesOf, splice, textOf, undoOf, type ByteEdit } from './byte-range.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const edit = (start: number, end: number, text: string): ByteEdit => ({
  range: { start, end },
  text,
});

describe('splice', () => {
  it.each<[string, string, ByteEdit[], string]>([
    ['replaces ranges in any order', 'abcdef', [edit(4, 5, 'E'), edit(1, 2, '')], 'acdEf'],
    ['inserts at one place in the given order', 'ab', [edit(1, 1, '1'), edit(1, 1, '2')], 'a12b'],
    ['inserts before a replaced range', 'abc', [edit(1, 2, 'B'), edit(1, 1, '-')], 'a-Bc'],
    ['appends at the end', 'ab', [edit(2, 2, 'c')], 'abc'],
    ['counts bytes', 'é=1', [edit(3, 4, 'ö')], 'é=ö'],
    ['keeps a byte order mark and CRLF', '\uFEFFa\r\nb\r\n', [edit(3, 4, 'x')], '\uFEFFx\r\nb\r\n'],
  ])('%s', (_, text, edits, expected) => {
    expect(splice(bytesOf(text), edits)).toEqual(bytesOf(expected));
  });

  it.each<[string, ByteEdit[]]>([
    ['ranges that overlap', [edit(0, 2, ''), edit(1, 3, '')]],
    ['a range twice', [edit(0, 2, 'x'), edit(0, 2, 'x')]],
    ['an insertion inside of a replaced range', [edit(0, 2, ''), edit(1, 1, 'x')]],
    ['a range behind the end', [edit(2, 4, '')]],
    ['a range before the start', [edit(-1, 1, '')]],
    ['a range that ends before it starts', [edit(2, 1, '')]],
  ])('refuses %s', (_, edits) => {
    expect(() => splice(bytesOf('abc'), edits)).toThrow(RangeError);
  });

  it('is undone by the edits that undoOf returns', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.tuple(fc.nat(200), fc.nat(20), fc.uint8Array({ maxLength: 10 }))),
        (bytes, wanted) => {
          const edits: ByteEdit[] = [];
          let at = 0;
          for (const [gap, length, text] of wanted) {
            const start = at + (gap % 20);
            const end = start + length;
            if (end > bytes.length) break;
            edits.push({ range: { start, end }, text });
            at = end;
          }
          const undone = splice(splice(bytes, edits), undoOf(bytes, edits));
          expect(Buffer.from(undone)).toEqual(Buffer.from(bytes));
        },
      ),
    );
  });
});

describe('placeOf', () => {
  const text = bytesOf('\uFEFFab\r\né𝒳x\n\nend');
  it.each([
    ['the start, before a byte order mark', 0, 1, 1],
    ['the first character', 3, 1, 1],
    ['the second character', 4, 1, 2],
    ['the carriage return of a line end', 5, 1, 3],
    ['the first character of a line', 7, 2, 1],
    ['a character behind one of two bytes', 9, 2, 2],
    ['a character behind one of two UTF-16 units', 13, 2, 4],
    ['an empty line', 15, 3, 1],
    ['the end', 19, 4, 4],
    ['an offset behind the end', 99, 4, 4],
  ])('finds %s', (_, offset, line, column) => {
    expect(placeOf(text, offset)).toEqual({ line, column });
  });

  it('finds the only place of an empty file', () => {
    expect(placeOf(new Uint8Array(), 0)).toEqual({ line: 1, column: 1 });
  });
});

describe('textOf', () => {
  it('returns the text of a range with its byte order mark', () => {
    expect(textOf(bytesOf('\uFEFFa'), { start: 0, end: 4 })).toBe('\uFEFFa');
  });
});

it('finds the same places in any order', () => {
  const piece = fc.constantFrom('a', 'é', '€', '😀', '\n', '\r\n', '\u{feff}');
  const bytes = fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join('')));
  fc.assert(
    fc.property(bytes, fc.array(fc.nat({ max: 90 }), { maxLength: 20 }), (text, offsets) => {
      const find = placesOf(text);
      expect(offsets.map(find)).toEqual(offsets.map((offset) => placesOf(text)(offset)));
    }),
  );
});
