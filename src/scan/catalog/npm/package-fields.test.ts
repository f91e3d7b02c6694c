import { describe, expect, it } from 'vitest';

import { readDependencies } from './package-fields.ts';

describe('readDependencies', () => {
  it('names what several fields name once, in their order', () => {
    const pkg = { dependencies: { b: '1', a: '1' }, optionalDependencies: { a: '1', c: '1' } };
    expect(readDependencies(pkg, ['dependencies', 'optionalDependencies'])).toEqual([
      'b',
      'a',
      'c',
    ]);
    expect(readDependencies({ dependencies: 'x' }, ['dependencies'])).toEqual([]);
    expect(readDependencies(undefined, ['dependencies'])).toEqual([]);
  });
});
