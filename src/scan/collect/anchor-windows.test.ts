import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../test/support/property-seed.ts';
import { elfProgram } from '../../../test/support/elf-program.ts';
import { AnchorWindows } from './anchor-windows.ts';

function excerptOf(anchors: readonly string[], pieces: readonly Buffer[]): string {
  const excerpt = new AnchorWindows(anchors);
  for (const piece of pieces) {
    const shared = Buffer.from(piece);
    excerpt.push(shared);
    // A piece is valid only while it is given.
    shared.fill(0);
  }
  return Buffer.from(excerpt.bytes()).toString('latin1');
}

describe('Excerpt', () => {
  it('has the first bytes, and what stands behind each anchor, in whatever pieces they come', () => {
    const body = Buffer.from(
      `\u007fELF${'-'.repeat(400)}nginx/1.2.3${'+'.repeat(400)}Nginx nginx/4`,
    );
    const whole = excerptOf(['nginx/'], [body]);
    expect(whole.slice(0, 64)).toBe(body.toString('latin1', 0, 64));
    expect(whole.slice(64).split('\u00ff')).toEqual([
      '',
      `nginx/1.2.3${'+'.repeat(245)}`,
      'nginx/4',
    ]);
    const sizes = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 12 });
    fc.assert(
      fc.property(sizes, (cuts) => {
        const pieces: Buffer[] = [];
        let at = 0;
        for (const size of cuts) pieces.push(body.subarray(at, (at += size)));
        pieces.push(body.subarray(at));
        expect(excerptOf(['nginx/'], pieces)).toBe(whole);
      }),
    );
  });

  it('finds whatever its reader would find, byte by byte', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'ab', '\0', ' '), maxLength: 40 });
    fc.assert(
      fc.property(text, (body) => {
        const whole = Buffer.from(body);
        const single = [...whole].map((byte) => Buffer.of(byte));
        for (const anchor of ['ab', '\0a', '\0 a', ' ', '\0\0ab']) {
          for (const pieces of [single, [whole]]) {
            const windows = excerptOf([anchor], pieces).slice(Math.min(body.length, 64));
            expect(windows.includes(anchor)).toBe(body.includes(anchor));
          }
        }
      }),
    );
  });

  describe('of an ELF file', () => {
    const program = elfProgram({ codeStart: 4096, codeEnd: 9000, sizeBytes: 12_000 });
    const places = [2000, 4095, 4103, 6000, 8993, 9000, 11_000];
    for (const at of places) program.write(`x/${String(at)} `, at, 'latin1');
    const outside = places.filter((at) => at < 4096 || at >= 9000);

    it('has what begins outside its code, in whatever pieces it comes', () => {
      const found = (text: string): string[] =>
        text
          .split('\u00ff')
          .slice(1)
          .map((part) => part.slice(0, part.indexOf(' ')));
      const whole = found(excerptOf(['x/'], [program]));
      expect(whole).toEqual(outside.map((at) => `x/${String(at)}`));
      const sizes = fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 12 });
      fc.assert(
        fc.property(sizes, (cuts) => {
          const pieces: Buffer[] = [];
          let at = 0;
          for (const size of cuts) pieces.push(program.subarray(at, (at += size)));
          pieces.push(program.subarray(at));
          expect(found(excerptOf(['x/'], pieces))).toEqual(whole);
        }),
      );
    });

    it('is the same where the code is passed over', () => {
      const excerpt = new AnchorWindows(['x/']);
      let skippedBytes = 0;
      for (let at = 0; at < program.length;) {
        const skippable = excerpt.skippableBytes;
        excerpt.skip(skippable);
        skippedBytes += skippable;
        at += skippable;
        const end = Math.min(at + 1500, at + excerpt.wantedBytes, program.length);
        excerpt.push(program.subarray(at, end));
        at = end;
      }
      expect(skippedBytes).toBe(9000 - 4096 - 256);
      expect(Buffer.from(excerpt.bytes()).toString('latin1')).toBe(excerptOf(['x/'], [program]));
    });
  });

  it('stays small, however often the anchor comes', () => {
    const excerpt = new AnchorWindows(['nginx/']);
    const piece = Buffer.from('nginx/'.repeat(10_000));
    for (let count = 0; count < 100; count += 1) excerpt.push(piece);
    expect(excerpt.bytes().length).toBeLessThanOrEqual(64 + 257 * 256);
  });
});
