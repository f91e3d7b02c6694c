/**
 * Digests of package files, as lockfiles and package indexes write them: hexadecimal digits, or
 * `sha512-` and base64.
 *
 * Source: RFC 4648; W3C, "Subresource Integrity" (`integrity` of npm).
 */

import { Buffer } from 'node:buffer';

import type { Digest } from '../../../core/model/artifact/artifact.ts';

const HEX_LENGTHS = { md5: 32, sha1: 40, sha256: 64, sha512: 128 } as const;
const HEX = /^[0-9a-fA-F]+$/;

/**
 * Returns the digest in lower case; an empty list for another algorithm, or for text that is not a
 * digest of it.
 */
export function hexDigests(algorithm: string, text: string | undefined): readonly Digest[] {
  if (!isIn(HEX_LENGTHS, algorithm)) return [];
  if (text?.length !== HEX_LENGTHS[algorithm] || !HEX.test(text)) return [];
  return [`${algorithm}:${text.toLowerCase()}`];
}

const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 } as const;
/** The form of registries, and so of nearly all lockfiles. */
const USUAL = /^sha512-[A-Za-z0-9+/]{86}==$/;
const USUAL_START = 'sha512-'.length;
/** The bytes of one digest. */
const SCRATCH = Buffer.alloc(DIGEST_BYTES.sha512);
/** Options begin with a question mark. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}(?=\?|$)/;
/** Registries write one or two digests of a file. */
const MAX_DIGESTS = 16;

/**
 * Returns the digests of an `integrity`, several of which are separated by white space. Other
 * algorithms are left out.
 */
export function readIntegrity(integrity: string | undefined): readonly Digest[] {
  const digests: Digest[] = [];
  if (integrity === undefined) return digests;
  if (USUAL.test(integrity)) {
    SCRATCH.write(integrity.slice(USUAL_START), 'base64');
    return [`sha512:${SCRATCH.toString('hex')}`];
  }
  for (const part of integrity.trim().split(/\s+/u, MAX_DIGESTS)) {
    const dash = part.indexOf('-');
    const algorithm = part.slice(0, dash);
    if (!isIn(DIGEST_BYTES, algorithm)) continue;
    const [base64 = ''] = BASE64.exec(part.slice(dash + 1)) ?? [];
    const bytes = Buffer.from(base64, 'base64');
    if (bytes.length === DIGEST_BYTES[algorithm])
      digests.push(`${algorithm}:${bytes.toString('hex')}`);
  }
  return digests;
}

function isIn<Lengths extends object>(
  lengths: Lengths,
  algorithm: string,
): algorithm is keyof Lengths & string {
  return Object.hasOwn(lengths, algorithm);
}
