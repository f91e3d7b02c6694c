import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { elfMarkerRegions, type ReadBytes } from './elf-marker-regions.ts';

const readerOf =
  (file: Buffer): ReadBytes =>
  (offset, lengthBytes) =>
    file.subarray(offset, offset + lengthBytes);

const SHELL = readFileSync('/bin/sh');

describe('elfPlaces', () => {
  it('finds the names of the sections and the segments that can be written', () => {
    const places = elfMarkerRegions(readerOf(SHELL), SHELL.length) ?? [];
    const text = places
      .map(({ offset, lengthBytes }) => SHELL.toString('latin1', offset, offset + lengthBytes))
      .join('');
    for (const name of ['.shstrtab', '.dynamic', '.data']) expect(text).toContain(name);
    const sum = places.reduce((bytes, { lengthBytes }) => bytes + lengthBytes, 0);
    expect(sum).toBeLessThan(SHELL.length / 3);
  });

  it.each([
    ['no ELF file', Buffer.from('#!/bin/sh\n'.repeat(100))],
    ['a file without sections', without(SHELL, 40, 8)],
    ['a file without segments', without(SHELL, 56, 2)],
    ['a header alone', SHELL.subarray(0, 64)],
    ['a file that is cut off', SHELL.subarray(0, SHELL.length - 100)],
  ])('leaves %s to a search through all of it', (_title, file) => {
    expect(elfMarkerRegions(readerOf(file), file.length)).toBeUndefined();
  });

  it('names no place outside of the file, whatever its headers say', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 2047 }), fc.nat({ max: 255 })), { maxLength: 8 }),
        (changes) => {
          const file = Buffer.from(SHELL);
          for (const [at, byte] of changes) file[at] = byte;
          for (const { offset, lengthBytes } of elfMarkerRegions(readerOf(file), file.length) ??
            []) {
            expect(offset + lengthBytes).toBeLessThanOrEqual(file.length);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

function without(file: Buffer, at: number, lengthBytes: number): Buffer {
  return Buffer.from(file).fill(0, at, at + lengthBytes);
}
