/** What every reader of a format must survive. */

import fc from 'fast-check';

import { ParseError } from '../../src/core/base/errors.ts';
import type { Cataloger } from '../../src/scan/catalog/cataloger.ts';
import { readCatalog } from './catalog-file.ts';
import './property-seed.ts';

/**
 * Reads a good file cut short anywhere, with bytes of it replaced, and bytes at random: each is
 * read, or refused with a `ParseError`, and what is read has names.
 */
export async function survivesHostileInput(
  cataloger: Cataloger,
  path: string,
  good: string | Uint8Array,
): Promise<void> {
  const whole = typeof good === 'string' ? new TextEncoder().encode(good) : good;
  const changed = fc
    .tuple(fc.nat(whole.length), fc.nat(Math.max(0, whole.length - 1)), fc.nat(255))
    .map(([end, at, byte]) => {
      const bytes = whole.slice(0, end);
      if (at < end) bytes[at] = byte;
      return bytes;
    });
  const body = fc.oneof(
    changed,
    fc.nat(whole.length).map((end) => whole.slice(0, end)),
    fc.uint8Array({ maxLength: 300 }),
  );
  await fc.assert(
    fc.asyncProperty(body, async (bytes) => {
      try {
        const { packages } = await readCatalog(cataloger, path, bytes);
        return packages.every(({ name, version }) => name !== '' && typeof version === 'string');
      } catch (error) {
        return error instanceof ParseError;
      }
    }),
    { numRuns: 300 },
  );
}
