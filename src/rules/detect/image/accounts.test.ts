import { expect, it } from 'vitest';

import { imageAccounts } from './accounts.ts';

function found(path: string, text: string): readonly string[] {
  return imageAccounts
    .detect({ path, bytes: Buffer.from(text) })
    .map(({ rule, location: { line }, excerpt }) => `${rule} ${String(line)} ${excerpt ?? ''}`);
}

it.each([
  ['locked accounts', '/etc/shadow', 'root:*:1::::::\napp:!:1::::::\nold:!!:1::::::\n', []],
  ['a hash', '/etc/shadow', 'root:$6$salt$hash:1::::::\n', []],
  [
    'an empty password',
    '/etc/shadow',
    'root:*:1\napp::1::::::\n',
    ['image/empty-password 2 app::'],
  ],
  ['ends of lines of Windows', '/etc/shadow', 'app::1::::::\r\n', ['image/empty-password 1 app::']],
  ['no end of the last line', '/etc/shadow', 'root::', ['image/empty-password 1 root::']],
  [
    'an empty password in passwd',
    '/etc/passwd',
    'app::7:7::/:/bin/sh',
    ['image/empty-password 1 app::'],
  ],
  ['entries of NIS', '/etc/passwd', '+::::::\n-app::0:0::/:/bin/sh\n+@admins::::::\n', []],
  [
    'comments and empty lines',
    '/etc/passwd',
    '# root::0\n\n  # x::0:0\nroot:x:0:0::/:/bin/sh\n',
    [],
  ],
  [
    'a twin of root',
    '/etc/passwd',
    'root:x:0:0\ntoor:x:0:0::/:/bin/sh\n',
    ['image/second-root-account 2 toor:*:0'],
  ],
  [
    'a user id with zeros',
    '/etc/passwd',
    'toor:x:000:0\n',
    ['image/second-root-account 1 toor:*:000'],
  ],
  [
    'a user id with a sign',
    '/etc/passwd',
    'toor:x:+0:0\n',
    ['image/second-root-account 1 toor:*:+0'],
  ],
  [
    'a user id that wraps',
    '/etc/passwd',
    'toor:x:4294967296:0\n',
    ['image/second-root-account 1 toor:*:4294967296'],
  ],
  ['user ids of others', '/etc/passwd', 'a:x:1:0\nb:x:10:0\nc:x::0\nd:x:none:0\n', []],
  ['root twice', '/etc/passwd', 'root:x:0:0\nroot:x:0:0\n', []],
  ['the group of root', '/etc/passwd', 'app:x:1001:0::/:/bin/sh\n', []],
  ['ids in shadow', '/etc/shadow', 'app:*:0:0\n', []],
  ['random bytes', '/etc/passwd', '\0\ufffd\n:::\n:', []],
  ['an empty file', '/etc/shadow', '', []],
])('%s', (_name, path, text, expected) => {
  expect(found(path, text)).toEqual(expected);
});

it('never shows a password', () => {
  const [draft] = imageAccounts.detect({
    path: '/etc/passwd',
    bytes: Buffer.from('admin:$6$salt$hash:0:0::/:/bin/sh\n'),
  });
  expect(JSON.stringify(draft)).not.toContain('salt');
});
