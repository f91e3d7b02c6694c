/**
 * Manifests that a build reads besides the one of the usual name, and dependencies that a program
 * computes.
 */

import { describe, expect, it } from 'vitest';

import {
  gapsIn,
  packagesIn,
  scannedTree,
  type Files,
} from '../../../../test/support/scanned-files.ts';

type Row = readonly [name: string, files: Files, gaps: number];

const gradle = (line: string): string => `dependencies {\n  ${line}\n}\n`;
const pyproject = (rest: string): string =>
  `[project]\nname = "x"\nversion = "1"\ndynamic = ["dependencies"]\n${rest}`;
const dynamic = (files: string): string =>
  pyproject(`[tool.setuptools.dynamic]\ndependencies = { file = ${files} }\n`);

const GAPS: readonly Row[] = [
  ['an applied script of Gradle', { 'gradle/a.gradle': gradle('api "a:b:1.+"') }, 1],
  ['a build of Gradle of another name', { 'app.gradle': gradle('api "a:b:1.+"') }, 1],
  ['such a build in Kotlin', { 'app.gradle.kts': gradle('api("a:b:1.+")') }, 1],
  ['a build of Gradle once', { 'build.gradle': gradle('api "a:b:1.+"') }, 1],
  ['a variable', { 'build.gradle': 'dependencies { list.each { implementation it } }\n' }, 1],
  ['a variable in brackets', { 'build.gradle.kts': gradle('implementation(dependency)') }, 1],
  ['a constant', { 'build.gradle.kts': gradle('api(GUAVA)') }, 1],
  ['a rich version', { 'build.gradle': gradle('api("a:b") { version { strictly "[1,2)" } }') }, 1],
  ['a further file of sbt', { 'other.sbt': 'libraryDependencies += "a" % "b" % "1.+"\n' }, 1],
  ['a build of sbt once', { 'build.sbt': 'libraryDependencies += "a" % "b" % "1.+"\n' }, 1],
  ['Flit', { 'pyproject.toml': '[tool.flit.metadata]\nmodule = "x"\nrequires = ["a<3"]\n' }, 1],
  ['a list of Setuptools', { 'pyproject.toml': dynamic('["a.lst"]'), 'a.lst': 'a<3\n' }, 1],
  ['another one', { 'pyproject.toml': dynamic('"deps/a.txt"'), 'deps/a.txt': 'a<3\n' }, 1],
];

const NONE: readonly Row[] = [
  ['projects', { 'build.gradle': gradle('implementation project(":a")') }, 0],
  ['files', { 'build.gradle': gradle('implementation files("a.jar")') }, 0],
  ['the API of Gradle', { 'build.gradle': gradle('implementation gradleApi()') }, 0],
  ['a variable for tests', { 'build.gradle': gradle('testImplementation it') }, 0],
  [
    'an exact rich version',
    { 'build.gradle': gradle('api("a:b") { version { strictly "1.2" } }') },
    0,
  ],
  ['settings', { 'settings.gradle': 'rootProject.name = "dependencies"\ninclude ":a"\n' }, 0],
  ['a script without dependencies', { 'gradle/a.gradle': 'task a { dependsOn b }\n' }, 0],
  ['plugins of sbt', { 'project/plugins.sbt': 'addSbtPlugin("a" % "b" % "1.0")\n' }, 0],
  ['a fixture', { 'src/test/fixtures/app.gradle': gradle('api "a:b:1.+"') }, 0],
  [
    'requirements that are pinned',
    { 'pyproject.toml': dynamic('["requirements.txt"]'), 'requirements.txt': 'a==1.0\n' },
    0,
  ],
  [
    'requirements in a directory',
    { 'pyproject.toml': dynamic('["requirements/base.txt"]'), 'requirements/base.txt': 'a==1.0\n' },
    0,
  ],
  [
    'dependencies of Poetry',
    {
      'pyproject.toml': pyproject(
        '[tool.poetry.dependencies]\na = "1.0"\n[build-system]\nbuild-backend = "poetry.core.masonry.api"\n',
      ),
    },
    0,
  ],
];

describe('a gap of the kind "unpinned"', () => {
  it.each([...GAPS, ...NONE])('%s', async (_name, files, count) => {
    expect(gapsIn(await scannedTree(files))).toHaveLength(count);
  });
});

const reference =
  '<Project><ItemGroup><PackageReference Include="A" Version="1.2" /></ItemGroup></Project>';

it.each<readonly [string, Files, string]>([
  ['a file that a .NET project imports', { 'build/common.props': reference }, 'A@1.2'],
  ['targets that it imports', { 'common.targets': reference }, 'A@1.2'],
  ['a project of databases', { 'Data.sqlproj': reference }, 'A@1.2'],
  [
    'settings of Gradle with a catalog',
    {
      'settings.gradle': "versionCatalogs { libs { library('c', 'a.b:c:1.2') } }\n",
      'app/build.gradle': gradle('implementation libs.c'),
    },
    'a.b:c@1.2',
  ],
])('are found in %s', async (_name, files, expected) => {
  const result = await scannedTree(files);
  expect(packagesIn(result)).toEqual([expected]);
  expect(gapsIn(result)).toEqual([]);
});
