import { describe, expect, it } from 'vitest';

import { assemblyFile } from '../../../../test/support/assembly.ts';
import { catalogFile, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { quietContext } from '../../../core/base/context.ts';
import type { CatalogFile, CatalogResult, Siblings } from '../../../core/model/catalog/catalog.ts';
import { assembly } from './assembly.ts';
import { depsJson } from './deps-json.ts';

const PATH = '/app/Json.dll';
const JSON_13 = {
  fileVersion: '13.0.3.27908',
  strings: {
    CompanyName: 'Json',
    FileVersion: '13.0.3.27908',
    InternalName: 'Json.dll',
    OriginalFilename: 'Json.dll',
    ProductVersion: '13.0.3+0a2e291c0d9c0c76',
  },
};

async function listed(
  strings: Readonly<Record<string, string>>,
  path = PATH,
): Promise<readonly (string | undefined)[]> {
  const { packages } = await readCatalog(assembly, path, assemblyFile({ strings }));
  return packages.map(({ name, version }) => `${name}@${version}`);
}

describe('an assembly', () => {
  it.each([
    ['with a commit', '13.0.3+0a2e291c', '13.0.3.27908', '13.0.3'],
    ['of a pre-release', '8.0.0-rc.2.23479.6+0b25e38ad3', '8.0.23.47906', '8.0.0-rc.2.23479.6'],
    ['of four numbers', '2.1.0.0', '2.1.0.0', '2.1.0.0'],
    ['with words behind', '2.0.8.0-.NET 4.5', '2.0.8.0', '2.0.8.0'],
    ['for a framework', '2.0.6-net45', '2.0.6.0', '2.0.6'],
    ['for .NET Standard', '2.0.6-netstandard2.0', '2.0.6.0', '2.0.6'],
    ['for a framework in words', '2.0.6.0-.NET 4.5', '2.0.6.0', '2.0.6.0'],
    ['for a framework in capitals', '2.0.6.0-NET 4.5', '2.0.6.0', '2.0.6.0'],
    ['of a pre-release that begins like one', '2.0.6-network.1', '2.0.6.0', '2.0.6-network.1'],
    ['with fewer numbers than the file', '1.2', '1.2.10.0', '1.2.10.0'],
    ['with fewer numbers, and others', '4.8', '1.2.10.0', '4.8'],
    ['without a product version', ' ', '1.2.10.0', '1.2.10.0'],
    ['of an old build of Microsoft', '4.6.31308.01 @BuiltBy: dlab14', '4.6.31308.01', ''],
    ['without a version', ' ', '0.0.0.0', ''],
    ['with words alone', 'Release 2019', 'x', ''],
    ['with five numbers', '1.2.3.4.5', '1.2.3.4.5', ''],
  ])('%s', async (_, ProductVersion, FileVersion, version) => {
    const strings = { ProductVersion, FileVersion, OriginalFilename: 'Json.dll' };
    expect(await listed(strings)).toEqual([`Json@${version}`]);
  });

  it.each([
    ['its original name', { OriginalFilename: 'A.B.DLL', InternalName: 'C' }, PATH, 'A.B'],
    ['its internal name', { InternalName: 'log4net' }, PATH, 'log4net'],
    ['that of the file', { Comments: '' }, '/x/Tool.exe', 'Tool'],
  ])('is named by %s', async (_, names, path, name) => {
    expect(await listed({ ...names, ProductVersion: '1.0.0' }, path)).toEqual([`${name}@1.0.0`]);
  });

  it.each([
    ['a translation', '/app/de/Json.resources.dll'],
    ['a reference of an SDK', '/usr/share/dotnet/packs/X.Ref/8.0.1/ref/net8.0/Json.dll'],
  ])('is not listed as %s', async (_, path) => {
    expect(await listed(JSON_13.strings, path)).toEqual([]);
  });

  it.each([
    ['a program of Windows', assemblyFile({ ...JSON_13, isManaged: false })],
    ['an assembly that says nothing', assemblyFile({})],
    ['a text', 'MZ is a text of no length that matters, as long as it has enough of it'],
    ['nothing', ''],
  ])('is not %s', async (_, body) => {
    expect(await readCatalog(assembly, PATH, body)).toEqual({ packages: [] });
  });

  it('is refused where its resources lie outside the file', async () => {
    const bytes = assemblyFile(JSON_13);
    bytes.writeUInt32LE(0x7000_0000, 88 + 112 + 2 * 8);
    await expect(readCatalog(assembly, PATH, bytes)).rejects.toThrow('nothing at address');
  });

  it('is refused with more resources than any file has', async () => {
    const bytes = assemblyFile(JSON_13);
    bytes.writeUInt16LE(0xffff, 64 + 24 + 240 + 40 + 12);
    await expect(readCatalog(assembly, PATH, bytes)).rejects.toThrow('nothing at address');
  });

  it('survives hostile files', () => survivesHostileInput(assembly, PATH, assemblyFile(JSON_13)));
});

describe('an assembly and the list beside it', () => {
  const list = (version: string, fileVersion: string): string =>
    JSON.stringify({
      runtimeTarget: 'net',
      targets: { net: { [`Json/${version}`]: { runtime: { 'lib/Json.dll': { fileVersion } } } } },
      libraries: { [`Json/${version}`]: { type: 'package' } },
    });

  function named(key: string, type: string, field: string): string {
    return JSON.stringify({
      runtimeTarget: 'net',
      targets: { net: { [key]: { [field]: { 'Json.dll': {} } } } },
      libraries: { [key]: { type } },
    });
  }

  function beside(files: readonly CatalogFile[]): Siblings {
    return {
      get: (path) => files.find((file) => file.path === path),
      beside: (_, ending) => files.filter(({ path }) => path.endsWith(ending)),
    };
  }

  async function both(deps: string): Promise<readonly [CatalogResult, CatalogResult]> {
    const dll = catalogFile(PATH, assemblyFile(JSON_13));
    const json = catalogFile('/app/App.deps.json', deps);
    const siblings = beside([dll, json]);
    return [
      await assembly.read(dll, siblings, quietContext()),
      await depsJson.read(json, siblings, quietContext()),
    ];
  }

  it.each([
    ['13.0.3', '13.0.3.27908', { version: '13.0.3', weight: 'hint' }],
    ['14.0.0', '14.0.0.1', { version: '13.0.3', weight: 'binding' }],
    ['14.0.0', '13.0.3.27908', { version: '13.0.3', weight: 'doubt' }],
    ['13.0.3-beta1', '13.0.3.27908', { version: '13.0.3', weight: 'hint' }],
  ])('%s with a file of %s', async (version, fileVersion, claim) => {
    const [one, other] = await both(list(version, fileVersion));
    expect(one.packages).toEqual([]);
    expect(other.packages).toMatchObject([
      { name: 'Json', version, versionClaims: [{ by: 'Json.dll', path: PATH, ...claim }] },
    ]);
  });

  it('is listed where the list does not name it', async () => {
    const [one] = await both('{"libraries":{}}');
    expect(one.packages).toEqual([{ name: 'Json', version: '13.0.3' }]);
  });

  it.each([
    ['somewhere else', '{"libraries":{},"x":"Json.dll"}'],
    ['under a project of another name', named('App/1.0.0', 'project', 'runtime')],
    ['to compile with', named('Json/13.0.3', 'package', 'compile')],
    ['in no JSON', '"Json.dll"'],
  ])('is listed where the list names it %s', async (_, deps) => {
    const dll = catalogFile(PATH, assemblyFile(JSON_13));
    const siblings = beside([dll, catalogFile('/app/App.deps.json', deps)]);
    const { packages } = await assembly.read(dll, siblings, quietContext());
    expect(packages).toEqual([{ name: 'Json', version: '13.0.3' }]);
  });

  it('is not listed where it is the project itself', async () => {
    const [one] = await both(named('Json/1.0.0', 'project', 'runtime'));
    expect(one.packages).toEqual([]);
  });

  it('is passed over where it cannot be read', async () => {
    const bytes = assemblyFile(JSON_13);
    bytes.writeUInt32LE(0x7000_0000, 88 + 112 + 2 * 8);
    const json = catalogFile('/app/App.deps.json', list('13.0.3', '13.0.3.27908'));
    const siblings = beside([catalogFile(PATH, bytes)]);
    const { packages } = await depsJson.read(json, siblings, quietContext());
    expect(packages).toEqual([{ name: 'Json', version: '13.0.3', line: 1 }]);
  });
});

describe('a list that was edited', () => {
  interface Edit {
    readonly version?: string;
    readonly stated?: Readonly<Record<string, string>>;
    readonly row?: Readonly<Record<string, string>>;
    readonly other?: Readonly<Record<string, string>>;
    readonly dll?: string;
    readonly strings?: Readonly<Record<string, string>>;
    readonly fileVersion?: string;
  }

  /** Of a package that is 13.0.3, and of another one beside it. */
  async function claimsOf(edit: Edit): Promise<readonly (readonly [string, string, string])[]> {
    const { version = '14.0.0', stated = {}, row = {}, other = {}, dll = 'Json.dll' } = edit;
    const key = `Json/${version}`;
    const deps = JSON.stringify({
      runtimeTarget: 'net',
      targets: {
        net: {
          [key]: { runtime: { [`lib/${dll}`]: stated } },
          'Other/1.0.0': { runtime: { 'Other.dll': other } },
        },
      },
      libraries: { [key]: { type: 'package', ...row }, 'Other/1.0.0': { type: 'package' } },
    });
    const { strings = {}, fileVersion = JSON_13.fileVersion } = edit;
    const body = assemblyFile({ fileVersion, strings: { ...JSON_13.strings, ...strings } });
    const file = catalogFile(`/app/${dll}`, body);
    const siblings: Siblings = {
      get: (path) => (path === file.path ? file : undefined),
      beside: () => [file],
    };
    const list = catalogFile('/app/App.deps.json', deps);
    const { packages } = await depsJson.read(list, siblings, quietContext());
    return (packages[0]?.versionClaims ?? []).map(({ by, version, weight }) => [
      by,
      version,
      weight,
    ]);
  }

  const TOLD = { assemblyVersion: '1.0.0.0', fileVersion: '1.0.0.0' };
  const MICROSOFT = { CompanyName: 'Microsoft Corporation' };

  it.each<[string, Edit, string]>([
    ['in its key alone', {}, 'doubt'],
    ['in its key, of a list that tells of other files', { other: TOLD }, 'binding'],
    ['in the version of the file', { stated: { fileVersion: '14.0.0.1' } }, 'binding'],
    [
      'in the version of the assembly, without that of the file',
      { stated: { assemblyVersion: '14.0.0.0' }, strings: { 'Assembly Version': '13.0.0.0' } },
      'binding',
    ],
    [
      'where the assembly has a version of its own',
      {
        version: '13.0.3',
        stated: { assemblyVersion: '13.0.0.0' },
        strings: { 'Assembly Version': '13.0.0.0' },
      },
      'hint',
    ],
    [
      'to the file version of a product',
      { strings: { ProductVersion: '2019.3.0' }, version: '13.0.3' },
      'hint',
    ],
    ['where the build was told nothing', { strings: { ProductVersion: '1.0.0+0a2e' } }, 'hint'],
    ['for another file', { dll: 'Json.Core.dll' }, 'hint'],
    ['of Microsoft', { strings: MICROSOFT, version: '13.1.9', other: TOLD }, 'hint'],
    ['of Microsoft, to another line', { strings: MICROSOFT, version: '14.0.0' }, 'doubt'],
  ])('%s', async (_, edit, weight) => {
    const claims = await claimsOf(edit);
    expect(claims.map((claim) => claim[2])).toEqual([weight]);
  });

  it.each<[string, Edit, readonly string[]]>([
    [
      'path',
      { row: { path: 'json/13.0.3' }, strings: MICROSOFT, version: '13.0.9' },
      ['its path in the list', '13.0.3', 'binding'],
    ],
    [
      'archive',
      { row: { hashPath: 'json.13.0.3.nupkg.sha512' }, strings: MICROSOFT, version: '13.0.9' },
      ['the name of its archive in the list', '13.0.3', 'binding'],
    ],
    [
      'path of another name',
      { row: { path: 'newtonsoft.json/13.0.9' }, strings: MICROSOFT, version: '13.0.9' },
      ['its path in the list', '13.0.9', 'binding'],
    ],
  ])('still has its %s', async (_, edit, claim) => {
    expect((await claimsOf(edit))[0]).toEqual(claim);
  });

  it('says nothing twice', async () => {
    const row = { path: 'json/13.0.3', hashPath: 'json.13.0.3.nupkg.sha512' };
    expect(await claimsOf({ version: '13.0.3', row })).toEqual([['Json.dll', '13.0.3', 'hint']]);
  });

  it('is compared with its files whatever the case of their names', async () => {
    expect(await claimsOf({ dll: 'JSON.DLL' })).toEqual([['JSON.DLL', '13.0.3', 'doubt']]);
  });
});
