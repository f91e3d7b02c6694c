import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParseError } from '../../../core/base/errors.ts';
import { JsonElementSplitter } from './json-element-splitter.ts';

/** The elements of a text that comes in pieces of `pieceBytes`. */
function elementsOf(text: string, pieceBytes = 1, maxBytes = 100_000): unknown[] {
  const elements = new JsonElementSplitter('x.json', maxBytes);
  const bytes = Buffer.from(text);
  const found: unknown[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    for (const element of elements.push(bytes.subarray(at, at + pieceBytes))) {
      found.push(JSON.parse(Buffer.from(element).toString()));
    }
  }
  elements.end();
  return found;
}

describe('JsonElements', () => {
  it.each<[string, string, unknown[]]>([
    ['nothing', '{}', []],
    ['an empty list', ' {"a": [ ]}', []],
    ['objects', '{"n": 1, "a": [{"b": [1, {"c": 2}]}, {}], "z": "]"}', [{ b: [1, { c: 2 }] }, {}]],
    ['several lists', '{"a": [{"b": 1}], "c": [{"d": 1}]}', [{ b: 1 }, { d: 1 }]],
    ['brackets and quotes in strings', '{"a": [{"b": "}]\\"\\\\"}]}', [{ b: '}]"\\' }]],
    ['no objects of objects', '{"a": {"b": {"c": 1}}}', []],
  ])('finds %s', (_, text, expected) => {
    expect(elementsOf(text)).toEqual(expected);
    expect(elementsOf(text, 7)).toEqual(expected);
  });

  it('finds what was written, however it is cut', () => {
    const element = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(
        fc.array(element, { maxLength: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (list, size) => {
          const text = JSON.stringify({ format: 'x', list });
          expect(elementsOf(text, size)).toEqual(JSON.parse(JSON.stringify(list)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['nothing at all', ''],
    ['an object that is not closed', '{"a": [{}]'],
    ['a string without end', '{"a": "'],
    ['too many brackets', '{}}'],
  ])('refuses %s', (_, text) => {
    expect(() => elementsOf(text)).toThrow(ParseError);
  });

  it('refuses an element that is too large', () => {
    expect(() => elementsOf(`{"a": [{"b": "${'x'.repeat(2000)}"}]}`, 100, 1000)).toThrow(
      ParseError,
    );
  });
});
