import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonText } from './json-text.ts';

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
