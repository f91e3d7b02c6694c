import { describe, expect, it } from 'vitest';

import {
  editManifests,
  type EditedManifests,
  type Flawed,
} from '../../../../../test/support/edited-manifests.ts';
import { nuget } from './nuget.ts';

const FLAW: Flawed = { ecosystem: 'nuget', name: 'Lib.X', version: '1.0.0', fixed: ['1.0.1'] };
type Files = Readonly<Record<string, string | Uint8Array>>;
const fix = (files: Files, flaw: Partial<Flawed> = {}, opened?: string): Promise<EditedManifests> =>
  editManifests(nuget, files, { ...FLAW, ...flaw }, opened);

const project = (inside: string): string =>
  `<Project Sdk="Microsoft.NET.Sdk">\r\n${inside}\r\n</Project>`;
const items = (...rows: readonly string[]): string => `<ItemGroup>${rows.join('\r\n')}</ItemGroup>`;
const set = (inside: string): string => `<PropertyGroup>${inside}</PropertyGroup>`;

describe('a version in a project file of .NET', () => {
  it.each<[string, string, string]>([
    [
      'an attribute',
      items('<PackageReference Include="Lib.X" Version="1.0.0" />'),
      '"1.0.0"|"1.0.1"',
    ],
    [
      'an attribute with other quotation marks, before the name',
      items("<PackageReference\r\n Version='1.0.0'\r\n Include='lib.x'/>"),
      "'1.0.0'|'1.0.1'",
    ],
    [
      'an element',
      items('<PackageReference Include="Lib.X"><Version>1.0.0</Version></PackageReference>'),
      '>1.0.0<|>1.0.1<',
    ],
    [
      'an override',
      items('<PackageReference Include="Lib.X" VersionOverride="1.0.0" />'),
      '"1.0.0"|"1.0.1"',
    ],
    [
      'brackets',
      items('<PackageReference Include="Lib.X" Version="[1.0.0]" />'),
      '[1.0.0]|[1.0.1]',
    ],
    ['an update', items('<PackageReference Update="Lib.X" Version="1.0.0" />'), '"1.0.0"|"1.0.1"'],
    [
      'a condition',
      `<Choose><When Condition="x">${items('<PackageReference Include="Lib.X" Version="1.0.0" />')}</When></Choose>`,
      '"1.0.0"|"1.0.1"',
    ],
    [
      'a comment beside it',
      items(
        '<!-- <PackageReference Include="Lib.X" Version="1.0.0" /> -->',
        '<PackageReference Include="Lib.X" Version="1.0.0" />',
      ),
      '\r\n<PackageReference Include="Lib.X" Version="1.0.0"|\r\n<PackageReference Include="Lib.X" Version="1.0.1"',
    ],
    [
      'a property of another case',
      set('<LibVersion>1.0.0</LibVersion>') +
        items('<PackageReference Include="Lib.X" Version="$(libversion)" />'),
      '>1.0.0<|>1.0.1<',
    ],
    [
      'the last of two properties',
      set('<V>1.0.0</V><V>1.0.0</V>') +
        items('<PackageReference Include="Lib.X" Version="$(V)" />'),
      '</V><V>1.0.0|</V><V>1.0.1',
    ],
  ])('gets the fixed one: %s', async (_, inside, change) => {
    const [from = '', to = ''] = change.split('|');
    const text = project(inside);
    const { steps, reasons, files } = await fix({ 'a/b.csproj': text });
    expect([steps, reasons]).toEqual([['widen Lib.X>1.0.1'], []]);
    expect(files).toEqual({ 'a/b.csproj': text.replace(from, () => to) });
  });

  it.each<[string, Files, readonly string[]]>([
    [
      'a property of a shared file',
      {
        'a/b.csproj': project(items('<PackageReference Include="Lib.X" Version="$(V)" />')),
        'Directory.Build.props': project(set('<V>1.0.0</V>')),
      },
      ['Directory.Build.props'],
    ],
    [
      'a property that the project sets again',
      {
        'a/b.csproj': project(
          set('<V>1.0.0</V>') + items('<PackageReference Include="Lib.X" Version="$(V)" />'),
        ),
        'Directory.Build.props': project(set('<V>2.0.0</V>')),
      },
      ['a/b.csproj'],
    ],
    [
      'the central file',
      {
        'a/b.csproj': project(items('<PackageReference Include="Lib.X" />')),
        'Directory.Packages.props': project(
          items('<PackageVersion Include="Lib.X" Version="1.0.0" />'),
        ),
      },
      ['Directory.Packages.props'],
    ],
    [
      'the central file, for all projects',
      {
        'Directory.Packages.props': project(
          items('<GlobalPackageReference Include="Lib.X" Version="1.0.0" />'),
        ),
      },
      ['Directory.Packages.props'],
    ],
    [
      'two projects below a shared file',
      {
        'a/b.csproj': project(items('<PackageReference Include="Lib.X" Version="1.0.0" />')),
        'c/d.fsproj': project(items('<PackageReference Include="Lib.X" Version="1.0.0" />')),
        'Directory.Build.props': project(''),
      },
      ['a/b.csproj', 'c/d.fsproj'],
    ],
  ])('is written in %s', async (_, files, changed) => {
    const { reasons, files: after } = await fix(files);
    const expected = Object.fromEntries(
      changed.map((name) => [name, (files[name] as string).replace('1.0.0', '1.0.1')]),
    );
    expect([reasons, after]).toEqual([[], expected]);
  });

  it('moves all packages of one item, and all that have one property', async () => {
    const { steps } = await fix({
      'a.csproj': project(
        set('<V>1.0.0</V>') +
          items(
            '<PackageReference Include="Lib.X;Lib.Y" Version="$(V)" />',
            '<PackageReference Include="Lib.Z" Version="$(V)" />',
          ),
      ),
    });
    expect(steps).toEqual(['widen Lib.X>1.0.1, Lib.Y>1.0.1, Lib.Z>1.0.1']);
  });

  it.each<[string, string, string]>([
    [
      'it is put together',
      set('<V>1.0</V>') + items('<PackageReference Include="Lib.X" Version="$(V).0" />'),
      'puts the version of Lib.X together',
    ],
    [
      'conditions choose it',
      set('<V Condition="a">1.0.0</V><V>1.0.0</V>') +
        items('<PackageReference Include="Lib.X" Version="$(V)" />'),
      'under conditions',
    ],
    [
      'properties refer to one another',
      set('<V>$(W)</V><W>$(V)</W>') + items('<PackageReference Include="Lib.X" Version="$(V)" />'),
      'no place of',
    ],
    [
      'references write it',
      items('<PackageReference Include="Lib.X" Version="1.0&#46;0" />'),
      'no single place',
    ],
  ])('has no safe place: %s', async (_, inside, reason) => {
    const { steps, files, reasons } = await fix({ 'a.csproj': project(inside) });
    expect([steps, files, reasons.join()]).toEqual([[], {}, expect.stringContaining(reason)]);
  });

  it('is removed with its line if the package is malicious', async () => {
    const text = project(
      `  <ItemGroup>\r\n    <PackageReference Include="Lib.X" Version="1.0.0" />\r\n  </ItemGroup>`,
    );
    const { steps, files } = await fix({ 'a.csproj': text }, { fixed: [] });
    expect([steps, files['a.csproj']]).toEqual([
      ['remove Lib.X>'],
      project('  <ItemGroup>\r\n  </ItemGroup>'),
    ]);
  });
});
