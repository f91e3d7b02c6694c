/** Rows of files and what is to be found in them, written from the documentation of each format. */

import { describe, expect, it } from 'vitest';

import { readTrustFile } from '../../../trust/trust-file/read-trust-file.ts';
import type { DetectionNote } from '../detector.ts';
import { sources } from './sources.ts';

const TRUST = `version: 1
registries:
  allowed: [docker.io, ghcr.io/acme/**]
base-images:
  allowed: [docker.io/library/debian, ghcr.io/acme/**]
packages:
  npm:
    sources: ['https://registry.example/npm/', 'https://github.com/good/']
    owned:
      - names: ['@acme/*', 'acme-*']
        sources: ['https://npm.acme.example/']
  pypi:
    sources: ['https://pypi.example/simple/', 'https://files.example/', 'https://github.com/good/']
    owned:
      - names: ['acme-*']
        sources: ['https://py.acme.example/simple/']
  rubygems:
    sources: ['https://gems.example/']
    owned:
      - names: ['acme-*']
        sources: ['https://gems.acme.example/']
  cargo:
    sources: ['https://github.com/rust-lang/crates.io-index']
    owned:
      - names: ['acme-*']
        sources: ['https://cargo.acme.example/index/']
  packagist:
    sources: ['https://repo.packagist.org/', 'https://api.github.com/repos/']
    owned:
      - names: ['acme/*']
        sources: ['https://composer.acme.example/']
  maven:
    sources: ['https://repo.maven.apache.org/maven2/', 'https://services.example/gradle/']
    owned:
      - names: ['com.acme:*']
        sources: ['https://maven.acme.example/']
  nuget:
    sources: ['https://nuget.example/v3/']
    owned:
      - names: ['Acme.*']
        sources: ['https://nuget.acme.example/v3/']
  go:
    sources: ['https://github.com/', 'https://proxy.example/']
  pub:
    sources: ['https://pub.example/']
  swift:
    sources: ['https://github.com/good/']
  hex:
    sources: ['https://hex.example/']
  terraform:
    sources: ['https://registry.terraform.io/hashicorp/']
  githubactions:
    sources: ['https://github.com/actions/']
`;
const TRUST_FILE = readTrustFile('assay.trust.yaml', Buffer.from(TRUST));
const COMMIT = 'c0ffee'.repeat(7).slice(0, 40);
const SHA256 = 'ab'.repeat(32);

/**
 * What a row expects: rules with lines, as in `untrusted-source:3`, and `gap` for each part that is
 * not judged.
 */
type Row = readonly [
  name: string,
  path: string,
  text: string,
  expected: readonly string[],
  others?: Readonly<Record<string, string>>,
];

function npmLock(rows: Readonly<Record<string, object>>): string {
  const packages = Object.entries(rows).map(
    ([path, row]) => `    ${JSON.stringify(path)}: ${JSON.stringify(row)}`,
  );
  return `{\n  "lockfileVersion": 3,\n  "packages": {\n${packages.join(',\n')}\n  }\n}\n`;
}

function npmRow(path: string, host = 'https://registry.example/npm', version = '1.0.0'): object {
  const base = path.slice(path.lastIndexOf('/') + 1);
  return {
    version,
    resolved: `${host}/${path}/-/${base}-${version}.tgz`,
    integrity: 'sha512-AAAA',
  };
}

const ROWS: readonly Row[] = [
  // npm
  ['npm: allowed', '/package-lock.json', npmLock({ 'node_modules/left': npmRow('left') }), []],
  [
    'npm: another host',
    '/package-lock.json',
    npmLock({ 'node_modules/left': npmRow('left', 'https://mirror.example') }),
    ['untrusted-source:4'],
  ],
  [
    'npm: a host that begins alike',
    '/package-lock.json',
    npmLock({ 'node_modules/left': npmRow('left', 'https://registry.example.evil.example/npm') }),
    ['untrusted-source:4'],
  ],
  [
    'npm: another path of the host',
    '/package-lock.json',
    npmLock({ 'node_modules/left': npmRow('left', 'https://registry.example/npm-test') }),
    ['untrusted-source:4'],
  ],
  [
    'npm: plain HTTP',
    '/package-lock.json',
    npmLock({ 'node_modules/left': npmRow('left', 'http://registry.example/npm') }),
    ['untrusted-source:4', 'clear-text-source:4'],
  ],
  [
    'npm: own scope from the public registry',
    '/package-lock.json',
    npmLock({ 'node_modules/@acme/ui': npmRow('@acme/ui') }),
    ['dependency-confusion:4'],
  ],
  [
    'npm: own scope from its registry',
    '/package-lock.json',
    npmLock({ 'node_modules/@acme/ui': npmRow('@acme/ui', 'https://npm.acme.example') }),
    [],
  ],
  [
    'npm: no digest',
    '/package-lock.json',
    npmLock({
      'node_modules/left': {
        version: '1.0.0',
        resolved: 'https://registry.example/npm/left/-/left-1.0.0.tgz',
      },
    }),
    ['missing-integrity:4'],
  ],
  [
    'npm: SHA-1',
    '/package-lock.json',
    npmLock({ 'node_modules/left': { ...npmRow('left'), integrity: 'sha1-AAAA' } }),
    ['weak-integrity:4'],
  ],
  [
    'npm: SHA-1 beside SHA-512',
    '/package-lock.json',
    npmLock({ 'node_modules/left': { ...npmRow('left'), integrity: 'sha1-AAAA sha512-AAAA' } }),
    [],
  ],
  [
    'npm: two digests',
    '/package-lock.json',
    npmLock({
      'node_modules/left': npmRow('left'),
      'node_modules/a/node_modules/left': { ...npmRow('left'), integrity: 'sha512-BBBB' },
    }),
    ['differing-integrity:5'],
  ],
  [
    'npm: the address of another package',
    '/package-lock.json',
    npmLock({ 'node_modules/left': npmRow('right') }),
    ['address-of-another-package:4'],
  ],
  [
    'npm: a scope as %2f',
    '/package-lock.json',
    npmLock({
      'node_modules/@a/left': {
        ...npmRow('left'),
        resolved: 'https://registry.example/npm/@a%2fleft/-/left-1.0.0.tgz',
      },
    }),
    [],
  ],
  [
    'npm: git with a commit',
    '/package-lock.json',
    npmLock({
      'node_modules/left': {
        version: '1.0.0',
        resolved: `git+ssh://git@github.com/good/left.git#${COMMIT}`,
      },
    }),
    ['untrusted-source:4'],
  ],
  [
    'npm: git over https',
    '/package-lock.json',
    npmLock({
      'node_modules/left': {
        version: '1.0.0',
        resolved: `git+https://github.com/good/left.git#${COMMIT}`,
      },
    }),
    [],
  ],
  [
    'npm: git without a commit',
    '/package-lock.json',
    npmLock({
      'node_modules/left': {
        version: '1.0.0',
        resolved: 'git+https://github.com/good/left.git#main',
      },
    }),
    ['unpinned-dependency:4'],
  ],
  [
    'npm: links and members',
    '/package-lock.json',
    npmLock({
      'node_modules/own': { resolved: 'packages/own', link: true },
      'packages/own': { version: '1.0.0' },
    }),
    [],
  ],
  [
    'npm: an alias',
    '/package-lock.json',
    npmLock({ 'node_modules/react': { ...npmRow('preact'), name: 'preact' } }),
    ['alias:4'],
  ],
  [
    'npm: an alias to something else',
    '/package-lock.json',
    npmLock({ 'node_modules/left': { ...npmRow('right'), name: 'right' } }),
    ['alias:4'],
  ],
  [
    'npm 6: nested',
    '/package-lock.json',
    '{\n "lockfileVersion": 1,\n "dependencies": {\n  "a": {"version": "1.0.0", "resolved": "https://registry.example/npm/a/-/a-1.0.0.tgz", "integrity": "sha512-AAAA", "dependencies": {\n   "b": {"version": "http://evil.example/b.tgz"}}}\n }\n}',
    ['untrusted-source:5', 'clear-text-source:5', 'unpinned-dependency:5'],
  ],
  [
    'npm: credentials are not shown, and do not matter',
    '/package-lock.json',
    npmLock({ 'node_modules/left': npmRow('left', 'https://user:secret@registry.example/npm') }),
    [],
  ],
  [
    'npm: lockfile against manifest',
    '/package-lock.json',
    npmLock({ '': { dependencies: { left: '^1.0.0' } }, 'node_modules/left': npmRow('left') }),
    ['lockfile-differs:1'],
    { '/package.json': '{"dependencies":{"left":"^1.0.0","more":"^2.0.0"}}' },
  ],
  [
    'npm: no source, and none configured',
    '/package-lock.json',
    npmLock({ 'node_modules/left': { version: '1.0.0', integrity: 'sha512-AAAA' } }),
    ['gap'],
  ],
  [
    'npm: no source, configured',
    '/package-lock.json',
    npmLock({ 'node_modules/left': { version: '1.0.0', integrity: 'sha512-AAAA' } }),
    [],
    { '/.npmrc': 'registry=https://registry.example/npm/' },
  ],
  [
    'yarn 1',
    '/yarn.lock',
    '# yarn lockfile v1\n\n"left@^1.0.0":\n  version "1.0.0"\n  resolved "https://mirror.example/left/-/left-1.0.0.tgz#0123456789012345678901234567890123456789"\n',
    ['untrusted-source:3', 'weak-integrity:3'],
  ],
  [
    'yarn 4: configured',
    '/yarn.lock',
    '__metadata:\n  version: 8\n\n"left@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "left@npm:1.0.0"\n  checksum: 10c0/abcd\n  languageName: node\n  linkType: hard\n\n"@acme/ui@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "@acme/ui@npm:1.0.0"\n  checksum: 10c0/abcd\n',
    ['dependency-confusion:11'],
    { '/.yarnrc.yml': 'npmRegistryServer: "https://registry.example/npm"\n' },
  ],
  [
    'pnpm',
    '/pnpm-lock.yaml',
    'lockfileVersion: "9.0"\npackages:\n  left@1.0.0:\n    resolution: {integrity: sha512-AAAA}\n  right@1.0.0:\n    resolution: {tarball: https://evil.example/right.tgz}\n',
    ['untrusted-source:5', 'unpinned-dependency:5'],
    { '/.npmrc': 'registry=https://registry.example/npm/' },
  ],
  [
    'bun',
    '/bun.lock',
    '{\n  "lockfileVersion": 1,\n  "packages": {\n    "left": ["left@1.0.0", "https://evil.example/left/-/left-1.0.0.tgz", {}, "sha512-AAAA"],\n  }\n}',
    ['untrusted-source:4'],
  ],
  [
    'package.json: a branch, an archive, an own name',
    '/package.json',
    '{\n "dependencies": {\n  "a": "good/a#main",\n  "b": "https://evil.example/b.tgz",\n  "@acme/ui": "^1.0.0"\n }\n}',
    [
      'unpinned-dependency:3',
      'untrusted-source:4',
      'unpinned-dependency:4',
      'dependency-confusion:5',
    ],
    { '/package-lock.json': '{}' },
  ],
  [
    '.npmrc',
    '/.npmrc',
    '; comment\nregistry=https://mirror.example/\n@acme:registry=https://npm.acme.example/\nstrict-ssl=false\n',
    ['untrusted-source:2', 'disabled-check:4'],
  ],
  [
    '.yarnrc.yml',
    '/.yarnrc.yml',
    'npmScopes:\n  acme:\n    npmRegistryServer: https://npm.acme.example\nchecksumBehavior: update\nenableStrictSsl: false\n',
    ['disabled-check:4', 'disabled-check:5'],
  ],
  [
    'bunfig',
    '/bunfig.toml',
    '[install]\nregistry = "http://registry.example/npm/"\n',
    ['clear-text-source:2', 'untrusted-source:2'],
  ],
  // Python
  [
    'pip: an own name and an extra index',
    '/requirements.txt',
    '--index-url https://pypi.example/simple/\n--extra-index-url https://py.acme.example/simple/\nacme-core==1.0\nleft==1.0\n',
    ['extra-index:2', 'dependency-confusion:3'],
  ],
  [
    'pip: a trusted host and plain HTTP',
    '/requirements.txt',
    '-i http://pypi.example/simple/\n--trusted-host pypi.example\n',
    ['clear-text-source:1', 'untrusted-source:1', 'disabled-check:2'],
  ],
  [
    'pip: a repository at a branch',
    '/requirements-dev.txt',
    'left @ git+https://github.com/good/left.git@main\nright @ https://files.example/right-1.0.zip#sha256=' +
      SHA256 +
      '\n',
    ['unpinned-dependency:1'],
  ],
  [
    'pip: one digest is missing',
    '/requirements.txt',
    `--index-url https://pypi.example/simple/\nleft==1.0 --hash=sha256:${SHA256}\nright==1.0\n`,
    ['missing-integrity:3'],
  ],
  [
    'pip.conf',
    '/pip.conf',
    '[global]\nindex-url = https://pypi.example/simple/\nextra-index-url =\n    https://evil.example/simple/\n',
    ['untrusted-source:4', 'extra-index:4'],
  ],
  [
    'uv.toml',
    '/uv.toml',
    'index-strategy = "unsafe-best-match"\nallow-insecure-host = ["evil.example"]\n[[index]]\nurl = "https://evil.example/simple/"\n',
    ['disabled-check:1', 'disabled-check:2', 'untrusted-source:4', 'extra-index:4'],
  ],
  [
    'uv: an own name bound to its index',
    '/pyproject.toml',
    '[project]\nname = "app"\ndependencies = ["acme-core>=1", "left"]\n[[tool.uv.index]]\nname = "own"\nurl = "https://py.acme.example/simple/"\nexplicit = true\n[tool.uv.sources]\nacme-core = { index = "own" }\n',
    [],
    { '/uv.lock': '' },
  ],
  [
    'uv: an own name that nothing binds',
    '/pyproject.toml',
    '[project]\nname = "app"\ndependencies = ["acme-core>=1"]\n',
    ['dependency-confusion:3'],
    { '/uv.lock': '' },
  ],
  [
    'uv.lock',
    '/uv.lock',
    `version = 1\n[[package]]\nname = "left"\nversion = "1.0"\nsource = { registry = "https://pypi.example/simple/" }\nsdist = { url = "https://evil.example/packages/left-1.0.tar.gz", hash = "sha256:${SHA256}" }\n[[package]]\nname = "right"\nversion = "1.0"\nsource = { registry = "https://pypi.example/simple/" }\nwheels = [{ url = "https://files.example/packages/right-1.0-py3-none-any.whl" }]\n`,
    ['untrusted-source:3', 'missing-integrity:8'],
  ],
  [
    'uv.lock: the archive of another package',
    '/uv.lock',
    `version = 1\n[[package]]\nname = "left"\nversion = "1.0"\nsource = { registry = "https://pypi.example/simple/" }\nwheels = [{ url = "https://files.example/packages/right-1.0-py3-none-any.whl", hash = "sha256:${SHA256}" }]\n`,
    ['address-of-another-package:3'],
  ],
  [
    'poetry.lock',
    '/poetry.lock',
    `[[package]]\nname = "acme-core"\nversion = "1.0"\nfiles = [{file = "acme_core-1.0.tar.gz", hash = "sha256:${SHA256}"}]\n[package.source]\ntype = "legacy"\nurl = "https://pypi.example/simple"\nreference = "x"\n`,
    ['dependency-confusion:2'],
  ],
  [
    'Poetry: sources',
    '/pyproject.toml',
    '[tool.poetry]\nname = "app"\n[tool.poetry.dependencies]\npython = "^3.12"\nacme-core = "^1.0"\nleft = "^1.0"\n[[tool.poetry.source]]\nname = "main"\nurl = "https://pypi.example/simple/"\n[[tool.poetry.source]]\nname = "own"\nurl = "https://py.acme.example/simple/"\npriority = "supplemental"\n',
    ['extra-index:12', 'dependency-confusion:5'],
    { '/poetry.lock': '' },
  ],
  [
    'Pipfile',
    '/Pipfile',
    '[[source]]\nname = "main"\nurl = "https://pypi.example/simple"\nverify_ssl = false\n[packages]\nleft = "*"\n',
    ['disabled-check:3'],
  ],
  [
    'Pipfile.lock',
    '/Pipfile.lock',
    `{\n "_meta": {"sources": [{"name": "a", "url": "https://evil.example/simple"}]},\n "default": {\n  "left": {"hashes": ["sha256:${SHA256}"], "index": "a", "version": "==1.0"}\n }\n}`,
    ['untrusted-source:4'],
  ],
  [
    'pylock.toml',
    '/pylock.toml',
    `lock-version = "1.0"\n[[packages]]\nname = "left"\nversion = "1.0"\nindex = "https://pypi.example/simple/"\nwheels = [{ url = "https://files.example/left-1.0-py3-none-any.whl", hashes = { md5 = "aa" } }]\n`,
    ['weak-integrity:3'],
  ],
  // Ruby
  [
    'Gemfile.lock',
    '/Gemfile.lock',
    'GEM\n  remote: https://evil.example/\n  specs:\n    left (1.0)\n      right (~> 1)\n\nGEM\n  remote: https://gems.acme.example/\n  specs:\n    acme-core (1.0)\n',
    ['untrusted-source:4'],
  ],
  [
    'Gemfile.lock: checksums',
    '/Gemfile.lock',
    'GEM\n  remote: https://gems.example/\n  specs:\n    left (1.0)\n    right (1.0)\n\nCHECKSUMS\n  left (1.0) sha256=' +
      SHA256 +
      '\n  right (1.0)\n',
    ['missing-integrity:5'],
  ],
  [
    'Gemfile: two sources',
    '/Gemfile',
    "source 'https://gems.example'\nsource 'https://gems.acme.example'\ngem 'acme-core'\ngem 'left', git: 'https://github.com/x/left.git'\n",
    ['extra-index:2', 'dependency-confusion:3', 'untrusted-source:4', 'unpinned-dependency:4'],
  ],
  [
    'Gemfile: a block',
    '/Gemfile',
    "source 'https://gems.example'\nsource 'https://gems.acme.example' do\n  gem 'acme-core'\nend\ngem 'left'\n",
    [],
  ],
  [
    'Bundler: certificates',
    '/.bundle/config',
    '---\nBUNDLE_SSL_VERIFY_MODE: "0"\n',
    ['disabled-check:2'],
  ],
  // Rust
  [
    'Cargo.lock',
    '/Cargo.lock',
    `version = 4\n\n[[package]]\nname = "acme-core"\nversion = "1.0.0"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "${SHA256}"\n\n[[package]]\nname = "left"\nversion = "1.0.0"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\n`,
    ['dependency-confusion:4', 'missing-integrity:10'],
  ],
  [
    'Cargo.toml',
    '/Cargo.toml',
    '[package]\nname = "app"\n\n[dependencies]\nacme-core = { version = "1", registry = "own" }\nleft = { git = "https://github.com/x/left", branch = "main" }\n',
    ['untrusted-source:6', 'unpinned-dependency:6'],
    {
      '/.cargo/config.toml':
        '[registries.own]\nindex = "sparse+https://cargo.acme.example/index/"\n',
      '/Cargo.lock': '',
    },
  ],
  [
    'Cargo: another source',
    '/.cargo/config.toml',
    '[source.crates-io]\nreplace-with = "mirror"\n[source.mirror]\nregistry = "sparse+https://mirror.example/index/"\n',
    ['untrusted-source:4'],
  ],
  // PHP
  [
    'composer.lock',
    '/composer.lock',
    `{\n "packages": [\n  {\n   "name": "acme/core",\n   "version": "1.0.0",\n   "dist": {"type": "zip", "url": "https://api.github.com/repos/x/y/zipball/${COMMIT}", "reference": "${COMMIT}", "shasum": ""}\n  },\n  {\n   "name": "left/left",\n   "version": "dev-main",\n   "source": {"type": "git", "url": "http://evil.example/left.git", "reference": "main"}\n  }\n ]\n}`,
    [
      'dependency-confusion:4',
      'untrusted-source:9',
      'clear-text-source:9',
      'unpinned-dependency:9',
    ],
  ],
  [
    'composer.json',
    '/composer.json',
    '{\n "repositories": [\n  {"type": "composer", "url": "https://evil.example/"}\n ],\n "config": {\n  "secure-http": false\n }\n}',
    ['untrusted-source:3', 'disabled-check:6'],
  ],
  [
    'composer.json: an own name',
    '/composer.json',
    '{\n "require": {\n  "php": "^8.2",\n  "acme/core": "^1.0"\n }\n}',
    ['dependency-confusion:4'],
    { '/composer.lock': '{}' },
  ],
  // Java
  [
    'pom.xml',
    '/pom.xml',
    '<project>\n <repositories>\n  <repository>\n   <id>x</id>\n   <url>http://evil.example/m2</url>\n  </repository>\n </repositories>\n</project>',
    ['clear-text-source:3', 'untrusted-source:3'],
  ],
  [
    'pom.xml: an own name',
    '/pom.xml',
    '<project>\n <dependencies>\n  <dependency>\n   <groupId>com.acme</groupId>\n   <artifactId>core</artifactId>\n  </dependency>\n </dependencies>\n</project>',
    ['dependency-confusion:3'],
  ],
  [
    'settings.xml',
    '/settings.xml',
    '<settings>\n <mirrors>\n  <mirror>\n   <id>m</id>\n   <mirrorOf>*</mirrorOf>\n   <url>https://evil.example/m2</url>\n  </mirror>\n </mirrors>\n</settings>',
    ['untrusted-source:3'],
  ],
  [
    'Gradle',
    '/build.gradle.kts',
    'repositories {\n  mavenCentral()\n  maven { url = uri("http://evil.example/m2"); isAllowInsecureProtocol = true }\n}\n',
    ['clear-text-source:3', 'untrusted-source:3', 'disabled-check:3'],
  ],
  [
    'Gradle: an own name',
    '/build.gradle',
    "repositories {\n  mavenCentral()\n}\ndependencies {\n  implementation 'com.acme:core:1.0'\n}\n",
    ['dependency-confusion:5'],
  ],
  [
    'Gradle: a calculated address',
    '/settings.gradle',
    'repositories { maven { url "$base/m2" } }\n',
    ['gap'],
  ],
  [
    'Gradle: the wrapper',
    '/gradle/wrapper/gradle-wrapper.properties',
    'distributionUrl=https\\://services.example/gradle/gradle-9.0-bin.zip\n',
    ['unpinned-dependency:1'],
  ],
  // .NET
  [
    'NuGet.config',
    '/NuGet.config',
    '<configuration>\n <packageSources>\n  <add key="a" value="https://nuget.example/v3/index.json" />\n  <add key="b" value="https://evil.example/v3/index.json" allowInsecureConnections="true" />\n </packageSources>\n</configuration>',
    ['untrusted-source:4', 'extra-index:4', 'disabled-check:4'],
  ],
  [
    'NuGet: a mapping of sources',
    '/app.csproj',
    '<Project>\n <ItemGroup>\n  <PackageReference Include="Acme.Core" Version="1.0" />\n  <PackageReference Include="Left" Version="1.0" />\n </ItemGroup>\n</Project>',
    [],
    {
      '/NuGet.config':
        '<configuration><packageSources><add key="a" value="https://nuget.example/v3/index.json" /><add key="own" value="https://nuget.acme.example/v3/index.json" /></packageSources><packageSourceMapping><packageSource key="a"><package pattern="*" /></packageSource><packageSource key="own"><package pattern="Acme.*" /></packageSource></packageSourceMapping></configuration>',
    },
  ],
  [
    'NuGet: no mapping',
    '/packages.lock.json',
    '{\n "version": 1,\n "dependencies": {\n  "net9.0": {\n   "Acme.Core": {"type": "Direct", "resolved": "1.0.0", "contentHash": "AAAA"}\n  }\n }\n}',
    ['dependency-confusion:5'],
    {
      '/NuGet.config':
        '<configuration><packageSources><add key="a" value="https://nuget.example/v3/index.json" /><add key="own" value="https://nuget.acme.example/v3/index.json" /></packageSources></configuration>',
    },
  ],
  // Go and the rest
  [
    'go.mod',
    '/go.mod',
    'module example.com/app\n\nrequire (\n\tgithub.com/a/b v1.0.0\n\tevil.example/c v1.0.0\n)\n',
    ['missing-integrity:4', 'untrusted-source:5', 'missing-integrity:5'],
    { '/go.sum': 'github.com/x/y v1.0.0 h1:AAAA=\n' },
  ],
  [
    'go.mod: replaced',
    '/go.mod',
    'module example.com/app\n\nrequire github.com/a/b v1.0.0\n\nreplace github.com/a/b => evil.example/b v1.0.0\n',
    ['untrusted-source:5'],
    { '/go.sum': 'evil.example/b v1.0.0 h1:AAAA=\n' },
  ],
  [
    'go.env',
    '/go.env',
    'GOPROXY=https://evil.example,direct\nGONOSUMDB=*\nGOSUMDB=off\nGOINSECURE=evil.example\n',
    ['untrusted-source:1', 'disabled-check:2', 'disabled-check:3', 'disabled-check:4'],
  ],
  [
    'pubspec.lock',
    '/pubspec.lock',
    'packages:\n  left:\n    description:\n      name: left\n      sha256: ""\n      url: "https://evil.example"\n    source: hosted\n    version: "1.0.0"\n',
    ['untrusted-source:2', 'missing-integrity:2'],
  ],
  [
    'Package.resolved',
    '/Package.resolved',
    `{\n "pins": [\n  {"identity": "left", "kind": "remoteSourceControl", "location": "https://github.com/evil/left.git", "state": {"revision": "${COMMIT}"}}\n ],\n "version": 2\n}`,
    ['untrusted-source:3'],
  ],
  [
    'mix.lock',
    '/mix.lock',
    `%{\n  "left": {:git, "https://evil.example/left.git", "main", [branch: "main"]},\n  "right": {:hex, :right, "1.0.0", "${SHA256}", [:mix], [], "hexpm", "${SHA256}"},\n}\n`,
    ['untrusted-source:2', 'unpinned-dependency:2', 'gap'],
  ],
  [
    'terraform',
    '/.terraform.lock.hcl',
    'provider "registry.terraform.io/evil/aws" {\n  version = "1.0.0"\n  hashes = [\n    "h1:AAAA=",\n  ]\n}\n',
    ['untrusted-source:1'],
  ],
  // Images and actions
  [
    'Dockerfile',
    '/Dockerfile',
    'ARG TAG=13\nFROM debian:$TAG AS build\nFROM evil.example/debian:13\nCOPY --from=build /a /a\nCOPY --from=evil.example/tool:1 /b /b\n',
    ['untrusted-image:3', 'untrusted-image:5'],
  ],
  ['Dockerfile: a calculated base', '/Dockerfile', 'ARG BASE\nFROM $BASE\n', ['gap']],
  [
    'workflow',
    '/.github/workflows/ci.yml',
    'jobs:\n  a:\n    container: evil.example/node:24\n    steps:\n      - uses: actions/checkout@v4\n      - uses: evil/action@v1\n      - uses: ./local\n      - uses: docker://evil.example/x:1\n',
    ['untrusted-image:3', 'untrusted-source:6', 'untrusted-image:8'],
  ],
  [
    'Compose',
    '/compose.yaml',
    'services:\n  db:\n    image: postgres:18\n  app:\n    build: .\n    image: evil.example/app\n  x:\n    image: evil.example/x\n',
    ['untrusted-image:8'],
  ],
  // Attempts to hide a source
  [
    'hidden: bundled, with an address',
    '/package-lock.json',
    npmLock({ 'node_modules/left': { ...npmRow('left', 'https://evil.example'), inBundle: true } }),
    ['untrusted-source:4'],
  ],
  [
    'hidden: bundled',
    '/package-lock.json',
    npmLock({ 'node_modules/left': { version: '1.0.0', inBundle: true } }),
    [],
  ],
  [
    'hidden: a short name of a repository',
    '/package-lock.json',
    npmLock({ 'node_modules/left': { ...npmRow('left'), resolved: 'evil/left' } }),
    ['untrusted-source:4', 'unpinned-dependency:4'],
    { '/.npmrc': 'registry=https://registry.example/npm/' },
  ],
  [
    'hidden: what is no address',
    '/package-lock.json',
    npmLock({ 'node_modules/left': { ...npmRow('left'), resolved: 'evil.example:left' } }),
    ['gap'],
    { '/.npmrc': 'registry=https://registry.example/npm/' },
  ],
  [
    'hidden: a digest without digits',
    '/package-lock.json',
    npmLock({ 'node_modules/left': { ...npmRow('left'), integrity: 'sha512-' } }),
    ['missing-integrity:4'],
  ],
  [
    'hidden: dots in the path',
    '/package-lock.json',
    npmLock({ 'node_modules/left': npmRow('left', 'https://registry.example/npm/../evil') }),
    ['untrusted-source:4'],
  ],
  [
    'hidden: a commit in the path',
    '/package-lock.json',
    npmLock({
      'node_modules/left': {
        version: '1.0.0',
        resolved: `git+https://github.com/good/left@${COMMIT}.git#main`,
      },
    }),
    ['unpinned-dependency:4'],
  ],
  [
    'hidden: a branch that is called as a commit',
    '/package-lock.json',
    npmLock({
      'node_modules/left': {
        version: '1.0.0',
        resolved: `git+https://github.com/good/left.git#main=${COMMIT}`,
      },
    }),
    ['unpinned-dependency:4'],
  ],
  [
    'hidden: Yarn without a checksum',
    '/yarn.lock',
    '__metadata:\n  version: 8\n\n"left@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "left@npm:1.0.0"\n\n"linux@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "linux@npm:1.0.0"\n  conditions: os=linux\n',
    ['missing-integrity:4'],
    { '/.yarnrc.yml': 'npmRegistryServer: "https://registry.example/npm"\n' },
  ],
  [
    'hidden: a host in a variable',
    '/.npmrc',
    'registry=https://${HOST}/npm/\n',
    ['untrusted-source:1'],
  ],
  [
    'hidden: an index in a variable',
    '/requirements.txt',
    '--index-url https://${HOST}/simple/\nleft==1.0 \\\n  --hash=sha256:' + SHA256 + '\n',
    ['untrusted-source:1', 'untrusted-source:2'],
  ],
  [
    'hidden: included requirements',
    '/requirements.txt',
    '-r https://evil.example/more.txt\n-r deps.list\n',
    ['untrusted-source:1', 'unpinned-dependency:1', 'gap'],
  ],
  [
    'hidden: a base on two lines',
    '/Dockerfile',
    '# syntax=evil.example/frontend:1\nFROM \\\n  evil.example/debian:13\nRUN --mount=type=bind,from=evil.example/tool:1 true\n',
    ['untrusted-image:1', 'untrusted-image:3', 'untrusted-image:4'],
  ],
  ['hidden: a binary lockfile', '/bun.lockb', '\0', ['gap']],
];

describe('sources with a trust file', () => {
  it.each(ROWS.map((row) => [row[0], row] as const))(
    '%s',
    (_name, [, path, text, expected, others = {}]) => {
      const { found } = detected(path, text, others);
      expect([...found].sort()).toEqual([...expected].sort());
    },
  );

  it('has rows for each reader', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(50);
  });
});

describe('messages', () => {
  it('contain no credentials', () => {
    const text = npmLock({
      'node_modules/left': npmRow('left', 'https://user:hunter22@mirror.example'),
    });
    const { messages } = detected('/package-lock.json', text, {});
    expect(messages.join('\n')).toContain('https://mirror.example/left');
    expect(messages.join('\n')).not.toContain('hunter22');
  });
});

function detected(
  path: string,
  text: string,
  others: Readonly<Record<string, string>>,
): { readonly found: readonly string[]; readonly messages: readonly string[] } {
  const notes: DetectionNote[] = [];
  const read = (other: string): Buffer | undefined => {
    const found = others[other];
    return found === undefined ? undefined : Buffer.from(found);
  };
  const settings = { origin: { trust: TRUST_FILE, read } };
  const drafts = sources.detect({ path, bytes: Buffer.from(text), settings }, (note) =>
    notes.push(note),
  );
  const found = drafts.map(
    ({ rule, location }) => `${rule.replace('origin/', '')}:${location.line ?? 0}`,
  );
  return {
    found: [...found, ...notes.map(({ kind }) => kind)],
    messages: drafts.map(({ message }) => message),
  };
}
