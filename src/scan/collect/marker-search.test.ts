import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../test/support/property-seed.ts';
import { MarkerSearch } from './marker-search.ts';

describe('MarkerSearch', () => {
  it('finds what is in the whole text, in whatever pieces it comes', () => {
    const markers = ['ab', 'bab', 'c'];
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 4 });
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const search = new MarkerSearch(markers);
        const shared = Buffer.alloc(4);
        for (const text of pieces) {
          const length = shared.write(text);
          search.push(shared.subarray(0, length));
          shared.fill(0);
        }
        const whole = pieces.join('');
        expect([...search.found].sort()).toEqual(
          markers.filter((one) => whole.includes(one)).sort(),
        );
      }),
    );
  });
});
