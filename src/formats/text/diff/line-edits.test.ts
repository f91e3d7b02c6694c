import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { splice } from '../../bytes/byte-range.ts';
import { lineEdits } from './line-edits.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (some: Uint8Array): string => new TextDecoder().decode(some);

describe('edits of lines', () => {
  it.each([
    ['nothing', 'a\nb\n', 'a\nb\n', []],
    ['one line', 'a\nb\nc\n', 'a\nx\nc\n', ['b\n>x\n']],
    ['two places', 'a\nb\nc\nd\ne\n', 'x\nb\nc\nd\ny\n', ['a\n>x\n', 'e\n>y\n']],
    ['an insertion', 'a\nb\n', 'a\nx\nb\n', ['>x\n']],
    ['a removal', 'a\nb\nc\n', 'a\nc\n', ['b\n>']],
    ['an end without a line feed', 'a\nb', 'a\nb\n', ['b>b\n']],
    ['an empty text', '', 'a\n', ['>a\n']],
  ])('name %s', (_, old, fresh, expected) => {
    const edits = lineEdits(bytes(old), bytes(fresh));
    const shown = edits.map(
      ({ range, text: to }) =>
        `${text(bytes(old).subarray(range.start, range.end))}>${typeof to === 'string' ? to : text(to)}`,
    );
    expect(shown).toEqual(expected);
  });

  it('make the other text', () => {
    const line = fc.constantFrom('a\n', 'b\n', 'c\n', 'd\r\n');
    const any = fc.tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom('', 'z'));
    fc.assert(
      fc.property(any, any, ([a, aEnd], [b, bEnd]) => {
        const [old, fresh] = [bytes(a.join('') + aEnd), bytes(b.join('') + bEnd)];
        expect(text(splice(old, lineEdits(old, fresh)))).toBe(text(fresh));
      }),
    );
  });
});
