import { describe, expect, it } from 'vitest';

import { parseOutsideTarget } from '../../../core/model/artifact/outside-link.ts';
import { linkTarget } from './link-target.ts';

describe('linkTarget', () => {
  it.each([
    ['a neighbor', '/a/link', 'b', 'b'],
    ['above, and still inside', '/a/b/link', '../../c', '../../c'],
    ['down and up', '/link', 'a/../b', 'a/../b'],
    ['an absolute path inside', '/a/link', '/home/app/b', '/b'],
    ['the root itself', '/a/link', '/home/app', '/'],
    ['out and in again', '/link', '../app/b', '/b'],
    ['more than once out and in', '/a/link', '../../../home/app/c/../b', '/b'],
  ])('is inside: %s', (_, path, target, expected) => {
    expect(linkTarget(path, target, '/home/app')).toBe(expected);
  });

  it.each([
    ['an absolute path', '/a/link', '/srv/b', '/srv/b'],
    ['a name that begins alike', '/link', '/home/application/b', '/home/application/b'],
    ['one level too high', '/link', '../b', '/home/b'],
    ['one level too high, deep', '/a/b/link', '../../../b', '/home/b'],
    ['a path that is not normal', '/link', './/..//b/./c', '/home/b/c'],
    ['far too high', '/link', '../../../../../b', '/b'],
    ['an absolute path that climbs out', '/link', '/home/app/../b', '/home/b'],
  ])('is outside: %s', (_, path, target, expected) => {
    expect(parseOutsideTarget(linkTarget(path, target, '/home/app'))).toBe(expected);
  });

  it('takes the whole disk as inside, and a commit as without a place on it', () => {
    expect(linkTarget('/a/link', '/b')).toBe('/\u0000/b');
    expect(linkTarget('/link', '../b')).toBe('/\u0000../b');
    expect(linkTarget('/a/link', '../b')).toBe('../b');
    expect(linkTarget('/a/link', '/b', '/')).toBe('/b');
    expect(linkTarget('/link', '../b', '/')).toBe('/b');
  });
});
