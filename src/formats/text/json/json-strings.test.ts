import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf } from '../../bytes/byte-range.ts';
import { jsonStrings } from './json-strings.ts';

const read = (text: string): readonly string[] =>
  [...jsonStrings(Buffer.from(text))].map(
    ({ path, isName, value }) => `${path.join('/')}${isName ? '' : `=${value}`}`,
  );

describe('the strings of a JSON text', () => {
  it.each<[string, string, string[]]>([
    ['members', '{"a":"b","c":{"d":"e"}}', ['a', 'a=b', 'c', 'c/d', 'c/d=e']],
    ['elements', '{"a":["b",1,{"c":"d"},["e"]]}', ['a', 'a/0=b', 'a/2/c', 'a/2/c=d', 'a/3/0=e']],
    ['comments', '{// "x": "y"\n"a"/* "z" */:"b",}', ['a', 'a=b']],
    ['marks in strings', '{"a{":"[,]//","b":"\\"}"}', ['a{', 'a{=[,]//', 'b', 'b="}']],
    ['escapes', String.raw`{"a":"\u00e9\/\\"}`, ['a', 'a=é/\\']],
    ['empty containers', '{"a":{},"b":[],"c":"d"}', ['a', 'b', 'c', 'c=d']],
    ['a byte order mark', '\uFEFF{"é":"𝒳"}', ['é', 'é=𝒳']],
    ['a string alone', '"a"', ['=a']],
    ['nothing', '', []],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('are cut out by their ranges', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const bytes = Buffer.from(JSON.stringify(value, undefined, indent));
        for (const place of jsonStrings(bytes)) {
          expect(JSON.parse(textOf(bytes, place.range))).toBe(place.value);
          const parent: unknown = place.path
            .slice(0, place.isName ? -1 : undefined)
            .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], value);
          if (!place.isName) expect(parent).toBe(place.value);
          else expect(Object.keys(parent as object)).toContain(place.value);
        }
      }),
    );
  });
});
