import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readObjectHeaders } from './object-headers.ts';

/** Names and values of the headers, and where the message begins. */
function read(text: string): readonly [string, number] {
  const { headers, bodyStart } = readObjectHeaders('id', Buffer.from(text, 'latin1'));
  return [headers.map(({ name, value }) => `${name}=${value}`).join('; '), bodyStart];
}

describe('headers', () => {
  it.each<[string, string, string]>([
    ['without a message', 'tree a\n\n', 'tree=a'],
    ['with a message', 'tree a\nparent b\n\ntree c\n', 'tree=a; parent=b'],
    ['of which none is there', '\nmessage\n', ''],
    ['with continuation lines', 'gpgsig a\n b\n  c\nx y\n\nm', 'gpgsig=a\nb\n c; x=y'],
    ['with an empty continuation line', 'gpgsig a\n \n b\n\nm', 'gpgsig=a\n\nb'],
    ['with continuation lines up to the message', 'gpgsig a\n b\n\n c\n', 'gpgsig=a\nb'],
    ['without a value', 'x\ny z\n\n', 'x=; y=z'],
    ['without a value, and continued', 'x\n y\n\n', 'x=\ny'],
    ['with an empty value', 'x \n\n', 'x='],
    ['with several spaces', 'x  y z \n\n', 'x= y z '],
    ['with a carriage return', 'x y\r\n\n', 'x=y\r'],
    ['with bytes beyond ASCII', 'x \u00e9\n\n', 'x=\u00e9'],
  ])('%s', (...row) => {
    const [, text, expected] = row;
    expect(read(text)[0]).toBe(expected);
  });

  it.each<[string, string, RegExp]>([
    ['nothing', '', /have no end/u],
    ['no line end', 'tree a', /have no end/u],
    ['no empty line', 'tree a\n', /have no end/u],
    ['no empty line behind a continued one', 'tree a\n b\n', /have no end/u],
    ['a continued line first', ' a\n\n', /begins with a continued line/u],
    ['a line that is not a header', 'tree a\n=\n\n', /is not a header/u],
    ['a name with a tab', 'tree\ta\n\n', /is not a header/u],
    ['an empty name behind a header', 'tree a\n\u00a0b\n\n', /is not a header/u],
    ['a NUL byte', 'tree a\0b\n\n', /NUL byte/u],
    ['a NUL byte in a continued line', 'tree a\n \0\n\n', /NUL byte/u],
    ['too many headers', `${'a b\n'.repeat(10_001)}\n`, /too many headers/u],
  ])('are refused: %s', (...row) => {
    const [, text, problem] = row;
    expect(() => read(text)).toThrow(problem);
  });

  it('are the lines that a reader of lines finds', () => {
    const line = fc.stringMatching(/^[a-c]{1,3}(?: [a-c ]{0,4})?(?:\n [a-c ]{0,3}){0,3}$/u);
    fc.assert(
      fc.property(fc.array(line), fc.string(), (lines, message) => {
        const text = [...lines, '', message].join('\n');
        const { headers, bodyStart } = readObjectHeaders('id', Buffer.from(text));
        const written = headers.map(({ name, value, start, end }) => {
          expect(text.slice(start, end - 1)).toMatch(new RegExp(`^${name}`, 'u'));
          return [name, value];
        });
        const expected = lines.map((one) => {
          const [first = '', ...more] = one.split('\n');
          const space = first.indexOf(' ');
          const name = space < 0 ? first : first.slice(0, space);
          const value = space < 0 ? '' : first.slice(space + 1);
          return [name, [value, ...more.map((next) => next.slice(1))].join('\n')];
        });
        expect(written).toEqual(expected);
        expect(Buffer.from(text).subarray(bodyStart).toString()).toBe(
          Buffer.from(message).toString(),
        );
      }),
    );
  });
});
