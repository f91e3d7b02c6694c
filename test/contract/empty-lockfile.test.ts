/**
 * A lockfile that pins nothing beside a manifest that asks for packages is a gap, and beside any
 * other it is none.
 */

import { describe, expect, it } from 'vitest';

import { CATALOGERS } from '../../src/scan/catalog/list.ts';
import { compileSelectors } from '../../src/scan/collect/selector.ts';
import { readAmong } from '../support/catalog-file.ts';

interface EmptyCase {
  readonly id: string;
  readonly lock: string;
  /** Bodies that pin nothing. */
  readonly empty: readonly string[];
  readonly manifest: string;
  readonly asking: string;
  /** Bodies that ask for nothing that a registry has, or that cannot be read. */
  readonly silent: readonly string[];
}

const NPM = {
  manifest: 'package.json',
  asking: '{"dependencies":{"a":"^1"}}',
  silent: [
    '{}',
    '{"dependencies":{"a":"file:../a","b":"workspace:*"},"peerDependencies":{"c":"1"}}',
    '{',
  ],
};
const PYTHON = {
  empty: ['', 'version = 1\n'],
  manifest: 'pyproject.toml',
  asking: '[project]\nname = "x"\ndependencies = ["a>=1"]\n',
  silent: ['[project]\nname = "x"\n', '[project.optional-dependencies]\nx = ["a"]\n', '['],
};

const CASES: readonly EmptyCase[] = [
  {
    id: 'npm/package-lock',
    lock: 'package-lock.json',
    empty: [
      '{"lockfileVersion":3,"packages":{}}',
      '{"lockfileVersion":2}',
      '{"lockfileVersion":1,"dependencies":{}}',
      '{"lockfileVersion":3,"packages":{"":{"name":"x"}}}',
    ],
    ...NPM,
  },
  {
    id: 'npm/yarn-lock',
    lock: 'yarn.lock',
    empty: [
      '',
      '# yarn lockfile v1\n\n\n',
      '__metadata:\n  version: 8\n\n"x@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "x@workspace:."\n',
    ],
    ...NPM,
  },
  {
    id: 'npm/pnpm-lock',
    lock: 'pnpm-lock.yaml',
    empty: ['', "lockfileVersion: '9.0'\nimporters:\n  .: {}\n"],
    ...NPM,
  },
  { id: 'npm/bun-lock', lock: 'bun.lock', empty: ['{"lockfileVersion":1,"packages":{}}'], ...NPM },
  {
    id: 'packagist/composer-lock',
    lock: 'composer.lock',
    empty: ['{"packages":[],"packages-dev":[]}', '{"packages":[],"packages-dev":null}'],
    manifest: 'composer.json',
    asking: '{"require":{"php":">=8","a/b":"^1"}}',
    silent: ['{"require":{"php":">=8","ext-json":"*"}}', '{'],
  },
  {
    id: 'nuget/packages-lock',
    lock: 'packages.lock.json',
    empty: [
      '{"version":1,"dependencies":{}}',
      '{"version":1,"dependencies":{"net8.0":{"b":{"type":"Project"}}}}',
    ],
    manifest: 'App.csproj',
    asking: '<Project><ItemGroup><PackageReference Include="A" /></ItemGroup></Project>',
    silent: [
      '<Project><ItemGroup><ProjectReference Include="../B/B.csproj" /></ItemGroup></Project>',
      '<Project>',
    ],
  },
  {
    id: 'nuget/paket-lock',
    lock: 'paket.lock',
    empty: ['', 'NUGET\n  remote: https://www.nuget.org/api/v2\n'],
    manifest: 'paket.dependencies',
    asking: 'source https://www.nuget.org/api/v2\nnuget A ~> 1.0\n',
    silent: ['', 'github a/b c.fs\n'],
  },
  {
    id: 'pypi/pipfile-lock',
    lock: 'Pipfile.lock',
    empty: ['', '{"_meta":{},"default":{},"develop":{}}'],
    manifest: 'Pipfile',
    asking: '[packages]\na = "*"\n',
    silent: [
      '[[source]]\nname = "pypi"\n\n[packages]\nown = {path = "."}\n\n[requires]\npython_version = "3"\n\n[scripts]\nx = "y"\n',
      '[',
    ],
  },
  { id: 'pypi/poetry-lock', lock: 'poetry.lock', ...PYTHON },
  { id: 'pypi/pdm-lock', lock: 'pdm.lock', ...PYTHON },
  {
    id: 'pypi/uv-lock',
    lock: 'uv.lock',
    ...PYTHON,
    empty: [
      ...PYTHON.empty,
      '[[package]]\nname = "x"\nversion = "1"\nsource = { virtual = "." }\n',
    ],
  },
  {
    id: 'cargo/cargo-lock',
    lock: 'Cargo.lock',
    empty: ['', 'version = 4\n', '[[package]]\nname = "own"\nversion = "1.0.0"\n'],
    manifest: 'Cargo.toml',
    asking: '[package]\nname = "own"\n\n[target.x.dependencies]\na = "1"\n',
    silent: ['[dependencies]\nb = { path = "../b" }\n\n[workspace.dependencies]\na = "1"\n', '['],
  },
  {
    id: 'rubygems/gemfile-lock',
    lock: 'Gemfile.lock',
    empty: ['', 'GEM\n  remote: https://rubygems.org/\n  specs:\n\nDEPENDENCIES\n'],
    manifest: 'Gemfile',
    asking: 'source "https://rubygems.org"\n\ngroup :test do\n  gem(\'a\', "~> 1")\nend\n',
    silent: ['# gem "a"\ngemspec\n', 'gem "a", path: "../a"\ngem "b", :path => "b"\n'],
  },
  {
    id: 'pub/pubspec-lock',
    lock: 'pubspec.lock',
    empty: ['', 'packages: {}\nsdks: {dart: ">=3.0.0"}\n'],
    manifest: 'pubspec.yaml',
    asking: 'name: x\ndependencies:\n  a: ^1.0.0\n',
    silent: ['name: x\ndev_dependencies:\n  b:\n    path: ../b\n', 'name: [', ''],
  },
  {
    id: 'hex/mix-lock',
    lock: 'mix.lock',
    empty: ['', '%{}\n', '%{\n  "b": {:path, "../b"},\n}\n'],
    manifest: 'mix.exs',
    asking:
      'defmodule A do\n  defp deps do\n    [\n      {:a, "~> 1.0", only: :test},\n    ]\n  end\nend\n',
    silent: [
      'defp deps do\n  [{:b, path: "../b"}, {:c, ">= 0.0.0", in_umbrella: true}]\nend\n',
      '# {:a, "~> 1.0"}\ndef application, do: [mod: {A, []}, env: [{:key, "text"}]]\n',
    ],
  },
  {
    id: 'swift/package-resolved',
    lock: 'Package.resolved',
    empty: ['{"pins":[],"version":2}', '{"object":{"pins":[]},"version":1}'],
    manifest: 'Package.swift',
    asking:
      'dependencies: [\n  .package(name: "A", url: "https://x.example/a", from: "1.0.0"),\n]\n',
    silent: [
      'dependencies: [\n  .package(path: "../b"),\n  .package(name: "B", path: "../b"),\n]\n',
      '// .package(url: "https://x.example/a", from: "1.0.0")\n',
    ],
  },
  {
    id: 'cocoapods/podfile-lock',
    lock: 'Podfile.lock',
    empty: ['', 'PODS: []\n\nDEPENDENCIES: []\n', 'PODFILE CHECKSUM: 0\n\nCOCOAPODS: 1.0.0\n'],
    manifest: 'Podfile',
    asking: "target 'App' do\n  pod 'A/Core', '~> 1.0'\nend\n",
    silent: ["target 'App' do\n  pod 'B', :path => '../B'\n  # pod 'A'\nend\n", ''],
  },
  {
    id: 'conan/conan-lock',
    lock: 'conan.lock',
    empty: [
      '{"version":"0.5","requires":[],"build_requires":[],"python_requires":[]}',
      '{"version":"0.4","graph_lock":{"nodes":{"0":{"path":"conanfile.txt"}}}}',
    ],
    manifest: 'conanfile.txt',
    asking: '[requires]\n# b/1\na/1.0@x/y\n\n[generators]\ncmake\n',
    silent: ['[requires]\n\n[options]\na/*:shared=True\n', ''],
  },
  {
    id: 'conan/conan-lock',
    lock: 'conan.lock',
    empty: ['{"version":"0.5","requires":[],"build_requires":[],"python_requires":[]}'],
    manifest: 'conanfile.py',
    asking: 'class A(ConanFile):\n    requires = (\n        "a/1.0",\n        "b/2.0",\n    )\n',
    silent: [
      'class A(ConanFile):\n    name = "x"\n    requires = ()\n',
      'class A(ConanFile):\n    def requirements(self):\n        if self.options.b:\n            self.requires("b/1")\n',
    ],
  },
  {
    id: 'terraform/lock-hcl',
    lock: '.terraform.lock.hcl',
    empty: ['', '# This file is maintained automatically by "terraform init".\n'],
    manifest: 'versions.tf',
    asking:
      'terraform {\n  required_providers {\n    a = {\n      source  = "x/a"\n      version = "~> 1"\n    }\n  }\n}\n',
    silent: [
      'terraform {\n  required_providers {\n    t = { source = "terraform.io/builtin/terraform" }\n  }\n}\n',
      'module "m" {\n  source = "x/m/aws"\n}\n',
    ],
  },
  {
    id: 'cran/renv-lock',
    lock: 'renv.lock',
    empty: ['{"R":{"Version":"4.4.0"},"Packages":{}}', '{"R":{"Version":"4.4.0"}}'],
    manifest: 'DESCRIPTION',
    asking: 'Package: x\nImports:\n    methods,\n    dplyr (>= 1.0)\n',
    silent: ['Package: x\nDepends: R (>= 4.0), methods\nSuggests: testthat\n', ''],
  },
  {
    id: 'hex/gleam-manifest',
    lock: 'manifest.toml',
    empty: ['', 'packages = []\n'],
    manifest: 'gleam.toml',
    asking: 'name = "x"\n[dependencies]\na = ">= 1.0.0"\n',
    silent: ['name = "x"\n[dependencies]\nb = { path = "../b" }\n', '['],
  },
  {
    id: 'julia/manifest-toml',
    lock: 'Manifest.toml',
    empty: ['', 'julia_version = "1.10.0"\nmanifest_format = "2.0"\n[deps]\n'],
    manifest: 'Project.toml',
    asking: '[deps]\nA = "7876af07-990d-54b4-ab0e-23690620f79a"\n',
    silent: ['name = "x"\n', '['],
  },
];

describe.each(CASES.map((one) => [one.lock, one] as const))('%s', (_, one) => {
  const { id, lock, empty, manifest, asking, silent } = one;

  async function gapsOf(
    body: string,
    beside: Readonly<Record<string, string>>,
  ): Promise<readonly string[]> {
    const row = CATALOGERS.find((candidate) => candidate.id === id);
    const reader = await row?.load();
    if (reader === undefined) throw new Error(`no cataloger "${id}"`);
    const { diagnostics = [] } = await readAmong(reader, { [`/app/${lock}`]: body, ...beside });
    return diagnostics.filter(({ gap }) => gap !== undefined).map(({ message }) => message);
  }

  it.each(empty)('is a gap beside a manifest that asks for packages: %j', async (body) => {
    const [gap, ...more] = await gapsOf(body, { [`/app/${manifest}`]: asking });
    expect(gap).toMatch(`pins nothing, and "/app/${manifest}" asks for "`);
    expect(more).toEqual([]);
  });

  it.each(silent)('is none beside a manifest that asks for nothing: %j', async (text) => {
    for (const body of empty)
      expect(await gapsOf(body, { [`/app/${manifest}`]: text })).toEqual([]);
  });

  it('is none without a manifest', async () => {
    for (const body of empty) expect(await gapsOf(body, {})).toEqual([]);
  });

  it('finds the manifest among what is kept of a folder', () => {
    const table = compileSelectors(CATALOGERS);
    const path = `/app/${manifest}`;
    expect([...table.wantedBy(path), ...table.companionOf(path)]).not.toEqual([]);
  });
});
