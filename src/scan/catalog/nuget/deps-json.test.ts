import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { depsJson } from './deps-json.ts';

const PATH = '/app/App.deps.json';
const DEPS = `{ "runtimeTarget": { "name": "net/linux-x64" },
"targets": { "net": { "Unused/1.0.0": { "runtime": { "a.dll": {} } } }, "net/linux-x64": {
  "App/1.0.0": { "dependencies": { "Lib": "1.0.0", "A": "2.0.0", "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64": "8.0.0" }, "runtime": { "App.dll": {} } },
  "Lib/1.0.0": { "dependencies": { "B": "3.0.0" } },
  "A/2.0.0": { "runtime": { "lib/A.dll": {} } },
  "B/3.0.0": { "native": { "b.so": {} } },
  "Only/1.0.0": { "dependencies": { "A": "2.0.0" } },
  "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.0": { "runtime": { "x.dll": {} } } } },
"libraries": {
  "App/1.0.0": { "type": "project" },
  "Lib/1.0.0": { "type": "project" },
  "A/2.0.0": { "type": "package" },
  "B/3.0.0": { "type": "package" },
  "Only/1.0.0": { "type": "package" },
  "Unused/1.0.0": { "type": "package" },
  "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.0": { "type": "runtimepack" },
  "nonsense": { "type": "package" } } }`;

describe('deps.json', () => {
  it('lists what the target deploys', async () => {
    const { packages, diagnostics } = await readCatalog(depsJson, PATH, DEPS);
    const shown = packages.map(({ name, version, relationship }) => [name, version, relationship]);
    expect(shown).toEqual([
      ['App', '1.0.0', 'root'],
      ['Lib', '1.0.0', 'direct'],
      ['A', '2.0.0', 'direct'],
      ['B', '3.0.0', 'indirect'],
      ['Microsoft.NETCore.App.Runtime.linux-x64', '8.0.0', 'direct'],
    ]);
    expect(packages[0]?.dependsOn).toEqual([
      'Lib@1.0.0',
      'A@2.0.0',
      'Microsoft.NETCore.App.Runtime.linux-x64@8.0.0',
    ]);
    expect(diagnostics?.map(({ gap, message }) => gap ?? message)).toEqual([
      '"Only/1.0.0" is not deployed',
      '"Unused/1.0.0" is not deployed',
      'unreadable',
    ]);
  });

  it('takes all libraries where the target is absent', async () => {
    const body =
      '{"runtimeTarget":{"name":"x"},"targets":{},"libraries":{"A/1":{"type":"package"}}}';
    expect((await readCatalog(depsJson, PATH, body)).packages).toEqual([
      { name: 'A', version: '1', line: 1 },
    ]);
  });

  it('reports what only the target has', async () => {
    const body =
      '{"runtimeTarget":"x","targets":{"x":{"A/1":{"runtime":{"A.dll":{}}}}},"libraries":{}}';
    const { diagnostics } = await readCatalog(depsJson, PATH, body);
    expect(diagnostics).toMatchObject([
      { gap: 'unreadable', message: expect.stringContaining('"A/1"') as string },
    ]);
  });

  it('survives hostile files', () => survivesHostileInput(depsJson, PATH, DEPS));
});

const samples = sharedPath('samples/lockfiles/dotnet');

it.skipIf(samples === undefined).each([
  ['TestLibrary.deps.json', 14, 2],
  ['net8-app-single-file.deps.json', 53, 1],
  ['self-contained.deps.json', 4, 0],
])('%s has %i libraries, %i of them not deployed (needs ../shared)', async (name, all, unused) => {
  const body = await readFile(`${samples ?? ''}/${name}`);
  const { packages, diagnostics = [] } = await readCatalog(depsJson, PATH, body);
  expect(diagnostics.filter(({ gap }) => gap === undefined)).toHaveLength(unused);
  expect([packages.length, diagnostics.length]).toEqual([all - unused, unused]);
});
