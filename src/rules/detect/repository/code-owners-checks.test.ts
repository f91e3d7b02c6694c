/**
 * Owners of the files of repositories. Expected results are those of the documentation of GitHub
 * and GitLab.
 */

import { describe, expect, it } from 'vitest';

import { notesOn, treeOf } from '../../../../test/support/detected.ts';
import type { TreeSubject } from '../detector.ts';
import type { Persona } from '../persona.ts';
import { repository } from './repository.ts';

const WORKFLOW = { '/.github/workflows/ci.yml': 'on: push\n' };
const PROJECT = { ...WORKFLOW, '/package.json': '{}', '/package-lock.json': '{}', '/a.js': '' };

/** The rules about owners that report something, with the line and the message. */
function found(
  files: Readonly<Record<string, string>> | TreeSubject,
  persona: Persona = 'regular',
): readonly string[] {
  const tree = 'paths' in files ? (files as TreeSubject) : treeOf(files);
  return repository
    .detect({ ...tree, settings: { repository: { persona } } })
    .filter(({ rule }) => /own/u.test(rule))
    .map(({ rule, location, message }) => `${rule.slice(11)}:${location.line ?? 0} ${message}`);
}

const github = (text: string, files = PROJECT): Record<string, string> => ({
  ...files,
  '/.github/CODEOWNERS': text,
});

describe('on GitHub', () => {
  it.each<[string, string, readonly string[]]>([
    ['one rule for all files', '* @a\n', []],
    [
      'a later rule without owners',
      '* @a\n/.github/workflows/\n',
      [
        'unowned-pipelines:2 Workflows, actions or settings of updates (.github/workflows/ci.yml) have no owner: line 2 names none.',
      ],
    ],
    ['a later rule with owners again', '* @a\n/.github/workflows/\n*.yml @b\n', []],
    [
      'a rule that is skipped',
      '* @a\n/.github/ @b @@c\n/src*\n',
      [
        'invalid-owner-rule:2 The line is not valid: "@@c" is no owner: owners are @user, @organization/team or an address.',
        'unmatched-owner-rule:3 The pattern /src* matches no file of the repository.',
      ],
    ],
    [
      'an empty file',
      '# nothing\n',
      [
        'unowned-pipelines:1 Workflows, actions or settings of updates (.github/workflows/ci.yml) have no owner.',
        'unowned-code-owners:1 The file itself has no owner.',
        'unowned-dependencies:1 Manifests or lockfiles (package-lock.json, package.json) have no owner.',
      ],
    ],
    [
      'only files directly in a directory',
      '/* @a\n/.github/* @a\n',
      [
        'unowned-pipelines:1 Workflows, actions or settings of updates (.github/workflows/ci.yml) have no owner.',
      ],
    ],
  ])('%s', (_name, text, expected) => {
    expect(found(github(text))).toEqual(expected);
  });

  it('the file in .github counts before the one in the root', () => {
    const files = { ...github('* @a\n'), '/CODEOWNERS': '/nothing @b\n' };
    expect(found(files, 'pedantic')).toEqual([
      'ignored-code-owners:1 The file does not count, because there is .github/CODEOWNERS.',
    ]);
  });

  it('files of tests need no owner', () => {
    const files = { '/test/fixtures/package.json': '{}', '/a.js': '' };
    expect(found({ ...files, '/CODEOWNERS': '/CODEOWNERS @a\n' })).toEqual([]);
  });

  it('a file of another place of GitLab does not count', () => {
    const files = { ...PROJECT, '/.gitlab/CODEOWNERS': '* @a\n' };
    expect(found(files, 'pedantic')).toEqual([
      'no-code-owners:1 No file CODEOWNERS assigns owners to any file.',
    ]);
  });
});

describe('on GitLab', () => {
  const gitlab = (text: string): Record<string, string> => ({
    ...{ '/.gitlab-ci.yml': 'a: {script: x}\n', '/Gemfile.lock': '', '/docs/a.md': '' },
    '/.gitlab/CODEOWNERS': text,
  });
  const dependencies =
    'unowned-dependencies:1 Manifests or lockfiles (Gemfile.lock) have no owner.';

  it.each<[string, string, readonly string[]]>([
    ['one rule', '* @a\n', []],
    ['default owners of a section', '[All] @a\n*\n', []],
    ['another section that takes nothing away', '* @a\n[Docs]\n*\n', []],
    [
      'a section with optional approval',
      '* @a\n!Gemfile.lock\n^[More] @b\n*\n',
      [
        'unowned-dependencies:2 Manifests or lockfiles (Gemfile.lock) have no owner: line 2 names none.',
      ],
    ],
    [
      'a directory without a slash',
      '/.gitlab* @a\n/.gitlab/ @a\n/docs @b\n',
      ['unmatched-owner-rule:3 The pattern /docs matches no file of the repository.', dependencies],
    ],
  ])('%s', (_name, text, expected) => {
    expect(found(gitlab(text))).toEqual(expected);
  });
});

describe('hostile files', () => {
  it('the root alone is judged', () => {
    expect(found({ ...treeOf(PROJECT), isRepositoryRoot: false }, 'auditor')).toEqual([]);
  });

  it('a thousand invalid lines are a hundred findings and a gap', () => {
    const text = `* @a\n${'!x @a\n'.repeat(1000)}`;
    expect(found(github(text))).toHaveLength(100);
    expect(notesOn(repository, treeOf(github(text)))).toEqual([
      {
        path: '/.github/CODEOWNERS',
        gap: 'limit',
        message: '900 more lines with the same fault are not listed',
      },
    ]);
  });

  it('patterns that take too many steps are a gap', () => {
    const hard = `/${'*a'.repeat(2000)}b @a\n`;
    const paths = Array.from({ length: 300 }, (_, at): [string, string] => [
      `/${'a'.repeat(4000)}${at}`,
      '',
    ]);
    const files = { ...Object.fromEntries(paths), '/.github/CODEOWNERS': hard.repeat(20) };
    const tree = treeOf(files);
    expect(notesOn(repository, tree)).toContainEqual(expect.objectContaining({ gap: 'limit' }));
  });

  it('ten thousand ** end at once', () => {
    expect(found(github(`* @a\n/${'**/'.repeat(2000)}ci.yml @b\n`))).toEqual([]);
    const [first] = found(github(`* @a\n/${'**/'.repeat(10_000)}ci.yml @b\n`));
    expect(first).toMatch(/more than 8192 characters/);
  });

  it('a file without content is a gap', () => {
    const tree = treeOf({ ...PROJECT, '/CODEOWNERS': '* @a' });
    const files = new Map([...tree.files].filter(([path]) => path !== '/CODEOWNERS'));
    expect(notesOn(repository, { ...tree, files })).toContainEqual(
      expect.objectContaining({ path: '/CODEOWNERS', gap: 'unread' }),
    );
  });

  it('files beyond the limit of names are a gap, and nothing is called missing', () => {
    const tree = { ...treeOf(PROJECT), unlistedCount: 5 };
    expect(found(tree, 'pedantic')).toEqual([]);
    expect(notesOn(repository, tree)).toEqual([
      { path: '/', gap: 'limit', message: '5 files are beyond the limit of what is listed' },
    ]);
  });
});
