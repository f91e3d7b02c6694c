import { describe, expect, it } from 'vitest';

import type { Artifact } from '../artifact/artifact.ts';
import { isUnresolvedFixture, type FixtureSubject } from './fixture-path.ts';

const PACKAGE: Omit<FixtureSubject, 'kind'> = { ecosystem: 'npm', presence: 'installed' };

describe('a fixture in a source tree', () => {
  it.each<[string, boolean]>([
    ['/app/test/package.json', true],
    ['/app/__tests__/x/package.json', true],
    ['/app/Fixtures/package-lock.json', true],
    ['/app/spec/a/b', true],
    ['/app/latest/package.json', false],
    ['/app/src/test', false],
    ['/package.json', false],
  ])('%s: %s', (path, expected) => {
    for (const kind of ['directory', 'repository', 'file'] as const) {
      expect(isUnresolvedFixture(path, { kind, ...PACKAGE })).toBe(expected);
    }
  });
});

describe('a fixture in an image', () => {
  type Case = [
    path: string,
    ecosystem: FixtureSubject['ecosystem'],
    presence: FixtureSubject['presence'],
    expected: boolean,
  ];
  it.each<Case>([
    // Below the own directory of an installed package.
    ['/app/node_modules/x/test/fixtures/package.json', 'npm', 'installed', true],
    ['/app/node_modules/@a/x/spec/package.json', 'npm', 'installed', true],
    ['/usr/lib/python3/dist-packages/x/tests/y.dist-info/METADATA', 'pypi', 'installed', true],
    ['/var/lib/gems/3.1.0/gems/x-1.2/spec/fixtures/a.gemspec', 'rubygems', 'installed', true],
    ['/srv/vendor/a/b/tests/installed.json', 'packagist', 'installed', true],
    ['/usr/lib/R/library/x/tests/testthat/DESCRIPTION', 'cran', 'installed', true],
    ['/app/node_modules/x/test/Cargo.lock', 'cargo', 'declared', true],
    ['/app/node_modules/x/test/library/package.json', 'npm', 'installed', true],
    // A name alone.
    ['/app/test/package.json', 'npm', 'installed', false],
    ['/test/app/node_modules/x/package.json', 'npm', 'installed', false],
    ['/srv/fixtures/package-lock.json', 'npm', 'declared', false],
    ['/app/node_modules/test/package.json', 'npm', 'installed', false],
    ['/app/node_modules/@test/x/package.json', 'npm', 'installed', false],
    ['/app/node_modules/x/lib/package.json', 'npm', 'installed', false],
    ['/usr/lib/python3/dist-packages/tests/METADATA', 'pypi', 'installed', false],
    ['/srv/gems/test/a.gemspec', 'rubygems', 'installed', false],
    // A package that is resolved from inside the test directory.
    ['/app/node_modules/x/test/node_modules/y/package.json', 'npm', 'installed', false],
    ['/srv/vendor/a/b/tests/vendor/composer/installed.json', 'packagist', 'installed', false],
    ['/opt/site-packages/x/tests/site-packages/y.dist-info/METADATA', 'pypi', 'installed', false],
    // A record of another package manager, which looks where it is pointed.
    ['/app/node_modules/x/test/var/lib/dpkg/status', 'debian', 'installed', false],
    ['/app/node_modules/x/test/y.dist-info/METADATA', 'pypi', 'installed', false],
    ['/app/node_modules/x/test/bin/server', 'go', 'embedded', false],
  ])('%s (%s, %s): %s', (path, ecosystem, presence, expected) => {
    for (const kind of ['image', 'rootfs'] as const) {
      const subject: FixtureSubject = { kind, presence, ...(ecosystem && { ecosystem }) };
      expect(isUnresolvedFixture(path, subject)).toBe(expected);
    }
  });

  it('that is looked up in a path of a hundred thousand directories', () => {
    const path = `/${'node_modules/test/'.repeat(50_000)}package.json`;
    expect(isUnresolvedFixture(path, { kind: 'image', ...PACKAGE })).toBe(false);
  });

  it('is none in a bill of materials', () => {
    const kind: Artifact['kind'] = 'sbom';
    expect(isUnresolvedFixture('/test/sbom.json', { kind, ...PACKAGE })).toBe(false);
  });
});
