import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { startCpuClock } from '../../../../test/support/cpu-time.ts';
import { chooseSiblings, newerTags } from './siblings.ts';
import { compareTagVersions, parseTag } from './tag-grammar.ts';

/** Tags in the forms of Docker's official images and of common build systems, mixed. */
const TAGS = readFileSync(new URL('./testdata/siblings/tags.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');

describe('parseTag', () => {
  it.each<[string, string, string]>([
    ['3.12', 'release', '3.12'],
    ['v1.2.3', 'release', '1.2.3'],
    ['3.12.4-slim-bookworm', 'release', '3.12.4 bookworm slim'],
    ['17.0.2_8-jre-alpine3.20', 'release', '17.0.2_8 alpine3.20 jre'],
    ['8.3-fpm-alpine', 'release', '8.3 alpine fpm'],
    ['1.2.0-debian-12-r3', 'release', '1.2.0_3 debian12'],
    ['9.4-1123', 'release', '9.4_1123'],
    ['8.0-alpine3.20-arm64v8', 'release', '8.0 alpine3.20 arm64v8'],
    ['3.12-nanoserver-1809', 'release', '3.12 nanoserver 1809'],
    ['8.0-windowsservercore-ltsc2022', 'release', '8.0 windowsservercore ltsc2022'],
    ['3.13.0rc1', 'prerelease', '3.13.0'],
    ['17beta1', 'prerelease', '17'],
    ['1.2.0-rc.1', 'prerelease', '1.2.0'],
    ['9.0-preview-noble', 'prerelease', '9.0 noble'],
    ['1.0.0-SNAPSHOT', 'prerelease', '1.0.0'],
    ['nightly', 'prerelease', ''],
    ['20240612', 'dated', '20240612'],
    ['2024-06-12', 'dated', '2024-06-12'],
    ['bookworm-20240612-slim', 'dated', '20240612 bookworm slim'],
    ['3.12-2024.06.12', 'dated', '3.12 2024.06.12'],
    ['latest', 'floating', ''],
    ['lts-slim', 'floating', 'lts slim'],
    ['bookworm-slim', 'floating', 'bookworm slim'],
    ['latest-arm64', 'floating', 'arm64'],
    [`sha256-${'ab'.repeat(32)}.sig`, 'signature', ''],
    [`sha256-${'ab'.repeat(32)}`, 'signature', ''],
    ['sha-4f2c9ab', 'build', ''],
    ['4f2c9ab', 'build', ''],
    ['main', 'build', ''],
    ['pr-12', 'build', ''],
    ['feature-x', 'other', 'feature x'],
    ['_', 'other', '_'],
  ])('%s is %s', (tag, kind, parts) => {
    const one = parseTag(tag);
    const version = one.version.join('.') + (one.build === 0 ? '' : `_${one.build}`);
    const words = [
      version,
      ...one.dates,
      ...one.channels,
      ...one.distributions,
      ...one.sizes,
      ...one.flavors,
      ...one.platforms,
    ];
    expect([one.kind, words.filter(Boolean).join(' ')]).toEqual([kind, parts]);
  });

  it('orders versions by their numbers', () => {
    const sorted = ['3.9', '3.12', '3.12.10', '3.12.9', '3', '10', '1.2_3', '1.2_12'];
    const versions = sorted.map(parseTag).sort(compareTagVersions);
    expect(versions.map(({ tag }) => tag)).toEqual([
      '1.2_3',
      '1.2_12',
      '3',
      '3.9',
      '3.12',
      '3.12.9',
      '3.12.10',
      '10',
    ]);
  });

  it('reads hostile texts in linear time', () => {
    for (const part of ['1.', '-', 'a-', '20240612-', 'rc', '1_']) {
      const cpuMs = startCpuClock();
      parseTag(part.repeat(20_000));
      expect(cpuMs()).toBeLessThan(1000);
    }
  });
});

describe('chooseSiblings of 300 mixed tags', () => {
  const golden = JSON.parse(
    readFileSync(new URL('./testdata/siblings/choices.json', import.meta.url), 'utf8'),
  ) as Readonly<
    Record<
      string,
      {
        readonly candidates: readonly string[];
        readonly left: Readonly<Record<string, number>>;
        readonly newer: object;
      }
    >
  >;
  it('has 300 tags', () => {
    expect(new Set(TAGS).size).toBe(300);
  });

  it.each(Object.entries(golden))('of %s', (asked, expected) => {
    const { candidates, left } = chooseSiblings(asked, TAGS);
    expect(candidates.map(({ tag }) => tag)).toEqual(expected.candidates);
    expect(Object.fromEntries(left)).toEqual(expected.left);
    expect(newerTags(asked, TAGS)).toEqual(expected.newer);
    const count = [...left.values()].reduce((sum, one) => sum + one, 0);
    const isListed = TAGS.includes(asked) ? 0 : 1;
    expect(count + candidates.length - isListed).toBe(300);
  });
});

describe('chooseSiblings', () => {
  it.each<[string, string, readonly string[], readonly string[]]>([
    [
      'a tag with a word keeps it',
      '8.3-fpm',
      ['8.3', '8.3-fpm-alpine', '8.3-apache'],
      ['8.3-fpm-alpine'],
    ],
    [
      'a codename stands for a release',
      'bookworm',
      ['bookworm-slim', 'trixie', 'trixie-slim'],
      ['bookworm-slim'],
    ],
    ['a series that moves', 'lts', ['lts-slim', 'current-slim', 'slim'], ['lts-slim']],
    [
      'a patch in one form only',
      '3.12',
      ['3.12.1-slim', '3.12.10-slim', '3.12.9-slim'],
      ['3.12.10-slim'],
    ],
    ['a version with one number', '12', ['12-slim', '12.5-slim', '11-slim'], ['12-slim']],
    ['the own platform', '1-arm64', ['1-slim-arm64', '1-slim'], ['1-slim-arm64']],
    ['no other tags', '1', [], []],
    ['a repository with signatures alone', '1', [`sha256-${'0'.repeat(64)}.sig`], []],
  ])('%s', (_name, asked, tags, expected) => {
    const [own, ...others] = chooseSiblings(asked, tags).candidates.map(({ tag }) => tag);
    expect(own).toBe(asked);
    expect(others).toEqual(expected);
  });
});

describe('newerTags', () => {
  it.each<[string, readonly string[], object]>([
    [
      '3.12.3-slim',
      ['3.12.11-slim', '3.13.1-slim', '3.12.12', '4.0.0-slim', '3.12.99rc1-slim'],
      { patch: '3.12.11-slim', minor: '3.13.1-slim' },
    ],
    ['3.12', ['3.13', '3.12.9', '3.2'], { minor: '3.13' }],
    ['12', ['13'], {}],
    ['latest', ['3.13'], {}],
    ['v1.2.0', ['1.3.0', 'v1.2.1'], { patch: 'v1.2.1' }],
    ['1.2.3', ['1.2.3', '1.2.2'], {}],
    ['1.2.3-arm64', ['1.2.4', '1.2.4-arm64'], { patch: '1.2.4-arm64' }],
  ])('of %s', (asked, tags, expected) => {
    expect(newerTags(asked, tags)).toEqual(expected);
  });
});
