import { describe, expect, it } from 'vitest';

import { readDer, readDerChildren } from './der.ts';
import { DER_NULL, derInteger, derOctets, derSequence } from './write-der.ts';

describe('write-der', () => {
  // Encodings by ITU-T X.690, sections 8.1.3, 8.3 and 10.1.
  it.each([
    [0, '020100'],
    [127, '02017f'],
    [128, '02020080'],
    [256, '02020100'],
    [0x8000n, '0203008000'],
    [0xffffffffffffffffn, '020900ffffffffffffffff'],
  ])('writes the integer %s', (value, hex) => {
    expect(derInteger(value).toString('hex')).toBe(hex);
  });

  it.each([0, 1, 127, 128, 255, 256, 65_536])('writes a length of %i', (length) => {
    const written = derSequence(derOctets(Buffer.alloc(length)), DER_NULL);
    const [octets, nothing, more] = readDerChildren(readDer(written)) ?? [];
    expect([octets?.content.length, nothing?.tag, more]).toEqual([length, 5, undefined]);
  });
});
