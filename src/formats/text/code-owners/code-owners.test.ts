/**
 * Expected results are those of the documentation of GitHub and GitLab, and of gitignore where
 * GitHub refers to it.
 */

import { describe, expect, it } from 'vitest';

import {
  compileOwnerPattern,
  costOfMatch,
  matchesOwnerPattern,
  type CodeOwnersForge,
} from './code-owners-pattern.ts';
import { MAX_LINE_LENGTH, readCodeOwners } from './code-owners.ts';

const GITHUB: readonly (readonly [pattern: string, path: string, matches: boolean])[] = [
  ['*', 'a/b/c.txt', true],
  ['*.js', 'a.js', true],
  ['*.js', 'src/deep/a.js', true],
  ['*.js', 'src/a.jsx', false],
  ['/build/logs/', 'build/logs/x', true],
  ['/build/logs/', 'build/logs/deep/x', true],
  ['/build/logs/', 'sub/build/logs/x', false],
  ['/build/logs/', 'build/logs', false],
  ['docs/*', 'docs/getting-started.md', true],
  ['docs/*', 'docs/build-app/troubleshooting.md', false],
  ['docs/*', 'sub/docs/a.md', false],
  ['apps/', 'apps/x', true],
  ['apps/', 'deep/apps/x/y', true],
  ['apps/', 'apps', false],
  ['/docs/', 'docs/a/b', true],
  ['/docs/', 'sub/docs/a', false],
  ['/scripts/', 'scripts/a.sh', true],
  ['**/logs', 'build/logs/x', true],
  ['**/logs', 'deeply/nested/logs/x', true],
  ['**/logs', 'logs/x', true],
  ['**/logs', 'catalogs/x', false],
  ['/apps/github', 'apps/github/x', true],
  ['/apps/github', 'apps/github', true],
  ['/apps/github', 'apps/githubx', false],
  ['.github', '.github/workflows/ci.yml', true],
  ['/.github/workflows/*.yml', '.github/workflows/ci.yml', true],
  ['/.github/workflows/*.yml', '.github/workflows/ci.yaml', false],
  ['/.github/**', '.github/workflows/ci.yml', true],
  ['/.github/**', '.github', false],
  ['a/**/b', 'a/b', true],
  ['a/**/b', 'a/x/y/b', true],
  ['a/**/b', 'x/a/b', false],
  ['/*', 'README.md', true],
  ['/*', 'docs/README.md', false],
  ['/a?c', 'abc', true],
  ['/a?c', 'a/c', false],
  [String.raw`/with\ space/`, 'with space/x', true],
  ['package.json', 'sub/package.json', true],
  ['/package.json', 'sub/package.json', false],
  ['Package.json', 'package.json', false],
  ['/', 'a', false],
  ['**', 'a/b', true],
  ['docs/*/', 'docs/a/b', true],
  ['docs/*/', 'docs/a', false],
];

const GITLAB: typeof GITHUB = [
  ['*', 'a/b/c.txt', true],
  ['README.md', 'sub/README.md', true],
  ['/docs/', 'docs/a/b', true],
  ['/docs/*', 'docs/a', true],
  ['/docs/*', 'docs/a/b', false],
  ['/docs/**/*.md', 'docs/a.md', true],
  ['/docs/**/*.md', 'docs/a/b.md', true],
  ['internal/README.md', 'deep/internal/README.md', true],
  ['/docs', 'docs/a', false],
  ['lib/', 'deep/lib/a/b', true],
  [String.raw`\#file.rb`, '#file.rb', true],
  ['/v[0-9].txt', 'v1.txt', true],
  ['/v[!0-9].txt', 'v1.txt', false],
  ['', 'a', false],
];

describe.each([
  ['github', GITHUB],
  ['gitlab', GITLAB],
] as const)('patterns of %s', (forge, rows) => {
  it.each(rows)('%s and %s: %s', (pattern, path, expected) => {
    const compiled = compileOwnerPattern(pattern, forge);
    expect(matchesOwnerPattern(compiled, path)).toBe(expected);
    expect(matchesOwnerPattern(compiled, `/${path}`)).toBe(expected);
  });
});

it('gives the literal of patterns without wildcards', () => {
  const literal = (text: string): unknown => compileOwnerPattern(text, 'github').literal;
  expect(literal('/a/b.c')).toEqual({ path: 'a/b.c', isRooted: true });
  expect(literal('a/')).toEqual({ path: 'a', isRooted: false });
  expect(literal('**/a')).toBeUndefined();
  expect(literal('/a*')).toBeUndefined();
  expect(literal('a/**')).toBeUndefined();
});

it('takes a pattern of ten thousand ** in no time', () => {
  const pattern = compileOwnerPattern(`${'**/'.repeat(10_000)}x`, 'github');
  expect(pattern.parts).toHaveLength(2);
  expect(matchesOwnerPattern(pattern, `${'a/'.repeat(1000)}x`)).toBe(true);
  const stars = compileOwnerPattern(`${'*a'.repeat(2000)}b`, 'github');
  expect(matchesOwnerPattern(stars, 'a'.repeat(4000))).toBe(false);
  expect(costOfMatch(stars, 'a'.repeat(4000))).toBeGreaterThan(500_000);
  expect(costOfMatch(compileOwnerPattern('*.js', 'github'), 'src/a.js')).toBe(2);
});

describe('lines', () => {
  const ownersOf = (text: string, forge: CodeOwnersForge = 'github'): unknown =>
    readCodeOwners(text, forge).rules.map(({ pattern, owners, section }) => [
      pattern.source,
      owners,
      ...(section === '' ? [] : [section]),
    ]);

  it.each([
    ['comments and empty lines', '# a\n\n  \n* @a # later\n', [['*', ['@a']]]],
    [
      'several owners',
      '*.js\t@a @org/team\tdocs@example.com',
      [['*.js', ['@a', '@org/team', 'docs@example.com']]],
    ],
    ['no owners', '/apps/github', [['/apps/github', []]]],
    ['a comment in the place of owners', '/apps/github # none', [['/apps/github', []]]],
    ['an escaped space', String.raw`/a\ b/ @a`, [[String.raw`/a\ b/`, ['@a']]]],
    [
      'a byte order mark and CRLF',
      '\uFEFF/a @a\r\n/b @b\r\n',
      [
        ['/a', ['@a']],
        ['/b', ['@b']],
      ],
    ],
  ])('reads %s', (_name, text, expected) => {
    expect(ownersOf(text)).toEqual(expected);
  });

  it.each([
    ['!/a @a', 'pattern'],
    ['/[ab] @a', 'pattern'],
    [String.raw`\#a @a`, 'pattern'],
    ['***/*.rb @a', 'pattern'],
    ['*.txt docs@', 'owner'],
    ['* someone', 'owner'],
    ['* @a @org/', 'owner'],
    ['/my file @a', 'owner'],
    [`/${'a'.repeat(MAX_LINE_LENGTH)} @a`, 'length'],
  ])('does not take %s', (text, id) => {
    const { rules, problems } = readCodeOwners(`* @ok\n  ${text}\n`, 'github');
    expect(rules).toHaveLength(1);
    expect(problems).toEqual([expect.objectContaining({ id, line: 2, startColumn: 3 })]);
    expect(problems[0]?.text.length).toBeLessThanOrEqual(200);
  });

  it('reads sections of GitLab', () => {
    const text = [
      '* @all',
      '[Documentation][2] @docs @group/sub/team',
      'docs/',
      '/README.md @tech',
      '^[Optional]',
      '*.rb @@maintainer',
      '[documentation]',
      '!/docs/secret',
      '[ broken',
    ].join('\n');
    expect(ownersOf(text, 'gitlab')).toEqual([
      ['*', ['@all']],
      ['docs/', ['@docs', '@group/sub/team'], 'documentation'],
      ['/README.md', ['@tech'], 'documentation'],
      ['*.rb', ['@@maintainer'], 'optional'],
      ['/docs/secret', [], 'documentation'],
    ]);
    const { rules, problems } = readCodeOwners(text, 'gitlab');
    expect(rules[3]?.isOptional).toBe(true);
    expect(rules[4]?.isExclusion).toBe(true);
    expect(problems).toEqual([expect.objectContaining({ id: 'section', line: 9 })]);
  });

  it('keeps the valid owners of a line in GitLab', () => {
    const { rules, problems } = readCodeOwners('* @a nobody', 'gitlab');
    expect(rules[0]?.owners).toEqual(['@a']);
    expect(problems[0]?.id).toBe('owner');
  });
});
