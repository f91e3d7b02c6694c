import { describe, expect, it } from 'vitest';

import { catalogFile, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { quietContext } from '../../../core/base/context.ts';
import { projectFile } from './project-file.ts';

const PATH = '/src/App/App.csproj';
const PROJECT = `<Project Sdk="Microsoft.NET.Sdk">
  <ItemGroup Condition="'$(TargetFramework)' == 'net8.0'">
    <PackageReference Include="A" Version="5.0.12" />
    <PackageReference Include="B" Version="1.*" />
    <PackageReference Include="Central" />
    <PackageReference Include="C" VersionOverride="2.0.0" />
    <PackageReference Version="5.0.12" />
    <ProjectReference Include="../Lib/Lib.csproj" />
  </ItemGroup>
  <ItemGroup><PackageReference Include="a" Version="5.0.12" /></ItemGroup>
</Project>`;

describe('a project of .NET', () => {
  it('lists what it asks for', async () => {
    const { packages, diagnostics } = await readCatalog(projectFile, PATH, PROJECT);
    expect(packages).toEqual([
      { name: 'A', version: '5.0.12', line: 3, relationship: 'direct' },
      { name: 'B', version: '', line: 4, relationship: 'direct' },
      { name: 'C', version: '2.0.0', line: 6, relationship: 'direct' },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual([undefined, 'unreadable']);
  });

  it('says nothing beside a lockfile', async () => {
    const siblings = {
      get: (path: string) =>
        path === '/src/App/packages.lock.json' ? catalogFile(path, '{}') : undefined,
    };
    const result = await projectFile.read(catalogFile(PATH, PROJECT), siblings, quietContext());
    expect(result.packages).toEqual([]);
  });

  it('survives hostile files', () => survivesHostileInput(projectFile, PATH, PROJECT));
});

it('lists what a target adds before packages are restored', async () => {
  const item = '<ItemGroup><PackageReference Include="A" Version="5.0.12" /></ItemGroup>';
  const text = `<Project><Target Name="T" BeforeTargets="CollectPackageReferences">${item}</Target></Project>`;
  const { packages } = await readCatalog(projectFile, PATH, text);
  expect(packages.map(({ name, version }) => `${name}@${version}`)).toEqual(['A@5.0.12']);
});
