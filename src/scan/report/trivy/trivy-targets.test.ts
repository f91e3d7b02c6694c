/** How trivy's JSON cuts packages into results; the names are those that trivy 0.44 gives. */

import { describe, expect, it } from 'vitest';

import { places, resultWith, testPackage, testReport } from '../../../../test/support/reports.ts';
import { written } from '../../../../test/support/trivy-document.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { Ecosystem } from '../../../core/model/package/ecosystem.ts';
import type { Package } from '../../../core/model/package/package.ts';

/** Where a package lies. */
type Laid = readonly [Ecosystem, readonly [string, ...string[]], Package['presence']];

async function targetsOf(
  [ecosystem, paths, presence]: Laid,
  kind: Artifact['kind'],
): Promise<readonly string[]> {
  const pkg = testPackage('thing', '1.0', { ecosystem, presence, locations: places(...paths) });
  const report = testReport({ results: [resultWith(pkg, { kind, reference: 'app' })] });
  const { Results: results } = await written(report);
  return results.flatMap(({ Target: target, Class: row, Type: type, Packages: packages }) =>
    packages.map(({ FilePath: path = '' }) => `${target} | ${row} | ${type} | ${String(path)}`),
  );
}

describe('results of an image', () => {
  it.each<
    [string, Ecosystem, readonly [string, ...string[]], Package['presence'], readonly string[]]
  >([
    [
      'an installed package of npm',
      'npm',
      ['/app/node_modules/a/package.json'],
      'installed',
      ['Node.js | lang-pkgs | node-pkg | app/node_modules/a/package.json'],
    ],
    [
      'a package that is installed twice',
      'npm',
      ['/a/node_modules/x/package.json', '/b/node_modules/x/package.json'],
      'installed',
      [
        'Node.js | lang-pkgs | node-pkg | a/node_modules/x/package.json',
        'Node.js | lang-pkgs | node-pkg | b/node_modules/x/package.json',
      ],
    ],
    [
      'an installed package that a lockfile names',
      'npm',
      ['/app/package-lock.json', '/app/node_modules/a/package.json'],
      'installed',
      ['Node.js | lang-pkgs | node-pkg | app/node_modules/a/package.json'],
    ],
    [
      'a package that only a lockfile names',
      'npm',
      ['/app/yarn.lock'],
      'declared',
      ['app/yarn.lock | lang-pkgs | yarn | '],
    ],
    [
      'a distribution of Python',
      'pypi',
      ['/usr/lib/python3/dist-packages/a-1.dist-info/METADATA'],
      'installed',
      ['Python | lang-pkgs | python-pkg | usr/lib/python3/dist-packages/a-1.dist-info/METADATA'],
    ],
    ['a jar', 'maven', ['/a.jar'], 'installed', ['Java | lang-pkgs | jar | a.jar']],
    [
      'a gem',
      'rubygems',
      ['/g/a.gemspec'],
      'installed',
      ['Ruby | lang-pkgs | gemspec | g/a.gemspec'],
    ],
    ['a module in a program', 'go', ['/bin/x'], 'embedded', ['bin/x | lang-pkgs | gobinary | ']],
    [
      'a crate in a program',
      'cargo',
      ['/bin/x'],
      'embedded',
      ['bin/x | lang-pkgs | rustbinary | '],
    ],
    ['a program', 'program', ['/bin/x'], 'installed', ['bin/x | lang-pkgs | program | ']],
    [
      'an ecosystem that trivy does not read',
      'luarocks',
      ['/r/a.rockspec'],
      'installed',
      ['Lua | lang-pkgs | luarocks | r/a.rockspec'],
    ],
    [
      'a package of an unknown system',
      'debian',
      ['/d'],
      'installed',
      ['app (debian) | os-pkgs | debian | '],
    ],
  ])('%s', async (...[, ecosystem, paths, presence, expected]) => {
    expect(await targetsOf([ecosystem, paths, presence], 'image')).toEqual(expected);
  });
});

describe('results of a directory', () => {
  it.each<[string, Ecosystem, readonly [string, ...string[]], Package['presence'], string[]]>([
    [
      'a lockfile and what it has installed',
      'npm',
      ['/package-lock.json', '/node_modules/a/package.json'],
      'installed',
      ['package-lock.json | lang-pkgs | npm | '],
    ],
    [
      'two lockfiles',
      'npm',
      ['/b/pnpm-lock.yaml', '/a/yarn.lock'],
      'declared',
      ['a/yarn.lock | lang-pkgs | yarn | ', 'b/pnpm-lock.yaml | lang-pkgs | pnpm | '],
    ],
    [
      'several lines of one lockfile',
      'npm',
      ['/package-lock.json', '/package-lock.json'],
      'declared',
      ['package-lock.json | lang-pkgs | npm | '],
    ],
    [
      'a list of requirements',
      'pypi',
      ['/req/base.txt'],
      'declared',
      ['req/base.txt | lang-pkgs | pip | '],
    ],
    ['Poetry', 'pypi', ['/poetry.lock'], 'declared', ['poetry.lock | lang-pkgs | poetry | ']],
    ['Pipenv', 'pypi', ['/Pipfile.lock'], 'declared', ['Pipfile.lock | lang-pkgs | pipenv | ']],
    ['uv', 'pypi', ['/uv.lock'], 'declared', ['uv.lock | lang-pkgs | uv | ']],
    ['Maven', 'maven', ['/pom.xml'], 'declared', ['pom.xml | lang-pkgs | pom | ']],
    [
      'Gradle',
      'maven',
      ['/gradle.lockfile'],
      'declared',
      ['gradle.lockfile | lang-pkgs | gradle | '],
    ],
    [
      'Bundler',
      'rubygems',
      ['/Gemfile.lock'],
      'declared',
      ['Gemfile.lock | lang-pkgs | bundler | '],
    ],
    ['Go', 'go', ['/go.mod'], 'declared', ['go.mod | lang-pkgs | gomod | ']],
    ['Cargo', 'cargo', ['/Cargo.lock'], 'declared', ['Cargo.lock | lang-pkgs | cargo | ']],
    [
      'Composer',
      'packagist',
      ['/composer.lock'],
      'declared',
      ['composer.lock | lang-pkgs | composer | '],
    ],
    ['Conan', 'conan', ['/conan.lock'], 'declared', ['conan.lock | lang-pkgs | conan | ']],
    [
      'an installed package without lockfile',
      'npm',
      ['/node_modules/a/package.json'],
      'installed',
      ['Node.js | lang-pkgs | node-pkg | node_modules/a/package.json'],
    ],
    [
      '.NET: a lockfile and what was built',
      'nuget',
      ['/packages.lock.json', '/bin/app.deps.json'],
      'installed',
      [
        'packages.lock.json | lang-pkgs | nuget | ',
        'bin/app.deps.json | lang-pkgs | dotnet-core | ',
      ],
    ],
  ])('%s', async (...[, ecosystem, paths, presence, expected]) => {
    expect(await targetsOf([ecosystem, paths, presence], 'directory')).toEqual(expected);
  });
});
