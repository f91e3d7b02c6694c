import { describe, expect, it } from 'vitest';

import { decodeXml } from './xml-encoding.ts';

const DECLARED = (name: string) => `<?xml version="1.0" encoding="${name}"?><a>é</a>`;

describe('decodeXml', () => {
  it('is UTF-8 where nothing is said', () => {
    expect(decodeXml(Buffer.from('<a>é</a>'))).toBe('<a>é</a>');
  });

  it('takes the encoding that the declaration names', () => {
    const text = DECLARED('ISO-8859-1');
    expect(decodeXml(Buffer.from(text, 'latin1'))).toBe(text);
  });

  it('believes a byte order mark before the declaration', () => {
    const text = DECLARED('ISO-8859-1');
    const mark = Buffer.from([0xef, 0xbb, 0xbf]);
    expect(decodeXml(Buffer.concat([mark, Buffer.from(text)]))).toBe(text);
    expect(decodeXml(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toBe(text);
    expect(decodeXml(Buffer.from(`\uFEFF${text}`, 'utf16le').swap16())).toBe(text);
  });

  it('falls back to UTF-8 for a name that nobody knows', () => {
    const text = DECLARED('no-such-encoding');
    expect(decodeXml(Buffer.from(text))).toBe(text);
  });
});
