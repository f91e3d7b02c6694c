import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { readJarManifest } from './jar-manifest.ts';
import { readProperties } from './properties.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a manifest', () => {
  it.each(['\n', '\r\n', '\r'])('has lines that end in %j', (end) => {
    const text = [
      'Manifest-Version: 1.0',
      'Title: a long',
      '  title',
      '',
      'Name: x/y',
      'SHA-256-Digest: z',
      '',
      '',
    ];
    const { main, entries } = readJarManifest(bytesOf(text.join(end)));
    expect(main.attributes.get('title')).toBe('a long title');
    expect(entries.map(({ name }) => name)).toEqual(['x/y']);
    const section = ['Name: x/y', 'SHA-256-Digest: z', '', ''].join(end);
    expect(Buffer.from(entries[0]?.bytes ?? []).toString()).toBe(section);
  });

  it('continues lines in the middle of a character', () => {
    const [first, second] = [0xc3, 0xa9];
    const bytes = Uint8Array.from([...bytesOf('T: caf'), first, 10, 32, second, 10]);
    expect(readJarManifest(bytes).main.attributes.get('t')).toBe('café');
  });

  it('keeps attributes called like members of objects', () => {
    const { main } = readJarManifest(bytesOf('__proto__: x\nconstructor: y\n'));
    expect(main.attributes.get('__proto__')).toBe('x');
    expect(main.attributes.get('constructor')).toBe('y');
  });

  it('is read from any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const { main, entries } = readJarManifest(bytes);
        const total = [main, ...entries].reduce((sum, section) => sum + section.bytes.length, 0);
        expect(total).toBeLessThanOrEqual(bytes.length);
        readProperties(bytes);
      }),
    );
  });
});

describe('a file of properties', () => {
  it('has the forms that Java reads', () => {
    const text =
      '#Mon Jan 01\r\n! note\r\ngroupId = org.x\r\nartifactId:a\\\r\n   b\r\nversion 1\\u002e2\r\nx\\=y=z\n';
    expect(Object.fromEntries(readProperties(bytesOf(text)))).toEqual({
      groupId: 'org.x',
      artifactId: 'ab',
      version: '1.2',
      'x=y': 'z',
    });
  });
});
