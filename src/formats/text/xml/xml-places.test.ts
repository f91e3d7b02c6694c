import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ParseError } from '../../../core/base/errors.ts';
import { decodeXml, encodedLike } from './xml-encoding.ts';
import { childPlaces, readXmlPlaces, type XmlPlace } from './xml-places.ts';

const read = (text: string): XmlPlace => readXmlPlaces('a.xml', text);
const slice = (text: string, { start, end }: { start: number; end: number }): string =>
  text.slice(start, end);

describe('the elements of an XML text', () => {
  it.each<[string, string, string, string, string]>([
    ['an element', '<a><b>1</b></a>', '<b>1</b>', '1', '1'],
    [
      'line ends of Windows',
      '<a>\r\n  <b>\r\n1\r\n</b>\r\n</a>',
      '<b>\r\n1\r\n</b>',
      '\r\n1\r\n',
      '1',
    ],
    ['a byte beyond ASCII before it', '<a>é𝒳<b>1</b></a>', '<b>1</b>', '1', '1'],
    ['CDATA', '<a><b><![CDATA[1<2]]></b></a>', '<b><![CDATA[1<2]]></b>', '<![CDATA[1<2]]>', '1<2'],
    [
      'a comment',
      '<a><!-- <b>0</b> --><b>1<!--</b>--></b></a>',
      '<b>1<!--</b>--></b>',
      '1<!--</b>-->',
      '1',
    ],
    ['a reference', '<a><b>&#49;</b></a>', '<b>&#49;</b>', '&#49;', '1'],
    ['an empty element', '<a><b x="1" /></a>', '<b x="1" />', '', ''],
    [
      'white space in its tags',
      '<a><b\n x = "1>2"\n>1</b\n></a>',
      '<b\n x = "1>2"\n>1</b\n>',
      '1',
      '1',
    ],
    ['a prefix', '<p:a xmlns:p="u"><p:b>1</p:b></p:a>', '<p:b>1</p:b>', '1', '1'],
    [
      'a document type',
      '<!DOCTYPE a [<!ENTITY b "<b>0</b>">]><a><b>1</b></a>',
      '<b>1</b>',
      '1',
      '1',
    ],
    [
      'a processing instruction',
      '<?xml version="1.0"?><a><?x <b>0</b>?><b>1</b></a>',
      '<b>1</b>',
      '1',
      '1',
    ],
  ])('have their places: %s', (...[, text, outer, inner, value]) => {
    const [b] = childPlaces(read(text), 'b');
    expect(b && [slice(text, b.outer), slice(text, b.inner), b.text]).toEqual([
      outer,
      inner,
      value,
    ]);
  });

  it('have attributes with their places', () => {
    const text = '<a\n  X="1" p:Y=\'&lt;"2"\'/>';
    const { attributes } = read(text);
    expect(
      [...attributes].map(([name, { value, range }]) => [name, value, slice(text, range)]),
    ).toEqual([
      ['X', '1', '1'],
      ['Y', '<"2"', '&lt;"2"'],
    ]);
  });

  it.each([
    '',
    '<a>',
    '<a></b>',
    '<a>&x;</a>',
    '<a/><b/>',
    `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`,
  ])('are refused: %s', (text) => {
    expect(() => read(text)).toThrow(ParseError);
  });

  it('are refused or read, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        try {
          read(`<a>${text}</a>`);
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('an XML text that is written back', () => {
  const declared = (name: string): string => `<?xml version="1.0" encoding="${name}"?><a>é</a>`;
  it.each<[string, Buffer]>([
    ['UTF-8', Buffer.from('<a>é</a>')],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFF<a>é</a>')],
    ['UTF-16, little endian', Buffer.from(`\uFEFF${declared('utf-16')}`, 'utf16le')],
    ['UTF-16, big endian', Buffer.from(`\uFEFF${declared('utf-16')}`, 'utf16le').swap16()],
    ['ISO 8859-1', Buffer.from(declared('iso-8859-1'), 'latin1')],
  ])('has the bytes that it had: %s', (_, bytes) => {
    const encode = encodedLike(bytes);
    expect(encode && Buffer.from(encode(decodeXml(bytes)))).toEqual(bytes);
  });

  it.each<[string, Buffer]>([
    ['bytes that are not UTF-8', Buffer.from('<a>\xE9</a>', 'latin1')],
    ['a code page with other characters', Buffer.from(declared('koi8-r'), 'latin1')],
  ])('is not written: %s', (_, bytes) => {
    expect(encodedLike(bytes)).toBeUndefined();
  });
});
