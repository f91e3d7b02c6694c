import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../test/support/property-seed.ts';
import { ParseError } from '../../core/base/errors.ts';
import { readToml } from './toml.ts';

const read = (text: string) => readToml('x.toml', new TextEncoder().encode(text));

describe('readToml', () => {
  it('reads tables without a prototype', () => {
    const { root } = read('[a]\nb = ["x"]\n[__proto__]\nc = 1\n[constructor]\n');
    expect(Object.keys(root)).toEqual(['a', '__proto__', 'constructor']);
    expect(Object.getPrototypeOf(root)).toBeNull();
    expect(root['a']).toEqual({ b: ['x'] });
  });

  it('knows the lines of the tables of a list', () => {
    const text = [
      '[[package]] # first',
      'text = """',
      'name = "no"',
      '[[package]]',
      'escaped \\""" """" # not here',
      'name = "a"',
      '[package.more]',
      'name = "b"',
      '[[package]]',
      "text = '''",
      "name = 'no''''",
      '# name = "c"',
      '[[package.inner]]',
      'name = "d"',
      '[[ other ]]',
      'names = 1',
    ].join('\n');
    const document = read(text);
    expect(document.linesOf('package')).toEqual([6, 9]);
    expect(document.linesOf('other')).toEqual([15]);
    expect(document.linesOf('absent')).toEqual([]);
  });

  it.each(['a', '[a', 'a = "', `a = ${'['.repeat(200_000)}`, 'a = 1\na = 2'])(
    'refuses what is no TOML',
    (text) => {
      expect(() => read(text)).toThrow(ParseError);
    },
  );

  it('takes integers that no double holds', () => {
    expect(read('a = 9007199254740993').root['a']).toBe(9007199254740993n);
  });

  it('survives any text', () => {
    const piece = fc.constantFrom('[[p]]', '"', "'", '"""', "'''", 'a', '=', '\n', '#', '\\', '.');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        try {
          expect(read(pieces.join('')).linesOf('p').length).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['of a header', `[${'a.'.repeat(100)}a]`],
    ['of a header of a list', `[[ ${'a . '.repeat(200)}a ]]`],
    ['of a value', `${'a.'.repeat(100)}a = 1`],
    ['in quotation marks', `x = 1\n["a".${"'b'.".repeat(100)}c]`],
    ['a megabyte long', `["${'a.'.repeat(500_000)}a]`],
  ])('refuses a key of too many parts: %s', (_, text) => {
    expect(() => readToml('/a.toml', new TextEncoder().encode(text))).toThrow(ParseError);
  });

  it.each([
    ['99 parts', `[${'a.'.repeat(98)}a]`],
    ['dots in a value', `a = "${'b.'.repeat(500)}"`],
    ['dots alone', `a = \"\"\"\n${'.'.repeat(500)}\n\"\"\"`],
    ['dots in a comment', `# ${'a.'.repeat(500)}`],
  ])('reads %s', (_, text) => {
    expect(() => readToml('/a.toml', new TextEncoder().encode(text))).not.toThrow();
  });
});
