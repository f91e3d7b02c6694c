import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import { AssayError, ParseError } from '../../../core/base/errors.ts';
import type { SeekableBody, LayerEntry } from '../../../core/model/artifact/artifact.ts';
import {
  createUnpackBudgets,
  createLayerTarReader,
  seekLayerTar,
  type LayerTarCounts,
} from './layer-tar.ts';
import { writeTar, type TarMember } from './tar-writer.ts';

const LIMITS = { maxEntries: 1000, maxUnpackedBytes: 10_000_000 };

/** Entries without their owners, which are root wherever nothing else is said. */
function read(
  archive: Uint8Array,
  limits = LIMITS,
): { entries: LayerEntry[]; bodies: string[]; counts: LayerTarCounts } {
  const entries: LayerEntry[] = [];
  const bodies: string[] = [];
  const reader = createLayerTarReader(
    (entry) => {
      entries.push(withoutOwner(entry));
      if (entry.type !== 'file') return undefined;
      let text = '';
      return {
        write: (piece) => (text += Buffer.from(piece).toString()),
        end: () => bodies.push(text),
      };
    },
    { layerName: 'layer 1', budget: createUnpackBudgets(limits, 'app.tar')(0) },
  );
  reader.write(archive);
  return { counts: reader.end(), entries, bodies };
}

function withoutOwner(entry: LayerEntry): LayerEntry {
  if (entry.type !== 'file' && entry.type !== 'directory') return entry;
  const { uid, gid, ...rest } = entry;
  expect([uid, gid]).toEqual([0, 0]);
  return rest;
}

function entriesOf(...members: TarMember[]): LayerEntry[] {
  return read(writeTar(members)).entries;
}

describe('createLayerTarReader', () => {
  it('gives files, folders and links with absolute paths', () => {
    const { entries, bodies, counts } = read(
      writeTar([
        { path: './', type: 'directory' },
        { path: './usr/bin/tool', body: 'x', mode: 0o4755 },
        { path: 'etc', type: 'directory', mode: 0o700 },
        { path: 'lib', type: 'symlink', target: '../../usr/lib' },
        { path: 'usr/bin/same', type: 'hardlink', target: './usr/../usr/bin/tool' },
      ]),
    );
    expect(entries).toEqual([
      { type: 'directory', path: '/', mode: 0o755 },
      { type: 'file', path: '/usr/bin/tool', mode: 0o4755, sizeBytes: 1 },
      { type: 'directory', path: '/etc', mode: 0o700 },
      { type: 'symlink', path: '/lib', target: '../../usr/lib' },
      { type: 'hardlink', path: '/usr/bin/same', target: '/usr/bin/tool' },
    ]);
    expect(bodies).toEqual(['x']);
    expect(counts).toEqual({ entryCount: 5, deviceCount: 0 });
  });

  it('recognises whiteouts and opaque folders', () => {
    expect(
      entriesOf(
        { path: 'usr/.wh.old' },
        { path: 'usr/share/.wh..wh..opq' },
        { path: '.wh..wh..opq' },
        { path: '.wh.rooted' },
        { path: 'a.wh.b' },
        { path: 'x/.wh.dir/file' },
        { path: 'x/.wh..wh.odd' },
      ),
    ).toEqual([
      { type: 'whiteout', path: '/usr/old' },
      { type: 'opaque', path: '/usr/share' },
      { type: 'opaque', path: '/' },
      { type: 'whiteout', path: '/rooted' },
      { type: 'file', path: '/a.wh.b', mode: 0o644, sizeBytes: 0 },
      { type: 'file', path: '/x/.wh.dir/file', mode: 0o644, sizeBytes: 0 },
      { type: 'whiteout', path: '/x/.wh.odd' },
    ]);
  });

  it('passes over the bookkeeping of AUFS', () => {
    expect(
      entriesOf(
        { path: '.wh..wh.plnk', type: 'directory' },
        { path: '.wh..wh.plnk/1.2', type: 'symlink', target: 'x' },
        { path: '.wh..wh.aufs', body: 'x' },
      ),
    ).toEqual([]);
  });

  it('gives the bodies that AUFS keeps for hard links', () => {
    const { entries, bodies } = read(
      writeTar([
        { path: '.wh..wh.plnk/1.2', body: 'x' },
        { path: 'a', type: 'hardlink', target: '.wh..wh.plnk/1.2' },
      ]),
    );
    expect(entries).toEqual([
      { type: 'file', path: '/.wh..wh.plnk/1.2', mode: 0o644, sizeBytes: 1 },
      { type: 'hardlink', path: '/a', target: '/.wh..wh.plnk/1.2' },
    ]);
    expect(bodies).toEqual(['x']);
  });

  it.each(['.wh.', 'usr/.wh..', 'usr/.wh...'])('refuses the whiteout %s', (path) => {
    expect(() => entriesOf({ path })).toThrow('whiteout of nothing');
  });

  it.each(['..', './', 'a/..', '/'])('refuses a file in place of the root: %s', (path) => {
    expect(() => entriesOf({ path, type: 'symlink', target: '/etc' })).toThrow(ParseError);
  });

  it('counts devices, which have no bodies to read', () => {
    const archive = Buffer.from(writeTar([{ path: 'dev' }, { path: 'a' }]));
    retype(archive, 0, '3');
    const { entries, counts } = read(archive);
    expect(entries).toEqual([
      { type: 'special', path: '/dev', what: 'a device' },
      { type: 'file', path: '/a', mode: 0o644, sizeBytes: 0 },
    ]);
    expect(counts).toEqual({ entryCount: 2, deviceCount: 1 });
  });

  it.each(['Z', 'A', 'I', 'M', 'N', 'V', 'X', '8', ' '])(
    'refuses a member of the type %j, as Podman, Buildah and umoci do',
    (type) => {
      const archive = Buffer.from(writeTar([{ path: 'a' }, { path: 'etc/odd', body: 'body' }]));
      retype(archive, 512, type);
      expect(() => read(archive)).toThrow('"/etc/odd" is a tar member of a type that no runtime');
    },
  );

  it.each(['7', 'D', 'S'])('reads a member of the type %s, which has one meaning', (type) => {
    const archive = Buffer.from(writeTar([{ path: 'a' }, { path: 'b' }]));
    retype(archive, 0, type);
    expect(read(archive).counts.entryCount).toBe(2);
  });

  it('takes a whiteout for one whatever its type, as runtimes do', () => {
    const archive = Buffer.from(writeTar([{ path: 'etc/.wh.odd' }]));
    retype(archive, 0, 'Z');
    expect(read(archive).entries).toEqual([{ type: 'whiteout', path: '/etc/odd' }]);
  });

  it('refuses what is not a tar', () => {
    expect(() => read(Buffer.alloc(1024, 'x'))).toThrow(ParseError);
  });

  it('keeps every path and hard link below the root', () => {
    const path = fc
      .array(fc.constantFrom('..', '.', '', 'a', '.wh.b', '...', '..a'), { maxLength: 6 })
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(path, path, (name, target) => {
        let entries: LayerEntry[] = [];
        try {
          entries = entriesOf({ path: `${name}/x`, type: 'hardlink', target });
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
        for (const entry of entries) {
          expectNormal(entry.path);
          if (entry.type === 'hardlink') expectNormal(entry.target);
        }
      }),
    );
  });
});

describe('limits', () => {
  it('bounds the entries of all layers together', () => {
    const layers = createUnpackBudgets({ ...LIMITS, maxEntries: 3 }, 'app.tar');
    const first = layers(0);
    first.addEntry();
    first.addEntry();
    const second = layers(1);
    second.addEntry();
    expect(() => {
      second.addEntry();
    }).toThrow('"app.tar" has more than 3 entries');
  });

  it('counts a layer that is walked again once', () => {
    const layers = createUnpackBudgets({ ...LIMITS, maxUnpackedBytes: 10 }, 'app.tar');
    for (let turn = 0; turn < 5; turn++) layers(0).addBytes(10);
    expect(() => {
      layers(1).addBytes(1);
    }).toThrow(AssayError);
  });

  it('counts unpacked bytes', () => {
    const archive = writeTar([{ path: 'a', body: Buffer.alloc(5000) }]);
    expect(() => read(archive, { ...LIMITS, maxUnpackedBytes: 4000 })).toThrow('4000 bytes');
  });
});

function expectNormal(path: string): void {
  expect(path).toMatch(/^\/(?:[^/]+(?:\/[^/]+)*)?$/);
  expect(path.split('/')).not.toContain('..');
  expect(path.split('/')).not.toContain('.');
}

describe('owners', () => {
  /** The owner of the only file of an archive whose header has these fields. */
  function ownerOf(uid: string, gid: string): readonly unknown[] {
    const archive = Buffer.from(writeTar([{ path: 'x', body: 'x' }]));
    archive.write(uid.padEnd(8, '\0'), 108, 'latin1');
    archive.write(gid.padEnd(8, '\0'), 116, 'latin1');
    archive.fill(0x20, 148, 156);
    const sum = archive.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    let owner: readonly unknown[] = [];
    const reader = createLayerTarReader(
      (entry) => {
        if (entry.type === 'file') owner = [entry.uid, entry.gid];
        return undefined;
      },
      { layerName: 'layer 1', budget: createUnpackBudgets(LIMITS, 'app.tar')(0) },
    );
    reader.write(archive);
    reader.end();
    return owner;
  }

  it.each([
    ['octal numbers', '0001750', '0000052', [1000, 42]],
    ['base-256 numbers', '\x80\0\0\0\0\x0f\x42\x40', '\x80\0\0\0\0\0\0\x01', [1_000_000, 1]],
    ['empty fields', '', '', [0, 0]],
    ['fields that are not numbers', 'root', '0000000', [undefined, 0]],
  ])('%s', (_name, uid, gid, expected) => {
    expect(ownerOf(uid, gid)).toEqual(expected);
  });
});

function retype(archive: Buffer, at: number, type: string): void {
  const sum = parseInt(archive.toString('latin1', at + 148, at + 154), 8);
  const change = type.charCodeAt(0) - (archive[at + 156] ?? 0);
  archive.write(type, at + 156, 'latin1');
  archive.write((sum + change).toString(8).padStart(6, '0'), at + 148, 'latin1');
}

describe('seekLayerTar', () => {
  /**
   * What it reads of the archive, and what the bodies are; `isPlaced`: they are taken where they
   * lie.
   */
  function seek(
    archive: Uint8Array,
    isWanted: (path: string) => boolean,
    isPlaced: boolean,
  ): { bodies: Record<string, string>; counts: LayerTarCounts; readBytes: number } {
    const bodies: Record<string, string> = {};
    let readBytes = 0;
    const tar = {
      sizeBytes: archive.length,
      isLasting: true,
      readAt: (into: Buffer, position: number): number => {
        const bytes = archive.subarray(position, position + into.length);
        into.set(bytes);
        readBytes += bytes.length;
        return bytes.length;
      },
    };
    const steps = seekLayerTar(
      tar,
      (entry) => {
        if (entry.type !== 'file' || !isWanted(entry.path)) return undefined;
        let text = '';
        return {
          write: (piece) => (text += Buffer.from(piece).toString()),
          end: () => (bodies[entry.path] = text),
          place: (body) => {
            if (!isPlaced) return false;
            bodies[entry.path] = Buffer.from(body.readAt(0, body.sizeBytes + 1)).toString();
            return true;
          },
        };
      },
      { layerName: 'layer 1', budget: createUnpackBudgets(LIMITS, 'app.tar')(0) },
    );
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return { bodies, counts: step.value, readBytes };
    }
  }

  const large = 'large '.repeat(100_000);
  const archive = writeTar([
    { path: 'a', body: 'first' },
    { path: 'skipped', body: large },
    { path: 'b', body: large.toUpperCase() },
    { path: 'empty', body: '' },
    { path: 'n'.repeat(300), body: 'long name' },
    { path: 'link', type: 'symlink', target: 'a' },
  ]);

  it.each([true, false])('gives what a reader of all bytes does (in place: %s)', (isPlaced) => {
    const found = seek(archive, (path) => path !== '/skipped', isPlaced);
    expect(found.bodies).toEqual({
      '/a': 'first',
      '/b': large.toUpperCase(),
      '/empty': '',
      [`/${'n'.repeat(300)}`]: 'long name',
    });
    expect(found.counts).toEqual(read(archive).counts);
  });

  it('reads nothing of what nobody wants', () => {
    expect(seek(archive, () => false, true).readBytes).toBeLessThan(5 * 16 * 1024);
  });

  it('refuses an archive that is cut off within a wanted body, and one that is too large', () => {
    const cut = archive.subarray(0, archive.length - 200_000);
    expect(() => seek(cut, (path) => path === '/b', true)).toThrow(ParseError);
    const budget = createUnpackBudgets({ ...LIMITS, maxUnpackedBytes: 1000 }, 'app.tar')(0);
    const tar = { sizeBytes: 2_000_000, isLasting: true, readAt: (into: Buffer) => into.length };
    const options = { layerName: 'layer 1', budget };
    expect(() => [...seekLayerTar(tar, () => undefined, options)]).toThrow();
  });
});

describe('a body that can be read once more', () => {
  const large = Buffer.alloc(1024 * 1024 + 7, 'large ');
  const archive = writeTar([
    { path: 'small', body: 'first' },
    { path: 'large', body: large },
    { path: 'after', body: 'last' },
  ]);

  it('is the same as the one that is written', () => {
    const bodies = new Map<string, SeekableBody>();
    const verify = vi.fn();
    const again = {
      sizeBytes: archive.length,
      readInto: (into: Uint8Array, at: number): number => {
        into.set(archive.subarray(at, at + into.length));
        return into.length;
      },
      verify,
    };
    const reader = createLayerTarReader(
      (entry) => ({
        again: (body) => void bodies.set(entry.path, body),
        write: () => undefined,
        end: () => undefined,
      }),
      { layerName: 'layer 1', budget: createUnpackBudgets(LIMITS, 'app.tar')(0), again },
    );
    reader.write(archive);
    reader.end();
    expect([...bodies.keys()]).toEqual(['/large']);
    const body = bodies.get('/large');
    const bytes = Buffer.alloc(large.length + 100);
    expect(body?.readInto(bytes, 0)).toBe(large.length);
    expect(bytes.subarray(0, large.length).equals(large)).toBe(true);
    expect(body?.readInto(bytes, 7)).toBe(large.length - 7);
    expect(body?.readInto(bytes, large.length)).toBe(0);
    expect(verify).not.toHaveBeenCalled();
    body?.verify();
    expect(verify).toHaveBeenCalledOnce();
  });
});
