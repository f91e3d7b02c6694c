import { describe, expect, it } from 'vitest';

import { hexDigests, readIntegrity } from './package-digests.ts';

describe('hexDigests', () => {
  it('reads hex in either case', () => {
    expect(hexDigests('md5', 'ABCDEF00abcdef00ABCDEF00abcdef00')).toEqual([
      'md5:abcdef00abcdef00abcdef00abcdef00',
    ]);
    expect(hexDigests('md5', 'ABC')).toEqual([]);
    expect(hexDigests('md5', undefined)).toEqual([]);
  });

  it.each(['blake2b', 'constructor', ''])('reads no hex of the algorithm "%s"', (algorithm) => {
    expect(hexDigests(algorithm, 'ab'.repeat(16))).toEqual([]);
  });
});

const bytes = (count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, i) => i * 5));
const SHA512 = `sha512-${bytes(64).toString('base64')}`;
const SHA1 = `sha1-${bytes(20).toString('base64')}`;
const HEX = bytes(64).toString('hex');

describe('readIntegrity', () => {
  it.each<[string, string | undefined, readonly string[]]>([
    ['nothing', undefined, []],
    ['the usual digest', SHA512, [`sha512:${HEX}`]],
    ['one with options', `${SHA512}?a=b`, [`sha512:${HEX}`]],
    ['several', `${SHA1} ${SHA512}`, [`sha1:${bytes(20).toString('hex')}`, `sha512:${HEX}`]],
    ['one without its end', SHA512.slice(0, -3), []],
    ['one of the usual length that is none', `sha512-${'-'.repeat(86)}==`, []],
    ['one that is too long', `${SHA512.slice(0, -2)}AA==`, []],
    ['another algorithm', 'md5-AAAA', []],
    [
      'several behind any white space',
      `\n${SHA1}\t ${SHA512} `,
      [`sha1:${bytes(20).toString('hex')}`, `sha512:${HEX}`],
    ],
    ['other text behind a digest', `${SHA512}x`, []],
    ['an algorithm that objects have', 'constructor-AAAA', []],
  ])('reads %s', (_title, integrity, digests) => {
    expect(readIntegrity(integrity)).toEqual(digests);
  });

  it('mixes no two up', () => {
    const other = `sha512-${bytes(64).reverse().toString('base64')}`;
    const [first] = readIntegrity(SHA512);
    expect(readIntegrity(other)).not.toEqual([first]);
    expect(readIntegrity(SHA512)).toEqual([first]);
  });
});
