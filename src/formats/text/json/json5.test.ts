/** Expected results are those of spec.json5.org. */

import { describe, expect, it } from 'vitest';

import { readJsoncDocument } from './json.ts';
import { jsonOfJson5 } from './json5.ts';

function read(text: string): unknown {
  const { root } = readJsoncDocument('/a.json5', Buffer.from(jsonOfJson5(text)));
  return JSON.parse(JSON.stringify(root));
}

describe('JSON5', () => {
  it.each<[string, string, unknown]>([
    ['names without quotes', '{a: 1, $b_1: 2, ünder: 3}', { a: 1, $b_1: 2, ünder: 3 }],
    ['single quotes', String.raw`{'a': 'it\'s "so"'}`, { a: `it's "so"` }],
    ['double quotes', String.raw`{"a": "b\n'c'\x41\u0042"}`, { a: "b\n'c'AB" }],
    ['a string over two lines', "{a: 'b\\\nc'}", { a: 'bc' }],
    ['comments', '{// x: 1\n a: 1, /* {b: 2} */ c: "// no",}', { a: 1, c: '// no' }],
    ['numbers', '{a: 0x1F, b: .5, c: 5., d: +1, e: -2e3}', { a: 31, b: 0.5, c: 5, d: 1, e: -2000 }],
    [
      'what JSON cannot express',
      '{a: Infinity, b: -Infinity, c: NaN}',
      { a: null, b: null, c: null },
    ],
    ['commas at the end', '{a: [1, 2,], b: true, c: null,}', { a: [1, 2], b: true, c: null }],
    ['JSON', '{"a": {"b": [false, -1.5e-3]}}', { a: { b: [false, -0.0015] } }],
  ])('reads %s', (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each(['{a: }', "{'a: 1}", '{a 1}', '{a: b c}', '[1]', '{a: /* x}', ''])(
    'refuses %s',
    (text) => {
      expect(() => read(text)).toThrow();
    },
  );

  it('keeps lines', () => {
    const document = readJsoncDocument('/a', Buffer.from(jsonOfJson5('{\n// c\na: 1,\n b: 2}')));
    expect(document.lineOfRootKey('b')).toBe(4);
  });

  it('takes long texts in no time', () => {
    expect(() => read(`{a: '${"\\'".repeat(200_000)}`)).toThrow();
    expect(() => read('/*'.repeat(100_000))).toThrow();
    expect(() => read('['.repeat(10_000))).toThrow();
  });
});
