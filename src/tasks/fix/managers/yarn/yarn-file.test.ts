import { describe, expect, it } from 'vitest';

import { assignRanges, plainRange, readYarnFile } from './yarn-file.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const CLASSIC = `# yarn lockfile v1


a@^1.0.0, a@~1.0.0:
  version "1.0.0"

a@^1.2.0:
  version "1.2.0"
`;

describe('ranges without the protocol', () => {
  it.each([
    ['npm:^1.0.0', '^1.0.0'],
    ['npm:1.x', '1.x'],
    ['npm:v1.0.0', 'v1.0.0'],
    ['npm:vue@^3.0.0', 'npm:vue@^3.0.0'],
    ['npm:xml2js@1.0.0', 'npm:xml2js@1.0.0'],
    ['npm:@s/a@1.0.0', 'npm:@s/a@1.0.0'],
    ['^1.0.0', '^1.0.0'],
  ])('%s', (range, plain) => {
    expect(plainRange(range)).toBe(plain);
  });
});

describe('ranges of an old version', () => {
  const now = readYarnFile(
    bytes(CLASSIC.replace('a@^1.2.0:', '"assay-fix-0@npm:a@1.2.0", a@^1.2.0:')),
  );
  const move = { name: 'a', from: '1.0.0', to: '1.2.0', level: 'minor', rank: 0 } as const;

  it('belong to the new one where they accept it', () => {
    const text = assignRanges(readYarnFile(bytes(CLASSIC)), now, [move], new Set());
    const versions = readYarnFile(bytes(text)).packages.map(
      ({ version, entry }) => `${version} ${[...entry.specs].sort().join(' ')}`,
    );
    expect(versions).toEqual(['1.0.0 a@~1.0.0', '1.2.0 a@^1.0.0 a@^1.2.0 assay-fix-0@npm:a@1.2.0']);
  });

  it('all belong to it if an override replaces them', () => {
    const text = assignRanges(readYarnFile(bytes(CLASSIC)), now, [move], new Set(['a']));
    const versions = readYarnFile(bytes(text)).packages.map(({ version }) => version);
    expect(versions).toEqual(['1.2.0']);
  });
});
