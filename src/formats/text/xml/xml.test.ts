import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { childrenOf, readXml } from './xml.ts';

function read(text: string): ReturnType<typeof readXml> {
  return readXml('/a.xml', new TextEncoder().encode(text));
}

describe('readXml', () => {
  it('knows names without prefix, attributes, text and lines', () => {
    const root = read(
      '\ufeff<?xml version="1.0"?>\n<r xmlns="u">\n <a:b x="1">t<![CDATA[<]]> </a:b>\n</r>',
    );
    expect(root.name).toBe('r');
    const [child] = childrenOf(root, 'b');
    expect(child).toMatchObject({ name: 'b', text: 't<', line: 3 });
    expect(child?.attributes.get('x')).toBe('1');
  });

  it('reads the encoding that is declared, or marked', () => {
    const latin = Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?><r>\u00e9</r>', 'latin1');
    expect(readXml('/a', latin).text).toBe('\u00e9');
    const wide = Buffer.from('\ufeff<r>\u00e9</r>', 'utf16le');
    expect(readXml('/a', wide).text).toBe('\u00e9');
  });

  it.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a>&lol;</a>',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<a>'.repeat(65),
  ])('refuses %s', (text) => {
    expect(() => read(text)).toThrow(ParseError);
  });

  it('refuses or reads whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '/', 'a', '"', '=', ' ', '&', ';') }),
        (text) => {
          try {
            return read(text).name !== '';
          } catch (error) {
            return error instanceof ParseError;
          }
        },
      ),
    );
  });
});
