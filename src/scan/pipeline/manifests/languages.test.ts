/**
 * Manifests of other languages: what they request, what resolves it, by the documentation of each
 * package manager.
 */

import { describe, expect, it } from 'vitest';

import {
  gapsIn,
  packagesIn,
  scannedImage,
  scannedTree,
  type Files,
} from '../../../../test/support/scanned-files.ts';

async function gapOf(files: Files): Promise<string> {
  return gapsIn(await scannedTree(files)).join('\n');
}

describe('a manifest alone', () => {
  it.each<[string, Files, readonly string[]]>([
    ['Gemfile', { Gemfile: "gem 'rack', '2.2.3'\n" }, ['rack@2.2.3']],
    ['gems.rb', { 'gems.rb': 'gem "rack", "= 2.2.3", require: false\n' }, ['rack@2.2.3']],
    [
      'composer.json',
      { 'composer.json': { require: { 'a/b': 'v1.2.5', php: '^8' } } },
      ['a/b@1.2.5'],
    ],
  ])(
    '%s lists exact versions and is a gap for what they request',
    async (_name, files, packages) => {
      const result = await scannedTree(files);
      expect(packagesIn(result)).toEqual(packages);
      expect(gapsIn(result)).toHaveLength(1);
      expect(gapsIn(result)[0]).toMatch(
        /: pins ".+", and no lockfile pins the dependencies of that package$/,
      );
    },
  );

  it.each<[string, Files, readonly string[]]>([
    ['requirements.txt', { 'requirements.txt': 'flask==2.0.0\n' }, ['flask@2.0.0']],
    [
      'pyproject.toml',
      { 'pyproject.toml': '[project]\ndependencies = ["flask==2.0.0"]\n' },
      ['flask@2.0.0'],
    ],
    ['setup.py', { 'setup.py': "setup(install_requires=['flask==2.0.0'])\n" }, ['flask@2.0.0']],
    [
      'setup.cfg',
      { 'setup.cfg': '[options]\ninstall_requires =\n  flask==2.0.0\n' },
      ['flask@2.0.0'],
    ],
    ['Pipfile', { Pipfile: '[packages]\nflask = "==2.0.0"\n' }, ['flask@2.0.0']],
    [
      'build.gradle',
      { 'build.gradle': "dependencies {\n  implementation 'a.b:c:1.2'\n}\n" },
      ['a.b:c@1.2'],
    ],
    [
      'build.gradle.kts',
      { 'build.gradle.kts': 'dependencies {\n  implementation("a.b:c:1.2")\n}\n' },
      ['a.b:c@1.2'],
    ],
    [
      'build.gradle with named parts',
      { 'build.gradle': "dependencies { api group: 'a.b', name: 'c', version: '1.2' }" },
      ['a.b:c@1.2'],
    ],
    [
      'build.gradle with a property',
      { 'build.gradle': 'def v = \'1.2\'\ndependencies { api "a.b:c:$v" }' },
      ['a.b:c@1.2'],
    ],
    [
      'build.gradle with a property beside it',
      { 'build.gradle': 'dependencies { api "a.b:c:${v}" }', 'gradle.properties': 'v=1.2\n' },
      ['a.b:c@1.2'],
    ],
    [
      'build.gradle with a strict version',
      { 'build.gradle': "dependencies { api 'a.b:c:1.2!!' }" },
      ['a.b:c@1.2'],
    ],
    [
      'build.gradle with a platform',
      { 'build.gradle': "dependencies { api platform('a.b:bom:2.0')\n api 'a.b:c' }" },
      ['a.b:bom@2.0', 'a.b:c@'],
    ],
    [
      'build.sbt',
      { 'build.sbt': 'scalaVersion := "2.13.12"\nlibraryDependencies += "a.b" %% "c" % "1.2"\n' },
      ['a.b:c_2.13@1.2'],
    ],
    [
      'build.sbt of Scala 3',
      {
        'build.sbt':
          'ThisBuild / scalaVersion := "3.3.1"\nval v = "1.2"\nlibraryDependencies ++= Seq("a.b" %% "c" % v, "d" % "e" % "1" % Test)\n',
      },
      ['a.b:c_3@1.2'],
    ],
    [
      'pom.xml',
      {
        'pom.xml':
          '<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>a</artifactId><version>1</version><dependencies><dependency><groupId>a.b</groupId><artifactId>c</artifactId><version>1.2</version></dependency></dependencies></project>',
      },
      ['a.b:c@1.2'],
    ],
  ])('%s that is pinned throughout is none', async (_name, files, packages) => {
    const result = await scannedTree(files);
    expect(packagesIn(result)).toEqual(packages);
    expect(gapsIn(result)).toEqual([]);
  });

  it.each<[string, Files]>([
    ['Gemfile', { Gemfile: "gem 'rack'\n" }],
    ['Gemfile with a pessimistic range', { Gemfile: "gem 'rack', '~> 2.2.3'\n" }],
    ['Gemfile with two bounds', { Gemfile: "gem 'rack', '>= 2', '< 3'\n" }],
    [
      'Gemfile with a repository',
      { Gemfile: "gem 'rack', '2.2.3', git: 'https://h.example/rack'\n" },
    ],
    ['Gemfile with a gemspec', { Gemfile: 'source "https://rubygems.org"\ngemspec\n' }],
    [
      'Gemfile with a production group',
      { Gemfile: "group :production, :development do\n  gem 'rack'\nend\n" },
    ],
    ['composer.json', { 'composer.json': { require: { 'a/b': '^1.2' } } }],
    ['composer.json with a wildcard', { 'composer.json': { require: { 'a/b': '1.2.*' } } }],
    ['composer.json with a branch', { 'composer.json': { require: { 'a/b': 'dev-main' } } }],
    ['composer.json that is broken', { 'composer.json': '{"require": ' }],
    ['requirements.txt', { 'requirements.txt': 'flask>=2\n' }],
    ['requirements.txt without a version', { 'requirements.txt': 'flask\n' }],
    ['requirements.txt with a wildcard', { 'requirements.txt': 'flask==2.*\n' }],
    [
      'requirements.txt with a branch',
      { 'requirements.txt': 'flask @ git+https://h.example/f@main\n' },
    ],
    ['pyproject.toml', { 'pyproject.toml': '[project]\ndependencies = ["flask~=2.0"]\n' }],
    [
      'pyproject.toml of Poetry',
      { 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.11"\nflask = "^2.0"\n' },
    ],
    [
      'pyproject.toml that is computed',
      {
        'pyproject.toml':
          '[project]\nname = "x"\ndynamic = ["dependencies"]\n[build-system]\nbuild-backend = "hatchling.build"\n',
      },
    ],
    ['setup.py', { 'setup.py': "setup(install_requires=['flask>=2'])\n" }],
    [
      'setup.py that computes',
      { 'setup.py': "setup(install_requires=open('r.txt').read().split())\n" },
    ],
    ['setup.cfg', { 'setup.cfg': '[options]\ninstall_requires = flask\n' }],
    ['Pipfile', { Pipfile: '[packages]\nflask = "*"\n' }],
    [
      'Pipfile with a table',
      { Pipfile: '[packages]\nflask = {version = ">=2", extras = ["a"]}\n' },
    ],
    ['build.gradle', { 'build.gradle': "dependencies { implementation 'a.b:c:1.+' }" }],
    [
      'build.gradle with a range',
      { 'build.gradle': "dependencies { implementation 'a.b:c:[1.0,2.0)' }" },
    ],
    [
      'build.gradle with the latest',
      { 'build.gradle.kts': 'dependencies { implementation("a.b:c:latest.release") }' },
    ],
    [
      'build.gradle that computes',
      {
        'build.gradle':
          'dependencies { implementation "a.b:c:${versionOf(\'c\')}"; api "a.b:d:$other" }',
      },
    ],
    ['build.sbt', { 'build.sbt': 'libraryDependencies += "a.b" % "c" % "1.+"\n' }],
    [
      'build.sbt that computes',
      { 'build.sbt': 'libraryDependencies += "a.b" % "c" % versions.c\n' },
    ],
    [
      'pom.xml',
      {
        'pom.xml':
          '<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>a</artifactId><version>1</version><dependencies><dependency><groupId>a.b</groupId><artifactId>c</artifactId><version>[1,2)</version></dependency></dependencies></project>',
      },
    ],
  ])('%s with open versions is a gap', async (_name, files) => {
    expect(gapsIn(await scannedTree(files))).toHaveLength(1);
  });

  it.each<[string, Files]>([
    [
      'Gemfile of development',
      { Gemfile: "group :development, :test do\n  gem 'rspec'\nend\ngem 'x', group: :test\n" },
    ],
    [
      'Gemfile of directories',
      { Gemfile: "gem 'own', path: '../own'\npath 'engines' do\n  gem 'a'\nend\n" },
    ],
    ['Gemfile of comments', { Gemfile: "# gem 'rack'\n" }],
    [
      'composer.json of the platform',
      { 'composer.json': { require: { php: '>=8', 'ext-json': '*' } } },
    ],
    [
      'composer.json of development',
      { 'composer.json': { 'require-dev': { 'phpunit/phpunit': '^10' } } },
    ],
    [
      'composer.json that replaces',
      { 'composer.json': { require: { 'a/b': '*' }, replace: { 'a/b': 'self.version' } } },
    ],
    [
      'pyproject.toml of tools',
      {
        'pyproject.toml':
          '[tool.black]\nline-length = 100\n[build-system]\nrequires = ["setuptools>=61"]\n',
      },
    ],
    [
      'pyproject.toml of extras and groups',
      {
        'pyproject.toml':
          '[project]\nname = "x"\n[project.optional-dependencies]\na = ["b"]\n[dependency-groups]\ndev = ["c"]\n',
      },
    ],
    [
      'pyproject.toml of its workspace',
      {
        'pyproject.toml':
          '[project]\nname = "x"\ndependencies = ["own"]\n[tool.uv.sources]\nown = { workspace = true }\n',
      },
    ],
    [
      'pyproject.toml of directories',
      { 'pyproject.toml': '[tool.poetry.dependencies]\nown = { path = "../own" }\n' },
    ],
    [
      'pyproject.toml that leaves it to setuptools',
      { 'pyproject.toml': '[project]\nname = "x"\ndynamic = ["dependencies"]\n' },
    ],
    [
      'setup.py of development',
      { 'setup.py': "setup(name='x', tests_require=['pytest'], extras_require={'a': ['b']})\n" },
    ],
    ['requirements-dev.txt', { 'requirements-dev.txt': 'pytest\n' }],
    ['requirements.txt of directories', { 'requirements.txt': '-e .\n./own\n' }],
    [
      'Pipfile of development',
      { Pipfile: '[dev-packages]\npytest = "*"\n[packages]\nown = {path = "."}\n' },
    ],
    [
      'build.gradle of tests',
      {
        'build.gradle':
          "buildscript { dependencies { classpath 'a:b:1.+' } }\ndependencies { testImplementation 'a.b:c:1.+'\n annotationProcessor 'a:d:+'\n compileOnly 'a:e:+'\n implementation project(':x')\n implementation files('a.jar') }",
      },
    ],
    [
      'build.sbt of tests',
      {
        'build.sbt':
          'addSbtPlugin("a" % "b" % "latest.release")\nlibraryDependencies += "a" % "c" % "1.+" % Test\nlibraryDependencies += "a" % "d" % "1.+" % "provided"\n',
      },
    ],
  ])('%s is none', async (_name, files) => {
    expect(await gapOf(files)).toBe('');
  });
});

describe('a manifest with a lockfile', () => {
  const uv =
    '[[package]]\nname = "flask"\nversion = "2.0.0"\nsource = { registry = "https://pypi.org/simple" }\n';

  it.each<[string, Files, Files]>([
    [
      'Gemfile.lock',
      { Gemfile: "gem 'rack', '~> 2.2'\n" },
      {
        'Gemfile.lock':
          'GEM\n  remote: https://rubygems.org/\n  specs:\n    rack (2.2.3)\n\nDEPENDENCIES\n  rack (~> 2.2)\n',
      },
    ],
    [
      'composer.lock',
      { 'composer.json': { require: { 'a/b': '^1' } } },
      { 'composer.lock': { packages: [{ name: 'a/b', version: 'v1.2.5' }], 'packages-dev': [] } },
    ],
    [
      'uv.lock',
      { 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["flask>=2"]\n' },
      { 'uv.lock': uv },
    ],
    [
      'poetry.lock',
      { 'pyproject.toml': '[tool.poetry.dependencies]\nflask = "^2.0"\n' },
      { 'poetry.lock': '[[package]]\nname = "flask"\nversion = "2.0.0"\n' },
    ],
    [
      'Pipfile.lock',
      { Pipfile: '[packages]\nflask = "*"\n' },
      { 'Pipfile.lock': { _meta: {}, default: { flask: { version: '==2.0.0' } }, develop: {} } },
    ],
    [
      'pinned requirements',
      { 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["flask>=2"]\n' },
      { 'requirements.txt': 'flask==2.0.0\nwerkzeug==2.0.0\n' },
    ],
    [
      'gradle.lockfile',
      { 'build.gradle': "dependencies { implementation 'a.b:c:1.+' }" },
      { 'gradle.lockfile': 'a.b:c:1.2=runtimeClasspath\nempty=\n' },
    ],
    [
      'dependency-locks',
      { 'build.gradle': "dependencies { implementation 'a.b:c:1.+' }" },
      { 'gradle/dependency-locks/runtimeClasspath.lockfile': 'a.b:c:1.2\n' },
    ],
    [
      'build.sbt.lock',
      { 'build.sbt': 'libraryDependencies += "a.b" % "c" % "1.+"\n' },
      {
        'build.sbt.lock': {
          lockVersion: 1,
          dependencies: [
            { org: 'a.b', name: 'c', version: '1.2', artifacts: [], configurations: ['compile'] },
          ],
        },
      },
    ],
  ])(
    'of %s is none, and with a lockfile of other packages a gap',
    async (_name, manifest, lock) => {
      expect(await gapOf({ ...manifest, ...lock })).toBe('');
      const other = Object.fromEntries(
        Object.entries(lock).map(([path, body]) => [
          path,
          (typeof body === 'string' ? body : JSON.stringify(body)).replaceAll(
            /rack|a\/b|flask|a\.b/g,
            (name) => `${name}x`,
          ),
        ]),
      );
      const result = await scannedTree({ ...manifest, ...other });
      expect([...gapsIn(result), ...gapsIn(result, 'unreadable')]).toHaveLength(1);
      expect(gapsIn(await scannedTree({ ...manifest, ...moved(lock) }))).toHaveLength(1);
    },
  );
});

function moved(files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, body]) => [`other/${path}`, body]));
}

const METADATA = 'Metadata-Version: 2.1\nName: Flask\nVersion: 2.0.0\n\n';
const GEMSPEC =
  'Gem::Specification.new do |s|\n  s.name = "rack".freeze\n  s.version = "2.2.3"\nend\n';
const INSTALLED_PHP = { packages: [{ name: 'a/b', version: '1.2.5' }], 'dev-package-names': [] };

describe('a manifest with what it requests installed', () => {
  it.each<[string, Files, Files]>([
    [
      'by pip',
      { '/app/requirements.txt': 'flask>=2\n' },
      { '/usr/local/lib/python3.12/site-packages/flask-2.0.0.dist-info/METADATA': METADATA },
    ],
    [
      'in an environment',
      {
        '/app/pyproject.toml':
          '[project]\ndependencies = ["flask>=2", "old; python_version < \'3\'"]\n',
      },
      { '/app/.venv/lib/python3.12/site-packages/Flask-2.0.0.dist-info/METADATA': METADATA },
    ],
    [
      'by Bundler',
      { '/app/Gemfile': "gem 'rack', '~> 2.2'\n" },
      { '/app/vendor/bundle/ruby/3.3.0/specifications/rack-2.2.3.gemspec': GEMSPEC },
    ],
    [
      'by Composer',
      { '/app/composer.json': { require: { 'a/b': '^1' } } },
      { '/app/vendor/composer/installed.json': INSTALLED_PHP },
    ],
    [
      'by Composer elsewhere',
      { '/app/composer.json': { require: { 'a/b': '^1' }, config: { 'vendor-dir': 'lib' } } },
      { '/app/lib/composer/installed.json': INSTALLED_PHP },
    ],
  ])('%s is none, and without it a gap', async (_name, manifest, installed) => {
    expect(gapsIn(await scannedImage([manifest, installed]))).toEqual([]);
    expect(gapsIn(await scannedImage([manifest]))).toHaveLength(1);
  });

  it.each<[string, Files, Files]>([
    [
      'of another version',
      { '/app/requirements.txt': 'flask>=3\n' },
      { '/usr/lib/python3/dist-packages/flask-2.0.0.dist-info/METADATA': METADATA },
    ],
    [
      'of another project',
      { '/app/composer.json': { require: { 'a/b': '^1' } } },
      { '/other/vendor/composer/installed.json': INSTALLED_PHP },
    ],
    [
      'of a version that Bundler does not take',
      { '/app/Gemfile': "gem 'rack', '~> 3.0'\n" },
      { '/usr/lib/ruby/gems/3.3.0/specifications/rack-2.2.3.gemspec': GEMSPEC },
    ],
  ])('%s is a gap', async (_name, manifest, installed) => {
    expect(gapsIn(await scannedImage([manifest, installed]))).toHaveLength(1);
  });

  it('in an environment of another project of the tree is a gap', async () => {
    const files = {
      'a/requirements.txt': 'flask>=2\n',
      'b/.venv/lib/python3.12/site-packages/flask-2.0.0.dist-info/METADATA': METADATA,
    };
    expect(gapsIn(await scannedTree(files))).toHaveLength(1);
    const own = {
      ...files,
      'a/.venv/lib/python3.12/site-packages/flask-2.0.0.dist-info/METADATA': METADATA,
    };
    expect(gapsIn(await scannedTree(own))).toEqual([]);
  });
});

describe('a program that requests in another way than by a plain list', () => {
  const setup = (text: string): Files => ({
    'setup.py': `from setuptools import setup\n${text}\n`,
  });

  it.each<readonly [string, Files]>([
    ['a list in a mapping', setup("k = {'install_requires': ['flask==2.0.0']}\nsetup(**k)")],
    ['a list set in a mapping', setup("k['install_requires'] = ['flask==2.0.0']\nsetup(**k)")],
    ['setup.cfg in other spelling', { 'setup.cfg': '[options]\nInstall-Requires: flask==2.0.0\n' }],
  ])('is read: %s', async (_name, files) => {
    const result = await scannedTree(files);
    expect(packagesIn(result)).toEqual(['flask@2.0.0']);
    expect(gapsIn(result)).toEqual([]);
  });

  it.each<readonly [string, Files]>([
    ['two lists', setup("setup(install_requires=['a==1'] + ['flask==2.0.0'])")],
    ['a list on a condition', setup("setup(install_requires=['a==1'] if X else Y)")],
    ['a formatted text', setup("setup(install_requires=['a==1', f'flask=={v}'])")],
    ['an older formatted text', setup("setup(install_requires=['flask==%s' % v])")],
    ['a text that is put together', setup("setup(install_requires=['flask==' + v])")],
    ['a text of several lines', setup('setup(install_requires=["""\nflask==2.0.0\n"""])')],
    ['arguments of another mapping', setup('setup(**read())')],
    ['an import map of Deno', { 'deno.json': { importMap: './map.json' } }],
    ['a gem that is sent', { Gemfile: "send(:gem, 'rack', '2.2.2')\n" }],
    ['a gem of the object itself', { Gemfile: "self.gem 'rack', '2.2.2'\n" }],
  ])('is a gap: %s', async (_name, files) => {
    expect(gapsIn(await scannedTree(files))).toHaveLength(1);
  });
});
