/**
 * Rows that the formats allow and that are rare, each by the documentation of its package manager.
 */

import { describe, expect, it } from 'vitest';

import { namesOf, readAmong, readCatalog } from '../../../test/support/catalog-file.ts';
import type { CatalogResult } from '../../core/model/catalog/catalog.ts';
import { vendorModules } from './go/vendor-modules.ts';
import { gleamToml } from './hex/gleam-toml.ts';
import { readJarFileName } from './maven/jar-file-name.ts';
import { identifyByManifest } from './maven/manifest-identity.ts';
import { identityAttributes } from './maven/manifest-sections.ts';
import { readJarManifest } from './maven/jar-manifest.ts';
import { yarnLock } from './npm/yarn-lock.ts';
import { packagesProps } from './nuget/packages-props.ts';
import { projectFile } from './nuget/project-file.ts';
import { pylock } from './pypi/pylock.ts';
import { requirements } from './pypi/requirements.ts';

const gapCount = ({ diagnostics = [] }: CatalogResult): number =>
  diagnostics.filter(({ gap }) => gap !== undefined).length;

describe('included requirements', () => {
  // pip, "Requirements File Format": a relative path begins at the including file.
  it.each([
    ['another suffix', '-r deps/other.in', { '/app/deps/other.in': 'a==1' }, ['a@1']],
    ['a list', '--requirement deps/all.list', { '/app/deps/all.list': 'a==1' }, ['a@1']],
    ['no suffix', '-r deps/base', { '/app/deps/base': 'a==1' }, ['a@1']],
    [
      'relative to the including file',
      '-r deps/one.in',
      { '/app/deps/one.in': '-r two.in', '/app/deps/two.in': 'a==1', '/app/two.in': 'b==2' },
      ['a@1'],
    ],
    ['above it', '-r ../shared/x.in', { '/shared/x.in': 'a==1' }, ['a@1']],
    [
      'a loop',
      '-r x.in\nb==2',
      { '/app/x.in': '-r requirements.txt\n-r x.in\na==1' },
      ['a@1', 'b@2'],
    ],
    ['outside the target', '-r ../../x.in', { '/x.in': 'a==1' }, ['gap']],
    ['not there', '-r gone.in', {}, ['gap']],
  ])('%s', async (_case, text, files, expected) => {
    const result = await readAmong(requirements, { '/app/requirements.txt': text, ...files });
    const gaps = Array.from({ length: gapCount(result) }, () => 'gap');
    expect([...[...namesOf(result)].sort(), ...gaps]).toEqual(expected);
  });

  it.each([
    '/docs/requirements.md.txt',
    '/docs/_sources/requirements.rst.txt',
    '/docs/requirements/overview.md.txt',
    '/docs/requirements-guide.html.txt',
    '/docs/requirements.ADOC.txt',
  ])('%s is documentation', async (path) => {
    const result = await readCatalog(
      requirements,
      path,
      'Requirements\n====\nYou need a fast disk.',
    );
    expect([result.packages.length, gapCount(result)]).toEqual([0, 0]);
  });

  it.each(['/app/requirements.txt', '/app/requirements.md5.txt', '/app/requirements-rst.txt'])(
    '%s is a requirements file',
    async (path) => {
      expect(namesOf(await readCatalog(requirements, path, 'a==1'))).toEqual(['a@1']);
    },
  );
});

describe('items of MSBuild', () => {
  // Microsoft, "MSBuild items" and "Item element": Include, Update, Remove; semicolons separate
  // names.
  const read = (body: string): Promise<CatalogResult> =>
    readCatalog(projectFile, '/a.csproj', `<Project>${body}</Project>`);
  const group = (...items: readonly string[]): string =>
    `<ItemGroup>${items.map((item) => `<PackageReference ${item} />`).join('')}</ItemGroup>`;

  it.each<[string, string, readonly string[], number]>([
    [
      'a property in a name',
      `<PropertyGroup><P>Acme</P></PropertyGroup>${group('Include="$(P).Core" Version="1.0.0"')}`,
      ['Acme.Core@1.0.0'],
      0,
    ],
    ['a property of another file', group('Include="$(P).Core" Version="1.0.0"'), [], 1],
    [
      'an update with the version',
      group('Include="A"', 'Update="a" Version="2.0.0"'),
      ['A@2.0.0'],
      0,
    ],
    [
      'an update of a version',
      group('Include="A" Version="1.0.0"', 'Update="A" Version="2.0.0"'),
      ['A@2.0.0'],
      0,
    ],
    [
      'a conditional update',
      group('Include="A" Version="1.0.0"', `Update="A" Version="2.0.0" Condition="'$(X)'=='y'"`),
      ['A@1.0.0', 'A@2.0.0'],
      0,
    ],
    [
      'an update of what another file includes',
      group('Update="A" Version="2.0.0"'),
      ['A@2.0.0'],
      0,
    ],
    [
      'an update without a version',
      group('Include="A" Version="1.0.0"', 'Update="A"'),
      ['A@1.0.0'],
      0,
    ],
    ['several names', group('Include="A; B" Version="1.0.0"'), ['A@1.0.0', 'B@1.0.0'], 0],
    ['a removed item', group('Include="A" Version="1.0.0"', 'Remove="A"'), [], 0],
    [
      'an item removed under a condition',
      group('Include="A" Version="1.0.0"', `Remove="A" Condition="'$(X)'=='y'"`),
      ['A@1.0.0'],
      0,
    ],
  ])('%s', async (_case, body, names, gaps) => {
    const result = await read(body);
    expect(namesOf(result).map((name) => name.replace(/^a@/, 'A@'))).toEqual(names);
    expect(gapCount(result)).toBe(gaps);
  });

  it('reads names of central files alike', async () => {
    const text =
      '<Project><PropertyGroup><P>A</P></PropertyGroup><ItemGroup><PackageVersion Include="$(P).B" Version="1.0.0"/><PackageVersion Update="A.B" Version="1.1.0"/></ItemGroup></Project>';
    const result = await readCatalog(packagesProps, '/Directory.Packages.props', text);
    expect(namesOf(result)).toEqual(['A.B@1.1.0']);
  });
});

describe('manifests with sections of packages only', () => {
  const MAIN = 'Manifest-Version: 1.0\n\n';
  const section = (name: string, version: string, title = 'Apache Axis'): string =>
    `Name: ${name}\nImplementation-Title: ${title}\nImplementation-Version: ${version}\n\n`;

  // Java SE, "Package Versioning Specification". The first one is the manifest of axis 1.4.
  it.each([
    [
      '/lib/axis.jar',
      MAIN + section('org/apache/axis', '1.4 1855 April 22 2006'),
      'org.apache.axis:axis@1.4',
    ],
    ['/lib/axis.jar', MAIN + section('org/apache/axis/', '1.4'), 'org.apache.axis:axis@1.4'],
    [
      '/lib/axis.jar',
      MAIN + section('org/apache/axis/', '1.4') + section('org/apache/axis/utils/', '1.4'),
      'org.apache.axis:axis@1.4',
    ],
    [
      '/lib/axis.jar',
      MAIN + section('org/apache/axis/', '1.4') + section('javax/xml/rpc/', '1.1'),
      undefined,
    ],
    ['/lib/axis.jar', MAIN + section('org/apache/axis/Axis.class', '1.4'), undefined],
    [
      '/lib/axis.jar',
      `Manifest-Version: 1.0\nImplementation-Version: 2.0\n\n${section('org/apache/axis/', '1.4')}`,
      'axis:axis@2.0',
    ],
    ['/lib/axis-1.3.jar', MAIN + section('org/apache/axis/', '1.4'), 'axis:axis@1.3'],
  ])('%s with %j is %s', (path, text, expected) => {
    const fileName = readJarFileName(path);
    const manifest = readJarManifest(new TextEncoder().encode(text));
    const attributes = identityAttributes(manifest, fileName.version !== undefined);
    const found = identifyByManifest({ path, fileName, attributes, descriptors: [] });
    const name = found && `${found.group}:${found.artifact}@${found.version}`;
    expect(name).toBe(expected);
  });
});

describe('directories in pylock.toml', () => {
  // PEP 751, `packages.directory`.
  it.each([
    ['.', []],
    ['./', []],
    ['./.', []],
    ['libs/a', ['a@']],
    ['../a', ['a@']],
    ['.a', ['a@']],
  ])('at %j', async (path, names) => {
    const text = `lock-version = "1.0"\n[[packages]]\nname = "a"\ndirectory = { path = "${path}", editable = true }\n`;
    const result = await readCatalog(pylock, '/pylock.toml', text);
    expect(namesOf(result)).toEqual(names);
    expect(gapCount(result)).toBe(0);
  });
});

describe('requirements of Gleam', () => {
  // Gleam, "gleam.toml"; Hex, "Requirements".
  it.each([
    ['>= 1.0.0 and < 2.0.0', '', '1.0.0'],
    ['~> 1.2', '', '1.2.0'],
    ['== 1.2.3', '1.2.3', '1.2.3'],
    ['1.2.3', '1.2.3', '1.2.3'],
    ['>= 2.0.0 or == 1.5.0', '', '1.5.0'],
    ['>= 1.0.0 and != 1.0.0', '', ''],
    ['< 2.0.0', '', ''],
  ])('%s names "%s", and "%s" where ranges are requested', async (range, precise, lowest) => {
    const files = { '/gleam.toml': `name = "app"\n[dependencies]\na = "${range}"\n` };
    expect(namesOf(await readAmong(gleamToml, files))).toEqual([`a@${precise}`]);
    const comprehensive = await readAmong(gleamToml, files, { detectionPriority: 'comprehensive' });
    expect(namesOf(comprehensive)).toEqual([`a@${lowest}`]);
  });
});

describe('rows of vendor/modules.txt', () => {
  // The Go Modules Reference, "Vendoring" and "Versions".
  it.each<[string, string, readonly string[], number]>([
    [
      'an ordinary module',
      '# a.test/b v1.2.3\n## explicit; go 1.17\na.test/b',
      ['a.test/b@v1.2.3'],
      0,
    ],
    [
      'an incompatible one',
      '# a.test/b v2.0.0+incompatible\na.test/b',
      ['a.test/b@v2.0.0+incompatible'],
      0,
    ],
    [
      'a pseudo-version',
      '# a.test/b v0.0.0-20210101000000-abcdefabcdef\na.test/b',
      ['a.test/b@v0.0.0-20210101000000-abcdefabcdef'],
      0,
    ],
    ['a replaced one', '# a.test/b v1.0.0 => c.test/d v1.1.0\na.test/b', ['c.test/d@v1.1.0'], 0],
    ['a folder', '# a.test/b v1.0.0 => ./b\na.test/b', ['a.test/b@v1.0.0'], 0],
    ['a replacement alone', '# a.test/b => ./b', [], 0],
    ['a workspace', '## workspace\n# a.test/b v1.2.3\na.test/b', ['a.test/b@v1.2.3'], 0],
    ['no version', '# a.test/b\na.test/b', [], 1],
    ['a version without v', '# a.test/b 1.2.3\na.test/b', [], 1],
    ['a short version', '# a.test/b v1.2\na.test/b', [], 1],
    ['a word too many', '# a.test/b v1.2.3 v1.2.4\na.test/b', [], 1],
    ['an arrow to nothing', '# a.test/b v1.2.3 =>\na.test/b', ['a.test/b@v1.2.3'], 0],
  ])('%s', async (_case, text, names, gaps) => {
    const result = await readCatalog(vendorModules, '/vendor/modules.txt', `${text}\n`);
    expect(namesOf(result)).toEqual(names);
    expect(gapCount(result)).toBe(gaps);
  });
});

describe('linked folders in yarn.lock', () => {
  // Yarn, "Protocols"; a folder without a recorded version has 0.0.0.
  it.each<[string, string, readonly string[]]>([
    ['of Yarn 1', '"a@link:./a":\n  version "0.0.0"\n  uid ""', []],
    ['of Yarn 1 with a version', '"a@link:./vendor/a":\n  version "4.17.20"', ['a@4.17.20']],
    [
      'of later versions',
      '__metadata:\n  version: 6\n\n"a@link:./a::locator=app%40workspace%3A.":\n  version: 0.0.0-use.local\n  resolution: "a@link:./a::locator=app%40workspace%3A."\n  languageName: node\n  linkType: soft',
      [],
    ],
    ['of a portal with a version', '"a@portal:./a":\n  version "1.0.0"', ['a@1.0.0']],
    ['of another folder with a version', '"a@link:../b/a":\n  version "1.2.3"', ['a@1.2.3']],
    ['of a scope with a version', '"@s/a@link:./a":\n  version "1.2.3"', ['@s/a@1.2.3']],
    ['of a folder', '"a@file:./a":\n  version "1.0.0"', ['a@1.0.0']],
  ])('%s', async (_case, text, names) => {
    const result = await readCatalog(yarnLock, '/yarn.lock', `# yarn lockfile v1\n\n${text}\n`);
    expect(namesOf(result)).toEqual(names);
  });
});
