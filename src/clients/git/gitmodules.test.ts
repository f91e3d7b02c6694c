import { describe, expect, it } from 'vitest';

import { gitlinksIn } from './git-index.ts';
import { readGitmodules } from './gitmodules.ts';

describe('readGitmodules', () => {
  // Forms of git-config(1), "Syntax".
  it.each([
    [
      'as git writes it',
      '[submodule "a"]\n\tpath = lib/a\n\turl = https://h/a.git\n',
      'lib/a',
      'a',
      'https://h/a.git',
    ],
    ['upper case', '[SubModule "a"]\nPATH=lib/a\nURL=u\n', 'lib/a', 'a', 'u'],
    ['a comment', '[submodule "a"] # x\npath = a ; x\nurl = u # x\n', 'a', 'a', 'u'],
    ['quotes', '[submodule "a"]\npath = "a b "\nurl = "u#1"\n', 'a b ', 'a', 'u#1'],
    ['escapes', '[submodule "a\\"b"]\npath = a\\\\b\nurl = u\n', 'a\\b', 'a"b', 'u'],
    ['a line that goes on', '[submodule "a"]\npath = a\nurl = h\\\nost\n', 'a', 'a', 'host'],
    ['a variable behind the section', '[submodule "a"] path = a\nurl = u\n', 'a', 'a', 'u'],
    [
      'two sections of one name',
      '[submodule "a"]\npath = x\n[submodule "a"]\npath = a/\nurl = u\n',
      'a',
      'a',
      'u',
    ],
    ['Windows', '[submodule "a"]\r\n\tpath = ./a\r\n\turl = u\r\n', 'a', 'a', 'u'],
  ])('reads %s', (_, text, ...[path, name, url]) => {
    expect([...readGitmodules(text)]).toEqual([[path, { name, url }]]);
  });

  it.each(['', '[core]\npath = a\n', '[submodule "a"]\nurl = u\n', '\u0000\u0001', 'path = a\n'])(
    'finds nothing in %j',
    (text) => {
      expect([...readGitmodules(text)]).toEqual([]);
    },
  );
});

describe('gitlinksIn', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another file', Buffer.from('PACK\0\0\0\u0002\0\0\0\u0001')],
    ['a version that is not known', Buffer.from('DIRC\0\0\0\u0009\0\0\0\u0001')],
    ['an index that is cut off', Buffer.from(`DIRC\0\0\0\u0002\0\0\0\u0001${'\0'.repeat(30)}`)],
    [
      'a cut name of version 4',
      Buffer.from(`DIRC\0\0\0\u0004\0\0\0\u0001${'\0'.repeat(62)}\u00ff`, 'latin1'),
    ],
  ])('returns nothing for %s', (_, bytes) => {
    expect(gitlinksIn(bytes, 20)).toEqual([]);
  });
});
