import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { readCatalog } from '../../../../test/support/catalog-file.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { dpkgDiversions } from './dpkg-diversions.ts';

function read(text: string | Uint8Array): Promise<CatalogResult> {
  return readCatalog(dpkgDiversions, '/var/lib/dpkg/diversions', text);
}

describe('dpkgDiversions', () => {
  it('reads diversions by packages and by the administrator', async () => {
    const text = '/usr/bin/a\n/usr/bin/a.real\nb\n/usr/bin/c\n/usr/bin/c.distrib\n:\n';
    expect(await read(text)).toEqual({
      packages: [],
      diversions: [
        { path: '/usr/bin/a', to: '/usr/bin/a.real', by: 'b' },
        { path: '/usr/bin/c', to: '/usr/bin/c.distrib' },
      ],
    });
  });

  it('reads an empty list', async () => {
    expect(await read('')).toEqual({ packages: [] });
  });

  it.each([
    ['a group that is cut off', '/a\n/b\nc\n/d\n', 1],
    ['no path', 'a\n/b\nc\n', 0],
    ['an empty line', '\n/a\n/b\nc\n', 0],
  ])('notes %s and ends there', async (_name, text, count) => {
    const result = await read(text);
    expect(result.diversions ?? []).toHaveLength(count);
    expect(result.diagnostics?.[0]).toMatchObject({ location: { line: count * 3 + 1 } });
    expect(result.diagnostics?.[0]).not.toHaveProperty('gap');
  });

  it('survives any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (bytes) => {
        expect((await read(bytes)).packages).toEqual([]);
      }),
    );
  });
});
