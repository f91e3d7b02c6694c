import { describe, expect, it } from 'vitest';

import { isPartOfVersion, mostSpecificTag, newestOfMajor, readTagVersion } from './tag-version.ts';

describe('a tag', () => {
  it.each([
    ['v4', '', [4], ''],
    ['v4.2.1', '', [4, 2, 1], ''],
    ['4.2', '', [4, 2], ''],
    ['cli/v1.2.3', 'cli/', [1, 2, 3], ''],
    ['release-2024.10.1', 'release-', [2024, 10, 1], ''],
    ['@scope/name@1.2.3', '@scope/name@', [1, 2, 3], ''],
    ['v1.0.0-rc.1', '', [1, 0, 0], '-rc.1'],
    ['1.0.0rc1', '', [1, 0, 0], 'rc1'],
    ['3.12-slim', '', [3, 12], '-slim'],
  ])('%s is a version', (tag, prefix, numbers, suffix) => {
    expect(readTagVersion(tag)).toEqual({ tag, prefix, numbers, suffix });
  });

  it.each(['latest', 'main', '', 'v', 'x'.repeat(300)])('%s is none', (tag) => {
    expect(readTagVersion(tag)).toBeUndefined();
  });
});

describe('the most specific tag', () => {
  it.each([
    [['v4', 'v4.2', 'v4.2.1'], 'v4', 'v4.2.1'],
    [['v4.2.1', 'v4', 'latest'], 'v4', 'v4.2.1'],
    [['v4.2.1', 'v4.2.0'], 'v4', 'v4.2.1'],
    [['v4.2.1-rc.1', 'v4.2.1'], 'v4', 'v4.2.1'],
    [['v4.2.1-rc.1', 'v4'], 'v4', 'v4.2.1-rc.1'],
    [['cli/v1.2.3', 'v1'], 'v1', 'v1'],
    [['cli/v1', 'cli/v1.2.3', 'v9.9.9'], 'cli/v1', 'cli/v1.2.3'],
    [['latest', 'stable'], 'latest', 'latest'],
    [['v1.2.3.4', 'v1.2.3'], '', 'v1.2.3.4'],
    [[], 'v4', undefined],
  ])('of %j, like %s, is %s', (tags, like, expected) => {
    expect(mostSpecificTag(tags, like)).toBe(expected);
    expect(mostSpecificTag([...tags].reverse(), like)).toBe(expected);
  });
});

describe('the newest of a major version', () => {
  const tags = ['v4', 'v4.2.1', 'v4.10.0', 'v4.11.0-rc.1', 'v5.0.0', 'cli/v4.99.0', 'v3.9.9', 'v6'];
  it.each([
    ['v4.2.1', 'v4.10.0'],
    ['v4', 'v4.10.0'],
    ['v4.10.0', 'v4.10.0'],
    ['cli/v4.0.0', 'cli/v4.99.0'],
    ['v3', 'v3.9.9'],
    ['v6', 'v6'],
    ['v4.11.0-rc.1', undefined],
    ['v7', undefined],
    ['latest', undefined],
  ])('from %s is %s', (like, expected) => {
    expect(newestOfMajor(tags, like)).toBe(expected);
  });
});

it.each([
  ['v4', 'v4.2.1', true],
  ['v4.2', 'v4.2.1', true],
  ['4', 'v4.2.1', true],
  ['v4', 'v40.2.1', false],
  ['v4.2.1', 'v4.2.1', false],
  ['v4.2.2', 'v4.2.1', false],
  ['cli/v4', 'v4.2.1', false],
  ['main', 'v4.2.1', false],
])('%s is a part of %s: %s', (part, whole, expected) => {
  expect(isPartOfVersion(part, whole)).toBe(expected);
});
