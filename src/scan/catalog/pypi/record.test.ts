import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { readCatalog } from '../../../../test/support/catalog-file.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { record } from './record.ts';

const SITE = '/usr/lib/python3.11/site-packages';
const RECORD = `${SITE}/a-1.dist-info/RECORD`;
/** SHA-256 of nothing. */
const EMPTY = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';
const EMPTY_HEX = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function read(text: string | Uint8Array, path = RECORD): Promise<CatalogResult> {
  return readCatalog(record, path, text);
}

describe('record', () => {
  it('gives the files of the package whose metadata lies beside it', async () => {
    const text =
      `../../../bin/a,sha256=${EMPTY},0\na/__init__.py,sha256=${EMPTY}=,0\n` +
      `"a/b,c.py",sha256=${EMPTY},0\n/etc/a.conf,sha256=${EMPTY},0\n` +
      'a/__pycache__/__init__.cpython-311.pyc,,\na-1.dist-info/RECORD,,\n' +
      'a/d,sha384=abc,0\na/e,sha256=abc,0\n';
    const digest = `sha256:${EMPTY_HEX}`;
    expect(await read(text)).toEqual({
      packages: [],
      externalClaims: [
        {
          of: { kind: 'record', path: `${SITE}/a-1.dist-info/METADATA` },
          ownedFiles: [
            { path: '/usr/bin/a', kind: 'file', digest },
            { path: `${SITE}/a/__init__.py`, kind: 'file', digest },
            { path: `${SITE}/a/b,c.py`, kind: 'file', digest },
            { path: '/etc/a.conf', kind: 'file', digest },
            { path: `${SITE}/a-1.dist-info/RECORD`, kind: 'file' },
            { path: `${SITE}/a/d`, kind: 'file' },
            { path: `${SITE}/a/e`, kind: 'file' },
            // No digest: the list does not name it.
            { path: `${SITE}/a-1.dist-info/METADATA`, kind: 'file' },
          ],
        },
      ],
    });
  });

  it('keeps the digest of a byte-compiled file that was shipped', async () => {
    const result = await read(
      `a.pyc,sha256=${EMPTY},0\na-1.dist-info/METADATA,sha256=${EMPTY},0\n`,
    );
    expect(result.externalClaims?.[0]?.ownedFiles).toHaveLength(2);
  });

  it.each([
    [
      'another folder',
      'b_c-2.0.dist-info/METADATA,,\nb_c-2.0.dist-info/RECORD,,\n',
      ['b-c', '2.0'],
    ],
    ['its own folder', 'a-1.dist-info/METADATA,,\nb-2.dist-info/RECORD,,\n', []],
    ['two other folders', 'b-2.dist-info/METADATA,,\nc-3.dist-info/METADATA,,\n', []],
    ['a folder that it carries', 'a/_vendor/b-2.dist-info/METADATA,,\n', []],
    ['no folder', 'a/__init__.py,,\n', []],
  ])('tells the name that a list had which names %s', async (_name, text, claimed) => {
    const claims = (await read(text)).externalClaims?.[0]?.versionClaims ?? [];
    expect(claims.flatMap(({ name, version }) => [name, version])).toEqual(claimed);
    expect(claims.every(({ by, weight }) => by === 'RECORD' && weight === 'binding')).toBe(true);
  });

  it('reads the list that setuptools writes', async () => {
    const text = '../a/__init__.py\n../a/__init__.pyc\nPKG-INFO\n./\n';
    const result = await read(text, `${SITE}/a-1.egg-info/installed-files.txt`);
    expect(result.externalClaims).toEqual([
      {
        of: { kind: 'record', path: `${SITE}/a-1.egg-info/PKG-INFO` },
        ownedFiles: [
          { path: `${SITE}/a/__init__.py`, kind: 'file' },
          { path: `${SITE}/a-1.egg-info/PKG-INFO`, kind: 'file' },
        ],
      },
    ]);
  });

  it.each([
    ['no path', ',sha256=abc,1'],
    ['a path out of the artifact', '../../../../../../etc/passwd,,'],
    ['an absurd path', `${'a'.repeat(5000)},,`],
  ])('notes a row with %s', async (_name, row) => {
    const result = await read(`${row}\na,,\n`);
    expect(Array.from(result.externalClaims?.[0]?.ownedFiles ?? [], ({ path }) => path)).toEqual([
      `${SITE}/a`,
      `${SITE}/a-1.dist-info/METADATA`,
    ]);
    expect(result.diagnostics).toMatchObject([{ location: { line: 1 } }]);
    expect(result.diagnostics?.[0]).not.toHaveProperty('gap');
  });

  it('survives any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect((await read(bytes)).packages).toEqual([]);
      }),
    );
  });
});
