import { readFileSync } from 'node:fs';
import { deflateSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { auditable } from './auditable.ts';

/** A PE program with one section. */
function pe(name: string, section: Uint8Array): Buffer {
  const header = Buffer.alloc(64 + 24 + 240 + 40);
  header.write('MZ');
  header.writeUInt32LE(64, 60);
  header.write('PE', 64);
  header.writeUInt16LE(1, 64 + 6);
  header.writeUInt16LE(240, 64 + 20);
  header.writeUInt16LE(0x20b, 64 + 24);
  header.write(name, 64 + 264);
  header.writeUInt32LE(section.length, 64 + 264 + 16);
  header.writeUInt32LE(header.length, 64 + 264 + 20);
  return Buffer.concat([header, section]);
}

function read(list: unknown, name = '.dep-v0'): Promise<CatalogResult> {
  return readCatalog(auditable, '/x', pe(name, deflateSync(JSON.stringify(list))));
}

describe('auditable', () => {
  it('lists crates with what they depend on', async () => {
    const result = await read({
      packages: [
        { name: 'app', version: '0.1.0', source: 'local', root: true, dependencies: [1, 3] },
        { name: 'a', version: '1.0.0', source: 'crates.io', dependencies: [2] },
        { name: 'b', version: '2.0.0', source: 'crates.io' },
        { name: 'cc', version: '3.0.0', source: 'crates.io', kind: 'build' },
      ],
    });
    expect(result.packages).toEqual([
      { name: 'app', version: '0.1.0', relationship: 'root', dependsOn: ['a@1.0.0', 'cc@3.0.0'] },
      { name: 'a', version: '1.0.0', relationship: 'direct', dependsOn: ['b@2.0.0'] },
      { name: 'b', version: '2.0.0', relationship: 'indirect' },
      { name: 'cc', version: '3.0.0', relationship: 'direct', scope: 'development' },
    ]);
  });

  it('reports rows that are none', async () => {
    const result = await read({ packages: [{ name: 'a' }, 7, { name: 'b', version: '1.0.0' }] });
    expect(namesOf(result)).toEqual(['b@1.0.0']);
    expect(result.diagnostics).toHaveLength(2);
  });

  it('gives nothing without the section', async () => {
    expect(await read({ packages: [] }, '.text')).toEqual({ packages: [] });
  });

  it.each([
    ['a list that is none', () => read({ packages: {} })],
    [
      'bytes that are not packed',
      () => readCatalog(auditable, '/x', pe('.dep-v0', Buffer.from('no'))),
    ],
  ])('refuses %s', async (_name, reading) => {
    await expect(reading()).rejects.toThrow(ParseError);
  });

  it('survives any change', async () => {
    const whole = pe('.dep-v0', deflateSync('{"packages":[{"name":"a","version":"1"}]}'));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        const bytes = Buffer.from(whole);
        bytes[at] = byte;
        try {
          await readCatalog(auditable, '/x', bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
    );
  });
});

const samples = sharedPath('samples/binaries/rust');

describe.skipIf(!samples)('real programs (needs ../shared)', () => {
  it.each(['sample-app-auditable', 'sample-app-plain'])('%s', async (name) => {
    const expected = JSON.parse(readFileSync(`${samples ?? ''}/expected.json`, 'utf8')) as Record<
      string,
      string[][]
    >;
    const bytes = gunzipSync(readFileSync(`${samples ?? ''}/${name}.gz`));
    const rows = (expected[name] ?? []).map(
      ([crate, version]) => `${crate ?? ''}@${version ?? ''}`,
    );
    expect(namesOf(await readCatalog(auditable, '/x', bytes))).toEqual(rows.sort());
  });
});
