import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import '../../../../test/support/property-seed.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { denoLock } from './deno-lock.ts';

const read = (text: string) => readCatalog(denoLock, '/deno.lock', text);
const rowsOf = async (text: string) =>
  (await read(text)).packages.map((one) => [
    one.name,
    one.version,
    one.relationship,
    one.dependsOn,
  ]);

const V5 = JSON.stringify(
  {
    version: '5',
    specifiers: { 'npm:@s/a@1': '1.0.0_peer@2.0.0', 'npm:b@*': '2.0.0', 'jsr:@std/x@1': '1.0.0' },
    jsr: { '@std/x@1.0.0': {} },
    npm: {
      '@s/a@1.0.0_peer@2.0.0': {
        integrity: 'sha1-2Klr13/Wjfd5OnMDajug1UBdR3s=',
        dependencies: ['b', 'peer@2.0.0'],
      },
      'b@2.0.0': {},
      'peer@2.0.0': {},
    },
    workspace: { members: { m: { packageJson: { dependencies: ['npm:@s/a@1'] } } } },
  },
  null,
  1,
);

describe('deno.lock', () => {
  it('reads version 5', async () => {
    const result = await read(V5);
    expect(result.packages[0]).toEqual({
      name: '@s/a',
      version: '1.0.0',
      line: 12,
      relationship: 'direct',
      dependsOn: ['b@2.0.0', 'peer@2.0.0'],
      digests: ['sha1:d8a96bd77fd68df7793a73036a3ba0d5405d477b'],
    });
    expect(result.packages.slice(1).map((one) => [one.name, one.relationship])).toEqual([
      ['b', 'indirect'],
      ['peer', 'indirect'],
    ]);
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual([undefined]);
  });

  it.each([
    [
      'version 3',
      {
        version: '3',
        packages: {
          specifiers: { 'npm:a@1': 'npm:a@1.0.0' },
          npm: { 'a@1.0.0': { dependencies: { c: 'b@2.0.0' } }, 'b@2.0.0': {} },
        },
      },
    ],
    [
      'version 2',
      {
        version: '2',
        npm: {
          specifiers: { 'a@1': 'a@1.0.0' },
          packages: { 'a@1.0.0': { dependencies: { c: 'b@2.0.0' } }, 'b@2.0.0': {} },
        },
      },
    ],
  ])('reads %s', async (_, root) => {
    expect(await rowsOf(JSON.stringify(root))).toEqual([
      ['a', '1.0.0', 'direct', ['b@2.0.0']],
      ['b', '2.0.0', 'indirect', undefined],
    ]);
  });

  it('reports rows that are none', async () => {
    const result = await read('{"version":"4","npm":{"a":{},"b@1":2,"__proto__@1":{}}}');
    expect(result.packages.map(({ name }) => name)).toEqual(['__proto__']);
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable', 'unreadable']);
  });

  it.each(['', '[]', '{}', 'text'])('refuses %j', async (text) => {
    await expect(read(text)).rejects.toThrow(ParseError);
  });

  it('survives any values', async () => {
    const value = fc.jsonValue();
    await fc.assert(
      fc.asyncProperty(value, value, value, async (npm, specifiers, workspace) => {
        await read(JSON.stringify({ version: '4', npm, specifiers, workspace }));
        await read(
          JSON.stringify({ version: '3', packages: { npm: { packages: npm, specifiers } } }),
        );
      }),
      { numRuns: 200 },
    );
  });
});
