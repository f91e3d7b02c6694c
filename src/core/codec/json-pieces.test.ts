import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { jsonPieces } from './json-pieces.ts';
import {
  JsonText,
  StreamedList,
  StreamedObject,
  type Json,
  type StreamedJson,
} from './streamed-json.ts';

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json | null>;

/** The value with all lists and objects made while they are written. */
function streamed(value: Json | null): StreamedJson | null {
  if (Array.isArray(value)) {
    return new StreamedList(
      (value as readonly Json[]).map((item) => streamed(item) as StreamedJson),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return new StreamedObject(
    Object.entries(value).map(
      ([key, field]) => [key, streamed(field as Json) as StreamedJson] as const,
    ),
  );
}

describe('jsonPieces', () => {
  it('writes what JSON.stringify writes', () => {
    fc.assert(
      fc.property(json, (value) => {
        const made = streamed(value) as StreamedJson;
        expect([...jsonPieces(made)].join('')).toBe(JSON.stringify(value, undefined, 2));
        expect([...jsonPieces(made, '')].join('')).toBe(JSON.stringify(value));
        expect([...jsonPieces(value as Json)].join('')).toBe(JSON.stringify(value, undefined, 2));
      }),
    );
  });

  it('writes items of long lists on a line each where that is asked for', () => {
    const items = [{ a: [1, 2] }, new JsonText('{"b":3}'), 'c'];
    const value = new StreamedObject([['items', new StreamedList(items)]]);
    expect([...jsonPieces(value, '  ', '')].join('')).toBe(
      '{\n  "items": [\n    {"a":[1,2]},\n    {"b":3},\n    "c"\n  ]\n}',
    );
  });

  it('leaves out fields without a value', () => {
    const value = new StreamedObject([
      ['a', undefined],
      ['b', 1],
    ]);
    expect([...jsonPieces(value, '')]).toEqual(['{"b":1}']);
  });

  it('escapes keys and plain values, and leaves texts that are made as they are', () => {
    const value = new StreamedObject([
      ['a!', new StreamedList(['b!', ['c!'], new JsonText('"d!"'), { 'e!': 'f!' }])],
      ['g', new JsonText('"h!"')],
    ]);
    const escape = (json: string): string => json.replaceAll('!', '?');
    expect([...jsonPieces(value, '', '', escape)].join('')).toBe(
      '{"a?":["b?",["c?"],"d!",{"e?":"f?"}],"g":"h!"}',
    );
  });

  it('writes a long list of plain values, groups and texts in their order', () => {
    const items = Array.from({ length: 200 }, (_, index) => {
      if (index % 7 === 3) return new JsonText(String(index));
      return index % 11 === 5 ? new StreamedList([index]) : index;
    });
    const plain = items.map((item, index) => (item instanceof StreamedList ? [index] : index));
    const value = new StreamedList(items);
    expect([...jsonPieces(value)].join('')).toBe(JSON.stringify(plain, undefined, 2));
    expect([...jsonPieces(value, '')].join('')).toBe(JSON.stringify(plain));
  });

  it('holds one piece at a time', () => {
    let madeCount = 0;
    function* items(): Generator<string> {
      for (; madeCount < 1_000_000; madeCount += 1) yield 'x'.repeat(100);
    }
    const pieces = jsonPieces(new StreamedList(items()));
    pieces.next();
    expect(madeCount).toBeLessThan(1000);
  });
});
