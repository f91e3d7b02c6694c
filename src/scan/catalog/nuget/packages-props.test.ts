import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { packagesProps } from './packages-props.ts';

const PATH = '/Directory.Packages.props';
const PROPS = `<Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup><Major>3</Major><AVersion>$(major).1.0</AVersion></PropertyGroup>
  <ItemGroup>
    <PackageVersion Include="A" Version="$(AVersion)" />
    <PackageVersion Include="B"><Version>2.0.0</Version></PackageVersion>
    <PackageReference Update="C" Version="$(Elsewhere)" />
    <PackageReference Update="D" Version="" />
    <PackageReference Version="1.0.0" />
    <Other Include="E" Version="1.0.0" />
  </ItemGroup>
  <Choose><When Condition="x"><ItemGroup>
    <GlobalPackageReference Include="F" Version="[1.2.3]" />
  </ItemGroup></When></Choose>
</Project>`;

describe('Directory.Packages.props', () => {
  it('lists what is pinned, with properties put in', async () => {
    const { packages, diagnostics } = await readCatalog(packagesProps, PATH, PROPS);
    expect(packages).toEqual([
      { name: 'A', version: '3.1.0', line: 4 },
      { name: 'B', version: '2.0.0', line: 5 },
      { name: 'C', version: '', line: 6 },
      { name: 'F', version: '1.2.3', line: 12 },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual([undefined, 'unreadable']);
  });

  it('survives hostile files', () => survivesHostileInput(packagesProps, PATH, PROPS));
});
