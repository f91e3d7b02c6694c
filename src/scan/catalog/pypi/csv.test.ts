import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { csvRows } from './csv.ts';

function rows(text: string): readonly (readonly string[])[] {
  return [...csvRows(text)].map(({ fields }) => fields);
}

describe('csvRows', () => {
  it.each([
    [
      'plain fields',
      'a,b,c\nd,,\n',
      [
        ['a', 'b', 'c'],
        ['d', '', ''],
      ],
    ],
    [
      'CRLF',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a comma in quotation marks', '"a,b",c\n', [['a,b', 'c']]],
    ['quotation marks doubled', '"a""b",c\r\n', [['a"b', 'c']]],
    ['a line feed in quotation marks', '"a\nb",c\nd\n', [['a\nb', 'c'], ['d']]],
    ['a quotation mark inside', 'a"b,c\n', [['a"b', 'c']]],
    ['no end', 'a,"b', [['a', 'b']]],
    ['empty lines', '\n\na\n\n', [['a']]],
    ['nothing', '', []],
  ])('reads %s', (_name, text, expected) => {
    expect(rows(text)).toEqual(expected);
  });

  it('counts lines', () => {
    expect([...csvRows('"a\nb",c\n\nd\n')].map(({ line }) => line)).toEqual([1, 4]);
  });

  it('reads back what was written', () => {
    const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ') });
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }));
    fc.assert(
      fc.property(table, (written) => {
        const text = written
          .map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(','))
          .join('\n');
        expect(rows(text)).toEqual(written);
      }),
    );
  });
});
