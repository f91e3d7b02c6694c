import { describe, expect, it, vi } from 'vitest';
import { parsedScheme } from './scheme-factories.ts';
import { comparatorRanges } from './range.ts';
import type { Order } from './scheme.ts';

const NUMBER = /^[0-9]+$/;

/** Whole numbers; those from 100 on are ordered and not certain. */
function numbers(parse = vi.fn(readNumber)): ReturnType<typeof parsedScheme> {
  return parsedScheme<number>({
    id: 'semver',
    parse,
    order: (a, b) => Math.sign(a - b) as Order,
    isCertain: (value) => value < 100,
    format: String,
  });
}

function readNumber(text: string): number | undefined {
  return NUMBER.test(text.trim()) ? Number(text) : undefined;
}

describe('parsedScheme', () => {
  it.each<[string, string, Order | undefined]>([
    ['1', '2', -1],
    ['3', '2', 1],
    ['3', '03', 0],
    ['x', 'x', 0],
    ['x', '2', undefined],
    ['3', 'x', undefined],
    ['3', '2', 1],
    ['2', '3', -1],
  ])('compares %s with %s, whatever it compared before', (a, b, expected) => {
    const scheme = numbers();
    for (const first of ['3', 'x', '1', a]) scheme.compare(first, '2');
    expect(scheme.compare(a, b)).toBe(expected);
  });

  it('parses a version once that is compared with many', () => {
    const parse = vi.fn(readNumber);
    const scheme = numbers(parse);
    for (const bound of ['1', '2', '3']) scheme.compare('5', bound);
    expect(parse.mock.calls.filter(([text]) => text === '5')).toHaveLength(1);
  });

  it.each<[string, boolean, boolean, string]>([
    ['7', true, true, '7'],
    ['07', true, true, '7'],
    [' 7', false, true, '7'],
    ['100', false, false, '100'],
    ['x ', false, false, 'x '],
  ])('says of "%s" whether it is valid and certain', (text, isValid, isCertain, form) => {
    const scheme = numbers();
    expect([scheme.isValid(text), scheme.isCertain(text), scheme.normalize(text)]).toEqual([
      isValid,
      isCertain,
      form,
    ]);
  });

  it('makes the reader of ranges when it is first used, once', () => {
    const ranges = vi.fn(comparatorRanges);
    const scheme = parsedScheme<number>({
      id: 'semver',
      parse: readNumber,
      order: (a, b) => Math.sign(a - b) as Order,
      format: String,
      ranges,
    });
    scheme.compare('1', '2');
    expect(ranges).not.toHaveBeenCalled();
    expect(scheme.ranges.contains('5', '>=3 <7', {})).toBe(true);
    expect(scheme.ranges.contains('7', '>=3 <7', {})).toBe(false);
    expect(ranges).toHaveBeenCalledTimes(1);
  });

  it('has no order where a scheme knows none', () => {
    const scheme = parsedScheme<number>({
      id: 'semver',
      parse: readNumber,
      order: () => undefined,
      format: String,
    });
    expect([scheme.compare('1', '2'), scheme.compare('1', '1')]).toEqual([undefined, 0]);
  });
});
