import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashPath, PathHashBuilder, PathHashSet } from './path-hashes.ts';

function textOf(paths: readonly string[]): string | undefined {
  const hashes = new PathHashBuilder();
  for (const path of paths) hashes.add(path);
  return hashes.toText();
}

const setOf = (...paths: readonly string[]): PathHashSet =>
  PathHashSet.fromText(textOf(paths) ?? '');

const anyPath = fc
  .array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 5 })
  .map((names) => names.map((name) => `/${name.replaceAll('/', '_')}`).join(''));

describe('path hashes', () => {
  it('are those of FNV-1a', () => {
    // Test vectors of the specification: "a" is e40c292c, "foobar" is bf9cf968.
    const bytes = Buffer.from(textOf(['foobar', 'a', 'a']) ?? '', 'base64');
    expect(bytes.toString('hex')).toBe('68f99cbf2c290ce4');
  });

  it('go on from that of the folder above', () => {
    fc.assert(
      fc.property(anyPath, anyPath, (folder, below) => {
        expect(hashPath(below, hashPath(folder))).toBe(hashPath(folder + below));
        expect(setOf(folder + below).has(hashPath(folder + below))).toBe(true);
      }),
    );
  });

  it('of no paths are nothing', () => {
    expect(textOf([])).toBeUndefined();
    expect(PathHashSet.fromText('').mayHave('/a')).toBe(false);
  });

  it('know every path that was added, in any order and number', () => {
    fc.assert(
      fc.property(fc.array(anyPath), fc.array(anyPath), (some, others) => {
        const set = PathHashSet.union([setOf(...some), setOf(...others)]);
        for (const path of [...some, ...others]) {
          expect(set.mayHave(path)).toBe(true);
          expect(set.prefixesOf(path)).toContain(path);
        }
      }),
    );
  });

  it('find the folders above a path', () => {
    const set = setOf('/a', '/a/b/c', '/other', 'a');
    expect(set.prefixesOf('/a/b/c')).toEqual(['/a', '/a/b/c']);
    expect(set.prefixesOf('/a/b/cc/d')).toEqual(['/a']);
    expect(set.prefixesOf('/b')).toEqual([]);
  });

  it('of 40,000 files take less than 220 kB, and know hardly any other path', () => {
    const paths = Array.from(
      { length: 40_000 },
      (_, at) => `/srv/app/static/img-${String(at)}.png`,
    );
    const text = textOf(paths) ?? '';
    expect(text.length).toBeGreaterThan(210_000);
    expect(text.length).toBeLessThan(220_000);
    const set = PathHashSet.fromText(text);
    expect(paths.every((path) => set.mayHave(path))).toBe(true);
    const strange = Array.from({ length: 100_000 }, (_, at) => `/home/user/${String(at)}/README`);
    expect(strange.filter((path) => set.mayHave(path)).length).toBeLessThan(10);
  });
});
