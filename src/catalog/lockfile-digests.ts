/** Digests as lockfiles write them: in hex, or in base64, of a known algorithm. Source: RFC 4648. */

import type { Digest } from '../model/artifact.ts';

const HEX_LENGTHS = { md5: 32, sha1: 40, sha256: 64, sha512: 128 } as const;
const HEX = /^[0-9a-fA-F]+$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

type Algorithm = keyof typeof HEX_LENGTHS;

/** One digest in lower case, or none where the text is no digest of that algorithm. */
export function hexDigests(algorithm: Algorithm, text: string | undefined): readonly Digest[] {
  if (text?.length !== HEX_LENGTHS[algorithm] || !HEX.test(text)) return [];
  return [`${algorithm}:${text.toLowerCase()}`];
}

/** Likewise of base64, also behind `sha512-`, as NuGet writes it. */
export function base64Digests(algorithm: Algorithm, text: string | undefined): readonly Digest[] {
  const encoded = text?.startsWith(`${algorithm}-`) ? text.slice(algorithm.length + 1) : text;
  // The longest digest has 88 characters.
  if (encoded === undefined || encoded.length > 88 || !BASE64.test(encoded)) return [];
  return hexDigests(algorithm, Buffer.from(encoded, 'base64').toString('hex'));
}
