import path from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { catalogFile, namesOf } from '../../../../test/support/catalog-file.ts';
import { quietContext } from '../../../core/base/context.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { vendored } from './vendored.ts';

const FOLDER = '/usr/lib/python3/site-packages/pip/_vendor';

function read(text: string | Uint8Array, there = ['requests']): Promise<CatalogResult> {
  const paths = new Set(
    ['', ...there].map((module) => path.posix.join(FOLDER, module, '__init__.py')),
  );
  const siblings = {
    get: (name: string) => (paths.has(name) ? catalogFile(name, '') : undefined),
  };
  return vendored.read(catalogFile(`${FOLDER}/vendor.txt`, text), siblings, quietContext());
}

describe('vendored', () => {
  it('lists the copies', async () => {
    const text =
      '# comment\nCacheControl==0.14.0  # Make sure to update the license.\nrequests==2.32.3\n' +
      '    typing_extensions==4.12.2 ; python_version < "3.8"\n    urllib3[socks]==1.26.18\n\n';
    const result = await read(text);
    expect(namesOf(result)).toEqual([
      'cachecontrol@0.14.0',
      'requests@2.32.3',
      'typing-extensions@4.12.2',
      'urllib3@1.26.18',
    ]);
    expect(result.packages[0]?.line).toBe(2);
    expect(result.diagnostics).toBeUndefined();
  });

  it('lists nothing where the copies were taken out, and says so', async () => {
    const result = await read('requests==2.32.3\n', []);
    expect(result.packages).toEqual([]);
    expect(result.diagnostics).toMatchObject([
      { message: expect.stringContaining('none') as string },
    ]);
  });

  it('lists the copies where a layer stores nothing but the list', async () => {
    const list = catalogFile(`${FOLDER}/vendor.txt`, 'requests==2.32.3\n');
    const result = await vendored.read(list, { get: () => undefined }, quietContext());
    expect(namesOf(result)).toEqual(['requests@2.32.3']);
    expect(result.diagnostics).toBeUndefined();
  });

  it('reports a line of another form', async () => {
    const result = await read('requests==2.32.3\n-e git+https://example.org/a\n');
    expect(namesOf(result)).toEqual(['requests@2.32.3']);
    expect(result.diagnostics).toMatchObject([{ gap: 'unreadable', location: { line: 2 } }]);
  });

  it('survives any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect((await read(bytes)).packages).toEqual([]);
      }),
    );
  });
});
