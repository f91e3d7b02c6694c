/** A well-formed file of each row that reads files of projects, for the contract of catalogers. */

export const WELL_FORMED_PROJECTS: Readonly<
  Record<string, { readonly path: string; readonly body: string }>
> = {
  'nim/nimble-lock': {
    path: '/app/nimble.lock',
    body: '{"version":2,"packages":{"a":{"version":"1.0.0","vcsRevision":"c9","url":"https://h/a","downloadMethod":"git","dependencies":["b"]}},"tasks":{"test":{"b":{"version":"2"}}}}',
  },
  'cargo/cargo-lock': {
    path: '/Cargo.lock',
    body: 'version = 4\n[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "git+https://h/a#1"\ndependencies = ["b 1.0.0 (x)"]\n',
  },
  'cargo/cargo-toml': {
    path: '/Cargo.toml',
    body: '[package]\nname = "a"\n[dependencies]\nb = { version = "=1.0.0", optional = true }\n',
  },
  'packagist/composer-json': {
    path: '/composer.json',
    body: '{"name":"a/b","require":{"php":"8","c/d":"1.2.5","e/f":"^1 || dev-main"},"require-dev":{"g/h":"*"},"config":{"vendor-dir":"lib"},"repositories":[{"type":"path"}]}',
  },
  'rubygems/gemfile-requests': {
    path: '/Gemfile',
    body: 'source "https://h"\ngem "a", "1.0",\n  require: false\ngroup :test do\n  gem \'b\', ">= 1", "< 2"\nend\ngem "c", path: "c"\n',
  },
  'pypi/pipfile': {
    path: '/Pipfile',
    body: '[packages]\na = "==1.0"\nb = {version = ">=1", markers = "x"}\nc = {git = "https://h/c", ref = "0"}\n[dev-packages]\nd = "*"\n',
  },
  'maven/gradle-build': {
    path: '/build.gradle',
    body: "def v = '1'\nbuildscript { dependencies { classpath 'a:b:1' } }\ndependencies {\n  api platform(\"a.b:c:${v}\") // x\n  implementation group: 'd', name: 'e', version: v\n  testImplementation('f:g:1.+') { exclude group: 'h' }\n}\n",
  },
  'maven/other-build': {
    path: '/ivy.xml',
    body: '<ivy-module version="2.0"><dependencies><!-- <dependency org="x" name="y" rev="1"/> --><dependency org="a" name="b" rev="1.0"/><dependency org=\'c\' name=\'d\' rev=\'latest.release\'/></dependencies></ivy-module>',
  },
  'maven/sbt-build': {
    path: '/build.sbt',
    body: 'scalaVersion := "2.13.1"\nval v = "1"\nlibraryDependencies ++= Seq("a" %% "b" % v, "c" % "d" % s"$v" % Test)\n',
  },
  'packagist/composer-lock': {
    path: '/composer.lock',
    body: '{"packages":[{"name":"a/b","version":"dev-main","source":{"type":"git","url":"https://h/a"},"require":{"c/d":"1"}}],"packages-dev":null}',
  },
  'packagist/installed-json': {
    path: '/vendor/composer/installed.json',
    body: '{"packages":[{"name":"a/b","version":"1","license":["MIT"]}],"dev-package-names":["a/b"]}',
  },
  'nuget/packages-lock': {
    path: '/packages.lock.json',
    body: '{"dependencies":{"net8.0":{"A":{"type":"Direct","resolved":"1.0.0","dependencies":{"B":"1"}}}}}',
  },
  'nuget/packages-config': {
    path: '/packages.config',
    body: '<packages><package id="A" version="1.0" developmentDependency="true"/></packages>',
  },
  'nuget/deps-json': {
    path: '/a.deps.json',
    body: '{"runtimeTarget":{"name":"n"},"targets":{"n":{"A/1":{"runtime":{"a.dll":{}},"dependencies":{"B":"1"}}}},"libraries":{"A/1":{"type":"runtimepack"},"P/1":{"type":"project"}}}',
  },
  'nuget/packages-props': {
    path: '/Directory.Packages.props',
    body: '<Project><PropertyGroup><V>1.0</V></PropertyGroup><ItemGroup><PackageVersion Include="A" Version="$(V)"/></ItemGroup></Project>',
  },
  'nuget/project-file': {
    path: '/a.csproj',
    body: '<Project><ItemGroup><PackageReference Include="A"><Version>1.0</Version></PackageReference></ItemGroup></Project>',
  },
  'nuget/paket-lock': {
    path: '/paket.lock',
    body: 'NUGET\n  remote: https://h\n    A (1.0) - restriction: x\n      B (>= 1)\nGITHUB\n  remote: a/b\n    c (d)\n',
  },
  'nuget/paket-dependencies': {
    path: '/paket.dependencies',
    body: 'source https://h // x\nnuget A == 1.0 # y\ngithub a/b:c d\n',
  },
  'hex/mix-lock': {
    path: '/mix.lock',
    body: '%{\n  "a": {:hex, :a, "1.0.0", "0", [:mix], [{:b, "~> 1.0", [hex: :b]}], "hexpm", "1"},\n  "c": {:git, "https://h/c", "0123", []},\n}\n',
  },
  'hex/rebar-lock': {
    path: '/rebar.lock',
    body: '{"1.2.0",\n[{<<"a">>,{pkg,<<"a">>,<<"1.0">>},0},\n {<<"b">>,{git,"https://h/b",{ref,"0123"}},1}]}.\n[{pkg_hash_ext,[{<<"a">>, <<"00">>}]}].\n',
  },
  'hex/gleam-manifest': {
    path: '/manifest.toml',
    body: 'packages = [{ name = "a", version = "1.0.0", requirements = ["b"], source = "hex" }]\n[requirements]\na = { version = "1" }\n',
  },
  'hex/gleam-toml': { path: '/gleam.toml', body: '[dependencies]\na = ">= 1.0.0 and < 2.0.0"\n' },
  'pub/pubspec-lock': {
    path: '/pubspec.lock',
    body: 'packages:\n  a:\n    dependency: "direct dev"\n    description: {url: "https://h/a", resolved-ref: b}\n    source: git\n    version: "1.0.0"\n',
  },
  'swift/package-resolved': {
    path: '/Package.resolved',
    body: '{"pins":[{"identity":"a","kind":"remoteSourceControl","location":"git@h:a/b.git","state":{"revision":"c"}}],"version":3}',
  },
  'cocoapods/podfile-lock': {
    path: '/Podfile.lock',
    body: 'PODS:\n  - A/B (1.0):\n    - C (~> 1)\n\nDEPENDENCIES:\n  - A (~> 1)\n\nEXTERNAL SOURCES:\n  A:\n    :git: https://h/a\n',
  },
  'conan/conan-lock': {
    path: '/conan.lock',
    body: '{"graph_lock":{"nodes":{"0":{"path":"x","requires":["1"]},"1":{"ref":"a/1.0@b/c#d","requires":{"x":"1"}}}}}',
  },
  'cran/renv-lock': {
    path: '/renv.lock',
    body: '{"Packages":{"a":{"Package":"a","Version":"1.0","RemoteType":"github","RemoteUsername":"b","RemoteRepo":"c"}}}',
  },
  'cran/description': {
    path: '/usr/lib/R/library/a/DESCRIPTION',
    body: 'Package: a\nVersion: 1.0\nImports: b (>= 1),\n c\nBuilt: R 4.3.1\n',
  },
  'julia/manifest-toml': {
    path: '/Manifest.toml',
    body: 'julia_version = "1.9.0"\nmanifest_format = "2.0"\n[[deps.A]]\ndeps = ["B"]\nuuid = "c"\nrepo-url = "https://h/a"\n',
  },
  'julia/project-toml': {
    path: '/Project.toml',
    body: 'name = "A"\nuuid = "b"\n[deps]\nC = "d"\n[compat]\nC = "=1.0.0"\n',
  },
  'hackage/cabal-freeze': {
    path: '/cabal.project.freeze',
    body: 'constraints: any.a ==1.0,\n             any.b installed,\n             c +d\n',
  },
  'hackage/stack-lock': {
    path: '/stack.yaml.lock',
    body: 'packages:\n- completed:\n    hackage: a-b-1.0@sha256:c,1\nsnapshots:\n- original: lts-1\n',
  },
  'luarocks/rockspec': {
    path: '/rocks-5.4/a/1.0-1/a-1.0-1.rockspec',
    body: 'package = "a"\nversion = \'1.0-1\'\ndescription = {\n  license = "MIT"\n}\n',
  },
  'cpan/cpanfile-snapshot': {
    path: '/cpanfile.snapshot',
    body: '# carton snapshot format: version 1.0\nDISTRIBUTIONS\n  A-B-1.0\n    pathname: A/AB/ABC/A-B-1.0.tar.gz\n',
  },
  'cpan/install-json': { path: '/.meta/A-1.0/install.json', body: '{"dist":"A-1.0"}' },
  'githubactions/workflow': {
    path: '/.github/workflows/a.yml',
    body: 'jobs:\n  a:\n    uses: a/b/c@d\n    steps:\n      - uses: e/f@v1 # g\n',
  },
  'vcpkg/vcpkg-status': {
    path: '/vcpkg/status',
    body: 'Package: a\nVersion: 1.0\nPort-Version: 1\nArchitecture: x64-linux\nStatus: install ok installed\n\n',
  },
  'vcpkg/vcpkg-json': {
    path: '/vcpkg.json',
    body: '{"name":"a","version":"1","dependencies":["b",{"name":"c","host":true}],"overrides":[{"name":"b","version":"1"}]}',
  },
  'terraform/lock-hcl': {
    path: '/.terraform.lock.hcl',
    body: 'provider "h/a/b" {\n  version = "1.0.0"\n}\n',
  },
  'vscode/extensions-json': {
    path: '/extensions/extensions.json',
    body: '[{"identifier":{"id":"a.b"},"version":"1.0.0","metadata":{"targetPlatform":"linux-x64"}}]',
  },
  'wordpress/plugin': {
    path: '/wp-content/plugins/a/a.php',
    body: '<?php\n/*\nPlugin Name: A\nVersion: 1.0\n*/\n',
  },
  'cocoapods/podfile': {
    path: '/Podfile',
    body: "platform :ios, '13.0'\ntarget 'A' do\n  pod 'B', '1.0'\n  pod 'C/D', '~> 1.0', '>= 1.0.2'\n  pod 'E', :path => '../E'\nend\n",
  },
  'conan/conanfile': {
    path: '/conanfile.txt',
    body: '[requires]\na/1.0@b/c#d\ne/[>1.0 <2]\n[tool_requires]\nf/1\n',
  },
  'hackage/cabal-file': {
    path: '/a.cabal',
    body: 'cabal-version: 2.4\nname: a\nlibrary\n  build-depends:\n      base >=4 && <5\n    , b ==1.0\n  if os(windows)\n    build-depends: c:{d, e}\ntest-suite t\n  build-depends: f\n',
  },
  'hackage/cabal-project': { path: '/cabal.project', body: 'packages: ./a\n  b/*.cabal\n' },
  'hackage/package-yaml': {
    path: '/package.yaml',
    body: 'name: a\nlibrary:\n  dependencies:\n  - b >= 1\n  - name: c\n    version: "==1.0"\nexecutables:\n  d:\n    dependencies:\n      e: ^>= 1\n',
  },
  'hex/mix-exs': {
    path: '/mix.exs',
    body: 'defmodule A do\n  def project, do: [app: :a, deps: deps()]\n  defp deps do\n    [{:b, "~> 1.0", only: [:dev]}, {:c, github: "d/c"}, {:e, "1.0.0", hex: :f}, {:g, v()}]\n  end\nend\n',
  },
  'hex/rebar-config': {
    path: '/rebar.config',
    body: '{deps, [a, {b, "1.0.0"}, {c, {git, "https://h/c", {tag, "1"}}}, {d, {pkg, e}}]}. % x\n{profiles, [{test, [{deps, [f]}]}]}.\n',
  },
  'pub/pubspec': {
    path: '/pubspec.yaml',
    body: 'name: a\ndependencies:\n  b: ^1.0.0\n  c:\n    git: https://h/c\n  d:\n    hosted: https://h\n    version: 1.0.0\n  e:\n    sdk: flutter\ndev_dependencies:\n  f: any\nworkspace:\n  - g\n',
  },
  'swift/package-swift': {
    path: '/Package.swift',
    body: 'let package = Package(name: "a", dependencies: [\n  .package(url: "https://h/b/c.git", exact: "1.0.0"),\n  .package(id: "d.e", from: "1.0.0"),\n  .package(path: "../f"),\n])\n',
  },
  'pypi/script': {
    path: '/a.py',
    body: '# /// script\n# dependencies = ["a==1", "b<2"]\n# ///\nimport a\n',
  },
  'rubygems/inline-gemfile': {
    path: '/a.rb',
    body: "require 'bundler/inline'\ngemfile do\n  gem 'a', '1.0'\n  gem 'b', '~> 2'\nend\n",
  },
  'maven/script': {
    path: '/a.sc',
    body: '//DEPS a:b:1\n//> using dep c::d:2\n@Grab("e:f:3")\nimport $ivy.`g:h:4`\n',
  },
  'nuget/script': {
    path: '/a.csx',
    body: '#:package A@1.0\n#r "nuget: B, 2.0"\n#addin nuget:?package=C&version=3.0\n',
  },
  'npm/script': {
    path: '/a.ts',
    body: 'import a from "npm:a@1.0.0";\nimport { b } from "jsr:@b/b@2";\n',
  },
  'rubygems/gemspec-requests': {
    path: '/a.gemspec',
    body: "Gem::Specification.new do |s|\n  s.name = 'a'\n  s.add_dependency 'b', '~> 1.0'\n  s.add_development_dependency 'c'\nend\n",
  },
  'cran/project': {
    path: '/DESCRIPTION',
    body: 'Package: a\nVersion: 1.0\nDepends: R (>= 4)\nImports: bc (>= 1.0),\n  cd\n',
  },
};
