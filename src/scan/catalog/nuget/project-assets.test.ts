import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { projectAssets } from './project-assets.ts';

const PATH = '/app/obj/project.assets.json';
const ASSETS = `{ "version": 3,
"targets": {
  "net8.0": {
    "Serilog.Sinks.File/5.0.0": { "type": "package", "dependencies": { "Serilog": "2.10.0" } },
    "Serilog/2.10.0": { "type": "package" },
    "coverlet.collector/6.0.0": { "type": "package", "dependencies": { "Only.Here": "1.0.0" } },
    "Only.Here/1.0.0": { "type": "package" },
    "Of.Library/3.0.0": { "type": "package" },
    "Library/1.0.0": { "type": "project", "dependencies": { "Of.Library": "3.0.0" } },
    "broken": { "type": "package" } },
  "net8.0/linux-x64": { "Serilog/2.10.0": { "type": "package" } } },
"project": { "frameworks": { "net8.0": { "dependencies": {
  "Serilog.Sinks.File": { "target": "Package", "version": "[5.0.0, )" },
  "coverlet.collector": { "suppressParent": "All", "target": "Package", "version": "[6.0.0, )" } } } } } }`;

describe('project.assets.json', () => {
  it('lists what was resolved, once', async () => {
    const { packages, diagnostics } = await readCatalog(projectAssets, PATH, ASSETS);
    expect(
      packages.map(({ name, version, line, relationship, scope, dependsOn = [] }) =>
        [name, version, line, relationship, scope, ...dependsOn].join(' '),
      ),
    ).toEqual([
      'Serilog.Sinks.File 5.0.0 4 direct runtime Serilog@2.10.0',
      'Serilog 2.10.0 5 indirect runtime',
      'coverlet.collector 6.0.0 6 direct development Only.Here@1.0.0',
      'Only.Here 1.0.0 7 indirect development',
      'Of.Library 3.0.0 8 indirect runtime',
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  const kept = { suppressParent: 'All' };
  const dll = { type: 'package', runtime: { 'lib/net8.0/A.dll': {} } };
  const none = { type: 'package', runtime: { 'lib/net8.0/_._': {} } };

  it.each([
    ['kept to the project', none, [{ A: kept }], 'development'],
    ['kept to it by one framework of two', none, [{ A: kept }, { A: {} }], 'runtime'],
    ['kept to it by one framework of two, the last', none, [{ A: {} }, { A: kept }], 'runtime'],
    ['kept to it, with files for the program', dll, [{ A: kept }], 'runtime'],
    ['that nothing leads to', none, [{ Other: {} }], 'runtime'],
  ])('has the scope of a package %s', async (_, row, dependencies, scope) => {
    const frameworks = Object.fromEntries(
      dependencies.map((asked, at) => [`net${String(at + 8)}.0`, { dependencies: asked }]),
    );
    const targets = Object.fromEntries(
      Object.keys(frameworks).map((name) => [name, { 'A/1.0.0': row }]),
    );
    const body = JSON.stringify({ targets, project: { frameworks } });
    const { packages } = await readCatalog(projectAssets, PATH, body);
    expect(packages.map((pkg) => [pkg.name, pkg.scope])).toEqual([['A', scope]]);
  });

  it('says nothing of what is direct where the project is absent', async () => {
    const body = '{"targets":{"net8.0":{"A/1.0.0":{"type":"package"}}}}';
    expect((await readCatalog(projectAssets, PATH, body)).packages).toEqual([
      { name: 'A', version: '1.0.0', line: 1 },
    ]);
  });

  it('is refused without targets', async () => {
    await expect(readCatalog(projectAssets, PATH, '{}')).rejects.toThrow('targets');
  });

  it('survives hostile files', () => survivesHostileInput(projectAssets, PATH, ASSETS));
});
