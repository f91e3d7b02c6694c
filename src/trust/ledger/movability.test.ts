import { describe, expect, it } from 'vitest';

import { recordSightings, EMPTY_LEDGER, type LedgerKind, type LedgerRule } from './ledger.ts';
import { isFullVersion, matchesWildcard, matchingEntries, movabilityOf } from './movability.ts';

describe('a full version', () => {
  it.each([
    'v4.2.1',
    '1.2.3',
    'v1.2.3-rc.1',
    'v1.2.3+build.7',
    'cli/v1.2.3',
    'release-2024.10.1',
    '2.0.0.1',
    '1.2.3rc1',
    'foo@1.2.3',
    'v0.0.0',
  ])('is %s', (tag) => {
    expect(isFullVersion(tag)).toBe(true);
  });

  it.each([
    'v4',
    'v4.2',
    'main',
    'latest',
    'stable',
    'release/v1',
    'v1.x',
    'v1.2.x',
    '2024',
    '',
    'v1.2.3/x',
  ])('is not %s', (tag) => {
    expect(isFullVersion(tag)).toBe(false);
  });
});

const rule = (name: LedgerRule['rule'], kind: LedgerKind, match: string): LedgerRule => ({
  rule: name,
  kind,
  match,
  reason: 'as agreed',
});

describe('a reference may move', () => {
  it.each([
    ['a tag of an image', 'image', 'docker.io/library/debian:12', [], true],
    ['a full tag of an image', 'image', 'docker.io/library/python:3.12.1', [], true],
    ['a major tag of an action', 'action', 'actions/checkout@v4', [], true],
    ['a full tag of an action', 'action', 'actions/checkout@v4.2.1', [], false],
    ['a branch', 'git', 'https://example.com/a/b@main', [], true],
    ['a full tag of a repository', 'git', 'https://example.com/a/b@v1.2.3', [], false],
    ['a package', 'package', 'pkg:npm/lodash@4.17.21', [], false],
    ['a package with a short version', 'package', 'pkg:npm/a@1', [], false],
    [
      'a tag that a rule fixes',
      'image',
      'registry.example/app:1',
      [rule('immutable', 'image', 'registry.example/*')],
      false,
    ],
    [
      'a tag that a rule of another kind names',
      'image',
      'registry.example/app:1',
      [rule('immutable', 'git', 'registry.example/*')],
      true,
    ],
    [
      'a full tag that a rule lets move',
      'action',
      'acme/build@v1.0.0',
      [rule('may-move', 'action', 'acme/*')],
      true,
    ],
    [
      'what two rules name, the strict one behind',
      'action',
      'acme/build@v1',
      [rule('may-move', 'action', '*'), rule('immutable', 'action', 'acme/*')],
      false,
    ],
    [
      'what two rules name, the strict one in front',
      'action',
      'acme/build@v1',
      [rule('immutable', 'action', 'acme/*'), rule('may-move', 'action', '*')],
      false,
    ],
  ] as const)('where it is %s: %s %s', (...[, kind, ref, rules, expected]) => {
    expect(movabilityOf({ kind, ref }, rules).mayMove).toBe(expected);
  });
});

describe('a pattern', () => {
  it.each([
    ['abc', 'abc', true],
    ['abc', 'abcd', false],
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['a*c', 'ac', true],
    ['ab*bc', 'abc', false],
    ['a*b*c', 'a/b/c', true],
    ['a*b*c', 'acb', false],
    ['*', '', true],
    ['a.c', 'abc', false],
    ['**a', 'ba', true],
    ['a*x*x', 'axx', true],
    ['a*x*x', 'ax', false],
  ])('"%s" with "%s": %s', (pattern, text, expected) => {
    expect(matchesWildcard(pattern, text)).toBe(expected);
  });

  it('names entries with or without their kind', () => {
    const seen = { kind: 'image', digest: `sha256:${'a'.repeat(64)}`, from: 'x' } as const;
    const rows = ['r/a:1', 'r/a:2'].map((ref) => ({ ...seen, ref }));
    const ledger = recordSightings(EMPTY_LEDGER, rows, '2026-11-28T07:00:00Z');
    expect(matchingEntries('r/a:1', ledger)).toHaveLength(1);
    expect(matchingEntries('image r/a:1', ledger)).toHaveLength(1);
    expect(matchingEntries('r/a:*', ledger)).toHaveLength(2);
    expect(matchingEntries('r/a', ledger)).toHaveLength(0);
    expect(matchingEntries('git r/a:1', ledger)).toHaveLength(0);
  });
});
