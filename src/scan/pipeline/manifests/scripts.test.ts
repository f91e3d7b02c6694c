/**
 * Scripts that name their dependencies: what is a package, what is a gap, and what is no script.
 */

import { describe, expect, it } from 'vitest';

import {
  gapsIn,
  packagesIn,
  scannedImage,
  scannedTree,
  type Files,
} from '../../../../test/support/scanned-files.ts';

const python = (...requirements: readonly string[]): string =>
  [
    '#!/usr/bin/env -S uv run --script',
    '# /// script',
    '# requires-python = ">=3.12"',
    '# dependencies = [',
    ...requirements.map((text) => `#   ${JSON.stringify(text)},`),
    '# ]',
    '# ///',
    'import requests',
    '',
  ].join('\n');

const uvLock = (name: string, version: string): string =>
  `version = 1\nrevision = 3\nrequires-python = ">=3.12"\n\n[manifest]\nrequirements = [{ name = "${name}" }]\n\n[[package]]\nname = "${name}"\nversion = "${version}"\nsource = { registry = "https://pypi.org/simple" }\n`;

/** Name, files, packages, and a part of the message of each gap. */
type Row = readonly [string, Files, readonly string[], readonly string[]];

const OPEN: readonly Row[] = [
  ['a range of Python', { 'a.py': python('requests<3') }, [], ['requests "requests"']],
  ['a name alone', { 'tools/b.py': python('rich') }, [], ['requests "rich"']],
  [
    'exact versions and a range',
    { 'a.py': python('requests==2.19.0', 'rich>=13') },
    ['requests@2.19.0'],
    ['requests "rich"'],
  ],
  [
    'a block far behind the beginning',
    { 'a.py': `${'# text\n\n'.repeat(2000)}${python('requests<3')}` },
    [],
    ['requests "requests"'],
  ],
  [
    'line ends of Windows',
    { 'a.py': python('requests<3').replaceAll('\n', '\r\n') },
    [],
    ['requests "requests"'],
  ],
  [
    'two blocks, which the tools refuse',
    { 'a.py': `${python('a==1')}\n${python('b==1')}` },
    [],
    ['several blocks'],
  ],
  [
    'a block that is no TOML',
    { 'a.py': '# /// script\n# dependencies = [\n# ///\n' },
    [],
    ['cannot be read'],
  ],
  [
    'a lockfile of another script',
    { 'a.py': python('requests<3'), 'b.py.lock': uvLock('requests', '2.32.0') },
    ['requests@2.32.0'],
    ['requests "requests"'],
  ],
  [
    'the lockfile of the project beside it',
    {
      'pyproject.toml': '[project]\nname = "own"\nversion = "1"\ndependencies = ["requests"]\n',
      'uv.lock': `${uvLock('requests', '2.32.0')}\n[[package]]\nname = "own"\nversion = "1"\nsource = { editable = "." }\ndependencies = [{ name = "requests" }]\n`,
      'a.py': python('requests<3'),
    },
    ['requests@2.32.0'],
    ['requests "requests"'],
  ],
  [
    'a lockfile that is older',
    { 'a.py': python('requests<3', 'rich'), 'a.py.lock': uvLock('requests', '2.32.0') },
    ['requests@2.32.0'],
    ['does not pin'],
  ],
  [
    'a repository as the source',
    {
      'a.py':
        '# /// script\n# dependencies = ["a==1.0"]\n# [tool.uv.sources]\n# a = { git = "https://example.test/a" }\n# ///\n',
    },
    [],
    ['requests "a"'],
  ],
  [
    'bundler/inline',
    {
      'a.rb':
        "require 'bundler/inline'\n\ngemfile do\n  source 'https://rubygems.org'\n  gem 'rack', '~> 2.0'\nend\n",
    },
    [],
    ['requests "rack"'],
  ],
  [
    'bundler/inline with an exact version',
    {
      'a.rb': "require \"bundler/inline\"\ngemfile(true) do\n  gem 'rack', '2.0.1'\nend\nputs 1\n",
    },
    ['rack@2.0.1'],
    ['pins "rack"'],
  ],
  [
    'bundler/inline in one line',
    { 'a.ru': "require 'bundler/inline'\ngemfile { gem 'rack' }\nrun App\n" },
    [],
    ['requests "rack"'],
  ],
  [
    'bundler/inline without a block',
    { 'Tasks.rake': "require 'bundler/inline'\nsend(:gemfile, true, &DEPENDENCIES)\n" },
    [],
    ['form that is not read'],
  ],
  [
    'JBang',
    { 'a.java': '//DEPS org.slf4j:slf4j-api:[1.7,2)\nclass a {}\n' },
    [],
    ['org.slf4j:slf4j-api'],
  ],
  [
    'JBang without a version',
    { 'a.kt': '//DEPS io.quarkus:quarkus-core\n' },
    [],
    ['io.quarkus:quarkus-core'],
  ],
  ['JBang with a property', { 'a.java': '//DEPS a:b:${v:1.0}\n' }, [], ['a:b']],
  [
    'JBang with an address',
    { 'a.java': '//DEPS https://github.com/a/b\n' },
    [],
    ['https://github.com/a/b'],
  ],
  ['Scala CLI', { 'a.sc': '//> using dep com.lihaoyi::os-lib:latest.release\n' }, [], ['os-lib_3']],
  ['a toolkit', { 'a.scala': '//> using toolkit default\n' }, [], ['org.scala-lang:toolkit_3']],
  ['Ammonite', { 'a.sc': 'import $ivy.`com.lihaoyi::os-lib:0.9.+`\n' }, [], ['os-lib_3']],
  [
    'Grape',
    { 'a.groovy': "@Grab('org.apache.commons:commons-text:1.+')\nimport x\n" },
    [],
    ['commons-text'],
  ],
  [
    'Kotlin',
    { 'a.main.kts': '@file:DependsOn("com.squareup:okio:[1,2)")\n' },
    [],
    ['com.squareup:okio'],
  ],
  [
    'a file-based app',
    { 'a.cs': '#:package Humanizer@2.*\nConsole.WriteLine(1);\n' },
    [],
    ['Humanizer'],
  ],
  ['a script of C#', { 'a.csx': '#r "nuget: Humanizer"\n' }, [], ['Humanizer']],
  ['Cake', { 'build.cake': '#addin nuget:?package=Cake.Git\n' }, [], ['Cake.Git']],
  [
    'Deno, in a project of Deno',
    { 'deno.json': '{}', 'main.ts': "import chalk from 'npm:chalk@5';\n" },
    [],
    ['requests "chalk"'],
  ],
  [
    'JSR, in a directory below',
    { 'deno.jsonc': '{}', 'src/main.ts': 'import { a } from "jsr:@std/fs@1.0.0";\n' },
    [],
    ['jsr:@std/fs'],
  ],
];

const PINNED: readonly Row[] = [
  ['Python', { 'a.py': python('requests==2.19.0') }, ['requests@2.19.0'], []],
  [
    'a lockfile of the script',
    { 'a.py': python('requests<3'), 'a.py.lock': uvLock('requests', '2.32.0') },
    ['requests@2.32.0'],
    [],
  ],
  [
    'JBang',
    { 'a.java': '//DEPS a:b:1.0 c:d:2.0@jar // text\n//DEPS e:f:3:sources\n' },
    ['a:b@1.0', 'c:d@2.0', 'e:f@3'],
    [],
  ],
  ['JBang in Groovy', { 'a.groovy': '//DEPS a:b:1.0,c:d:2.0\n' }, ['a:b@1.0', 'c:d@2.0'], []],
  [
    'Scala CLI',
    { 'a.scala': '//> using scala 2.13\n//> using deps com.lihaoyi::os-lib:0.9.1, org.a:b:1\n' },
    ['com.lihaoyi:os-lib_2.13@0.9.1', 'org.a:b@1'],
    [],
  ],
  [
    'Ammonite',
    { 'a.sc': 'import $ivy.{`org.a:b:1`, `org.c::d:2`}\n' },
    ['org.a:b@1', 'org.c:d_3@2'],
    [],
  ],
  [
    'Grape with parts',
    { 'a.groovy': "@Grab(group='g', module='m', version='1.2')\n@Grab('g#n;3')\n" },
    ['g:m@1.2', 'g:n@3'],
    [],
  ],
  ['Kotlin', { 'a.main.kts': '@file:DependsOn("g:m:1", "g:n:2")\n' }, ['g:m@1', 'g:n@2'], []],
  [
    'a file-based app',
    { 'a.cs': '#!/usr/bin/env dotnet\n#:sdk Microsoft.NET.Sdk.Web\n#:package Humanizer@2.14.1\n' },
    ['Humanizer@2.14.1'],
    [],
  ],
  ['F#', { 'a.fsx': '#r "nuget: FSharp.Data, 6.3.0"\n' }, ['FSharp.Data@6.3.0'], []],
  [
    'Cake',
    { 'build.cake': '#tool "nuget:?package=xunit.runner.console&version=2.4.1"\n' },
    ['xunit.runner.console@2.4.1'],
    [],
  ],
];

const OTHERS: readonly Row[] = [
  ['a script without dependencies', { 'a.py': python() }, [], []],
  [
    'a block that does not end',
    { 'a.py': '# /// script\n# dependencies = ["a"]\nimport a\n' },
    [],
    [],
  ],
  ['a block of another type', { 'a.py': '# /// other\n# dependencies = ["a"]\n# ///\n' }, [], []],
  [
    'a block in a text',
    { 'a.py': 'X = """\n  # /// script\n  # dependencies = ["a"]\n  # ///\n"""\n' },
    [],
    [],
  ],
  ['a module of a package', { 'own/__init__.py': '', 'own/a.py': python('a<2') }, [], []],
  [
    'a module before its package in order',
    { 'own/__init__.py': '', 'own/A.py': python('a<2') },
    [],
    [],
  ],
  [
    'a directory of the project',
    {
      'a.py':
        '# /// script\n# dependencies = ["a"]\n# [tool.uv.sources]\n# a = { path = "../a" }\n# ///\n',
    },
    [],
    [],
  ],
  ['a fixture', { 'tests/data/a.py': python('a<2') }, [], []],
  [
    'sources of a build',
    { 'src/main/java/a/A.java': '//DEPS a:b\n', 'src/test/groovy/B.groovy': "@Grab('a:b:1.+')\n" },
    [],
    [],
  ],
  [
    'code of a gem',
    { 'lib/a.rb': "require 'bundler/inline'\ngemfile do\n  gem 'rack'\nend\n" },
    [],
    [],
  ],
  [
    'a project of .NET',
    {
      'Own.csproj': '<Project Sdk="Microsoft.NET.Sdk"/>',
      'a.cs': '#:package A@1.*\n',
      'b/c.cs': '#:package A@1.*\n',
    },
    [],
    [],
  ],
  [
    'a text about bundler',
    { 'a.rb': "# require 'bundler/inline' and gemfile do\nputs 'bundler/inline'\n" },
    [],
    [],
  ],
  ['a comment about JBang', { 'a.java': ' // see //DEPS a:b\nclass A {}\n' }, [], []],
  ['a project of Node.js', { 'a.ts': "import 'npm:chalk@5';\n" }, [], []],
  ['tests of Scala CLI', { 'a.scala': '//> using test.dep org.scalameta::munit::1.+\n' }, [], []],
];

describe.each<[string, readonly Row[]]>([
  ['open dependencies', OPEN],
  ['pinned dependencies', PINNED],
  ['no dependencies', OTHERS],
])('%s', (_title, rows) => {
  it.each(rows)('%s', async (_name, files, packages, gaps) => {
    const scanned = await scannedTree({ 'README.md': 'x', ...files });
    expect(packagesIn(scanned).filter((name) => !name.startsWith('own@'))).toEqual(packages);
    const found = gapsIn(scanned);
    expect(found).toHaveLength(gaps.length);
    gaps.forEach((text, index) => expect(found[index]).toContain(text));
    expect(scanned.diagnostics.filter(({ gap }) => gap !== undefined)).toHaveLength(gaps.length);
  });
});

describe('an executable', () => {
  const DENO = '#!/usr/bin/env -S deno run\nimport chalk from "npm:chalk@5";\n';
  const RUBY = "#!/usr/bin/env ruby\nrequire 'bundler/inline'\ngemfile do\n  gem 'rack'\nend\n";
  const JBANG = '///usr/bin/env jbang "$0" "$@" ; exit $?\n//DEPS a:b:[1,2)\n';
  const EXECUTABLES: readonly (readonly [string, string, string])[] = [
    ['Python without a suffix', 'bin/tool', python('requests<3')],
    ['Python with a suffix', 'a.py', python('requests<3')],
    ['Python that no line names', 'a.py', python('requests<3').replace(/^.*\n/u, '')],
    ['Ruby', 'bin/tool', RUBY],
    ['JBang', 'tool', JBANG],
    ['Deno', 'tool', DENO],
    ['.NET', 'tool', '#!/usr/bin/env dotnet\n#:package A@*\n'],
  ];

  it.each(EXECUTABLES)('is a script of a source tree: %s', async (_name, path, text) => {
    const scanned = await scannedTree({ [path]: text }, { modes: { [path]: 0o755 } });
    expect(gapsIn(scanned)).toHaveLength(1);
  });

  it.each(EXECUTABLES.filter(([name]) => name !== 'Python that no line names'))(
    'is a script of an image: %s',
    async (_name, path, text) => {
      const member = { path: `app/${path}`, mode: 0o755, body: Buffer.from(text) };
      expect(gapsIn(await scannedImage([[member]]))).toHaveLength(1);
    },
  );

  it('is none below an installed package', async () => {
    const folder = 'usr/lib/python3/site-packages';
    const files = {
      [`${folder}/a-1.0.dist-info/METADATA`]: 'Metadata-Version: 2.1\nName: a\nVersion: 1.0\n',
      [`${folder}/a-1.0.dist-info/RECORD`]: 'a/tool.py,,\n',
      [`${folder}/a/tool.py`]: python('requests<3'),
    };
    const scanned = await scannedTree(files, { modes: { [`${folder}/a/tool.py`]: 0o755 } });
    expect(gapsIn(scanned)).toEqual([]);
  });
});
