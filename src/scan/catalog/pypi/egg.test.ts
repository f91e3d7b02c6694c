import { deflateRawSync, crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { egg } from './egg.ts';
import { eggInfo } from './egg-info.ts';

const METADATA = 'Metadata-Version: 1.1\nName: Some_Egg\nVersion: 1.6\n';

function read(body: string | Uint8Array): Promise<CatalogResult> {
  return readCatalog(egg, '/lib/some_egg-1.6-py3.10.egg', body);
}

/** A zip archive with one member. */
function zip(name: string, text: string): Uint8Array {
  const body = deflateRawSync(text);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt32LE(crc32(text), 10);
  fields.writeUInt32LE(body.length, 14);
  fields.writeUInt32LE(text.length, 18);
  fields.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), body]);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\0'),
    fields,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

describe('egg', () => {
  it('reads the metadata inside', async () => {
    expect(namesOf(await read(zip('EGG-INFO/PKG-INFO', METADATA)))).toEqual(['some-egg@1.6']);
  });

  it.each([
    ['an egg without metadata', zip('EGG-INFO/SOURCES.txt', 'x')],
    ['a file of another tool', '((version "1.0"))'],
    ['an empty file', ''],
  ])('notes %s', async (_name, body) => {
    const { packages, diagnostics } = await read(body);
    expect(packages).toEqual([]);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics?.[0]).not.toHaveProperty('gap');
  });

  it.each([
    ['a cut archive', zip('EGG-INFO/PKG-INFO', METADATA).subarray(0, 60)],
    ['metadata without a name', zip('EGG-INFO/PKG-INFO', 'Version: 1\n')],
    [
      'metadata that unpacks beyond the bound',
      zip('EGG-INFO/PKG-INFO', 'x'.repeat(9 * 1024 * 1024)),
    ],
  ])('refuses %s', async (_name, body) => {
    await expect(read(body)).rejects.toThrow(ParseError);
  });
});

describe('eggInfo', () => {
  it.each([['/lib/a-1.egg-info'], ['/lib/a.egg-info/PKG-INFO'], ['/lib/a.egg/EGG-INFO/PKG-INFO']])(
    'reads %s',
    async (path) => {
      expect(namesOf(await readCatalog(eggInfo, path, METADATA))).toEqual(['some-egg@1.6']);
    },
  );
});
