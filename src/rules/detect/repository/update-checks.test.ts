/**
 * Tools that propose updates, and policies. Expected results are those of the documentation of
 * Renovate and GitHub.
 */

import { describe, expect, it } from 'vitest';

import { notesOn, treeOf } from '../../../../test/support/detected.ts';
import type { Persona } from '../persona.ts';
import { CODE_OWNERS_PLACES, PROTECTION_DIRECTORIES, RENOVATE_PLACES } from './file-kinds.ts';
import { repository } from './repository.ts';
import { REPOSITORY_FILES } from './selected-files.ts';

function found(
  files: Readonly<Record<string, string>>,
  only: RegExp,
  persona: Persona = 'regular',
): readonly string[] {
  return repository
    .detect({ ...treeOf(files), settings: { repository: { persona } } })
    .filter(({ rule }) => only.test(rule))
    .map(
      ({ severity, message, location: { path, line } }) =>
        `${severity} ${path}:${line ?? 0} ${message}`,
    );
}

describe('Renovate', () => {
  const none = 'medium /renovate.json:1 Updates have no waiting time.';

  it.each<[string, object, readonly string[]]>([
    ['three days', { minimumReleaseAge: '3 days' }, []],
    ['a week', { minimumReleaseAge: '1 week' }, []],
    ['72 hours', { minimumReleaseAge: '72h' }, []],
    ['the old name', { stabilityDays: 3 }, []],
    [
      'a rule for all packages',
      { packageRules: [{ matchPackageNames: ['*'], minimumReleaseAge: '5 days' }] },
      [],
    ],
    ['nothing', {}, [none]],
    ['known presets', { extends: ['config:recommended', ':semanticCommits', 'group:all'] }, [none]],
    ['nothing, as it is zero', { minimumReleaseAge: '0 days' }, [none]],
    ['nothing, as it is null', { minimumReleaseAge: null }, [none]],
    [
      'a day',
      { minimumReleaseAge: '1 day' },
      ['medium /renovate.json:1 Updates wait less than 3 days.'],
    ],
    [
      'a minute',
      { minimumReleaseAge: '3 m' },
      ['medium /renovate.json:1 Updates wait less than 3 days.'],
    ],
    [
      'an odd value',
      { minimumReleaseAge: 'soon' },
      ['low /renovate.json:1 The waiting time "soon" is not understood.'],
    ],
    [
      'some packages',
      { packageRules: [{ matchDatasources: ['npm'], minimumReleaseAge: '7 days' }] },
      ['low /renovate.json:1 Updates wait for some packages only.'],
    ],
    [
      'a rule that undoes it',
      { minimumReleaseAge: '7 days', packageRules: [{ minimumReleaseAge: '0 days' }] },
      [none],
    ],
    [
      'a filter that does not filter',
      { minimumReleaseAge: '7 days', internalChecksFilter: 'none' },
      [
        'medium /renovate.json:1 With internalChecksFilter "none", updates are proposed before the waiting time has passed.',
      ],
    ],
    ['a preset that is not read', { extends: ['github>example/renovate'] }, []],
    ['no updates at all', { enabled: false }, []],
  ])('waits: %s', (_name, config, expected) => {
    expect(found({ '/renovate.json': JSON.stringify(config) }, /waiting/u)).toEqual(expected);
  });

  it.each<[string, object, string]>([
    [
      'a preset of an organization',
      { extends: ['local>x/y', 'config:recommended'] },
      'Whether updates wait is not known: it depends on the presets local>x/y.',
    ],
    [
      'a preset that waits for npm',
      { extends: ['security:minimumReleaseAgeNpm'] },
      'Whether updates wait is not known: it depends on the presets security:minimumReleaseAgeNpm.',
    ],
    [
      'a shorter time for some',
      {
        minimumReleaseAge: '7 days',
        packageRules: [{ matchManagers: ['npm'], minimumReleaseAge: '1 hour' }],
      },
      'Rules for some packages set the waiting time to 1 hour.',
    ],
  ])('tells the persona pedantic of %s', (_name, config, message) => {
    expect(found({ '/renovate.json': JSON.stringify(config) }, /waiting/u, 'pedantic')).toEqual([
      `low /renovate.json:1 ${message}`,
    ]);
  });

  it('is read in its first place, and as JSON5', () => {
    const json5 = "{\n  // why\n  extends: ['config:base'],\n  minimumReleaseAge: '1 day',\n}\n";
    const files = {
      '/.github/renovate.json5': json5,
      '/.renovaterc': '{"minimumReleaseAge": "7 days"}',
    };
    expect(found(files, /waiting/u)).toEqual([
      'medium /.github/renovate.json5:4 Updates wait less than 3 days.',
    ]);
    const inPackage = '{\n"name": "x",\n"renovate": {"extends": [":pinAll"]}}';
    expect(found({ '/package.json': inPackage }, /waiting/u)).toEqual([
      'medium /package.json:3 Updates have no waiting time.',
    ]);
  });

  it.each(['{', '['.repeat(10_000), '[]', `{"a": '`])(
    'a configuration that cannot be read is a gap: %#',
    (text) => {
      const tree = treeOf({ '/renovate.json': text, '/package-lock.json': '{}' });
      expect(notesOn(repository, tree)).toEqual([
        expect.objectContaining({ path: '/renovate.json', gap: 'unreadable' }),
      ]);
      expect(
        found({ '/renovate.json': text, '/package-lock.json': '' }, /update|waiting/u),
      ).toEqual([]);
    },
  );
});

describe('a repository without a tool for updates', () => {
  const message = 'There are no settings of Dependabot or Renovate.';
  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['has a lockfile', { '/a/Cargo.lock': '' }, [`low /a/Cargo.lock:1 ${message}`]],
    [
      'has a workflow',
      { '/.github/workflows/a.yml': '' },
      [`low /.github/workflows/a.yml:1 ${message}`],
    ],
    ['has neither', { '/README.md': '' }, []],
    ['has Dependabot after all', { '/go.sum': '', '/.github/dependabot.yaml': '' }, []],
    ['has Renovate in package.json', { '/yarn.lock': '', '/package.json': '{"renovate": {}}' }, []],
    ['has another one', { '/poetry.lock': '', '/.pyup.yml': '' }, []],
    ['has a lockfile of tests', { '/test/data/go.sum': '' }, []],
  ])('%s', (_name, files, expected) => {
    expect(found(files, /update-tool/u)).toEqual(expected);
  });
});

describe('a security policy', () => {
  const missing = 'There is no SECURITY.md in the root, in .github or in docs.';
  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['of an npm package', { '/package.json': '{"name": "a"}' }, [`low /package.json:1 ${missing}`]],
    ['of a private package', { '/package.json': '{"name": "a", "private": true}' }, []],
    [
      'of a Python project',
      { '/pyproject.toml': '[project]\nname = "a"\n' },
      [`low /pyproject.toml:1 ${missing}`],
    ],
    ['of settings of tools', { '/pyproject.toml': '[tool.black]\n' }, []],
    ['of a broken manifest', { '/package.json': '{' }, []],
    ['in docs', { '/package.json': '{"name": "a"}', '/docs/security.md': 'a@b.org' }, []],
  ])('%s', (_name, files, expected) => {
    expect(found(files, /no-security/u)).toEqual(expected);
  });

  it('is asked of other repositories for the persona pedantic', () => {
    const files = { '/.github/workflows/a.yml': '' };
    expect(found(files, /no-security/u)).toEqual([]);
    expect(found(files, /no-security/u, 'pedantic')).toHaveLength(1);
  });

  it.each<[string, boolean]>([
    ['Write to security@example.org.', true],
    ['See <https://example.org/report>.', true],
    ['Use the security advisory form of the repository.', true],
    [
      '# Security Policy\n\n## Reporting a Vulnerability\n\nUse this section to tell people how to report a vulnerability.',
      false,
    ],
    ['', false],
  ])('has an address: %s', (text, expected) => {
    expect(found({ '/SECURITY.md': text }, /contact/u).length === 0).toBe(expected);
  });
});

it('all places are selected', () => {
  const selected = new Set(REPOSITORY_FILES.paths);
  const places = [...CODE_OWNERS_PLACES.github, ...CODE_OWNERS_PLACES.gitlab, ...RENOVATE_PLACES];
  expect([...places, ...PROTECTION_DIRECTORIES].filter((one) => !selected.has(one))).toEqual([]);
});

it('reads a manifest and a policy of white space in no time', () => {
  const space = ' \n\t'.repeat(300_000);
  expect(
    found({ '/pyproject.toml': space, '/SECURITY.md': `security ${space}` }, /policy/u),
  ).toEqual(['low /SECURITY.md:1 The policy names no address and no page for reports.']);
});
