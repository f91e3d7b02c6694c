/**
 * Digests of package files, as indexes write them.
 *
 * Source: W3C, "Subresource Integrity" (npm's `integrity`); npm's `shasum`, SHA-1 in hexadecimal digits.
 */

import type { Digest } from '../model/artifact.ts';

const HASH = /^(?<algorithm>sha1|sha256|sha512)-(?<base64>[A-Za-z0-9+/]+={0,2})(?:\?.*)?$/u;
const HEX = { md5: 32, sha1: 40, sha256: 64, sha512: 128 } as const;

/** Returns the digests of an `integrity`, several of which are separated by spaces. Other algorithms are left out. */
export function integrityDigests(integrity: string): readonly Digest[] {
  return integrity.split(/\s+/u).flatMap((word) => {
    const { algorithm, base64 = '' } = HASH.exec(word)?.groups ?? {};
    const digest = hexDigest(algorithm ?? '', Buffer.from(base64, 'base64').toString('hex'));
    return digest === undefined ? [] : [digest];
  });
}

/** Returns the digest of an algorithm and hexadecimal digits; `undefined` for what is none. */
export function hexDigest(algorithm: string, hex: string): Digest | undefined {
  const name = (['md5', 'sha1', 'sha256', 'sha512'] as const).find((one) => one === algorithm);
  const digits = hex.toLowerCase();
  if (name === undefined || digits.length !== HEX[name] || !/^[0-9a-f]+$/u.test(digits))
    return undefined;
  return `${name}:${digits}`;
}
