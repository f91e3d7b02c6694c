import { describe, expect, it } from 'vitest';

import { AssayError } from '../../../core/base/errors.ts';
import { parseName, parsePattern } from './pattern.ts';

describe('patterns', () => {
  it.each<[string, object]>([
    ['os.system($X)', { kind: 'call', ref: 'os.system', isNew: false }],
    ['$X.run(...)', { kind: 'call', ref: '*.run', args: [{ value: { kind: 'rest' } }] }],
    ['new Worker($X)', { kind: 'call', ref: 'Worker', isNew: true }],
    ['a.b = $X', { kind: 'assign', ref: 'a.b', value: { kind: 'any', name: 'X' } }],
    ['return $X', { kind: 'return', value: { kind: 'any', name: 'X' } }],
    ['f("...")', { args: [{ value: { kind: 'some-text' } }] }],
    ['f(0x1f, 0o17, -2, 1.5)', { args: [31, 15, -2, 1.5].map(literal) }],
    ['f("a\\"b\\\\c\\n")', { args: [literal('a"b\\c\n')] }],
    ['f(k=None)', { args: [{ name: 'k', ...literal(null) }] }],
    ['f($KEY=$X)', { args: [{ name: '*', value: { kind: 'any', name: 'X' } }] }],
    ['f().g()($X)', { kind: 'call', ref: 'f().g()', args: [{ value: { kind: 'any' } }] }],
    ['@scope/lib.f({ "a-b": [true, ...] })', { ref: '@scope/lib.f' }],
  ])('%s is read', (text, expected) => {
    expect(parsePattern(text)).toMatchObject(expected);
  });

  it.each([
    ...['', 'os.system', 'f(', 'f(a', 'f(a b)', 'f())', '(a)', 'f({a})', 'a =', 'f(;)', '$', '...'],
    ...['f([', 'f({a: 1', '"f"', `f("\\`],
  ])('"%s" is none', (text) => {
    expect(() => parsePattern(text)).toThrow(AssayError);
  });

  it('are read in linear time', () => {
    const before = process.cpuUsage().user;
    parsePattern(`f(${'a, '.repeat(100_000)}b)`);
    expect((process.cpuUsage().user - before) / 1000).toBeLessThan(2000);
  });
});

describe('names', () => {
  it.each([
    ['os.environ', 'os.environ'],
    ['a.b().c()', 'a.b().c()'],
    ['$X.name()', '*.name()'],
  ])('%s is %s', (text, name) => {
    expect(parseName(text)).toBe(name);
  });

  it.each(['a(b)', 'a.b = 1', '', 'a..b'])('"%s" is none', (text) => {
    expect(() => parseName(text)).toThrow(AssayError);
  });
});

function literal(value: string | number | null): object {
  return { value: { kind: 'literal', value } };
}
