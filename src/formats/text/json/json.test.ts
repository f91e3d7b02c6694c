import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ParseError } from '../../../core/base/errors.ts';
import {
  MAX_DEPTH,
  readJson,
  readJsoncDocument,
  readJsonDocument,
  readStrings,
  type JsonObject,
  type JsonValue,
} from './json.ts';

function read(text: string | Uint8Array): JsonObject {
  return readJson('x.json', typeof text === 'string' ? new TextEncoder().encode(text) : text);
}

describe('readJson', () => {
  it.each([
    ['an empty object', '{}', {}],
    ['white space everywhere', ' \r\n\t{ "a" : [ 1 , 2 ] } \n', { a: [1, 2] }],
    ['all literals', '{"a":true,"b":false,"c":null}', { a: true, b: false, c: null }],
    ['numbers', '{"a":-0.5e+3,"b":0,"c":10}', { a: -500, b: 0, c: 10 }],
    ['escapes', String.raw`{"a\n":"\u0041\"\\\/\b\f\n\r\t"}`, { 'a\n': 'A"\\/\b\f\n\r\t' }],
    ['the last of equal keys', '{"a":1,"a":2}', { a: 2 }],
    ['a byte order mark', '\uFEFF{"a":1}', { a: 1 }],
  ])('reads %s', (_name, text, expected) => {
    expect({ ...read(text) }).toEqual(expected);
  });

  it.each([
    ['nothing', ''],
    ['an array', '[]'],
    ['a number', '1'],
    ['a comment', '{} // x'],
    ['a trailing comma', '{"a":1,}'],
    ['a trailing comma in a list', '{"a":[1,]}'],
    ['single quotes', "{'a':1}"],
    ['a bare key', '{a:1}'],
    ['a leading zero', '{"a":01}'],
    ['a plus sign', '{"a":+1}'],
    ['NaN', '{"a":NaN}'],
    ['a raw line break in a string', '{"a":"\n"}'],
    ['an unknown escape', '{"a":"\\x"}'],
    ['a short escape', '{"a":"\\u12"}'],
    ['a string without its end', '{"a":"b'],
    ['text after the end', '{} {}'],
    ['a missing colon', '{"a" 1}'],
    ['a missing comma', '{"a":1 "b":2}'],
  ])('refuses %s', (_name, text) => {
    expect(() => read(text)).toThrow(ParseError);
  });

  it('keeps hostile keys as keys', () => {
    const object = read('{"__proto__":{"polluted":true},"constructor":1}');
    expect(Object.keys(object)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(object)).not.toBe(Object.prototype);
    expect('toString' in object).toBe(false);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect('toString' in read('{}')).toBe(false);
  });

  it('refuses what nests deeper than the bound, and reads what does not', () => {
    const nest = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(() => read(nest(100_000))).toThrow(/nested deeper/);
    expect(() => read(nest(MAX_DEPTH))).toThrow(/nested deeper/);
    expect(() => read(nest(MAX_DEPTH - 1))).not.toThrow();
  });

  it('refuses a flood of empty values', () => {
    expect(() => read(`{"a":[${'[],'.repeat(1_000_000)}1]}`)).toThrow(/more than/);
  });

  it('replaces bytes that are not UTF-8', () => {
    expect(read(Buffer.from('{"a":"\xff"}', 'latin1'))['a']).toBe('\uFFFD');
  });

  it('says on which line it stopped', () => {
    expect(() => read('{\n"a": 1,\n"b": ?}')).toThrow('line 3');
  });

  it('reads whatever JSON.stringify writes, as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify({ value }, undefined, 2);
        expect(JSON.stringify(read(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('refuses exactly what JSON.parse refuses', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"a"',
      ':',
      ',',
      '1',
      '-',
      ' ',
      '"',
      '\\',
      'true',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = `{"a":${pieces.join('')}}`;
        let isValid = true;
        try {
          JSON.parse(text);
        } catch {
          isValid = false;
        }
        if (isValid) expect(() => read(text)).not.toThrow();
        else expect(() => read(text)).toThrow(ParseError);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('readJsonDocument', () => {
  const document = readJsonDocument(
    'x.json',
    new TextEncoder().encode(
      '{\n  "name": "a",\n  "list": [\n    { "b": 1 }\n  ],\n  "name": "c"\n}',
    ),
  );

  it('knows the lines of objects and lists', () => {
    const list = document.root['list'] as readonly JsonValue[];
    expect(document.lineOf(document.root)).toBe(1);
    expect(document.lineOf(list)).toBe(3);
    expect(document.lineOf(list[0] as JsonObject)).toBe(4);
    expect(document.lineOf({})).toBeUndefined();
  });

  it('knows the lines of the root keys, and which are given twice', () => {
    expect(document.lineOfRootKey('list')).toBe(3);
    expect(document.lineOfRootKey('absent')).toBeUndefined();
    expect(document.duplicateKeys).toEqual([{ key: 'name', line: 6 }]);
  });
});

describe('readStrings', () => {
  it('gives strings and nothing else', () => {
    const row = read('{"a":"x","b":1,"c":null}');
    expect(readStrings(row, ['a', 'b', 'c', 'd'])).toEqual({ a: 'x' });
  });

  it.each([[undefined], [null], ['text'], [[]], [5]])('reads nothing from %j', (value) => {
    expect(readStrings(value, ['length', 'a'])).toEqual({});
  });
});

describe('readJsoncDocument', () => {
  const readJsonc = (text: string) => readJsoncDocument('x.jsonc', new TextEncoder().encode(text));

  it('passes over comments and a comma behind the last value', () => {
    const text = '// a\n{ /* b\n */ "list": [1, // c\n 2,\n],\n "o": {"x": "//",}, }//';
    const document = readJsonc(text);
    expect(document.root).toEqual({ list: [1, 2], o: { x: '//' } });
    expect(document.lineOfRootKey('list')).toBe(3);
    expect(document.lineOfRootKey('o')).toBe(6);
  });

  it.each(['{,}', '{"a":1,,}', '{"a":[,]}', '{/* }', '{"a":1/}', '/'])('refuses %s', (text) => {
    expect(() => readJsonc(text)).toThrow(ParseError);
  });

  it('is asked for: JSON has neither', () => {
    expect(() => read('{"a":1,}')).toThrow(ParseError);
    expect(() => read('{} // c')).toThrow(ParseError);
  });
});
