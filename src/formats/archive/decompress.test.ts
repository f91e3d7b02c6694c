import { execFileSync } from 'node:child_process';
import { deflateRawSync, gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ParseError } from '../../core/base/errors.ts';
import { decompress, detectCompression } from './decompress.ts';
import { unzstdInWasm } from './zstd/zstd.ts';
import { splitFrames } from './zstd/zstd-frames.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';

/** The input in pieces of `size` bytes. */
async function* pieces(bytes: Uint8Array, size = 100_000): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unpack(bytes: Uint8Array, size?: number): Promise<Buffer> {
  const out: Buffer[] = [];
  await decompress(pieces(bytes, size), (piece) => out.push(Buffer.from(piece)), 'layer');
  return Buffer.concat(out);
}

async function unpackInWasm(bytes: Uint8Array, size?: number): Promise<Buffer> {
  const out: Buffer[] = [];
  const frames = splitFrames(pieces(bytes, size), 'layer');
  await unzstdInWasm(frames, (piece) => out.push(Buffer.from(piece)), 'layer');
  return Buffer.concat(out);
}

/** Compressible and not, long enough for several pieces of output. */
const DATA = Buffer.concat(
  Array.from({ length: 40_000 }, (_, index) => Buffer.from(`line ${(index * 7919) % 10_007}\n`)),
);

/** Says that it unpacks to 1,510 bytes, and asks for a thousand million to be copied. */
const OVERFULL_FRAME =
  'KLUv/WTmBFUDAOLEDxGgPYDgW2HJAADsNmWGgp9TMKaQIZpXA5tChmheUzCmkCE0rwK0HL5K+Medv/yTPj/650nUMqQztQIoqBHA' +
  'vzQE//8MQekHQJLFkEDRgAClTbtChmheDWsK/////xmieVVNIUM0rwK0HL5K';

describe('detectCompression', () => {
  it.each([
    ['gzip', [0x1f, 0x8b, 8, 0]],
    ['none', [0x1f, 0x8b, 0, 0]],
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
    ['zstd', [0x5a, 0x2a, 0x4d, 0x18]],
    ['none', [0x2e, 0x2f, 0, 0]],
    ['none', []],
  ])('says %s to %j', (expected, head) => {
    expect(detectCompression(Uint8Array.from(head))).toBe(expected);
  });
});

describe('gzip', () => {
  const packed = gzipSync(DATA);

  it.each([1, 7, 1000, 1_000_000])('unpacks pieces of %d bytes', async (size) => {
    const small = size === 1 ? gzipSync(DATA.subarray(0, 20_000)) : packed;
    const expected = size === 1 ? DATA.subarray(0, 20_000) : DATA;
    expect((await unpack(small, size)).equals(expected)).toBe(true);
  });

  it.each([5, 1000, 1_000_000])('reads all members in pieces of %d bytes', async (size) => {
    const members = ['a', 'bc', '', 'def'].map((text) => gzipSync(text.repeat(1000)));
    const whole = Buffer.concat([...members, packed, ...members]);
    const text = ['a', 'bc', 'def'].map((part) => part.repeat(1000)).join('');
    const expected = Buffer.concat([Buffer.from(text), DATA, Buffer.from(text)]);
    expect((await unpack(whole, size)).equals(expected)).toBe(true);
  });

  it('reads a header with every field', async () => {
    const body = deflateRawSync('hello');
    const plain = gzipSync('hello');
    const header = Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 255]);
    const fields = Buffer.from('\x03\x00abcname\0comment\0\x12\x34', 'latin1');
    const whole = Buffer.concat([header, fields, body, plain.subarray(-8)]);
    expect((await unpack(whole, 3)).toString()).toBe('hello');
    await expect(unpack(whole.subarray(0, 20))).rejects.toThrow('cut off');
  });

  it.each([
    ['zeros', Buffer.alloc(3000)],
    ['other bytes', Buffer.from('garbage')],
    ['one byte of a magic number', Buffer.from([0x1f])],
  ])('passes over %s at the end', async (_, garbage) => {
    for (const size of [1_000_000, 50_000, 997]) {
      expect((await unpack(Buffer.concat([packed, garbage]), size)).equals(DATA)).toBe(true);
    }
  });

  it('refuses every stream that is cut off', async () => {
    const small = gzipSync(DATA.subarray(0, 3000));
    for (let length = 3; length < small.length; length += 5) {
      await expect(unpack(small.subarray(0, length))).rejects.toThrow('cut off');
    }
    await expect(unpack(packed.subarray(0, -1))).rejects.toThrow(ParseError);
  });

  it('refuses a damaged stream', async () => {
    const bad = Buffer.from(packed);
    bad.writeUInt32LE(0, bad.length - 8);
    await expect(unpack(bad)).rejects.toThrow('checksum');
    const worse = Buffer.from(packed);
    worse.fill(0xff, 200, 260);
    await expect(unpack(worse)).rejects.toThrow(ParseError);
  });

  it('leaves the checksum, and not the length, to the digest of the stream', async () => {
    const bad = Buffer.from(packed);
    bad.writeUInt32LE(0, bad.length - 8);
    const out: Buffer[] = [];
    const unpackNamed = async (): Promise<unknown> =>
      decompress(pieces(bad), (piece) => out.push(Buffer.from(piece)), 'layer', { isNamed: true });
    await unpackNamed();
    expect(Buffer.concat(out).equals(DATA)).toBe(true);
    bad.writeUInt32LE(1, bad.length - 4);
    await expect(unpackNamed()).rejects.toThrow('checksum');
  });
});

const noZstd = missingTool('zstd');

describe.skipIf(noZstd !== undefined)(`zstd${needs(noZstd)}`, () => {
  const zstd = (bytes: Uint8Array, ...flags: string[]): Buffer =>
    execFileSync('zstd', ['-q', '-c', ...flags], { input: bytes, maxBuffer: 1e9 });
  const packed = noZstd === undefined ? zstd(DATA) : Buffer.alloc(0);
  const skippable = Buffer.concat([
    Buffer.from([0x51, 0x2a, 0x4d, 0x18, 5, 0, 0, 0]),
    Buffer.from('12345'),
  ]);
  const unpackers = [
    ['here', unpack],
    ['in script', unpackInWasm],
  ] as const;

  describe.each(unpackers)('%s', (_, unpackIt) => {
    it.each([1, 7, 1000, 1_000_000])('unpacks pieces of %d bytes', async (size) => {
      const [small, expected] =
        size === 1 ? [zstd(DATA.subarray(0, 20_000)), DATA.subarray(0, 20_000)] : [packed, DATA];
      expect((await unpackIt(small, size)).equals(expected)).toBe(true);
    });

    it.each([5, 1000, 1_000_000])('reads all frames in pieces of %d bytes', async (size) => {
      const frames = [
        skippable,
        zstd(Buffer.from('abc')),
        packed,
        skippable,
        zstd(Buffer.alloc(0)),
      ];
      const whole = Buffer.concat([...frames, zstd(Buffer.from('end'), '--no-check')]);
      const expected = Buffer.concat([Buffer.from('abc'), DATA, Buffer.from('end')]);
      expect((await unpackIt(whole, size)).equals(expected)).toBe(true);
    });

    it.each([['-1'], ['-19'], ['--ultra', '-22']])('unpacks level %s', async (...flags) => {
      expect((await unpackIt(zstd(DATA, ...flags))).equals(DATA)).toBe(true);
    });

    it('unpacks long runs of one byte without holding them', async () => {
      const zeros = zstd(Buffer.alloc(50_000_000));
      let lengthBytes = 0;
      const frames = splitFrames(pieces(zeros), 'layer');
      await unzstdInWasm(frames, (piece) => (lengthBytes += piece.length), 'layer');
      expect(lengthBytes).toBe(50_000_000);
    });

    it('refuses a frame that gives other than it says', async () => {
      const frame = Buffer.from(OVERFULL_FRAME, 'base64');
      await expect(unpackIt(Buffer.concat([frame, packed]), 7)).rejects.toThrow('is damaged');
    });

    it('refuses a frame with a wrong byte, or unpacks it to other bytes of the same number', async () => {
      const small = zstd(DATA.subarray(0, 1000), '--no-check');
      for (let at = 6; at < small.length; at += 1) {
        const bent = Buffer.from(small);
        bent[at] = (bent[at] ?? 0) ^ 0x41;
        const outcome = await unpackIt(bent).catch((error: unknown) => error);
        if (Buffer.isBuffer(outcome)) expect(outcome).toHaveLength(1000);
        else expect(outcome).toBeInstanceOf(ParseError);
      }
    });

    it('refuses streams that are cut off', async () => {
      const small = zstd(DATA.subarray(0, 3000));
      for (let length = 4; length < small.length; length += 9) {
        await expect(unpackIt(small.subarray(0, length))).rejects.toThrow('cut off');
      }
    });

    it('refuses bytes that are not a frame, large windows and dictionaries', async () => {
      const garbage = Buffer.concat([packed, Buffer.from('garbage')]);
      await expect(unpackIt(garbage)).rejects.toThrow('not a frame');
      const large = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (31 - 10) << 3, 1, 0, 0]);
      await expect(unpackIt(large)).rejects.toThrow('128 MiB');
      const trained = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 0, 7, 1, 0, 0]);
      await expect(unpackIt(trained)).rejects.toThrow('dictionary');
    });
  });
});

describe('decompress', () => {
  it('gives plain bytes as they are', async () => {
    expect((await unpack(DATA, 3)).equals(DATA)).toBe(true);
    expect(await unpack(Buffer.alloc(0))).toHaveLength(0);
  });

  it.each([
    ['gzip', gzipSync(DATA)],
    ['none', DATA],
  ])('lets through what the taker of %s throws and closes the input', async (_, packed) => {
    let isClosed = false;
    async function* input(): AsyncGenerator<Uint8Array> {
      try {
        yield* pieces(packed, 1000);
      } finally {
        isClosed = true;
      }
    }
    const failure = new Error('enough');
    const taking = decompress(
      input(),
      () => {
        throw failure;
      },
      'layer',
    );
    await expect(taking).rejects.toBe(failure);
    expect(isClosed).toBe(true);
  });

  it('lets through what the input throws', async () => {
    const failure = new Error('disk');
    async function* input(): AsyncGenerator<Uint8Array> {
      yield* pieces(gzipSync(DATA).subarray(0, 2000), 500);
      throw failure;
    }
    await expect(decompress(input(), () => undefined, 'layer')).rejects.toBe(failure);
  });

  it('only throws ParseError for random bytes behind any magic number', async () => {
    const magic = fc.constantFrom(
      Buffer.from([0x1f, 0x8b, 8]),
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
      gzipSync('x').subarray(0, 12),
      Buffer.from([0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 0]),
    );
    await fc.assert(
      fc.asyncProperty(magic, fc.uint8Array({ maxLength: 200 }), async (head, rest) => {
        try {
          await unpack(Buffer.concat([head, rest]), 50);
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
