import { describe, expect, it } from 'vitest';

import { flagValues } from '../../../config/settings.ts';
import { readMirror } from './advisory-options.ts';

function mirrorOf(text: string): string | URL | undefined {
  const setting = { values: [text], from: 'flag', where: '--mirror' } as const;
  return readMirror(flagValues(new Map([['mirror', setting]])), '/job').mirror;
}

describe('--mirror', () => {
  it.each<[string, string, string | URL]>([
    ['a relative path', 'feeds', '/job/feeds'],
    ['an absolute path', '/srv/feeds', '/srv/feeds'],
    ['a parent directory', '../feeds', '/feeds'],
    ['an address', 'https://mirror.example/a', new URL('https://mirror.example/a')],
    ['an address in capitals', 'HTTP://mirror.example/a', new URL('http://mirror.example/a')],
    ['a path with a colon', 'a:b', '/job/a:b'],
  ])('may be %s', (_name, text, mirror) => {
    expect(mirrorOf(text)).toEqual(mirror);
  });

  it.each(['', 'https://[x', 'ftp://mirror.example/a', 'https://a%zz@mirror.example/'])(
    'is refused as "%s"',
    (text) => {
      expect(() => mirrorOf(text)).toThrow(/--mirror/u);
    },
  );

  it('may be absent', () => {
    expect(readMirror(flagValues(new Map()), '/job')).toEqual({});
  });
});
