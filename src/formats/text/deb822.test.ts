import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readStanzas, type Stanza } from './deb822.ts';

const FIELDS = ['Package', 'Version', 'Description', 'Conffiles'];

function read(text: string | Uint8Array): readonly Stanza[] {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return [...readStanzas(bytes, FIELDS)];
}

function names(text: string): readonly (string | undefined)[] {
  return read(text).map((stanza) => stanza.get('Package'));
}

describe('readStanzas', () => {
  it.each([
    ['nothing', '', []],
    ['empty lines only', '\n\n\n', []],
    ['one without a line break at its end', 'Package: a', ['a']],
    ['two', 'Package: a\n\nPackage: b\n', ['a', 'b']],
    ['many empty lines between', '\n\nPackage: a\n\n\n\nPackage: b\n\n', ['a', 'b']],
    ['CRLF', 'Package: a\r\nVersion: 1\r\n\r\nPackage: b\r\n', ['a', 'b']],
    ['no space behind the colon', 'Package:a\n', ['a']],
    ['tabs around the value', 'Package:\ta \t\n', ['a']],
    ['names in another case', 'PACKAGE: a\n', ['a']],
    ['a byte order mark', '\uFEFFPackage: a\n', ['a']],
    ['a stanza without the field', 'Version: 1\n', [undefined]],
    ['a field whose name only begins so', 'Package-Type: deb\n', [undefined]],
    ['a line of spaces, which continues', 'Package: a\n \nVersion: 1\n', ['a']],
  ])('reads %s', (_name, text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it('joins continuation lines', () => {
    const [stanza] = read('Description: short\n  long\n .\n\tmore\nPackage: a\n');
    expect(stanza?.get('Description')).toBe('short\nlong\n.\nmore');
    expect(stanza?.get('Package')).toBe('a');
  });

  it('reads a field that begins on the next line', () => {
    const [stanza] = read('Conffiles:\n /etc/a 123\n /etc/b 456\nPackage: a\n');
    expect(stanza?.get('Conffiles')).toBe('/etc/a 123\n/etc/b 456');
  });

  it('counts lines', () => {
    const [first, second] = read('\nPackage: a\nDescription: x\n y\n\nVersion: 1\nPackage: b\n');
    expect(first?.line).toBe(2);
    expect(second?.line).toBe(6);
    expect(second?.lineOf('Package')).toBe(7);
  });

  it('tells what is not a field', () => {
    expect(read('Package: a\nnot a field: x\n')[0]?.strayLine).toBe(2);
    expect(read(' lost\nPackage: a\n')[0]?.strayLine).toBe(1);
    expect(read(': x\n')[0]?.strayLine).toBe(1);
    expect(read('Package: a\n')[0]?.strayLine).toBeUndefined();
  });

  it('tells which field is given twice, and keeps both', () => {
    const [stanza] = read('Package: a\nVersion: 1\nversion: 2\n');
    expect(stanza?.duplicateField()).toBe('version');
    expect(stanza?.get('Version')).toBe('1');
    expect(stanza?.all('Version')).toEqual(['1', '2']);
  });

  it('passes over bytes that are not UTF-8', () => {
    const bytes = Buffer.from('Description: \xff\xfe\nPackage: a\xe9\n', 'latin1');
    expect(read(bytes)[0]?.get('Package')).toBe('a\uFFFD');
  });

  it('reads a huge field and what follows it', () => {
    const [stanza] = read(`Description: x\n${' y\n'.repeat(1_000_000)}Package: a\n`);
    expect(stanza?.get('Package')).toBe('a');
    expect(stanza?.get('Description')?.length).toBeLessThan(2_000_000);
  });

  it('reads back every stanza that is written', () => {
    const word = fc.stringMatching(/^[a-z0-9.+-]{1,12}$/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(word, word), { minLength: 1 }),
        fc.boolean(),
        (rows, isCrlf) => {
          const text = rows
            .map(([name, version]) => `Package: ${name}\nVersion: ${version}\n`)
            .join('\n');
          const stanzas = read(isCrlf ? text.replaceAll('\n', '\r\n') : text);
          expect(stanzas.map((stanza) => [stanza.get('Package'), stanza.get('Version')])).toEqual(
            rows,
          );
        },
      ),
    );
  });
});
