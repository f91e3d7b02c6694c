/**
 * Manifests of further ecosystems in source trees: expected results follow the documentation of
 * each package manager.
 */

import { describe, expect, it } from 'vitest';

import {
  gapsIn,
  packagesIn,
  scannedTree,
  type Files,
} from '../../../../test/support/scanned-files.ts';

async function gapOf(files: Files): Promise<string> {
  return gapsIn(await scannedTree(files)).join('\n');
}

const CARGO = '[package]\nname = "x"\nversion = "0.1.0"\nedition = "2021"\n';
const GO = 'module example.com/x\n\ngo 1.22\n\n';
const CSPROJ = (items: string): string =>
  `<Project Sdk="Microsoft.NET.Sdk"><ItemGroup>${items}</ItemGroup></Project>`;
const MIX = (deps: string): string =>
  `defmodule X.MixProject do\n  use Mix.Project\n\n  def project do\n    [app: :x, version: "0.1.0", deps: deps()]\n  end\n\n  defp deps do\n    [\n${deps}\n    ]\n  end\nend\n`;
const SWIFT = (dependencies: string): string =>
  `// swift-tools-version:5.9\nimport PackageDescription\nlet package = Package(name: "X", dependencies: [\n${dependencies}\n])\n`;
const JULIA = 'name = "X"\nuuid = "0a000000-0000-0000-0000-000000000001"\nversion = "0.1.0"\n';
const EXAMPLE = '7876af07-990d-54b4-ab0e-23690620f79a';
const CABAL = 'cabal-version: 2.4\nname: x\nversion: 0.1\n\n';

describe('a manifest alone whose exact versions leave out what they request', () => {
  it.each<[string, Files, readonly string[]]>([
    ['Cargo.toml', { 'Cargo.toml': `${CARGO}[dependencies]\nserde = "=1.0.1"\n` }, ['serde@1.0.1']],
    [
      'Cargo.toml with a table',
      { 'Cargo.toml': `${CARGO}[dependencies.serde]\nversion = "= 1.0.1"\n` },
      ['serde@1.0.1'],
    ],
    [
      'Cargo.toml with another name',
      { 'Cargo.toml': `${CARGO}[dependencies]\na = { package = "serde", version = "=1.0.1" }\n` },
      ['serde@1.0.1'],
    ],
    [
      'Cargo.toml for a platform',
      { 'Cargo.toml': `${CARGO}[target.'cfg(unix)'.dependencies]\nlibc = "=0.2.1"\n` },
      ['libc@0.2.1'],
    ],
    ['mix.exs', { 'mix.exs': MIX('{:plug, "1.2.3"}') }, ['plug@1.2.3']],
    ['mix.exs with ==', { 'mix.exs': MIX('{:plug, "== 1.2.3"}') }, ['plug@1.2.3']],
    [
      'mix.exs with another name',
      { 'mix.exs': MIX('{:plug, "1.2.3", hex: :plug_fork}') },
      ['plug_fork@1.2.3'],
    ],
    ['rebar.config', { 'rebar.config': '{deps, [{cowboy, "2.9.0"}]}.\n' }, ['cowboy@2.9.0']],
    [
      'rebar.config with another name',
      { 'rebar.config': '{deps, [{c, "2.9.0", {pkg, cowboy}}]}. % x\n' },
      ['cowboy@2.9.0'],
    ],
    [
      'gleam.toml',
      { 'gleam.toml': 'name = "x"\n[dependencies]\ngleam_json = "== 1.0.0"\n' },
      ['gleam_json@1.0.0'],
    ],
    [
      'Podfile',
      { Podfile: "target 'X' do\n  pod 'AFNetworking', '4.0.1'\nend\n" },
      ['AFNetworking@4.0.1'],
    ],
    [
      'Podfile with a subspec',
      { Podfile: "pod 'Firebase/Core', '= 10.0.0'\n" },
      ['Firebase@10.0.0'],
    ],
    [
      'Package.swift',
      { 'Package.swift': SWIFT('.package(url: "https://github.com/a/B.git", exact: "1.2.3"),') },
      ['github.com/a/B@1.2.3'],
    ],
    [
      'Package.swift of the older form',
      {
        'Package.swift': SWIFT(
          '.package(name: "B", url: "https://github.com/a/B", .exact("1.2.3")),',
        ),
      },
      ['github.com/a/B@1.2.3'],
    ],
    ['pubspec.yaml', { 'pubspec.yaml': 'name: x\ndependencies:\n  http: 1.2.3\n' }, ['http@1.2.3']],
    [
      'pubspec.yaml of another server',
      {
        'pubspec.yaml':
          'name: x\ndependencies:\n  http:\n    hosted: https://h.example\n    version: 1.2.3\n',
      },
      ['http@1.2.3'],
    ],
    ['deno.json', { 'deno.json': { imports: { a: 'npm:chalk@5.3.0' } } }, ['chalk@5.3.0']],
    [
      'Project.toml',
      {
        'Project.toml': `${JULIA}[deps]\nExample = "${EXAMPLE}"\n[compat]\nExample = "=0.5.3"\n`,
      },
      ['Example@0.5.3', 'X@0.1.0'],
    ],
    ['conanfile.txt', { 'conanfile.txt': '[requires]\nzlib/1.2.11\n' }, ['zlib@1.2.11']],
    [
      'conanfile.py',
      { 'conanfile.py': 'class X(ConanFile):\n    requires = "zlib/1.2.11"\n' },
      ['zlib@1.2.11'],
    ],
    [
      'vcpkg.json',
      {
        'vcpkg.json': {
          dependencies: ['zlib'],
          overrides: [{ name: 'zlib', version: '1.2.11' }],
        },
      },
      ['zlib@1.2.11'],
    ],
    [
      'paket.dependencies',
      { 'paket.dependencies': 'source https://h.example\nnuget Newtonsoft.Json 12.0.1\n' },
      ['Newtonsoft.Json@12.0.1'],
    ],
    [
      'NAME.cabal',
      { 'x.cabal': `${CABAL}library\n  build-depends: aeson ==2.0.1\n` },
      ['aeson@2.0.1'],
    ],
    [
      'go.mod without sums',
      { 'go.mod': `${GO}require example.com/a v1.2.3\n` },
      ['example.com/a@v1.2.3'],
    ],
    ['requirements.in', { 'requirements.in': 'flask==2.0.0\n' }, ['flask@2.0.0']],
  ])('%s', async (_name, files, packages) => {
    const result = await scannedTree(files);
    expect(packagesIn(result).filter((one) => !one.startsWith('x@'))).toEqual(packages);
    expect(gapsIn(result)).toHaveLength(1);
    expect(gapsIn(result)[0]).toMatch(/: pins ".+", and no lockfile pins the dependencies of/);
  });
});

describe('a manifest alone that is pinned throughout', () => {
  it.each<[string, Files, readonly string[]]>([
    [
      'csproj',
      { 'x.csproj': CSPROJ('<PackageReference Include="A" Version="1.2.3"/>') },
      ['A@1.2.3'],
    ],
    [
      'fsproj with brackets',
      {
        'x.fsproj': CSPROJ(
          '<PackageReference Include="A"><Version>[1.2.3]</Version></PackageReference>',
        ),
      },
      ['A@1.2.3'],
    ],
    [
      'csproj with central versions',
      {
        'src/x/x.csproj': CSPROJ('<PackageReference Include="A"/>'),
        'Directory.Packages.props': CSPROJ('<PackageVersion Include="A" Version="1.2.3"/>'),
      },
      ['A@1.2.3'],
    ],
    [
      'csproj with a shared property',
      {
        'src/x.csproj': CSPROJ('<PackageReference Include="A" Version="$(AVersion)"/>'),
        'Directory.Build.props':
          '<Project><PropertyGroup><AVersion>1.2.3</AVersion></PropertyGroup></Project>',
      },
      ['A@1.2.3'],
    ],
    [
      'csproj with an update in a shared file',
      {
        'x.csproj': CSPROJ('<PackageReference Include="A"/>'),
        'Directory.Build.targets': CSPROJ('<PackageReference Update="A" Version="1.2.3"/>'),
      },
      ['A@1.2.3'],
    ],
    [
      'packages.config',
      { 'packages.config': '<packages><package id="A" version="1.2.3"/></packages>' },
      ['A@1.2.3'],
    ],
    [
      'environment.yml with builds',
      {
        'environment.yml':
          'name: x\ndependencies:\n  - numpy=1.26.4=py312hc5e2394_0\n  - pip:\n    - flask==2.0.0\n',
      },
      ['flask@2.0.0', 'numpy@1.26.4'],
    ],
    [
      'environment.yml with exact versions',
      { 'environment.yml': 'dependencies:\n  - numpy==1.26.4\n' },
      ['numpy@1.26.4'],
    ],
    [
      'libs.versions.toml',
      {
        'gradle/libs.versions.toml': '[libraries]\na-b = "g:a:1.2"\n',
        'build.gradle.kts': 'dependencies { implementation(libs.a.b) }\n',
      },
      ['g:a@1.2'],
    ],
  ])('%s is none', async (_name, files, packages) => {
    const result = await scannedTree(files);
    expect(packagesIn(result)).toEqual(packages);
    expect(gapsIn(result)).toEqual([]);
  });
});

const CATALOG = '[versions]\nv = "1.+"\n[libraries]\na-b = { module = "g:a", version.ref = "v" }\n';
const OPEN: readonly (readonly [string, Files])[] = [
  ['Cargo.toml', { 'Cargo.toml': `${CARGO}[dependencies]\nserde = "1.0.1"\n` }],
  ['Cargo.toml with a tilde', { 'Cargo.toml': `${CARGO}[dependencies]\nserde = "~1.0.1"\n` }],
  ['Cargo.toml with a wildcard', { 'Cargo.toml': `${CARGO}[dependencies]\nserde = "*"\n` }],
  [
    'Cargo.toml with a repository',
    { 'Cargo.toml': `${CARGO}[dependencies]\na = { git = "https://h.example/a" }\n` },
  ],
  [
    'Cargo.toml with an optional dependency',
    { 'Cargo.toml': `${CARGO}[dependencies]\na = { version = "1", optional = true }\n` },
  ],
  [
    'Cargo.toml of a workspace',
    {
      'Cargo.toml': '[workspace]\nmembers = ["a"]\n[workspace.dependencies]\nserde = "1"\n',
      'a/Cargo.toml': '[package]\nname = "a"\n[dependencies]\nserde = { workspace = true }\n',
    },
  ],
  ['mix.exs', { 'mix.exs': MIX('{:plug, "~> 1.2"}') }],
  ['mix.exs with bounds', { 'mix.exs': MIX('{:plug, ">= 1.2.0 and < 2.0.0"}') }],
  ['mix.exs with a repository', { 'mix.exs': MIX('{:plug, github: "a/plug", tag: "v1.0"}') }],
  ['mix.exs without a requirement', { 'mix.exs': MIX('{:plug, runtime: false}') }],
  ['mix.exs of production', { 'mix.exs': MIX('{:plug, "~> 1.2", only: [:dev, :prod]}') }],
  ['mix.exs that computes', { 'mix.exs': MIX('{:plug, plug_version()}') }],
  ['rebar.config', { 'rebar.config': '{deps, [cowboy]}.\n' }],
  ['rebar.config with a range', { 'rebar.config': '{deps, [{cowboy, "~> 2.9"}]}.\n' }],
  [
    'rebar.config with a repository',
    { 'rebar.config': '{deps, [{a, {git, "https://h.example/a", {tag, "1.0"}}}]}.\n' },
  ],
  ['rebar.config that is broken', { 'rebar.config': '{deps, [{cowboy, "2.9.0"}\n' }],
  ['gleam.toml', { 'gleam.toml': 'name = "x"\n[dependencies]\na = ">= 1.0.0 and < 2.0.0"\n' }],
  ['Podfile', { Podfile: "pod 'AFNetworking'\n" }],
  ['Podfile with a range', { Podfile: "pod 'AFNetworking', '~> 4.0'\n" }],
  ['Podfile with a repository', { Podfile: "pod 'A', :git => 'https://h.example/a'\n" }],
  ['Podfile with a podspec', { Podfile: "target 'X' do\n  podspec\nend\n" }],
  ['Podfile of React Native', { Podfile: 'target "X" do\n  config = use_native_modules!\nend\n' }],
  [
    'Package.swift',
    { 'Package.swift': SWIFT('.package(url: "https://github.com/a/B", from: "1.2.3"),') },
  ],
  [
    'Package.swift with a range',
    { 'Package.swift': SWIFT('.package(url: "https://github.com/a/B", "1.0.0"..<"2.0.0"),') },
  ],
  [
    'Package.swift with a branch',
    { 'Package.swift': SWIFT('.package(\n  url: "https://github.com/a/B",\n  branch: "main"\n),') },
  ],
  [
    'Package.swift of a registry',
    { 'Package.swift': SWIFT('.package(id: "a.B", from: "1.0.0"),') },
  ],
  [
    'Package.swift that computes',
    { 'Package.swift': SWIFT('.package(url: base + "B", from: "1.0.0"),') },
  ],
  ['pubspec.yaml', { 'pubspec.yaml': 'name: x\ndependencies:\n  http: ^1.2.3\n' }],
  ['pubspec.yaml with any', { 'pubspec.yaml': 'name: x\ndependencies:\n  http: any\n' }],
  ['pubspec.yaml without a range', { 'pubspec.yaml': 'name: x\ndependencies:\n  http:\n' }],
  [
    'pubspec.yaml with a repository',
    { 'pubspec.yaml': 'name: x\ndependencies:\n  a:\n    git:\n      url: https://h.example/a\n' },
  ],
  ['csproj', { 'x.csproj': CSPROJ('<PackageReference Include="A" Version="6.*"/>') }],
  [
    'csproj with a range',
    { 'x.csproj': CSPROJ('<PackageReference Include="A" Version="[1,2)"/>') },
  ],
  ['csproj without a version', { 'x.csproj': CSPROJ('<PackageReference Include="A"/>') }],
  [
    'csproj with an unknown property',
    { 'x.csproj': CSPROJ('<PackageReference Include="A" Version="$(V)"/>') },
  ],
  [
    'csproj with an open central version',
    {
      'src/x.vbproj': CSPROJ('<PackageReference Include="A"/>'),
      'Directory.Packages.props': CSPROJ('<PackageVersion Include="A" Version="6.*"/>'),
    },
  ],
  [
    'csproj with a shared reference',
    {
      'src/x.csproj': CSPROJ(''),
      'Directory.Build.props': CSPROJ('<PackageReference Include="A" Version="*"/>'),
    },
  ],
  ['paket.dependencies', { 'paket.dependencies': 'nuget A >= 1.0\n' }],
  ['paket.dependencies without a version', { 'paket.dependencies': 'nuget A\n' }],
  ['deno.json', { 'deno.json': { imports: { a: 'npm:chalk@^5' } } }],
  ['deno.jsonc', { 'deno.jsonc': '{ // x\n "imports": { "a": "npm:chalk" } }' }],
  ['deno.json with JSR', { 'deno.json': { imports: { a: 'jsr:@std/path@^1' } } }],
  ['Project.toml', { 'Project.toml': `${JULIA}[deps]\nExample = "${EXAMPLE}"\n` }],
  [
    'Project.toml with a range',
    { 'Project.toml': `${JULIA}[deps]\nExample = "${EXAMPLE}"\n[compat]\nExample = "0.5"\n` },
  ],
  [
    'Project.toml with another package of a standard name',
    { 'Project.toml': `${JULIA}[deps]\nTest = "${EXAMPLE}"\n` },
  ],
  ['environment.yml', { 'environment.yml': 'dependencies:\n  - numpy\n' }],
  ['environment.yml with a prefix', { 'environment.yml': 'dependencies:\n  - numpy=1.26\n' }],
  ['environment.yml with a range', { 'environment.yaml': 'dependencies:\n  - numpy >=1.26\n' }],
  [
    'environment.yml with pip',
    { 'environment.yml': 'dependencies:\n  - pip:\n    - flask==2.*\n' },
  ],
  ['conanfile.txt', { 'conanfile.txt': '[requires]\nzlib/[>=1.2 <2]\n' }],
  [
    'conanfile.py',
    {
      'conanfile.py':
        'class X(ConanFile):\n    def requirements(self):\n        self.requires("zlib/[~1.2]")\n',
    },
  ],
  [
    'conanfile.py that computes',
    {
      'conanfile.py':
        'class X(ConanFile):\n    def requirements(self):\n        self.requires(f"zlib/{V}")\n',
    },
  ],
  ['vcpkg.json', { 'vcpkg.json': { name: 'x', dependencies: ['zlib'] } }],
  [
    'vcpkg.json with a lowest version',
    { 'vcpkg.json': { dependencies: [{ name: 'zlib', 'version>=': '1.2.11' }] } },
  ],
  [
    'libs.versions.toml',
    { 'gradle/libs.versions.toml': CATALOG, 'build.gradle': 'dependencies { api libs.a.b }' },
  ],
  [
    'libs.versions.toml with a bundle',
    {
      'gradle/libs.versions.toml': `${CATALOG}[bundles]\nall = ["a-b"]\n`,
      'app/build.gradle.kts': 'dependencies { implementation(libs.bundles.all) }',
    },
  ],
  [
    'libs.versions.toml with a rich version',
    {
      'gradle/libs.versions.toml':
        '[libraries]\na = { group = "g", name = "a", version = { strictly = "[1,2)" } }\n',
      'build.gradle.kts': 'dependencies { implementation(libs.a) }',
    },
  ],
  ['NAME.cabal', { 'x.cabal': `${CABAL}library\n  build-depends: base, aeson >=2.0 && <2.3\n` }],
  [
    'NAME.cabal with a wildcard',
    { 'x.cabal': `${CABAL}executable x\n  build-depends: aeson ==2.0.*\n` },
  ],
  [
    'NAME.cabal of an executable',
    { 'x.cabal': `${CABAL}executable x\n    Build-Depends:\n        base\n      , aeson\n` },
  ],
  ['package.yaml', { 'package.yaml': 'name: x\nlibrary:\n  dependencies:\n  - aeson >= 2\n' }],
  [
    'go.mod with sums of other modules',
    {
      'go.mod': `${GO}require example.com/a v1.2.3\n`,
      'go.sum': 'example.com/a v1.2.2 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n',
    },
  ],
  [
    'go.mod with a replacement',
    {
      'go.mod': `${GO}require example.com/a v1.2.3\nreplace example.com/a => example.com/b v1.0.0\n`,
    },
  ],
  ['requirements.in', { 'requirements.in': 'flask>=2\n' }],
  ['requirements/base.in', { 'requirements/base.in': 'flask\n' }],
  [
    'requirements.in with an older compiled file',
    { 'requirements.in': 'flask>=2\ndjango\n', 'requirements.txt': 'flask==2.0.0\n' },
  ],
];

describe('a manifest alone with open versions', () => {
  it.each(OPEN)('%s is a gap', async (_name, files) => {
    expect(gapsIn(await scannedTree(files))).toHaveLength(1);
  });

  it.each(OPEN)('%s below a fixture directory is none', async (_name, files) => {
    const below = Object.entries(files).map(([path, body]) => [`tests/${path}`, body] as const);
    expect(gapsIn(await scannedTree(Object.fromEntries(below)))).toEqual([]);
  });
});

describe('a manifest that requests nothing of a registry', () => {
  it.each<[string, Files]>([
    [
      'Cargo.toml of directories and development',
      {
        'Cargo.toml': `${CARGO}[dependencies]\na = { path = "a" }\n[dev-dependencies]\nb = "1"\n[build-dependencies]\ncc = "1"\n`,
      },
    ],
    [
      'Cargo.toml of a workspace of directories',
      {
        'Cargo.toml':
          '[workspace]\nmembers = ["a", "b"]\n[workspace.dependencies]\nb = { path = "b" }\nunused = "1"\n',
        'a/Cargo.toml': '[package]\nname = "a"\n[dependencies]\nb = { workspace = true }\n',
        'b/Cargo.toml': '[package]\nname = "b"\n',
      },
    ],
    [
      'mix.exs of directories and development',
      {
        'mix.exs': MIX(
          '{:a, path: "../a"}, {:b, in_umbrella: true}, {:credo, "~> 1.0", only: [:dev, :test], runtime: false}\n# {:c, "~> 1.0"}',
        ),
      },
    ],
    [
      'rebar.config of profiles and plugins',
      {
        'rebar.config':
          '{erl_opts, [debug_info]}.\n{deps, []}.\n{plugins, [rebar3_hex]}.\n{profiles, [{test, [{deps, [meck]}]}]}.\n',
      },
    ],
    [
      'gleam.toml of directories and development',
      {
        'gleam.toml':
          'name = "x"\n[dependencies]\na = { path = "../a" }\n[dev-dependencies]\ngleeunit = ">= 1.0.0"\n',
      },
    ],
    [
      'Podfile of directories',
      { Podfile: "pod 'A', :path => '../A'\n# pod 'B'\npod 'C', path: 'c'\n" },
    ],
    [
      'Package.swift of directories',
      {
        'Package.swift': SWIFT(
          '.package(path: "../A"), // .package(url: "https://h.example/b", from: "1.0.0")\n/* .package(url: "https://h.example/c", from: "1.0.0") */',
        ),
      },
    ],
    [
      'pubspec.yaml of directories, the SDK and development',
      {
        'pubspec.yaml':
          'name: x\nenvironment:\n  sdk: ^3.0.0\ndependencies:\n  flutter:\n    sdk: flutter\n  a:\n    path: ../a\ndev_dependencies:\n  test: any\n',
      },
    ],
    [
      'csproj of tools',
      {
        'x.csproj': CSPROJ(
          '<PackageReference Include="A" Version="1.*" PrivateAssets="all"/><ProjectReference Include="../y/y.csproj"/>',
        ),
      },
    ],
    [
      'Directory.Packages.props that no project uses',
      { 'Directory.Packages.props': CSPROJ('<PackageVersion Include="A" Version="6.*"/>') },
    ],
    [
      'deno.json of files',
      { 'deno.json': { imports: { a: './a.ts', b: 'https://h.example/b.ts' } } },
    ],
    [
      'Project.toml of the standard library',
      {
        'Project.toml': `${JULIA}[deps]\nTest = "8dfed614-e22c-5e08-85e1-65c5234f0b40"\n[weakdeps]\nExample = "${EXAMPLE}"\n`,
      },
    ],
    [
      'conanfile.txt of tools',
      { 'conanfile.txt': '[tool_requires]\ncmake/[>3]\n[generators]\nCMakeDeps\n' },
    ],
    [
      'conanfile.py of tools',
      {
        'conanfile.py':
          'class X(ConanFile):\n    tool_requires = "cmake/[>3]"\n    def build_requirements(self):\n        self.test_requires("gtest/[>1]")\n',
      },
    ],
    [
      'vcpkg.json of tools',
      { 'vcpkg.json': { name: 'x', dependencies: [{ name: 'cmake', host: true }] } },
    ],
    [
      'vcpkg.json of a port',
      {
        'ports/a/vcpkg.json': { name: 'a', version: '1', dependencies: ['b'] },
        'ports/a/portfile.cmake': '',
      },
    ],
    [
      'libs.versions.toml of tests',
      {
        'gradle/libs.versions.toml': CATALOG,
        'build.gradle': 'dependencies { testImplementation libs.a.b\n compileOnly(libs.a.b) }',
      },
    ],
    [
      'NAME.cabal of the compiler, itself and tests',
      {
        'x.cabal': `${CABAL}library\n  build-depends: base >=4.7 && <5\ntest-suite t\n  type: exitcode-stdio-1.0\n  build-depends: x, hspec\n`,
      },
    ],
    ['package.yaml of another tool', { 'package.yaml': 'name: x\ndependencies:\n  - a\n' }],
    ['go.mod without requirements', { 'go.mod': GO }],
    [
      'go.mod of directories',
      { 'go.mod': `${GO}require example.com/a v0.0.0\nreplace example.com/a => ../a\n` },
    ],
    ['requirements-dev.in', { 'requirements-dev.in': 'pytest\n-e .\n' }],
    ['a template of requirements', { 'requirements.txt.in': '@FLASK@\n' }],
  ])('%s is no gap', async (_name, files) => {
    const result = await scannedTree(files);
    expect([...gapsIn(result), ...gapsIn(result, 'unreadable')]).toEqual([]);
  });
});

const SUM = 'h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
const crate = (name: string, version: string, source = true): string =>
  `[[package]]\nname = "${name}"\nversion = "${version}"\n${source ? 'source = "registry+https://github.com/rust-lang/crates.io-index"\n' : ''}\n`;

describe('a manifest with a lockfile', () => {
  it.each<[string, Files, Files]>([
    [
      'Cargo.lock',
      { 'Cargo.toml': `${CARGO}[dependencies]\nserde = "1.0"\n` },
      { 'Cargo.lock': `version = 3\n\n${crate('serde', '1.0.200')}${crate('x', '0.1.0', false)}` },
    ],
    [
      'Cargo.lock with a pre-release',
      { 'Cargo.toml': `${CARGO}[dependencies]\nserde = "1.0.0-rc.1"\n` },
      { 'Cargo.lock': `version = 3\n\n${crate('serde', '1.0.0-rc.2')}` },
    ],
    [
      'mix.lock',
      { 'mix.exs': MIX('{:plug, "~> 1.2"}, {:a, github: "h/a"}') },
      {
        'mix.lock':
          '%{\n  "plug": {:hex, :plug, "1.14.0", "0", [:mix], [], "hexpm", "1"},\n  "a": {:git, "https://github.com/h/a.git", "0123456789abcdef0123456789abcdef01234567", []},\n}\n',
      },
    ],
    [
      'rebar.lock',
      { 'rebar.config': '{deps, [{plug, "~> 1.2"}]}.\n' },
      { 'rebar.lock': '{"1.2.0",\n[{<<"plug">>,{pkg,<<"plug">>,<<"1.9.0">>},0}]}.\n' },
    ],
    [
      'manifest.toml',
      { 'gleam.toml': 'name = "x"\n[dependencies]\nplug = ">= 1.0.0 and < 2.0.0"\n' },
      {
        'manifest.toml':
          'packages = [\n  { name = "plug", version = "1.2.0", build_tools = ["gleam"], requirements = [], source = "hex", outer_checksum = "00" },\n]\n[requirements]\nplug = { version = ">= 1.0.0 and < 2.0.0" }\n',
      },
    ],
    [
      'Podfile.lock',
      { Podfile: "pod 'plug/Core', '~> 4.0'\n" },
      {
        'Podfile.lock':
          'PODS:\n  - plug/Core (4.0.1)\n\nDEPENDENCIES:\n  - plug/Core (~> 4.0)\n\nCOCOAPODS: 1.15.0\n',
      },
    ],
    [
      'Package.resolved',
      { 'Package.swift': SWIFT('.package(url: "https://github.com/h/plug.git", from: "1.2.3"),') },
      {
        'Package.resolved': {
          pins: [
            {
              identity: 'plug',
              kind: 'remoteSourceControl',
              location: 'https://github.com/h/plug',
              state: { revision: '0', version: '1.4.0' },
            },
          ],
          version: 2,
        },
      },
    ],
    [
      'Package.resolved of Xcode',
      { 'Package.swift': SWIFT('.package(url: "https://github.com/h/plug", from: "1.2.3"),') },
      {
        'X.xcodeproj/project.xcworkspace/xcshareddata/swiftpm/Package.resolved': {
          pins: [
            {
              identity: 'plug',
              kind: 'remoteSourceControl',
              location: 'https://github.com/h/plug',
              state: { revision: '0', version: '1.4.0' },
            },
          ],
          version: 2,
        },
      },
    ],
    [
      'pubspec.lock',
      { 'pubspec.yaml': 'name: x\ndependencies:\n  plug: ^1.2.3\n' },
      {
        'pubspec.lock':
          'packages:\n  plug:\n    dependency: "direct main"\n    description:\n      name: plug\n      url: "https://pub.dev"\n    source: hosted\n    version: "1.4.0"\nsdks:\n  dart: ">=3.0.0 <4.0.0"\n',
      },
    ],
    [
      'packages.lock.json',
      { 'x.csproj': CSPROJ('<PackageReference Include="plug" Version="6.*"/>') },
      {
        'packages.lock.json': {
          version: 1,
          dependencies: {
            net8: { plug: { type: 'Direct', requested: '[6.*, )', resolved: '6.0.1' } },
          },
        },
      },
    ],
    [
      'project.assets.json',
      { 'x.csproj': CSPROJ('<PackageReference Include="plug" Version="6.*"/>') },
      {
        'obj/project.assets.json': {
          version: 3,
          targets: { net8: { 'plug/6.0.1': { type: 'package' } } },
          project: { frameworks: {} },
        },
      },
    ],
    [
      'paket.lock',
      { 'paket.dependencies': 'nuget plug >= 1.0\n' },
      { 'paket.lock': 'NUGET\n  remote: https://h.example\n    plug (1.4)\n' },
    ],
    [
      'deno.lock',
      { 'deno.json': { imports: { a: 'npm:plug@^5', b: 'jsr:@std/path@^1' } } },
      {
        'deno.lock': {
          version: '4',
          specifiers: { 'npm:plug@^5': '5.3.0', 'jsr:@std/path@^1': '1.0.0' },
          jsr: { '@std/path@1.0.0': {} },
          npm: { 'plug@5.3.0': { integrity: 'sha512-AAAA' } },
        },
      },
    ],
    [
      'Manifest.toml',
      { 'Project.toml': `${JULIA}[deps]\nplug = "${EXAMPLE}"\n` },
      {
        'Manifest.toml': `julia_version = "1.10.0"\nmanifest_format = "2.0"\n\n[[deps.plug]]\ngit-tree-sha1 = "46e44e869b4d90b96bd8ed1fdcf32244fddfb6cc"\nuuid = "${EXAMPLE}"\nversion = "0.5.3"\n`,
      },
    ],
    [
      'Manifest.toml of a version of Julia',
      { 'Project.toml': `${JULIA}[deps]\nplug = "${EXAMPLE}"\n` },
      {
        'Manifest-v1.11.toml': `julia_version = "1.11.0"\nmanifest_format = "2.0"\n\n[[deps.plug]]\ngit-tree-sha1 = "46e44e869b4d90b96bd8ed1fdcf32244fddfb6cc"\nuuid = "${EXAMPLE}"\nversion = "0.5.3"\n`,
      },
    ],
    [
      'conan.lock',
      { 'conanfile.txt': '[requires]\nplug/[>1]\n' },
      { 'conan.lock': { version: '0.5', requires: ['plug/1.2.11#0%1'] } },
    ],
    [
      'gradle.lockfile',
      {
        'gradle/libs.versions.toml': '[libraries]\na = "plug:a:1.+"\n',
        'build.gradle': 'dependencies { api libs.a }',
      },
      { 'gradle.lockfile': 'plug:a:1.2=runtimeClasspath\nempty=\n' },
    ],
    [
      'cabal.project.freeze',
      {
        'x.cabal': `${CABAL}library\n  build-depends: plug\n  if os(windows)\n    build-depends: Win32\n`,
      },
      {
        'cabal.project.freeze':
          'active-repositories: hackage.haskell.org:merge\nconstraints: any.plug ==2.0.1\n',
      },
    ],
    [
      'requirements.txt',
      { 'requirements.in': 'plug>=2\n' },
      { 'requirements.txt': 'plug==2.0.0\nwerkzeug==2.0.0\n' },
    ],
    [
      'go.sum',
      { 'go.mod': `${GO}require example.com/plug v1.2.3\n` },
      { 'go.sum': `example.com/plug v1.2.3 ${SUM}\nexample.com/plug v1.2.3/go.mod ${SUM}\n` },
    ],
  ])(
    'of %s is none, and with a lockfile of other packages or another directory a gap',
    async (_name, manifest, lock) => {
      expect(await gapOf({ ...manifest, ...lock })).toBe('');
      const other = Object.fromEntries(
        Object.entries(lock).map(([path, body]) => [
          path,
          (typeof body === 'string' ? body : JSON.stringify(body)).replaceAll(
            /plug|serde/g,
            (name) => `${name}x`,
          ),
        ]),
      );
      const result = await scannedTree({ ...manifest, ...other });
      expect([...gapsIn(result), ...gapsIn(result, 'unreadable')]).toHaveLength(1);
      const moved = Object.entries(lock).map(([path, body]) => [`other/${path}`, body] as const);
      expect(gapsIn(await scannedTree({ ...manifest, ...Object.fromEntries(moved) }))).toHaveLength(
        1,
      );
    },
  );

  it.each<[string, Files]>([
    [
      'Cargo.lock with an older version',
      {
        'Cargo.toml': `${CARGO}[dependencies]\nserde = "1.0.5"\n`,
        'Cargo.lock': `version = 3\n\n${crate('serde', '1.0.4')}`,
      },
    ],
    [
      'mix.lock with a newer version',
      {
        'mix.exs': MIX('{:plug, "~> 1.2.0"}'),
        'mix.lock': '%{\n  "plug": {:hex, :plug, "1.3.0", "0", [:mix], [], "hexpm", "1"},\n}\n',
      },
    ],
    [
      'pubspec.lock with an older version',
      {
        'pubspec.yaml': 'name: x\ndependencies:\n  a: ^2.0.0\n',
        'pubspec.lock':
          'packages:\n  a:\n    dependency: "direct main"\n    source: hosted\n    version: "1.4.0"\nsdks:\n  dart: ">=3.0.0 <4.0.0"\n',
      },
    ],
    [
      'Podfile.lock with another version',
      {
        Podfile: "pod 'A', '~> 4.0'\n",
        'Podfile.lock': 'PODS:\n  - A (5.0.1)\n\nDEPENDENCIES:\n  - A (~> 5.0)\n',
      },
    ],
  ])('%s is a gap', async (_name, files) => {
    expect(gapsIn(await scannedTree(files))).toHaveLength(1);
  });
});

describe('a member of a workspace with the lockfile at its root', () => {
  it.each<[string, Files]>([
    [
      'Cargo',
      {
        'Cargo.toml':
          '[workspace]\nmembers = ["crates/*"]\n[workspace.dependencies]\ns = { package = "serde", version = "1" }\nb = { path = "crates/b" }\n',
        'crates/a/Cargo.toml':
          '[package]\nname = "a"\n[dependencies]\ns.workspace = true\nb.workspace = true\n',
        'crates/b/Cargo.toml': '[package]\nname = "b"\n[dependencies]\nserde = "1"\n',
        'Cargo.lock': `version = 3\n\n${crate('a', '0.1.0', false)}${crate('b', '0.1.0', false)}${crate('serde', '1.0.1')}`,
      },
    ],
    [
      'an umbrella of Mix',
      {
        'mix.exs':
          'defmodule U do\n  def project, do: [apps_path: "apps", deps: deps()]\n  defp deps, do: []\nend\n',
        'apps/a/mix.exs': MIX('{:plug, "~> 1.0"}, {:b, in_umbrella: true}'),
        'apps/b/mix.exs': MIX('{:plug, "~> 1.0"}'),
        'mix.lock': '%{\n  "plug": {:hex, :plug, "1.3.0", "0", [:mix], [], "hexpm", "1"},\n}\n',
      },
    ],
    [
      'applications of Rebar3',
      {
        'rebar.config': '{deps, []}.\n',
        'apps/a/rebar.config': '{deps, [plug]}.\n',
        'rebar.lock': '{"1.2.0",\n[{<<"plug">>,{pkg,<<"plug">>,<<"1.9.0">>},0}]}.\n',
      },
    ],
    [
      'Pub',
      {
        'pubspec.yaml': 'name: w\nworkspace:\n  - pkgs/a\n  - pkgs/b\n',
        'pkgs/a/pubspec.yaml':
          'name: a\nresolution: workspace\ndependencies:\n  http: ^1.0.0\n  b: ^2.0.0\n',
        'pkgs/b/pubspec.yaml': 'name: b\nresolution: workspace\n',
        'pubspec.lock':
          'packages:\n  http:\n    dependency: transitive\n    source: hosted\n    version: "1.4.0"\nsdks:\n  dart: ">=3.0.0 <4.0.0"\n',
      },
    ],
    [
      'Deno',
      {
        'deno.json': { workspace: ['./a'] },
        'a/deno.json': { name: '@x/a', imports: { c: 'npm:chalk@^5' } },
        'deno.lock': {
          version: '4',
          specifiers: { 'npm:chalk@^5': '5.3.0' },
          npm: { 'chalk@5.3.0': {} },
        },
      },
    ],
    [
      'Julia',
      {
        'Project.toml': `${JULIA}[workspace]\nprojects = ["docs"]\n`,
        'docs/Project.toml': `[deps]\nExample = "${EXAMPLE}"\n`,
        'Manifest.toml': `julia_version = "1.12.0"\nmanifest_format = "2.0"\n\n[[deps.Example]]\ngit-tree-sha1 = "46e44e869b4d90b96bd8ed1fdcf32244fddfb6cc"\nuuid = "${EXAMPLE}"\nversion = "0.5.3"\n`,
      },
    ],
    [
      'Cabal',
      {
        'cabal.project': 'packages:\n  ./pkgs/a\n  pkgs/b/*.cabal\n',
        'pkgs/a/a.cabal': 'name: a\nlibrary\n  build-depends: b, aeson\n',
        'pkgs/b/b.cabal': 'name: b\nlibrary\n  build-depends: aeson\n',
        'cabal.project.freeze': 'constraints: any.aeson ==2.0.1\n',
      },
    ],
    [
      'Go',
      {
        'go.work': 'go 1.22\n\nuse (\n\t./a\n\t./b\n)\n',
        'a/go.mod': `${GO}require example.com/plug v1.2.3\n`,
        'b/go.mod': `module example.com/b\n\ngo 1.22\n\nrequire example.com/plug v1.2.3\n`,
        'b/go.sum': `example.com/plug v1.2.3 ${SUM}\n`,
      },
    ],
    [
      'Go with sums of the workspace',
      {
        'go.work': 'go 1.22\n\nuse ./a\n',
        'go.work.sum': `example.com/plug v1.2.3 ${SUM}\nexample.com/plug v1.2.3/go.mod ${SUM}\n`,
        'a/go.mod': `${GO}require example.com/plug v1.2.3\n`,
      },
    ],
    [
      'vendored modules of Go',
      {
        'go.mod': `${GO}require example.com/plug v1.2.3\n`,
        'vendor/modules.txt': '# example.com/plug v1.2.3\n## explicit\nexample.com/plug\n',
      },
    ],
    [
      'ports that vcpkg installed',
      {
        'vcpkg.json': { dependencies: ['zlib'] },
        'vcpkg_installed/vcpkg/status':
          'Package: zlib\nVersion: 1.2.11\nArchitecture: x64-linux\nMulti-Arch: same\nStatus: install ok installed\n',
      },
    ],
  ])('of %s is no gap', async (_name, files) => {
    const result = await scannedTree(files);
    expect([...gapsIn(result), ...gapsIn(result, 'unreadable')]).toEqual([]);
  });
});

describe('a manifest in a package store', () => {
  it.each<[string, Files, Files]>([
    [
      'packages of Hex',
      { 'deps/a/mix.exs': MIX('{:plug, "~> 1.0"}') },
      { 'deps/a/hex_metadata.config': '{<<"name">>,<<"a">>}.\n' },
    ],
    [
      'packages that Rebar3 builds',
      { '_build/default/lib/a/rebar.config': '{deps, [plug]}.\n' },
      { 'rebar.lock': '{"1.2.0",\n[{<<"a">>,{pkg,<<"a">>,<<"1.9.0">>},0}]}.\n' },
    ],
    [
      'packages that Gleam builds',
      { 'build/packages/a/gleam.toml': 'name = "a"\n[dependencies]\nb = ">= 1.0.0"\n' },
      { 'build/packages/a/hex_metadata.config': '{<<"name">>,<<"a">>}.\n' },
    ],
    [
      'what Cargo vendors',
      { 'vendor/a/Cargo.toml': `${CARGO}[dependencies]\nb = "1"\n` },
      { 'vendor/a/.cargo-checksum.json': { files: {} } },
    ],
    [
      'what Cargo packs',
      { 'target/package/a-0.1.0/Cargo.toml': `${CARGO}[dependencies]\nb = "1"\n` },
      { 'target/CACHEDIR.TAG': 'Signature: 8a477f597d28d172789f06886806bc55\n' },
    ],
    [
      'checkouts of Xcode',
      {
        'build/SourcePackages/checkouts/a/Package.swift': SWIFT(
          '.package(url: "https://h.example/a/b", from: "1.0.0"),',
        ),
      },
      { 'build/SourcePackages/workspace-state.json': { version: 6 } },
    ],
    [
      'checkouts of Swift',
      {
        '.build/checkouts/a/Package.swift': SWIFT(
          '.package(url: "https://h.example/a/b", from: "1.0.0"),',
        ),
      },
      { 'Package.resolved': { pins: [], version: 2 } },
    ],
    [
      'pods',
      {
        'Pods/A/Package.swift': SWIFT('.package(url: "https://h.example/a/b", from: "1.0.0"),'),
        Podfile: "pod 'A', :path => 'x'\n",
      },
      {
        'Pods/Manifest.lock':
          'PODS:\n  - A (1.0)\n\nDEPENDENCIES:\n  - A (1.0)\n\nCOCOAPODS: 1.15.0\n',
      },
    ],
  ])('%s is no gap, and without the proof one', async (_name, manifest, proof) => {
    expect(await gapOf({ ...manifest, ...proof })).toBe('');
    expect(gapsIn(await scannedTree(manifest))).toHaveLength(1);
  });

  it.each<[string, string, string]>([
    [
      'Pub',
      '.pub-cache/hosted/pub.dev/http-1.0.0/pubspec.yaml',
      'name: a\ndependencies:\n  b: any\n',
    ],
    [
      'Julia',
      '.julia/packages/Example/aqsx3/Project.toml',
      `${JULIA}[deps]\nExample = "${EXAMPLE}"\n`,
    ],
    [
      'Conan 2',
      '.conan2/p/zlib0123456789abc/e/conanfile.py',
      'class X(ConanFile):\n    requires = "a/[>1]"\n',
    ],
    [
      'Cargo',
      '.cargo/registry/src/index.crates.io-6f17d22bba15001f/a-1.0.0/Cargo.toml',
      `${CARGO}[dependencies]\nb = "1"\n`,
    ],
    [
      'Cabal',
      '.cabal/packages/hackage.haskell.org/a/1.0/a.cabal',
      `${CABAL}library\n  build-depends: b\n`,
    ],
  ])('of %s is known by its layout', async (_name, path, body) => {
    expect(await gapOf({ [path]: body })).toBe('');
    const name = path.slice(path.lastIndexOf('/') + 1);
    expect(gapsIn(await scannedTree({ [`packages/${name}`]: body }))).toHaveLength(1);
  });
});
