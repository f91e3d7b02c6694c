/**
 * Directories that a project depends on, with a manifest of their own: the lockfile of the project
 * pins what they request, by the documentation of each package manager.
 */

import { describe, expect, it } from 'vitest';

import { gapsIn, scannedTree, type Files } from '../../../../test/support/scanned-files.ts';

const HELLO = { name: 'hello', version: '0.0.7', dependencies: { ms: '^0.7.0' } };
const APP = { name: 'app', version: '1.0.0', dependencies: { hello: 'file:local/hello' } };

const YARN_1 = `# yarn lockfile v1


"hello@file:local/hello":
  version "0.0.7"
  dependencies:
    ms "^0.7.0"

ms@^0.7.0:
  version "0.7.0"
  resolved "https://registry.yarnpkg.com/ms/-/ms-0.7.0.tgz#865be94c2e7397ad8a57da6a633a6e2f30798b83"
`;

function yarn4(protocol: string): string {
  return `__metadata:
  version: 8

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    hello: "${protocol}:./local/hello"
  languageName: unknown
  linkType: soft

"hello@${protocol}:./local/hello::locator=app%40workspace%3A.":
  version: 0.0.0-use.local
  resolution: "hello@${protocol}:./local/hello::locator=app%40workspace%3A."
  dependencies:
    ms: "npm:^0.7.0"
  languageName: node
  linkType: soft

"ms@npm:^0.7.0":
  version: 0.7.0
  resolution: "ms@npm:0.7.0"
  languageName: node
  linkType: hard
`;
}

const YARN_FILE = yarn4('file').replace(
  'resolution: "hello@file:./local/hello::locator',
  'resolution: "hello@file:./local/hello#./local/hello::hash=0e4d2a&locator',
);

const BUN = `{
  "lockfileVersion": 1,
  "workspaces": { "": { "name": "app", "dependencies": { "hello": "file:local/hello" } } },
  "packages": {
    "hello": ["hello@file:local/hello", { "dependencies": { "ms": "^0.7.0" } }],
    "ms": ["ms@0.7.0", "", {}, ""],
  }
}
`;

const PNPM = `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      hello:
        specifier: file:local/hello
        version: file:local/hello

packages:

  hello@file:local/hello:
    resolution: {directory: local/hello, type: directory}

  ms@0.7.0:
    resolution: {integrity: sha512-AAAA}

snapshots:

  hello@file:local/hello:
    dependencies:
      ms: 0.7.0

  ms@0.7.0: {}
`;

const POETRY_APP = '[tool.poetry.dependencies]\nutil = {path = "../util", develop = true}\n';
const POETRY_UTIL = '[tool.poetry]\nname = "util"\n[tool.poetry.dependencies]\njinja2 = "^3.1"\n';

function poetryLock(version: string): string {
  return `[[package]]
name = "jinja2"
version = "${version}"

[[package]]
name = "util"
version = "0.2.0"

[package.dependencies]
jinja2 = "^3.1"

[package.source]
type = "directory"
url = "../util"
`;
}

const PDM_LOCK = `[[package]]
name = "jinja2"
version = "3.1.6"
groups = ["default"]

[[package]]
name = "util"
version = "0.2.0"
path = "./libs/util"
groups = ["default"]
dependencies = ["jinja2>=3.1"]
`;

const PROJECT_UTIL =
  '[project]\nname = "util"\nversion = "0.2.0"\ndependencies = ["jinja2>=3.1"]\n';

const COMPOSER_LOCK = {
  packages: [
    {
      name: 'acme/x',
      version: '1.2.0',
      dist: { type: 'path', url: 'lib/x' },
      require: { 'symfony/yaml': '^7.0' },
    },
    { name: 'symfony/yaml', version: 'v7.3.0' },
  ],
  'packages-dev': [],
};

const BUNDLER_LOCK = `PATH
  remote: eng
  specs:
    eng (0.3.1)
      rexml (>= 3)

GEM
  remote: https://rubygems.org/
  specs:
    rexml (3.4.4)

PLATFORMS
  ruby

DEPENDENCIES
  eng!
`;
const ENGINE =
  'Gem::Specification.new do |s|\n  s.name = "eng"\n  s.add_dependency "rexml", ">= 3"\nend\n';

const node = (lock: string, text: string): Files => ({
  'package.json': APP,
  'local/hello/package.json': HELLO,
  [lock]: text,
});

describe('a directory that a lockfile pins with its requests', () => {
  it.each<readonly [string, Files]>([
    ['file: of yarn 1', node('yarn.lock', YARN_1)],
    ['portal: of yarn 4', node('yarn.lock', yarn4('portal'))],
    ['file: of yarn 4', node('yarn.lock', YARN_FILE)],
    ['file: of bun', node('bun.lock', BUN)],
    ['file: of pnpm', node('pnpm-lock.yaml', PNPM)],
    [
      'a directory of Poetry beside the project',
      {
        'app/pyproject.toml': POETRY_APP,
        'app/poetry.lock': poetryLock('3.1.6'),
        'util/pyproject.toml': POETRY_UTIL,
      },
    ],
    [
      'a path of PDM',
      {
        'pyproject.toml': '[project]\nname = "app"\ndependencies = []\n',
        'pdm.lock': PDM_LOCK,
        'libs/util/pyproject.toml': PROJECT_UTIL,
      },
    ],
    [
      'a path repository of Composer',
      {
        'composer.json': { require: { 'acme/x': '*' } },
        'composer.lock': COMPOSER_LOCK,
        'lib/x/composer.json': { name: 'acme/x', require: { 'symfony/yaml': '^7.0' } },
      },
    ],
    [
      'a path of Bundler',
      {
        Gemfile: 'gem "eng", path: "eng"\n',
        'Gemfile.lock': BUNDLER_LOCK,
        'eng/eng.gemspec': ENGINE,
      },
    ],
  ])('is no gap: %s', async (_name, files) => {
    expect(gapsIn(await scannedTree(files))).toEqual([]);
  });

  it.each<readonly [string, Files, string]>([
    [
      'link: of yarn 4, which installs nothing for it',
      node('yarn.lock', yarn4('link')),
      '/local/hello/package.json: requests "ms", which no lockfile pins',
    ],
    [
      'a lockfile with another version than the directory requests',
      {
        'app/pyproject.toml': POETRY_APP,
        'app/poetry.lock': poetryLock('2.10'),
        'util/pyproject.toml': POETRY_UTIL,
      },
      '/util/pyproject.toml: requests "jinja2", which "/app/poetry.lock" does not pin',
    ],
    [
      'a directory that no lockfile lists',
      {
        'app/pyproject.toml': POETRY_APP,
        'app/poetry.lock': poetryLock('3.1.6'),
        'other/pyproject.toml': POETRY_UTIL,
      },
      '/other/pyproject.toml: requests "jinja2", which no lockfile pins',
    ],
    [
      'a directory outside of the project of npm',
      {
        'app/package.json': { dependencies: { lib: 'file:../lib', ms: '0.7.0' } },
        'app/package-lock.json': {
          lockfileVersion: 3,
          packages: {
            '': { dependencies: { lib: 'file:../lib', ms: '0.7.0' } },
            '../lib': { version: '1.0.0', dependencies: { ms: '^0.7.0' } },
            'node_modules/lib': { resolved: '../lib', link: true },
            'node_modules/ms': { version: '0.7.0' },
          },
        },
        'lib/package.json': { name: 'lib', dependencies: { ms: '^0.7.0' } },
      },
      '/lib/package.json: requests "ms", which no lockfile pins',
    ],
  ])('is a gap: %s', async (_name, files, gap) => {
    expect(gapsIn(await scannedTree(files))).toEqual([gap]);
  });
});
