import { describe, expect, it } from 'vitest';

import { commentWithVersion, versionInComment } from './version-comment.ts';

describe('the comment that names a version', () => {
  it.each([
    ['nothing before', '', '# v4.2.1', undefined],
    ['a version', '# v4', '# v4.2.1', 'v4'],
    ['without a space', '#v4', '#v4.2.1', 'v4'],
    ['without v', '# 4.1.0', '# v4.2.1', '4.1.0'],
    ['a version and more', '# v4.1 for the cache', '# v4.2.1 for the cache', 'v4.1'],
    ['only words', '# needed for releases', '# v4.2.1 needed for releases', undefined],
    ['the form tag=', '# tag=v3.0.0', '# tag=v4.2.1', 'v3.0.0'],
    ['a number of something', '# 3 times faster', '# v4.2.1 3 times faster', undefined],
    [
      'the form of ratchet',
      '# ratchet:actions/checkout@v4',
      '# ratchet:actions/checkout@v4.2.1',
      'v4',
    ],
    ['a word that begins with v', '# very old', '# v4.2.1 very old', undefined],
  ])('%s', (_, before, after, version) => {
    expect(commentWithVersion(before, 'v4.2.1')).toBe(after);
    expect(versionInComment(before)).toBe(version);
  });

  it('has a label where the format asks for one', () => {
    expect(commentWithVersion('', 'v1.2.0', 'frozen: ')).toBe('# frozen: v1.2.0');
    expect(commentWithVersion('# frozen: v1.1.0', 'v1.2.0', 'frozen: ')).toBe('# frozen: v1.2.0');
  });
});
