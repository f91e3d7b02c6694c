import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedPath } from '../../../../test/support/shared.ts';
import { zip, type Member, type Shape } from '../../../../test/support/zip.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { openZip, type ZipArchive, type ZipLimits, type ZipSource } from './zip.ts';

const LIMITS: ZipLimits = { maxEntries: 1000, maxEntryBytes: 1 << 20, maxTotalBytes: 1 << 22 };

function sourceOf(bytes: Uint8Array): ZipSource {
  return {
    path: 'x.zip',
    sizeBytes: bytes.length,
    readAt: (offset, lengthBytes) => Promise.resolve(bytes.subarray(offset, offset + lengthBytes)),
  };
}

function open(bytes: Uint8Array, limits: Partial<ZipLimits> = {}): Promise<ZipArchive> {
  return openZip(sourceOf(bytes), { ...LIMITS, ...limits });
}

async function readAll(archive: ZipArchive): Promise<[string, string][]> {
  const result: [string, string][] = [];
  for (const entry of archive.entries) {
    result.push([entry.name, Buffer.from(await archive.read(entry)).toString()]);
  }
  return result;
}

async function streamText(archive: ZipArchive, index: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  const entry = archive.entries[index];
  if (entry === undefined) throw new Error('no such entry');
  for await (const piece of archive.stream(entry)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const TWO: readonly Member[] = [
  { name: 'a.json', body: '{"a":1}' },
  { name: 'dir/b.txt', body: 'hello '.repeat(1000), method: 0 },
];

describe('openZip', () => {
  it.each<[string, Shape]>([
    ['a plain archive', {}],
    ['bytes in front of the archive', { prefix: '#!/bin/sh\nexec java -jar "$0"\n' }],
    ['a comment', { comment: 'made by hand' }],
    ['a comment that holds an end signature', { comment: 'PK\u0005\u0006 nothing' }],
    ['a zip64 end record', { isZip64: true }],
    ['a zip64 end record behind a prefix', { isZip64: true, prefix: 'stub' }],
  ])('reads %s', async (_title, shape) => {
    const archive = await open(zip(TWO, shape));
    expect(await readAll(archive)).toEqual([
      ['a.json', '{"a":1}'],
      ['dir/b.txt', 'hello '.repeat(1000)],
    ]);
    expect(archive.prefixBytes).toBe(shape.prefix?.length ?? 0);
    expect(await streamText(archive, 1)).toBe('hello '.repeat(1000));
  });

  it('reads sizes and offsets from the zip64 extra field', async () => {
    const archive = await open(zip(TWO.map((member) => ({ ...member, isZip64: true }))));
    expect(await readAll(archive)).toHaveLength(2);
  });

  it('reads an empty archive and an empty member', async () => {
    expect((await open(zip([]))).entries).toEqual([]);
    expect(await readAll(await open(zip([{ name: 'empty' }])))).toEqual([['empty', '']]);
  });

  it('reads members beyond its read window', async () => {
    const body = 'x'.repeat(700_000);
    const members = [0, 1, 2, 3].map((index) => ({ name: `m${index}`, body, method: 0 }));
    const archive = await open(zip(members));
    for (const entry of archive.entries) expect(await archive.read(entry)).toHaveLength(700_000);
    expect(await streamText(archive, 2)).toBe(body);
  });

  it('marks odd names and refuses none of them', async () => {
    const names = ['../up', '/root', 'C:\\x', 'a/../../b', 'a..b', 'same', 'same', 'dir/'];
    const archive = await open(zip(names.map((name) => ({ name, body: 'x' }))));
    expect(archive.entries.map((entry) => entry.leavesRoot)).toEqual([
      ...[true, true, true, true],
      ...[false, false, false, false],
    ]);
    expect(archive.entries.map((entry) => entry.isDuplicate)).toEqual([
      ...[false, false, false, false, false, false, true, false],
    ]);
    expect(archive.entries.at(-1)?.isDirectory).toBe(true);
    expect(await readAll(archive)).toHaveLength(8);
  });

  it('takes names that are no UTF-8 byte by byte', async () => {
    const archive = await open(zip([{ name: Uint8Array.of(0x66, 0xfc) }]));
    expect(archive.entries[0]?.name).toBe('fü');
  });

  it.each<[string, Member, RegExp]>([
    ['an encrypted member', { name: 'a', body: 'x', flags: 1 }, /encrypted/],
    ['an unknown method', { name: 'a', body: 'x', method: 99 }, /method 99/],
    ['a member longer than it says', { name: 'a', body: 'xxxxxxxxx', statedBytes: 3 }, /unpacked/],
    ['a member shorter than it says', { name: 'a', body: 'xxx', statedBytes: 9 }, /as long as/],
    ['a wrong checksum', { name: 'a', body: 'x', statedCrc: 1 }, /checksum/],
    ['a stored member of two lengths', { name: 'a', body: 'x', method: 0, statedBytes: 5 }, /two/],
    ['a member above the ceiling', { name: 'a', statedBytes: 2 << 20 }, /longer than 1048576/],
  ])('refuses to read %s', async (_title, member, message) => {
    const archive = await open(zip([member]));
    await expect(readAll(archive)).rejects.toThrow(message);
    await expect(readAll(archive)).rejects.toThrow(ParseError);
    await expect(streamText(archive, 0)).rejects.toThrow(ParseError);
  });

  it('counts what is unpacked over all members', async () => {
    const members = [0, 1, 2].map((index) => ({ name: `m${index}`, body: 'x'.repeat(100) }));
    const archive = await open(zip(members), { maxTotalBytes: 250 });
    await expect(readAll(archive)).rejects.toThrow('unpacks to more than 250 bytes');
  });

  it('refuses more entries than allowed', async () => {
    await expect(open(zip(TWO), { maxEntries: 1 })).rejects.toThrow('more than 1 entries');
  });

  it('survives truncation at every byte', async () => {
    const whole = zip(TWO, { isZip64: true });
    for (let length = 0; length < whole.length; length += 1) {
      await survive(whole.subarray(0, length));
    }
  });

  it('survives flipped and random bytes', async () => {
    const whole = zip(TWO, { isZip64: true, prefix: 'x' });
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ by;
        return survive(bytes);
      }),
    );
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), survive));
  });
});

/** Whatever the bytes are: a result, or a ParseError. */
async function survive(bytes: Uint8Array): Promise<void> {
  try {
    const archive = await open(bytes);
    await readAll(archive);
    for (let index = 0; index < archive.entries.length; index += 1)
      await streamText(archive, index);
  } catch (error) {
    expect(error).toBeInstanceOf(ParseError);
  }
}

const npm = sharedPath('feeds/osv/npm/all.zip');

describe.skipIf(npm === undefined)('a real archive (needs ../shared)', () => {
  it('reads all members', async () => {
    const archive = await openZip(sourceOf(readFileSync(npm ?? '')), {
      ...LIMITS,
      maxEntries: 10_000,
      maxTotalBytes: 1 << 30,
    });
    let sizeBytes = 0;
    for (const entry of archive.entries) sizeBytes += (await archive.read(entry)).length;
    expect(archive.entries).toHaveLength(3263);
    expect(sizeBytes).toBe(3_406_575);
  });
});
