/** Manifests of further tools: what is read, what is a gap, and what names no dependency. */

import { describe, expect, it } from 'vitest';

import { packagesIn, scannedTree, type Files } from '../../../../test/support/scanned-files.ts';

const gemspec = (...lines: readonly string[]): string =>
  `Gem::Specification.new do |spec|\n  spec.name = "a"\n${lines.map((line) => `  spec.${line}\n`).join('')}end\n`;
const description = (...lines: readonly string[]): string =>
  `Package: own\nVersion: 1.0\n${lines.map((line) => `${line}\n`).join('')}`;
const renvLock = (name: string): object => ({
  R: { Version: '4.3.0', Repositories: [] },
  Packages: { [name]: { Package: name, Version: '1.0', Source: 'Repository' } },
});
const gemfileLock = (name: string): string =>
  `GEM\n  remote: https://rubygems.org/\n  specs:\n    ${name} (2.0.1)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  ${name}\n`;

/** Name, files, packages, kind of the gap, and a part of its message. */
type Row = readonly [string, Files, readonly string[], string, string];

const GAPS: readonly Row[] = [
  [
    'a gemspec',
    { 'a.gemspec': gemspec('add_dependency "rack", "~> 2.0"') },
    [],
    'unpinned',
    '"rack"',
  ],
  [
    'a runtime dependency',
    { 'a.gemspec': gemspec("add_runtime_dependency('rack')") },
    [],
    'unpinned',
    '"rack"',
  ],
  [
    'an exact gem',
    { 'a.gemspec': gemspec("add_dependency 'rack', '= 2.0.1'") },
    ['rack@2.0.1'],
    'unpinned',
    'pins "rack"',
  ],
  [
    'several lines',
    { 'a.gemspec': gemspec("add_dependency 'rack',\n    '>= 1',\n    '< 3'") },
    [],
    'unpinned',
    '"rack"',
  ],
  [
    'a computed gem',
    { 'a.gemspec': gemspec('add_dependency(name, *versions)') },
    [],
    'unpinned',
    'computes the names',
  ],
  [
    'a lockfile without the gem',
    { 'a.gemspec': gemspec("add_dependency 'rack'"), 'Gemfile.lock': gemfileLock('other') },
    ['other@2.0.1'],
    'unpinned',
    'does not pin',
  ],
  [
    'a project of R',
    { DESCRIPTION: description('Imports: jsonlite (>= 1.0)') },
    [],
    'unpinned',
    '"jsonlite"',
  ],
  [
    'a linked package of R',
    { DESCRIPTION: description('Depends: R (>= 4)', 'LinkingTo: Rcpp') },
    [],
    'unpinned',
    '"Rcpp"',
  ],
  [
    'a lockfile of R without the package',
    { DESCRIPTION: description('Imports: jsonlite'), 'renv.lock': renvLock('other') },
    ['other@1.0'],
    'unpinned',
    'does not pin',
  ],
  [
    'sbt, with dependencies of another place',
    { 'build.sbt': 'libraryDependencies ++= Dependencies.all\n' },
    [],
    'unpinned',
    'computes',
  ],
  [
    'sbt, with a range in a source of the build',
    {
      'build.sbt': 'libraryDependencies ++= Dependencies.all\n',
      'project/Dependencies.scala': 'object Dependencies { val all = Seq("g" % "a" % "1.+") }\n',
    },
    [],
    'unpinned',
    '"g:a"',
  ],
  [
    'Gradle, with a constant',
    { 'build.gradle.kts': 'dependencies {\n  implementation(Deps.okhttp)\n}\n' },
    [],
    'unpinned',
    'computes',
  ],
  [
    'Gradle, with a map',
    { 'build.gradle': "dependencies {\n  api deps['okhttp']\n}\n" },
    [],
    'unpinned',
    'computes',
  ],
  [
    'Gradle, with a property',
    { 'build.gradle': 'dependencies {\n  compile rootProject.ext.gson\n}\n' },
    [],
    'unpinned',
    'computes',
  ],
  [
    'Pixi',
    { 'pixi.lock': 'version: 6\npackages:\n- conda: https://x/y.conda\n' },
    [],
    'noAdvisoryData',
    'Pixi',
  ],
  [
    'conda-lock',
    { 'conda-lock.yml': 'package:\n- name: zlib\n  version: 1\n' },
    [],
    'noAdvisoryData',
    'conda-lock',
  ],
  [
    'dep',
    { 'Gopkg.lock': '[[projects]]\n  name = "github.com/a/b"\n' },
    [],
    'noAdvisoryData',
    'dep',
  ],
  ['Glide', { 'glide.lock': 'imports:\n- name: github.com/a/b\n' }, [], 'noAdvisoryData', 'Glide'],
  [
    'godep',
    { 'Godeps/Godeps.json': { ImportPath: 'a', Deps: [{ ImportPath: 'b', Rev: 'c' }] } },
    [],
    'noAdvisoryData',
    'godep',
  ],
  [
    'Packrat',
    { 'packrat/packrat.lock': 'PackratFormat: 1.4\n\nPackage: a\nVersion: 1\n' },
    [],
    'noAdvisoryData',
    'Packrat',
  ],
  [
    'LibMan',
    { 'libman.json': { libraries: [{ library: 'jquery@3.2.1' }] } },
    [],
    'noAdvisoryData',
    'LibMan',
  ],
  [
    'Crystal',
    { 'shard.yml': 'name: a\ndependencies:\n  kemal:\n    github: kemalcr/kemal\n' },
    [],
    'noAdvisoryData',
    'Crystal',
  ],
  [
    'DUB',
    { 'dub.json': { name: 'a', dependencies: { 'vibe-d': '~>0.9' } } },
    [],
    'noAdvisoryData',
    'DUB',
  ],
  ['cpanfile', { cpanfile: "requires 'Mojolicious', '>= 9';\n" }, [], 'noAdvisoryData', 'CPAN'],
  [
    'a rockspec',
    {
      'a-1-1.rockspec':
        'package = "a"\nversion = "1-1"\ndependencies = { "lua >= 5.1", "luasocket" }\n',
    },
    [],
    'noAdvisoryData',
    'LuaRocks',
  ],
  [
    'Nimble',
    { 'a.nimble': 'version = "1"\nrequires "nim >= 1.0", "jester >= 0.5"\n' },
    [],
    'noAdvisoryData',
    'Nimble',
  ],
  [
    'opam',
    { 'a.opam': 'opam-version: "2.0"\ndepends: [\n  "ocaml" {>= "4.08"}\n  "lwt"\n]\n' },
    [],
    'noAdvisoryData',
    'opam',
  ],
];

const CLEAN: readonly (readonly [string, Files, readonly string[]])[] = [
  [
    'a gemspec with its lockfile',
    { 'a.gemspec': gemspec("add_dependency 'rack'"), 'Gemfile.lock': gemfileLock('rack') },
    ['rack@2.0.1'],
  ],
  [
    'a gemspec of development alone',
    { 'a.gemspec': gemspec("add_development_dependency 'rspec', '~> 3'") },
    [],
  ],
  ['a gemspec of a fixture', { 'spec/fixtures/a.gemspec': gemspec("add_dependency 'rack'") }, []],
  [
    'a project of R with its lockfile',
    { DESCRIPTION: description('Imports: jsonlite, utils'), 'renv.lock': renvLock('jsonlite') },
    ['jsonlite@1.0'],
  ],
  [
    'a published package of R',
    { DESCRIPTION: description('Imports: jsonlite', 'Packaged: 2024-01-01 00:00:00 UTC; a') },
    [],
  ],
  [
    'a project of R itself',
    {
      DESCRIPTION: description(
        'Depends: R (>= 4)',
        'Imports: stats, methods',
        'Suggests: testthat',
      ),
    },
    [],
  ],
  ['another DESCRIPTION', { DESCRIPTION: 'This is about: jsonlite\n' }, []],
  [
    'sbt, with exact versions in a source of the build',
    {
      'build.sbt': 'libraryDependencies ++= Dependencies.all\n',
      'project/Dependencies.scala': 'object Dependencies { val all = Seq("g" % "a" % "1.2") }\n',
    },
    ['g:a@1.2'],
  ],
  [
    'sbt, with a value of the file',
    { 'build.sbt': 'val cats = "g" % "a" % "1.2"\nlibraryDependencies += cats\n' },
    ['g:a@1.2'],
  ],
  [
    'Gradle, with other projects',
    {
      'build.gradle.kts':
        'dependencies {\n  implementation(project(":a"))\n  implementation(projects.b)\n  testImplementation(Deps.junit)\n  kapt(Deps.dagger)\n}\n',
    },
    [],
  ],
  [
    'rockspec of Lua alone',
    { 'a-1-1.rockspec': 'package = "a"\nversion = "1-1"\ndependencies = { "lua >= 5.1" }\n' },
    [],
  ],
  ['opam of OCaml alone', { 'a.opam': 'opam-version: "2.0"\ndepends: [ "ocaml" "dune" ]\n' }, []],
  ['constraints alone', { 'constraints.txt': 'requests<3\n' }, []],
  [
    'a chart of Helm',
    { 'Chart.yaml': 'name: a\ndependencies:\n- name: redis\n  version: 1.x\n' },
    [],
  ],
];

describe('manifests of further tools', () => {
  it.each(GAPS)('%s', async (...[, files, packages, kind, text]) => {
    const scanned = await scannedTree({ 'README.md': 'x', ...files });
    expect(packagesIn(scanned)).toEqual(packages);
    const gaps = scanned.diagnostics.filter(({ gap }) => gap !== undefined);
    expect(gaps).toEqual([expect.objectContaining({ gap: kind })]);
    expect(gaps[0]?.message).toContain(text);
  });

  it.each(CLEAN)('%s is none', async (_name, files, packages) => {
    const scanned = await scannedTree({ 'README.md': 'x', ...files });
    expect(packagesIn(scanned)).toEqual(packages);
    expect(scanned.diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
  });
});
