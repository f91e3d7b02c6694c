import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { splice } from '../../bytes/byte-range.ts';
import { readPlacedYaml } from './yaml-places.ts';
import { asScalar, valueOf } from './yaml-walk.ts';
import { canBePlain, writeScalar } from './yaml-write.ts';

/** Replaces the value of `a` at the root of a file. */
function edited(text: string, value: string): string {
  const bytes = new TextEncoder().encode(text);
  const scalar = asScalar(valueOf(readPlacedYaml(bytes).documents[0]?.root, 'a'));
  if (scalar === undefined) throw new Error(`no scalar in ${text}`);
  const edit = { range: scalar.range, text: writeScalar(scalar, value) };
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(splice(bytes, [edit]));
}

const PINNED = 'debian:12@sha256:00';

describe('a new value', () => {
  it.each([
    ['plain', 'a: x # c\nb: y\n', PINNED, `a: ${PINNED} # c\nb: y\n`],
    ['single quotes', "a: 'x'  # c", PINNED, `a: '${PINNED}'  # c`],
    ['double quotes', 'a: "x"\r\n', PINNED, `a: "${PINNED}"\r\n`],
    ['flow style', '{a: x, b: y}', PINNED, `{a: ${PINNED}, b: y}`],
    ['a tag and an anchor', 'a: !!str &x y', PINNED, `a: !!str &x ${PINNED}`],
    ['an alias', 'x: &x y\na: *x', PINNED, `x: &x ${PINNED}\na: *x`],
    ['an absent value', 'a:\nb: y', PINNED, `a: ${PINNED}\nb: y`],
    ['several lines', 'a: x\n  y\nb: z', PINNED, `a: ${PINNED}\nb: z`],
    ['a literal', 'a: | # c\n   x\nb: y', `${PINNED}\n`, `a: | # c\n   ${PINNED}\nb: y`],
    ['a stripped literal', 'a: |-\r\n  x\r\n\r\nb: y', PINNED, `a: |-\r\n  ${PINNED}\r\n\r\nb: y`],
    ['a literal at the end', 'a: |-\n  x', PINNED, `a: |-\n  ${PINNED}`],
    ['a literal of two lines', 'a: |\n  x\n', 'y\n\nz\n', 'a: |\n  y\n\n  z\n'],
    ['a folded scalar', 'a: >-\n  x\n  y\nb: z', PINNED, `a: >-\n  ${PINNED}\nb: z`],
    ['a literal without its line break', 'a: |\n  x\nb: y', PINNED, `a: "${PINNED}"\nb: y`],
    ['a quote in single quotes', "a: 'x'", "it's", "a: 'it''s'"],
    ['a line break in single quotes', "a: 'x'", 'y\nz', String.raw`a: "y\nz"`],
    ['a backslash in double quotes', 'a: "x"', String.raw`y\z"`, String.raw`a: "y\\z\""`],
    ['a comment sign', 'a: x', 'y #z', 'a: "y #z"'],
    ['a comma in flow style', '[{a: x}]'.slice(1, -1), 'y,z', '{a: "y,z"}'],
    ['a comma in block style', 'a: x', 'y,z', 'a: y,z'],
    ['a commit that looks like a number', 'a: x', '1234567890', 'a: "1234567890"'],
    ['a commit that looks like a number with an exponent', 'a: x', '12345e67', 'a: "12345e67"'],
    ['nothing', 'a: x', '', 'a: ""'],
  ])('%s', (_, before, value, after) => {
    expect(edited(before, value)).toBe(after);
  });

  it.each([
    'yes',
    'Off',
    'null',
    '~',
    '1.10',
    '0x1F',
    '0o7',
    '1e3',
    '12:30:45',
    '.inf',
    '2026-01-01',
    '1_000',
    '-',
    '? x',
    '- x',
    '*x',
    '&x',
    '!x',
    '%x',
    '@x',
    '`x',
    '|',
    '>',
    "'x",
    '"x',
    '#x',
    'x: y',
    'x:',
    ' x',
    'x ',
    '<<',
    '=',
    '---',
    '',
  ])('does not leave %j without quotes', (value) => {
    expect(canBePlain(value, false)).toBe(false);
  });

  it.each([
    'a/b@v1.2.3',
    'debian:12',
    '-x',
    ':x',
    '?x',
    'x#y',
    '1.2.3',
    'v1',
    '3.12-slim',
    '1.25rc1',
    'a{b}',
    '0deadbeef',
    '...x',
  ])('leaves %j without quotes', (value) => {
    expect(canBePlain(value, false)).toBe(true);
  });

  it('is read as written, by tools of YAML 1.1 and 1.2', () => {
    const before = fc.constantFrom(
      'a: x\n',
      "a: 'x'\n",
      'a: "x"\n',
      '{a: x}',
      'a: |-\n  x\n',
      'a: >-\n  x\n',
      'a: |\n  x\n',
      'a:\n',
      'a: |+\n  x\n',
    );
    const unit = fc.constantFrom(
      ...Array.from('aé😀-:#?,[]{}&*!|>\'"%@` \t\n\\019.ex_'),
      '\u2028',
      '\u0085',
      '\0',
    );
    fc.assert(
      fc.property(before, fc.string({ unit, maxLength: 8 }), (text, value) => {
        const after = edited(text, value);
        expect(parse(after, { version: '1.2' })).toEqual({ a: value });
        expect(parse(after, { version: '1.1' })).toEqual({ a: value });
      }),
      { numRuns: 800 },
    );
  });
});
