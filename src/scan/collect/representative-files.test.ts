import { describe, expect, it } from 'vitest';

import { createRepresentativeLookup } from './representative-files.ts';

const ROWS = [{ id: 'nix/store-path', firstIn: '/nix/store/' }];

describe('the first files of a store', () => {
  it.each([
    ['each part of a folder once', ['/a-1/bin/x', '/a-1/bin/y', '/a-1/share/z/x'], [0, 2]],
    ['each folder', ['/a-1/share/x', '/a-2/share/x'], [0, 1]],
    ['a file directly in its folder', ['/a-1/x', '/a-1/y'], [0]],
    ['no file beside the folders', ['/a-1.tar.gz', '/a.drv'], []],
  ])('are wanted: %s', (_, names, expected) => {
    const wants = createRepresentativeLookup(ROWS);
    const wanted = names.map((name) => wants(`/nix/store${name}`).length > 0);
    expect(wanted.flatMap((is, index) => (is ? [index] : []))).toEqual(expected);
  });

  it('are known wherever the store lies, and nowhere else', () => {
    const wants = createRepresentativeLookup(ROWS);
    expect(wants('/mnt/nix/store/a-1/bin/x')).toEqual(['nix/store-path']);
    expect(wants('/usr/bin/x')).toEqual([]);
    expect(wants('/nix/store')).toEqual([]);
    expect(createRepresentativeLookup([])('/nix/store/a-1/bin/x')).toEqual([]);
  });

  it('begins anew with each layer', () => {
    const [one, other] = [createRepresentativeLookup(ROWS), createRepresentativeLookup(ROWS)];
    expect([one('/nix/store/a/b/c'), other('/nix/store/a/b/c')]).toEqual([
      ['nix/store-path'],
      ['nix/store-path'],
    ]);
  });
});
