import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { JsonObject } from '../json/json.ts';
import { readYamlDocuments } from './yaml.ts';

const read = (text: string) => readYamlDocuments('x.yaml', new TextEncoder().encode(text));

describe('readYamlDocuments', () => {
  it('takes every scalar as its text, whatever it looks like', () => {
    const [document] = read(
      'a: 1.10\nb: true\nc:\nd: "x\\ny"\ne: [1, {f: null}]\ng: |\n  two\n  lines\n',
    );
    expect(document?.root).toEqual({
      a: '1.10',
      b: 'true',
      c: '',
      d: 'x\ny',
      e: ['1', { f: 'null' }],
      g: 'two\nlines\n',
    });
  });

  it('has keys like any other for what prototypes have', () => {
    const root = read('__proto__: {a: 1}\nconstructor: x\n')[0]?.root as JsonObject;
    expect(Object.keys(root)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(root)).toBeNull();
  });

  it('knows the lines of keys', () => {
    const [document] = read('# c\na:\n  "b": 1\n\n  1:\n    x\n');
    const root = document?.root as JsonObject;
    expect(document?.lineOf(root, 'a')).toBe(2);
    expect(document?.lineOf(root['a'] as JsonObject, 'b')).toBe(3);
    expect(document?.lineOf(root['a'] as JsonObject, '1')).toBe(5);
    expect(document?.lineOf(root, 'absent')).toBeUndefined();
  });

  it.each([
    ['', []],
    ['# only a comment\n', []],
    ['a\n', ['a']],
    ['---\na: 1\n---\nb: 2\n...\n', [{ a: '1' }, { b: '2' }]],
  ])('reads the documents of %j', (text, roots) => {
    expect(read(text).map(({ root }) => root)).toEqual(roots);
  });

  it.each([
    ['an alias', 'a: &x [1]\nb: *x\n'],
    ['a key given twice', 'a: 1\na: 2\n'],
    ['a key that is a list', '? [1]\n: 2\n'],
    ['deep nesting', '['.repeat(100_000)],
    ['a flow without its end', 'a: {b: 1'],
    ['a tab for indentation', 'a:\n\tb: 1\n'],
  ])('refuses %s', (_, text) => {
    expect(() => read(text)).toThrow(ParseError);
  });

  it('survives any text', () => {
    const piece = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '{',
      '}',
      '&x',
      '*x',
      '"',
      '!t',
      '|',
      '---',
      '?',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        try {
          expect(Array.isArray(read(pieces.join('')))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
