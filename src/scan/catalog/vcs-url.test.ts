import { expect, it } from 'vitest';

import { gitUrl } from './vcs-url.ts';

it.each([
  ['https://github.com/a/b.git', 'abc', 'git+https://github.com/a/b.git@abc'],
  ['https://user:secret@github.com/a/b', undefined, 'git+https://github.com/a/b'],
  ['ssh://git@github.com/a/b', '', 'git+ssh://git@github.com/a/b'],
  ['git@github.com:a/b.git', 'abc', 'git+ssh://git@github.com/a/b.git@abc'],
  ['git+https://token@h/a', 'abc', 'git+https://h/a@abc'],
])('%s at %s is %s', (url, commit, expected) => {
  expect(gitUrl(url, commit)).toBe(expected);
});
