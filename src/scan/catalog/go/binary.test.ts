import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { goBinary } from './binary.ts';
import { parseBuildInfoLines } from './build-info-lines.ts';

/** A 64-bit ELF program that is nothing but one segment that can be written, at address 0x1000. */
function elf(segment: Uint8Array, isBigEndian = false): Buffer {
  const header = Buffer.alloc(64 + 56);
  header.write('\u007fELF', 'latin1');
  header[4] = 2;
  header[5] = isBigEndian ? 2 : 1;
  const u16 = (value: number, at: number): unknown =>
    isBigEndian ? header.writeUInt16BE(value, at) : header.writeUInt16LE(value, at);
  const u64 = (value: number, at: number): unknown =>
    isBigEndian
      ? header.writeBigUInt64BE(BigInt(value), at)
      : header.writeBigUInt64LE(BigInt(value), at);
  u64(64, 32);
  u16(56, 54);
  u16(1, 56);
  if (isBigEndian) {
    header.writeUInt32BE(1, 64);
    header.writeUInt32BE(6, 68);
  } else {
    header.writeUInt32LE(1, 64);
    header.writeUInt32LE(6, 68);
  }
  u64(128, 72);
  u64(0x1000, 80);
  u64(segment.length, 96);
  return Buffer.concat([header, Buffer.alloc(8), segment]);
}

const MARK = Buffer.from('\u00ff Go buildinf:', 'latin1');

function text(modules: string): Buffer {
  const mark = Buffer.alloc(16, 0x30);
  return Buffer.concat([mark, Buffer.from(modules), mark]);
}

/** The form of Go 1.18 and later. */
function inline(goVersion: string, modules: string): Buffer {
  const header = Buffer.alloc(32);
  MARK.copy(header);
  header[14] = 8;
  header[15] = 2;
  const parts = [Buffer.from(goVersion), modules === '' ? Buffer.alloc(0) : text(modules)];
  const texts = parts.flatMap((part) => [
    part.length < 128 ? [part.length] : [(part.length & 127) | 128, part.length >> 7],
    part,
  ]);
  return elf(Buffer.concat([header, ...texts.map((part) => Buffer.from(part))]));
}

/** The form of Go 1.17 and earlier: two pointers to strings, which are a pointer and a length. */
function pointed(goVersion: string, modules: string, isBigEndian: boolean): Buffer {
  const parts = [Buffer.from(goVersion), text(modules)];
  const bytes = Buffer.alloc(64 + 32);
  MARK.copy(bytes);
  bytes[14] = 8;
  bytes[15] = isBigEndian ? 1 : 0;
  const write = (value: number, at: number): unknown =>
    isBigEndian
      ? bytes.writeBigUInt64BE(BigInt(value), at)
      : bytes.writeBigUInt64LE(BigInt(value), at);
  write(0x1000 + 32, 16);
  write(0x1000 + 48, 24);
  let start = 0x1000 + bytes.length;
  for (const [index, part] of parts.entries()) {
    write(start, 32 + 16 * index);
    write(part.length, 40 + 16 * index);
    start += part.length;
  }
  return elf(Buffer.concat([bytes, ...parts]), isBigEndian);
}

const MODULES = 'path\ta.b/x/cmd\nmod\ta.b/x\tv1.0.0\t\ndep\tc.d/y\tv2.0.0\th1:abc=\n';

describe('goBinary', () => {
  it.each([
    ['inline', inline('go1.24.4', MODULES)],
    ['by pointers', pointed('go1.24.4', MODULES, false)],
    ['by pointers of the other byte order', pointed('go1.24.4', MODULES, true)],
  ])('reads build information %s', async (_name, bytes) => {
    const result = await readCatalog(goBinary, '/x', bytes);
    expect(namesOf(result)).toEqual(['a.b/x@v1.0.0', 'c.d/y@v2.0.0', 'stdlib@1.24.4']);
    expect(result.packages[0]).toMatchObject({ relationship: 'root', dependsOn: ['c.d/y'] });
    expect(result.diagnostics).toBeUndefined();
  });

  it.each([
    ['go1.22.6 X:boringcrypto', '1.22.6'],
    ['go1.22.6-red', '1.22.6'],
    ['go1.23rc1', '1.23rc1'],
    ['go1.21', '1.21'],
    ['devel go1.24-0a1b2c', ''],
  ])('reads the standard library of %s', async (goVersion, version) => {
    const result = await readCatalog(goBinary, '/x', inline(goVersion, MODULES));
    expect(result.packages.find(({ name }) => name === 'stdlib')?.version).toBe(version);
    expect(result.diagnostics === undefined).toBe(version !== '');
  });

  it.each([
    ['no flags', '', ''],
    ['a variable of main', 'build\t-ldflags="-s -X main.version=2.3.4"', '2.3.4'],
    ['a variable of the module', 'build\t-ldflags="-X \'a.b/x/internal.Version=v1.1\'"', 'v1.1'],
    ['a variable of another', 'build\t-ldflags="-X c.d/y.Version=v9.9"', ''],
    ['no version', 'build\t-ldflags="-X main.version=dev -X main.commit=1234"', ''],
  ])(
    'gives the main module of the working tree its version by %s',
    async (_name, line, version) => {
      const bytes = inline('go1.24.4', `mod\ta.b/x\t(devel)\t\n${line}\n`);
      expect((await readCatalog(goBinary, '/x', bytes)).packages[0]?.version).toBe(version);
    },
  );

  it('lists what replaces a module, and a module that a folder replaces', async () => {
    const lines = 'mod\tm\tv1.0.0\t\ndep\ta\tv1\n=>\tb\tv2\t\ndep\tc\tv3\n=>\t./c\t(devel)\t\n';
    const result = await readCatalog(goBinary, '/x', inline('go1.24.4', lines));
    expect(namesOf(result)).toEqual(['b@v2', 'c@v3', 'm@v1.0.0', 'stdlib@1.24.4']);
    expect(result.packages[0]?.dependsOn).toEqual(['b', 'c']);
  });

  it('says where dependencies are not recorded', async () => {
    const result = await readCatalog(goBinary, '/x', inline('go1.24.4', 'path\ta.b/cmd\n'));
    expect(namesOf(result)).toEqual(['stdlib@1.24.4']);
    expect(result.diagnostics?.[0]?.message).toContain('not recorded');
    expect(result.diagnostics?.[0]).not.toHaveProperty('gap');
  });

  it.each([
    ['no executable', Buffer.from('hello')],
    ['another language', elf(Buffer.alloc(64))],
    ['broken headers', inline('go1.24.4', MODULES).subarray(0, 100)],
  ])('gives nothing for %s', async (_name, bytes) => {
    expect(await readCatalog(goBinary, '/x', bytes)).toEqual({ packages: [] });
  });

  it('refuses build information that is damaged', async () => {
    const bytes = inline('go1.24.4', MODULES);
    bytes.fill(0xff, 128 + 32, 128 + 40);
    await expect(readCatalog(goBinary, '/x', bytes)).rejects.toThrow(ParseError);
  });

  it('survives any change and any end', async () => {
    const whole = pointed('go1.24.4', MODULES, false);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), fc.nat(255), fc.nat(whole.length), async (...row) => {
        const bytes = Buffer.from(whole);
        bytes[row[0]] = row[1];
        try {
          await readCatalog(goBinary, '/x', bytes.subarray(0, row[2]));
          await readCatalog(goBinary, '/x', bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
    );
  });
});

describe('parseBuildInfoLines', () => {
  it('reads settings in quotation marks', () => {
    const { settings, strayLines } = parseBuildInfoLines(
      'build\t"a=b"=c\nbuild\t-tags="x y"\nbuild\tk=`v`\nwhat\tis\n',
    );
    expect([...settings]).toEqual([
      ['a=b', 'c'],
      ['-tags', 'x y'],
      ['k', 'v'],
    ]);
    expect(strayLines).toEqual(['what\tis']);
  });
});

const samples = sharedPath('samples/binaries/go');

describe.skipIf(!samples)('real programs (needs ../shared)', () => {
  it.each([
    ['tiny-plain', ''],
    ['tiny-stripped-trimpath', ''],
    ['tiny-pie-ldflags', '2.3.4'],
    ['tiny-windows.exe', ''],
    ['tiny-darwin-arm64', ''],
    ['tiny-vcs-tag', 'v1.2.3'],
  ])('%s', async (name, version) => {
    const bytes = gunzipSync(readFileSync(`${samples ?? ''}/${name}.gz`));
    const result = await readCatalog(goBinary, `/${name}`, bytes);
    const sum = 'gTbpqR6DTF0Sn+ZgaOb/7f2MuAdikC1z3JCNuSyG74c=';
    expect(result.packages.map((pkg) => [pkg.name, pkg.version, pkg.digests])).toEqual([
      ['example.test/tiny', version, undefined],
      ['example.test/local', 'v0.1.0', undefined],
      ['gopkg.in/yaml.v3', 'v3.0.1', [`sha256:${Buffer.from(sum, 'base64').toString('hex')}`]],
      ['stdlib', '1.24.4', undefined],
    ]);
    expect(result.diagnostics).toBeUndefined();
  });
});
