import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { verifySignedData } from '../../../formats/crypto/asn1/signed-data.ts';

// Archives that jarsigner signs: test/interop/jar-signatures.test.ts.
describe('a signature block', () => {
  it('of any bytes is judged without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (block) => {
        expect(verifySignedData(block, block).outcome).toBe('unknown');
      }),
    );
  });
});
