import { describe, expect, it } from 'vitest';
import { parseMirror } from './mirror-address.ts';

describe('parseMirror', () => {
  it('is the publishers without a mirror', () => {
    expect(parseMirror(undefined)).toEqual({ kind: 'public' });
  });

  it.each([
    '/srv/mirror',
    './mirror',
    'mirror',
    'C:\\mirror',
    'file:///srv/mirror',
    'ftp://mirror.example/',
    'http:/mirror',
    'https',
    '',
  ])('takes "%s" as a folder', (folder) => {
    expect(parseMirror(folder)).toEqual({ kind: 'folder', folder });
  });

  it.each([
    ['https://mirror.example', 'https://mirror.example/'],
    ['https://mirror.example/feeds', 'https://mirror.example/feeds/'],
    ['https://mirror.example/feeds/', 'https://mirror.example/feeds/'],
    ['HTTP://Mirror.Example:8080/Feeds', 'http://mirror.example:8080/Feeds/'],
    ['http://user:word@mirror.example/a%20b', 'http://user:word@mirror.example/a%20b/'],
    ['https://mirror.example/feeds?token=x', 'https://mirror.example/feeds/?token=x'],
  ])('takes "%s" as a server, and files below it', (text, base) => {
    expect(parseMirror(text)).toEqual({ kind: 'server', base: new URL(base) });
    expect(parseMirror(new URL(text))).toEqual({ kind: 'server', base: new URL(base) });
  });

  it.each(['http://', 'https://[::1', 'http://mirror.example:99999/'])(
    'refuses the address "%s"',
    (text) => {
      expect(() => parseMirror(text)).toThrow(
        expect.objectContaining({
          code: 'USAGE',
          message: `"${text}" is not an address of a mirror`,
        }),
      );
    },
  );
});
