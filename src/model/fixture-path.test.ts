import { describe, expect, it } from 'vitest';

import { isFixturePath } from './fixture-path.ts';

describe('isFixturePath', () => {
  it.each([
    ['/app/test/package.json', true],
    ['/app/__tests__/x/package.json', true],
    ['/app/Fixtures/package-lock.json', true],
    ['/app/spec/a/b', true],
    ['/app/latest/package.json', false],
    ['/app/src/test', false],
    ['/package.json', false],
  ])('%s: %s', (path, expected) => {
    expect(isFixturePath(path)).toBe(expected);
  });
});
