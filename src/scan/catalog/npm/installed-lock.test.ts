import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { readCatalog } from '../../../../test/support/catalog-file.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { installedLock } from './installed-lock.ts';

const PATH = '/app/node_modules/.package-lock.json';

function read(lock: unknown, path = PATH): Promise<CatalogResult> {
  return readCatalog(installedLock, path, JSON.stringify(lock));
}

describe('installedLock', () => {
  it('says version and tarball of what npm unpacked', async () => {
    const integrity = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;
    const result = await read({
      packages: {
        'node_modules/a': {
          version: '1.0.0',
          integrity,
          resolved: 'https://registry.example/a/-/a-0.9.0.tgz',
        },
        'node_modules/@x/b/node_modules/c': { name: 'd', version: '2.0.0' },
      },
    });
    const claim = { by: 'hidden lockfile', weight: 'binding', path: PATH };
    expect(result).toEqual({
      packages: [],
      externalClaims: [
        {
          of: { kind: 'record', path: '/app/node_modules/a/package.json' },
          digests: [`sha512:${'07'.repeat(64)}`],
          versionClaims: [
            { ...claim, version: '1.0.0', name: 'a' },
            { ...claim, by: 'address in the hidden lockfile', version: '0.9.0', name: 'a' },
          ],
        },
        {
          of: { kind: 'record', path: '/app/node_modules/@x/b/node_modules/c/package.json' },
          versionClaims: [{ ...claim, version: '2.0.0', name: 'd' }],
        },
      ],
    });
  });

  it.each([
    ['links', { 'node_modules/a': { version: '1.0.0', link: true } }],
    ['folders of the project', { 'packages/a': { version: '1.0.0' } }],
    ['paths that lead away', { 'node_modules/../../etc/a': { version: '1.0.0' } }],
    ['rows that are none', { 'node_modules/a': 1 }],
    ['no list', 7],
  ])('passes over %s', async (_name, packages) => {
    expect(await read({ packages })).toEqual({ packages: [] });
  });

  it('reads no other file of the name', async () => {
    const packages = { 'node_modules/a': { version: '1.0.0' } };
    expect(await read({ packages }, '/app/.package-lock.json')).toEqual({ packages: [] });
  });

  it('notes any other text, whatever it is', async () => {
    const whole = Buffer.from('{"packages":{"node_modules/a":{"version":"1"}}}');
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 100 }),
          fc.nat(whole.length - 1).map((end) => whole.subarray(0, end)),
        ),
        async (bytes) => {
          const result = await readCatalog(installedLock, PATH, bytes);
          expect(result.packages).toEqual([]);
          expect(result.diagnostics?.every(({ gap }) => gap === undefined) ?? true).toBe(true);
        },
      ),
    );
  });
});
