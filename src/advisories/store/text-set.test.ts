import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextSet } from './text-set.ts';

describe('TextSet', () => {
  it('answers as a Set does', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 200 }), (texts) => {
        const set = new TextSet();
        const known = new Set<string>();
        for (const text of texts) {
          expect(set.has(text)).toBe(known.has(text));
          expect(set.add(text)).toBe(!known.has(text));
          known.add(text);
        }
        expect(set.size).toBe(known.size);
      }),
    );
  });

  it('does not mix up what is asked for with what is added then', () => {
    const step = fc.tuple(fc.boolean(), fc.string({ maxLength: 2 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 2000 }), (steps) => {
        const set = new TextSet();
        const known = new Set<string>();
        for (const [isAdded, text] of steps) {
          if (!isAdded) expect(set.has(text)).toBe(known.has(text));
          else {
            expect(set.add(text)).toBe(!known.has(text));
            known.add(text);
          }
        }
        expect(set.size).toBe(known.size);
      }),
    );
  });

  it('grows', () => {
    const set = new TextSet();
    for (let index = 0; index < 50_000; index += 1) set.add(`GHSA-${index}`);
    expect(set.size).toBe(50_000);
    expect(set.has('GHSA-0')).toBe(true);
    expect(set.has('GHSA-49999')).toBe(true);
    expect(set.has('GHSA-50000')).toBe(false);
  });
});
