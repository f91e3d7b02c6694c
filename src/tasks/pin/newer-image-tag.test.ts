import { describe, expect, it } from 'vitest';

import { newerImageTag } from './newer-image-tag.ts';

describe('the newer tag of an image', () => {
  it.each<[name: string, tag: string, tags: readonly string[], newer: string | undefined]>([
    ['a patch', '1.27.0', ['1.27.0', '1.27.3', '1.27.2'], '1.27.3'],
    ['a minor version before a patch', '1.27.0', ['1.27.9', '1.29.1', '1.28.4'], '1.29.1'],
    ['never another major version', '1.27.0', ['2.0.0', '1.27.1'], '1.27.1'],
    ['never an older version', '1.27.3', ['1.27.2', '1.26.9'], undefined],
    ['numbers are compared as numbers', '3.9.9', ['3.10.0', '3.9.10'], '3.10.0'],
    ['the same variant', '1.2.0-alpine', ['1.2.1', '1.2.1-alpine', '1.3.0-slim'], '1.2.1-alpine'],
    ['no prerelease', '1.2.0', ['1.3.0-rc1', '1.2.1-beta'], undefined],
    ['the same platform', '1.2.0-arm64', ['1.2.1', '1.2.1-arm64'], '1.2.1-arm64'],
    ['the same letter in front', 'v1.2.0', ['1.3.0', 'v1.2.1'], 'v1.2.1'],
    ['two numbers are moved by publishers', '3.12', ['3.13', '3.12.1'], undefined],
    ['one number', '12', ['13', '12.1.1'], undefined],
    ['no version', 'latest', ['1.2.3'], undefined],
    ['a signature is no version', '1.2.3', [`sha256-${'0'.repeat(64)}.sig`], undefined],
    ['no tags', '1.2.3', [], undefined],
  ])('%s', (_, tag, tags, newer) => {
    expect(newerImageTag(tag, tags)).toBe(newer);
  });

  it('leaves out tags that are too young', () => {
    const tags = ['1.2.1', '1.3.0', '1.4.0'];
    expect(newerImageTag('1.2.0', tags, ['1.4.0'])).toBe('1.3.0');
    expect(newerImageTag('1.2.0', tags, ['1.4.0', '1.3.0', '1.2.1'])).toBeUndefined();
  });
});
