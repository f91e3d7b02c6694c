import path from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  ancestorDirectories,
  baseName,
  coversPath,
  directoryOf,
  directoryPrefix,
  isWithin,
  leavesRoot,
  normalizePath,
  resolvePath,
  splitPath,
} from './artifact-path.ts';

const part = fc.stringMatching(/^[a-z]{1,3}$/);
const anyPart = fc.oneof(part, fc.constantFrom('', '.', '..'));

describe('the parts of a path', () => {
  it.each([
    ['/etc/passwd', '/etc', 'passwd', '/etc/'],
    ['/passwd', '', 'passwd', '/'],
    ['/', '', '', '/'],
    ['', '', '', ''],
    ['passwd', '', 'passwd', ''],
    ['node_modules/a', 'node_modules', 'a', 'node_modules/'],
    ['/a/b/', '/a/b', '', '/a/b/'],
    ['/a\\b/c', '/a\\b', 'c', '/a\\b/'],
  ])('of "%s"', (text, directory, name, prefix) => {
    expect(directoryOf(text)).toBe(directory);
    expect(baseName(text)).toBe(name);
    expect(splitPath(text)).toEqual([directory, name]);
    expect(directoryPrefix(text)).toBe(prefix);
  });
});

describe('ancestorDirectories', () => {
  it.each([
    ['/a/b', ['/a/b', '/a', '']],
    ['', ['']],
    ['a/b', ['a/b', 'a', '']],
  ])('of "%s"', (directory, expected) => {
    expect([...ancestorDirectories(directory)]).toEqual(expected);
  });
});

describe('isWithin', () => {
  it.each([
    ['/a', '/a', true],
    ['/a/b', '/a', true],
    ['/ab', '/a', false],
    ['/a', '/a/b', false],
    ['/a', '', true],
    ['', '', true],
  ])('"%s" in "%s": %s', (directory, above, expected) => {
    expect(isWithin(directory, above)).toBe(expected);
  });
});

describe('coversPath', () => {
  const paths = new Set(['/etc/passwd', '/opt/', '/']);

  it.each([
    ['a path that is listed', '/etc/passwd', true],
    ['a file of a listed directory', '/opt/a', true],
    ['a file of the root', '/a', true],
    ['a file further below', '/opt/a/b', false],
    ['another file of the same directory', '/etc/group', false],
    ['the directory without its slash, of the root', '/opt', true],
    ['a name that begins like the directory', '/opt2/a', false],
  ])('%s', (_, path, expected) => {
    expect(coversPath(paths, path)).toBe(expected);
  });
});

describe('normalizePath', () => {
  it.each([
    ['a/b', '/a/b'],
    ['/a//b/', '/a/b'],
    ['./a/./b', '/a/b'],
    ['../../a', '/a'],
    ['a/../../b', '/b'],
    ['', '/'],
    ['.', '/'],
    ['..a/b..', '/..a/b..'],
    ['a\\b', '/a\\b'],
    ['.hidden', '/.hidden'],
  ])('turns %j into %j', (path, expected) => {
    expect(normalizePath(path)).toBe(expected);
  });

  it('gives what POSIX gives for an absolute path, without a slash at the end', () => {
    fc.assert(
      fc.property(fc.array(anyPart), (parts) => {
        const text = parts.join('/');
        const posix = path.posix.normalize(`/${text}`).replace(/(?<=.)\/$/u, '');
        expect(normalizePath(text)).toBe(posix);
      }),
    );
  });
});

describe('leavesRoot', () => {
  it.each([
    ['a/../b', false],
    ['a/../../a', true],
    ['/..', true],
    ['a/..b/...', false],
    ['./a/./../..', true],
    ['', false],
  ])('"%s": %s', (text, expected) => {
    expect(leavesRoot(text)).toBe(expected);
  });
});

describe('resolvePath', () => {
  it.each([
    ['/a/b', 'c', '/a/b/c'],
    ['/a/b', '../c', '/a/c'],
    ['/a/b', './/c/.', '/a/b/c'],
    ['/a/b', '/c', '/c'],
    ['/a/b', '../..', '/'],
    ['/a/b', '../../..', undefined],
    ['/a/b', '../../../a', undefined],
    ['/a', '/../a', undefined],
    ['', 'a', '/a'],
    ['', '..', undefined],
    ['/a', '', '/a'],
  ])('"%s" and "%s"', (directory, text, expected) => {
    expect(resolvePath(directory, text)).toBe(expected);
  });

  it('never leaves the artifact', () => {
    fc.assert(
      fc.property(fc.array(part), fc.array(anyPart), (directory, parts) => {
        const base = directory.map((name) => `/${name}`).join('');
        const found = resolvePath(base, parts.join('/'));
        if (found !== undefined) expect(found).toBe(path.posix.resolve('/', found));
      }),
    );
  });
});
