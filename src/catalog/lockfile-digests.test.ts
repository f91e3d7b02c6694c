import { describe, expect, it } from 'vitest';

import { base64Digests, hexDigests } from './lockfile-digests.ts';

describe('digests of lockfiles', () => {
  it('reads hex in either case', () => {
    expect(hexDigests('md5', 'ABCDEF00abcdef00ABCDEF00abcdef00')).toEqual([
      'md5:abcdef00abcdef00abcdef00abcdef00',
    ]);
    expect(hexDigests('md5', 'ABC')).toEqual([]);
    expect(hexDigests('md5', undefined)).toEqual([]);
  });

  it('reads base64 with and without the name of the algorithm', () => {
    const bytes = Buffer.alloc(64, 1);
    const digest = `sha512:${bytes.toString('hex')}`;
    expect(base64Digests('sha512', bytes.toString('base64'))).toEqual([digest]);
    expect(base64Digests('sha512', `sha512-${bytes.toString('base64')}`)).toEqual([digest]);
    expect(base64Digests('sha512', '')).toEqual([]);
    expect(base64Digests('sha512', 'AAAA')).toEqual([]);
  });
});
