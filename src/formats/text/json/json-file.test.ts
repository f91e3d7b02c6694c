import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { catalogFile } from '../../../../test/support/catalog-file.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { readJsoncDocument, readJsonDocument, type JsonValue } from './json.ts';
import { readJsonFile, type JsonBounds, type JsonFileDocument } from './json-file.ts';

const WIDE: JsonBounds = { maxItems: 1_000_000, maxTextLength: 1_000_000 };

/** Reads with a streamed list, and returns its items with their places. */
async function stream(
  text: string,
  keys: readonly string[],
  bounds: Partial<JsonBounds> = {},
): Promise<{ readonly document: JsonFileDocument; readonly items: readonly unknown[] }> {
  const items: unknown[] = [];
  const document = await readJsonFile(
    catalogFile('/a.json', text),
    { ...WIDE, pieceBytes: 16, ...bounds },
    { streamed: { keys, item: (value, { path, line }) => items.push([path, line, value]) } },
  );
  return { document, items };
}

function read(text: string, bounds: Partial<JsonBounds> = {}): Promise<JsonFileDocument> {
  return readJsonFile(catalogFile('/a.json', text), { ...WIDE, pieceBytes: 16, ...bounds });
}

describe('a document in pieces', () => {
  it('reads as one that is read as a whole does, with the same lines', async () => {
    const documents = fc.tuple(
      fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 5 })),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(undefined, 1, '\t\r\n'),
    );
    await fc.assert(
      fc.asyncProperty(documents, async ([value, pieceBytes, indent]) => {
        const text = `\n${JSON.stringify(value, undefined, indent)} `;
        const whole = readJsonDocument('/a.json', new TextEncoder().encode(text));
        const pieces = await read(text, { pieceBytes });
        expect(pieces.root).toEqual(whole.root);
        expect(pieces.leftOut).toEqual([]);
        for (const key of Object.keys(value)) {
          expect(pieces.lineOfRootKey(key)).toBe(whole.lineOfRootKey(key));
        }
        const values: readonly (JsonValue | undefined)[] = Object.values(pieces.root);
        for (const [index, one] of Object.values(whole.root).entries()) {
          if (typeof one !== 'object' || one === null) continue;
          expect(pieces.lineOf(values[index] as typeof one)).toBe(whole.lineOf(one));
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['a byte order mark', '\uFEFF{"a":1}'],
    ['characters of several bytes', `{"a":"${'ü€😀'.repeat(20)}"}`],
    ['escapes at every place', `{"a":"${'\\u00fc\\n'.repeat(20)}"}`],
    ['long numbers', '{"a":[1234567890123456789,-1.5e+300,0.25]}'],
    ['hostile keys', '{"__proto__":{"a":1},"constructor":{"toString":[1]},"b":"0123456789"}'],
    ['empty values', '{"a":{},"b":[],"c":[[],{}],"d":"","e":"0123456789012345"}'],
    ['a string longer than many pieces', `{"a":["${'x'.repeat(5000)}"]}`],
  ])('may hold %s', async (_, text) => {
    const whole = readJsonDocument('/a.json', new TextEncoder().encode(text));
    expect((await read(text)).root).toEqual(whole.root);
  });

  it('names keys that are given twice, once each', async () => {
    const text = `{"a":1,\n"b":[${'0,'.repeat(40)}0],\n"a":{"c":1,"c":2,"d":"${'x'.repeat(40)}"}}`;
    const whole = readJsonDocument('/a.json', new TextEncoder().encode(text));
    expect((await read(text)).duplicateKeys).toEqual(whole.duplicateKeys);
  });

  it('may have comments where they are allowed', async () => {
    const text = `{ // one "{\n"a": [1, /* ${'x'.repeat(50)} */ 2,],\n"b": {"c": "//",},\n}`;
    const file = catalogFile('/bun.lock', text);
    const { root } = await readJsonFile(file, { ...WIDE, pieceBytes: 5 }, { isJsonc: true });
    expect(root).toEqual(readJsoncDocument('/bun.lock', new TextEncoder().encode(text)).root);
    await expect(read(text)).rejects.toThrow(ParseError);
  });

  it.each([
    ['nothing', ''],
    ['a list', '[1,2,3]'],
    ['a text', '"0123456789012345678901234567890123456789"'],
    ['no end of a string', `{"a":"${'x'.repeat(100)}`],
    ['no end of a list', `{"a":[${'1,'.repeat(100)}`],
    ['no end of an object', `{"a":1,"b":{"c":1${' '.repeat(100)}`],
    ['no comma', `{"a":[${'1,'.repeat(50)}1 1]}`],
    ['no colon', `{"a":1,"b" ${' '.repeat(50)}1}`],
    ['a bracket of another kind', `{"a":[${'1,'.repeat(50)}1}}`],
    ['text after the end', `{"a":"${'x'.repeat(100)}"} {}`],
    ['a comma at the end', `{"a":[${'1,'.repeat(50)}]}`],
    ['an unknown word', `{"a":[${'1,'.repeat(50)}nul]}`],
  ])('is refused where it has %s', async (_, text) => {
    await expect(read(text)).rejects.toThrow(ParseError);
  });

  it('is refused where it nests deeper than the bound, with the line', async () => {
    await expect(read(`{"a":\n${'['.repeat(100_000)}`)).rejects.toThrow(/nested deeper.* line 2/);
    await expect(read(`{"a":${'{"a":'.repeat(100_000)}`)).rejects.toThrow(/nested deeper/);
  });

  it('is refused with the line of the mistake', async () => {
    const text = `{"a":[\n${'1,\n'.repeat(50)}x]}`;
    await expect(read(text)).rejects.toThrow(/line 52/);
  });
});

describe('what is beyond the bounds', () => {
  const rows = (count: number): string =>
    Array.from({ length: count }, (_, index) => `{"n":"],}\\"${String(index)}"}`).join(',\n');

  it.each([
    ['a list', `{"a":[${rows(30)}],"z":1}`, ['a'], 20],
    [
      'an object',
      `{"a":{${Array.from({ length: 30 }, (_, i) => `"k${String(i)}":[1,{}]`).join(',')}},"z":1}`,
      ['a'],
      20,
    ],
    ['a list inside of a row', `{"a":[{"b":[${rows(30)}]}],"z":1}`, ['a', 0, 'b'], 20],
    ['one item more than allowed', `{"a":[${rows(11)}],"z":1}`, ['a'], 1],
    ['numbers alone', `{"a":[${'1,'.repeat(29)}1],"z":1}`, ['a'], 20],
    ['lists of lists', `{"a":[${'[[1],[2,3]],'.repeat(29)}[]],"z":1}`, ['a'], 20],
  ])('is counted: %s', async (_, text, path, count) => {
    const document = await read(text, { maxItems: 10 });
    expect(document.leftOut).toEqual([{ path, count }]);
    expect(document.root['z']).toBe(1);
    const last = Object.keys(document.root).length;
    expect(last).toBe(2);
  });

  it('is nothing where there are as many as allowed', async () => {
    expect((await read(`{"a":[${rows(10)}],"z":1}`, { maxItems: 10 })).leftOut).toEqual([]);
  });

  it('is the text of rows that are long, not their number', async () => {
    const text = `{"a":[${rows(1000)}],"z":1}`;
    const { leftOut, root } = await read(text, { maxTextLength: 2000 });
    expect(leftOut).toHaveLength(1);
    const kept = (root['a'] as readonly JsonValue[]).length;
    expect(kept).toBeGreaterThan(50);
    expect(kept + (leftOut[0]?.count ?? 0)).toBe(1000);
    expect(root['z']).toBe(1);
  });

  it('is counted where it is not in order, as long as its brackets are', async () => {
    const text = `{"a":[${'1,'.repeat(20)}nonsense : 5, [x]],"z":1}`;
    expect((await read(text, { maxItems: 10 })).leftOut).toEqual([{ path: ['a'], count: 12 }]);
    await expect(read(`{"a":[${'1,'.repeat(20)}`, { maxItems: 10 })).rejects.toThrow(ParseError);
  });

  it('leaves the lines of what stands behind it right', async () => {
    const text = `{"a":[\n${'1,\n'.repeat(50)}1],\n"z":1}`;
    expect((await read(text, { maxItems: 10 })).lineOfRootKey('z')).toBe(53);
  });
});

describe('a streamed list', () => {
  const keys = ['runs', '*', 'results'];
  const text =
    '{"runs":[{"results":[{"a":1},\n[2]],"b":[1]},{"results":[],"c":{"results":[3]}},{"results":[4]}]}';

  it.each([1, 7, 16, 4096])(
    'gives each item with its place, in pieces of %d bytes',
    async (pieceBytes) => {
      const { document, items } = await stream(text, keys, { pieceBytes });
      expect(items).toEqual([
        [['runs', 0, 'results', 0], 1, { a: 1 }],
        [['runs', 0, 'results', 1], 2, [2]],
        [['runs', 2, 'results', 0], 2, 4],
      ]);
      expect(document.root).toEqual({
        runs: [{ results: [], b: [1] }, { results: [], c: { results: [3] } }, { results: [] }],
      });
      expect(document.leftOut).toEqual([]);
    },
  );

  it('is passed over and counted where nothing takes its items', async () => {
    const file = catalogFile('/a.json', text);
    const { leftOut, root } = await readJsonFile(file, WIDE, { streamed: { keys } });
    expect(leftOut).toEqual([
      { path: ['runs', 0, 'results'], count: 2 },
      { path: ['runs', 2, 'results'], count: 1 },
    ]);
    expect(root['runs']).toHaveLength(3);
  });

  it.each([
    ['an object in its place', '{"runs":[{"results":{"a":[1]}}]}'],
    ['nothing in its place', '{"runs":[{"results":null},{}]}'],
    ['another value on the way', '{"runs":{"a":{"results":[1]}}}'],
    ['a root without it', '{"a":[1,2]}'],
  ])('has no items: %s', async (_, other) => {
    const { document, items } = await stream(other, keys);
    expect(items).toEqual([]);
    expect(document.root).toEqual(JSON.parse(other));
  });

  it('has as many items as the bound allows, and the others are counted', async () => {
    const { document, items } = await stream(`{"runs":[1,2,3,4,5],"z":1}`, ['runs'], {
      maxItems: 3,
    });
    expect(items).toHaveLength(3);
    expect(document.leftOut).toEqual([{ path: ['runs'], count: 2 }]);
    expect(document.root['z']).toBe(1);
  });

  it('does not add to the text and the objects that the document holds', async () => {
    const row = `{"a":[${'{},'.repeat(999)}{}],"b":"${'x'.repeat(1000)}"}`;
    const many = `{"runs":[${`${row},`.repeat(1100)}${row}],"z":[1]}`;
    const { document, items } = await stream(many, ['runs'], {
      maxTextLength: 10_000,
      pieceBytes: 64 * 1024,
    });
    expect(items).toHaveLength(1101);
    expect(document.leftOut).toEqual([]);
    expect(document.root).toEqual({ runs: [], z: [1] });
  });

  it('is refused with the line of a mistake in an item', async () => {
    await expect(stream('{"runs":[1,\n2,\nx]}', ['runs'])).rejects.toThrow(/line 3/);
  });
});
