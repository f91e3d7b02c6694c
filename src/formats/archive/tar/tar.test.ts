import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { ftruncateSync, mkdirSync, mkdtempSync, openSync, closeSync } from 'node:fs';
import { linkSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AssayError, ParseError } from '../../../core/base/errors.ts';
import type { TarEntry } from './tar-entry.ts';
import { readTarHeaders } from './tar-seek.ts';
import { createTarReader, type TarOptions } from './tar.ts';
import { writeTar, type TarMember } from './tar-writer.ts';
import { missingAbility } from '../../../../test/support/abilities.ts';
import { needs } from '../../../../test/support/tools.ts';

interface ReadMember {
  readonly entry: TarEntry;
  readonly body: Buffer;
}

const OPTIONS: TarOptions = { archivePath: 'test.tar' };

/** Reads an archive in pieces of the given sizes, over and over; one piece when there are none. */
function readAll(
  archive: Uint8Array,
  sizes: readonly number[] = [],
  options = OPTIONS,
): ReadMember[] {
  const members: ReadMember[] = [];
  const reader = createTarReader(
    {
      entry(entry) {
        const pieces: Buffer[] = [];
        return {
          write: (piece) => pieces.push(Buffer.from(piece)),
          end: () => members.push({ entry, body: Buffer.concat(pieces) }),
        };
      },
    },
    options,
  );
  for (const piece of cut(archive, sizes)) reader.write(piece);
  reader.end();
  return members;
}

function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let start = 0;
  for (let turn = 0; start < bytes.length; turn++) {
    const size = sizes[turn % Math.max(1, sizes.length)] ?? bytes.length;
    // A copy that is wiped afterwards: nothing of a chunk may be kept.
    const piece = Uint8Array.from(bytes.subarray(start, start + size));
    yield piece;
    piece.fill(0xee);
    start += size;
  }
}

/** Replaces bytes of a header and makes its checksum fit again. */
function patched(archive: Uint8Array, headerAt: number, changes: Record<number, string>): Buffer {
  const bytes = Buffer.from(archive);
  for (const [offset, text] of Object.entries(changes)) {
    bytes.write(text, headerAt + Number(offset), 'latin1');
  }
  bytes.fill(0x20, headerAt + 148, headerAt + 156);
  let sum = 0;
  for (const byte of bytes.subarray(headerAt, headerAt + 512)) sum += byte;
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, headerAt + 148, 'latin1');
  return bytes;
}

/** An extended header of the given type in front of a member. */
function withExtended(type: string, body: Buffer | string, member: TarMember): Buffer {
  const extended = patched(writeTar([{ path: 'extended', body }]), 0, { 156: type });
  return Buffer.concat([extended.subarray(0, extended.length - 1024), writeTar([member])]);
}

function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const restBytes = Buffer.byteLength(rest);
  let length = restBytes + 1;
  while (String(length).length + restBytes !== length) length++;
  return String(length) + rest;
}

const SAMPLE: readonly TarMember[] = [
  { path: 'a', type: 'directory' },
  { path: 'a/file', body: 'hello', mode: 0o755, mtimeSeconds: 1_500_000_000 },
  { path: 'a/empty' },
  { path: 'a/link', type: 'symlink', target: '../somewhere' },
  { path: 'a/hard', type: 'hardlink', target: 'a/file' },
  { path: `${'deep/'.repeat(50)}Ω-${'long'.repeat(40)}`, body: Buffer.alloc(70_000, 7) },
  { path: 'exactly', body: Buffer.alloc(1024, 1) },
];

describe('createTarReader', () => {
  it('reads what the writer writes', () => {
    const members = readAll(writeTar(SAMPLE));
    expect(members.map(({ entry }) => entry.path)).toEqual(
      SAMPLE.map(({ path, type }) => (type === 'directory' ? `${path}/` : path)),
    );
    expect(members.map(({ entry }) => entry.type)).toEqual(SAMPLE.map((it) => it.type ?? 'file'));
    expect(members[1]?.entry).toMatchObject({
      sizeBytes: 5,
      mode: 0o755,
      mtimeSeconds: 1_500_000_000,
    });
    expect(members[3]?.entry.linkPath).toBe('../somewhere');
    expect(members[5]?.body.equals(Buffer.alloc(70_000, 7))).toBe(true);
  });

  it('gives the same members however the bytes are cut', () => {
    const archive = writeTar(SAMPLE);
    // Texts are compared faster than bytes.
    const read = (sizes: readonly number[]): readonly object[] =>
      readAll(archive, sizes).map(({ entry, body }) => ({ entry, body: body.toString('latin1') }));
    const whole = read([]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }), (sizes) => {
        expect(read(sizes)).toEqual(whole);
      }),
      { numRuns: 50 },
    );
    expect(read([1])).toEqual(whole);
  });

  it('reads what follows the header of an old folder as headers, as Go does', () => {
    const inner = writeTar([{ path: 'hidden', body: 'x' }]).subarray(0, 1024);
    const archive = patched(writeTar([{ path: 'folder/', body: inner }]), 0, { 156: '\0' });
    expect(readAll(archive).map(({ entry }) => [entry.path, entry.type, entry.sizeBytes])).toEqual([
      ['folder/', 'directory', 0],
      ['hidden', 'file', 1],
    ]);
  });

  it.each([
    ['text', 'var/lib/dpkg', 'var/lib/dpkg/status'],
    ['digits and text', '12 lib/dpkg', '12 lib/dpkg/status'],
    ['a time', '00000000012\0', 'status'],
    ['a time with spaces', ' 12 ', 'status'],
    ['a time and what follows its end', '12\0lib/x', 'status'],
    ['a base-256 time', '\x80\0\0\0\0\0\0\0\0\0\0\x01', 'status'],
    ['nothing', '', 'status'],
    ['bytes that are not ASCII', 'v\xe4r', 'status'],
  ])('takes %s in the place of GNU times as Go does', (_name, text, path) => {
    const archive = patched(writeTar([{ path: 'status' }]), 0, {
      257: 'ustar  \0',
      345: text.padEnd(155, '\0'),
    });
    expect(readAll(archive).map(({ entry }) => entry.path)).toEqual([path]);
  });

  it('round-trips any member', () => {
    const name = fc
      .string({ unit: fc.constantFrom('a', 'b', '/', '.', 'Ω', '🌟', ' '), minLength: 1 })
      .map((text) => `x${text}y`);
    const member = fc.record({
      path: fc.oneof(
        name,
        name.map((text) => text.repeat(30)),
      ),
      body: fc.uint8Array({ maxLength: 2000 }),
      mode: fc.integer({ min: 0, max: 0o7777 }),
    });
    fc.assert(
      fc.property(fc.array(member, { maxLength: 5 }), (members) => {
        const read = readAll(writeTar(members));
        expect(
          read.map(({ entry, body }) => ({
            path: entry.path,
            body: body.toString('latin1'),
            mode: entry.mode,
          })),
        ).toEqual(
          members.map((one) => ({ ...one, body: Buffer.from(one.body).toString('latin1') })),
        );
      }),
    );
  });

  it('only throws ParseError for archives that are cut off', () => {
    const archive = writeTar(SAMPLE);
    for (let length = 0; length < archive.length; length += 61) {
      try {
        readAll(archive.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
      }
    }
    expect(() => readAll(archive.subarray(0, 700))).toThrow('cut off');
    expect(() => readAll(archive.subarray(0, 1026))).toThrow('cut off');
  });

  it('only throws ParseError for archives with random bytes changed', () => {
    const archive = writeTar(SAMPLE);
    const change = fc.record({
      at: fc.nat({ max: archive.length - 1 }),
      to: fc.integer({ min: 0, max: 255 }),
      isFixed: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let bytes: Buffer = Buffer.from(archive);
        for (const { at, to, isFixed } of changes) {
          bytes[at] = to;
          if (isFixed) bytes = patched(bytes, at - (at % 512), {});
        }
        try {
          readAll(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('ends at two zero blocks and ignores what follows', () => {
    const archive = Buffer.concat([writeTar([{ path: 'a' }]), writeTar([{ path: 'b' }])]);
    expect(readAll(archive).map(({ entry }) => entry.path)).toEqual(['a']);
    const garbage = Buffer.concat([writeTar([{ path: 'a' }]), Buffer.from('garbage')]);
    expect(readAll(garbage)).toHaveLength(1);
  });

  it.each([
    ['a member', Buffer.from(writeTar([{ path: 'b' }]))],
    ['a member and its body', Buffer.from(writeTar([{ path: 'b', body: 'body' }]))],
    ['an empty name', Buffer.from(writeTar([{ path: 'b' }])).fill(0, 0, 1)],
    ['a long name', Buffer.from(writeTar([{ path: 'b'.repeat(300) }]))],
    ['a block that is not a header', Buffer.alloc(512, 'x')],
  ])('refuses %s behind one zero block, as Go does', (_name, second) => {
    const first = writeTar([{ path: 'a' }]);
    const archive = Buffer.concat([first.subarray(0, first.length - 512), second]);
    expect(() => readAll(archive)).toThrow('a member follows one zero block');
  });

  it('takes one zero block at the end of the bytes for the end', () => {
    const archive = writeTar([{ path: 'a' }]);
    expect(readAll(archive.subarray(0, archive.length - 512))).toHaveLength(1);
  });

  it('accepts an empty archive, a missing end mark and missing last padding', () => {
    expect(readAll(new Uint8Array(0))).toEqual([]);
    const archive = writeTar([{ path: 'a', body: 'hello' }]);
    expect(readAll(archive.subarray(0, 1024))).toHaveLength(1);
    expect(readAll(archive.subarray(0, 517))[0]?.body.toString()).toBe('hello');
  });

  it('reports a block that is not a header and goes on, or refuses where nobody listens', () => {
    const archive = Buffer.from(writeTar([{ path: 'a' }, { path: 'b' }]));
    archive[0] = 0x7a;
    const problems: string[] = [];
    const paths: string[] = [];
    const reader = createTarReader(
      {
        entry: (entry) => void paths.push(entry.path),
        problem: (reason) => problems.push(reason),
      },
      OPTIONS,
    );
    reader.write(archive);
    reader.end();
    expect(paths).toEqual(['b']);
    expect(problems).toEqual(['the header checksum does not fit']);
    expect(() => readAll(archive)).toThrow('the header checksum does not fit');
  });

  it.each([
    ['a negative base-256 size', { 124: '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xf0' }],
    ['a huge base-256 size', { 124: '\x80\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff' }],
    ['a size that is not a number', { 124: 'abcdefghijk\0' }],
  ])('refuses %s', (_, changes) => {
    const archive = patched(writeTar([{ path: 'a' }]), 0, changes);
    expect(() => readAll(archive)).toThrow('impossible size');
  });

  it('reads base-256 sizes', () => {
    const archive = patched(writeTar([{ path: 'a', body: 'hello' }]), 0, {
      124: '\x80\0\0\0\0\0\0\0\0\0\0\x05',
    });
    expect(readAll(archive)[0]?.body.toString()).toBe('hello');
  });

  it.each(['1', '2', '3', '4', '5', '6'])(
    'gives type %s no body, whatever its size says',
    (type) => {
      const archive = patched(writeTar([{ path: 'a' }, { path: 'b', body: 'b' }]), 0, {
        156: type,
        124: '00000001000\0',
      });
      const members = readAll(archive);
      expect(members.map(({ entry }) => entry.path)).toEqual(['a', 'b']);
      expect(members[0]?.entry.sizeBytes).toBe(0);
    },
  );

  it.each([
    ['\0', 'a/', '', 'directory'],
    ['0', 'a/', '', 'directory'],
    ['0', 'a/', 'body', 'file'],
    ['7', 'a', 'body', 'file'],
    ['Z', 'a', 'body', 'unknown'],
  ])('takes type %j of %s with body %j for a %s', (flag, path, body, expected) => {
    const archive = patched(writeTar([{ path, body }]), 0, { 156: flag });
    expect(readAll(archive)[0]?.entry.type).toBe(expected);
  });

  describe('extended headers', () => {
    const member = { path: 'short', body: 'body' };

    it.each<[string, string, string | Buffer, Partial<TarEntry>]>([
      ['a pax path', 'x', record('path', 'long/Ω  '), { path: 'long/Ω  ' }],
      ['the last of equal keys', 'x', record('path', 'a') + record('path', 'b'), { path: 'b' }],
      ['an empty value', 'x', record('path', ''), { path: 'short' }],
      ['a time with a fraction', 'x', record('mtime', '12.5'), { mtimeSeconds: 12.5 }],
      ['a GNU long name', 'L', 'long\0', { path: 'long' }],
      ['a GNU long name without NUL', 'L', 'long', { path: 'long' }],
      ['no global name', 'g', record('path', 'global'), { path: 'short' }],
      ['other global records', 'g', record('mtime', '7'), { mtimeSeconds: 7 }],
    ])('reads %s', (_, type, body, expected) => {
      const [read] = readAll(withExtended(type, body, member));
      expect(read?.entry).toMatchObject(expected);
      expect(read?.body.toString()).toBe('body');
    });

    it('can leave global headers aside', () => {
      const archive = withExtended('g', record('size', '1') + record('mtime', '7'), member);
      const [read] = readAll(archive, [], { ...OPTIONS, ignoreGlobalHeaders: true });
      expect(read?.entry).toMatchObject({ sizeBytes: 4, mtimeSeconds: 0 });
    });

    it('lets a size record count', () => {
      const archive = patched(withExtended('x', record('size', '4'), member), 1024, {
        124: '00000000000\0',
      });
      expect(readAll(archive)[0]?.body.toString()).toBe('body');
    });

    it.each([
      ['a record that is longer than the header', '99 path=x\n'],
      ['a record without key', '5 =x\n'],
      ['a record without newline', '9 path=xy'],
      ['a length that is not a number', 'x path=x\n'],
      ['a NUL in a path', record('path', 'a\0b')],
      ['a size that is not a number', record('size', '-1')],
      ['a size beyond all bounds', record('size', '99999999999999999999')],
    ])('refuses %s', (_, body) => {
      expect(() => readAll(withExtended('x', body, member))).toThrow(ParseError);
    });

    it('refuses headers above 1 MiB without collecting them', () => {
      const archive = patched(writeTar([{ path: 'x' }]), 0, { 156: 'x', 124: '07777777777\0' });
      expect(() => readAll(archive)).toThrow('larger than 1 MiB');
    });

    it('refuses an archive that ends after one', () => {
      const archive = withExtended('x', record('path', 'long'), member);
      expect(() => readAll(archive.subarray(0, 1024))).toThrow('cut off');
    });
  });

  describe('sparse members', () => {
    const version = record('GNU.sparse.major', '1') + record('GNU.sparse.minor', '0');
    const sized = version + record('GNU.sparse.name', 'real') + record('GNU.sparse.realsize', '10');

    it('fills the holes of the pax 1.0 form', () => {
      const body = Buffer.concat([
        Buffer.from('2\n2\n3\n8\n1\n'.padEnd(512, '\0')),
        Buffer.from('abcd'),
      ]);
      const [read] = readAll(withExtended('x', sized, { path: 'GNUSparseFile.0/real', body }), [7]);
      expect(read?.entry).toMatchObject({ path: 'real', sizeBytes: 10, storedBytes: 4 });
      expect(read?.body.toString('latin1')).toBe('\0\0abc\0\0\0d\0');
    });

    it('fills the holes of the pax 0.1 form', () => {
      const records =
        record('GNU.sparse.size', '6') +
        record('GNU.sparse.name', 'real') +
        record('GNU.sparse.map', '1,2,5,1');
      const [read] = readAll(withExtended('x', records, { path: 'fake', body: 'abc' }));
      expect(read?.entry).toMatchObject({ path: 'real', sizeBytes: 6 });
      expect(read?.body.toString('latin1')).toBe('\0ab\0\0c');
    });

    it('fills the holes of the pax 0.0 form', () => {
      const records =
        record('GNU.sparse.size', '4') +
        record('GNU.sparse.offset', '1') +
        record('GNU.sparse.numbytes', '2');
      const [read] = readAll(withExtended('x', records, { path: 'a', body: 'ab' }));
      expect(read?.body.toString('latin1')).toBe('\0ab\0');
    });

    it.each([
      ['spans out of order', '2\n5\n1\n2\n3\n'],
      ['a span beyond the end', '1\n9\n4\n'],
      ['a map that does not fit what is stored', '1\n0\n3\n'],
      ['a map that is not a number', 'x\n0\n3\n'],
      ['an endless first line', '1'.repeat(512)],
      ['a map that is cut off', '200\n0\n1\n'],
    ])('refuses %s', (_, map) => {
      const body = Buffer.concat([Buffer.from(map.padEnd(512, '\0')), Buffer.from('abcd')]);
      expect(() => readAll(withExtended('x', sized, { path: 'a', body }))).toThrow(ParseError);
    });
  });
});

describe('readTarHeaders', () => {
  async function seek(
    archive: Uint8Array,
  ): Promise<{ entries: readonly TarEntry[]; readBytes: number }> {
    let readBytes = 0;
    const { entries } = await readTarHeaders(
      (offset, length) => {
        readBytes += length;
        return Promise.resolve(archive.subarray(offset, offset + length));
      },
      archive.length,
      { ...OPTIONS, maxEntries: 100 },
    );
    return { entries, readBytes };
  }

  it('finds the same members without reading bodies', async () => {
    const archive = writeTar([
      ...SAMPLE,
      { path: 'big', body: Buffer.alloc(3_000_000) },
      { path: 'z' },
    ]);
    const { entries, readBytes } = await seek(archive);
    expect(entries).toEqual(readAll(archive).map(({ entry }) => entry));
    expect(readBytes).toBeLessThan(150_000);
    for (const entry of entries) {
      const start = archive.subarray(entry.bodyOffset, entry.bodyOffset + 1)[0];
      if (entry.path === 'exactly') expect(start).toBe(1);
    }
  });

  it('refuses an archive that is cut off', async () => {
    const archive = writeTar([{ path: 'big', body: Buffer.alloc(3_000_000) }]);
    await expect(seek(archive.subarray(0, 2_000_000))).rejects.toThrow('cut off');
  });

  it('stops at the bound of entries', async () => {
    const archive = writeTar(Array.from({ length: 101 }, (_, index) => ({ path: `f${index}` })));
    await expect(seek(archive)).rejects.toThrow(AssayError);
  });
});

const noGnuTar = missingAbility('tar/gnu');

describe.skipIf(noGnuTar !== undefined)(`against GNU tar${needs(noGnuTar)}`, () => {
  let folder = '';
  const files = ['plain', 'dir/inner', 'sparse', `dir/${'n'.repeat(90)}/${'m'.repeat(120)}`];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-tar-'));
    mkdirSync(join(folder, 'dir', 'n'.repeat(90)), { recursive: true });
    for (const name of files) writeFileSync(join(folder, name), `body of ${name}\n`.repeat(200));
    const sparse = openSync(join(folder, 'sparse'), 'w');
    ftruncateSync(sparse, 3_000_000);
    // More than four spans, so that the old form needs an extension block.
    for (let at = 0; at < 2_800_000; at += 100_000) writeSync(sparse, `data ${at}`, at);
    closeSync(sparse);
    symlinkSync('x'.repeat(150), join(folder, 'symlink'));
    linkSync(join(folder, 'plain'), join(folder, 'dir', 'hard'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const FORMS: [string, string[]][] = [
    ['gnu', ['--format=gnu']],
    ['oldgnu', ['--format=oldgnu']],
    ['pax', ['--format=pax']],
    ['ustar', ['--format=ustar']],
    ['v7', ['--format=v7']],
    ['gnu, sparse', ['--format=gnu', '--sparse']],
    ['pax 0.0, sparse', ['--format=pax', '--sparse', '--sparse-version=0.0']],
    ['pax 0.1, sparse', ['--format=pax', '--sparse', '--sparse-version=0.1']],
    ['pax 1.0, sparse', ['--format=pax', '--sparse', '--sparse-version=1.0']],
  ];

  it.each(FORMS)('reads the form %s as GNU tar does', (_, flags) => {
    const made = spawnSync('tar', ['-c', ...flags, '-C', folder, '.'], { maxBuffer: 1e9 });
    const members = readAll(made.stdout, [10_000]);
    const listed = execFileSync('tar', ['-t', '-f', '-', '--quoting-style=literal'], {
      input: made.stdout,
      encoding: 'utf8',
    });
    expect(members.map(({ entry }) => entry.path)).toEqual(listed.trimEnd().split('\n'));
    for (const { entry, body } of members) {
      if (entry.type !== 'file') continue;
      const expected = execFileSync('tar', ['-x', '-O', '-f', '-', entry.path], {
        input: made.stdout,
        maxBuffer: 1e9,
      });
      expect(entry.sizeBytes).toBe(expected.length);
      expect(sha256(body)).toBe(sha256(expected));
    }
  });

  it('writes what GNU tar reads', () => {
    const made = writeTar(SAMPLE);
    const listed = execFileSync('tar', ['-t', '-f', '-', '--quoting-style=literal'], {
      input: made,
      encoding: 'utf8',
    });
    expect(listed.trimEnd().split('\n')).toEqual(readAll(made).map(({ entry }) => entry.path));
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
