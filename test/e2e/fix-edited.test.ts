/**
 * `assay fix` for manifests whose package manager is not started: they are edited, and matched
 * again.
 */

import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../support/command-folder.ts';
import type { FixDocument } from '../support/fix-document.ts';

let folder: CommandFolder;
beforeAll(async () => {
  folder = new CommandFolder();
  await folder.load(
    { id: 'GHSA-core-core-0001', name: 'g.x:core', fixed: '1.1', ecosystem: 'Maven' },
    { id: 'GHSA-core-core-0002', name: 'g.x:web', fixed: '1.2', ecosystem: 'Maven' },
    { id: 'GHSA-core-core-0003', name: 'g.x:util', fixed: '2.5', ecosystem: 'Maven' },
    { id: 'GHSA-core-core-0004', name: 'Lib.X', fixed: '1.0.1', ecosystem: 'NuGet' },
    { id: 'GHSA-core-core-0005', name: 'lib', fixed: '1.0.1', ecosystem: 'RubyGems' },
    { id: 'GHSA-core-core-0006', name: 'a/lib', fixed: '1.0.1', ecosystem: 'Packagist' },
  );
});
afterAll(() => folder[Symbol.dispose]());
beforeEach(() => rmSync(folder.path('app'), { recursive: true, force: true }));

const dependency = (artifact: string, version = ''): string =>
  `    <dependency>\r\n      <groupId>g.x</groupId>\r\n      <artifactId>${artifact}</artifactId>\r\n${version}    </dependency>\r\n`;
const PARENT = `<?xml version="1.0" encoding="UTF-8"?>\r
<project xmlns="http://maven.apache.org/POM/4.0.0">\r
  <modelVersion>4.0.0</modelVersion>\r
  <groupId>g</groupId>\r
  <artifactId>a</artifactId>\r
  <version>1</version>\r
  <!-- é x.version is 1.0 -->\r
  <properties>\r
    <x.version>1.0</x.version>\r
  </properties>\r
  <dependencyManagement>\r
    <dependencies>\r
${dependency('util', '      <version>2.0</version>\r\n')}    </dependencies>\r
  </dependencyManagement>\r
</project>\r
`;
const CHILD = `<project>\r
  <parent><groupId>g</groupId><artifactId>a</artifactId><version>1</version></parent>\r
  <artifactId>b</artifactId>\r
  <dependencies>\r
${dependency('core', '      <version>${x.version}</version>\r\n')}${dependency('web', '      <version>${x.version}</version>\r\n')}${dependency('util')}  </dependencies>\r
</project>\r
`;

describe('manifests that are edited', () => {
  it('have their versions from a property and from dependency management, byte by byte', async () => {
    folder.write('app/pom.xml', PARENT);
    folder.write('app/b/pom.xml', CHILD);
    const gate = ['--fail-on', 'high+fixable', '--allow-incomplete'];
    const shown = await folder.assay('fix', 'app', '-f', 'json', ...gate);
    const { projects, left } = JSON.parse(shown.stdout) as FixDocument;
    expect([
      shown.exitCode,
      left,
      projects.map(({ path, state, changedPaths }) => [path, state, changedPaths]),
    ]).toEqual([0, [], [['pom.xml', 'edited', ['pom.xml']]]]);
    // The version that fixes both packages of the property is taken, once.
    const steps = projects[0]?.steps.map(({ moves }) =>
      moves.map(({ name, to }) => `${name}>${to ?? ''}`).sort(),
    );
    expect(steps?.sort()).toEqual([['g.x:core>1.2', 'g.x:web>1.2'], ['g.x:util>2.5']]);
    expect(folder.read('app/pom.xml')).toBe(PARENT);
    const applied = await folder.assay('fix', 'app', '--apply', ...gate);
    expect([applied.exitCode, applied.stdout]).toEqual([
      0,
      expect.stringContaining('edited, not resolved'),
    ]);
    const expected = PARENT.replace('<x.version>1.0<', '<x.version>1.2<').replace('>2.0<', '>2.5<');
    expect([folder.read('app/pom.xml'), folder.read('app/b/pom.xml')]).toEqual([expected, CHILD]);
    const again = await folder.assay('fix', 'app', '--apply', ...gate);
    expect([again.exitCode, folder.read('app/pom.xml')]).toEqual([0, expected]);
  });

  it.each<[string, string, string]>([
    [
      'Directory.Packages.props',
      '\uFEFF<Project>\r\n  <ItemGroup>\r\n    <PackageVersion Include="Lib.X" Version="1.0.0" />\r\n  </ItemGroup>\r\n</Project>',
      'Lib.X',
    ],
    [
      'web/web.csproj',
      '<Project><ItemGroup><PackageReference Include="Lib.X" Version="1.0.0" /></ItemGroup></Project>',
      'Lib.X',
    ],
    ['Gemfile', 'gem "other", "1.0.0"\ngem "lib", "1.0.0" # 1.0.0\n', '"lib", "'],
    ['composer.json', '{\n\t"require": { "a/lib": "1.0.0" }\n}', 'a/lib'],
  ])('are matched again: %s', async (name, text, before) => {
    folder.write(`app/${name}`, text);
    const gate = ['--fail-on', 'high+fixable', '--allow-incomplete'];
    expect((await folder.assay('fs', 'app', ...gate)).exitCode).toBe(1);
    const { exitCode, stdout } = await folder.assay('fix', 'app', '--apply', ...gate);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('edited, not resolved')]);
    const at = text.indexOf('1.0.0', text.indexOf(before));
    expect(folder.read(`app/${name}`)).toBe(`${text.slice(0, at)}1.0.1${text.slice(at + 5)}`);
    expect((await folder.assay('fs', 'app', ...gate)).exitCode).toBe(0);
  });

  it('stay if there is no safe place, and the reason is named', async () => {
    const text =
      '<project><groupId>g</groupId><artifactId>a</artifactId><version>1</version><properties><x>1</x></properties><dependencies><dependency><groupId>g.x</groupId><artifactId>core</artifactId><version>${x}.0</version></dependency></dependencies></project>';
    folder.write('app/pom.xml', text);
    const { exitCode, stdout } = await folder.assay(
      'fix',
      'app',
      '--apply',
      '--fail-on',
      'high',
      '--allow-incomplete',
    );
    expect([exitCode, stdout]).toEqual([
      1,
      expect.stringContaining('puts the version of g.x:core together'),
    ]);
    expect(folder.read('app/pom.xml')).toBe(text);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    [
      'a version of a gemspec',
      {
        Gemfile: 'gemspec\n',
        'a.gemspec':
          'Gem::Specification.new do |s|\n  s.name = "a"\n  s.add_dependency "lib", "1.0.0"\nend\n',
      },
    ],
    [
      'a parent behind a path that leaves the directory',
      {
        'pom.xml': PARENT,
        'b/pom.xml': CHILD.replace(
          '</parent>',
          '<relativePath>../../../pom.xml</relativePath></parent>',
        ),
      },
    ],
  ])('do not pass for what a copy of them does not have: %s', async (_, files) => {
    for (const [name, text] of Object.entries(files)) folder.write(`app/${name}`, text);
    const gate = ['--fail-on', 'high', '--allow-incomplete'];
    const found = (await folder.assay('fs', 'app', ...gate)).exitCode;
    const { exitCode } = await folder.assay('fix', 'app', '--apply', ...gate);
    const left = (await folder.assay('fs', 'app', ...gate)).exitCode;
    expect([found, exitCode]).toEqual([1, left]);
  });

  it('are named if a killed run left what it staged beside them', async () => {
    folder.write('app/b/Gemfile', 'gem "lib", "1.0.0"\n');
    folder.write('app/b/.assay-0123456789abcdef.tmp', 'x');
    const { exitCode, stderr } = await folder.assay('fix', 'app');
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringContaining('"b/.assay-0123456789abcdef.tmp" was left by a run that was killed'),
    ]);
  });

  it('are not edited beside a lockfile', async () => {
    folder.write('app/Gemfile', 'gem "lib", "1.0.0"\n');
    folder.write(
      'app/Gemfile.lock',
      'GEM\n  remote: https://rubygems.org/\n  specs:\n    lib (1.0.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  lib (= 1.0.0)\n',
    );
    const { exitCode, stderr } = await folder.assay('fix', 'app', '--apply');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('bundle update')]);
  });
});
