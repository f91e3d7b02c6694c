import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonText, safeJson } from './json-text.ts';

describe('jsonText', () => {
  it('escapes what terminals obey', () => {
    expect(jsonText({ name: 'a\u009b2Jb\u007f\u001b', version: '1\u202e' })).toBe(
      String.raw`{
  "name": "a\u009b2Jb\u007f\u001b",
  "version": "1\u202e"
}
`,
    );
  });

  it.each([
    ['DEL in ASCII', '"a\u007fb"', String.raw`"a\u007fb"`],
    ['a control character in Latin-1', '"é\u0085"', String.raw`"é\u0085"`],
    ['DEL beside a wide character', '"…\u007f"', String.raw`"…\u007f"`],
    ['a line that turns', '"a\u2066b"', String.raw`"a\u2066b"`],
    ['a mark of direction', '"a\u061c…"', String.raw`"a\u061c…"`],
    ['ASCII', '"a~ b"', '"a~ b"'],
    ['Latin-1', '"é\u00a0"', '"é\u00a0"'],
    ['wide characters', '"…漢\u{1f600}"', '"…漢\u{1f600}"'],
  ])('escapes in %s only what terminals obey', (_name, text, escaped) => {
    expect(safeJson(text)).toBe(escaped);
  });

  it('is read back as what was written', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })),
        (value) => {
          expect(JSON.parse(jsonText(value))).toEqual(value);
          expect(jsonText(value)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
        },
      ),
    );
  });
});
