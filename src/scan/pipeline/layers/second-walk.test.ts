import { describe, expect, it } from 'vitest';

import type { LayerQuestion, UnresolvedSymlink } from '../../../core/model/layer/layer-walk.ts';
import { cacheKeyOf } from './second-walk.ts';

const paths = (...names: string[]): LayerQuestion => ({ kind: 'paths', layer: 0, paths: names });
const digests = (path: string, ...algorithms: string[]): LayerQuestion => ({
  kind: 'digests',
  layer: 0,
  path,
  algorithms,
});
const symlink = (changes: Partial<UnresolvedSymlink> = {}): LayerQuestion => ({
  kind: 'symlink',
  layer: 0,
  link: { path: '/p', target: '/t', layers: [0], wantedBy: ['npm/lock'], ...changes },
});
const keyOf = (...questions: LayerQuestion[]): string => JSON.stringify(cacheKeyOf(questions));

describe('the cache key of questions to a layer', () => {
  it.each<[string, string, string]>([
    ['paths in another order', keyOf(paths('/a'), paths('/b')), keyOf(paths('/b', '/a'))],
    ['a path named twice', keyOf(paths('/a'), paths('/a', '/b')), keyOf(paths('/a', '/b'))],
    [
      'files in another order',
      keyOf(digests('/a', 'md5'), digests('/b', 'md5')),
      keyOf(digests('/b', 'md5'), digests('/a', 'md5')),
    ],
    ['layers that may hold the body too', keyOf(symlink()), keyOf(symlink({ layers: [0, 3] }))],
  ])('is the same for %s', (_, first, second) => {
    expect(first).toBe(second);
  });

  it.each<[string, string, string]>([
    ['a directory and a file', keyOf(paths('/a')), keyOf(paths('/a/'))],
    ['other algorithms', keyOf(digests('/a', 'md5')), keyOf(digests('/a', 'sha1'))],
    ['another wanted path, which catalogers see', keyOf(symlink()), keyOf(symlink({ path: '/q' }))],
    ['another body', keyOf(symlink()), keyOf(symlink({ target: '/u' }))],
    ['other catalogers', keyOf(symlink()), keyOf(symlink({ wantedBy: ['npm/installed'] }))],
    [
      'links in another order, whose numbers readings name',
      keyOf(symlink(), symlink({ path: '/q' })),
      keyOf(symlink({ path: '/q' }), symlink()),
    ],
    ['another kind of question', keyOf(paths('/a')), keyOf(digests('/a', 'md5'))],
  ])('differs for %s', (_, first, second) => {
    expect(first).not.toBe(second);
  });

  it('is refused for questions of several kinds, which need walks of their own', () => {
    expect(() => cacheKeyOf([paths('/a'), digests('/a', 'md5')])).toThrow('several kinds');
  });
});
